"""How much slower a user is served while so many timers fall due within a minute.

    python -m bench.timers_bench [DATABASE_URL | postgresql] [--timers=100000] [--rounds=60]

A web server and a timer worker run as processes of their own; one user opens the queue and completes a
task, in turn, first while no timer is due, then while the worker fires them. The timers are reminders of
the shipped family `leave_request`: one real instance, copied with tokens of its own. `postgresql`
starts a throw-away server that waits for the disk as an installed one does.

Measured on two cores with a dozen other processes, SQLite, 100 000 timers: the list 289 → 314 ms
(1.08), completing a task 432 → 524 ms (1.21). Before the worker rested between jobs
(DUDAO_WORKER_SHARE), completing one took 52 → 1 087 ms with 3 000 timers (20.7).
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import sqlalchemy as sa

from bench.figures import PASSWORD, STARTER, SYSTEM, actor_called, open_approvals, prepared
from bench.figures import open_values as case_values
from engine import instances, starting, tasks
from engine.clock import SystemClock
from engine.engine import Engine
from engine.permission.parties import Party
from engine.spiff import state
from engine.tables import (
    Activity,
    Base,
    Deadline,
    Instance,
    InstanceSnapshot,
    Job,
    Subscription,
    Task,
    TaskCandidate,
    new_id,
)
from engine.tables import Party as PartyRow
from tests import factories, postgres

HEAD = "county_head"
REMINDER = "remind_manager"
TOKEN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
KEYED = re.compile(rf"{TOKEN.pattern}|[0-9a-f]{{32}}")
#: What a case that waits consists of, each after what it refers to, and its own ids.
KINDS = (
    Instance,
    InstanceSnapshot,
    PartyRow,
    Deadline,
    Task,
    TaskCandidate,
    Activity,
    Subscription,
    Job,
)
OWN = frozenset({"id", "instance_id", "task_id", "deadline_id"})
#: Rows written at once.
CHUNK = 2_000
WAIT = 60.0


@dataclass
class Times:
    """Seconds of each request, by what was asked."""

    of: dict[str, list[float]] = field(default_factory=lambda: {"list": [], "complete": []})


def main(where: str | None, timers: int, rounds: int) -> None:
    """Measure and print."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dudao-bench-")))
        url = where or f"sqlite:///{folder}/bench.db"
        if where == "postgresql":
            postgres.OPTIONS = ("shared_buffers=128MB", "listen_addresses=")
            server = stack.enter_context(postgres.server(postgres.wheel()))
            url = server.url(server.create())
        engine = prepared(url, folder)
        claimed = iter(_approvals(engine, 2 * rounds + 4))
        _copy_timers(engine, timers)
        port = _free_port()
        (folder / "state").mkdir()
        environment = _environment(url, folder, port)
        stack.enter_context(_process("serve", environment))
        stack.enter_context(_process("worker", environment))
        with _client(port, folder / "state/serve.log") as client:
            quiet = _served(client, claimed, rounds)
            _let_fall_due(engine)
            busy = _served(client, claimed, rounds, engine=engine)
        _print(engine.database.dialect, timers, quiet, busy)
        engine.database.dispose()


def _approvals(engine: Engine, count: int) -> list[tuple[str, int]]:
    """Tasks that the head of the Office has claimed: id and revision."""
    values, starter = case_values(engine), actor_called(engine, STARTER)
    for _ in range(count):
        with engine.begin(starter) as uow:
            starting.by_person(uow, "supervision", values)
    claimed = []
    for task_id in open_approvals(engine):
        with engine.begin(actor_called(engine, HEAD)) as uow:
            claimed.append((task_id, tasks.claim(uow, task_id).revision))
    return claimed


