"""The office's own rules of redaction are read whole, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.package import Redaction, discover
from ops import retention
from ops.errors import Refusal
from ops.settings import Settings

RULE = """
[leave_request.words]
name = "意见保存期满"
kinds = ["task.commented"]
after_days = 30
ground = "本单位档案保管期限表"
"""


def read(path: Path) -> dict[str, Redaction]:
    families = [found for found in discover() if found.family == "leave_request"]
    [package] = retention.with_own_rules(Settings(redactions=path), families)
    return dict(package.redactions)


def test_a_rule_of_the_office_stands_beside_those_of_the_family(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULE, "utf-8")
    rule = read(path)["words"]
    assert (rule.after_days, rule.kinds, rule.files) == (30, {"task.commented"}, False)
    assert rule.ground == "本单位档案保管期限表"
    plain = discover()
    assert retention.with_own_rules(Settings(), plain) == plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[leave", "rules.toml"),
        (RULE.replace("leave_request", "leaf_request"), "leave_request"),
        (RULE.replace('ground = "本单位档案保管期限表"', ""), "leave_request.words"),
        (RULE.replace("after_days = 30", "after_days = -1"), "leave_request.words"),
        (RULE.replace("after_days = 30", "after_days = true"), "leave_request.words"),
        (RULE.replace('["task.commented"]', "[]"), "leave_request.words"),
        (RULE + "for_ever = true\n", "leave_request.words"),
        ("leave_request = 7\n", "leave_request."),
    ],
)
def test_a_rule_that_is_not_whole_is_refused_by_its_name(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Refusal) as refused:
        read(path)
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        read(tmp_path / "nowhere.toml")
    assert "nowhere.toml" in str(refused.value)
