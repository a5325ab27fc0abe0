"""Counting running clocks anew: after a year's notice, or by a parameter's newer version.

Never by itself: `preview` lists what would move before anything is stored, `start` is an act with a
reason, its job goes through the open deadlines in small transactions, and each that moves keeps a
segment and tells of it in its case's history. Paused clocks are counted when they go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine import jobs
from engine.administration import duties, journal
from engine.calendars import working_calendar
from engine.calendars.calendar import Calendar, Year
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.identity.posts import actor_of
from engine.states import RecountState
from engine.tables import Deadline, DeadlineRule, Instance, Job, Recount, RecountMove
from engine.timing import deadline_rules, ends, lapses, open_clocks, reckoning, segments
from engine.timing.open_clocks import Calendars, Counter, Over, Preview
from engine.timing.reckoning import End
from engine.timing.segments import Terms

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

JOB_KIND = "recount"
#: Deadlines of one transaction: some tenths of a second, so that nobody waits long for it.
CHUNK = 500


def preview_year(uow: UnitOfWork, year: Year, *, calendar: str) -> Preview:
    """What would move if this year came into force. Only who runs the system; nothing is stored."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    years = [row for row in working_calendar.load(uow, calendar).years if row.year != year.year]
    days = Calendar([*years, year])
    calendars = {
        family: days.kept_by(hours=now.hours, rolls=now.rolls)
        for family in open_clocks.families(uow, calendar)
        for now in [reckoning.calendar_of(uow, family)]
    }
    return open_clocks.preview(uow, open_clocks.of_year(uow, calendar, year.year), calendars, None)


def preview_rule(
    uow: UnitOfWork, family: str, key: str, *, amount: int | None = None, unit: str | None = None
) -> Preview:
    """What would move by the parameter in force, or by this amount and unit of it."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    rule = deadline_rules.current(uow, family, key)
    if amount is not None:
        rule = deadline_rules.proposed(uow, rule, amount=amount, unit=unit or rule.unit)
    calendars = {family: reckoning.calendar_of(uow, family)}
    return open_clocks.preview(
        uow, open_clocks.of_rule(family, key), calendars, Terms(amount=rule.amount, unit=rule.unit)
    )


def start_year(uow: UnitOfWork, year: Year, *, calendar: str, reason: str) -> Recount:
    """Put a year into force and count the open deadlines that it concerns anew; one act.

    Conflict where the same is in force already; Invalid without a reason.
    """
    duties.require(uow, duties.SYSTEM_ADMIN)
    text = _reason(reason)
    before = {row.year: row.version for row in working_calendar.years(uow, calendar)}
    row = working_calendar.store(uow, year, calendar=calendar, reason=text)
    if before.get(row.year) == row.version:
        raise Conflict(f"{row.year}年现行的放假安排就是这样，没有变动。", code="calendar-unchanged")
    return _start(
        uow,
        Recount(calendar=calendar, year=row.year, version=row.version, reason=text),
        open_clocks.of_year(uow, calendar, row.year),
        name=f"{row.year}年放假安排",
    )


def start_rule(uow: UnitOfWork, family: str, key: str, *, reason: str) -> Recount:
    """Count the open deadlines of a parameter anew by the version in force."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    text = _reason(reason)
    rule = deadline_rules.current(uow, family, key)
    return _start(
        uow,
        Recount(family=family, key=key, version=rule.version, reason=text),
        open_clocks.of_rule(family, key),
        name=rule.name,
    )


