"""What may still come: the user tasks ahead of where an instance stands, and who would do them.

A forecast from the drawing, not a promise: behind a decision only one of several ways is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import store
from engine.administration.duties import ADMINISTRATORS
from engine.identity.posts import in_force
from engine.permission import access
from engine.repository import diagrams
from engine.spiff import xml
from engine.spiff.cache import Bundle
from engine.spiff.names import bpmn
from engine.states import InstanceState
from engine.tables import Instance, Party, Post, User
from engine.unit_of_work import UnitOfWork

#: Further than this nobody reads.
MOST_STEPS = 12
#: More than these are not named: then it is the post that counts.
MOST_PEOPLE = 3

_CHOICES = {"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """A step that may come: by which posts, and who holds them where few do."""

    process_key: str
    element_id: str
    name: str
    is_certain: bool
    groups: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    element_id: str
    is_certain: bool


def of_instance(uow: UnitOfWork, instance: Instance) -> list[Ahead]:
    """The steps ahead in the order they may come, as far as the actor may know of them.

    Names of people only for who reads what is internal.
    """
    if instance.state not in (InstanceState.ACTIVE, InstanceState.SUSPENDED):
        return []
    bundle = store.bundle(uow, instance.deployment_id)
    readable = access.audiences(uow, instance)
    found: list[Ahead] = []
    for marked in reversed(diagrams.of_instance(uow, instance)):
        standing = [current.element_id for current in marked.current]
        passed = {*marked.done, *standing}
        for step in _walk(marked.xml.encode(), marked.key, standing):
            element = bundle.elements.get((marked.key, step.element_id))
            if element is None or element.kind != "userTask" or element.id in passed:
                continue
            if element.audience not in readable:
                continue
            found.append(
                Ahead(
                    process_key=marked.key,
                    element_id=element.id,
                    name=element.name,
                    is_certain=step.is_certain,
                    groups=tuple(_role_names(bundle, element.candidate_groups)),
                    people=_people(uow, instance, bundle, element.candidate_groups)
                    if "internal" in readable
                    else (),
                )
            )
    return found[:MOST_STEPS]


def _walk(content: bytes, key: str, standing: Sequence[str]) -> Iterator[_Step]:
    """From where tokens stand along the flows, breadth first, each element once."""
    root = xml.parse(content, key)
    nodes: dict[str, Any] = {node.get("id"): node for node in root.iter() if node.get("id")}
    ways: dict[str, list[str]] = {}
    for flow in root.iter(bpmn("sequenceFlow")):
        ways.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    queue = [_Step(element_id, True) for element_id in standing]
    seen = set(standing)
    while queue:
        step = queue.pop(0)
        yield step
        tag = nodes[step.element_id].tag if step.element_id in nodes else ""
        is_choice = str(tag).rpartition("}")[2] in _CHOICES
        targets = ways.get(step.element_id, [])
        certain = step.is_certain and not (is_choice and len(targets) > 1)
        for target in targets:
            if target not in seen:
                seen.add(target)
                queue.append(_Step(target, certain))


def _role_names(bundle: Bundle, groups: Collection[str]) -> Iterator[str]:
    roles = bundle.manifest.roles
    return (roles[group].name for group in groups if group in roles)


def _people(
    uow: UnitOfWork, instance: Instance, bundle: Bundle, groups: Collection[str]
) -> tuple[str, ...]:
    """Who holds such a post today in an organisation that stands in the role's relation."""
    relations: Mapping[str, str] = {
        group: bundle.manifest.roles[group].relation
        for group in groups
        if group in bundle.manifest.roles
    }
    if not relations:
        return ()
    places = sa.select(Party.organisation_id).where(Party.instance_id == instance.id)
    conditions = [
        sa.and_(
            Post.group == group,
            Post.organisation_id.in_(places.where(Party.relation == relation)),
        )
        for group, relation in relations.items()
    ]
    administrators = sa.select(Post.user_id).where(
        Post.group.in_(sorted(ADMINISTRATORS)), in_force(uow)
    )
    names = uow.session.scalars(
        sa.select(User.name)
        .join(Post, Post.user_id == User.id)
        .where(in_force(uow), User.is_active.is_(True), sa.or_(*conditions))
        .where(User.id.not_in(administrators))
        .distinct()
        .order_by(User.name)
        .limit(MOST_PEOPLE + 1)
    ).all()
    return tuple(names) if len(names) <= MOST_PEOPLE else ()