def _copy_timers(engine: Engine, timers: int) -> None:
    """One request for leave that waits for its manager, so many times; no timer is due for years."""
    began = time.perf_counter()
    with engine.begin(SYSTEM) as uow:
        place = factories.organisation(uow, "bench-department")
        actor = factories.person(uow, "bench.ann", ("applicant", place))
        factories.person(uow, "bench.mia", ("manager", place))
        place_id = place.id
    with engine.begin(actor) as uow:
        related = [Party(relation="department", organisation_id=place_id)]
        values = {"days": 3, "starts_on": "2099-03-16", "ends_on": "2099-03-18", "colleagues": []}
        original = instances.start(
            uow, "leave_request", title="年假", related=related, variables=values
        ).id
    copy_case(engine, original, timers)
    print(f"{timers} timers copied in {time.perf_counter() - began:.0f} s")


def copy_case(engine: Engine, original: str, count: int) -> None:
    """So many more of a case that waits, each with ids of its own; their jobs are not due for years."""
    with engine.read(SYSTEM) as uow:
        masters = [_Master.of(row) for kind in KINDS for row in _rows(uow.session, kind, original)]
    for first in range(0, count, CHUNK):
        copies: dict[type[Base], list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        for number in range(first, min(first + CHUNK, count)):
            new: dict[str, str] = {}
            for master in masters:
                copies[master.kind].append(master.copied(new, number))
        with engine.begin(SYSTEM) as uow:
            for kind, rows in copies.items():
                if rows:
                    uow.session.execute(sa.insert(kind), rows)
    with engine.begin(SYSTEM) as uow:
        uow.session.execute(sa.text("ANALYZE"))


def _rows(session: Any, kind: type[Any], instance_id: str) -> Sequence[Any]:
    query = sa.select(kind)
    if kind is TaskCandidate:
        query = query.join(Task).where(Task.instance_id == instance_id)
    else:
        query = query.where((kind.id if kind is Instance else kind.instance_id) == instance_id)
    return session.scalars(query).all()


@dataclass
class _Master:
    """A row to be copied: what stays, and in which columns the case's own ids stand."""

    kind: type[Base]
    same: dict[str, Any]
    ids: dict[str, str]
    key: str | None
    snapshot: str

    @classmethod
    def of(cls, row: Any) -> _Master:
        kind = type(row)
        same = {a.key: getattr(row, a.key) for a in sa.inspect(kind).mapper.column_attrs}
        ids = {
            column: same.pop(column)
            for column, value in list(same.items())
            if isinstance(value, str) and (column in OWN or TOKEN.fullmatch(value))
        }
        key = same.pop("key") if kind is Job else None
        if kind is Job:
            same["due_at"] += timedelta(days=3650)
        content = same.pop("content", b"")
        snapshot = orjson.dumps(state.read(content)).decode() if content else ""
        return cls(kind=kind, same=same, ids=ids, key=key, snapshot=snapshot)

    def copied(self, new: dict[str, str], number: int) -> dict[str, Any]:
        """The row with ids of its own; in one copy of the case, an old id has one new one."""
        row = {**self.same}
        for column, old in self.ids.items():
            if old not in new:
                new[old] = str(uuid4()) if "-" in old else new_id()
            row[column] = new[old]
        if self.kind is Instance:
            row["business_key"] = f"bench-{number}"
        if self.kind is Job:
            row["key"] = self.key and KEYED.sub(lambda m: new.get(m[0], m[0]), self.key)
        if self.snapshot:
            text = TOKEN.sub(lambda m: new.setdefault(m[0], str(uuid4())), self.snapshot)
            row["content"] = state.written(orjson.loads(text))
        return row


def _let_fall_due(engine: Engine) -> None:
    """All within the minute that begins now, evenly."""
    now = SystemClock().now()
    with engine.begin(SYSTEM) as uow:
        ids = uow.session.scalars(sa.select(Job.id).where(Job.element_id == REMINDER)).all()
        due = [
            {"id": id_, "due_at": now + timedelta(seconds=60 * step / len(ids))}
            for step, id_ in enumerate(ids)
        ]
        for first in range(0, len(due), CHUNK):
            uow.session.execute(sa.update(Job), due[first : first + CHUNK])


def _environment(url: str, folder: Path, port: int) -> dict[str, str]:
    own = {
        "DUDAO_DATABASE_URL": url,
        "DUDAO_FILES_DIR": str(folder / "files"),
        "DUDAO_STATE_DIR": str(folder / "state"),
        "DUDAO_PORT": str(port),
    }
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DUDAO_")}
    return {**plain, **own}


@contextmanager
def _process(command: str, environment: dict[str, str]) -> Iterator[None]:
    program = f"from ops.cli import main; import sys; sys.argv = ['dudao', '{command}']; main()"
    with Path(environment["DUDAO_STATE_DIR"], f"{command}.log").open("wb") as log:
        running = subprocess.Popen(  # noqa: S603  # this installation's own command
            [sys.executable, "-c", program],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        yield
    finally:
        running.terminate()
        running.wait(timeout=WAIT)


@contextmanager
def _client(port: int, log: Path) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT) as client:
        given_up = time.monotonic() + WAIT
        while True:
            try:
                client.get("/api/v1/health")
                break
            except httpx.TransportError:
                if time.monotonic() > given_up:
                    raise SystemExit(log.read_text()) from None
                time.sleep(0.2)
        answer = client.post("/api/v1/session", json={"username": HEAD, "password": PASSWORD})
        answer.raise_for_status()
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


def _served(
    client: httpx.Client,
    claimed: Iterator[tuple[str, int]],
    rounds: int,
    *,
    engine: Engine | None = None,
) -> Times:
    """List and complete in turn; with an `engine`, say how many timers were fired meanwhile."""
    found = Times()
    if engine is not None:
        time.sleep(3)  # until the worker is in the middle of it
    before, began = _fired(engine), time.perf_counter()
    for number in range(rounds + 2):
        start = time.perf_counter()
        client.get("/api/v1/tasks?tab=mine&limit=50").raise_for_status()
        between = time.perf_counter()
        task_id, revision = next(claimed)
        client.post(
            f"/api/v1/tasks/{task_id}/complete",
            json={"values": {"outcome": "approved", "opinion": "同意"}},
            headers={"If-Match": f'"{revision}"'},
        ).raise_for_status()
        if number > 1:
            found.of["list"].append(between - start)
            found.of["complete"].append(time.perf_counter() - between)
    if engine is not None:
        fired, seconds = _fired(engine) - before, time.perf_counter() - began
        print(f"{fired} timers fired in {seconds:.1f} s meanwhile: {fired / seconds:.0f} a second")
        if not fired:
            raise SystemExit("the worker was idle")
    return found


def _fired(engine: Engine | None) -> int:
    if engine is None:
        return 0
    query = sa.select(sa.func.count()).where(Job.element_id == REMINDER, Job.state == "succeeded")
    with engine.read(SYSTEM) as uow:
        return uow.session.scalar(query) or 0


def _print(dialect: str, timers: int, quiet: Times, busy: Times) -> None:
    print(f"{dialect}, {timers} timers due within a minute")
    for name in quiet.of:
        a, b = quiet.of[name], busy.of[name]
        ratio = statistics.median(b) / statistics.median(a)
        slow = _slow(b) / _slow(a)
        print(
            f"{name:9} quiet median {statistics.median(a) * 1e3:6.1f} p95 {_slow(a) * 1e3:6.1f} ms"
            f"   busy median {statistics.median(b) * 1e3:6.1f} p95 {_slow(b) * 1e3:6.1f} ms"
            f"   ratio {ratio:.2f} (p95 {slow:.2f})"
        )


def _slow(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    options = dict(a[2:].split("=") for a in sys.argv[1:] if a.startswith("--"))
    main(
        arguments[0] if arguments else None,
        int(options.get("timers", "100000")),
        int(options.get("rounds", "60")),
    )
