"""Files handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.shown.people import Names
from engine.filing import files
from engine.permission import access
from engine.record import disclosures
from engine.tables import File, Instance
from engine.unit_of_work import UnitOfWork


def protected(uow: UnitOfWork, row: File) -> Mapping[str, Any] | None:
    """Whom the file protects, and whether the actor may open it by giving a reason."""
    if row.protected is None:
        return None
    instance = uow.session.get(Instance, row.instance_id) if row.instance_id else None
    return {
        "kind": row.protected,
        "name": files.kind_name(uow, row.protected),
        "may_open": instance is not None and disclosures.may_read(uow, instance, {row.protected}),
    }


def file(uow: UnitOfWork, row: File, names: Names) -> Mapping[str, Any]:
    """A file's row; its bytes are at /files/{id}/content."""
    return {
        "id": row.id,
        "name": files.shown_name(uow, row),
        "protected": protected(uow, row),
        "size": row.size,
        "media_type": row.media_type,
        "digest": row.digest,
        "uploaded_at": row.uploaded_at,
        "uploaded_by": names.person(row.uploaded_by),
        "allowed_acts": sorted(access.allowed_acts(uow, row)),
    }
