"""Dates, times and durations as ISO 8601 text, read and written.

Seconds may be left out of a time, since browsers' fields leave them out; fractions finer than a
microsecond are cut. Years run from 1 to 9999.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from feel.values import Value, YearsMonths

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,30}))?)?(.*)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z_]{1,20}(?:/[A-Za-z0-9_+-]{1,30}){0,2}", re.ASCII)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_SECONDS = re.compile(
    r"(-?)P(?:(\d{1,12})W|(?:(\d{1,12})D)?"
    r"(T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15})(?:\.(\d{1,30}))?S)?)?)",
    re.ASCII,
)
#: XML Schema allows no offset beyond fourteen hours.
_WIDEST_OFFSET = timedelta(hours=14)


def temporal_literal(text: str) -> Value:
    """The value of `@"…"`: a date, date and time, time or duration; None where it is none."""
    for read in (parse_date, parse_datetime, parse_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def parse_date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    return make_date(*map(int, found.groups())) if found else None


def make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def parse_time(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second, fraction, rest = found.groups()
    zone = parse_zone(rest)
    if rest and zone is None:
        return None
    try:
        return time(int(hour), int(minute), int(second or 0), _microseconds(fraction), zone)
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    day, mark, clock = text.partition("T")
    on, at = parse_date(day), parse_time(clock)
    return datetime.combine(on, at) if mark and on is not None and at is not None else None


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def parse_zone(text: str) -> tzinfo | None:
    """`Z`, `+08:00` or `@Asia/Shanghai`; None for anything else."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return find_zone(text[1:])
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    sign, hours, minutes, seconds = found.groups()
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return fixed_zone(-offset if sign == "-" else offset)


def fixed_zone(offset: timedelta) -> tzinfo | None:
    if abs(offset) > _WIDEST_OFFSET:
        return None
    return timezone(offset) if offset else UTC


@lru_cache(maxsize=1024)
def find_zone(name: str) -> tzinfo | None:
    """A zone of the IANA data base by its name."""
    if name == "Z":
        return UTC
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfo("Asia") is a folder, "tzdata.zi" no zone
        return None


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    found = _MONTHS.fullmatch(text)
    if found and not text.endswith("P"):
        sign, years, months = found.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearsMonths(-total if sign else total)
    return _parse_seconds(text)


def _parse_seconds(text: str) -> timedelta | None:
    found = _SECONDS.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        return None
    sign, weeks, days, _, hours, minutes, seconds, fraction = found.groups()
    try:
        total = timedelta(
            weeks=int(weeks or 0),
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=_microseconds(fraction),
        )
        return -total if sign else total
    except OverflowError:
        return None


def write(value: Value) -> str | None:
    """The ISO 8601 text of a date, time or duration; None for any other value."""
    match value:
        case datetime():
            return f"{value.date().isoformat()}T{write_time(value.timetz())}"
        case date():
            return value.isoformat()
        case time():
            return write_time(value)
        case timedelta():
            return _write_seconds(value)
        case YearsMonths():
            return _write_months(value)
    return None


def write_time(value: time) -> str:
    text = value.replace(tzinfo=None, microsecond=0).isoformat()
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    return text + write_zone(value.tzinfo)


def write_zone(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None)
    if not offset:
        return "Z"
    sign, size = ("-", -offset) if offset < timedelta() else ("+", offset)
    minutes, seconds = divmod(int(size.total_seconds()), 60)
    text = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def _write_seconds(value: timedelta) -> str:
    sign, size = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = f"{size.days}D" if size.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or size.microseconds:
        fraction = f".{size.microseconds:06d}".rstrip("0") if size.microseconds else ""
        clock += f"{seconds}{fraction}S"
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{days}" + (f"T{clock}" if clock else "")


def _write_months(value: YearsMonths) -> str:
    sign = "-" if value.months < 0 else ""
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{sign}P{text}"
