"""The engine is generic: with the domain deleted, everything else still passes its tests."""

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
    printed = trees.run(
        str(programs / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "-m", "not postgresql and not browser", "tests",
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
