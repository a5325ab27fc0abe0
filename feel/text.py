"""Values as text: what string() gives, which for most kinds reads back as the same value."""

from __future__ import annotations

from decimal import Decimal

from feel import literals
from feel.budget import Meter
from feel.errors import FeelError
from feel.values import MAX_NESTING, NUMBERS, Function, Range, Value


def write_number(value: Decimal) -> str:
    """Plain digits without an exponent and without zeros at the end."""
    plain = f"{value.normalize(NUMBERS):f}"
    return "0" if plain == "-0" else plain


def written(value: Value, meter: Meter) -> str:
    """The text of a value; its size is held on the meter. Raises FeelError when it runs out."""
    if isinstance(value, str):
        return value
    text = _inner(value, meter, 0)
    meter.hold(len(text))
    return text


def _inner(value: Value, meter: Meter, depth: int) -> str:
    if depth > MAX_NESTING:
        raise FeelError("数据嵌套层数过多，无法写成文本", code="budget")
    meter.spend(1)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return write_number(value)
        case str():
            meter.hold(len(value))
            return quoted(value)
        case list():
            return f"[{', '.join(_inner(item, meter, depth + 1) for item in value)}]"
        case dict():
            entries = (
                f"{_key(name)}: {_inner(item, meter, depth + 1)}" for name, item in value.items()
            )
            return f"{{{', '.join(entries)}}}"
        case Range():
            return _range(value, meter, depth)
        case Function():
            return f"function {value.name}".rstrip()
    return _temporal(value, depth)


def _temporal(value: Value, depth: int) -> str:
    text = literals.write(value) or ""
    return f'@"{text}"' if depth else text


def _range(value: Range, meter: Meter, depth: int) -> str:
    start = "" if value.start is None else _inner(value.start, meter, depth + 1)
    end = "" if value.end is None else _inner(value.end, meter, depth + 1)
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{start}..{end}{closing}"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _key(name: str) -> str:
    plain = name.replace("_", "").replace(" ", "")
    return name if plain.isalnum() and not name[:1].isdigit() else quoted(name)