def get(uow: UnitOfWork, recount_id: str) -> Recount:
    """One recount. NotFound; only who runs the system."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    row = uow.session.get(Recount, recount_id)
    if row is None:
        raise NotFound("没有这次重新推算。", code="recount-not-found")
    return row


def pause(uow: UnitOfWork, recount_id: str) -> Recount:
    """Count no further deadline until it goes on; what was moved stays moved. Conflict unless running."""
    row = _locked(uow, recount_id)
    if row.state != RecountState.RUNNING:
        raise Conflict("这次重新推算现在不在进行。", code="recount-not-running")
    row.state = RecountState.PAUSED
    _tell(uow, row, "recount.paused", {"looked": row.looked})
    return row


def resume(uow: UnitOfWork, recount_id: str) -> Recount:
    """Go on where it was paused. Conflict unless it was."""
    row = _locked(uow, recount_id)
    if row.state != RecountState.PAUSED:
        raise Conflict("这次重新推算没有暂停。", code="recount-not-paused")
    row.state = RecountState.RUNNING
    # the job before may be about to end: a second one beside it counts nothing twice
    jobs.schedule(uow, JOB_KIND, uow.now, payload={"recount": row.id})
    _tell(uow, row, "recount.resumed", {"looked": row.looked})
    return row


def search(uow: UnitOfWork) -> Sequence[Recount]:
    """The last hundred, the newest first."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    query = sa.select(Recount).order_by(Recount.started_at.desc(), Recount.id)
    return uow.session.scalars(query.limit(100)).all()


def moves(uow: UnitOfWork, row: Recount, *, after: str = "", limit: int = 50) -> list[RecountMove]:
    """What a recount moved or could not count; `after` is the id of the last one seen."""
    query = (
        sa.select(RecountMove)
        .where(RecountMove.recount_id == row.id, RecountMove.id > after)
        .options(joinedload(RecountMove.deadline).joinedload(Deadline.rule))
    )
    return list(uow.session.scalars(query.order_by(RecountMove.id).limit(limit)))


def run(uow: UnitOfWork, job: Job) -> None:
    """The handler of the job: one chunk, and then again until every open deadline was looked at."""
    if step(uow, job.payload["recount"]):
        jobs.postpone(job, uow.now)
        uow.after_commit(uow.engine.wake)


def step(uow: UnitOfWork, recount_id: str) -> bool:
    """Count the next chunk; True while there may be more."""
    row = _row(uow, recount_id)
    if row.state != RecountState.RUNNING:
        return False
    acting = uow
    if row.started_by is not None:
        acting = replace(uow, actor=actor_of(uow, row.started_by))
    over, calendars, terms = _scope(uow, row)
    found = list(open_clocks.rows(uow, over, after=row.cursor, limit=CHUNK))
    count = Counter(calendars, terms)
    wanted = [told.id for told in found if (end := count(told)) is None or end.moves(told)]
    _carry_out(acting, row, wanted, count)
    row.looked += len(found)
    if len(found) < CHUNK:
        row.state, row.finished_at = RecountState.DONE, uow.now
        _tell(acting, row, "recount.finished", {"moved": row.moved, "refused": row.refused})
        return False
    row.cursor = found[-1].id
    return True


def _locked(uow: UnitOfWork, recount_id: str) -> Recount:
    get(uow, recount_id)
    return _row(uow, recount_id)


def _row(uow: UnitOfWork, recount_id: str) -> Recount:
    query = sa.select(Recount).where(Recount.id == recount_id).with_for_update()
    return uow.session.scalars(query.execution_options(populate_existing=True)).one()


def _start(uow: UnitOfWork, row: Recount, over: Over, *, name: str) -> Recount:
    counted = sa.select(sa.func.count()).select_from(Deadline).join(Deadline.rule).where(over)
    row.total = uow.session.scalars(counted).one()
    row.started_by, row.started_by_name = uow.actor.user_id, uow.actor.name
    row.started_at = uow.now
    uow.session.add(row)
    uow.session.flush()
    jobs.schedule(uow, JOB_KIND, uow.now, payload={"recount": row.id}, key=f"{JOB_KIND}:{row.id}")
    _tell(uow, row, "recount.started", {"name": name, "deadlines": row.total})
    return row


def _tell(uow: UnitOfWork, row: Recount, kind: str, after: Mapping[str, Any]) -> None:
    subject = f"{row.calendar}/{row.year}" if row.calendar else f"{row.family}/{row.key}"
    journal.record(
        uow,
        kind,
        subject=("recount", row.id),
        name=subject,
        reason=row.reason,
        after={"version": row.version, **after},
    )


