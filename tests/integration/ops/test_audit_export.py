"""`dudao audit export` and `verify FILE`: a file that needs no database, and what is done to it."""

from __future__ import annotations

import os
import resource
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.record import chains
from engine.record.chains import Link
from ops import audit_export
from tests.integration.ops.programs import dudao, dudao_process, refuse, succeed

Lines = list[dict[str, Any]]

KEY = "key.pem"


@pytest.fixture(scope="module")
def template(installation_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a key, a checkpoint, its file outside, and an export."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(installation_template, folder, dirs_exist_ok=True)
    settings = {"DUDAO_AUDIT_KEY": KEY}
    public = succeed(folder, "audit", "key", **settings)
    (folder / "public.pem").write_text(public)
    succeed(folder, "audit", "checkpoint", "kept.json", **settings)
    succeed(folder, "audit", "export", "all.jsonl")
    return folder


@pytest.fixture
def sealed(template: Path, tmp_path: Path) -> Path:
    """That installation, of this test's own."""
    shutil.copytree(template, tmp_path / "sealed")
    return tmp_path / "sealed"


@pytest.fixture
def elsewhere(template: Path, tmp_path: Path) -> Path:
    """Another machine: the export, the checkpoint and the public key, nothing else."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("all.jsonl", "kept.json", "public.pem"):
        shutil.copy(template / name, folder)
    return folder


VERIFY = ("audit", "verify", "all.jsonl", "--checkpoint", "kept.json", "--public-key", "public.pem")


def read(folder: Path, name: str = "all.jsonl") -> Lines:
    return [orjson.loads(line) for line in (folder / name).read_bytes().splitlines()]


def write(folder: Path, lines: Lines, name: str = "all.jsonl") -> None:
    """As somebody who knows the format would: with an end that fits."""
    lines[-1]["end"] = {
        "chains": sum("chain" in line for line in lines),
        "links": sum("link" in line for line in lines),
    }
    (folder / name).write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))


def start_of(lines: Lines, name: str = "2号") -> int:
    """The index of a chain's own line; link n stands n lines further on."""
    return next(i for i, line in enumerate(lines) if line.get("name") == name)


def test_an_export_is_verified_where_there_is_no_database(elsewhere: Path) -> None:
    done = dudao_process(elsewhere, *VERIFY)  # in a process that holds nothing yet
    assert (done.returncode, done.stderr) == (0, "")
    chain, journal, fits = done.stdout.splitlines()
    assert chain.startswith("Chain OK: 2 cases, ")
    assert journal.startswith("Journal OK: ")
    assert fits.startswith("It fits the checkpoints up to 1 (")
    assert "; 0 entries are not covered by any." in fits
    assert sorted(path.name for path in elsewhere.iterdir()) == [
        "all.jsonl",
        "kept.json",
        "public.pem",
    ]


def test_without_a_public_key_it_says_that_nobody_is_proven_to_have_signed(elsewhere: Path) -> None:
    said = succeed(elsewhere, "audit", "verify", "all.jsonl").splitlines()
    assert said[-1].startswith("No public key was given")


def test_the_operator_reads_chinese(elsewhere: Path) -> None:
    said = succeed(elsewhere, *VERIFY, LC_ALL="zh_CN.UTF-8")
    assert said.startswith("链条完整：2 个案件，")


def change(lines: Lines) -> None:
    lines[start_of(lines) + 2]["link"]["actor_name"] = "别人"


def change_payload(lines: Lines) -> None:
    lines[start_of(lines) + 1]["payload"] = '{"definition":"other","version":1}'


def delete_payload(lines: Lines) -> None:
    for name in ("salt", "payload"):
        del lines[start_of(lines) + 1][name]


def claim_redaction(lines: Lines) -> None:
    delete_payload(lines)
    lines[start_of(lines) + 1]["redaction"] = {"rule": "opinions", "reason": "as I like"}


def delete(lines: Lines) -> None:
    del lines[start_of(lines) + 2]


def insert(lines: Lines) -> None:
    at = start_of(lines) + 2
    link = lines[at]["link"]
    lines.insert(at, {**lines[at], "link": {**link, "id": "0" * 32}})


def reorder(lines: Lines) -> None:
    at = start_of(lines)
    lines[at + 1], lines[at + 2] = lines[at + 2], lines[at + 1]


def cut_off(lines: Lines) -> None:
    """The tail only: the head still says where it was."""
    at = start_of(lines)
    del lines[at + lines[at]["length"]]


def cut_off_with_its_head(lines: Lines) -> None:
    at = start_of(lines)
    length = lines[at]["length"] - 1
    del lines[at + length + 1]
    lines[at] |= {"length": length, "digest": lines[at + length]["link"]["digest"]}


def write_anew(lines: Lines) -> None:
    """Everything recomputed that has no signature."""
    at = start_of(lines)
    lines[at + 1]["link"]["actor_name"] = "别人"
    previous = ""
    for line in lines[at + 1 : at + 1 + lines[at]["length"]]:
        link = line["link"]
        told = {k: v for k, v in link.items() if k not in audit_export._OWN}
        link["previous_digest"] = previous
        link["digest"] = previous = chains.link_digest(
            Link(told=told, previous_digest=previous, digest="", algorithm=link["algorithm"])
        )
    lines[at]["digest"] = previous


def remove_case(lines: Lines) -> None:
    at = start_of(lines)
    del lines[at : at + 1 + lines[at]["length"]]


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (change, "entry 2: it was changed."),
        (change_payload, "entry 1: its payload was changed."),
        (delete_payload, "entry 1: its payload is gone, and no entry says that it was redacted."),
        (claim_redaction, "entry 1: its payload is gone, and no entry says that it was redacted."),
        (delete, "entry 3: an entry before it is missing."),
        (insert, "entry 2: it was changed."),
        (reorder, "entry 1: an entry before it is missing."),
        (cut_off, ": it is the last, but not the head of the case."),
        (cut_off_with_its_head, ": it is the last, but checkpoint 1 saw a longer chain."),
        (write_anew, ": it is not the one that checkpoint 1 saw."),
        (remove_case, "which is not here."),
    ],
)
def test_what_was_done_to_an_export_is_found(
    elsewhere: Path, tamper: Callable[[Lines], None], said: str
) -> None:
    lines = read(elsewhere)
    tamper(lines)
    write(elsewhere, lines)
    done = dudao(elsewhere, *VERIFY)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].endswith(said), done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("tamper", [cut_off_with_its_head, write_anew, remove_case])
