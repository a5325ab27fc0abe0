"""The history of a case as sentences that people read.

A domain writes its own sentence (`text`) into the payload of its events; those of the engine are
made here, in the words of the office.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from api.shown import paper
from api.shown.people import Names
from engine import store
from engine.operating import mend_plans
from engine.permission import access
from engine.spiff.cache import Bundle
from engine.tables import Event, Instance, Task
from engine.unit_of_work import UnitOfWork

Entry = tuple[Event, Mapping[str, Any], Task | None]

#: Members of a payload that hold the id of a person, or of an organisation.
_PEOPLE = ("to", "user_id")
_ORGANISATIONS = ("organisation_id",)

VOTES = {"agree": "同意", "refuse": "不同意", "abstain": "弃权"}
OUTCOMES = {"agreed": "同意", "refused": "不同意"}
PLACEMENTS = {"before": "前加签", "after": "后加签", "parallel": "并行加签"}

CHANNELS = {"in_app": "站内提醒", "phone": "电话", "in_person": "当面"}
COMMENTS = {"opinion": "发表意见", "question": "提问", "reply": "回复"}

SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "instance.started": lambda said: "发起",
    "instance.completed": lambda said: "办结",
    "instance.suspended": lambda said: f"暂停：{said['reason']}",
    "instance.resumed": lambda said: f"恢复：{said['reason']}",
    "instance.cancelled": lambda said: f"撤销：{said['reason']}",
    "task.created": lambda said: f"“{said['name']}”到达",
    "task.claimed": lambda said: f"认领“{said['name']}”",
    "task.unclaimed": lambda said: f"放回“{said['name']}”，等待他人认领",
    "task.assigned": lambda said: f"把“{said['name']}”交给{said['to']}办理",
    "task.transferred": lambda said: (
        f"把“{said['name']}”由{said['from_name']}转给{said['to_name']}办理"
    ),
    "task.lent": lambda said: f"{said['from_name']}把“{said['name']}”委派给{said['to_name']}办理",
    "task.given_back": lambda said: f"办好“{said['name']}”，交回委派人{said['from_name']}",
    "task.recalled": lambda said: (
        f"收回委派的“{said['name']}”" + _noted({"note": said.get("reason", "")})
    ),
    "task.urged": lambda said: (
        f"催办“{said['name']}”（第{said['count']}次，{CHANNELS[said['channel']]}）" + _noted(said)
    ),
    "task.circulated": lambda said: f"抄送“{said['name']}”（{len(said['people'])}人）",
    "task.copy_read": lambda said: f"已阅“{said['name']}”",
    "task.commented": lambda said: f"就“{said['name']}”{COMMENTS[said['kind']]}",
    "task.comment_withdrawn": lambda said: (
        f"撤回就“{said['name']}”的{COMMENTS[said['kind']].removeprefix('发表')}：{said['reason']}"
    ),
    "sheet.made": lambda said: (
        f"生成呈批件第{said['number']}号（第{said['version']}版）“{said['title']}”"
    ),
    "sheet.signed": lambda said: f"呈批件第{said['number']}号（第{said['version']}版）已签批",
    "task.completed": lambda said: f"办理“{said['name']}”",
    "task.voted": lambda said: f"表决“{said['name']}”：{VOTES[said['vote']]}",
    "task.decided": lambda said: f"“{said['name']}”会签结果：{OUTCOMES[said['outcome']]}",
    "task.handed_in": lambda said: f"提交“{said['name']}”，等待加签人签署",
    "task.handed_back": lambda said: f"“{said['name']}”退还{said['to']}重新办理",
    "task.signer_added": lambda said: (
        f"就“{said['name']}”加签{said['to']}（{PLACEMENTS[said['placement']]}）" + _asked(said)
    ),
    "task.signer_removed": lambda said: f"从“{said['name']}”减签{_signer(said)}：{said['reason']}",
    "task.signer_void": lambda said: f"{said['user_id']}的签署席位作废：已回避",
    "task.cancelled": lambda said: f"“{said['name']}”不再需要办理",
    "task.draft_reduced": lambda said: (
        f"“{said['name']}”换用新版表单，草稿中的“{'”“'.join(said['fields'])}”不再填写"
    ),
    "instance.migrated": lambda said: (
        f"迁移到流程第{said['to_version']}版（原第{said['from_version']}版）"
    ),
    "instance.migration_reverted": lambda _: "退回迁移前的流程版本",
    "variables.set": lambda said: f"更正流程数据：{said['reason']}",
    "signal.sent": lambda said: f"发出信号“{said['name']}”",
    "signal.received": lambda said: f"收到信号“{said['name']}”",
    "escalation.unheard": lambda said: f"升级事件“{said['code']}”没有环节处理，流程继续",
    "message.received": lambda said: f"收到消息“{said['name']}”" + _noted(said),
    "message.delivered": lambda said: f"运维送达消息“{said['name']}”：{said['reason']}",
    "message.discarded": lambda said: f"运维作废消息“{said['name']}”：{said['reason']}",
    "rehearsal.played": lambda said: f"预演：{said['by_name']}代演{said['as_name']}",
    "timer.fired": lambda said: "时间已到，流程自动继续",
    "event.redacted": lambda said: (
        f"{_which(said)}的内容按“{said['rule_name']}”删除：{said['reason']}"
    ),
    "protected.entered": lambda said: f"登记受保护的信息（{len(said['protected'])}项）",
    "protected.read": lambda said: (
        f"查阅受保护的信息（{'、'.join(said['kinds'])}）：{said['reason']}"
    ),
    "incident.opened": lambda said: f"流程出现异常，等待处理：{said['message']}",
    "incident.resolved": lambda said: "异常已处理，流程继续",
    "incident.retried": lambda said: f"重试出故障的步骤：{said['reason']}",
    "job.retried": lambda said: f"重试失败的后台作业：{said['reason']}",
    "instance.mended": lambda said: _mended(said),
    "party.added": lambda said: f"{_who(said)}列为当事方（{said['relation']}）",
    "party.removed": lambda said: f"{_who(said)}不再是当事方（{said['relation']}）",
    "party.notified": lambda said: f"已告知{_who(said)}",
    "person.recused": lambda said: f"{said['user_id']}回避：{said['reason']}",
    "deadline.extended": lambda said: f"“{said['name']}”延长至{said['due_on']}：{said['reason']}",
    "deadline.paused": lambda said: f"中止“{said['name']}”：{said['reason']}",
    "deadline.resumed": lambda said: (
        f"恢复“{said['name']}”，至{said['due_on']}止：{said['reason']}"
    ),
    "deadline.recomputed": lambda said: (
        f"“{said['name']}”由{said['from']}改为{said['due_on']}（{said['of']}第{said['by_version']}版）："
        f"{said['reason']}"
    ),
    "deadline.corrected": lambda said: (
        f"更正“{said['name']}”，由{said['from']}改为{said['due_on']}，"
        f"{said['confirmed_by']}确认：{said['reason']}"
    ),
    "deadline.extension_requested": lambda said: (
        f"申请将“{said['name']}”延长至{said['until_on']}：{said['reason']}"
    ),
    "deadline.extension_granted": lambda said: f"批准“{said['name']}”延期：{said['reason']}",
    "deadline.extension_refused": lambda said: f"不批准“{said['name']}”延期：{said['reason']}",
    "deadline.extension_withdrawn": lambda said: f"撤回“{said['name']}”的延期申请",
    "deadline.kept": lambda said: (
        f"“{said['name']}”按纸面日期没有逾期（{said['due_on']}到期），此前记为逾期"
    ),
    "proposal.made": lambda said: f"提出{said['name']}，等待第二人核对：{said['reason']}",
    "proposal.confirmed": lambda said: f"核对并确认{said['name']}" + _said(said),
    "proposal.refused": lambda said: f"不同意{said['name']}" + _said(said),
    "proposal.withdrawn": lambda said: f"撤回{said['name']}",
    "deadline.missed": lambda said: f"“{said['name']}”已逾期（{said['due_on']}到期）",
}


def entries(uow: UnitOfWork, instance: Instance, rows: Sequence[Entry]) -> list[dict[str, Any]]:
    """The events of one instance, as `pages.events` reads them."""
    names = Names(
        uow,
        users=[said.get(key) for _, said, _ in rows for key in _PEOPLE],
        organisations=[said.get(key) for _, said, _ in rows for key in _ORGANISATIONS],
    )
    marks = paper.marks(uow, [_paper_act(said) for _, said, _ in rows])
    bundle = store.bundle(uow, instance.deployment_id)
    elements = {element_id: element.name for (_, element_id), element in bundle.elements.items()}
    is_inside = "internal" in access.audiences(uow, instance)
    return [
        {
            "id": event.id,
            "seq": event.seq if is_inside else None,
            "at": event.at,
            "kind": event.kind,
            "text": sentence(
                event.kind, _readable(event.kind, said, names, bundle, is_inside=is_inside)
            ),
            "actor": {"name": event.actor_name, "title": event.actor_title},
            "element_id": event.element_id,
            "element_name": task.name if task is not None else elements.get(event.element_id or ""),
            "task_id": event.task_id,
            "audience": event.audience,
            "opinion": _opinion(said),
            "on_paper": marks.get(_paper_act(said)),
            "elapsed_seconds": _elapsed(event, task),
        }
        for event, said, task in rows
    ]


def sentence(kind: str, said: Mapping[str, Any]) -> str:
    """What an event says; a redacted one says that it was."""
    text = said.get("text")
    if isinstance(text, str) and text:
        return text
    make = SENTENCES.get(kind)
    if make is None:
        return kind
    try:
        return make(said)
    except KeyError:
        return "（内容已按规定删除）"


def _readable(
    kind: str, said: Mapping[str, Any], names: Names, bundle: Bundle, *, is_inside: bool
) -> dict[str, Any]:
    """Ids and keys of the payload as names; no position of an event for who does not see them all."""
    readable = dict(said)
    if kind == "event.redacted" and not is_inside:
        readable.pop("seq", None)
    for key in _PEOPLE:
        if said.get(key) in names.users:
            readable[key] = names.users[said[key]]
    for key in _ORGANISATIONS:
        if said.get(key) in names.organisations:
            readable[key] = names.organisations[said[key]]
    relation = bundle.manifest.relations.get(str(said.get("relation")))
    if relation is not None:
        readable["relation"] = relation.name
    message = bundle.manifest.messages.get(str(said.get("name")))
    if message is not None and kind == "message.received":
        readable["name"] = message.name
    return readable


def _which(said: Mapping[str, Any]) -> str:
    return f"第{said['seq']}条" if "seq" in said else "此前一条"


def _asked(said: Mapping[str, Any]) -> str:
    return f"：{said['question']}" if said.get("question") else ""


def _signer(said: Mapping[str, Any]) -> str:
    """Whoever signs: a person, or a unit."""
    return str(said.get("user_id") or said.get("organisation_id") or "")


def _who(said: Mapping[str, Any]) -> str:
    """A party: the organisation, or the one person of it."""
    place = str(said["organisation_id"])
    return f"{said['user_id']}（{place}）" if said.get("user_id") else place


def _mended(said: Mapping[str, Any]) -> str:
    """An operator's act, with both names and the reason."""
    act = mend_plans.ACTS.get(said["act"], said["act"])
    who = f"{said['proposed_by']}提出，{said['confirmed_by']}确认"
    return f"{act}（{who}）：{said['reason']}"


def _paper_act(said: Mapping[str, Any]) -> str | None:
    mark = said.get("on_paper")
    return str(mark.get("paper_act")) if isinstance(mark, Mapping) else None


def _said(said: Mapping[str, Any]) -> str:
    return f"：{said['reason']}" if said.get("reason") else ""


def _noted(said: Mapping[str, Any]) -> str:
    return f"：{said['note']}" if said.get("note") else ""


def _opinion(said: Mapping[str, Any]) -> str | None:
    """What a person wrote for the others: the field `opinion` of a form, by convention."""
    values = said.get("values")
    written = values.get("opinion") if isinstance(values, Mapping) else None
    found = said.get("opinion") or written  # a vote has one beside its form
    return found if isinstance(found, str) and found else None


def _elapsed(event: Event, task: Task | None) -> int | None:
    """Seconds from the arrival of a task to its end."""
    if task is None or event.kind not in {"task.completed", "task.voted", "task.cancelled"}:
        return None
    return int((event.at - task.created_at).total_seconds())
