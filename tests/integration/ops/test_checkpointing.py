"""`dudao audit key` and `checkpoint`: a key that only its owner reads, checkpoints by hand and by clock."""

from __future__ import annotations

import stat
import threading
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

from engine.clock import ManualClock
from engine.engine import Engine
from engine.record import checkpoints, digests
from ops.checkpointing import Timed
from ops.worker import Worker
from tests.conftest import EngineFor
from tests.factories import SYSTEM
from tests.integration.ops.programs import refuse, succeed

KEYED = {"DUDAO_AUDIT_KEY": "key.pem"}


def test_the_key_is_its_owners_and_made_once(installation: Path) -> None:
    public = succeed(installation, "audit", "key", **KEYED)
    file = installation / "key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_bytes()
    assert succeed(installation, "audit", "key", **KEYED) == public
    assert file.read_bytes() == secret
    key = serialization.load_pem_public_key(public.encode())
    assert isinstance(key, ed25519.Ed25519PublicKey)
    assert "PRIVATE" not in public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused(installation: Path, mode: int) -> None:
    succeed(installation, "audit", "key", **KEYED)
    (installation / "key.pem").chmod(mode)
    for command in ("key", "checkpoint"):
        assert "chmod 600" in refuse(installation, "audit", command, **KEYED)
    assert "chmod 600" in refuse(installation, "worker", DUDAO_CHECKPOINT_MINUTES="1", **KEYED)


@pytest.mark.parametrize("content", [b"", b"hello", b"\0" * 10_000])
def test_a_file_that_is_no_key_is_one_line(installation: Path, content: bytes) -> None:
    (installation / "key.pem").write_bytes(content)
    (installation / "key.pem").chmod(0o600)
    assert "no Ed25519 key" in refuse(installation, "audit", "checkpoint", **KEYED)


def test_a_key_of_another_kind_is_one_line(installation: Path) -> None:
    other = x25519.X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (installation / "key.pem").write_bytes(other)
    (installation / "key.pem").chmod(0o600)
    assert "no Ed25519 key" in refuse(installation, "audit", "checkpoint", **KEYED)


def test_without_a_key_no_checkpoint(installation: Path) -> None:
    assert "DUDAO_AUDIT_KEY" in refuse(installation, "audit", "checkpoint")
    assert "DUDAO_AUDIT_KEY" in refuse(installation, "audit", "key")
    assert "key.pem" in refuse(installation, "audit", "checkpoint", **KEYED)
    assert "nowhere" in refuse(installation, "audit", "key", DUDAO_AUDIT_KEY="nowhere/key.pem")


def test_each_checkpoint_is_a_file_too_and_can_be_written_again(installation: Path) -> None:
    succeed(installation, "audit", "key", **KEYED)
    (installation / "outside").mkdir()
    settings = {"DUDAO_CHECKPOINT_DIR": "outside", **KEYED}
    for number in (1, 2):
        said = succeed(installation, "audit", "checkpoint", **settings)
        assert said.startswith(f"Checkpoint {number}: ")
    files = sorted(path.name for path in (installation / "outside").iterdir())
    assert files == ["checkpoint-000001.json", "checkpoint-000002.json"]
    succeed(installation, "audit", "checkpoint", "--number", "1", "again.json")
    first = (installation / "outside/checkpoint-000001.json").read_bytes()
    assert (installation / "again.json").read_bytes() == first
    assert orjson.loads(first)["statement"]["number"] == 1
    line = refuse(installation, "audit", "checkpoint", "--number", "3", "none.json")
    assert line.endswith("there is no checkpoint 3.")
    line = refuse(installation, "audit", "checkpoint", "--number", "2", "again.json")
    assert "File exists" in line
    assert (installation / "again.json").read_bytes() == first
    line = refuse(installation, "audit", "checkpoint", DUDAO_CHECKPOINT_DIR="typo", **KEYED)
    assert "DUDAO_CHECKPOINT_DIR" in line


def test_new_links_are_made_with_sm3_where_the_setting_says_so(installation: Path) -> None:
    succeed(
        installation,
        "user",
        "add",
        "ada",
        "--name",
        "Ada",
        "--stdin",
        typed="correct horse 1\n",
        DUDAO_CHAIN_DIGEST="sm3",
    )
    succeed(installation, "audit", "export", "all.jsonl")
    last = [orjson.loads(line) for line in (installation / "all.jsonl").read_bytes().splitlines()]
    used = {line["link"]["algorithm"] for line in last if "link" in line}
    assert used == {"sha256", "sm3"}
    succeed(installation, "audit", "verify", "all.jsonl")
    assert "sha256, sm3" in refuse(installation, "audit", "verify", DUDAO_CHAIN_DIGEST="md5")


def test_where_openssl_has_no_sm3_it_says_so_at_the_start(
    installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An OpenSSL without SM3, as the library reports it."""

    def unsupported(_algorithm: object) -> None:
        raise UnsupportedAlgorithm("sm3 is not supported by this version of openssl")

    monkeypatch.setattr(hashes, "Hash", unsupported)
    assert not digests.is_available("sm3")
    for command in (("worker",), ("serve",), ("migrate",), ("audit", "verify")):
        assert "has no sm3" in refuse(installation, *command, DUDAO_CHAIN_DIGEST="sm3")
    succeed(installation, "audit", "verify")


def timed(folder: Path | None = None) -> Timed:
    return Timed(
        key=ed25519.Ed25519PrivateKey.generate(), every=timedelta(minutes=60), folder=folder
    )


def newest(engine: Engine) -> int:
    with engine.read(SYSTEM) as uow:
        seal = checkpoints.newest(uow)
    return 0 if seal is None else seal.number


def test_by_the_clock_one_is_taken_when_the_time_is_up(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    engine = engine_for()
    job = timed(tmp_path)
    for minutes, number in ((0, 1), (59, 1), (1, 2), (60, 3)):
        clock.advance(minutes=minutes)
        job.run(engine)
        job.run(engine)
        assert newest(engine) == number
    assert len(list(tmp_path.glob("checkpoint-*.json"))) == 3


def test_workers_that_ask_at_once_take_one(engine_for: EngineFor, clock: ManualClock) -> None:
    engine = engine_for()
    job = timed()
    for number in (1, 2, 3):
        threads = [threading.Thread(target=job.run, args=(engine,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert newest(engine) == number
        clock.advance(hours=1)


def test_a_folder_that_is_gone_does_not_stop_the_checkpoints(
    engine_for: EngineFor, tmp_path: Path
) -> None:
    engine = engine_for()
    timed(tmp_path / "unmounted").run(engine)
    assert newest(engine) == 1


def test_a_worker_takes_them(engine_for: EngineFor) -> None:
    engine = engine_for()
    worker = Worker(engine, poll_seconds=1, batch=5, timed=timed())
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        waited = threading.Event()
        for _ in range(100):
            if newest(engine):
                break
            waited.wait(0.1)
    finally:
        worker.stop()
        thread.join(timeout=30)
    assert newest(engine) == 1
