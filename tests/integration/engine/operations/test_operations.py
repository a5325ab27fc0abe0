"""What may be done to which kind of task in which state: played, and as docs/operations.md says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import instances, runner, tasks
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import Invalid
from engine.permission.parties import Party
from engine.repository import definitions
from engine.tables import Deployment, Task
from tests import models
from tests.conftest import START
from tests.driver import SYSTEM, Driver
from tests.integration.engine.conftest import Drive
from tests.integration.engine.operations import page, playing
from tests.integration.engine.operations.acts import ACTS, AROUND
from tests.integration.engine.operations.kinds import KINDS
from tests.integration.engine.operations.playing import ABSENT, ANY, APPROVE, OK, SAME, Matrix
from tests.integration.engine.operations.states import BY_KEY, STATES, enter, move, why_absent
from tests.integration.engine.operations.world import World
from tests.models import flows, user

#: One world and one round of playing serve all tests of this module.
pytestmark = pytest.mark.xdist_group("operations")

#: Refusals that lie with what was asked for (to whom, where to, how), not with the act.
OF_ARGUMENTS = {"item", "other-process", "not-a-reader"}


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The cases, in a transaction that is never committed."""
    folder = tmp_path_factory.mktemp("operations")
    shutil.copy(sqlite_template, folder / "matrix.db")
    database = Database(f"sqlite:///{folder / 'matrix.db'}")
    built = World.build(database, folder, ManualClock(START))
    yield built
    built.close()
    database.dispose()


@pytest.fixture(scope="module")
def matrix(world: World) -> Matrix:
    """Every cell, played."""
    return playing.play(world)


def test_the_page_says_what_was_played(matrix: Matrix) -> None:
    assert page.PAGE.read_text("utf-8") == page.text(matrix), (
        "run `.venv/bin/python -m tests.integration.engine.operations` and look at what changed"
    )


def test_every_cell_is_the_same_after_storing(matrix: Matrix) -> None:
    for played in (matrix.tasks, matrix.persons, matrix.cases, *matrix.around.values()):
        assert played.straight == played.restored
        assert played.offered == played.offered_restored


def test_no_cell_is_undefined(matrix: Matrix) -> None:
    acts = [*(act.key for act in ACTS), APPROVE]
    cells = {(act, kind.key, state.key) for act in acts for kind in KINDS for state in STATES}
    assert matrix.tasks.straight.keys() == cells
    for (_, kind_key, state_key), outcome in matrix.tasks.straight.items():
        kind = next(kind for kind in KINDS if kind.key == kind_key)
        is_absent = why_absent(kind, BY_KEY[state_key]) is not None
        assert (outcome.code == ABSENT) == is_absent
    around: dict[tuple[str, str, str], set[str]] = {}
    for played in matrix.around.values():
        for cell, outcome in played.straight.items():
            around.setdefault(cell, set()).add(outcome.code)
    assert around.keys() == {(act.key, ANY, state.key) for act in AROUND for state in STATES}
    assert all(len(codes) == 1 for codes in around.values())


def test_an_act_is_offered_exactly_where_it_is_not_refused(matrix: Matrix) -> None:
    wrong = []
    for played in (matrix.tasks, matrix.persons, *matrix.around.values()):
        for act in (*ACTS, *AROUND):
            for (key, row, column), outcome in played.straight.items():
                if key != act.key or outcome.code in {ABSENT, SAME} | OF_ARGUMENTS:
                    continue
                is_offered = act.offered_as in played.offered[row, column]
                if is_offered != (outcome.code == OK):
                    wrong.append((key, row, column, outcome.code))
    assert wrong == []


def test_the_three_ways_to_add_a_signer_are_offered_together(matrix: Matrix) -> None:
    ways = {"add_signer_before", "add_signer", "add_signer_after"}
    for offered in (*matrix.tasks.offered.values(), *matrix.persons.offered.values()):
        assert offered & ways in (ways, set())


def test_every_refusal_of_a_task_says_why(matrix: Matrix) -> None:
    for played in (matrix.tasks, matrix.persons, *matrix.around.values()):
        for cell, outcome in played.straight.items():
            assert outcome.code != "not-allowed", cell
            assert outcome.code in {OK, SAME, ABSENT} or outcome.detail.endswith("。"), cell


