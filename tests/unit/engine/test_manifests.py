"""What a manifest says wrongly is listed before a deployment; nothing in it is ignored in silence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.package import ProcessPackage, discover, parse_manifest
from engine.repository import definitions, manifests
from tests.models import MANIFEST, bpmn, family, flows

TEXT = MANIFEST.format(family="tests", start="main", entries="")
LINE = "<startEvent id='start'/><endEvent id='end'/>" + flows("start>end")
ROW = TEXT[TEXT.index("[[deadlines]]") :]


@pytest.mark.parametrize("package", discover(), ids=lambda found: found.family)
def test_the_families_shipped_say_nothing_wrong(package: ProcessPackage) -> None:
    files = package.files
    assert manifests.faults(files["manifest.toml"], files.get("deadlines.toml")) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[family]", "[family]\ncolour = 1", "family 不认识 colour"),
        ('key = "tests"', "key = 7", "family 的 key 应是文本"),
        ("[family]", "[famly]", "不认识 famly"),
        ("[family]", "[famly]", "缺少 family"),
        ("[roles.staff]", "[role.staff]", "不认识 role"),
        ("[roles.staff]", "[roles]\nclerk = 1\n[roles.staff]", "roles.clerk 应是表"),
        ("needs_notice = true", "need_notice = true", "relations.unit 不认识 need_notice"),
        ("needs_notice = true", 'needs_notice = "yes"', "needs_notice 应是true 或 false"),
        ('["unit", "public"]', '["unit", "all"]', "audiences 应是 internal、unit"),
        ('["unit", "public"]', "[1]", "relations.unit 的 audiences"),
        ('["unit", "public"]', '"unit"', "relations.unit 的 audiences"),
        ("law = false", 'law = false\ndirecton = "before"', "answer  不认识 directon"),
        ("law = false", 'law = false\ndirection = "back"', "direction 应是 before、after 之一"),
        ("amount = 5", 'amount = "5"', "amount 应是整数"),
        ("amount = 5", "amount = true", "amount 应是整数"),
        ("amount = 5", "amount = -5", "期限不能是负数"),
        ("[[deadlines]]", "[deadlines]", "[[deadlines]]"),
        ('mark = "C"', "", "缺少 mark"),
        ("[family]", "[family", "不是 TOML"),
        ("[family]", "[messages.x]\nname='x'\nrelation='unit'\n[family]", "不认识 relation"),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(old: str, new: str, expected: str) -> None:
    assert old in TEXT
    found = manifests.faults(TEXT.replace(old, new, 1).encode())
    assert any(expected in detail for _, detail in found), found


@pytest.mark.parametrize("entry", ["kinds = []\nafter_days = 1", 'kinds = ["x"]\nafter_days = -1'])
def test_a_rule_that_lets_everything_or_nothing_go_is_refused(entry: str) -> None:
    rule = f'[redactions.old]\nname = "旧"\n{entry}\n'
    with pytest.raises(ValueError, match=r"redactions\.old needs"):
        parse_manifest((TEXT + rule).encode())
    assert manifests.faults(f'{TEXT}[redactions.old]\nname = "旧"\n'.encode()) != []


@pytest.mark.parametrize("text", [b"\xff", b"family = 1", b"roles = []", b"[family]", b""])
def test_what_is_no_manifest_at_all_is_a_fault_of_the_package(tmp_path: Path, text: bytes) -> None:
    package = family(tmp_path, bpmn("main", LINE))
    found = definitions.check(package, {**package.files, "manifest.toml": text})
    assert {fault.rule for fault in found} == {"bad-manifest"}
    assert {fault.file for fault in found} == {"manifest.toml"}


def test_a_table_of_the_domain_beside_the_deadlines_is_its_own() -> None:
    rows = ROW + '\n[[moons]]\nkey = "routine.month"\nvalue = 1\n'
    head = TEXT.removesuffix(ROW)
    assert manifests.faults(head.encode(), rows.encode()) == []
    wrong = rows.replace("amount", "ammount")
    assert {file for file, _ in manifests.faults(head.encode(), wrong.encode())} == {
        "deadlines.toml"
    }


def test_a_period_before_its_event_counts_back() -> None:
    before = parse_manifest(TEXT.replace("amount = 5", 'amount = 5\ndirection = "before"').encode())
    assert before.deadlines["answer"].amount == -5
    after = parse_manifest(TEXT.replace("amount = 5", 'amount = 5\ndirection = "after"').encode())
    assert after.deadlines == parse_manifest(TEXT.encode()).deadlines


def test_a_stored_manifest_with_an_entry_that_is_unknown_today_is_still_read() -> None:
    old = parse_manifest(TEXT.replace("[family]", "[family]\nretired = 1").encode())
    assert replace(old) == parse_manifest(TEXT.encode())
