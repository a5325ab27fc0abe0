"""What people type as a name: one line, neither empty nor too long, nothing that cannot be seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from engine.errors import Fault

#: Control characters, lone surrogates, and what turns or hides the text around it (Cf).
_REFUSED = ("Cc", "Cs", "Cf", "Zl", "Zp")


def faults(pointer: str, value: str, *, most: int, is_needed: bool = True) -> Iterator[Fault]:
    """What is wrong with it; nothing if it will do."""
    text = value.strip()
    if is_needed and not text:
        yield Fault(pointer=pointer, detail=f"不能为空，且不超过{most}个字。", code="length")
    elif len(text) > most:
        yield Fault(pointer=pointer, detail=f"不超过{most}个字。", code="length")
    if any(unicodedata.category(char) in _REFUSED for char in text):
        detail = "含有看不见的控制字符，请重新输入，不要从别处粘贴。"
        yield Fault(pointer=pointer, detail=detail, code="characters")
