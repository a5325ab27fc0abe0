"""One value at a time: from what a client sent to the form in which it is kept.

`normalised` knows only shapes; what the form demands of a value is `forms.limits`. Called by
`forms.validation`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from datetime import date, datetime, time
from decimal import Decimal

import re2

import feel
from forms import components as c

MAX_TEXT = 100_000
MAX_CHOICES = 500
_DIGITS = 15  # what a browser's number keeps exactly
_DIGITS_AS_TEXT = 30
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{2}:\d{2})(:00(?:\.0+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
# Invisible characters that turn the reading order around: a name must not read as another.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Letters and symbols that show nothing: Hangul fillers, the empty Braille cell.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Sorting combining marks takes quadratic time; no script stacks more (Unicode UAX 15, stream-safe).
_MARKS = re2.compile(r"\p{M}{31}")
_ZONES = {c.Zone.NONE: "不带时区", c.Zone.OFFSET: "带时区，如+08:00", c.Zone.UTC: "以Z结尾的世界时"}
_EXAMPLES = {
    c.Subtype.DATE: "2026-01-31",
    c.Subtype.TIME: "09:30",
    c.Subtype.DATETIME: "2026-01-31T09:30",
}


class WrongValueError(Exception):
    """A value of the wrong shape: `detail` for the person, `code` for programs."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.detail, self.code = detail, code


def normalised(field: c.Field, raw: object, files: Container[str]) -> object:
    """The value kept for `raw`: trimmed NFC text, exact number, canonical date, list of choices.

    Nothing typed gives None, `[]` where several are possible, False for a checkbox. Raise
    `WrongValueError`.
    """
    match field:
        case c.Text():
            return _text(raw, multiline=field.multiline)
        case c.Number():
            return _number(field, raw)
        case c.Checkbox():
            return _checkbox(raw)
        case c.Moment():
            return _moment(field, raw)
        case c.Choice(several=True):
            return _several(raw)
        case c.Choice():
            return None if raw in (None, "") else _scalar(raw)
        case c.Files():
            return _files(field, raw, files)
        case _:
            return None


