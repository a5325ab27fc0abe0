"""A case that several units and people sign: who votes what, and where the process then stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import instances, tasks
from engine.actor import Actor, PostRef
from engine.advance import Step
from engine.permission.parties import Party
from engine.signoff import cosigners, signers, signing
from engine.signoff.signers import Board
from engine.tables import Organisation, Post, Signer, SignOff, Task, User, new_id
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, flows, user

#: Three offices, each with a clerk and a head of its own.
PLACES = ("north", "south", "west")


def joint(attributes: str, *, extra: str = "", group: str = "staff", form: str = "remark") -> str:
    """One task that several sign, then two ends by the outcome."""
    terms = f"<extensionElements><dudao:signOff {attributes}/></extensionElements>"
    return bpmn(
        "main",
        "<startEvent id='start'/>"
        + user("joint", group=group, form=form, inner=terms, extra=extra)
        + "<exclusiveGateway id='is_agreed' default='is_agreed_to_redo'/>"
        + user("publish")
        + user("redo")
        + "<endEvent id='end'/>"
        + flows(
            "start>joint",
            "joint>is_agreed",
            'is_agreed>publish: = outcome = "agreed"',
            "is_agreed>redo",
            "publish>end",
            "redo>end",
        ),
    )


@dataclass
class Council:
    """A driver with three offices, all parties of the case."""

    case: Driver
    places: dict[str, str]

    @classmethod
    def of(cls, case: Driver) -> Council:
        """Offices north, south and west; in each a clerk (staff) and a head, called after it."""
        council = cls(case=case, places={})
        with case.engine.begin(SYSTEM) as uow:
            for place in PLACES:
                organisation = Organisation(
                    id=new_id(), code=place, name=place, kind="office", path=f"/{place}/"
                )
                uow.session.add(organisation)
                uow.session.flush()
                council.places[place] = organisation.id
                for group in ("staff", "head"):
                    council._person(uow.session, f"{place}_{group}", group, organisation.id)
        return council

    def _person(self, session: Any, name: str, group: str, organisation_id: str) -> None:
        person = User(
            id=new_id(),
            username=name,
            name=name,
            password_hash="none",  # noqa: S106  # nobody signs in here
            created_at=self.case.clock.now(),
        )
        session.add(person)
        session.flush()
        session.add(
            Post(
                user_id=person.id,
                group=group,
                organisation_id=organisation_id,
                from_on=self.case.clock.now().date(),
            )
        )
        self.case.people[name] = Actor(
            user_id=person.id,
            name=name,
            posts=(PostRef(group=group, organisation_id=organisation_id),),
        )

    def add_person(self, name: str, group: str, place: str) -> None:
        """One more person with a post."""
        with self.case.engine.begin(SYSTEM) as uow:
            self._person(uow.session, name, group, self.places[place])

    def id_of(self, name: str) -> str:
        """The person's id."""
        return self.case.people[name].user_id or ""

    def start(self, variables: Mapping[str, Any] | None = None) -> str:
        """A case of the three offices."""
        with self.case.engine.begin(self.case.people["north_staff"]) as uow:
            return instances.start(
                uow,
                self.case.family,
                variables=variables,
                related=[
                    Party(relation="office", organisation_id=organisation_id)
                    for organisation_id in self.places.values()
                ],
            ).id

    def row(self, instance_id: str, name: str) -> Task:
        """The person's own row of what is being signed: the one they hold or may take."""
        with self.case.engine.read(self.case.people[name]) as uow:
            from engine.permission import access

            for task in instances.open_tasks(uow, instance_id):
                acts = access.allowed_acts(uow, task)
                if task.assignee_id == uow.actor.user_id or "claim" in acts:
                    return task
        raise AssertionError(f"{name} has nothing to sign")

    def vote(
        self,
        instance_id: str,
        name: str,
        choice: str = "agree",
        *,
        opinion: str = "意见",
        values: Mapping[str, Any] | None = None,
    ) -> Step:
        """Take one's row and vote."""
        row = self.row(instance_id, name)
        with self.case.engine.begin(self.case.people[name]) as uow:
            row = tasks.claim(uow, row.id)
            return signing.vote(
                uow, row.id, choice, values=values or {}, opinion=opinion, revision=row.revision
            )

    def add(self, instance_id: str, name: str, who: str, placement: str) -> Task:
        """Ask somebody to sign beside oneself."""
        row = self.row(instance_id, name)
        with self.case.engine.begin(self.case.people[name]) as uow:
            row = tasks.claim(uow, row.id)
            return cosigners.add(uow, row.id, self.id_of(who), placement=placement, question="请核")

    def acts(self, instance_id: str, name: str) -> frozenset[str]:
        """What the person may do with their own row."""
        row = self.row(instance_id, name)
        with self.case.engine.read(self.case.people[name]) as uow:
            from engine.permission import access

            return access.allowed_acts(uow, uow.session.get_one(Task, row.id))

    def board(self, instance_id: str) -> Board:
        """The latest sign-off of the case."""
        with self.case.engine.read(SYSTEM) as uow:
            query = sa.select(SignOff.id).where(SignOff.instance_id == instance_id)
            found = uow.session.scalars(query.order_by(SignOff.opened_at.desc())).first()
            assert found is not None
            return signers.board(uow, found)

    def signer(self, instance_id: str, name: str) -> Signer:
        """The seat that is this person's, or that they voted from."""
        board = self.board(instance_id)
        place = name.partition("_")[0]
        mine = [row for row in board.signers if self.id_of(name) in (row.user_id, row.voted_by)]
        return (mine or [r for r in board.signers if r.organisation_id == self.places[place]])[0]
