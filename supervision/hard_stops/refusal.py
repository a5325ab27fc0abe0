"""How a hard-stop refuses: one Conflict with its own code, what is missing, and the article."""

from __future__ import annotations

from typing import NoReturn

from engine.errors import Conflict


def refuse(code: str, detail: str, basis: str) -> NoReturn:
    """Raise the Conflict of a hard-stop; `basis` is the article, or 系统默认 for a mark-C rule."""
    raise Conflict(f"{detail}（依据：{basis}）", code=code, basis=basis, is_hard_stop=True)
