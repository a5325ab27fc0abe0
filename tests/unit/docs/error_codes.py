"""The codes that the program raises, read from its sources: each with the row of its class."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from api.problems import KINDS
from engine.calendars.calendar import YearNotLoaded
from engine.calendars.year import CalendarError
from engine.errors import EngineError
from tests.unit.docs.pages import ROOT

FOLDERS = ("engine", "supervision", "api", "forms", "processes")
_SLUG = re.compile(r"[a-z0-9-]+")
_CLASSES: dict[str, type[EngineError]] = {
    row.__name__: row for row in (*KINDS, YearNotLoaded, CalendarError)
}


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A code where it is raised: its row, and what is said; `…` stands for what differs."""

    code: str
    row: str
    says: str


@cache
def raised() -> tuple[Raised, ...]:
    """Every code written out in an error, in the order of the sources."""
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    found += _of_call(folder, node)
    return tuple(found)


def _of_call(folder: str, node: ast.Call) -> Iterator[Raised]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name == "refuse" and folder == "supervision":
        code, detail = node.args[0], node.args[1]
        row = "conflict"
    elif name in _CLASSES:
        code = next((k.value for k in node.keywords if k.arg == "code"), ast.Constant(value=None))
        detail = node.args[0] if node.args else ast.Constant(value="")
        row = _row(_CLASSES[name])
    else:
        return
    for text in filter(_SLUG.fullmatch, _texts(code)):
        yield Raised(code=text, row=row, says=_said(detail))


def _row(error: type[EngineError]) -> str:
    return next(base.default_code for base in error.__mro__ if base in KINDS)


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _said(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
        return "".join(parts)
    return _said(node.body) if isinstance(node, ast.IfExp) else ""
