"""Working days: the vectors of the specification, remedies, edges and properties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars.calendar import (
    Calendar,
    CalendarError,
    DayKind,
    Unit,
    Year,
    YearNotLoaded,
    end_of,
    seed_year,
)

CALENDAR = Calendar(seed_year(year) for year in range(2023, 2028))
DAY = timedelta(days=1)
starts = st.dates(date(2023, 1, 1), date(2026, 6, 30))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        # procedure.md §9.2b
        ("2026-02-13", 5, "working_days", "2026-02-27"),
        ("2026-04-30", 5, "working_days", "2026-05-11"),
        ("2026-09-30", 10, "working_days", "2026-10-20"),
        ("2026-09-18", 3, "working_days", "2026-09-22"),
        ("2026-01-15", 30, "days", "2026-02-14"),
        ("2026-08-20", 30, "days", "2026-09-20"),
        ("2026-09-01", 30, "days", "2026-10-08"),
        ("2026-10-15", 30, "days", "2026-11-16"),
        # the decision received on 2026-03-02: direct appeal, review
        ("2026-03-02", 15, "days", "2026-03-17"),
        ("2026-03-02", 30, "days", "2026-04-01"),
        # over New Year, between two notices
        ("2025-12-30", 5, "working_days", "2026-01-07"),
        ("2025-12-02", 30, "days", "2026-01-04"),
        # leap days
        ("2024-02-28", 1, "days", "2024-02-29"),
        ("2024-01-30", 30, "days", "2024-02-29"),
        ("2024-02-29", 12, "months", "2025-02-28"),
        ("2023-02-28", 12, "months", "2024-02-28"),
        ("2024-01-31", 1, "months", "2024-02-29"),
        ("2025-01-31", 1, "months", "2025-02-28"),
        ("2025-11-15", 3, "months", "2026-02-24"),
        # a clock of the same day
        ("2026-03-02", 0, "days", "2026-03-02"),
        ("2026-03-07", 0, "working_days", "2026-03-09"),
    ],
)
def test_a_clock_ends_on_the_day_of_the_vector(
    start: str, amount: int, unit: str, end: str
) -> None:
    assert CALENDAR.due(day(start), amount, unit).on == day(end)


def test_each_unit_has_its_own_verb_with_the_same_result() -> None:
    assert CALENDAR.add_working_days(day("2026-02-13"), 5) == day("2026-02-27")
    assert CALENDAR.add_days(day("2026-09-01"), 30) == day("2026-10-08")
    assert CALENDAR.add_months(day("2024-01-31"), 1) == day("2024-02-29")


def test_without_rolling_the_last_day_stays_on_the_rest_day() -> None:
    assert CALENDAR.add_days(day("2026-09-01"), 30, roll=False) == day("2026-10-01")
    assert CALENDAR.add_months(day("2026-09-01"), 1, roll=False) == day("2026-10-01")
    assert CALENDAR.due(day("2026-10-15"), 30, "days", roll=False).on == day("2026-11-14")


def test_a_day_is_told_by_its_kind() -> None:
    assert CALENDAR.kind(day("2026-02-12")) is DayKind.WORKDAY
    assert CALENDAR.kind(day("2026-02-14")) is DayKind.MAKE_UP
    assert CALENDAR.kind(day("2026-03-07")) is DayKind.WEEKEND
    assert CALENDAR.kind(day("2026-02-15")) is DayKind.HOLIDAY
    assert CALENDAR.is_working_day(day("2026-02-14"))
    assert not CALENDAR.is_working_day(day("2026-02-16"))


def test_notice_counts_back_whole_working_days() -> None:
    assert CALENDAR.subtract_working_days(day("2026-03-20"), 5) == day("2026-03-13")
    # 05-09 is worked, 05-01 to 05-05 are off
    assert CALENDAR.subtract_working_days(day("2026-05-11"), 5) == day("2026-04-30")
    assert CALENDAR.subtract_working_days(day("2026-01-05"), 3) == day("2025-12-30")
    assert CALENDAR.subtract_working_days(day("2026-03-08"), 0) == day("2026-03-06")
    due = CALENDAR.due(day("2026-05-11"), 5, "working_days", back=True)
    assert due.on == day("2026-04-30")
    assert due.why == "自2026-05-11前一日起倒数5个工作日，遇劳动节放假和调休，至2026-04-30止"


def test_natural_days_counted_back_never_shorten_the_notice() -> None:
    due = CALENDAR.due(day("2026-10-20"), 15, "days", back=True)
    assert due.on == day("2026-09-30")
    assert due.why == (
        "自2026-10-20前一日起倒数15日，末日2026-10-05为国庆节放假提前至前一工作日，至2026-09-30止"
    )


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        ("2026-11-23", "2026-11-26", 3),
        ("2026-11-26", "2026-11-23", -3),
        ("2026-11-26", "2026-11-26", 0),
        ("2026-11-27", "2026-11-28", 0),
        ("2026-02-13", "2026-02-27", 5),
        ("2025-12-30", "2026-01-07", 5),
        ("2026-01-07", "2025-12-30", -5),
    ],
)
def test_the_days_left_are_signed_working_days(a: str, b: str, days: int) -> None:
    assert CALENDAR.working_days_between(day(a), day(b)) == days


def test_the_last_day_ends_at_midnight_local_time() -> None:
    assert end_of(day("2026-02-27")) == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert end_of(day("2026-12-31")).tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "amount", "unit", "why"),
    [
        (
            "2026-02-13",
            5,
            "working_days",
            "自2026-02-13次日起算5个工作日，遇春节放假和调休，至2026-02-27止",
        ),
        (
            "2026-09-18",
            3,
            "working_days",
            "自2026-09-18次日起算3个工作日，遇09-20调休上班，至2026-09-22止",
        ),
        (
            "2026-06-18",
            2,
            "working_days",
            "自2026-06-18次日起算2个工作日，遇端午节放假，至2026-06-23止",
        ),
        ("2026-03-02", 3, "working_days", "自2026-03-02次日起算3个工作日，至2026-03-05止"),
        (
            "2026-09-01",
            30,
            "days",
            "自2026-09-01次日起算30日，末日2026-10-01为国庆节放假顺延，至2026-10-08止",
        ),
        (
            "2026-10-15",
            30,
            "days",
            "自2026-10-15次日起算30日，末日2026-11-14为周六顺延，至2026-11-16止",
        ),
        (
            "2024-01-31",
            1,
            "months",
            "自2024-01-31次日起算1个月，到期月无对应日，以月末2024-02-29为末日，至2024-02-29止",
        ),
        ("2026-03-02", 0, "days", "自2026-03-02起当日，至2026-03-02止"),
        (
            "2026-12-20",
            30,
            "days",
            "自2026-12-20次日起算30日，至2027-01-19止"
            "（2027年放假安排尚未公布，暂按法定节假日推算）",
        ),
    ],
)
def test_a_date_is_explained_in_one_sentence(start: str, amount: int, unit: str, why: str) -> None:
    assert CALENDAR.explain(day(start), amount, unit) == why


def test_a_result_that_rests_on_an_unannounced_year_is_provisional() -> None:
    over = CALENDAR.due(day("2026-12-30"), 5, "working_days")
    assert over.provisional
    assert over.years == (2026, 2027)
    assert not CALENDAR.due(day("2026-11-02"), 20, "working_days").provisional
    assert CALENDAR.due(day("2027-01-15"), 3, "working_days", back=True).provisional


def test_natural_days_that_do_not_roll_ask_no_calendar() -> None:
    due = CALENDAR.due(day("2029-12-20"), 30, "days", roll=False)
    assert (due.on, due.provisional, due.years) == (day("2030-01-19"), False, ())


@pytest.mark.parametrize(
    "count",
    [
        lambda: CALENDAR.due(date(2027, 12, 20), 30, "days"),
        lambda: CALENDAR.due(date(2027, 12, 1), 60, "working_days"),
        lambda: CALENDAR.working_days_between(date(2027, 12, 1), date(2028, 1, 5)),
        lambda: CALENDAR.is_working_day(date(2028, 1, 5)),
    ],
)
def test_a_year_that_is_not_loaded_is_asked_for_by_name(count: Callable[[], object]) -> None:
    with pytest.raises(YearNotLoaded, match="请先导入国务院办公厅关于2028年") as caught:
        count()
    assert caught.value.year == 2028


def test_counting_back_past_the_first_year_names_it() -> None:
    with pytest.raises(YearNotLoaded, match="2022年"):
        CALENDAR.subtract_working_days(date(2023, 1, 10), 30)


@pytest.mark.parametrize(
    "count",
    [
        lambda: CALENDAR.due(date(2026, 1, 5), -1, "days"),
        lambda: CALENDAR.add_working_days(date(2026, 1, 5), -1),
        lambda: CALENDAR.due(date(2026, 1, 5), 10**12, "days"),
        lambda: CALENDAR.due(date(2026, 1, 5), 8, "hours"),
        lambda: CALENDAR.due(date(9999, 12, 31), 1, "days"),
        lambda: CALENDAR.due(date(9999, 12, 31), 1, "months"),
        lambda: CALENDAR.roll(date(9999, 12, 31)),
        lambda: CALENDAR.add_working_days(date(9999, 12, 31), 1),
        lambda: CALENDAR.due(date(1, 1, 1), 1, "days", back=True),
        lambda: CALENDAR.subtract_working_days(date(1, 1, 1), 1),
        lambda: Calendar([seed_year(2026), seed_year(2026)]),
        lambda: seed_year(2003),
        lambda: seed_year(2100),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_reason(count: Callable[[], object]) -> None:
    with pytest.raises((CalendarError, YearNotLoaded)):
        count()


@given(starts, st.integers(0, 200), st.integers(0, 30), st.sampled_from(Unit))
def test_a_longer_or_later_clock_never_ends_earlier(
    start: date, amount: int, more: int, unit: Unit
) -> None:
    if unit is Unit.MONTHS:
        amount //= 20
        more //= 6
    end = CALENDAR.due(start, amount, unit).on
    assert CALENDAR.due(start, amount + more, unit).on >= end
    assert CALENDAR.due(start + timedelta(days=more), amount, unit).on >= end


@given(starts, st.integers(0, 400), st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]), st.booleans())
def test_a_rolled_clock_never_ends_on_a_rest_day(
    start: date, amount: int, unit: Unit, back: bool
) -> None:
    start = start + timedelta(days=500) if back else start
    amount = min(amount, 200)
    assert CALENDAR.is_working_day(CALENDAR.due(start, amount, unit, back=back).on)


@given(starts, st.integers(1, 240))
def test_counting_agrees_with_walking_day_by_day(start: date, amount: int) -> None:
    end = CALENDAR.add_working_days(start, amount)
    walked = [start + DAY * i for i in range(1, (end - start).days + 1)]
    assert sum(CALENDAR.is_working_day(each) for each in walked) == amount
    assert CALENDAR.working_days_between(start, end) == amount
    assert CALENDAR.working_days_between(end, start) == -amount


@given(starts, st.integers(1, 240))
def test_counting_back_undoes_counting_from_a_working_day(start: date, amount: int) -> None:
    start = CALENDAR.roll(start)
    assert CALENDAR.subtract_working_days(CALENDAR.add_working_days(start, amount), amount) == start


@given(starts, st.integers(0, 500))
def test_rolling_moves_only_over_rest_days(start: date, amount: int) -> None:
    end = CALENDAR.add_days(start, amount)
    nominal = start + timedelta(days=amount)
    skipped = [nominal + DAY * i for i in range((end - nominal).days)]
    assert not any(CALENDAR.is_working_day(each) for each in skipped)


@pytest.mark.parametrize("year", range(2004, 2030))
def test_a_seeded_year_survives_storage(year: int) -> None:
    seeded = seed_year(year)
    stored = orjson.dumps(seeded.to_json())
    assert Year.from_json(stored) == seeded
    assert Year.from_json(seeded.to_json()) == seeded
    assert seeded.provisional is (year > 2026)
    assert set(seeded.names) == set(seeded.rest_days)


def test_the_estimate_of_2027_knows_the_statutory_days() -> None:
    year = seed_year(2027)
    assert year.names[date(2027, 2, 6)] == "春节"
    assert {date(2027, 1, 1), date(2027, 9, 15), date(2027, 10, 1)} <= year.rest_days
    assert not year.worked


NOTICE: dict[str, object] = {
    "year": 2030,
    "provisional": False,
    "source": "国办发明电〔2029〕1号",
    "rest_days": ["2030-01-01", {"on": "2030-02-04", "name": "春节"}],
    "worked": ["2030-02-09"],
}


def test_a_typed_notice_is_read_with_bare_and_named_days() -> None:
    year = Year.from_json(NOTICE)
    assert year.rest_days == {date(2030, 1, 1), date(2030, 2, 4)}
    assert year.names == {date(2030, 2, 4): "春节"}
    assert hash(year) == hash(Year.from_json(year.to_json()))


def test_a_holiday_without_a_name_is_still_explained() -> None:
    calendar = Calendar([Year.from_json(NOTICE)])
    assert calendar.explain(date(2030, 1, 1), 0, "days") == (
        "自2030-01-01起当日，末日2030-01-01为节假日放假顺延，至2030-01-02止"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"year": "2030"}, "四位年份"),
        ({"year": True}, "四位年份"),
        ({"provisional": "no"}, "provisional"),
        ({"source": " "}, "source"),
        ({"rest_days": "2030-01-01"}, "日期列表"),
        ({"rest_days": ["20300101"]}, "2026-01-01 的形式"),
        ({"rest_days": ["2030-13-01"]}, "2026-01-01 的形式"),
        ({"rest_days": [{"name": "元旦"}]}, "2026-01-01 的形式"),
        ({"rest_days": [{"on": "2030-01-01", "name": 1}]}, "节日名称"),
        ({"rest_days": ["2031-01-01"]}, "不属于2030年"),
        ({"worked": ["2030-01-01"]}, "既列为放假又列为调休上班"),
        ({"worked": ["2030-02-05"]}, "不是周六或周日"),
        ({"extra": 1}, "不认识的项“extra”"),
    ],
)
def test_a_faulty_notice_is_refused_with_its_fault(change: dict[str, object], said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        Year.from_json(NOTICE | change)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是有效的 JSON"),
        ("[]", "应为一个 JSON 对象"),
        ('{"year": 2030}', "缺少“provisional”"),
        (" " * 70_000, "过大"),
    ],
)
def test_text_that_is_no_notice_is_refused(text: str, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        Year.from_json(text)


def test_a_name_needs_its_day_off() -> None:
    with pytest.raises(CalendarError, match="未列为放假"):
        Year(
            year=2030,
            provisional=False,
            source="通知",
            rest_days=frozenset(),
            worked=frozenset(),
            names={date(2030, 1, 1): "元旦"},
        )