def exact(value: object) -> Decimal | None:
    """A JSON or FEEL number as a decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return found if found.is_finite() else None


def plain(value: object) -> object:
    """A FEEL result as JSON data for a form: numbers as browsers have them, dates as ISO text."""
    if isinstance(value, float | Decimal):
        number = exact(value)
        return None if number is None else _as_json(number)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    try:
        return feel.to_json(value)
    except feel.FeelError:
        return None


def _text(raw: object, *, multiline: bool) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise WrongValueError("应为文本", "type")
    if len(raw) > MAX_TEXT:
        raise WrongValueError(f"不得超过{MAX_TEXT}个字", "too-long")
    text = raw.replace("\r\n", "\n").strip()
    if not text.isprintable():
        _check_characters(text, multiline=multiline)
    if not text.isascii():
        if _MARKS.search(text):
            raise WrongValueError("含有过多的附加符号，请删去后重新输入", "characters")
        text = unicodedata.normalize("NFC", text)
    return text if _shows(text) else None


def _shows(text: str) -> bool:
    """Whether there is anything to see: invisible characters alone are no answer."""
    return any(
        char not in _BLANKS and unicodedata.category(char) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        for char in text
    )


def _check_characters(text: str, *, multiline: bool) -> None:
    if _REORDERING.search(text):
        raise WrongValueError("含有改变文字方向的不可见字符，请删去后重新输入", "characters")
    allowed = "\n\t" if multiline else "\t"
    for char in text:
        kind = unicodedata.category(char)
        if kind == "Cs" or (kind == "Cc" and char not in allowed):
            what = "换行" if char == "\n" else "不可见的控制字符"
            raise WrongValueError(f"含有{what}，请删去后重新输入", "characters")


def _number(field: c.Number, raw: object) -> object:
    if isinstance(raw, str):
        raw = raw.strip()
        number = Decimal(raw) if _NUMBER.fullmatch(raw) else None
        if not raw:
            return None
    elif raw is None:
        return None
    else:
        # An int of thousands of digits must not be spelled out first.
        fits = not isinstance(raw, int) or abs(raw) < 10**40
        number = exact(raw) if fits else None
    if number is None:
        raise WrongValueError("应为数字", "type")
    number = number.normalize() + 0  # + 0: a negative zero is zero
    digits = _DIGITS_AS_TEXT if field.as_text else _DIGITS
    exponent = number.as_tuple().exponent
    if (
        len(number.as_tuple().digits) > digits
        or number.adjusted() >= digits
        or (isinstance(exponent, int) and -exponent > digits)
    ):
        raise WrongValueError(f"不得超过{digits}位有效数字", "digits")
    return f"{number:f}" if field.as_text else _as_json(number)


def _as_json(number: Decimal) -> int | float:
    if number == number.to_integral_value() and number.adjusted() < 20:
        return int(number)
    return float(number)


def _checkbox(raw: object) -> bool:
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    raise WrongValueError("应为是或否", "type")


def _moment(field: c.Moment, raw: object) -> str | None:
    if raw in (None, ""):
        return None
    example = _EXAMPLES[field.subtype]
    if isinstance(raw, str) and len(raw) < 40:
        try:
            return _canonical(field, raw.strip())
        except ValueError:
            pass
    raise WrongValueError(f"应为{example}形式的{_moment_name(field.subtype)}", "date")


def _moment_name(subtype: c.Subtype) -> str:
    return {"date": "日期", "time": "时间", "datetime": "日期和时间"}[subtype.value]


def _canonical(field: c.Moment, text: str) -> str:
    """The one spelling that is kept; raise ValueError for no such day or time."""
    if field.subtype is c.Subtype.DATE:
        return _day(text)
    day, clock = "", text
    if field.subtype is c.Subtype.DATETIME:
        day, separator, clock = text.partition("T")
        if not separator:
            raise ValueError(text)
        day = _day(day) + "T"
    found = _TIME.fullmatch(clock)
    if not found:
        raise ValueError(text)
    zone = found[3] or ""
    if (field.zone is c.Zone.UTC and zone != "Z") or (zone == "") is not (
        field.zone is c.Zone.NONE
    ):
        raise WrongValueError(f"时间应{_ZONES[field.zone]}", "date")
    time.fromisoformat(found[1] + ("+00:00" if zone in ("", "Z") else zone))
    return day + found[1] + zone


def _day(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


def _scalar(raw: object) -> object:
    if isinstance(raw, str | bool | int | float):
        return raw
    raise WrongValueError("应为一个选项", "type")


def _several(raw: object) -> list[object]:
    if raw is None:
        return []
    if not isinstance(raw, list) or len(raw) > MAX_CHOICES:
        raise WrongValueError(f"应为不超过{MAX_CHOICES}项的选项列表", "type")
    found = [_scalar(item) for item in raw]
    if len({distinct(value) for value in found}) < len(found):
        raise WrongValueError("同一选项选了两次", "duplicate")
    return found


def distinct(value: object) -> tuple[bool, object]:
    """What tells one choice from another as JSON values do: true is not 1."""
    return isinstance(value, bool), value


def _files(field: c.Files, raw: object, files: Container[str]) -> object:
    given = [] if raw in (None, "", []) else raw if isinstance(raw, list) else [raw]
    if len(given) > (MAX_CHOICES if field.several else 1):
        raise WrongValueError("只能上传一个文件" if not field.several else "文件过多", "too-many")
    for index, item in enumerate(given):
        if not isinstance(item, str):
            raise WrongValueError("应为已上传文件的编号", "type")
        if item not in files:
            raise WrongValueError("所选文件不存在或不属于您，请重新上传", "file")
        if item in given[:index]:
            raise WrongValueError("同一文件选了两次", "duplicate")
    if field.several:
        return given
    return given[0] if given else None


def moment_text(value: object) -> str:
    """A limit of a date field, given as text or as a FEEL date, in ISO spelling; "" for none."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value if isinstance(value, str) else ""
