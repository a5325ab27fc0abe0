"""Patterns of matches(), replace() and split(), on RE2, which takes time linear in the input.

Patterns are those of XPath as far as RE2 knows them: no back-reference and no look-around, which
are refused with the mend. What is given to the engine is capped, its memory too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from feel.errors import FeelError
from feel.evaluation import Evaluation
from feel.values import Value

MAX_PATTERN = 500
MAX_INPUT = 200_000
_MAX_MEMORY = 1 << 20
#: Characters times instructions that cost one step.
_CHEAP = 2000
_FLAGS = frozenset("simxq")


def matches(run: Evaluation, text: str, pattern: str, flags: str) -> Value:
    """Whether the pattern occurs anywhere in the text."""
    compiled = compiled_pattern(pattern, flags, with_groups=False)
    _pay(run, compiled, _short_enough(text))
    return compiled.search(text) is not None


def replace(run: Evaluation, text: str, pattern: str, new: str, flags: str) -> Value:
    """The text with each occurrence replaced; `$1` in the new text is the first group."""
    compiled = compiled_pattern(pattern, flags, with_groups=True)
    template = [new] if "q" in flags else _template(new, compiled.groups)
    parts: list[str] = []
    end = 0
    for found in _occurrences(run, compiled, text):
        piece = "".join(part if isinstance(part, str) else _group(found, part) for part in template)
        run.hold(len(piece) + found.start() - end)
        parts += (text[end : found.start()], piece)
        end = found.end()
    parts.append(text[end:])
    run.hold(len(text) - end)
    return "".join(parts)


def split(run: Evaluation, text: str, delimiter: str) -> Value:
    """The texts between the occurrences of the delimiter, which is a pattern."""
    compiled = compiled_pattern(delimiter, "", with_groups=False)
    parts: list[Value] = []
    end = 0
    for found in _occurrences(run, compiled, text):
        if found.start() == found.end() and found.start() in (0, len(text)):
            continue
        parts.append(text[end : found.start()])
        end = found.end()
    parts.append(text[end:])
    run.hold(len(text) + 8 * len(parts))
    return parts


def _occurrences(run: Evaluation, compiled: Any, text: str) -> Iterator[Any]:
    _pay(run, compiled, _short_enough(text))
    for found in compiled.finditer(text):
        _pay(run, compiled, len(text) - found.end())
        yield found


def _pay(run: Evaluation, compiled: Any, length: int) -> None:
    run.spend(1 + compiled.groups + length * compiled.programsize // _CHEAP)


def _short_enough(text: str) -> int:
    if len(text) > MAX_INPUT:
        raise FeelError(f"模式匹配的文本超过 {MAX_INPUT} 个字符", code="pattern")
    return len(text)


def _group(found: Any, number: int) -> str:
    return found.group(number) or ""


def _template(new: str, groups: int) -> list[str | int]:
    """The replacement as texts and group numbers; `$12` is group 1 and "2" if there is no 12."""
    parts: list[str | int] = []
    at = 0
    while at < len(new):
        char, following = new[at], new[at + 1 : at + 2]
        if char == "\\" and following in ("$", "\\") and following:
            parts.append(following)
            at += 2
        elif char == "$" and following.isascii() and following.isdigit():
            end = at + 2
            while new[end : end + 1].isdigit() and int(new[at + 1 : end + 1]) <= groups:
                end += 1
            number = int(new[at + 1 : end])
            parts.append(number if number <= groups else "")
            at = end
        elif char in "$\\":
            raise FeelError(
                "替换文本中的 $ 或 \\ 用法不对",
                mend="$ 后应为组号；要写 $ 本身请写 \\\\$",
                code="pattern",
            )
        else:
            parts.append(char)
            at += 1
    return parts


@lru_cache(maxsize=64)
def compiled_pattern(pattern: str, flags: str, *, with_groups: bool) -> Any:
    """The pattern as RE2 has it; without groups it is several times faster. Raises FeelError."""
    if len(pattern) > MAX_PATTERN:
        raise FeelError(f"模式超过 {MAX_PATTERN} 个字符", mend="请缩短模式", code="pattern")
    if not _FLAGS.issuperset(flags):
        raise FeelError(f"不认识的模式标志“{flags}”", mend="可用 s、m、i、x、q", code="pattern")
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    options.never_capture = not with_groups
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    options.literal = "q" in flags
    if "x" in flags and "q" not in flags:
        pattern = "".join(pattern.split())
    if "m" in flags and "q" not in flags:
        pattern = f"(?m){pattern}"
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        raise FeelError(
            f"不能识别的模式“{pattern[:60]}”",
            mend="不支持反向引用和前后查找；请检查括号和转义",
            code="pattern",
        ) from None
