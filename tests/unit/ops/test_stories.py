"""Stories are read strictly; what is wrong is said with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ops import stories
from ops.stories import StoryError

HEAD = """
title: 一个案件
source: 公开通报
fiction: 其余
family: leave_request
starts: 2026-03-02
start: {by: ada, values: {reason: annual}}
"""


def read(folder: Path, text: str) -> stories.Story:
    path = folder / "story.yaml"
    path.write_text(text, encoding="utf-8")
    return stories.read(path)


def test_a_story_is_read_with_its_routine_and_steps(tmp_path: Path) -> None:
    story = read(
        tmp_path,
        HEAD
        + """
routine:
  approve: {by: cai, values: {outcome: approved}, upload: {scan: 扫描件.pdf}}
steps:
  - complete: [approve, sign]
    on: 2026-03-03
  - complete: approve
    by: bob
    refused: not-allowed
  - wait_until: 2026-04-01
    note: 什么也没有发生
  - expect: {waiting: [sign]}
    of: 复核
  - start: {by: bob}
""",
    )
    first, refused, waited, expected, other = story.steps
    assert story.routine["approve"].upload == {"scan": "扫描件.pdf"}
    assert first.complete == ("approve", "sign")
    assert first.each
    assert first.on is not None
    assert (first.on.date(), first.on.hour) == (date(2026, 3, 3), 10)
    assert (refused.refused, refused.each) == ("not-allowed", False)
    assert waited.note == "什么也没有发生"
    assert (expected.expect, expected.of) == ({"waiting": ["sign"]}, "复核")
    assert other.start is not None
    assert other.start.by == "bob"


def test_yes_and_no_are_answers_and_only_true_and_false_are_truth_values(tmp_path: Path) -> None:
    story = read(
        tmp_path,
        HEAD + "steps: [{complete: decide, values: {liable: yes, started: no, sure: true}}]",
    )
    assert story.steps[0].values == {"liable": "yes", "started": "no", "sure": True}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x", "缺少"),
        ("- a", "键值"),
        (HEAD + "steps: {}", "列表"),
        (HEAD + "steps: [{complete: a, wait_until: 2026-01-01}]", "写一个"),
        (HEAD + "steps: [{note: 只有说明}]", "写一个"),
        (HEAD + "steps: [{complete: a, by: x, whom: y}]", "whom"),
        (HEAD + "steps: [{wait_until: 2026-01-01, by: x}]", "by"),
        (HEAD + "steps: [{wait_until: 明天}]", "明天"),
        (HEAD + "steps: [{complete: a, values: 3}]", "键值"),
        (HEAD + "steps: [{complete: a, values: [3]}]", "键值"),
        (HEAD + "steps: [approve]", "键值"),
        (HEAD + "steps: [{complete: }]", "任务的 id"),
        (HEAD + "steps: [{complete: []}]", "空的"),
        (HEAD + "steps: [{complete: [[a]]}]", "任务的 id"),
        (HEAD + "steps: [{complete: a, each: no}]", "true 或 false"),
        (HEAD + "steps: [{wait_until: 2026-02-30}]", "YAML"),
        (HEAD + "steps: [{wait_until: '2026-02-30'}]", "不是日期"),
        (HEAD + "steps: [{wait_until: 5}]", "不是日期"),
        (HEAD + "steps: [{start: {values: {}}}]", "谁发起"),
        (HEAD + "steps: [{start: {by: x, of: y}}]", "of"),
        (HEAD + "steps: []\nroutine: [a]", "键值"),
        (HEAD + "steps: []\nstarts: 2026-03-03", "两次"),
        (HEAD + "steps: []\nroutine: {a: {on: 2026-01-01}}", "on"),
        (HEAD + "steps: []\nextra: 1", "extra"),
        (HEAD + "steps: [&a {complete: x}, *a]", "别名"),
        (HEAD + "steps: [", "YAML"),
        ("a: !!python/object/apply:os.system [ls]", "YAML"),
        ("[" * 5000, "YAML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StoryError, match=said):
        read(tmp_path, text)


def test_a_story_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(StoryError, match="KB"):
        read(tmp_path, HEAD + "steps: []\n" + "#" * stories.MAX_BYTES)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_bytes(b"title: \xff\xfe")
    with pytest.raises(StoryError, match="YAML"):
        stories.read(path)


def test_a_moment_keeps_its_hour_and_its_zone(tmp_path: Path) -> None:
    story = read(
        tmp_path,
        HEAD
        + "steps: [{wait_until: 2026-03-05 16:30:00}, {wait_until: '2026-03-05T16:30:00+00:00'}]",
    )
    local, given = (step.wait_until for step in story.steps)
    assert local is not None
    assert given is not None
    assert local.utcoffset() == story.starts.utcoffset()
    assert (given - local).total_seconds() == 8 * 3600


LATER = "title: 后来\nsource: 另一则\nfiction: 也是\n"


def continued(folder: Path, text: str) -> stories.Story:
    """A story beside HEAD's, which is called story.yaml."""
    read(
        folder, HEAD + "routine: {approve: {by: cai}, sign: {by: bob}}\nsteps: [{complete: first}]"
    )
    path = folder / "later.yaml"
    path.write_text(text, encoding="utf-8")
    return stories.read(path)


def test_a_story_that_continues_another_has_its_beginning_and_both_their_steps(
    tmp_path: Path,
) -> None:
    story = continued(
        tmp_path,
        LATER + "continues: story\nroutine: {sign: {by: eve}}\nsteps: [{complete: second}]",
    )
    assert (story.title, story.source, story.family) == ("后来", "另一则", "leave_request")
    assert [step.complete for step in story.steps] == [("first",), ("second",)]
    assert [step.place for step in story.steps] == ["story.yaml 第 1 步", "later.yaml 第 1 步"]
    assert (story.routine["approve"].by, story.routine["sign"].by) == ("cai", "eve")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LATER + "continues: ../story\nsteps: []", "同一文件夹"),
        (LATER + "continues: /etc/passwd\nsteps: []", "同一文件夹"),
        (LATER + "continues: later\nsteps: []", "缺少"),
        (LATER + "continues: story\nstarts: 2026-01-01\nsteps: []", "starts"),
    ],
)
def test_a_story_continues_only_a_whole_one_beside_it(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StoryError, match=said):
        continued(tmp_path, text)


def test_the_story_to_continue_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="elsewhere"):
        continued(tmp_path, LATER + "continues: elsewhere\nsteps: []")
