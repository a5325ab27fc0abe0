"""What would happen if a model with this fault were run as it is, by rule."""

from __future__ import annotations

from collections.abc import Mapping

_UNREAD = "文件读不出来，其中的流程无法运行。"
_NO_CASE = "没有可以发起的流程，案件无法开始。"
_NEVER = "这里永远不会走到，画在这里的事不会有人办。"
_STUCK = "案件走到这里就停住，不会再往下走。"
_INCIDENT = "案件走到这里会中断，成为待运维人员处理的异常。"
_NOBODY = "任务没有人能看到，也没有人能办理。"
_BLANK = "任务打不开表单，无法办理。"
_IGNORED = "这里写的不起作用，案件会像没有写一样往下走。"
_OTHERWISE = "案件会走与图上画的不同的路。"
_EITHER = "分不清指的是哪一个，案件可能用错。"
_UNCAUGHT = "要等的事永远不会到来，案件在这里一直等下去。"
_UNDATED = "到期时间算不出来，既不提醒，也不到期。"
_UNDONE = "已经办理的事不会按图上画的撤销。"
_LOST = "算出或填写的值没有去处，后面的步骤用不到。"
_BY_TIME = "没有人作决定，案件就由到期代为决定。"
_COUNTED = "会签的结果会与本意不同。"
_UNPROTECTED = "须保护的内容谁可以查阅没有规定。"
_HARMLESS = "案件照常运行，这里写的只是没有作用。"
_ITEMS = "各项不会按集合或次数逐一办理，或者结果收不齐。"
_UNASKED = "作决定的人不会被要求写意见。"
_CARELESS = "须逐件决定的事会被成批办掉，或者成批办理不起作用。"

_RULES: Mapping[str, str] = {
    _UNREAD: (
        "unreadable bad-manifest bad-decision bad-form not-bpmn parser"
        " too-many-expressions too-many-nodes"
    ),
    _NO_CASE: "no-process no-start other-family start-timer conditional-start",
    _NEVER: "unreachable",
    _STUCK: "dead-end deadlock no-end loose-flow loose-boundary no-default flow-here",
    _INCIDENT: (
        "unknown-handler no-handler unknown-process unknown-decision unknown-result-shape"
        " bad-expression foreign-language foreign-code not-feel reserved-id no-id bad-id"
        " bad-mapping no-name"
    ),
    _NOBODY: "nobody unknown-group unknown-audience",
    _BLANK: "no-form unknown-form",
    _IGNORED: (
        "ignored-attribute ignored-extension unknown-attribute async-here bad-priority"
        " unknown-send-back mapping-here local-mapping business-key"
        " unknown-element performer-unread"
    ),
    _OTHERWISE: (
        "condition-on-parallel condition-here no-condition loose-default same-way twice-here"
        " must-understand one-start event-here several-events event-gateway event-sub-process"
        " error-must-interrupt token-quantity unsupported-element unsupported-event"
        " unsupported-loop ad-hoc instantiate cycle-here several-times"
    ),
    _EITHER: (
        "duplicate-id duplicate-process duplicate-sub-process duplicate-decision data-name"
        " same-error"
    ),
    _UNCAUGHT: (
        "empty-event loose-definition no-message no-signal no-error no-escalation unknown-message"
        " nameless-message nameless-signal nameless-error nameless-escalation"
    ),
    _UNDATED: "empty-timer bad-timer unknown-deadline receipt-without-day",
    _UNDONE: (
        "cancel-here compensated-items compensation-activity compensation-start"
        " compensation-waits no-compensation unknown-activity"
    ),
    _LOST: "no-result data-mapping data-store",
    _ITEMS: "no-collection no-result-item item-events item-output",
    _BY_TIME: "never-auto-timer",
    _COUNTED: (
        "several-sign-offs sign-off-assignee sign-off-choice sign-off-ends sign-off-fraction"
        " sign-off-here sign-off-idle sign-off-least sign-off-opinion sign-off-result"
    ),
    _UNPROTECTED: "unknown-protected",
    _HARMLESS: "attribute-here message-flow default-condition",
    _UNASKED: "opinion-choice opinion-field opinion-here opinion-nothing opinion-outcome",
    _CARELESS: "bulk-choice bulk-never-auto",
}
#: Rule → what would happen.
OF: Mapping[str, str] = {rule: text for text, rules in _RULES.items() for rule in rules.split()}
