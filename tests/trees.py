"""Copies of this project and environments of their own, for tests of what is shipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.prefix) / "bin/uv"


def listed() -> list[str]:
    """Every file that git knows or would take and that is there now."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    return [name for name in names.split("\0") if name and (ROOT / name).is_file()]


def copy_tree(target: Path) -> Path:
    """A copy of the work tree as it lies there now."""
    for name in listed():
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, destination)
    return target


def environment(folder: Path, *requirements: str) -> Path:
    """A virtual environment of its own with these requirements files; its bin folder."""
    run(str(UV), "venv", "--quiet", "--python", sys.executable, str(folder))
    for name in requirements:
        install(folder / "bin", "--require-hashes", "-r", str(ROOT / name))
    return folder / "bin"


def install(programs: Path, *what: str) -> None:
    """`uv pip install` into the environment of `programs`."""
    run(str(UV), "pip", "install", "--quiet", "--python", str(programs / "python"), *what)


def run(*command: str, cwd: Path | None = None, timeout: float = 600) -> str:
    """Run to the end; what it printed. An AssertionError with all that it said if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=clean_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
    return done.stdout


def clean_environ(**more: str) -> dict[str, str]:
    """This environment without what would lead a child back into our own."""
    hidden = ("PYTHON", "PYTEST", "VIRTUAL_ENV", "COV_", "DUDAO_", "GIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return kept | {"UV_PYTHON_DOWNLOADS": "never"} | more
