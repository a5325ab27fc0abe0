"""The words of notifications and mail, in Chinese and English, from kind and data. Pure.

A mail says little: number, step, due date, link. What a case is about stays behind the sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_TASK = {
    "notice.arrived": ("待办：{task}", "To do: {task}"),
    "notice.returned": ("退回待办：{task}", "Sent back to you: {task}"),
    "task.assigned": ("{by}把“{task}”交给您办理", "{by} gave you “{task}”"),
    "task.transferred": ("{by}把“{task}”转给您办理", "{by} passed “{task}” on to you"),
    "task.lent": ("{by}委托您准备“{task}”", "{by} asks you to prepare “{task}”"),
    "task.given_back": ("{by}把“{task}”办好交回", "{by} gave “{task}” back to you"),
    "task.recalled": ("“{task}”已收回，由您办理", "“{task}” is yours again"),
    "task.handed_back": ("“{task}”交回您修改", "“{task}” comes back to you for changes"),
    "task.voted": ("{by}已对“{task}”表态", "{by} has voted on “{task}”"),
    "task.decided": ("“{task}”已有会签结果", "“{task}” has been decided"),
    "task.urged": ("{by}催办“{task}”", "{by} urges you to do “{task}”"),
    "task.circulated": ("{by}抄送“{task}”", "{by} sent you a copy of “{task}”"),
    "task.commented": ("{by}对“{task}”有留言", "{by} commented on “{task}”"),
}
_SOMEBODY = ("系统", "The system")
_HIDDEN = ("您已无权查看的事项", "A matter that you may no longer see")
_BEFORE = ("“{deadline}”将于{due_on}到期", "“{deadline}” is due on {due_on}")
_ON_DAY = ("“{deadline}”今天到期", "“{deadline}” is due today")
_AFTER = (
    "“{deadline}”已于{due_on}届满，尚未办结",
    "“{deadline}” ended on {due_on} and is not done",
)
_NUMBER = ("编号：{number}", "Number: {number}")
_STEP = ("环节：{task}", "Step: {task}")
_DUE = ("期限：{due_on}", "Due: {due_on}")
_DIGEST = ("今日事项共{count}项", "{count} matters for today")
_FOOT = (
    "请登录后办理。此邮件由系统发出，请勿回复；邮件方式可在“我的账号”中选择。",
    "Please sign in to deal with it. Sent by the system, do not reply; choose how mail comes in “My account”.",
)


def line(kind: str, data: Mapping[str, Any], *, locale: str, visible: bool = True) -> str:
    """One line that says what a notification tells; of what its reader may not see, only that."""
    if not visible:
        return _in(_HIDDEN, locale)
    if kind in _TASK:
        by = data.get("by") or _in(_SOMEBODY, locale)
        return _in(_TASK[kind], locale).format(by=by, task=data.get("task", ""))
    told = {name: data.get(name, "") for name in ("deadline", "due_on")}
    offset = int(data.get("offset", 0))
    pair = _BEFORE if offset < 0 else _AFTER if offset > 0 else _ON_DAY
    return _in(pair, locale).format(**told)


def letter(
    kind: str, data: Mapping[str, Any], *, number: str, link: str, locale: str
) -> tuple[str, str]:
    """(subject, body) of the mail that goes with one notification."""
    subject = line(kind, data, locale=locale)
    return _headed(subject), _body([subject, *_facts(data, number, locale)], link, locale)


def digest(
    lines: Sequence[tuple[str, Mapping[str, Any], str, str]], *, locale: str
) -> tuple[str, str]:
    """(subject, body) of a digest: kind, data, number and link of each."""
    subject = _in(_DIGEST, locale).format(count=len(lines))
    parts = [subject]
    for kind, data, number, link in lines:
        parts += ["", line(kind, data, locale=locale), *_facts(data, number, locale)]
        parts += [link] if link else []
    return _headed(subject), _body(parts, "", locale)


def _facts(data: Mapping[str, Any], number: str, locale: str) -> list[str]:
    found = [_in(_NUMBER, locale).format(number=number)] if number else []
    if data.get("task"):
        found.append(_in(_STEP, locale).format(task=data["task"]))
    if data.get("due_on"):
        found.append(_in(_DUE, locale).format(due_on=data["due_on"]))
    return found


def _body(parts: list[str], link: str, locale: str) -> str:
    return "\n".join([*parts, *([link] if link else []), "", _in(_FOOT, locale), ""])


def _headed(subject: str) -> str:
    """One line, whatever a name holds: a line break in a header would begin another."""
    return f"[Dudao] {' '.join(subject.split())}"[:200]


def _in(pair: tuple[str, str], locale: str) -> str:
    return pair[1 if locale.startswith("en") else 0]
