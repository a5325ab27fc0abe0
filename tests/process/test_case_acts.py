"""Who may freeze and who may withdraw a case, before and after its approval."""

from __future__ import annotations

import pytest

from engine import instances
from engine.errors import NotAllowed
from engine.permission import access
from engine.states import InstanceState
from engine.tables import Instance
from tests.process import phases
from tests.process.office import Office


def acts(office: Office, person: str, instance_id: str) -> set[str]:
    """What a person may do with a case."""
    with office.engine.read(office.actor(person)) as uow:
        return set(access.allowed_acts(uow, uow.session.get_one(Instance, instance_id)))


def test_who_opened_a_case_withdraws_it_until_it_is_approved(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S1")
    assert acts(office, "county_staff1", instance_id) == {"cancel"}
    assert acts(office, "county_staff2", instance_id) == set()
    assert acts(office, "county_head", instance_id) == {"suspend"}

    phases.prepare(office, visit_on="2026-04-20")
    assert acts(office, "county_staff1", instance_id) == set()
    assert acts(office, "county_head", instance_id) == {"suspend"}


def test_a_withdrawn_case_has_ended_and_waits_for_nobody(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S1")
    with office.engine.begin(office.actor("county_staff1")) as uow:
        access.require_act(uow, uow.session.get_one(Instance, instance_id), "cancel")
        instances.cancel(uow, instance_id, reason="与另一案件重复")
    assert office.state(instance_id) == InstanceState.CANCELLED
    assert office.waiting() == []
    assert acts(office, "county_staff1", instance_id) == set()


def test_the_head_of_the_office_cannot_cancel_a_case(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S1")
    with office.engine.begin(office.actor("county_head")) as uow, pytest.raises(NotAllowed):
        access.require_act(uow, uow.session.get_one(Instance, instance_id), "cancel")
