"""The locks name versions and hashes, never a place: where packages come from is the machine's affair."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest

from tests.trees import ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_python_lock_has_a_hash_for_each_version_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) > 1 or "==" in text
    for entry in entries:
        if "==" in entry:
            assert "--hash=sha256:" in entry, entry


def test_the_development_lock_has_the_versions_of_the_runtime_lock() -> None:
    runtime, development = (versions(f"requirements{kind}.lock") for kind in ("", "-dev"))
    assert runtime.items() <= development.items()


def test_every_dependency_of_setup_cfg_is_locked() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = config["options"]["install_requires"].split("\n")
    for extra in config["options.extras_require"].values():
        wanted += extra.split("\n")
    names = {name(line) for line in wanted if line and not line.startswith("#")}
    assert names <= versions("requirements-dev.lock").keys()


def test_the_lock_of_the_page_has_an_integrity_for_each_package_and_no_address() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert packages
    for path, entry in packages.items():
        assert "://" not in entry.get("resolved", ""), path
        assert entry.get("integrity") or entry.get("link") or entry.get("inBundle"), path


def versions(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ \\]+)", text, flags=re.MULTILINE))


def name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()
