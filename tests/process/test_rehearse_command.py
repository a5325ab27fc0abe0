"""`dudao rehearse`, run as a person would run it."""

from __future__ import annotations

from pathlib import Path

from tests.integration.ops.programs import dudao
from tests.process.stories import FOLDER

BEGINNING = """
title: 一所学校
source: 公开的通报
fiction: 其余都是虚构
family: {family}
starts: 2026-03-02
start:
  by: county_staff1
  values:
    start_kind: plan
    start_note: 年度计划
    title: 一所学校
    unit_id: "@青禾县第一中学"
    form: special
    matter: 课程
    visit_on: 2026-05-20
steps: {steps}
"""


def play(folder: Path, *, steps: str, family: str = "supervision") -> tuple[int, str]:
    """Exit code and what was said."""
    path = folder / "story.yaml"
    path.write_text(BEGINNING.format(steps=steps, family=family), encoding="utf-8")
    done = dudao(folder, "rehearse", str(path))
    return done.returncode, done.stdout + done.stderr


def test_a_shipped_story_is_played_and_every_step_said(tmp_path: Path) -> None:
    done = dudao(tmp_path, "rehearse", str(FOLDER / "closed_without_problems.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert "2026-05-08 10:00" in said  # when
    assert "王敬之（市教委主任、督导委员会副主任兼办公室主任）" in said  # who
    assert "津教督意〔2026〕2号" in said  # which document
    assert "至2026-04-08止" in said  # which deadline, and why
    assert "其中逾期 0 个" in said
    assert said.rstrip().endswith("✓ 预演完毕")
    assert not list(tmp_path.rglob("*.db"))  # nothing of it stays


def test_what_does_not_go_as_written_ends_the_rehearsal_with_its_place(tmp_path: Path) -> None:
    code, said = play(tmp_path, steps="[{complete: archive_case, by: county_staff1}]")
    assert code == 1
    assert "story.yaml 第 1 步" in said
    assert "approve_case" in said  # what waits instead
    assert "Traceback" not in said


def test_an_unmet_expectation_says_what_is(tmp_path: Path) -> None:
    code, said = play(tmp_path, steps="[{expect: {stage: archived}}]")
    assert code == 1
    assert "stage 应为 archived，实为 draft" in said
    code, said = play(tmp_path, steps="[{expect: {colour: red}}]")
    assert code == 1
    assert "不认识 colour" in said


def test_a_family_that_is_not_installed_is_named(tmp_path: Path) -> None:
    code, said = play(tmp_path, steps="[]", family="holiday")
    assert code == 1
    assert "holiday" in said
    assert "leave_request" in said


def test_a_file_that_is_no_story_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "story.yaml").write_text("title: 只有标题\n", encoding="utf-8")
    done = dudao(tmp_path, "rehearse", str(tmp_path / "story.yaml"))
    assert done.returncode == 1
    assert "缺少" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
