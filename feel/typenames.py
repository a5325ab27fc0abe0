"""Names of types after `instance of` and in function parameters: read, and asked of a value."""

from __future__ import annotations

from feel import syntax
from feel.cursor import Cursor
from feel.values import Range, Value, kind_of

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
_MAX_WORDS = 4
_MAX_DEPTH = 10


def parse_type(cursor: Cursor, depth: int = 0) -> syntax.TypeName:
    """Take a type, `list<number>` and the like included. Raises FeelSyntaxError."""
    position = cursor.token.position
    if depth > _MAX_DEPTH:
        raise cursor.refuse("类型嵌套过深")
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
        if name in _NAMES and all(cursor.ahead(at).kind == "name" for at in range(count)):
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


def conforms(value: Value, wanted: syntax.TypeName) -> bool:
    """Whether the value is of the type; null is of no type but Null."""
    kind = _NAMES[wanted.name]
    if kind is None:
        return value is not None
    if kind_of(value) != kind:
        return False
    if not wanted.parts:
        return True
    if isinstance(value, list):
        element = wanted.parts[0][1]
        return all(item is None or conforms(item, element) for item in value)
    if isinstance(value, dict):
        return all(
            name in value and (value[name] is None or conforms(value[name], part))
            for name, part in wanted.parts
        )
    if isinstance(value, Range):
        end = value.start if value.start is not None else value.end
        return end is not None and conforms(end, wanted.parts[0][1])
    return True
