"""What `dudao:signOff` of a model may not say, with the mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import feel
from engine.spiff import signing
from engine.spiff.expressions import compile_text
from engine.spiff.names import bpmn, dudao, local

if TYPE_CHECKING:
    from engine.package import Manifest
    from engine.spiff.model import Element

#: rule, what is wrong, the mend.
Slip: TypeAlias = tuple[str, str, str]

_MOST_LEAST = 200


def slips(node: Any, element: Element, manifest: Manifest) -> Iterator[Slip]:
    """Every slip in how a node is to be signed."""
    rows = node.findall(f"{bpmn('extensionElements')}/{dudao('signOff')}")
    if not rows:
        return
    if local(node.tag) != "userTask":
        yield _fault(
            "sign-off-here", "只有用户任务可以会签。", "请删去 dudao:signOff，或改为用户任务。"
        )
        return
    if len(rows) > 1:
        yield _fault("several-sign-offs", "写了几个 dudao:signOff。", "请只留一个。")
    row, terms = rows[0], element.sign_off
    yield from _attributes(row)
    if terms is None or terms.rule not in signing.RULES:
        return
    if element.assignee:
        yield _fault(
            "sign-off-assignee",
            "会签的任务不能只交给一个人。",
            "请删去 camunda:assignee，改写 candidateGroups、candidateUsers 或 signers。",
        )
    yield from _roles(terms, manifest)
    yield from _sense(row, terms)
    for text in (terms.signers, terms.weight):
        yield from _expression(text)


def _attributes(row: Any) -> Iterator[Slip]:
    known = {*signing.CHOICES, *signing.TEXTS}
    for name in row.keys():  # noqa: SIM118  # an lxml element, not a dict
        if name not in known:
            yield _fault("unknown-attribute", f"dudao:signOff 没有属性 {name}。", "请检查拼写。")
    for name, choices in signing.CHOICES.items():
        value = row.get(name)
        if value is not None and (value not in choices or not value):
            allowed = "、".join(choice for choice in choices if choice)
            yield _fault(
                "sign-off-choice",
                f"dudao:signOff 的 {name} 写作“{value}”。",
                f"请用 {allowed} 之一。",
            )
    for name in ("share", "quorum"):
        if (value := row.get(name)) is not None and signing.fraction(value) is None:
            yield _fault(
                "sign-off-fraction",
                f"dudao:signOff 的 {name} “{value}”不是大于0、不大于1的分数。",
                "请写作 2/3、0.5 或 60%。",
            )
    least = row.get("least", "1")
    if not (least.isdecimal() and 0 < int(least) <= _MOST_LEAST):
        yield _fault("sign-off-least", f"最少签署方数“{least}”不对。", "请写1到200的整数。")
    result = row.get("result", "outcome")
    if not (result.isascii() and result.isidentifier()):
        yield _fault("sign-off-result", "结果变量的名字不对。", "请写字母开头的变量名。")


def _roles(terms: signing.Terms, manifest: Manifest) -> Iterator[Slip]:
    for name, groups in (("veto", terms.veto), ("removeBy", terms.remove_by)):
        for group in groups:
            if group not in manifest.roles:
                yield _fault(
                    "unknown-group",
                    f"dudao:signOff 的 {name} 写了没有的角色 {group}。",
                    "请从 manifest.toml 的角色里选。",
                )
    for vote in terms.opinion:
        if vote not in (*signing.VOTES, "none"):
            yield _fault(
                "sign-off-opinion",
                f"没有表决 {vote}。",
                "opinion 请用 agree、refuse、abstain，或 none。",
            )


def _sense(row: Any, terms: signing.Terms) -> Iterator[Slip]:
    """What is set, but does nothing under this rule."""
    is_vote = terms.rule == signing.VOTE
    counting = ("share", "shareIs", "shareOf", "weight", "veto", "quorum")
    for name in counting:
        if row.get(name) is not None and not is_vote:
            yield _fault(
                "sign-off-idle",
                f"{name} 只在票签（rule=vote）时有用。",
                f"请删去 {name}，或改为 rule=vote。",
            )
    if row.get("refusal") is not None and terms.rule in (signing.ALL, signing.IN_ORDER):
        yield _fault(
            "sign-off-idle",
            "会签、顺序会签中有一方不同意即为不同意，refusal 不起作用。",
            "请删去 refusal，或改为 rule=vote。",
        )
    is_first = terms.rule == signing.ANY and terms.refusal == signing.DECIDES
    if is_first and terms.ends == signing.HEARD:
        yield _fault(
            "sign-off-ends",
            "或签由第一个表决的人决定，不能又要求听取全部。",
            "请删去 ends，或改为 refusal=counts。",
        )


def _fault(rule: str, detail: str, mend: str) -> Slip:
    return rule, detail, mend


def _expression(text: str) -> Iterator[Slip]:
    if not text:
        return
    try:
        compile_text(text)
    except feel.FeelSyntaxError as error:
        yield _fault("bad-expression", f"表达式 {text} 有误：{error}", "请按 FEEL 改写。")
