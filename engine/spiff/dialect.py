"""The words of a model that this engine honours: elements, their attributes, which event waits for what.

One table: the deploy check reads it (engine/spiff/checks/), and the modeller's properties panel is
drawn from it (engine/repository/vocabulary.py). What is not here is refused, or said to have no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.spiff import signing

USER, SERVICE, SEND, SCRIPT = "userTask", "serviceTask", "sendTask", "scriptTask"
RULE, RECEIVE, SUB, CALL = "businessRuleTask", "receiveTask", "subProcess", "callActivity"
CATCH, THROW, BOUNDARY = "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"
START, END = "startEvent", "endEvent"
EXCLUSIVE, PARALLEL, EVENT_BASED = "exclusiveGateway", "parallelGateway", "eventBasedGateway"
INCLUSIVE = "inclusiveGateway"
TRANSACTION, AD_HOC = "transaction", "adHocSubProcess"
LOOP = "multiInstanceLoopCharacteristics"

ACTIVITIES = frozenset({USER, SERVICE, SEND, SCRIPT, RULE, RECEIVE, SUB, CALL, TRANSACTION, AD_HOC})
GATEWAYS = frozenset({EXCLUSIVE, PARALLEL, INCLUSIVE, EVENT_BASED})
EVENTS = frozenset({START, END, CATCH, THROW, BOUNDARY})
NODES = ACTIVITIES | GATEWAYS | EVENTS

#: What people call the elements, in Chinese and English.
ELEMENT_NAMES: Mapping[str, tuple[str, str]] = {
    USER: ("用户任务", "User task"),
    SERVICE: ("服务任务", "Service task"),
    SEND: ("发送任务", "Send task"),
    SCRIPT: ("脚本任务", "Script task"),
    RULE: ("决策任务", "Business rule task"),
    RECEIVE: ("接收任务", "Receive task"),
    SUB: ("子流程", "Sub-process"),
    CALL: ("调用活动", "Call activity"),
    TRANSACTION: ("事务子流程", "Transaction"),
    AD_HOC: ("即席子流程", "Ad-hoc sub-process"),
    EXCLUSIVE: ("排他网关", "Exclusive gateway"),
    PARALLEL: ("并行网关", "Parallel gateway"),
    INCLUSIVE: ("包容网关", "Inclusive gateway"),
    EVENT_BASED: ("事件网关", "Event-based gateway"),
    START: ("开始事件", "Start event"),
    END: ("结束事件", "End event"),
    CATCH: ("中间捕获事件", "Intermediate catch event"),
    THROW: ("中间抛出事件", "Intermediate throw event"),
    BOUNDARY: ("边界事件", "Boundary event"),
}

#: Which definitions run on which event; an event without one is plain.
EVENT_DEFINITIONS: Mapping[str, frozenset[str]] = {
    START: frozenset({"message", "signal", "timer"}),
    END: frozenset(
        {"error", "terminate", "message", "signal", "escalation", "compensate", "cancel"}
    ),
    CATCH: frozenset({"timer", "message", "signal", "conditional"}),
    THROW: frozenset({"message", "signal", "escalation", "compensate"}),
    BOUNDARY: frozenset(
        {"timer", "message", "error", "signal", "escalation", "conditional", "compensate", "cancel"}
    ),
    RECEIVE: frozenset(),
}
#: What starts an event sub-process.
EVENT_SUB_STARTS = EVENT_DEFINITIONS[BOUNDARY] - {"cancel"}

AUDIENCES: Mapping[str, tuple[str, str]] = {
    "internal": ("内部", "Internal"),
    "unit": ("被督导单位可见", "The supervised unit"),
    "superior": ("上级可见", "Its superior"),
    "public": ("公开", "Everybody"),
}
SEND_BACK: Mapping[str, tuple[str, str]] = {
    "any": ("任意已办步骤", "Any step that it came by"),
    "previous": ("上一步", "The previous step"),
    "none": ("不可退回", "Never"),
}
RESULT_SHAPES: Mapping[str, tuple[str, str]] = {
    "singleEntry": ("一个值", "One value"),
    "singleResult": ("一行", "One row"),
    "collectEntries": ("一列值", "A list of values"),
    "resultList": ("多行", "A list of rows"),
}
_TRUTH: Mapping[str, tuple[str, str]] = {"true": ("是", "Yes"), "false": ("否", "No")}

ELEMENT, ON_LOOP, CHILD = "element", "loop", "child"


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute. `type` is text, boolean, integer, choice, feel, or the list that it names one of."""

    key: str
    type: str
    name: str
    name_en: str
    elements: frozenset[str]
    #: Where it is written: on the element, on its multi-instance marker, on a child element of it.
    on: str = ELEMENT
    default: str = ""
    needed: bool = False
    choices: Mapping[str, tuple[str, str]] | None = None
    help: str = ""
    help_en: str = ""


