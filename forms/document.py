"""Reading a form's JSON text without trusting it: size, depth, duplicate keys, odd numbers.

Called by `forms.definition` for what an administrator uploads.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping

import orjson

from forms.faults import Fault, FormError

MAX_BYTES = 512 * 1024
MAX_DEPTH = 40
# A string, closed or not: the scan must never begin again inside one that has no end.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def read(source: bytes | Mapping[str, object]) -> dict[str, object]:
    """The JSON object in `source`, a copy; raise `FormError` where it is none or built to harm."""
    if isinstance(source, Mapping):
        # By way of text, so that data parsed elsewhere passes the same gate.
        try:
            source = orjson.dumps(dict(source))
        except TypeError as error:
            raise _refused(f"表单不能写成JSON：{error}。", "json") from error
    if len(source) > MAX_BYTES:
        raise _refused(f"表单文件超过{MAX_BYTES // 1024}KB，请拆分为几个表单。", "size")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("表单文件不是UTF-8编码，请另存为UTF-8。", "encoding") from error
    if _depth(text) > MAX_DEPTH:
        raise _refused(f"表单嵌套超过{MAX_DEPTH}层，请减少分组层次。", "depth")
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except ValueError as error:
        raise _refused(f"表单不是有效的JSON：{error}。", "json") from error
    if not isinstance(data, dict):
        raise _refused("表单应为一个JSON对象。", "json")
    return data


def _refused(detail: str, code: str) -> FormError:
    return FormError([Fault(pointer="", detail=detail, code=code)])


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(
            name for name, times in Counter(name for name, _ in pairs).items() if times > 1
        )
        raise _refused(f"同一对象中“{twice[:40]}”出现两次，请删去其一。", "duplicate-key")
    return found


def _no_constant(name: str) -> object:
    raise _refused(f"JSON中不允许{name}。", "json")


def _depth(text: str) -> int:
    """How deep brackets nest; counted before parsing, since the parser recurses."""
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
