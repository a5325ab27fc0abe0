"""What rows beside the history repeat goes with the event that a rule takes away; the chain stays whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tasks
from engine.clock import ManualClock
from engine.handover import approval_sheets, circulation, comments, handovers, urging
from engine.record import redactions
from engine.tables import ApprovalSheet, Comment, Copy, Handover, StartEntry, Urge
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, family, flows, user

WORDS = "本人病情"
RULE = """
[redactions.words]
name = "意见保存期满"
kinds = [{kinds}]
after_days = 365
ground = "试验"
"""
ALL = (
    "instance.started",
    "task.commented",
    "task.comment_withdrawn",
    "sheet.made",
    "task.transferred",
    "task.lent",
    "task.given_back",
    "task.urged",
    "task.circulated",
)
BODY = "<startEvent id='start'/>" + user("only", form="remark") + "<endEvent id='end'/>"


def ended(case: Driver) -> str:
    """A case that ended a year ago, in which people wrote wherever they could."""
    instance_id = case.start()
    task_id = case.open_task(instance_id, "only").id
    ids = {name: str(actor.user_id) for name, actor in case.people.items()}
    with case.engine.begin(SYSTEM) as uow:
        uow.session.add(StartEntry(instance_id=instance_id, content={"why": WORDS}))
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.claim(uow, task_id)
        comments.add(uow, task_id, "opinion", WORDS)
        dropped = comments.add(uow, task_id, "opinion", f"误写{WORDS}")
        comments.withdraw(uow, dropped.id, reason=f"误写了{WORDS}")
        sheet = approval_sheets.make(uow, task_id, title=WORDS, proposed=f"因{WORDS}准假")
        assert WORDS in str(sheet.content)
        circulation.circulate(uow, task_id, [ids["cai"]], note=WORDS)
        task = tasks.get(uow, task_id)
        handovers.lend(uow, task_id, ids["bob"], opinion=WORDS, revision=task.revision)
    with case.engine.begin(case.people["bob"]) as uow:
        revision = tasks.get(uow, task_id).revision
        handovers.give_back(uow, task_id, opinion=WORDS, revision=revision)
    with case.engine.begin(case.people["ada"]) as uow:
        revision = tasks.get(uow, task_id).revision
        handovers.transfer(uow, task_id, ids["bob"], opinion=WORDS, revision=revision)
        urging.urge(uow, task_id, channel="phone", note=WORDS)
    with case.engine.begin(case.people["bob"]) as uow:
        tasks.complete(uow, task_id, {"remark": "好"}, revision=tasks.get(uow, task_id).revision)
    case.clock.advance(days=366)
    return instance_id


def house(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path, kinds: tuple[str, ...]
) -> Driver:
    """A family whose rule names these kinds."""
    rule = RULE.format(kinds=", ".join(f'"{kind}"' for kind in kinds))
    package = family(tmp_path, bpmn("main", BODY + flows("start>only", "only>end")), manifest=rule)
    return Driver(engine=engine_for(package), clock=clock).set_up()


def run(case: Driver) -> None:
    with case.engine.begin(SYSTEM) as uow:
        for found in redactions.due(uow):
            redactions.run(uow, found, reason="保存期满")


def holding(case: Driver) -> list[str]:
    """The tables in which the words still stand."""
    with case.engine.read(SYSTEM) as uow:
        return sorted(
            table.name
            for table in Comment.metadata.sorted_tables
            for row in [uow.session.execute(sa.select(table)).all()]
            if WORDS in str(row)
        )


def test_every_word_that_a_rule_lets_go_is_gone_from_every_table(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    case = house(engine_for, clock, tmp_path, ALL)
    instance_id = ended(case)
    assert {"task_comment", "approval_sheet", "start_entry", "handover"} <= set(holding(case))
    run(case)
    assert holding(case) == []
    assert case.breaks(instance_id) == []
    with case.engine.read(SYSTEM) as uow:
        counted = [
            uow.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (Comment, ApprovalSheet, Handover, Urge, Copy, StartEntry)
        ]
    assert counted == [2, 1, 2, 1, 1, 0], "that somebody wrote, and who and when, stays"


@pytest.mark.parametrize("kind", ["task.commented", "sheet.made"])
def test_a_comment_goes_where_a_sheet_quotes_it_and_the_sheet_by_its_own_rule(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path, kind: str
) -> None:
    case = house(engine_for, clock, tmp_path, (kind,))
    ended(case)
    run(case)
    with case.engine.read(SYSTEM) as uow:
        sheet = uow.session.scalars(sa.select(ApprovalSheet)).one()
        texts = [row.text for row in uow.session.scalars(sa.select(Comment))]
    assert WORDS not in str(sheet.content)
    assert (sheet.title == "") is (kind == "sheet.made")
    assert texts == (["", ""] if kind == "task.commented" else [WORDS, f"误写{WORDS}"])
