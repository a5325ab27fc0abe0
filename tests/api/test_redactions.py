"""Redaction of an ended case by two people, the hold that stops it, and what the journal says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api.app import ApiSettings, create_app
from engine.clock import ManualClock
from engine.tables import EventPayload, JournalEntry
from tests import factories
from tests.api.browser import Browser, problem
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, family, flows, user

RULES = """
[redactions.opinions]
name = "意见保存期满"
kinds = ["task.completed"]
after_days = 365
ground = "试验"
"""
BODY = "<startEvent id='start'/>" + user("only", form="remark") + "<endEvent id='end'/>"
REASON = {"reason": "保存期满"}


class House:
    """A case that ended a year ago, two operators, and the head of its office."""

    def __init__(self, case: Driver) -> None:
        self.case = case
        self.instance = case.start()
        case.complete(self.instance, "only", {"remark": "本人病情"})
        case.clock.advance(days=366)
        with case.engine.begin(SYSTEM) as uow:
            firm = factories.organisation(uow, "firm")
            for name in ("sam", "sue"):
                case.people[name] = factories.person(uow, name, ("system_admin", firm))
        app = create_app(case.engine, ApiSettings())
        self.windows = {n: Browser(app).admit(case.engine, a) for n, a in case.people.items()}
        self.base = f"/operations/instances/{self.instance}"

    def look(self) -> Any:
        return self.windows["sam"].get(f"{self.base}/redaction").json

    def post(self, by: str, path: str) -> Any:
        return self.windows[by].post(f"{self.base}{path}", REASON)

    def confirm(self, by: str, proposal: str) -> Any:
        return self.windows[by].post(f"/proposals/{proposal}/confirm", {})

    def told(self) -> list[tuple[str, str, bool]]:
        with self.case.engine.read(SYSTEM) as uow:
            query = sa.select(JournalEntry).where(JournalEntry.instance_id == self.instance)
            rows = uow.session.scalars(query.order_by(JournalEntry.seq))
            return [(row.kind, row.actor_name, row.proposal_id is not None) for row in rows]

    def says(self) -> bool:
        with self.case.engine.read(SYSTEM) as uow:
            found = uow.session.scalars(sa.select(sa.type_coerce(EventPayload.content, sa.Text)))
            return any("本人病情" in text for text in found)


@pytest.fixture
def house(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> House:
    """With a second person named in the manifest."""
    model = bpmn("main", BODY + flows("start>only", "only>end"))
    package = family(tmp_path, model, manifest=RULES, entries='second_persons = ["head"]\n')
    return House(Driver(engine=engine_for(package), clock=clock).set_up())


def test_what_is_due_goes_when_a_second_person_says_so(house: House) -> None:
    seen = house.look()
    [part] = seen["parts"]
    assert (part["rule"], part["events"], part["files"]) == ("opinions", {"task.completed": 1}, 0)
    assert seen["allowed_acts"] == ["hold", "propose"]
    proposed = house.post("sam", "/redaction/proposals")
    assert proposed.status_code == 201, proposed.json
    problem(house.post("sue", "/redaction/proposals"), 409, "proposal-pending")
    problem(house.confirm("sam", proposed.json["id"]), 403, "same-person")
    problem(house.confirm("sue", proposed.json["id"]), 404, "proposal-not-found")
    problem(house.confirm("ada", proposed.json["id"]), 404, "proposal-not-found")
    assert house.says()
    done = house.confirm("cai", proposed.json["id"])
    assert done.json["outcome"] == {"instance": house.instance, "events": 1, "files": 0}
    assert not house.says()
    assert house.case.breaks(house.instance) == []
    assert [kind for kind, _, _ in house.told()][-2:] == ["case.redacted", "proposal.confirmed"]
    assert house.told()[-1] == ("proposal.confirmed", "cai", True)
    problem(house.post("sam", "/redaction/proposals"), 409, "nothing-due")


def test_a_case_that_is_held_loses_nothing_until_two_lift_the_hold(house: House) -> None:
    proposed = house.post("sam", "/redaction/proposals").json["id"]
    held = house.post("sue", "/hold")
    assert held.json["held"]["by_name"] == "sue"
    assert (held.json["parts"], held.json["allowed_acts"]) == ([], ["propose_lift"])
    problem(house.post("sam", "/hold"), 409, "held-already")
    problem(house.post("sam", "/redaction/proposals"), 409, "case-held")
    problem(house.confirm("cai", proposed), 409, "case-held")
    assert house.says()
    lift = house.post("sam", "/hold/lift-proposals").json["id"]
    assert house.look()["held"] is not None
    assert house.confirm("cai", lift).status_code == 200
    assert house.look()["held"] is None
    problem(house.post("sam", "/hold/lift-proposals"), 409, "not-held")
    assert ("case.held", "sue", False) in house.told()
    assert house.confirm("cai", proposed).status_code == 200
    assert not house.says()


def test_only_an_operator_looks_and_only_at_what_ended(house: House) -> None:
    for name in ("ada", "cai", "uma"):
        window = house.windows[name]
        problem(window.get(f"{house.base}/redaction"), 403, "duty-required")
        for path in ("/redaction/proposals", "/hold", "/hold/lift-proposals"):
            problem(house.post(name, path), 403, "duty-required")
    running = house.case.start()
    answer = house.windows["sam"].post(
        f"/operations/instances/{running}/redaction/proposals", REASON
    )
    problem(answer, 409, "case-goes-on")
