"""What was written to a vote goes with the event that said it, where a rule takes that away."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engine.clock import ManualClock
from engine.record import redactions
from engine.tables import Event
from tests import models
from tests.conftest import EngineFor
from tests.council import Council
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, flows, user

RULE = """
[redactions.votes]
name = "表决意见保存期满"
kinds = ["task.voted", "task.signer_added"]
after_days = 30
ground = "试验"
"""
TERMS = "<extensionElements><dudao:signOff rule='any'/></extensionElements>"
MODEL = bpmn(
    "main",
    "<startEvent id='start'/>"
    + user("joint", form="remark", inner=TERMS)
    + "<endEvent id='end'/>"
    + flows("start>joint", "joint>end"),
)


def test_opinion_values_and_question_go_with_their_events(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    package = models.family(tmp_path, MODEL, manifest=RULE)
    council = Council.of(Driver(engine=engine_for(package), clock=clock).set_up())
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "parallel")
    council.vote(instance, "north_head", opinion="附议")
    council.vote(instance, "north_staff", opinion="同意", values={"remark": "张三"})
    assert council.case.state(instance) == "completed"
    clock.advance(days=31)
    with council.case.engine.begin(SYSTEM) as uow:
        kinds = ("task.voted", "task.signer_added")
        query = sa.select(Event.id).where(Event.instance_id == instance, Event.kind.in_(kinds))
        ids = list(uow.session.scalars(query))
        assert len(ids) == 3
        for event_id in ids:
            redactions.redact(uow, event_id, reason="期满")
    board = council.board(instance)
    assert {row.vote for row in board.signers} == {None, "agree"}
    assert all((row.opinion, row.values, row.question) == ("", None, "") for row in board.signers)
    assert council.case.breaks(instance) == []
