"""What a permitted person asked for in vain stands in the journal; what strangers try does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.actor import Actor
from engine.administration import duties, journal, proposals
from engine.clock import ManualClock
from engine.errors import EngineError, NotAllowed
from engine.migrating import migration_plans, migration_proposals
from engine.migrating.migration_plans import Pair
from engine.operating import mending
from engine.operating.mend_plans import Plan
from engine.repository import definitions
from engine.tables import Deployment, JournalEntry, Organisation
from tests import factories
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, family, flows, user

BODY = "<startEvent id='start'/>" + user("only") + "<endEvent id='end'/>"


@dataclass(kw_only=True)
class Desk:
    """A running case, and an operator."""

    case: Driver
    sam: Actor
    instance_id: str

    def rejected(self) -> list[JournalEntry]:
        with self.case.engine.read(SYSTEM) as uow:
            assert list(journal.verify(uow)) == []
            query = sa.select(JournalEntry).where(JournalEntry.kind.like("%.rejected"))
            return list(uow.session.scalars(query.order_by(JournalEntry.seq)))


@pytest.fixture
def desk(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Desk:
    package = family(tmp_path, bpmn("main", BODY + flows("start>only", "only>end")))
    case = Driver(engine=engine_for(package), clock=clock).set_up()
    with case.engine.begin(SYSTEM) as uow:
        office = uow.session.get_one(Organisation, case.office_id)
        sam = factories.person(uow, "sam", (duties.SYSTEM_ADMIN, office))
    return Desk(case=case, sam=sam, instance_id=case.start())


def test_a_mend_that_makes_no_sense(desk: Desk) -> None:
    plan = Plan(act="edit_variable", variable="no such", value="病情")
    with pytest.raises(EngineError) as caught, desk.case.engine.begin(desk.sam) as uow:
        mending.propose(uow, desk.instance_id, plan, reason="试试")
    [entry] = desk.rejected()
    assert (entry.kind, entry.actor_name, entry.reason) == ("mend.rejected", "sam", "试试")
    assert (entry.instance_id, entry.subject_id) == (desk.instance_id, desk.instance_id)
    assert entry.after is not None
    assert entry.after["refused"] == caught.value.code
    assert entry.after["plan"]["variable"] == "no such"
    assert "病情" not in str(entry.after), "a value of the case is not the journal's"


@pytest.mark.parametrize("verb", [migration_proposals.make, migration_proposals.start])
def test_a_faulty_plan_of_a_migration(desk: Desk, verb: object) -> None:
    with desk.case.engine.begin(SYSTEM) as uow:
        package = uow.engine.package("tests")
        old = uow.session.scalars(sa.select(Deployment.id)).one()
        changed = bpmn(
            "main", BODY.replace("'only'", "'other'") + flows("start>other", "other>end")
        )
        files = {**package.files, "bpmn/m0.bpmn": changed.encode()}
        new = definitions.deploy(uow, package, files=files).id
        plan = migration_plans.propose(uow, old, new)
    pair = Pair(process="main", source="nowhere", target="only")
    faulty = replace(plan, pairs=(*plan.pairs, pair))
    with pytest.raises(EngineError) as caught, desk.case.engine.begin(desk.sam) as uow:
        verb(uow, faulty, reason="新版本")  # type: ignore[operator]  # one of the two above
    assert caught.value.code == "plan-faults"
    [entry] = desk.rejected()
    assert (entry.kind, entry.subject_id) == ("migration.rejected", "tests")
    assert entry.after is not None
    assert "unknown-element" in {fault["code"] for fault in entry.after["faults"]}


def test_who_confirms_their_own_proposal(desk: Desk) -> None:
    with desk.case.engine.begin(desk.sam) as uow:
        made = mending.propose(uow, desk.instance_id, Plan(act="cancel"), reason="重复")
    with pytest.raises(NotAllowed), desk.case.engine.begin(desk.sam) as uow:
        proposals.confirm(uow, made.id)
    [entry] = desk.rejected()
    assert (entry.kind, entry.proposal_id) == ("proposal.rejected", made.id)
    assert entry.after is not None
    assert entry.after["refused"] == "same-person"


def test_what_strangers_try_fills_no_journal(desk: Desk) -> None:
    ada = desk.case.people["ada"]
    for actor, instance_id in ((ada, desk.instance_id), (desk.sam, "0" * 32)):
        with pytest.raises(EngineError), desk.case.engine.begin(actor) as uow:
            mending.propose(uow, instance_id, Plan(act="cancel"), reason="试试")
    with pytest.raises(EngineError), desk.case.engine.begin(ada) as uow:
        proposals.confirm(uow, "0" * 32)
    assert desk.rejected() == []


def test_what_succeeds_is_not_told_as_refused(desk: Desk) -> None:
    with desk.case.engine.begin(desk.sam) as uow:
        mending.propose(uow, desk.instance_id, Plan(act="cancel"), reason="重复")
    assert desk.rejected() == []
