"""Files handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.shown.people import Names
from engine import access
from engine.tables import File
from engine.unit_of_work import UnitOfWork


def file(uow: UnitOfWork, row: File, names: Names) -> Mapping[str, Any]:
    """A file's row; its bytes are at /files/{id}/content."""
    return {
        "id": row.id,
        "name": row.name,
        "size": row.size,
        "media_type": row.media_type,
        "digest": row.digest,
        "uploaded_at": row.uploaded_at,
        "uploaded_by": names.person(row.uploaded_by),
        "allowed_acts": sorted(access.allowed_acts(uow, row)),
    }
