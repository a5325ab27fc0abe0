"""The stores on each database: what the unit tests say once more where SQL differs, and races."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import identity
from engine.clock import ManualClock
from engine.desk import worklist
from engine.errors import EngineError, NotAllowed
from engine.filing import files
from engine.permission import access
from engine.tables import File, SignIn, Task, User
from tests.conftest import EngineFor
from tests.unit.engine.test_deadlines import (
    case,
    test_a_corrected_year_is_a_new_version_and_counts_at_once,
    test_a_deadline_is_seen_by_audience_or_with_its_task,
    test_a_lapse_is_recorded_once_with_what_follows,
    test_a_missed_deadline_that_is_extended_runs_and_lapses_again,
    test_an_extension_moves_task_and_jobs_and_keeps_every_end,
    test_defaults_are_stored_once_and_a_change_is_a_new_version,
    test_the_same_clock_is_one_row_until_it_is_closed,
)
from tests.unit.engine.test_files import (
    test_a_bound_file_is_read_by_its_audience,
    test_a_task_takes_files_of_who_works_on_it_and_so_many,
    test_unbound_files_go_after_a_day_but_not_those_an_open_task_waits_for,
)
from tests.unit.engine.test_identity import (
    test_a_post_is_held_from_its_first_to_its_last_day,
    test_a_session_in_use_slides_but_not_for_ever,
    test_a_subtree_holds_the_node_and_all_below_it,
    test_organisations_are_found_by_a_part_of_their_name_or_code,
    test_people_for_a_task_are_its_candidates_by_name,
)
from tests.unit.engine.test_parties import (
    test_adding_the_same_party_twice_is_one_row_and_one_event,
    test_notice_is_given_once_and_keeps_its_instant,
)
from tests.unit.engine.world import SYSTEM, World, packages

__all__ = [
    "case",
    "test_a_bound_file_is_read_by_its_audience",
    "test_a_corrected_year_is_a_new_version_and_counts_at_once",
    "test_a_deadline_is_seen_by_audience_or_with_its_task",
    "test_a_lapse_is_recorded_once_with_what_follows",
    "test_a_missed_deadline_that_is_extended_runs_and_lapses_again",
    "test_a_post_is_held_from_its_first_to_its_last_day",
    "test_a_session_in_use_slides_but_not_for_ever",
    "test_a_subtree_holds_the_node_and_all_below_it",
    "test_a_task_takes_files_of_who_works_on_it_and_so_many",
    "test_adding_the_same_party_twice_is_one_row_and_one_event",
    "test_an_extension_moves_task_and_jobs_and_keeps_every_end",
    "test_defaults_are_stored_once_and_a_change_is_a_new_version",
    "test_notice_is_given_once_and_keeps_its_instant",
    "test_organisations_are_found_by_a_part_of_their_name_or_code",
    "test_people_for_a_task_are_its_candidates_by_name",
    "test_the_same_clock_is_one_row_until_it_is_closed",
    "test_unbound_files_go_after_a_day_but_not_those_an_open_task_waits_for",
]


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    return World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()


def _together(*acts: Callable[[], object]) -> list[object]:
    """What the acts gave or raised, all begun at once."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except EngineError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_wrong_passwords_at_the_same_time_are_all_counted(world: World) -> None:
    ada = world.person("Ada")
    with world.engine.read(SYSTEM) as uow:
        username = uow.session.get_one(User, ada.user_id).username

    def guess() -> object:
        return identity.sign_in(world.engine, username, "a wrong password")

    assert all(isinstance(answer, NotAllowed) for answer in _together(*[guess] * 4))
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(User, ada.user_id).failed_attempts == 4
        assert uow.session.scalars(sa.select(SignIn)).all() == []


def test_one_file_is_bound_to_one_case_by_one_of_two(world: World) -> None:
    ada = world.person("Ada", "staff@Office")
    cases = [world.instance("office@Office") for _ in range(2)]
    with world.engine.begin(ada) as uow:
        file_id = files.store(uow, io.BytesIO(b"%PDF-1.7"), "a.pdf").id

    def bind_to(instance_id: str) -> Callable[[], object]:
        def bind() -> object:
            with world.engine.begin(ada) as uow:
                return [row.id for row in files.bind(uow, [file_id], instance_id=instance_id)]

        return bind

    answers = _together(*map(bind_to, cases))
    assert sorted(isinstance(answer, EngineError) for answer in answers) == [False, True]
    with world.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(File, file_id)
    assert (row.is_bound, row.instance_id in cases) == (True, True)


def test_the_same_bytes_from_two_at_once_are_two_rows_and_lie_once(world: World) -> None:
    ada = world.person("Ada", "staff@Office")

    def store() -> object:
        with world.engine.begin(ada) as uow:
            return files.store(uow, io.BytesIO(b"%PDF-1.7 same"), "a.pdf").id

    first, second = _together(store, store)
    assert first != second
    for file_id in (first, second):
        with world.engine.read(ada) as uow:
            _, content = files.open(uow, str(file_id))
            with content:
                assert content.read() == b"%PDF-1.7 same"


def test_the_queue_of_a_post_starts_at_an_index_on_postgresql(world: World) -> None:
    """Not at all tasks there ever were: the plan reads open tasks, or candidates of the post."""
    if world.engine.database.dialect != "postgresql":
        pytest.skip("plans are PostgreSQL's")
    ada = world.person("Ada", "staff@Office")
    instance_id = world.instance("office@Office")
    for _ in range(3):
        world.task(instance_id, "staff@Office")
    with world.engine.read(ada) as uow:
        query = sa.select(Task.id).where(access.claimable_tasks(uow))
        text = query.compile(uow.session.get_bind(), compile_kwargs={"literal_binds": True})
        uow.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(uow.session.scalars(sa.text(f"EXPLAIN {text}")))
    assert "Seq Scan on task" not in plan, plan
    assert "Seq Scan on party" not in plan, plan


def test_the_first_page_of_the_queue_is_read_in_its_order_on_sqlite(world: World) -> None:
    """The plan goes through the index of open tasks and sorts nothing: it can stop at the page."""
    if world.engine.database.dialect != "sqlite":
        pytest.skip("PostgreSQL decides by the numbers of rows")
    ada = world.person("Ada", "staff@Office")
    world.task(world.instance("office@Office"), "staff@Office")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, given: Any, *_: Any) -> None:
        asked.append((text, given))

    sa.event.listen(world.engine.database.engine, "before_cursor_execute", note)
    with world.engine.read(ada) as uow:
        assert len(worklist.search(uow, tab=worklist.Tab.CLAIMABLE)) == 1
        text, given = next(each for each in asked if "ORDER BY" in each[0])
        rows = uow.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)
        plan = "\n".join(row.detail for row in rows)
    assert "SCAN task USING INDEX ix_task_open_due_at" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
