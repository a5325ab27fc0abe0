"""What a mend changes in a case: the rows that stand before and after it, compared and told in words.

It is worked out by doing the act, not by guessing: `engine/operating/mending.py` does it behind a savepoint for
the preview and for good at the confirmation, and both must come to the same (`essence`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from engine import advance, instances, pages, waits
from engine.clock import LOCAL_ZONE
from engine.spiff import moves
from engine.spiff.cache import Bundle
from engine.states import DeadlineState, IncidentState, InstanceState, JobState
from engine.tables import (
    Activity,
    Deadline,
    Incident,
    Instance,
    Job,
    Subscription,
    Task,
)

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: One thing that stands: `what` (task, timer, message, deadline, incident, step), its element, a
#: name; for a task also `holder` and `has_draft`; for what has a date `due_at` (ISO, UTC).
Thing: TypeAlias = dict[str, Any]
Effects: TypeAlias = dict[str, Any]

_TIMERS = ("timer", "continue")
_STATES = {"active": "在办", "suspended": "暂停", "completed": "办结", "cancelled": "已撤销"}


class Rows:
    """What stands in a case at one moment."""

    def __init__(self, uow: UnitOfWork, instance: Instance, variable: str | None = None) -> None:
        uow.session.flush()
        self.state = instance.state
        step = advance.begin(uow, instance)
        is_over = instance.state in (InstanceState.COMPLETED, InstanceState.CANCELLED)
        self.things = dict(_rows(uow, instance.id, step.bundle))
        if not is_over:
            for token in moves.standing(step.workflow):
                if token.waits_for == "nothing":
                    self.things[token.token_id] = _thing("step", token.element.id, step.bundle)
        self.visits = {
            row.token_id: (row.element_id, row.state)
            for row in uow.session.execute(
                sa.select(Activity.token_id, Activity.element_id, Activity.state).where(
                    Activity.instance_id == instance.id
                )
            )
        }
        self.value = None
        if variable is not None:
            self.value = instances.variables(uow, instance).get(variable)


def between(before: Rows, after: Rows, bundle: Bundle, *, variable: str | None = None) -> Effects:
    """What went, what came, which steps ran by themselves or were skipped; and all of it in words."""
    ended = sorted(
        (element, state)
        for token, (element, state) in after.visits.items()
        if state in {"completed", "skipped"} and before.visits.get(token, ("", ""))[1] != state
    )
    kinds = {key: element for (_, key), element in bundle.elements.items()}
    effects: Effects = {
        "cancels": _sorted(before.things, after.things),
        "creates": _sorted(after.things, before.things),
        "runs": [_thing("step", e, bundle) for e, s in ended if _is_step(kinds, e, s, "completed")],
        "skips": [_thing("step", e, bundle) for e, s in ended if s == "skipped"],
        "state": {"before": before.state, "after": after.state},
        "variable": None,
    }
    if variable is not None:
        effects["variable"] = {
            "name": variable,
            "before": before.value,
            "after": after.value,
        }
    effects["words"] = _words(effects)
    return effects


def seen(effects: Effects, visible: Callable[[Thing], bool]) -> Effects:
    """The same for somebody who may not know all of it."""
    kept = {
        key: [thing for thing in effects[key] if visible(thing)]
        for key in ("cancels", "creates", "runs", "skips")
    }
    found = {**effects, **kept}
    return {**found, "words": _words(found)}


def essence(effects: Mapping[str, Any]) -> dict[str, Any]:
    """What must still be so when it is confirmed: all but the words and the dates that begin then."""
    kept = {key: value for key, value in effects.items() if key != "words"}
    kept["creates"] = [{**thing, "due_at": None} for thing in effects["creates"]]
    return kept


def _is_step(kinds: Mapping[str, Any], element_id: str, state: str, wanted: str) -> bool:
    element = kinds.get(element_id)
    return state == wanted and element is not None and element.kind in moves.AUTOMATIC


def _sorted(these: Mapping[str, Thing], those: Mapping[str, Thing]) -> list[Thing]:
    """The things that stand in one and not in the other, in an order that is always the same."""
    found = [thing for key, thing in these.items() if key not in those]
    return sorted(found, key=lambda thing: [str(value) for value in thing.values()])


def _thing(what: str, element_id: str | None, bundle: Bundle, **more: Any) -> Thing:
    named = next((e.name for (_, key), e in bundle.elements.items() if key == element_id), "")
    return {
        "what": what,
        "element_id": element_id or "",
        "element_name": named,
        "name": "",
        "holder": None,
        "has_draft": False,
        "due_at": None,
        **more,
    }


def _rows(uow: UnitOfWork, instance_id: str, bundle: Bundle) -> list[tuple[str, Thing]]:
    session = uow.session
    tasks = session.scalars(
        sa.select(Task).where(Task.instance_id == instance_id, Task.state.in_(waits.OPEN_TASKS))
    ).all()
    names = pages.user_names(uow, {task.assignee_id for task in tasks if task.assignee_id})
    found = [
        (
            task.id,
            _thing(
                "task",
                task.element_id,
                bundle,
                name=task.name,
                holder=names.get(task.assignee_id or ""),
                has_draft=task.draft is not None,
                due_at=_iso(task.due_at),
            ),
        )
        for task in tasks
    ]
    jobs = sa.select(Job).where(
        Job.instance_id == instance_id,
        Job.kind.in_(_TIMERS),
        Job.state.in_((JobState.SCHEDULED, JobState.RUNNING, JobState.FAILED)),
    )
    for job in session.scalars(jobs):
        found.append((job.id, _thing("timer", job.element_id, bundle, due_at=_iso(job.due_at))))
    for row in session.scalars(
        sa.select(Subscription).where(Subscription.instance_id == instance_id)
    ):
        found.append((row.id, _thing("message", row.element_id, bundle, name=row.message)))
    clocks = sa.select(Deadline).where(
        Deadline.instance_id == instance_id, Deadline.state == DeadlineState.OPEN
    )
    for clock in session.scalars(clocks):
        due = _iso(clock.due_at)
        found.append(
            (
                clock.id,
                _thing("deadline", clock.element_id, bundle, name=clock.rule.name, due_at=due),
            )
        )
    incidents = sa.select(Incident).where(
        Incident.instance_id == instance_id, Incident.state == IncidentState.OPEN
    )
    for incident in session.scalars(incidents):
        found.append(
            (incident.id, _thing("incident", incident.element_id, bundle, name=incident.message))
        )
    return found


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _words(effects: Effects) -> list[str]:
    said = [f"跳过“{_named(thing)}”，它不再执行。" for thing in effects["skips"]]
    said += [_cancelled(thing) for thing in effects["cancels"]]
    said += [f"自动执行“{_named(thing)}”。" for thing in effects["runs"]]
    said += [_created(thing) for thing in effects["creates"]]
    state = effects["state"]
    if state["before"] != state["after"]:
        before, after = (_STATES.get(state[k], state[k]) for k in ("before", "after"))
        said.append(f"案件由“{before}”变为“{after}”。")
    if effects["variable"] is not None:
        said.append(f"变量 {effects['variable']['name']} 改为新值。")
    return said or ["没有任何变化。"]


def _cancelled(thing: Thing) -> str:
    place = _named(thing)
    if thing["what"] == "task":
        who = f"，{thing['holder']}正在办理" if thing["holder"] else ""
        draft = "，已存的草稿作废" if thing["has_draft"] else ""
        return f"取消任务“{place}”{who}{draft}。"
    return {
        "timer": f"取消“{place}”的定时（{_day(thing)}）。",
        "message": f"“{place}”不再等待消息“{thing['name']}”。",
        "deadline": f"“{thing['name']}”（{_day(thing)}到期）不再计算。",
        "incident": f"“{place}”的异常了结。",
        "step": f"停在“{place}”的自动步骤离开此处。",
    }[thing["what"]]


def _created(thing: Thing) -> str:
    place = _named(thing)
    due = f"，{_day(thing)}到期" if thing["due_at"] else ""
    return {
        "task": f"产生任务“{place}”{due}。",
        "timer": f"设定“{place}”的定时（{_day(thing)}）。",
        "message": f"“{place}”开始等待消息“{thing['name']}”。",
        "deadline": f"开始计算“{thing['name']}”{due}。",
        "incident": f"“{place}”出现异常：{thing['name']}",
        "step": f"自动步骤停在“{place}”。",
    }[thing["what"]]


def _named(thing: Thing) -> str:
    return str(thing["element_name"] or thing["element_id"])


def _day(thing: Thing) -> str:
    if thing["due_at"] is None:
        return "无日期"
    at = datetime.fromisoformat(thing["due_at"]).astimezone(LOCAL_ZONE)
    return f"{at:%Y-%m-%d %H:%M}"