def _on(*elements: str) -> frozenset[str]:
    return frozenset(elements)


_USER = _on(USER)
_CLOCKED = _on(USER, CATCH, BOUNDARY, START)

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        key="camunda:candidateGroups",
        type="group_list",
        name="候选岗位",
        name_en="Candidate groups",
        elements=_USER,
        help="哪些岗位可以办理；单位由案件的当事方决定",
        help_en="Whose posts may do it; their organisations come from the case's parties",
    ),
    Attribute(
        key="camunda:assignee",
        type="expression",
        name="办理人",
        name_en="Assignee",
        elements=_USER,
        help="用户名，或求出一个人的表达式",
        help_en="A username, or an expression for one person",
    ),
    Attribute(
        key="camunda:candidateUsers",
        type="expression",
        name="候选人员",
        name_en="Candidate users",
        elements=_USER,
        help="几个人，用逗号分开",
        help_en="Several people, by comma",
    ),
    Attribute(
        key="camunda:formKey",
        type="form",
        name="表单",
        name_en="Form",
        elements=_on(USER, START),
        needed=True,
    ),
    Attribute(
        key="camunda:dueDate",
        type="expression",
        name="到期日",
        name_en="Due date",
        elements=_USER,
        help="日期、时长或表达式；写了期限的以期限为准",
        help_en="A date, a duration or an expression; a deadline goes before it",
    ),
    Attribute(
        key="camunda:followUpDate",
        type="expression",
        name="跟进日",
        name_en="Follow-up date",
        elements=_USER,
    ),
    Attribute(
        key="camunda:priority",
        type="integer",
        name="优先级",
        name_en="Priority",
        elements=_USER,
        default="50",
        help="0 到 100",
        help_en="0 to 100",
    ),
    Attribute(
        key="dudao:completion",
        type="handler",
        name="办结处理",
        name_en="Completion handler",
        elements=_USER,
        help="办结时调用，可以拒绝；不写则表单的值成为变量",
        help_en="Called in the completing act, which it may refuse; without one the values become variables",
    ),
    Attribute(
        key="dudao:deadline",
        type="deadline",
        name="期限",
        name_en="Deadline",
        elements=_CLOCKED,
        help="期限参数的键，或求出一个键的表达式",
        help_en="A key of the deadlines, or an expression for one",
    ),
    Attribute(
        key="dudao:deadlineFrom",
        type="feel",
        name="期限起算",
        name_en="Deadline starts from",
        elements=_CLOCKED,
        help="起算的日期；不写则从当天起算",
        help_en="The day that it starts from; today where it is left out",
    ),
    Attribute(
        key="dudao:organisation",
        type="feel",
        name="办理单位",
        name_en="Organisation",
        elements=_USER,
        help="求出一个单位编号的表达式，代替当事方",
        help_en="An expression for an organisation's id, in place of the parties",
    ),
    Attribute(
        key="dudao:audience",
        type="choice",
        name="可见范围",
        name_en="Audience",
        elements=_USER,
        default="internal",
        choices=AUDIENCES,
    ),
    Attribute(
        key="dudao:basis",
        type="text",
        name="依据",
        name_en="Legal basis",
        elements=ACTIVITIES,
    ),
    Attribute(
        key="dudao:neverAuto",
        type="boolean",
        name="不自动办结",
        name_en="Never by time-out",
        elements=_USER,
        default="false",
        choices=_TRUTH,
    ),
    Attribute(
        key="dudao:bulk",
        type="boolean",
        name="可批量办理",
        name_en="In bulk",
        elements=_USER,
        default="false",
        choices=_TRUTH,
    ),
    Attribute(
        key="dudao:separateFrom",
        type="element_list",
        name="须与之分开办理的环节",
        name_en="Separate from",
        elements=_USER,
        help="最近办过其中一项的人不能办这一项",
        help_en="Who last did one of these may not do this one",
    ),
    Attribute(
        key="dudao:sendBack",
        type="choice",
        name="可否退回",
        name_en="Sending back",
        elements=_USER,
        default="any",
        choices=SEND_BACK,
    ),
    Attribute(
        key="dudao:opinionFor",
        type="list",
        name="须写意见的结论",
        name_en="Outcomes that need an opinion",
        elements=_USER,
        help="用逗号分开",
        help_en="By comma",
    ),
    Attribute(
        key="dudao:outcomeField",
        type="text",
        name="结论栏目",
        name_en="Field of the outcome",
        elements=_USER,
        default="outcome",
    ),
    Attribute(
        key="dudao:opinionField",
        type="text",
        name="意见栏目",
        name_en="Field of the opinion",
        elements=_USER,
        default="opinion",
    ),
    Attribute(
        key="camunda:delegateExpression",
        type="handler",
        name="处理程序",
        name_en="Handler",
        elements=_on(SERVICE, SEND),
        needed=True,
        help="写作 ${名称}",
        help_en="Written ${name}",
    ),
    Attribute(
        key="camunda:asyncBefore",
        type="boolean",
        name="异步",
        name_en="Asynchronous",
        elements=_on(SERVICE, SEND),
        default="false",
        choices=_TRUTH,
    ),
    Attribute(
        key="scriptFormat",
        type="choice",
        name="脚本语言",
        name_en="Script language",
        elements=_on(SCRIPT),
        needed=True,
        choices={"feel": ("FEEL", "FEEL")},
    ),
    Attribute(
        key="bpmn:script",
        type="feel",
        name="脚本",
        name_en="Script",
        elements=_on(SCRIPT),
        on=CHILD,
        needed=True,
    ),
    Attribute(
        key="camunda:decisionRef",
        type="decision",
        name="决策",
        name_en="Decision",
        elements=_on(RULE),
        needed=True,
    ),
    Attribute(
        key="camunda:resultVariable",
        type="text",
        name="结果变量",
        name_en="Result variable",
        elements=_on(RULE, SCRIPT),
        needed=True,
    ),
    Attribute(
        key="camunda:mapDecisionResult",
        type="choice",
        name="结果形式",
        name_en="Shape of the result",
        elements=_on(RULE),
        default="resultList",
        choices=RESULT_SHAPES,
    ),
    Attribute(
        key="calledElement",
        type="process",
        name="调用的流程",
        name_en="Called process",
        elements=_on(CALL),
        needed=True,
    ),
    Attribute(
        key="dudao:correlation",
        type="feel",
        name="消息对应值",
        name_en="Correlation",
        elements=_on(CATCH, BOUNDARY, RECEIVE, START),
    ),
    Attribute(
        key="camunda:collection",
        type="feel",
        name="逐项集合",
        name_en="Collection",
        elements=ACTIVITIES,
        on=ON_LOOP,
    ),
    Attribute(
        key="camunda:elementVariable",
        type="text",
        name="逐项变量",
        name_en="Element variable",
        elements=ACTIVITIES,
        on=ON_LOOP,
    ),
)

