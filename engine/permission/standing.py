"""How a person's posts stand to instances, by the families' manifests: plain values, no SQL.

A Standing is a relation that a post could have (the party row decides whether it has); a Seat is a
candidate group that a post could take tasks for. `engine/permission/access.py` turns both into predicates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.actor import Actor
from engine.administration.duties import ADMINISTRATORS
from engine.package import ProcessPackage, Relation

#: Who may read a thing; every event, task, file and deadline carries one of them.
AUDIENCES = frozenset({"internal", "unit", "superior", "public"})


#: What relations have in common that are one Standing: its members beside the relations.
_Alike: TypeAlias = tuple[str, frozenset[str], frozenset[str], bool, bool]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Relations of one family in which these organisations of the actor would read the same."""

    family: str
    relations: frozenset[str]
    organisation_ids: frozenset[str]
    audiences: frozenset[str]
    needs_notice: bool
    bars_internal: bool


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A candidate group of one family that the actor holds in these organisations."""

    family: str
    group: str
    organisation_ids: frozenset[str]
    relation: str
    audiences: frozenset[str]
    needs_notice: bool


def is_administrator(actor: Actor) -> bool:
    """Administrators are related to no case, even if they also hold another post."""
    return not actor.groups.isdisjoint(ADMINISTRATORS)


def standings(packages: Iterable[ProcessPackage], actor: Actor) -> list[Standing]:
    """Every way in which the actor's posts could be related to an instance."""
    if is_administrator(actor):
        return []
    merged: dict[_Alike, set[str]] = defaultdict(set)
    for package in packages:
        for relation in package.manifest.relations.values():
            organisations = _organisations(actor, relation)
            if organisations:
                key = (
                    package.family,
                    organisations,
                    relation.audiences,
                    relation.needs_notice,
                    relation.bars_internal,
                )
                merged[key].add(relation.key)
    return [
        Standing(
            family=family,
            relations=frozenset(relations),
            organisation_ids=organisations,
            audiences=audiences & AUDIENCES,
            needs_notice=needs_notice,
            bars_internal=bars_internal,
        )
        for (
            family,
            organisations,
            audiences,
            needs_notice,
            bars_internal,
        ), relations in merged.items()
    ]


def seats(packages: Iterable[ProcessPackage], actor: Actor) -> list[Seat]:
    """Every candidate group that the actor holds; a role whose relation is not declared is none."""
    if is_administrator(actor):
        return []
    found = []
    for package in packages:
        for group, organisations in sorted(_by_group(actor).items()):
            relation = relation_of(package, group)
            if relation is not None:
                found.append(
                    Seat(
                        family=package.family,
                        group=group,
                        organisation_ids=frozenset(organisations),
                        relation=relation.key,
                        audiences=relation.audiences & AUDIENCES,
                        needs_notice=relation.needs_notice,
                    )
                )
    return found


def relation_of(package: ProcessPackage, group: str) -> Relation | None:
    """The relation in which a candidate group's organisation stands to an instance."""
    role = package.manifest.roles.get(group)
    return None if role is None else package.manifest.relations.get(role.relation)


def _organisations(actor: Actor, relation: Relation) -> frozenset[str]:
    return frozenset(
        post.organisation_id
        for post in actor.posts
        if not relation.groups or post.group in relation.groups
    )


def _by_group(actor: Actor) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for post in actor.posts:
        found[post.group].add(post.organisation_id)
    return found
