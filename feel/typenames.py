"""Names of types after `instance of` and in function parameters: read, and asked of a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from feel import syntax
from feel.cursor import Cursor
from feel.evaluation import Evaluation
from feel.values import Range, Value, kind_name, kind_of

#: What may be written → the kind of value; None is any value but null.
_NAMES: dict[str, str | None] = {
    "Any": None,
    "any": None,
    "Null": "null",
    "null": "null",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "list": "list",
    "context": "context",
    "range": "range",
    "function": "function",
}
_MAX_WORDS = 8
_NO_TYPES: Mapping[str, syntax.TypeName] = {}
_MAX_DEPTH = 10


def parse_type(cursor: Cursor, depth: int = 0) -> syntax.TypeName:
    """Take a type, `list<number>` and the like included. Raises FeelSyntaxError."""
    position = cursor.token.position
    if depth > _MAX_DEPTH:
        raise cursor.refuse("类型嵌套过深")
    if cursor.token.kind == "given name" and cursor.token.text in cursor.types:
        return syntax.TypeName(position, cursor.take().text)
    name = _type_words(cursor)
    if name not in ("list", "context", "range", "function") or not cursor.at_symbol("<"):
        return syntax.TypeName(position, name)
    cursor.take()
    parts = _parts(cursor, name, depth)
    cursor.expect(">", "类型")
    if name == "function":
        cursor.expect("->", "函数类型")
        parts.append(("", parse_type(cursor, depth + 1)))
    return syntax.TypeName(position, name, tuple(parts))


def _type_words(cursor: Cursor) -> str:
    words = [cursor.ahead(at).text for at in range(_MAX_WORDS) if cursor.ahead(at).kind == "name"]
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if (name in _NAMES or name in cursor.types) and all(
            cursor.ahead(at).kind == "name" for at in range(count)
        ):
            cursor.index += count
            return name
    raise cursor.refuse(
        "不认识的类型",
        mend="可用 number、string、boolean、date、time、date and time、list、context 等",
    )


def _parts(cursor: Cursor, name: str, depth: int) -> list[tuple[str, syntax.TypeName]]:
    parts: list[tuple[str, syntax.TypeName]] = []
    while not cursor.at_symbol(">"):
        label = cursor.label() if name == "context" else ""
        if label is None:
            raise cursor.refuse("context 类型的每一项应为 键: 类型")
        parts.append((label, parse_type(cursor, depth + 1)))
        if not cursor.accept(","):
            break
    if name in ("list", "range") and len(parts) != 1:
        raise cursor.refuse(f"{name} 类型应有一个元素类型")
    return parts


def named_type(name: str) -> syntax.TypeName | None:
    """The type of the language that has this name; None for any other."""
    return syntax.TypeName(0, name) if name in _NAMES else None


def conforms(
    value: Value, wanted: syntax.TypeName, types: Mapping[str, syntax.TypeName] = _NO_TYPES
) -> bool:
    """Whether the value is of the type; null is of no type but Null.

    `types` are those of the host by name; none of them is only another name of itself.
    """
    if wanted.name in types:
        return conforms(value, types[wanted.name], types)
    kind = _NAMES[wanted.name]
    if kind is None:
        return value is not None
    if kind_of(value) != kind:
        return False
    if not wanted.parts:
        return True
    if isinstance(value, list):
        element = wanted.parts[0][1]
        return all(item is None or conforms(item, element, types) for item in value)
    if isinstance(value, dict):
        return all(
            name in value and (value[name] is None or conforms(value[name], part, types))
            for name, part in wanted.parts
        )
    if isinstance(value, Range):
        end = value.start if value.start is not None else value.end
        return end is not None and conforms(end, wanted.parts[0][1], types)
    return True


def fitted(
    run: Evaluation,
    value: Value,
    wanted: syntax.TypeName,
    types: Mapping[str, syntax.TypeName] = _NO_TYPES,
) -> Value:
    """The value as the type wants it: itself, a list of it, the one element of it, the beginning
    of a date; else null with a note (DMN 1.5, 10.3.2.9.4)."""
    if value is None or conforms(value, wanted, types):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], wanted, types):
        return value[0]
    if conforms([value], wanted, types):
        return [value]
    if type(value) is date:
        begun = datetime.combine(value, time(), UTC)
        if conforms(begun, wanted, types):
            return begun
    return run.null(f"值的类型应为 {wanted.name}，得到的是{kind_name(value)}")