#: What `dudao:signOff` of a user task is called; `signing` says what each may hold.
_SIGN_OFF_NAMES: Mapping[str, tuple[str, str]] = {
    "rule": ("会签方式", "Rule"),
    "per": ("按什么计", "Counted per"),
    "signers": ("会签人", "Signers"),
    "share": ("比例", "Share"),
    "shareIs": ("比例的比法", "Share is"),
    "shareOf": ("比例的基数", "Share of"),
    "quorum": ("最低参加", "Quorum"),
    "weight": ("权重", "Weight"),
    "veto": ("一票否决", "Veto"),
    "refusal": ("不同意的效果", "A refusal"),
    "ends": ("何时结束", "Ends when"),
    "abstain": ("可以弃权", "May abstain"),
    "opinion": ("须写意见的表决", "Votes that need an opinion"),
    "result": ("结果变量", "Result variable"),
    "addSigner": ("可以加签", "Signers may be added"),
    "added": ("加签人的意见", "What added signers say"),
    "removeBy": ("谁可以减签", "Who removes signers"),
    "least": ("最少会签人", "Fewest signers"),
}
_CHOICE_NAMES: Mapping[str, tuple[str, str]] = {
    **{rule: (signing.NAMES[rule], rule) for rule in signing.RULES},
    "organisation": ("单位", "organisation"),
    "post": ("岗位", "post"),
    "person": ("个人", "person"),
    "at_least": ("不少于", "at least"),
    "more_than": ("多于", "more than"),
    "cast": ("所投的票", "votes cast"),
    "decides": ("即不通过", "decides"),
    "counts": ("计入票数", "counts"),
    "certain": ("结果已定时", "when it is certain"),
    "heard": ("听取全部意见后", "when all are heard"),
    "counted": ("计入", "counted"),
    "advice": ("供参考", "advice"),
    "": ("按会签方式", "as the rule has it"),
    **_TRUTH,
}
_SIGN_OFF_TYPES = {
    "signers": "feel",
    "weight": "feel",
    "veto": "group_list",
    "removeBy": "group_list",
    "opinion": "list",
    "least": "integer",
}


