"""Telling what happens in a rehearsal: each event once, with date, actor, document and deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actor import Actor
from engine.clock import LOCAL_ZONE
from engine.engine import Engine
from engine.spiff.signing import ABSTAIN, AGREE, AGREED, REFUSE
from engine.states import DeadlineState
from engine.tables import Deadline, Event, EventPayload, Instance, Task
from engine.unit_of_work import UnitOfWork

Say = Callable[[str], None]
SYSTEM = Actor.system("rehearsal")
_VOTES = {AGREE: "同意", REFUSE: "不同意", ABSTAIN: "弃权"}


@dataclass
class Narrator:
    """Says what is new since it last looked."""

    engine: Engine
    say: Say
    told: dict[str, int] = field(default_factory=dict)  # instance → links of its history
    known: set[str] = field(default_factory=set)  # deadlines

    def tell(self) -> None:
        """Every event, then every deadline, that came since the last time."""
        with self.engine.read(SYSTEM) as uow:
            news: list[tuple[datetime, int, str]] = []
            for instance in uow.session.scalars(sa.select(Instance)):
                seen = self.told.get(instance.id, 0)
                if instance.history_length == seen:
                    continue
                self.told[instance.id] = instance.history_length
                rows = uow.session.execute(
                    sa.select(Event, EventPayload.content)
                    .join(EventPayload, EventPayload.event_id == Event.id)
                    .where(Event.instance_id == instance.id, Event.seq > seen)
                )
                news += [(event.at, event.seq, _line(event, content)) for event, content in rows]
            for _, _, line in sorted(news):
                if line:
                    self.say(line)
            fresh = sa.select(Deadline).order_by(Deadline.opened_at, Deadline.id)
            for deadline in uow.session.scalars(fresh):
                if deadline.id not in self.known:
                    self.known.add(deadline.id)
                    self.say(f"    期限 {_named(uow, deadline)}：{deadline.why}")

    def sum_up(self) -> None:
        """How much there was, and which deadlines were missed."""
        with self.engine.read(SYSTEM) as uow:
            events = uow.session.scalar(sa.select(sa.func.count()).select_from(Event))
            missed = uow.session.scalars(
                sa.select(Deadline)
                .where(Deadline.state == DeadlineState.MISSED)
                .order_by(Deadline.due_at, Deadline.id)
            ).all()
            self.say(f"共 {events} 条记录，{len(self.known)} 个期限，其中逾期 {len(missed)} 个。")
            for deadline in missed:
                self.say(f"    逾期 {deadline.rule.name}（{deadline.due_on}）")


def stamp(at: datetime) -> str:
    """Local date and time to the minute."""
    return f"{at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


def _line(event: Event, content: Mapping[str, Any]) -> str:
    text = _sentence(event.kind, content)
    if not text:
        return ""
    name = event.actor_name if event.actor_id is not None else "系统"
    who = f"{name}{f'（{event.actor_title}）' if event.actor_title else ''}"
    return f"{stamp(event.at)}  {who}  {text}"


def _named(uow: UnitOfWork, deadline: Deadline) -> str:
    """The deadline, with the task that it is for where its name says less, and the task's item."""
    task = uow.session.scalar(
        sa.select(Task).where(Task.deadline_id == deadline.id).order_by(Task.created_at).limit(1)
    )
    if task is None:
        return deadline.rule.name
    said = [task.name] if task.name != deadline.rule.name else []
    about = "，".join([*said, *([task.item_name] if task.item_name else [])])
    return f"{deadline.rule.name}（{about}）" if about else deadline.rule.name


def _sentence(kind: str, content: Mapping[str, Any]) -> str:
    if "text" in content:
        return str(content["text"])
    if kind == "task.completed":
        return f"办结“{content.get('name', '')}”"
    if kind == "task.voted":
        opinion = f"：{content['opinion']}" if content.get("opinion") else ""
        return f"表决“{content.get('name', '')}”，{_VOTES[content['vote']]}{opinion}"
    if kind == "task.decided":
        outcome = "同意" if content["outcome"] == AGREED else "不同意"
        return f"“{content.get('name', '')}”会签结果：{outcome}"
    if kind == "task.cancelled":
        return f"“{content.get('name', '')}”因流程继续而撤回"
    if kind == "deadline.missed":
        return f"逾期：{content.get('name', '')}（{content.get('on_lapse', '')}）"
    if kind == "incident.opened":
        return f"异常：{content.get('message', '')}"
    return ""
