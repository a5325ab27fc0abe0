"""An office's own rules of what may be taken away of its ended cases: `DUDAO_REDACTIONS`, a TOML file.

The product ships none, for no law names the days: whoever sets one names its ground.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.package import ProcessPackage, Redaction
from ops.errors import Refusal
from ops.settings import Settings

_TEXTS = ("name", "ground")
_KNOWN = {*_TEXTS, "kinds", "after_days", "files"}


def with_own_rules(settings: Settings, packages: Iterable[ProcessPackage]) -> list[ProcessPackage]:
    """The installed families with the office's rules. Refusal for a file that is not right."""
    found = list(packages)
    path = settings.redactions
    if path is None:
        return found
    document = _document(path)
    families = {package.family for package in found}
    for family in document:
        if family not in families:
            known = ", ".join(sorted(families))
            raise Refusal("redactions.family", path=path, family=family, known=known)
    return [_with(path, package, document.get(package.family, {})) for package in found]


def _document(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refusal("redactions.unreadable", path=path, reason=error.strerror or error) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refusal("redactions.unreadable", path=path, reason=error) from None


def _with(path: Path, package: ProcessPackage, rows: Any) -> ProcessPackage:
    if not isinstance(rows, dict):
        raise Refusal("redactions.rule", path=path, family=package.family, rule="")
    own = {}
    for key, row in rows.items():
        if key in package.manifest.redactions or not _is_whole(row):
            raise Refusal("redactions.rule", path=path, family=package.family, rule=key)
        own[key] = Redaction(
            key=key,
            name=row["name"].strip(),
            kinds=frozenset(row["kinds"]),
            after_days=row["after_days"],
            ground=row["ground"].strip(),
            files=row.get("files", False),
        )
    return replace(package, own_redactions=own)


def _is_whole(row: Any) -> bool:
    if not isinstance(row, dict) or not row.keys() <= _KNOWN:
        return False
    kinds, days, files = row.get("kinds"), row.get("after_days"), row.get("files", False)
    return (
        all(isinstance(row.get(name), str) and row[name].strip() for name in _TEXTS)
        and isinstance(kinds, list)
        and len(kinds) > 0
        and all(isinstance(kind, str) and kind.strip() for kind in kinds)
        and type(days) is int
        and days >= 0
        and type(files) is bool
    )
