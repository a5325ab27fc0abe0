"""Built-ins on texts. A character is a code point, so that rare names count as what is seen."""

from __future__ import annotations

from decimal import Decimal

from feel import patterns
from feel.builtins.registry import builtin
from feel.evaluation import Evaluation
from feel.text import written
from feel.values import Value


@builtin("substring", "string: string", "start position: number", "length?: number")
def substring(run: Evaluation, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    at = place(start, len(text))
    if at is None:
        return run.null("substring 的起始位置超出文本")
    if length is None:
        return text[at:]
    if length < 1:
        return run.null("substring 的长度应不小于 1")
    return text[at : at + min(int(length), len(text))]


def place(position: Decimal, length: int) -> int | None:
    """The index of a place counted from 1, or from the end where negative; None outside."""
    if position != position.to_integral_value() or not 1 <= abs(position) <= length:
        return None
    return int(position) - 1 if position > 0 else length + int(position)


@builtin("string length", "string: string")
def string_length(run: Evaluation, text: str) -> Value:
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(run: Evaluation, text: str) -> Value:
    run.hold(len(text))
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(run: Evaluation, text: str) -> Value:
    run.hold(len(text))
    return text.lower()


@builtin("trim", "string: string")
def trim(run: Evaluation, text: str) -> Value:
    return text.strip()


@builtin("substring before", "string: string", "match: string")
def substring_before(run: Evaluation, text: str, match: str) -> Value:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string", "match: string")
def substring_after(run: Evaluation, text: str, match: str) -> Value:
    return text.partition(match)[2] if match else text


@builtin("contains", "string: string", "match: string")
def contains(run: Evaluation, text: str, match: str) -> Value:
    return match in text


@builtin("starts with", "string: string", "match: string")
def starts_with(run: Evaluation, text: str, match: str) -> Value:
    return text.startswith(match)


@builtin("ends with", "string: string", "match: string")
def ends_with(run: Evaluation, text: str, match: str) -> Value:
    return text.endswith(match)


@builtin("matches", "input: string", "pattern: string", "flags?: string")
def matches(run: Evaluation, text: str, pattern: str, flags: str = "") -> Value:
    return patterns.matches(run, text, pattern, flags or "")


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags?: string")
def replace(run: Evaluation, text: str, pattern: str, new: str, flags: str = "") -> Value:
    return patterns.replace(run, text, pattern, new, flags or "")


@builtin("split", "string: string", "delimiter: string")
def split(run: Evaluation, text: str, delimiter: str) -> Value:
    return patterns.split(run, text, delimiter)


@builtin("string join", "list: list", "delimiter?: any", "prefix?: any", "suffix?: any")
def string_join(
    run: Evaluation,
    values: list[Value],
    delimiter: Value = None,
    prefix: Value = None,
    suffix: Value = None,
) -> Value:
    ends = [delimiter, prefix, suffix]
    if any(end is not None and not isinstance(end, str) for end in ends):
        return run.null("string join 的分隔符应为文本")
    between, before, after = (written(end, run) if end is not None else "" for end in ends)
    if any(value is not None and not isinstance(value, str) for value in values):
        return run.null("string join 只能连接文本", mend="请先用 string(x) 转换")
    texts = [value for value in values if isinstance(value, str)]
    run.spend(len(values))
    run.hold(sum(map(len, texts)) + len(between) * len(texts) + len(before) + len(after))
    return f"{before}{between.join(texts)}{after}"


@builtin("is blank", "string: string")
def is_blank(run: Evaluation, text: str) -> Value:
    return not text.strip()
