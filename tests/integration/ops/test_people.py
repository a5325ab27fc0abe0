"""Organisations, posts and accounts at the command line, as the first Monday goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.ops.programs import dudao, refuse, succeed

ORGANISATIONS = (
    "单位代码,单位名称,类别,上级单位代码\nJ,教育局,unit,\nX1,一小,school,J\nX2,二小,school,J\n"
)
PEOPLE = "用户名,姓名,角色,单位代码,职务\nzhang,张三,applicant,J,科员\nlisi,李四,,,\n"
PASSWORD = "a long sentence for tests"  # noqa: S105


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    succeed(tmp_path, "migrate")
    (tmp_path / "organisations.csv").write_bytes(ORGANISATIONS.encode("gbk"))
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8-sig")
    return tmp_path


def test_the_lists_of_the_first_day_are_tried_and_then_taken(installation: Path) -> None:
    tried = succeed(installation, "organisation", "import", "organisations.csv", "--check")
    assert "4\tX2\tadded" in tried
    assert succeed(installation, "organisation", "list") == ""
    succeed(installation, "organisation", "import", "organisations.csv")
    assert succeed(installation, "organisation", "list", "--under", "J").split("\n")[0] == (
        "J\t教育局\tunit"
    )
    done = succeed(installation, "user", "import", "people.csv")
    code = done.split("\n")[0].split("\t")[3]
    assert len(code) == 20
    assert "applicant@J" in succeed(installation, "post", "list", "--user", "zhang")


def test_a_list_with_faults_is_told_row_by_row_and_not_taken(installation: Path) -> None:
    (installation / "people.csv").write_text(
        "用户名,姓名,角色,单位代码\nli,李四,emperor,J\n", "utf-8"
    )
    tried = dudao(installation, "user", "import", "people.csv", "--check")
    assert tried.returncode == 1
    assert "2\tli\tfaulty" in tried.stdout
    refuse(installation, "user", "import", "people.csv")
    (installation / "book.csv").write_bytes(b"PK\x03\x04")
    assert "CSV UTF-8" in refuse(installation, "organisation", "import", "book.csv")


def test_the_tree_is_renamed_moved_closed_and_opened(installation: Path) -> None:
    succeed(installation, "organisation", "import", "organisations.csv")
    succeed(installation, "organisation", "rename", "X1", "第一小学")
    succeed(installation, "organisation", "move", "X1", "X2")
    listed = succeed(installation, "organisation", "list", "--under", "X2").splitlines()
    assert [line.strip() for line in listed] == ["X2\t二小\tschool", "X1\t第一小学\tschool"]
    refuse(installation, "organisation", "move", "X2", "X1")
    assert "第一小学" in refuse(installation, "organisation", "close", "X2")
    succeed(installation, "organisation", "close", "X1")
    succeed(installation, "organisation", "close", "X2")
    refuse(installation, "organisation", "reopen", "X1")
    refuse(installation, "organisation", "add", "X3", "三小", "--kind", "school", "--parent", "X2")
    refuse(installation, "organisation", "rename", "nowhere", "x")


def test_posts_and_accounts_end_and_come_back(installation: Path) -> None:
    succeed(installation, "organisation", "import", "organisations.csv")
    added = succeed(installation, "user", "add", "zhang", "--name", "张三", "--activation")
    assert len(added.splitlines()[-1]) == 20
    given = succeed(installation, "post", "add", "zhang", "security_admin@J:科长")
    assert "security_admin@J" in given
    refuse(installation, "post", "add", "zhang", "audit_admin@J")
    refuse(installation, "post", "add", "zhang", "emperor@J")
    refuse(
        installation,
        "post",
        "add",
        "zhang",
        "applicant@J",
        "--from",
        "2099-01-02",
        "--until",
        "2099-01-01",
    )
    post_id = succeed(installation, "post", "list", "--organisation", "J").split("\t")[0]
    succeed(installation, "post", "close", post_id)
    refuse(installation, "post", "close", post_id)
    succeed(installation, "user", "change", "zhang", "--email", "zhang@example.org")
    refuse(installation, "user", "change", "zhang", "--email", "nothing")
    assert "zhang" in succeed(installation, "user", "close", "zhang")
    refuse(installation, "user", "activation", "zhang")
    succeed(installation, "user", "reopen", "zhang")
    succeed(installation, "user", "activation", "zhang")
    succeed(installation, "user", "password", "zhang", "--stdin", typed=PASSWORD)
    refuse(installation, "user", "activation", "zhang")
