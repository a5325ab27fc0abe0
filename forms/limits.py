"""What a form demands of a value: required, lengths, ranges, steps, patterns, options, dates.

Called by `forms.validation` for each visible field that the client may fill, with a value that
`forms.values` has brought into shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms import components as c
from forms.expression import Expression
from forms.filled import Place
from forms.values import distinct, exact, moment_text, plain

MAX_PATTERN_TEXT = 1_000
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What a field's demands are measured against.

    `place`: where the field lies, for expressions; `context`: the case's data, the only place that
    named option lists come from; `now`: aware, None where past dates cannot be told.
    """

    place: Place
    context: Mapping[str, object]
    now: datetime | None

    def at(self, place: Place) -> Case:
        """The same case for a row of a list."""
        return Case(place=place, context=self.context, now=self.now)

    def value(self, limit: object) -> object:
        """A limit's value, where it is an expression the value of that."""
        if isinstance(limit, Expression):
            return limit.evaluate(self.place.scope, self.now)
        return limit

    @property
    def today(self) -> date | None:
        """The local date."""
        return self.now.astimezone(ZONE).date() if self.now else None


def broken(field: c.Field, value: object, case: Case) -> Iterator[tuple[str, str]]:
    """Each demand that `value` does not meet, as (detail without the field's name, code)."""
    if value is None or value == [] or (value is False and isinstance(field, c.Checkbox)):
        if _is_required(field, case):
            yield _asked(field), "required"
        elif isinstance(field, c.Choice | c.Files) and field.min_items:
            yield f"至少应有{field.min_items}项", "too-few"
        return
    match field:
        case c.Text():
            yield from _text(field, str(value), case)
        case c.Number():
            yield from _number(field, value, case)
        case c.Choice():
            yield from _choice(field, value, case)
        case c.Moment():
            yield from _moment(field, str(value), case)
        case c.Files() if isinstance(value, list):
            yield from count(len(value), field.min_items, field.max_items)


def count(items: int, least: int | None, most: int | None) -> Iterator[tuple[str, str]]:
    """Too few or too many items of a list."""
    if least is not None and items < least:
        yield f"至少应有{least}项，现有{items}项", "too-few"
    if most is not None and items > most:
        yield f"最多{most}项，现有{items}项", "too-many"


def _is_required(field: c.Field, case: Case) -> bool:
    if field.required or field.required_if is None:
        return field.required
    # An expression that fails must not let a reason go unwritten.
    return field.required_if.holds(case.place.scope, case.now, otherwise=True)


def _asked(field: c.Field) -> str:
    match field:
        case c.Choice():
            return "请选择"
        case c.Checkbox():
            return "请勾选确认"
        case c.Files():
            return "请上传文件"
    return "请填写"


def _text(field: c.Text, text: str, case: Case) -> Iterator[tuple[str, str]]:
    size = len(text)
    low, high = (exact(case.value(limit)) for limit in (field.min_length, field.max_length))
    if low is not None and size < low:
        yield f"至少{low}个字，现有{size}个", "too-short"
    if high is not None and size > high:
        yield f"最多{high}个字，现有{size}个", "too-long"
    elif field.pattern is not None:
        if size > MAX_PATTERN_TEXT:
            yield f"最多{MAX_PATTERN_TEXT}个字，现有{size}个", "too-long"
        elif not field.pattern.found_in(text):
            yield field.pattern_message or "格式不符合要求", "pattern"


def _number(field: c.Number, value: object, case: Case) -> Iterator[tuple[str, str]]:
    number = Decimal(value) if isinstance(value, str) else exact(value)
    if number is None:
        return
    low, high = (exact(case.value(limit)) for limit in (field.minimum, field.maximum))
    if low is not None and number < low:
        yield f"不得小于{low:f}", "too-small"
    if high is not None and number > high:
        yield f"不得大于{high:f}", "too-large"
    exponent = number.normalize().as_tuple().exponent
    if field.decimals is not None and isinstance(exponent, int) and -exponent > field.decimals:
        yield "应为整数" if field.decimals == 0 else f"最多{field.decimals}位小数", "digits"
    elif field.increment is not None and number % field.increment != 0:
        yield f"应为{field.increment:f}的整数倍", "step"


def _choice(field: c.Choice, value: object, case: Case) -> Iterator[tuple[str, str]]:
    allowed = _allowed(field.options, case)
    chosen = value if isinstance(value, list) else [value]
    if not all(distinct(item) in allowed for item in chosen):
        yield "不在可选范围内，请重新选择", "option"
    elif isinstance(value, list):
        yield from count(len(value), field.min_items, field.max_items)


def _allowed(options: c.Options, case: Case) -> set[tuple[bool, object]]:
    found: object = options.values
    if options.key is not None:
        found = case.context.get(options.key)
    elif options.expression is not None:
        found = plain(case.value(options.expression))
    if not isinstance(found, list | tuple):
        return set()
    values = (item.get("value") if isinstance(item, Mapping) else item for item in found)
    return {distinct(value) for value in values if isinstance(value, str | int | float)}


def _moment(field: c.Moment, text: str, case: Case) -> Iterator[tuple[str, str]]:
    low, high = (moment_text(case.value(limit)) for limit in (field.earliest, field.latest))
    # Canonical ISO spellings order as text; a limit that is a bare day compares days.
    if low and text[: len(low)] < low:
        yield f"不得早于{low.replace('T', ' ')}", "too-early"
    if high and text[: len(high)] > high:
        yield f"不得晚于{high.replace('T', ' ')}", "too-late"
    dated = field.subtype is not c.Subtype.TIME
    if field.not_past and dated and case.today and text[:10] < str(case.today):
        yield "不得早于今天", "past"