def sign_off() -> Iterator[Attribute]:
    """The attributes of `dudao:signOff`, from what engine/spiff/signing.py reads."""
    for key in (*signing.CHOICES, *signing.TEXTS):
        choices = signing.CHOICES.get(key)
        name, name_en = _SIGN_OFF_NAMES[key]
        yield Attribute(
            key=f"dudao:signOff/{key}",
            type="choice" if choices else _SIGN_OFF_TYPES.get(key, "text"),
            name=name,
            name_en=name_en,
            elements=_USER,
            on=CHILD,
            default=choices[0] if choices else "",
            needed=key == "rule",
            choices={each: _CHOICE_NAMES[each] for each in choices} if choices else None,
        )


def of_element(kind: str) -> list[Attribute]:
    """What may be said of an element of this kind."""
    return [each for each in (*ATTRIBUTES, *sign_off()) if kind in each.elements]


#: Attributes of the process that other platforms need and that do no harm here.
_HARMLESS = frozenset({"camunda:versionTag", "camunda:historyTimeToLive"})
#: Names after `camunda:` and `dudao:` that mean something.
CAMUNDA_NAMES, OUR_NAMES = (
    frozenset(
        key.removeprefix(prefix)
        for key in {*_HARMLESS, *(each.key for each in ATTRIBUTES)}
        if key.startswith(prefix)
    )
    for prefix in ("camunda:", "dudao:")
)
#: (element, where, full name) that are honoured.
PLACES = frozenset((element, each.on, each.key) for each in ATTRIBUTES for element in each.elements)
