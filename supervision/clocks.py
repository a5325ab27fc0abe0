"""Last days, reckoned with the parameters and the calendar in force; nothing is stored here.

Running clocks are the engine's deadlines, armed by the models. The domain asks here where a rule of
its own needs a date: a problem's limit, the end of a remedy, the notice before a visit.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.administration import parameters
from engine.calendars.calendar import YearNotLoaded
from engine.states import DeadlineState, TaskState
from engine.tables import Deadline, Task
from engine.timing import deadline_rules, deadlines, enclosures, reckoning
from engine.unit_of_work import UnitOfWork

#: The family whose deadline parameters are meant.
FAMILY = "supervision"


def last_day(uow: UnitOfWork, key: str, start: date) -> date:
    """The last day of the period `key` that starts with `start` (day 0). NotFound: no such key."""
    rule = deadline_rules.current(uow, FAMILY, key)
    calendar = reckoning.calendar_of(uow, FAMILY)
    return reckoning.reckon(calendar, rule, reckoning.start_of(uow, start)).due_on


def latest_notice(uow: UnitOfWork, key: str, event_on: date) -> date:
    """The last day on which notice of an event may be served, counted back from its date."""
    rule = deadline_rules.current(uow, FAMILY, key)
    calendar = reckoning.calendar_of(uow, FAMILY)
    start = reckoning.start_of(uow, event_on)
    return reckoning.reckon(calendar, rule, start, -abs(rule.amount)).due_on


def words(uow: UnitOfWork, key: str) -> str:
    """The period as people say it, e.g. 10个工作日."""
    rule = deadline_rules.current(uow, FAMILY, key)
    unit = {"days": "日", "working_days": "个工作日", "months": "个月"}.get(rule.unit, rule.unit)
    return f"{abs(rule.amount)}{unit}"


def parameter(uow: UnitOfWork, key: str) -> Any:
    """A parameter that is no clock, as it is in force. NotFound: no such key."""
    return parameters.value(uow, FAMILY, key)


def clashes(uow: UnitOfWork, event_on: date, *keys: str) -> list[str]:
    """What cannot be kept if an event is planned for this day: sentences, none where all fits.

    Where a year on the way has no notice stored nothing can be said, and nothing is.
    """
    try:
        return [
            fit.text for fit in enclosures.plan(uow, FAMILY, event_on, keys=keys) if not fit.fits
        ]
    except YearNotLoaded:
        return []


def prolong(uow: UnitOfWork, instance_id: str, key: str, *, to: date, reason: str) -> None:
    """Move running clocks of `key` in this instance to a later day; one that ends later stays.

    A missed one moves only while its task is still open: what nobody waits for any more stays missed.
    """
    waited_for = sa.exists().where(
        Task.deadline_id == Deadline.id, Task.state.in_((TaskState.READY, TaskState.CLAIMED))
    )
    rows = uow.session.scalars(
        sa.select(Deadline).where(
            Deadline.instance_id == instance_id,
            Deadline.key == key,
            sa.or_(
                Deadline.state == DeadlineState.OPEN,
                sa.and_(Deadline.state == DeadlineState.MISSED, waited_for),
            ),
            Deadline.due_on < to,
        )
    ).all()
    for row in rows:
        deadlines.extend(uow, row.id, reason=reason, to=to)
