"""The engine is generic: with the domain deleted, everything else still passes its tests.

Every test is read, so that none needs the domain to be there; carried out are those that a missing
domain could break: what asks entry points, reads installed families and their pages, shares the
tables, serves addresses. What only knows models of its own, or nothing of ours at all, is carried out
where the domain is present, and says no more here.
"""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import trees

#: One copy and one environment for both.
pytestmark = pytest.mark.xdist_group("drop_in")

DOMAIN = ("supervision", "api/supervision", "processes/supervision", "forms/supervision")
FAMILY = "supervision"

#: Tests of the domain, of whole cases, of the page; and this folder, which would copy itself.
NOT_RUN = ("tests/process", "tests/browser", "tests/packaging")


#: Read and not carried out: each names why a missing domain cannot change it.
PASSED_OVER = {
    "tests/unit/feel": "the expression language imports nothing of ours",
    "tests/unit/dmn": "decision tables import nothing but that language",
    "tests/unit/engine": "the engine's parts with models of their own; it may import nothing above it",
    "tests/api/test_conformance.py": "requests drawn at random from the same document",
    "tests/api/test_hostile.py": "malformed requests, refused before any family is asked",
    "tests/api/test_federation.py": "who signs in and from where, which no family has a say in",
    "tests/api/test_state_machine.py": "random acts on the family that stays, at the same addresses",
    "tests/integration/engine": "models of its own on the engine, which may import nothing above it",
    "tests/integration/ops/test_backup.py": "whole databases, whatever is in them",
    "tests/integration/ops/test_mail.py": "letters of rows that any family may have written",
    "tests/integration/ops/test_start.py": "processes and ports; a start is in test_bootstrap.py",
    "tests/integration/ops/test_serve.py": "processes and ports",
    "tests/integration/ops/test_upgrade.py": "the release before, which brings its own domain",
    "tests/integration/ops/test_worker.py": "processes that wait",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree without the domain."""
    tree = trees.copy_tree(tmp_path_factory.mktemp("drop_in") / "tree")
    for folder in DOMAIN:
        assert (tree / folder).is_dir(), f"{folder}/ is gone: this test no longer removes anything"
        shutil.rmtree(tree / folder)
    for folder in NOT_RUN:
        shutil.rmtree(tree / folder, ignore_errors=True)
    for found in (tree / "tests").rglob(FAMILY):
        shutil.rmtree(found)
    remove_entry_points(tree / "setup.cfg")
    return tree


@pytest.fixture(scope="module")
def programs(copy: Path) -> Path:
    """The programs of an environment that holds the copy."""
    found = trees.environment(copy.parent / "environment", "requirements-dev.lock")
    trees.install(found, "--no-deps", "--no-build-isolation", str(copy))
    return found


def test_the_domain_is_not_there(programs: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [programs / "python", "-c", "import engine, api; import supervision"],
        cwd=tmp_path,
        env=trees.clean_environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "No module named 'supervision'" in done.stderr


def test_everything_else_passes_its_tests_without_the_domain(copy: Path, programs: Path) -> None:
    for name in PASSED_OVER:
        assert (copy / name).exists(), f"{name} is gone: take it off the list"
    printed = trees.run(
        str(programs / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests",
        "-m", "not postgresql and not browser",
        *(f"--deselect={name}" for name in PASSED_OVER),  # collected, unlike what is ignored
        cwd=copy, timeout=1800,
    )  # fmt: skip
    last = printed.strip().splitlines()[-1]
    assert " passed" in last, printed


def remove_entry_points(path: Path) -> None:
    """Take the family's lines out of every group of `path` that is ours."""
    config = configparser.ConfigParser()
    config.optionxform = str  # type: ignore[assignment,method-assign]  # as configparser documents it
    config.read(path, encoding="utf-8")
    points = config["options.entry_points"]
    removed = 0
    for group in points:
        lines = points[group].splitlines()
        kept = [line for line in lines if line.split("=")[0].strip() != FAMILY]
        removed += len(lines) - len(kept)
        points[group] = "\n".join(kept)
    assert removed, "setup.cfg names the family nowhere: this test no longer removes anything"
    with path.open("w", encoding="utf-8") as file:
        config.write(file)
