"""Run `dudao` as a person would: a process of its own, in a folder of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.packaging.trees import ROOT, clean_environ

COMMAND = [sys.executable, "-m", "ops"]


def environ(**more: str) -> dict[str, str]:
    """An English terminal, without settings but these."""
    return clean_environ(**{"PYTHONPATH": str(ROOT), "LC_ALL": "en_US.UTF-8"} | more)


def dudao(
    folder: Path, *arguments: str, typed: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environ(**settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def succeed(folder: Path, *arguments: str, typed: str = "", **settings: str) -> str:
    """What a command says that must succeed."""
    done = dudao(folder, *arguments, typed=typed, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refuse(folder: Path, *arguments: str, typed: str = "", **settings: str) -> str:
    """The one line of a command that must refuse: no traceback, exit code 1."""
    done = dudao(folder, *arguments, typed=typed, **settings)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("dudao: ")
    return lines[0]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(pid: int) -> bool:
    """Whether the process still runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")")[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children(pid: int) -> list[int]:
    """The processes that `pid` started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rsplit(")")[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found