def test_without_its_checkpoints_it_is_found_by_the_one_outside_alone(
    elsewhere: Path, tamper: Callable[[Lines], None]
) -> None:
    lines = [line for line in read(elsewhere) if "checkpoint" not in line]
    tamper(lines)
    write(elsewhere, lines)
    succeed(
        elsewhere, "audit", "verify", "all.jsonl"
    )  # it fits itself: this is what anchors are for
    done = dudao(elsewhere, *VERIFY)
    assert done.returncode == 1
    first, second = done.stdout.splitlines()[:2]
    assert first.startswith("Checkpoint 1: it is not here")
    assert second.startswith("Chain broken: 2号 (") or second.startswith("Chain missing: ")


def test_a_forger_with_a_key_of_their_own_is_found_by_the_public_key(
    sealed: Path, elsewhere: Path
) -> None:
    (sealed / KEY).unlink()
    succeed(sealed, "audit", "key", DUDAO_AUDIT_KEY=KEY)
    succeed(sealed, "audit", "checkpoint", DUDAO_AUDIT_KEY=KEY)
    succeed(sealed, "audit", "export", "forged.jsonl")
    forged = sealed / "forged.jsonl"
    done = dudao(elsewhere, "audit", "verify", str(forged), "--public-key", "public.pem")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == (
        "Checkpoint 2: it was signed with another key than those given."
    )
    (elsewhere / "new.pem").write_text(succeed(sealed, "audit", "key", DUDAO_AUDIT_KEY=KEY))
    both = ("--public-key", "public.pem", "--public-key", "new.pem")
    succeed(elsewhere, "audit", "verify", str(forged), *both)


def test_of_one_case_nothing_of_another_is_exported(sealed: Path, elsewhere: Path) -> None:
    succeed(sealed, "audit", "export", "--case", "1号", "one.jsonl")
    shutil.copy(sealed / "one.jsonl", elsewhere)
    lines = read(elsewhere, "one.jsonl")
    assert [line["name"] for line in lines if "chain" in line] == ["1号"]
    assert "2号" not in (elsewhere / "one.jsonl").read_text()
    said = succeed(elsewhere, "audit", "verify", "one.jsonl", *VERIFY[3:]).splitlines()
    assert said[0] == "The checkpoints name 2 more chains, which were not looked at."
    assert said[1].startswith("Chain OK: 1 cases, ")


