"""Files: taken in, seen, bound, swept; and bytes that are never lost."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.clock import ManualClock
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from engine.filing import files
from engine.filing.byte_store import ByteStore, Received
from engine.permission import access
from engine.states import TaskState
from engine.tables import Event, File, Job, Task, new_id
from tests.conftest import EngineFor
from tests.unit.engine.world import SYSTEM, World, packages

PDF = b"%PDF-1.7 a report"


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    return World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()


def _store(world: World, name: str, content: bytes = PDF, **details: object) -> str:
    with world.engine.begin(world.people[name]) as uow:
        return files.store(
            uow,
            io.BytesIO(content),
            "报告.pdf",
            **details,  # type: ignore[arg-type]
        ).id


def _bytes(world: World) -> list[Path]:
    assert world.engine.files_dir is not None
    return sorted(path for path in world.engine.files_dir.rglob("*") if path.is_file())


def _read(world: World, name: str, file_id: str) -> bytes:
    with world.engine.read(world.people[name]) as uow:
        _, content = files.open(uow, file_id)
        with content:
            return content.read()


def _sweep(world: World) -> files.Swept:
    with world.engine.begin(SYSTEM) as uow:
        return files.sweep(uow)


def _taken(world: World) -> tuple[str, str]:
    """A case, and a task in it that Ada works on."""
    world.person("Ada", "staff@Office")
    case = world.instance("office@Office", "unit@School!")
    return case, world.task(case, "staff@Office", assignee="Ada")


# -- taking in -------------------------------------------------------------------------------


def test_a_file_belongs_to_its_uploader_until_it_is_bound(world: World) -> None:
    _taken(world)
    world.person("Bob", "staff@Office")
    file_id = _store(world, "Ada")
    assert _read(world, "Ada", file_id) == PDF
    with pytest.raises(NotFound):
        _read(world, "Bob", file_id)
    with world.engine.read(world.people["Ada"]) as uow:
        (row,) = files.of(uow)
        assert (row.name, row.size, row.media_type) == ("报告.pdf", len(PDF), "application/pdf")
        assert access.allowed_acts(uow, row) == {"delete"}


def test_the_same_bytes_lie_once_and_have_a_row_for_each_handing_in(world: World) -> None:
    _taken(world)
    first, second = _store(world, "Ada"), _store(world, "Ada")
    assert first != second
    (path,) = _bytes(world)
    assert path.parent.name == path.name[2:4]
    assert path.parent.parent.name == path.name[:2]
    assert path.read_bytes() == PDF


def test_what_is_refused_leaves_nothing_behind(world: World) -> None:
    _taken(world)
    for content, name, limit in (
        (PDF, "a.docx", files.MAX_BYTES),
        (PDF * 100, "a.pdf", 100),
        (b"", "a.pdf", files.MAX_BYTES),
        (PDF, "noextension", files.MAX_BYTES),
    ):
        with world.engine.begin(world.people["Ada"]) as uow, pytest.raises(Invalid):
            files.store(uow, io.BytesIO(content), name, limit=limit)
    assert _bytes(world) == []


def test_a_file_of_just_the_limit_is_taken(world: World) -> None:
    _taken(world)
    with world.engine.begin(world.people["Ada"]) as uow:
        assert files.store(uow, io.BytesIO(PDF), "a.pdf", limit=len(PDF)).size == len(PDF)
    with world.engine.begin(world.people["Ada"]) as uow, pytest.raises(Invalid) as caught:
        files.store(uow, io.BytesIO(PDF), "a.pdf", limit=len(PDF) - 1)
    assert caught.value.code == "file-too-large"


def test_a_stream_that_breaks_off_leaves_nothing_behind(world: World) -> None:
    class Broken:
        def __init__(self) -> None:
            self.left = 3

        def read(self, size: int, /) -> bytes:
            self.left -= 1
            if self.left < 0:
                raise ConnectionError
            return PDF

    _taken(world)
    with world.engine.begin(world.people["Ada"]) as uow, pytest.raises(ConnectionError):
        files.store(uow, Broken(), "a.pdf")
    assert _bytes(world) == []


def test_the_upload_is_read_before_the_database_is_touched(world: World) -> None:
    _, task = _taken(world)
    began: list[bool] = []

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            began.append(uow.session.in_transaction())
            return super().read(size)

    with world.engine.begin(world.people["Ada"]) as uow:
        files.store(uow, Slow(PDF), "a.pdf", task_id=task)
    assert began
    assert not any(began)


def test_a_task_takes_files_of_who_works_on_it_and_so_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, task = _taken(world)
    world.person("Bob", "staff@Office")
    world.person("Zoe", "staff@Elsewhere")
    with pytest.raises(NotAllowed):
        _store(world, "Bob", task_id=task)
    with pytest.raises(NotFound):
        _store(world, "Zoe", task_id=task)
    monkeypatch.setattr(files, "MAX_PER_TASK", 2)
    _store(world, "Ada", task_id=task)
    _store(world, "Ada", task_id=task)
    with pytest.raises(Invalid) as caught:
        _store(world, "Ada", task_id=task)
    assert caught.value.code == "too-many-files"
    monkeypatch.setattr(files, "MAX_UNBOUND", 2)
    with pytest.raises(Invalid):
        _store(world, "Ada")


def test_without_a_files_folder_there_are_no_files(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _taken(world)
    monkeypatch.setattr(world.engine, "files_dir", None)
    with pytest.raises(Unavailable):
        _store(world, "Ada")


def test_bytes_that_are_gone_are_said_to_be(world: World) -> None:
    _taken(world)
    file_id = _store(world, "Ada")
    _bytes(world)[0].unlink()
    with pytest.raises(Unavailable):
        _read(world, "Ada", file_id)


# -- binding ---------------------------------------------------------------------------------


def test_a_bound_file_is_read_by_its_audience(world: World) -> None:
    case, task_id = _taken(world)
    world.person("Uma", "unit@School")
    world.person("Bob", "staff@Office")
    inside, theirs = _store(world, "Ada", task_id=task_id), _store(world, "Ada")
    with world.engine.begin(world.people["Ada"]) as uow:
        task = uow.session.get_one(Task, task_id)
        assert files.usable(uow, task) == {inside, theirs}
        files.bind(uow, [inside, inside], task=task)
        files.bind(uow, [theirs], task=task, subject=("problem", "p1"), audience="unit")
        assert files.usable(uow, task) == {inside, theirs}
    assert _read(world, "Bob", inside) == _read(world, "Uma", theirs) == PDF
    with pytest.raises(NotFound):
        _read(world, "Uma", inside)
    with world.engine.read(world.people["Uma"]) as uow:
        assert [row.id for row in files.of(uow, instance_id=case)] == [theirs]
        assert [row.id for row in files.of(uow, subject=("problem", "p1"))] == [theirs]
        assert files.of(uow, task_id=new_id()) == []
    with world.engine.read(SYSTEM) as uow:
        kinds = uow.session.scalars(sa.select(Event.kind).where(Event.instance_id == case)).all()
    assert kinds.count("file.bound") == 2


def test_binding_again_keeps_the_audience_and_adds_what_is_missing(world: World) -> None:
    case, task_id = _taken(world)
    file_id = _store(world, "Ada")
    with world.engine.begin(world.people["Ada"]) as uow:
        files.bind(uow, [file_id], instance_id=case, subject=("document", "d1"), audience="unit")
        task = uow.session.get_one(Task, task_id)
        (row,) = files.bind(uow, [file_id], task=task)
        assert (row.audience, row.task_id, row.subject_id) == ("unit", task_id, "d1")


def test_nobody_binds_anothers_file_nor_one_of_another_case(world: World) -> None:
    case, _ = _taken(world)
    other = world.instance("office@Office")
    bob = world.person("Bob", "staff@Office")
    file_id = _store(world, "Ada")
    with world.engine.begin(bob) as uow, pytest.raises(NotFound):
        files.bind(uow, [file_id], instance_id=case)
    with world.engine.begin(world.people["Ada"]) as uow:
        with pytest.raises(NotFound):
            files.bind(uow, [file_id, new_id()], instance_id=case)
        files.bind(uow, [file_id], instance_id=case)
        with pytest.raises(Conflict):
            files.bind(uow, [file_id], instance_id=other)
        with pytest.raises(Invalid):
            files.bind(uow, [file_id])
        with pytest.raises(Invalid):
            files.bind(uow, [file_id], instance_id=case, audience="friends")


def test_an_unbound_file_can_be_taken_back_a_bound_one_not(world: World) -> None:
    case, _ = _taken(world)
    bob = world.person("Bob", "staff@Office")
    first, second = _store(world, "Ada"), _store(world, "Ada")
    with world.engine.begin(bob) as uow, pytest.raises(NotFound):
        files.delete(uow, first)
    with world.engine.begin(world.people["Ada"]) as uow:
        files.delete(uow, first)
        files.bind(uow, [second], instance_id=case)
        with pytest.raises(Conflict):
            files.delete(uow, second)
    assert _read(world, "Ada", second) == PDF  # the same bytes as the one taken back


# -- sweeping --------------------------------------------------------------------------------


def test_unbound_files_go_after_a_day_but_not_those_an_open_task_waits_for(
    world: World,
) -> None:
    case, task_id = _taken(world)
    _store(world, "Ada", PDF + b"1")
    drafted = _store(world, "Ada", PDF + b"2", task_id=task_id)
    bound = _store(world, "Ada", PDF + b"3")
    with world.engine.begin(world.people["Ada"]) as uow:
        files.bind(uow, [bound], instance_id=case)
    assert _sweep(world).rows == 0
    world.clock.advance(hours=25)
    assert _sweep(world).rows == 1
    world.clock.advance(days=1)
    assert _sweep(world).bytes.laid_aside == 1
    world.clock.advance(hours=25)
    assert _sweep(world).bytes.removed == 1
    assert _read(world, "Ada", drafted) == PDF + b"2"
    assert _read(world, "Ada", bound) == PDF + b"3"
    assert len(_bytes(world)) == 2
    with world.engine.begin(SYSTEM) as uow:
        uow.session.get_one(Task, task_id).state = TaskState.CANCELLED
    assert _sweep(world).rows == 1


def test_a_sweep_schedules_the_next_one_once(world: World) -> None:
    _sweep(world)
    _sweep(world)
    with world.engine.read(SYSTEM) as uow:
        (job,) = uow.session.scalars(sa.select(Job)).all()
    assert job.kind == files.SWEEP_JOB
    assert timedelta(0) < job.due_at - world.clock.now() < timedelta(days=1)


def _received(world: World, content: bytes = PDF) -> tuple[ByteStore, Received]:
    assert world.engine.files_dir is not None
    place = ByteStore(world.engine.files_dir)
    now = world.clock.now()
    return place, place.receive(io.BytesIO(content), limit=1 << 20, now=now)


def test_an_upload_that_broke_off_is_removed_after_a_day(world: World) -> None:
    _received(world)
    assert _sweep(world).bytes.abandoned == 0
    world.clock.advance(hours=25)
    assert _sweep(world).bytes.abandoned == 1
    assert _bytes(world) == []


def test_a_row_that_commits_while_its_bytes_are_swept_does_not_lose_them(world: World) -> None:
    """The same bytes lie there, old and unnamed; an upload of them races with the sweep."""
    _taken(world)
    place, received = _received(world)
    place.place(received, now=world.clock.now())
    world.clock.advance(hours=25)
    with world.engine.begin(world.people["Ada"]) as uow:
        file_id = files.store(uow, io.BytesIO(PDF), "a.pdf").id
        # the sweep had looked at the old file just before: it moves the new one away
        (path,) = _bytes(world)
        aside = place.root / "aside"
        aside.mkdir(exist_ok=True)
        path.replace(aside / path.name)
    assert _read(world, "Ada", file_id) == PDF
    assert _sweep(world).bytes.restored == 1
    assert _read(world, "Ada", file_id) == PDF
    assert _bytes(world) == [path]


def test_bytes_uploaded_again_while_they_lie_aside_are_kept(world: World) -> None:
    _taken(world)
    place, received = _received(world)
    place.place(received, now=world.clock.now())
    world.clock.advance(hours=25)
    assert _sweep(world).bytes.laid_aside == 1
    file_id = _store(world, "Ada")
    world.clock.advance(hours=1)
    _sweep(world)
    assert _read(world, "Ada", file_id) == PDF
    assert len(_bytes(world)) == 1


def test_a_transaction_that_failed_leaves_bytes_that_are_swept_later(world: World) -> None:
    _taken(world)

    def fail() -> None:
        with world.engine.begin(world.people["Ada"]) as uow:
            files.store(uow, io.BytesIO(PDF), "a.pdf")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert len(_bytes(world)) == 1
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(File)).all() == []
    for expected in ({"laid_aside": 1}, {"removed": 1}):
        world.clock.advance(hours=25)
        swept = _sweep(world).bytes
        assert {name: getattr(swept, name) for name in expected} == expected
    assert _bytes(world) == []


def test_fresh_bytes_without_a_row_are_left_alone(world: World) -> None:
    """They may be those of an upload that has not committed yet."""
    place, received = _received(world)
    place.place(received, now=world.clock.now())
    world.clock.advance(hours=23)
    swept = _sweep(world).bytes
    assert (swept.laid_aside, swept.removed) == (0, 0)
    assert len(_bytes(world)) == 1


def test_a_digest_that_is_none_opens_nothing(world: World) -> None:
    assert world.engine.files_dir is not None
    for digest in ("", "../../etc/passwd", "A" * 64, "0" * 63):
        with pytest.raises(FileNotFoundError):
            ByteStore(world.engine.files_dir).open(digest)
