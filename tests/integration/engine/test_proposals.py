"""Acts of two people: who may confirm, what is then done, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import identity
from engine.actor import Actor
from engine.administration import duties, journal, proposals
from engine.clock import ManualClock
from engine.engine import Engine
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.package import ProcessPackage
from engine.repository import definitions, deployment_proposals
from engine.states import ProposalState
from engine.tables import Deployment, Post, Proposal
from tests import factories, models
from tests.conftest import EngineFor
from tests.factories import SYSTEM

MODEL = models.bpmn(
    "main",
    "<startEvent id='start'/>"
    + models.user("write")
    + "<endEvent id='end'/>"
    + models.flows("start>write", "write>end"),
)
CHANGED = MODEL.replace("name='write'", "name='写'").encode()


@dataclass(frozen=True, kw_only=True)
class Desk:
    engine: Engine
    package: ProcessPackage
    editor: Actor
    second: Actor
    head: Actor
    clerk: Actor
    auditor: Actor

    def propose(self, text: bytes = CHANGED) -> str:
        files = {**self.package.files, "bpmn/m0.bpmn": text}
        with self.engine.begin(self.editor) as uow:
            return deployment_proposals.make(uow, self.package, files, note="改一个名称").id

    def versions(self) -> int:
        with self.engine.read(SYSTEM) as uow:
            return uow.session.scalar(sa.select(sa.func.count()).select_from(Deployment)) or 0

    def state(self, proposal_id: str) -> str:
        with self.engine.read(SYSTEM) as uow:
            return uow.session.get_one(Proposal, proposal_id).state


@pytest.fixture
def desk(engine_for: EngineFor, tmp_path: Path) -> Desk:
    package = models.family(
        tmp_path, MODEL, entries='accountable = true\nsecond_persons = ["head"]\n'
    )
    engine = engine_for(package)
    factories.deploy(engine, package.family)
    with engine.begin(SYSTEM) as uow:
        bureau = factories.organisation(uow, "office")
        return Desk(
            engine=engine,
            package=package,
            editor=factories.person(uow, "editor", (duties.MODEL_EDITOR, bureau)),
            second=factories.person(uow, "second", (duties.SYSTEM_ADMIN, bureau)),
            head=factories.person(uow, "head", ("head", bureau)),
            clerk=factories.person(uow, "clerk", ("staff", bureau)),
            auditor=factories.person(uow, "auditor", (duties.AUDIT_ADMIN, bureau)),
        )


def refused(desk: Desk, actor: Actor, proposal_id: str) -> EngineError:
    with pytest.raises(EngineError) as caught, desk.engine.begin(actor) as uow:
        proposals.confirm(uow, proposal_id)
    assert desk.state(proposal_id) == ProposalState.OPEN
    assert desk.versions() == 1
    return caught.value


@pytest.mark.parametrize("who", ["second", "head"])
def test_what_is_confirmed_is_done_as_the_act_of_the_proposer(desk: Desk, who: str) -> None:
    proposal_id = desk.propose()
    assert desk.versions() == 1
    with desk.engine.begin(getattr(desk, who)) as uow:
        row = proposals.confirm(uow, proposal_id, note="看过")
        assert row.state == ProposalState.CONFIRMED
    with desk.engine.read(SYSTEM) as uow:
        newest = definitions.latest(uow, "main")
        assert newest.version == 2
        assert newest.deployment.deployed_by == desk.editor.user_id
        assert definitions.xml_of(uow, newest.id) == CHANGED
    with desk.engine.read(desk.auditor) as uow:
        told = [(entry.kind, entry.actor_name) for entry in journal.search(uow, limit=3)]
    assert told == [
        ("proposal.confirmed", who),
        ("family.deployed", "editor"),
        ("proposal.made", "editor"),
    ]


def test_whoever_reads_it_sees_what_it_changes_in_words_and_drawn_before_and_after(
    desk: Desk,
) -> None:
    proposal_id = desk.propose()

    def seen(actor: Actor) -> deployment_proposals.Comparison:
        with desk.engine.read(actor) as uow:
            return deployment_proposals.compare(uow, proposal_id)

    shown = seen(desk.head)
    assert [change.id for change in shown.changes] == ["write"]
    [drawing] = shown.drawings
    assert (drawing.path, drawing.name) == ("bpmn/m0.bpmn", "main")
    assert (drawing.before, drawing.after) == (MODEL, CHANGED.decode())
    assert seen(desk.auditor) == shown
    with pytest.raises(NotFound):
        seen(desk.clerk)
    with desk.engine.begin(desk.second) as uow:
        proposals.confirm(uow, proposal_id)
    assert seen(desk.head) == shown


def test_nobody_confirms_what_they_proposed_whatever_posts_they_hold(desk: Desk) -> None:
    proposal_id = desk.propose()
    with desk.engine.begin(SYSTEM) as uow:
        bureau = uow.session.scalars(sa.select(Post.organisation_id).limit(1)).one()
        assert desk.editor.user_id is not None
        identity.posts.grant(uow, desk.editor.user_id, duties.SYSTEM_ADMIN, bureau)
        both = identity.actor_of(uow, desk.editor.user_id)
    assert refused(desk, both, proposal_id).code == "same-person"


def test_to_others_it_does_not_exist(desk: Desk) -> None:
    proposal_id = desk.propose()
    assert isinstance(refused(desk, desk.clerk, proposal_id), NotFound)
    with desk.engine.read(desk.clerk) as uow:
        assert proposals.search(uow) == []
    # an auditor reads it, and does nothing
    assert refused(desk, desk.auditor, proposal_id).code == "not-the-second-person"
    with desk.engine.read(desk.auditor) as uow:
        [row] = proposals.search(uow)
        assert proposals.allowed_acts(uow, row) == frozenset()


def test_a_proposer_who_lost_the_post_meanwhile_can_no_longer_act(desk: Desk) -> None:
    proposal_id = desk.propose()
    with desk.engine.begin(SYSTEM) as uow:
        query = sa.select(Post.id).where(Post.user_id == desk.editor.user_id)
        identity.posts.end(uow, uow.session.scalars(query).one())
    assert refused(desk, desk.second, proposal_id).code == "duty-required"


def test_it_runs_out_and_can_be_proposed_again(desk: Desk, clock: ManualClock) -> None:
    proposal_id = desk.propose()
    with pytest.raises(Conflict) as pending:
        desk.propose()
    assert pending.value.code == "proposal-pending"
    clock.set(clock.now() + timedelta(days=8))
    assert refused(desk, desk.second, proposal_id).code == "proposal-expired"
    again = desk.propose()
    assert desk.state(proposal_id) == ProposalState.EXPIRED
    with desk.engine.begin(desk.second) as uow:
        proposals.confirm(uow, again)
    assert desk.versions() == 2


def test_a_refusal_needs_its_reason_and_ends_it(desk: Desk) -> None:
    proposal_id = desk.propose()
    with pytest.raises(Invalid), desk.engine.begin(desk.second) as uow:
        proposals.refuse(uow, proposal_id, note="  ")
    with desk.engine.begin(desk.second) as uow:
        proposals.refuse(uow, proposal_id, note="先演练")
    for act in (proposals.confirm, proposals.withdraw):
        with pytest.raises(Conflict), desk.engine.begin(desk.second) as uow:
            act(uow, proposal_id)
    assert desk.versions() == 1


def test_only_the_proposer_withdraws_it(desk: Desk) -> None:
    proposal_id = desk.propose()
    with pytest.raises(NotAllowed), desk.engine.begin(desk.second) as uow:
        proposals.withdraw(uow, proposal_id)
    with desk.engine.begin(desk.editor) as uow:
        proposals.withdraw(uow, proposal_id)
    assert desk.state(proposal_id) == ProposalState.WITHDRAWN


def test_a_model_with_faults_is_not_proposed(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused_:
        desk.propose(MODEL.replace("targetRef='end'", "targetRef='nowhere'").encode())
    assert refused_.value.errors
    with desk.engine.read(desk.editor) as uow:
        assert proposals.search(uow, state=None) == []