def _carry_out(uow: UnitOfWork, row: Recount, wanted: Sequence[str], count: Counter) -> None:
    """Move those that still move, under the locks of their cases."""
    if not wanted:
        return
    cases = sa.select(Deadline.instance_id).where(Deadline.id.in_(wanted))
    lock = sa.select(Instance).where(Instance.id.in_(cases)).order_by(Instance.id)
    # held here, that the session keeps them: the history of each case is written through them
    locked = uow.session.scalars(
        lock.with_for_update().execution_options(populate_existing=True)
    ).all()
    query = sa.select(Deadline).where(Deadline.id.in_(wanted), open_clocks.is_open())
    rows = uow.session.scalars(
        query.order_by(Deadline.id)
        .with_for_update(of=Deadline)
        .execution_options(populate_existing=True)
    ).all()
    rule = deadline_rules.current(uow, row.family or "", row.key or "") if row.key else None
    moved, notes = [], []
    for deadline in rows:
        counted = count(deadline)
        if counted is None:
            notes.append(_note(row, deadline, deadline.due_on, None, count.refusal))
            row.refused += 1
        elif counted.moves(deadline):
            moved.append((deadline, deadline.due_at, deadline.due_on))
            _take(uow, row, deadline, counted.end, rule)
            row.moved += 1
    ends.follow(uow, [(deadline, old_at) for deadline, old_at, _ in moved])
    for deadline, _, old_on in moved:
        notes.append(_note(row, deadline, old_on, deadline.due_on, ""))
        _record(uow, row, deadline, old_on)
    uow.session.flush()
    if notes:  # plain rows: objects would take a tenth of the whole time
        uow.session.execute(sa.insert(RecountMove), notes)
    del locked


def _take(
    uow: UnitOfWork, row: Recount, deadline: Deadline, end: End, rule: DeadlineRule | None
) -> None:
    segment: dict[str, Any] = {"reason": row.reason, "recount": row.id, "why": end.why}
    if rule is None:
        told = {"name": row.calendar, "year": row.year, "version": row.version}
        segment |= {"kind": "recomputed", "calendar": told}
    else:
        segment |= {"kind": "parameter", "amount": rule.amount, "unit": rule.unit}
        segment |= {"rule_version": rule.version}
        deadline.rule = rule
    note = segments.note(segment["kind"], deadline.due_on) if end.due_on != deadline.due_on else ""
    ends.take(uow, deadline, segment, replace(end, why=f"{end.why}{note}"))


def _note(
    row: Recount, deadline: Deadline, from_on: date, to_on: date | None, note: str
) -> dict[str, Any]:
    return {
        "id": f"{row.looked:08d}{deadline.id[:24]}",
        "recount_id": row.id,
        "deadline_id": deadline.id,
        "from_on": from_on,
        "to_on": to_on,
        "note": note,
    }


def _record(uow: UnitOfWork, row: Recount, deadline: Deadline, old_on: date) -> None:
    uow.record(
        "deadline.recomputed",
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={
            **lapses.facts(deadline),
            "from": old_on.isoformat(),
            "reason": row.reason,
            "recount": row.id,
            "by_version": row.version,
            "of": f"{row.year}年放假安排" if row.calendar else deadline.rule.name,
        },
    )


def _scope(uow: UnitOfWork, row: Recount) -> tuple[Over, Calendars, Terms | None]:
    if row.calendar is not None and row.year is not None:
        families = open_clocks.families(uow, row.calendar)
        calendars = {family: reckoning.calendar_of(uow, family) for family in families}
        return open_clocks.of_year(uow, row.calendar, row.year), calendars, None
    family, key = row.family or "", row.key or ""
    rule = deadline_rules.current(uow, family, key)
    calendars = {family: reckoning.calendar_of(uow, family)}
    return open_clocks.of_rule(family, key), calendars, Terms(amount=rule.amount, unit=rule.unit)


def _reason(text: str) -> str:
    if not text.strip():
        fault = Fault(pointer="/reason", detail="请写明理由。", code="required")
        raise Invalid("没有办理：请写明理由。", errors=[fault])
    return text.strip()
