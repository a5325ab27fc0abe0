"""A case of supervision copied in the middle, and the clock run to its end; the live case stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import rehearsals, sandboxes
from engine.engine import Engine
from engine.tables import Base, Mail, ProtectedValue, User
from tests.process.office import SYSTEM, Office


@pytest.fixture
def case(office: Office, tmp_path: Path) -> str:
    """A case that is open and waits for its group."""
    office.engine.sandboxes_dir = tmp_path / "sandboxes"
    instance_id = office.open("county_staff1", "129901-S2")
    office.do("approve_case", by="county_head", outcome="approved")
    return instance_id


def rows(engine: Engine) -> dict[str, str]:
    """A digest of every table but the one that lists sandboxes."""
    found = {}
    with engine.read(SYSTEM) as uow:
        for table in Base.metadata.sorted_tables:
            if table.name != "sandbox":
                said = sorted(str(row) for row in uow.session.execute(sa.select(table)))
                found[table.name] = hashlib.sha256("\n".join(said).encode()).hexdigest()
    return found


def test_a_case_runs_to_its_end_without_anybody_and_each_missed_limit_is_told(
    office: Office, case: str
) -> None:
    before = rows(office.engine)
    ann = office.actor("county_staff1")
    row = sandboxes.fork(office.engine, ann, case, reason="看看没有人办理会怎样")
    with sandboxes.opened(office.engine, row) as stage:
        ran = rehearsals.run(stage, None)
        assert ran.halt == rehearsals.Halt.IDLE
        with stage.engine.read(ann) as uow:
            state = rehearsals.state(uow, stage)
        assert [each.name for each in state.happenings if each.kind == "missed"] == ["组建督导小组"]
        assert "form_group" in [task.element_id for task in state.tasks]
        with stage.engine.read(SYSTEM) as uow:
            assert not uow.session.scalars(sa.select(Mail)).all(), "nothing waits to be sent"
            secrets = sa.select(User.password_hash, User.email, User.phone).distinct()
            assert uow.session.execute(secrets).all() == [("", None, None)]
            assert not uow.session.scalars(sa.select(ProtectedValue)).all()
    assert rows(office.engine) == before
