"""Patterns of text fields, in time linear in the text.

A form's author writes them in the browser's syntax (`new RegExp(pattern).test(text)`). Python's
`re` differs from that and backtracks: one careless `(a+)+$` would stop a worker. RE2 cannot run
away; what its syntax reads otherwise than a browser is translated, or refused with the mend.
"""

from __future__ import annotations

import re
from typing import Any

import re2

MAX_TEXT = 400
_MAX_MEMORY = 1 << 20
# What a browser counts as \s, which is more than RE2 does.
_SPACE = r"\s\v\x{a0}\x{feff}\p{Z}"
_TOKEN = re.compile(
    r"\\u(?P<unicode>[0-9A-Fa-f]{4})|\\(?P<escaped>.)|(?P<open>\[\^?)|(?P<close>\])"
    r"|(?P<group>\(\?(?!:))|(?P<other>.)",
    re.DOTALL,
)


class PatternError(Exception):
    """A pattern that cannot be used; the message says why and what to write instead."""


class Pattern:
    """A compiled pattern; `source` is the author's text."""

    def __init__(self, source: str) -> None:
        """Raise `PatternError`."""
        if len(source) > MAX_TEXT:
            raise PatternError(f"超过{MAX_TEXT}个字符，请简化")
        options = re2.Options()
        options.max_mem = _MAX_MEMORY
        options.log_errors = False
        try:
            self._compiled: Any = re2.compile(_translated(source), options)
        except (re2.error, UnicodeEncodeError) as error:
            raise PatternError("请检查括号、方括号、转义和重复次数") from error
        self.source = source

    def __repr__(self) -> str:
        return f"Pattern({self.source!r})"

    def found_in(self, text: str) -> bool:
        """True when some part of `text` matches."""
        return self._compiled.search(text) is not None


def _translated(source: str) -> str:
    """The pattern in RE2's words."""
    parts: list[str] = []
    in_class = False
    for token in _TOKEN.finditer(source):
        if token["group"]:
            raise PatternError("不支持前后查看、命名分组和内嵌标志，请用普通分组")
        if token["unicode"]:
            parts.append(f"\\x{{{token['unicode']}}}")
        elif token["escaped"]:
            parts.append(_escape(token["escaped"], in_class=in_class))
        elif token["open"]:
            if not in_class and source[token.end() : token.end() + 1] == "]":
                raise PatternError("方括号中没有字符")
            # Inside a class `[` is itself, and RE2 would look for `[:alpha:]`.
            parts.append("\\" + token["open"] if in_class else token["open"])
            in_class = True
        else:
            in_class = in_class and not token["close"]
            parts.append(token[0])
    if source.endswith("\\") and (len(source) - len(source.rstrip("\\"))) % 2:
        raise PatternError("末尾有多余的“\\”")
    return "".join(parts)


def _escape(char: str, *, in_class: bool) -> str:
    if char == "s":
        return _SPACE if in_class else f"[{_SPACE}]"
    if char == "S" and not in_class:
        return f"[^{_SPACE}]"
    if char == "0":
        return r"\x00"
    if char == "b" and in_class:
        return r"\x08"
    if char in "dDwWtnrfvx" or (char in "bB" and not in_class):
        return "\\" + char
    if char.isascii() and char.isalnum():
        raise PatternError(f"不支持“\\{char}”（反向引用、Unicode类别等不可用）")
    return "\\" + char if char.isascii() else char
