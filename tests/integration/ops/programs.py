"""Run `dudao` as a person would, in a folder of its own."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from ops import cli
from tests.trees import ROOT, clean_environ

COMMAND = [sys.executable, "-m", "ops"]


def environ(**more: str) -> dict[str, str]:
    """An English terminal, without settings but these."""
    return clean_environ(**{"PYTHONPATH": str(ROOT), "LC_ALL": "en_US.UTF-8"} | more)


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def dudao(folder: Path, *arguments: str, typed: str = "", **settings: str) -> Done:
    """Run the command to its end, in this process: a start costs a second, and there are many."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with ExitStack() as stack:
        stack.enter_context(contextlib.chdir(folder))
        stack.enter_context(patch.dict(os.environ, environ(**settings), clear=True))
        stack.enter_context(patch.object(sys, "argv", ["dudao", *arguments]))
        stack.enter_context(patch.object(sys, "stdin", io.StringIO(typed)))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Done(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def dudao_process(folder: Path, *arguments: str, **settings: str) -> Done:
    """The same in a process of its own."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environ(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(returncode=done.returncode, stdout=done.stdout, stderr=done.stderr)


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
