"""What became of a deadline's end, act by act, and what follows from it: date and sentence.

A deadline keeps every segment: its first count, extensions, pauses, corrections, counts by a newer
calendar or parameter. `replay` goes through them with the calendar of today, so that the date and
the sentence that explains it are always of one piece, whatever was done in which order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeAlias

from engine.calendars.calendar import Calendar, Unit, end_of
from engine.clock import LOCAL_ZONE, local_date
from engine.tables import Deadline, DeadlineRule
from engine.timing import reckoning
from engine.timing.deadline_rules import CLOCK_UNITS
from engine.timing.periods import WORKING_HOURS
from engine.timing.reckoning import End, Start

Segment: TypeAlias = Mapping[str, Any]

_NOTES = {"recomputed": "放假安排更新后重新推算", "parameter": "期限参数调整后重新推算"}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long a deadline runs: the rule's, as they were when it was opened or last counted anew."""

    amount: int
    unit: str


def replay(
    calendar: Calendar,
    segments: Sequence[Segment],
    *,
    opened_at: datetime,
    terms: Terms | None = None,
) -> End:
    """Where the clock ends after all these segments, and why; `terms` instead of its own.

    YearNotLoaded where it reaches a year whose notice is not stored.
    """
    terms = terms or terms_of(segments)
    start = start_of(segments, opened_at)
    end = reckoning.reckon(calendar, terms, start)
    nominal = _nominal(calendar, terms, start.on, end)
    said = [end.why, *_corrected_start(segments)]
    for segment in segments[1:]:
        kind = segment["kind"]
        if kind == "extension":
            end, nominal = _extended(calendar, terms, segment, end)
            said.append(f"批准延期，{end.why}（{_reason(segment)}）")
        elif kind == "resume":
            end, nominal = _resumed(calendar, terms, segment, end, nominal)
            said.append(end.why)
        elif kind == "correction" and segment.get("starts_on") is None:
            end = nominal_end(terms, segment)
            nominal = end.due_on
            said.append(f"更正为{end.due_on}止（{_reason(segment)}）")
        elif kind in _NOTES and segment["from"] != segment["to"]:
            said.append(note(kind, segment["from"])[1:])
    return replace(end, why="；".join(said))


def sentence(rule: DeadlineRule, segments: Sequence[Segment], end: End) -> str:
    """Why this date: start event, count, what happened since, and the ground; one sentence."""
    paused = segments[-1]["kind"] == "pause"
    said = replace(end, why=f"{end.why}；自{segments[-1]['paused_on']}起中止") if paused else end
    return reckoning.sentence(rule, said)


def note(kind: str, old_on: object) -> str:
    """What the sentence says of a count by a newer calendar or parameter."""
    return f"；{_NOTES[kind]}，原为{old_on}"


def end_of_deadline(calendar: Calendar, deadline: Deadline, terms: Terms | None = None) -> End:
    """`replay` of a stored deadline."""
    return replay(calendar, deadline.segments, opened_at=deadline.opened_at, terms=terms)


def terms_of(segments: Sequence[Segment]) -> Terms:
    """The period it is counted by: of its opening, or of the last parameter applied to it."""
    told = next(s for s in reversed(segments) if s["kind"] in ("initial", "parameter"))
    return Terms(amount=told["amount"], unit=told["unit"])


def start_of(segments: Sequence[Segment], opened_at: datetime) -> Start:
    """The start event, as it was recorded or last corrected."""
    for segment in reversed(segments):
        if segment["kind"] == "correction" and segment.get("starts_on"):
            return _at_day(date.fromisoformat(segment["starts_on"]), opened_at)
    first = segments[0]
    if first.get("start_at"):
        at = datetime.fromisoformat(first["start_at"])
        return Start(on=date.fromisoformat(first["from"]), at=at)
    return _at_day(date.fromisoformat(first["from"]), opened_at)


def is_on_calendar(segments: Sequence[Segment]) -> bool:
    """Whether holidays may move it: what is counted by the clock alone they do not."""
    unit = terms_of(segments).unit
    return unit not in CLOCK_UNITS or unit == WORKING_HOURS


