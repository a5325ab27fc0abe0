"""Verify the chains of history from the command line; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from engine import history
from engine.actor import Actor
from engine.engine import Engine
from engine.history import Reason
from engine.tables import Instance
from engine.unit_of_work import UnitOfWork
from ops.errors import Refusal
from ops.messages import text

ACTOR = Actor.system("dudao audit")

_REASONS: Mapping[Reason, str] = {
    Reason.MISSING: "audit.missing",
    Reason.UNLINKED: "audit.unlinked",
    Reason.METADATA: "audit.metadata",
    Reason.PAYLOAD: "audit.payload",
    Reason.PAYLOAD_GONE: "audit.payload_gone",
    Reason.CUT_OFF: "audit.cut_off",
    Reason.SHORTER: "audit.shorter",
    Reason.REWRITTEN: "audit.rewritten",
    Reason.ALGORITHM: "audit.algorithm",
}


def verify(engine: Engine, key: str | None, *, say: Callable[[str], None]) -> bool:
    """Whether every chain is whole, or those of one business key or id; says where one breaks first.

    Refusal where there is no such case. Each chain is read in a transaction of its own: a case that
    goes on meanwhile is seen as it was at one moment.
    """
    with engine.read(ACTOR) as uow:
        query = sa.select(Instance.id).order_by(Instance.started_at, Instance.id)
        if key is not None:
            query = query.where(sa.or_(Instance.business_key == key, Instance.id == key))
        ids = uow.session.scalars(query).all()
    if key is not None and not ids:
        raise Refusal("audit.unknown", case=key)
    links = broken = 0
    for instance_id in ids:
        with engine.read(ACTOR) as uow:
            _freeze(uow)
            instance = uow.session.get_one(Instance, instance_id)
            links += instance.history_length
            first = next(history.verify(uow, instance_id), None)
            if first is None:
                continue
            broken += 1
            name = instance.business_key or instance.title
            reason = text(_REASONS[first.reason], checkpoint=first.checkpoint)
            say(text("audit.broken", case=name, id=instance_id, seq=first.seq, reason=reason))
    if broken:
        say(text("audit.failed", broken=broken, chains=len(ids)))
    else:
        say(text("audit.whole", chains=len(ids), links=links))
    return broken == 0


def _freeze(uow: UnitOfWork) -> None:
    """Read everything as of one moment: head and links of a case that goes on must fit together.

    SQLite does so by itself.
    """
    if uow.engine.database.dialect == "postgresql":
        uow.session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
