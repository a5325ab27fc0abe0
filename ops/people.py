"""Organisations, posts and accounts from the command line: the system acts, and the journal tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from engine import identity
from engine.actor import Actor
from engine.engine import Engine
from engine.filing import spreadsheets
from engine.handover import delegation_imports, departures
from engine.identity import activations, appointments, closing, imports
from engine.identity.imports import FAULTY, Outcome
from engine.tables import Organisation, Post, User
from ops.errors import Refusal
from ops.messages import said, text

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

ACTOR = Actor.system("dudao")


def organisation_lines(engine: Engine, *, under: str | None = None) -> Iterator[str]:
    """One line for each organisation, a branch after its root: code, name, kind, whether closed."""
    with engine.read(ACTOR) as uow:
        query = sa.select(Organisation).order_by(Organisation.path)
        if under is not None:
            query = query.where(identity.organisations.below(_organisation(uow, under)))
        for row in uow.session.scalars(query):
            depth = "  " * (row.path.count("/") - 2)
            mark = text("user.mark.closed") if row.closed_on is not None else ""
            yield "\t".join([depth + row.code, row.name, row.kind, mark]).rstrip()


def add_organisation(
    engine: Engine, code: str, name: str, *, kind: str, parent: str | None, short_name: str
) -> None:
    """Add one below the one with the code `parent`, or a root."""
    with engine.begin(ACTOR) as uow:
        parent_id = _organisation(uow, parent).id if parent is not None else None
        identity.organisations.add(
            uow, code=code, name=name, kind=kind, parent_id=parent_id, short_name=short_name
        )


def rename_organisation(engine: Engine, code: str, name: str, *, short_name: str | None) -> None:
    """Give it another name; its short name stays unless another is given."""
    with engine.begin(ACTOR) as uow:
        row = _organisation(uow, code)
        short = row.short_name if short_name is None else short_name
        identity.organisations.rename(uow, row.id, name=name, short_name=short)


def move_organisation(engine: Engine, code: str, parent: str | None) -> None:
    """Put it below the one with the code `parent`, or at the root."""
    with engine.begin(ACTOR) as uow:
        parent_id = _organisation(uow, parent).id if parent is not None else None
        identity.organisations.move(uow, _organisation(uow, code).id, parent_id)


def close_organisation(engine: Engine, code: str, *, ends_posts: bool, open_cases: int) -> None:
    """Close it; with `ends_posts` the posts in it end, else a holder refuses it."""
    with engine.begin(ACTOR) as uow:
        row = _organisation(uow, code)
        held = closing.preview(uow, row.id).posts if ends_posts else ()
        ending = [post.id for post in held]
        closing.close(uow, row.id, ending=ending, open_cases=open_cases)


def reopen_organisation(engine: Engine, code: str) -> None:
    """Open it again."""
    with engine.begin(ACTOR) as uow:
        identity.organisations.reopen(uow, _organisation(uow, code).id)


def post_lines(engine: Engine, *, username: str | None, code: str | None) -> Iterator[str]:
    """One line for each post, those that ended among them: id, who, role@place, days, title."""
    with engine.read(ACTOR) as uow:
        query = (
            sa.select(Post)
            .join(User, User.id == Post.user_id)
            .options(joinedload(Post.user), joinedload(Post.organisation))
            .order_by(User.username, Post.from_on, Post.id)
        )
        if username is not None:
            query = query.where(Post.user_id == _user(uow, username).id)
        if code is not None:
            place = _organisation(uow, code)
            query = query.where(appointments.posts_under(uow, place.id))
        for row in uow.session.scalars(query):
            days = f"{row.from_on.isoformat()}/{row.until_on.isoformat() if row.until_on else ''}"
            place_of = f"{row.group}@{row.organisation.code}"
            yield "\t".join([row.id, row.user.username, place_of, days, row.title]).rstrip()


def add_post(
    engine: Engine, username: str, post: str, *, from_on: date | None, until_on: date | None
) -> str:
    """Give a post `ROLE@ORGANISATION-CODE[:TITLE]`; its id."""
    with engine.begin(ACTOR) as uow:
        return give(uow, _user(uow, username), post, from_on=from_on, until_on=until_on).id


def give(
    uow: UnitOfWork,
    user: User,
    post: str,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Post:
    """The post that the text `ROLE@ORGANISATION-CODE[:TITLE]` names."""
    role, found_at, place = post.partition("@")
    code, _, title = place.partition(":")
    if not (role and found_at and code):
        raise Refusal("user.post", post=post)
    organisation_id = _organisation(uow, code).id
    return appointments.give(
        uow, user.id, role, organisation_id, title=title, from_on=from_on, until_on=until_on
    )


def end_post(engine: Engine, post_id: str, *, last_day: date | None) -> None:
    """End a post at once, or after its `last_day`."""
    with engine.begin(ACTOR) as uow:
        departures.end_post(uow, post_id, last_day=last_day)


def close_account(engine: Engine, username: str) -> tuple[int, int]:
    """Close an account; how many tasks are left behind, and how many of them nobody else may do."""
    with engine.begin(ACTOR) as uow:
        _, left = departures.close(uow, _user(uow, username).id)
        return len(left), sum(row.heirs == 0 for row in left)


def reopen_account(engine: Engine, username: str) -> None:
    """Open a closed account again."""
    with engine.begin(ACTOR) as uow:
        identity.users.reopen(uow, _user(uow, username).id)


def change_account(
    engine: Engine, username: str, *, name: str | None, email: str | None, phone: str | None
) -> None:
    """Correct name and contact; what is not given stays."""
    with engine.begin(ACTOR) as uow:
        user = _user(uow, username)
        identity.users.change(
            uow,
            user.id,
            name=user.name if name is None else name,
            email=user.email if email is None else email,
            phone=user.phone if phone is None else phone,
        )


def activation(engine: Engine, username: str) -> str:
    """An activation code for a new account; an earlier one ends."""
    with engine.begin(ACTOR) as uow:
        code, _ = activations.issue(uow, _user(uow, username).id)
        return code


_IMPORTS = {
    "user": imports.import_people,
    "organisation": imports.import_organisations,
    "delegation": delegation_imports.import_delegations,
}


def import_file(engine: Engine, kind: str, path: Path, *, check: bool) -> tuple[list[str], bool]:
    """Lines that tell of each row of the CSV file, and whether all is well.

    `kind`: user, organisation, delegation.
    """
    try:
        with path.open("rb") as file:
            data = file.read(spreadsheets.MOST_BYTES + 1)
    except OSError as error:
        raise Refusal("file.unreadable", path=path, reason=error.strerror) from error
    with engine.begin(ACTOR) as uow:
        outcomes = _IMPORTS[kind](uow, data, check=check)
    return [_line(row) for row in outcomes], all(row.outcome != FAULTY for row in outcomes)


def _line(row: Outcome) -> str:
    told = " ".join(said(fault.detail) for fault in row.faults) or row.code or ""
    return "\t".join([str(row.number), row.key, text(f"import.{row.outcome}"), told]).rstrip()


def _organisation(uow: UnitOfWork, code: str) -> Organisation:
    row = identity.organisations.by_code(uow, code)
    if row is None:
        raise Refusal("user.organisation", code=code)
    return row


def _user(uow: UnitOfWork, username: str) -> User:
    user = identity.users.by_username(uow, username)
    if user is None:
        raise Refusal("user.unknown", username=username)
    return user
