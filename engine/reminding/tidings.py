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
_DRAFT_TAKEN = (
    "{by}接手编辑模型草稿“{draft}”，您未保存的修改不会再被保存",
    "{by} now edits the model draft “{draft}”; what you have not saved will not be kept",
)
_ACCOUNT = {
    "account.password_set": ("您的密码已修改", "Your password was changed"),
    "account.activated": ("您的账号已启用并设置了密码", "Your account was opened with a password"),
    "account.recovered": ("您的账号已重设密码", "Your account has a new password by recovery"),
    "account.changed": (
        "您账号的邮箱或电话已修改",
        "The mail or phone of your account was changed",
    ),
    "recovery.half_taken": (
        "有人正在经两人办理重设您的账号",
        "Somebody is resetting your account, which takes two people",
    ),
    "second_factor.enrolled": (
        "您的账号已绑定验证器",
        "An authenticator was added to your account",
    ),
    "second_factor.removed": (
        "您账号的验证器已解除",
        "The authenticator of your account was removed",
    ),
    "recovery_code.used": ("您的一个恢复码已使用", "One of your recovery codes was used"),
    "identity.linked": ("您的账号已关联统一认证", "Your account was linked to the provider"),
    "identity.unlinked": (
        "您的账号已解除统一认证的关联",
        "Your account was unlinked from the provider",
    ),
    "sign_in.elsewhere": (
        "您的账号在新的地点或浏览器登录",
        "Your account was signed in from a new place or browser",
    ),
}
_AT = ("时间：{at}（北京时间）", "Time: {at} (Beijing)")
_BY = ("办理人：{by}", "By: {by}")
_FROM = ("来自：{address}", "From: {address}")
_NOT_YOU = (
    "如果不是您本人办理，请立即告诉安全管理员。详情见“我的账号”。此邮件由系统发出，请勿回复。",
    "If this was not you, tell the security administrator at once. See “My account”. Do not reply.",
)
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
    if kind == "model_draft.taken_over":
        return _in(_DRAFT_TAKEN, locale).format(by=data["by"], draft=data["draft"])
    if kind in _ACCOUNT:
        return _in(_ACCOUNT[kind], locale)
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


def letter_to_owner(kind: str, data: Mapping[str, Any], *, locale: str) -> tuple[str, str]:
    """(subject, body) of what happened to an account; it holds no link: such letters are forged."""
    subject = line(kind, data, locale=locale)
    facts = (("at", _AT), ("by", _BY), ("address", _FROM))
    said = [_in(pair, locale).format(**data) for name, pair in facts if data.get(name)]
    return _headed(subject), "\n".join([subject, *said, "", _in(_NOT_YOU, locale), ""])


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
