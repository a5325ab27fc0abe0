"""The models of an instance with what is done and what is current, as far as the actor may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine import store
from engine.permission import access
from engine.spiff.cache import Bundle
from engine.tables import Activity, Instance, Resource
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Current:
    """Tokens that stand on an element now."""

    element_id: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One process of an instance: its file, the elements passed and those where tokens stand."""

    key: str
    name: str
    xml: str
    done: tuple[str, ...]
    current: tuple[Current, ...]


def of_instance(uow: UnitOfWork, instance: Instance) -> list[Marked]:
    """The instance's own process first, then the called ones in the order they were entered.

    Who does not read internal matters sees only where steps of their own audiences stand or stood.
    """
    bundle = store.bundle(uow, instance.deployment_id)
    readable = access.audiences(uow, instance)
    visits = [v for v in _visits(uow, instance.id) if _is_visible(bundle, readable, v)]
    keys = list(dict.fromkeys([instance.definition.key, *(v.process_key for v in visits)]))
    files = _files(uow, instance.deployment_id, {bundle.process_files[key] for key in keys})
    return [
        _mark(
            key,
            bundle.process_names[key],
            files[bundle.process_files[key]],
            [visit for visit in visits if visit.process_key == key],
        )
        for key in keys
    ]


def _mark(key: str, name: str, content: bytes, visits: Sequence[Activity]) -> Marked:
    standing = Counter(v.element_id for v in visits if v.state == "active")
    done = dict.fromkeys(v.element_id for v in visits if v.state == "completed")
    return Marked(
        key=key,
        name=name,
        xml=content.decode(),
        done=tuple(element for element in done if element not in standing),
        current=tuple(Current(element_id=e, count=n) for e, n in standing.items()),
    )


def _visits(uow: UnitOfWork, instance_id: str) -> Sequence[Activity]:
    return uow.session.scalars(
        sa.select(Activity)
        .where(Activity.instance_id == instance_id)
        .order_by(Activity.entered_at, Activity.token_id)
    ).all()


def _is_visible(bundle: Bundle, readable: frozenset[str], visit: Activity) -> bool:
    if "internal" in readable:
        return True
    element = bundle.elements.get((visit.process_key, visit.element_id))
    return element is not None and element.kind == "userTask" and element.audience in readable


def _files(uow: UnitOfWork, deployment_id: str, paths: set[str]) -> dict[str, bytes]:
    rows = uow.session.execute(
        sa.select(Resource.path, Resource.content).where(
            Resource.deployment_id == deployment_id, Resource.path.in_(paths)
        )
    )
    return {row.path: row.content for row in rows}
