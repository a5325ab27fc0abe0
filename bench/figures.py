"""The figures of the core path, each beside a reference measured in the same run.

    python -m bench.figures [DATABASE_URL] [--rounds=50] [--open=10000]

Start a case; complete a task by the verb and through the API; open the queue with so many open tasks;
start-up time.
References: the same number of durable one-row transactions (what the disk alone costs), and one
indexed query of 50 rows. Machines are noisy: medians and ratios are what to quote.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from api.app import ApiSettings, create_app
from engine import identity, starting, tasks
from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.package import discover
from engine.permission import sets
from engine.repository import definitions
from engine.tables import Instance, Task, TaskCandidate, new_id
from ops import migrate
from supervision import sample

PASSWORD = "a long password for the bench"  # noqa: S105  # a throw-away database
STARTER = "county_staff1"
SYSTEM = Actor.system("bench")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured thing: seconds per round, and those of its reference."""

    name: str
    seconds: list[float]
    reference: list[float]
    reference_name: str

    def line(self) -> str:
        own, other = statistics.median(self.seconds), statistics.median(self.reference)
        spread = f"{min(self.seconds) * 1000:.1f}–{max(self.seconds) * 1000:.1f}"
        return (
            f"{self.name:<44} {own * 1000:8.1f} ms  ({spread})   "
            f"{self.reference_name}: {other * 1000:.1f} ms   ratio {own / other:.1f}"
        )


