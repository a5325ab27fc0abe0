"""One search over everything: cases, papers, organisations, people; only what the actor may see.

By a part of a name, title or number, or by initials of the pinyin (engine/initials.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine.administration import duties
from engine.administration.duties import AUDIT_ADMIN, SECURITY_ADMIN
from engine.desk import casebook
from engine.identity.posts import in_force
from engine.package import FoundPaper
from engine.permission import access
from engine.tables import Instance, Organisation, Post, User
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Found:
    """The nearest of each kind; a person with one of their posts of today."""

    cases: Sequence[Instance]
    papers: Sequence[FoundPaper]
    organisations: Sequence[Organisation]
    people: Sequence[Post]


def find(uow: UnitOfWork, text: str, *, limit: int) -> Found:
    """At most `limit` of each kind. Text of letters and digits alone is tried as initials, too."""
    asked = text.strip()
    letters = asked.lower() if asked.isascii() and asked.isalnum() else ""
    return Found(
        cases=_cases(uow, asked, letters, limit),
        papers=_papers(uow, asked, limit),
        organisations=_organisations(uow, asked, letters, limit),
        people=_people(uow, asked, letters, limit),
    )


def _cases(uow: UnitOfWork, text: str, letters: str, limit: int) -> Sequence[Instance]:
    query = (
        sa.select(Instance)
        .where(access.visible_instances(uow), casebook.matches(uow, text, letters=letters))
        .options(joinedload(Instance.definition))
        .order_by(Instance.started_at.desc(), Instance.id)
        .limit(limit)
    )
    return uow.session.scalars(query).all()


def _papers(uow: UnitOfWork, text: str, limit: int) -> list[FoundPaper]:
    rules = [package.find_papers for package in uow.engine.packages.values()]
    found = [row for rule in rules if rule is not None for row in rule(uow, text, limit)]
    return found[:limit]


def _organisations(uow: UnitOfWork, text: str, letters: str, limit: int) -> Sequence[Organisation]:
    """Everybody who signed in may look one up."""
    ways = [
        Organisation.name.icontains(text, autoescape=True),
        Organisation.short_name.icontains(text, autoescape=True),
        Organisation.code.istartswith(text, autoescape=True),
    ]
    if letters:
        ways.append(Organisation.initials.contains(letters, autoescape=True))
    query = (
        sa.select(Organisation)
        .where(sa.or_(*ways), Organisation.closed_on.is_(None))
        .order_by(sa.func.length(Organisation.name), Organisation.code)
        .limit(limit)
    )
    return uow.session.scalars(query).all()


def _people(uow: UnitOfWork, text: str, letters: str, limit: int) -> Sequence[Post]:
    """Colleagues of the actor's organisations; everybody to who keeps or audits the accounts."""
    ways: list[Any] = [User.name.icontains(text, autoescape=True)]
    if letters:
        ways.append(User.initials.startswith(letters, autoescape=True))
    query = (
        sa.select(Post)
        .join(Post.user)
        .where(User.is_active, in_force(uow), sa.or_(*ways))
        .options(joinedload(Post.user), joinedload(Post.organisation))
        .order_by(User.name, User.id, Post.id)
        .limit(limit)
    )
    if not any(duties.holds(uow, duty) for duty in (SECURITY_ADMIN, AUDIT_ADMIN)):
        own = sorted(uow.actor.organisation_ids)
        query = query.where(Post.organisation_id.in_(own))
    return uow.session.scalars(query).all()
