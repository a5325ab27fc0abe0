"""A year's notice as a clerk writes it: read, held against the law, refused with its line."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendars import notice, statutory
from engine.calendars.calendar import seed_year
from engine.calendars.notice import Row
from engine.calendars.year import CalendarError, Year

#: An invented notice; the real one of 2027 is not out.
NOTICE = """\
年份,2027
依据,关于2027年部分节假日安排的通知（试拟）
日期,安排,名称
2027-01-01至2027-01-03,放假,元旦
2027-02-05至2027-02-11,放假,春节
2027-02-14,上班
2027-04-03至2027-04-05,放假,清明节
2027-05-01至2027-05-05,放假,劳动节
2027-04-25,上班
2027-06-09,放假,端午节
2027-09-15,放假,中秋节
2027-10-01至2027-10-07,放假,国庆节
2027-10-09,上班
2027-10-10,上班
"""


def test_a_notice_is_read_from_csv() -> None:
    year = notice.read(NOTICE.encode())
    assert (year.year, year.provisional) == (2027, False)
    assert date(2027, 2, 11) in year.rest_days
    assert year.names[date(2027, 2, 11)] == "春节"
    assert sorted(year.worked)[0] == date(2027, 2, 14)
    assert list(statutory.warnings(year)) == []


def test_what_a_spreadsheet_saves_here_is_read_too() -> None:
    assert notice.read(NOTICE.encode("gb18030")) == notice.read(NOTICE.encode("utf-8-sig"))


def test_the_same_notice_in_toml_and_json_is_the_same_year() -> None:
    spans = [line.split(",") for line in NOTICE.splitlines()[3:]]
    toml = 'year = 2027\nsource = "关于2027年部分节假日安排的通知（试拟）"\n' + "".join(
        f'[[days]]\non = "{on}"\nis = "{told}"\nname = "{"".join(rest)}"\n'
        for on, told, *rest in spans
    )
    year = notice.read(NOTICE.encode())
    assert notice.read(toml.encode()) == year
    json = Year.from_json(notice.read(toml.encode()).to_json())
    assert notice.checked(json) == year


@pytest.mark.parametrize("year", range(2014, 2028))
def test_every_year_that_is_known_passes(year: int) -> None:
    assert list(statutory.faults(seed_year(year))) == []


def test_more_days_off_than_the_law_are_a_question_not_a_fault() -> None:
    found = list(statutory.warnings(seed_year(2020)))
    assert len(found) == 1
    assert "比法定的11天多2天" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2027-09-15,放假", "2027-05-03,放假", "第11行：2027-05-03在第8行已经写过"),
        ("2027-10-10,上班", "2027-10-09,上班", "第14行：2027-10-09在第13行已经写过"),
        ("2027-06-09,放假", "2027-06-10,放假", "端午节（2027-06-09）是法定节假日"),
        ("2027-02-05至2027-02-11", "2027-02-05至2027-02-07", "第5行前后：春节（2027-02-08）"),
        ("2027-10-01至2027-10-07", "2027-10-01至2027-10-03", "差4天"),
        ("2027-10-09,上班", "2027-10-08,上班", "第13行：2027-10-08不是周六或周日"),
        ("2027-02-14,上班", "2027-02-15,上班", "第6行：2027-02-15不是周六或周日"),
        ("2027-01-01至", "2026-12-31至", "第4行：2026-12-31不属于2027年"),
        ("年份,2027", "年份,2026", "第4行：2027-01-01不属于2026年"),
        ("年份,2027", "", "请写明年份"),
        ("年份,2027", "年份,27", "请写明年份"),
        ("依据,关于2027年部分节假日安排的通知（试拟）", "依据,", "请写明依据"),
        ("2027-06-09,放假", "2027-06-31,放假", "第10行：“2027-06-31”里有不存在的日期"),
        ("2027-06-09,放假", "6月9日,放假", "第10行：“6月9日”应写作"),
        ("2027-06-09,放假", "2027-06-09,休假", "第10行：“休假”应为放假或上班"),
        ("2027-02-05至2027-02-11", "2027-02-11至2027-02-05", "起止不对"),
    ],
)
def test_a_faulty_line_is_named(old: str, new: str, said: str) -> None:
    assert old in NOTICE
    with pytest.raises(CalendarError) as caught:
        notice.read(NOTICE.replace(old, new, 1).encode())
    told = [caught.value.detail, *(fault.detail for fault in caught.value.errors)]
    assert any(said in detail for detail in told), told


def test_a_span_torn_in_the_middle_is_named() -> None:
    torn = NOTICE.replace(
        "2027-10-01至2027-10-07,放假,国庆节",
        "2027-10-01至2027-10-04,放假,国庆节\n2027-10-06至2027-10-07,放假,国庆节",
    )
    with pytest.raises(CalendarError) as caught:
        notice.read(torn.encode())
    assert any("国庆节放假在2027-10-05中断" in fault.detail for fault in caught.value.errors)


def test_every_fault_is_told_at_once() -> None:
    wrong = NOTICE.replace("2027-06-09,放假", "2027-06-09,休假").replace("2027-02-14", "2027-02-15")
    with pytest.raises(CalendarError) as caught:
        notice.read(wrong.encode())
    assert [fault.pointer for fault in caught.value.errors] == ["/lines/6", "/lines/10"]


def test_half_a_year_is_no_year() -> None:
    half = "\n".join(NOTICE.splitlines()[:10])
    with pytest.raises(CalendarError) as caught:
        notice.read(half.encode())
    assert sum("法定节假日" in fault.detail for fault in caught.value.errors) == 4


def test_rows_of_a_form_are_named_by_their_place() -> None:
    rows = [Row(where="第1段", pointer="/rows/0", days="2027-01-01", kind="放假", name="元旦")] * 2
    with pytest.raises(CalendarError) as caught:
        notice.build(rows, year=2027, source="试拟")
    assert caught.value.errors[0].pointer == "/rows/0"


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00", b"[[days", b"{}", b"a" * 70_000])
def test_what_is_no_notice_at_all_is_refused(text: bytes) -> None:
    with pytest.raises(CalendarError):
        notice.read(text)


def test_a_day_twice_in_the_stored_form_is_refused() -> None:
    told = seed_year(2026).to_json()
    told["worked"] = [*list(told["worked"]), "2026-01-04"]  # type: ignore[call-overload]
    with pytest.raises(CalendarError, match="写了两次"):
        Year.from_json(told)
