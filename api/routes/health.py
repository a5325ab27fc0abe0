"""Whether this process answers and reaches its database; for load balancers and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api.fields import Answer, Instant
from api.routing import Routes
from engine import __version__
from engine.unit_of_work import UnitOfWork

routes = Routes("health", "运行状况")


class HealthSchema(Answer):
    status = fields.String(metadata={"description": "ok"})
    version = fields.String()
    now = Instant(metadata={"description": "服务器的时钟"})


@routes.get("/health", HealthSchema, public=True)
def get(uow: UnitOfWork) -> Mapping[str, Any]:
    """系统能否办理请求。"""
    uow.session.connection()  # opens the transaction: fails if the database is not there
    return {"status": "ok", "version": __version__, "now": uow.now}
