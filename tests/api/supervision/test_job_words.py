"""What runs by itself is called in words at 运维, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.runner import ALONE, KINDS
from processes.supervision.package import PACKAGE

WORDS = Path(__file__).resolve().parents[3] / "web" / "src" / "words"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_kind_of_job_has_a_name(language: str) -> None:
    room = json.loads((WORDS / language / "operations.json").read_text("utf-8"))
    assert set(room["job_kind"]) == {*KINDS, *ALONE, *PACKAGE.jobs}