def test_an_export_is_its_owners_and_never_written_over_another_file(sealed: Path) -> None:
    assert stat.S_IMODE((sealed / "all.jsonl").stat().st_mode) == 0o600
    before = (sealed / "all.jsonl").read_bytes()
    assert "File exists" in refuse(sealed, "audit", "export", "all.jsonl")
    assert "no case 3号" in refuse(sealed, "audit", "export", "--case", "3号", "none.jsonl")
    assert not (sealed / "none.jsonl").exists()
    assert (sealed / "all.jsonl").read_bytes() == before


def test_the_live_database_is_held_against_a_checkpoint_too(sealed: Path) -> None:
    said = succeed(sealed, "audit", "verify", *VERIFY[3:]).splitlines()
    assert said[-1].startswith("It fits the checkpoints up to 1 (")
    succeed(sealed, "audit", "verify", "--instance", "1号", *VERIFY[3:])
    assert "not for an export" in refuse(sealed, *VERIFY, "--instance", "1号")


GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "text": b"hello\n",
    "a list": b"[]\n",
    "another object": b"{}\n",
    "not UTF-8": b"\xff\xfe\n",
    "deep": b"[" * 100_000 + b"\n",
    "another format": b'{"format":"dudao-audit-export/9","complete":true}\n',
    "header alone": b'{"format":"dudao-audit-export/1","complete":true}\n',
    "wrong end": b'{"format":"dudao-audit-export/1","complete":true}\n'
    b'{"end":{"chains":1,"links":0}}\n',
    "more behind the end": b'{"format":"dudao-audit-export/1","complete":true}\n'
    b'{"end":{"chains":0,"links":0}}\n{}\n',
    "a link of no chain": b'{"format":"dudao-audit-export/1","complete":true}\n{"link":{}}\n',
    "a checkpoint of nothing": b'{"format":"dudao-audit-export/1","complete":true}\n'
    b'{"checkpoint":{}}\n',
    "a link of nothing": b'{"format":"dudao-audit-export/1","complete":true}\n'
    b'{"chain":"journal","name":"","length":0,"digest":""}\n{"link":[]}\n',
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "it.jsonl").write_bytes(GARBAGE[name])
    assert "it.jsonl" in refuse(tmp_path, "audit", "verify", "it.jsonl")
    assert "it.jsonl" in refuse(tmp_path, "audit", "verify", "--checkpoint", "it.jsonl")
    assert "it.jsonl" in refuse(tmp_path, "audit", "verify", "--public-key", "it.jsonl")


def test_each_line_cut_short_or_spoilt_is_refused_or_a_break_never_a_crash(elsewhere: Path) -> None:
    whole = (elsewhere / "all.jsonl").read_bytes()
    lines = read(elsewhere)
    first = next(i for i, line in enumerate(lines) if "link" in line)
    for size in range(0, len(whole), max(1, len(whole) // 40)):
        (elsewhere / "all.jsonl").write_bytes(whole[:size])
        assert "all.jsonl" in refuse(elsewhere, "audit", "verify", "all.jsonl")
    for index in (0, 1, 2, first):
        for name in lines[index].get("link", lines[index]):
            spoilt = read(elsewhere_with(elsewhere, whole))
            spoilt[index].get("link", spoilt[index])[name] = [{"1": 1e300}]
            write(elsewhere, spoilt)
            done = dudao(elsewhere, "audit", "verify", "all.jsonl")
            is_told_only = index == 0 and name in ("at", "version")
            assert done.returncode == (0 if is_told_only else 1), (index, name)


def elsewhere_with(folder: Path, content: bytes) -> Path:
    (folder / "all.jsonl").write_bytes(content)
    return folder


def test_a_zip_bomb_is_one_line_and_takes_no_memory(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("all.jsonl", "w") as inner,
    ):
        for _ in range(256):
            inner.write(bytes(1024 * 1024))
    assert (tmp_path / "bomb.zip").stat().st_size < 1024 * 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "line 1" in refuse(tmp_path, "audit", "verify", "bomb.zip")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_one_endless_line_is_given_up_in_time(tmp_path: Path) -> None:
    with (tmp_path / "long.jsonl").open("wb") as file:
        file.truncate(8 * 1024**3)  # a hole: it takes no room
    assert "line 1" in refuse(tmp_path, "audit", "verify", "long.jsonl")
    assert "long.jsonl" in refuse(tmp_path, "audit", "verify", "--checkpoint", "long.jsonl")


def test_what_is_no_file_is_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.jsonl", ".", "pipe"):
        assert name in refuse(tmp_path, "audit", "verify", name)