def test_in_a_case_that_was_moved_the_same_is_offered_and_done(
    world: World, matrix: Matrix
) -> None:
    me = world.people["ada"]
    for kind in KINDS:
        with world.undone():
            enter(world, kind, BY_KEY["mine"])
            move(world, kind)
            task_id = world.tasks[kind.key]
            offered = playing.offered(world.fresh, me, task_id)
            assert offered == matrix.tasks.offered[kind.key, "mine"], kind.key
            act = next(a for a in ACTS if a.key == ("vote" if kind.is_signed else "complete"))
            at = playing.tried(world, world.cases[kind.key], task_id)
            assert playing.attempt(world, world.fresh, me, lambda uow: act.play(uow, at)).code == OK  # noqa: B023


def test_no_deadline_that_passes_does_anything_to_a_task(matrix: Matrix) -> None:
    assert set(matrix.lapsed.values()) == {"ready", "claimed", ABSENT}


def test_what_was_committed_and_copied_goes_on_elsewhere(drive: Drive, tmp_path: Path) -> None:
    """The matrix plays within one transaction; here it is a file, copied as a backup is."""
    case = drive(
        models.bpmn(
            "main",
            "<startEvent id='start'/>"
            + user("write")
            + user("check")
            + "<endEvent id='end'/>"
            + flows("start>write", "write>check", "check>end"),
        )
    )
    if case.engine.database.dialect != "sqlite":
        pytest.skip("the databases of a server are copied by tests/integration/ops")
    instance = case.start()
    with case.engine.begin(case.people["ada"]) as uow:
        held = tasks.claim(uow, case.open_task(instance, "write").id)
        tasks.save_draft(uow, held.id, {"note": "一半"}, revision=held.revision)
    with case.engine.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{tmp_path / 'copy.db'}'")
        connection.exec_driver_sql("BEGIN")
    old = case.engine
    copied = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    case.engine = Engine(copied, old.clock, old.packages.values(), old.files_dir)
    assert case.open_task(instance, "write").draft == {"note": "一半"}
    case.complete(instance, "write", {"note": "好"})
    case.complete(instance, "check")
    assert case.state(instance) == "completed"
    assert case.breaks(instance) == []
    copied.dispose()


AUTOMATIC = models.bpmn(
    "main",
    "<startEvent id='start'/>"
    + user("decide", extra="dudao:neverAuto='true'")
    + "<boundaryEvent id='late' attachedToRef='decide'><timerEventDefinition id='t'>"
    "<timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>"
    + user("publish")
    + "<endEvent id='end'/>"
    + flows("start>decide", "decide>publish", "late>publish", "publish>end"),
)


def test_nothing_is_approved_by_a_timer_that_a_model_plants(drive: Drive) -> None:
    """Refused at the deployment, or the decision that the timer takes away is nobody's."""
    case = drive(models.bpmn("main", "<startEvent id='s'/><endEvent id='e'/>" + flows("s>e")))
    package = case.engine.package(case.family)
    files = {**package.files, "bpmn/m0.bpmn": AUTOMATIC.encode()}
    try:
        with case.engine.begin(SYSTEM) as uow:
            definitions.deploy(uow, package, files=files)
    except Invalid:
        assert _versions(case) == 1  # nothing of it is deployed
        return
    instance = _waits(case)
    task = case.open_task(instance, "decide")
    case.clock.advance(days=30)
    runner.run_all_due(case.engine)
    with case.engine.read(SYSTEM) as uow:
        after = uow.session.get_one(Task, task.id)
        assert (after.state, after.completed_by, after.completed_at) == ("cancelled", None, None)


def _versions(case: Driver) -> int:
    with case.engine.read(SYSTEM) as uow:
        return uow.session.query(Deployment).count()


def _waits(case: Driver) -> str:
    with case.engine.begin(case.people["ada"]) as uow:
        related = [Party(relation="office", organisation_id=case.office_id)]
        return instances.start(uow, case.family, related=related).id
