"""The working-day calendar and deadlines from the command line: look, then bring a notice in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine import pages
from engine.actor import Actor
from engine.calendars import notice, notices, working_calendar
from engine.calendars.calendar import Year
from engine.calendars.notices import Check
from engine.clock import LOCAL_ZONE
from engine.engine import Engine
from engine.states import DeadlineState
from engine.timing import recounts
from engine.timing.countdown import words
from ops.errors import Refusal
from ops.messages import text

ACTOR = Actor.system("dudao calendar")
#: Lines of a list that are shown; the number of the others is told.
_SHOWN = 200

Say = Callable[[str], None]


def check(engine: Engine, path: Path, *, calendar: str, say: Say) -> None:
    """What the notice in a file says, differs in and would move; nothing is stored."""
    year = _read(path)
    with engine.read(ACTOR) as uow:
        _show(notices.check(uow, year, calendar=calendar), say)


def bring_in(engine: Engine, path: Path, *, calendar: str, reason: str, say: Say) -> None:
    """Put the notice into force and count the open deadlines anew, here and now.

    A worker may help or finish: each step is a transaction of its own.
    """
    year = _read(path)
    with engine.begin(ACTOR) as uow:
        _show(notices.check(uow, year, calendar=calendar), say)
        recount = recounts.start_year(uow, year, calendar=calendar, reason=reason)
        id_, version = recount.id, recount.version
    say(text("calendar.stored", year=year.year, version=version))
    is_going = True
    while is_going:
        with engine.begin(ACTOR) as uow:
            is_going = recounts.step(uow, id_)
            row = recounts.get(uow, id_)
            say(text("calendar.progress", looked=row.looked, total=row.total, moved=row.moved))


def years(engine: Engine, *, calendar: str, say: Say) -> None:
    """The years in force, and how many open deadlines wait for a notice."""
    with engine.read(ACTOR) as uow:
        for row in working_calendar.years(uow, calendar):
            mark = text("calendar.provisional") if row.provisional else ""
            say(f"{row.year}  v{row.version}  {row.source}{mark}")
        say(text("calendar.waiting", count=notices.waiting(uow)))


def case_deadlines(engine: Engine, case: str, *, say: Say) -> None:
    """The deadlines of a case by its number, each with its sentence."""
    with engine.read(ACTOR) as uow:
        found = pages.instances_by_key(uow, case)
        if len(found) != 1:
            raise Refusal("calendar.no_case", case=case)
        for row in pages.find_deadlines(
            uow, states=tuple(DeadlineState), instance_id=found[0].id, limit=_SHOWN
        ):
            due = row.due_at.astimezone(LOCAL_ZONE)
            say(f"{row.due_on}  {row.rule.name}  {words(uow, row)}  ({due:%H:%M})")
            say(f"    {row.why}")


def _read(path: Path) -> Year:
    return notice.read(path.read_bytes())


def _show(found: Check, say: Say) -> None:
    year = found.year
    say(text("calendar.notice", year=year.year, source=year.source))
    say(text("calendar.in_force", version=found.version or "–"))
    for change in found.differences:
        say(f"  {change.on}  {change.before} → {change.after}  {change.name}")
    for warning in found.warnings:
        say(text("calendar.warning", warning=warning))
    say(text("calendar.would_move", moves=len(found.moves), looked=found.preview.looked))
    for move in found.moves[:_SHOWN]:
        to = move.to_on or move.note
        say(f"  {move.business_key or move.instance_id}  {move.name}  {move.from_on} → {to}")
        say(f"      {move.why}")
    if len(found.moves) > _SHOWN:
        say(text("calendar.more", count=len(found.moves) - _SHOWN))