def nominal_end(terms: Terms, segment: Segment) -> End:
    """The end that a decision set: a date of a decision is no period, and stays on a rest day."""
    on = date.fromisoformat(segment["to"])
    at = segment.get("to_at")
    return End(
        due_on=on,
        due_at=datetime.fromisoformat(at) if at and terms.unit in CLOCK_UNITS else end_of(on),
        why=f"自{segment['from']}延至{on}",
        is_provisional=False,
    )


def _corrected_start(segments: Sequence[Segment]) -> list[str]:
    told = [s for s in segments if s["kind"] == "correction" and s.get("starts_on")]
    if not told:
        return []
    return [f"起算日由{segments[0]['from']}更正而来（{_reason(told[-1])}）"]


def _extended(calendar: Calendar, terms: Terms, segment: Segment, end: End) -> tuple[End, date]:
    amount = segment["amount"]
    if amount is None:
        decided = nominal_end(terms, segment)
        return replace(decided, why=f"自{end.due_on}延至{decided.due_on}"), decided.due_on
    more = Terms(amount=amount, unit=segment["unit"] or terms.unit)
    start = Start(on=end.due_on, at=end.due_at)
    found = reckoning.reckon(calendar, more, start)
    return found, _nominal(calendar, more, start.on, found)


def _resumed(
    calendar: Calendar, terms: Terms, segment: Segment, end: End, nominal: date
) -> tuple[End, date]:
    """The time of the pause is not counted: what was left goes on from the day of the resumption."""
    paused_at, resumed_at = (
        datetime.fromisoformat(segment[name]) for name in ("paused_at", "resumed_at")
    )
    paused_on, resumed_on = local_date(paused_at), local_date(resumed_at)
    if paused_at >= end.due_at:  # counted anew, it was over before
        return replace(end, why=f"{paused_on}中止前已届满"), nominal
    head = f"{paused_on}中止、{resumed_on}恢复，中止期间不计入"
    if terms.unit in CLOCK_UNITS:
        due_at = _later(calendar, terms, end.due_at, paused_at, resumed_at)
        told = f"{head}，至{due_at.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}止"
        return replace(end, due_on=local_date(due_at), due_at=due_at, why=told), nominal
    if terms.unit == Unit.WORKING_DAYS:
        left = calendar.working_days_between(paused_on, end.due_on)
        due_on = nominal = calendar.add_working_days(resumed_on, left)
        told = f"{head}，余{left}个工作日，至{due_on}止"
    else:
        nominal += resumed_on - paused_on
        due_on = calendar.roll(nominal) if calendar.rolls else nominal
        told = f"{head}，余{(nominal - resumed_on).days}日，至{due_on}止"
    is_provisional = end.is_provisional or calendar.is_provisional(resumed_on, due_on)
    found = End(due_on=due_on, due_at=end_of(due_on), why=told, is_provisional=is_provisional)
    return found, nominal


def _later(
    calendar: Calendar, terms: Terms, due_at: datetime, paused_at: datetime, resumed_at: datetime
) -> datetime:
    if terms.unit != WORKING_HOURS:
        return due_at + (resumed_at - paused_at)
    left = calendar.working_time_between(paused_at, due_at)
    return calendar.add_working_hours(resumed_at, left)


def _nominal(calendar: Calendar, terms: Terms, start: date, end: End) -> date:
    """The last day before it rolls over a rest day: what is left is counted to this one."""
    if terms.unit not in (Unit.DAYS, Unit.MONTHS):
        return end.due_on
    back = terms.amount < 0
    return calendar.due(start, abs(terms.amount), terms.unit, roll=False, back=back).on


def _at_day(on: date, opened_at: datetime) -> Start:
    """As `reckoning.start_of`: a bare date of the day of opening counts hours from then."""
    if on == local_date(opened_at):
        return Start(on=on, at=opened_at)
    return Start(on=on, at=reckoning.first_instant(on))


def _reason(segment: Segment) -> str:
    return str(segment.get("reason", "")).rstrip("。") or "未写明理由"
