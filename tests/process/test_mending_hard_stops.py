"""An operator mends a case of accountability and passes no hard-stop: not by a skip, not by a move."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import identity
from engine.actor import Actor
from engine.administration import duties, proposals
from engine.engine import Engine
from engine.errors import Conflict, EngineError, NotFound
from engine.operating import mending, operator_sight
from engine.operating.mend_plans import Plan
from engine.spiff import cache
from engine.tables import Incident, Organisation, User
from processes.supervision.package import PACKAGE
from tests.process import mutilation, phases
from tests.process.mutilation import without
from tests.process.office import SYSTEM, Office
from tests.process.test_mutilated_chain import decided, opened


def operator(engine: Engine) -> Actor:
    """Somebody who runs the system."""
    with engine.begin(SYSTEM) as uow:
        user = User(
            username="operator",
            name="运维",
            password_hash="none",  # noqa: S106  # nobody signs in here
            created_at=uow.now,
        )
        uow.session.add(user)
        uow.session.flush()
        where = uow.session.scalars(sa.select(Organisation.id).limit(1)).one()
        identity.posts.grant(uow, user.id, duties.SYSTEM_ADMIN, where)
        return identity.actor_of(uow, user.id)


def refused(office: Office, who: Actor, instance_id: str, plan: Plan) -> str:
    with pytest.raises(EngineError) as found, office.engine.begin(who) as uow:
        mending.preview(uow, instance_id, plan)
    assert isinstance(found.value, Conflict), found.value
    return found.value.code


def test_every_step_that_runs_by_itself_and_writes_is_fixed() -> None:
    """But decision tables: they write nothing, and what they say is chosen by a person."""
    elements = cache.build(PACKAGE.files).elements.values()
    kinds = {"serviceTask", "sendTask", "scriptTask", "receiveTask", "intermediateCatchEvent"}
    assert {e.id for e in elements if e.kind in kinds} == PACKAGE.manifest.fixed


def test_a_hard_stop_that_stopped_a_case_is_not_skipped(office: Office) -> None:
    """The case waits for its filing: no decision is closed over without it."""
    mutilation.deploy(office, without("follow_decision", "file_decision"))
    instance_id = decided(office)
    phases.execute_circular(office, chair="county_chair")
    phases.publish_decision(office)
    with pytest.raises(AssertionError, match="assess_closure"):
        office.do("seek_remedy", remedy="none")
    who = operator(office.engine)
    with office.engine.begin(who) as uow:
        seen = operator_sight.of_instance(uow, instance_id)
        [standing] = seen["incidents"]
        assert (standing["row"].element_id, standing["may_skip"]) == ("assess_closure", False)
        # back to the last question is a way; on to the closing is none
        targets = [t for token in seen["tokens"] for t in token["targets"]]
        assert [(t["element_id"], t["direction"]) for t in targets] == [("seek_remedy", "back")]
    plan = Plan(act="skip", incident_id=standing["row"].id)
    assert refused(office, who, instance_id, plan) == "skip-of-hard-stop"
    with office.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(Incident, standing["row"].id).state == "open"


def test_a_case_is_moved_past_no_decision_of_a_person(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S1", visit_on="2026-04-20")
    who = operator(office.engine)
    with office.engine.begin(who) as uow:
        [token] = operator_sight.of_instance(uow, instance_id)["tokens"]
    assert (token["element_id"], token["targets"]) == ("approve_case", [])
    for target in ("form_group", "revise_case", "draft_notice", "confirm_notice"):
        plan = Plan(act="move", token_id=token["id"], target=target)
        assert refused(office, who, instance_id, plan) == "no-route"


def test_a_case_goes_back_with_the_head_of_its_own_office(office: Office) -> None:
    instance_id = opened(office)
    who = operator(office.engine)
    with office.engine.begin(who) as uow:
        [token] = operator_sight.of_instance(uow, instance_id)["tokens"]
        assert [t["element_id"] for t in token["targets"]] == ["approve_case"]
        plan = Plan(act="move", token_id=token["id"], target="approve_case")
        proposal = mending.propose(uow, instance_id, plan, reason="误批，退回重审").id
    for stranger in ("city_head", "county_staff1", "county_chair"):
        with pytest.raises(NotFound), office.engine.begin(office.actor(stranger)) as uow:
            proposals.confirm(uow, proposal)
    with office.engine.begin(office.actor("county_head")) as uow:
        proposals.confirm(uow, proposal)
    assert office.waiting() == ["approve_case"]