def main(url: str | None, rounds: int, open_tasks: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="dudao-bench-") as folder:
        engine = prepared(url or f"sqlite:///{folder}/bench.db", Path(folder))
        print(f"database: {engine.database.dialect}, rounds: {rounds}")
        print(_start_case(engine, rounds).line())
        for figure in _complete(engine, rounds):
            print(figure.line())
        fill(engine, open_tasks)
        for figure in _queue(engine, rounds, open_tasks):
            print(figure.line())
        engine.database.dispose()
        if url is None:
            print(_start_up(Path(folder), max(3, rounds // 10)).line())


def prepared(url: str, folder: Path) -> Engine:
    database = Database(url)
    with database.engine.begin() as connection:
        migrate.upgrade(connection)
    engine = Engine(database, SystemClock(), discover(), folder / "files")
    (folder / "files").mkdir()
    with engine.begin(SYSTEM) as uow:
        working_calendar.seed(uow)
        for package in engine.packages.values():
            definitions.deploy(uow, package)
    sample.load(engine, password_for=lambda _username: PASSWORD)
    with engine.begin(SYSTEM) as uow:
        uow.session.execute(sa.text("CREATE TABLE bench_row (id VARCHAR(32) PRIMARY KEY)"))
    return engine


def _timed(rounds: int, act: Callable[[], object], reference: Callable[[], object]) -> Any:
    """Both in turn, A B A B, after one warm-up of each."""
    act()
    reference()
    own, other = [], []
    for _ in range(rounds):
        own.append(_seconds(act))
        other.append(_seconds(reference))
    return own, other


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _one_row(engine: Engine) -> Callable[[], None]:
    def write() -> None:
        with engine.begin(SYSTEM) as uow:
            uow.session.execute(
                sa.text("INSERT INTO bench_row (id) VALUES (:id)"), {"id": new_id()}
            )

    return write


def actor_called(engine: Engine, username: str) -> Actor:
    with engine.read(SYSTEM) as uow:
        user = identity.users.by_username(uow, username)
        if user is None:
            raise SystemExit(f"no sample account {username}")
        return identity.actor_of(uow, user.id)


def open_values(engine: Engine) -> dict[str, Any]:
    with engine.read(actor_called(engine, STARTER)) as uow:
        data = starting.start_data(uow, engine.package("supervision"))
    unit = next(row for row in data["unit_options"] if "启明学校" in row["label"])
    return {
        "start_kind": "plan",
        "start_note": "年度计划",
        "title": "基准测试",
        "unit_id": unit["value"],
        "form": "special",
        "matter": "办学条件",
        "visit_on": "2027-06-01",
        "is_unannounced": False,
        "asks_self_evaluation": True,
        "attachments": [],
    }


def _start_case(engine: Engine, rounds: int) -> Figure:
    actor, values = actor_called(engine, STARTER), open_values(engine)

    def act() -> None:
        with engine.begin(actor) as uow:
            starting.by_person(uow, "supervision", values)

    own, other = _timed(rounds, act, _one_row(engine))
    return Figure(
        name="start a case", seconds=own, reference=other, reference_name="one durable row"
    )


def _complete(engine: Engine, rounds: int) -> Iterator[Figure]:
    """Approve cases, by the verbs and through the API; tasks are claimed outside of the timing."""
    ids = open_approvals(engine)
    actor = actor_called(engine, "county_head")
    values = {"outcome": "approved", "opinion": "同意"}
    claimed = []
    with engine.begin(actor) as uow:
        for task_id in ids:
            claimed.append((task_id, tasks.claim(uow, task_id).revision))
    waiting = iter(claimed)

    def by_verb() -> None:
        task_id, revision = next(waiting)
        with engine.begin(actor) as uow:
            tasks.complete(uow, task_id, values, revision=revision)

    half = max(1, min(rounds, len(claimed) // 2 - 1))
    own, other = _timed(half, by_verb, _one_row(engine))
    yield Figure(
        name="complete a task (engine verb)",
        seconds=own,
        reference=other,
        reference_name="one durable row",
    )
    with _client(engine, "county_head") as (client, headers):

        def by_api() -> None:
            task_id, revision = next(waiting)
            answer = client.post(
                f"/api/v1/tasks/{task_id}/complete",
                json={"values": values},
                headers={**headers, "If-Match": f'"{revision}"'},
            )
            if answer.status_code != 200:
                raise SystemExit(answer.get_data(as_text=True))

        own, other = _timed(half - 1, by_api, _one_row(engine))
    yield Figure(
        name="complete a task (through the API)",
        seconds=own,
        reference=other,
        reference_name="one durable row",
    )


def open_approvals(engine: Engine) -> list[str]:
    with engine.read(SYSTEM) as uow:
        return list(
            uow.session.scalars(
                sa.select(Task.id).where(Task.element_id == "approve_case", Task.state == "ready")
            )
        )


@contextmanager
def _client(engine: Engine, username: str) -> Iterator[tuple[Any, dict[str, str]]]:
    client = create_app(engine, ApiSettings()).test_client()
    answer = client.post("/api/v1/session", json={"username": username, "password": PASSWORD})
    if answer.status_code != 200:
        raise SystemExit(answer.get_data(as_text=True))
    yield client, {"X-CSRF-Token": answer.get_json()["csrf_token"]}


def fill(engine: Engine, open_tasks: int) -> None:
    """Copy one open task so many times, each into an instance of its own."""
    with engine.begin(SYSTEM) as uow:
        task = uow.session.scalars(
            sa.select(Task).where(Task.element_id == "form_group", Task.state == "ready").limit(1)
        ).one()
        instance = uow.session.get_one(Instance, task.instance_id)
        candidates = uow.session.scalars(
            sa.select(TaskCandidate).where(TaskCandidate.task_id == task.id)
        ).all()
        found = uow.session.execute(
            sa.text("SELECT * FROM party WHERE instance_id = :id"), {"id": instance.id}
        )
        parties = [dict(row) for row in found.mappings()]
        rows: dict[str, list[dict[str, Any]]] = {"i": [], "t": [], "c": [], "p": []}
        for number in range(open_tasks):
            instance_id, task_id = new_id(), new_id()
            rows["i"].append(_copy(instance, id=instance_id, business_key=f"bench-{number}"))
            rows["t"].append(_copy(task, id=task_id, instance_id=instance_id, token_id=new_id()))
            rows["c"] += [_copy(row, id=new_id(), task_id=task_id) for row in candidates]
            rows["p"] += [{**row, "id": new_id(), "instance_id": instance_id} for row in parties]
        uow.session.execute(sa.insert(Instance), rows["i"])
        uow.session.execute(sa.insert(Task), rows["t"])
        uow.session.execute(sa.insert(TaskCandidate), rows["c"])
        columns = list(rows["p"][0])
        uow.session.execute(
            sa.text(
                f"INSERT INTO party ({', '.join(columns)})"  # noqa: S608  # names from the table
                f" VALUES ({', '.join(':' + column for column in columns)})"
            ),
            rows["p"],
        )
        uow.session.execute(sa.text("ANALYZE"))


def _copy(row: Any, **changed: Any) -> dict[str, Any]:
    names = [attribute.key for attribute in sa.inspect(type(row)).mapper.column_attrs]
    return {name: getattr(row, name) for name in names} | changed


def _queue(engine: Engine, rounds: int, open_tasks: int) -> Iterator[Figure]:
    """The list and the counts, for somebody who may take every one of the tasks: the worst case."""

    def reference() -> None:
        with engine.read(SYSTEM) as uow:
            is_open = sets.is_open(Task.__table__.c)
            first = sa.select(Task).where(is_open).order_by(Task.due_at.nulls_last(), Task.id)
            uow.session.execute(first.limit(50)).all()

    with _client(engine, STARTER) as (client, headers):
        for name, path in (("list", "tasks?tab=claimable&limit=50"), ("counts", "tasks/counts")):

            def act(path: str = path) -> None:
                answer = client.get(f"/api/v1/{path}", headers=headers)
                if answer.status_code != 200:
                    raise SystemExit(answer.get_data(as_text=True))

            own, other = _timed(rounds, act, reference)
            yield Figure(
                name=f"open the queue, {open_tasks} open tasks ({name})",
                seconds=own,
                reference=other,
                reference_name="50 rows by index",
            )


def _start_up(folder: Path, rounds: int) -> Figure:
    """From the shell to a ready application, beside an interpreter that imports Flask alone."""
    database = f"sqlite:///{folder}/bench.db"
    ready = (
        "from ops.bootstrap import build_app, build_engine; from ops.settings import read;"
        "import os; s = read(os.environ); build_app(build_engine(s), s)"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "DUDAO_DATABASE_URL": database,
        "DUDAO_FILES_DIR": str(folder / "files"),
    }

    def act(code: str) -> Callable[[], None]:
        def run() -> None:
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)  # noqa: S603

        return run

    own, other = _timed(rounds, act(ready), act("import flask"))
    return Figure(
        name="start-up to a ready application",
        seconds=own,
        reference=other,
        reference_name="python with Flask",
    )


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    options = dict(a[2:].split("=") for a in sys.argv[1:] if a.startswith("--"))
    main(
        arguments[0] if arguments else None,
        int(options.get("rounds", "50")),
        int(options.get("open", "10000")),
    )
