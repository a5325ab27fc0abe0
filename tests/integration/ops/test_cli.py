"""The command `dudao`, run as a person would run it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import identity
from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine
from ops import migrate
from tests.factories import SYSTEM
from tests.integration.ops.programs import dudao, dudao_process, free_port, refuse, succeed
from tests.trees import ROOT

FAMILY = ROOT / "processes/leave_request"
PASSWORD = "a long sentence for tests"  # noqa: S105


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A folder with a migrated database."""
    assert migrate.head() in succeed(tmp_path, "migrate")
    return tmp_path


def test_migrating_again_changes_nothing(installation: Path) -> None:
    before = (installation / "var/dudao.db").read_bytes()
    succeed(installation, "migrate")
    assert (installation / "var/dudao.db").read_bytes() == before


def test_a_person_is_added_listed_and_given_a_new_password(installation: Path) -> None:
    succeed(installation, "user", "add", "zhang", "--name", "张三", "--stdin", typed=PASSWORD)
    assert succeed(installation, "user", "list") == "zhang\t张三\n"
    succeed(installation, "user", "password", "ZHANG", "--stdin", typed="another " + PASSWORD)


def test_the_same_person_cannot_be_added_twice(installation: Path) -> None:
    succeed(installation, "user", "add", "zhang", "--name", "张三", "--stdin", typed=PASSWORD)
    said = refuse(installation, "user", "add", "Zhang", "--name", "张三", "--stdin", typed=PASSWORD)
    assert "zhang" in said


def test_a_weak_password_is_refused_with_the_reason(installation: Path) -> None:
    said = refuse(installation, "user", "add", "zhang", "--name", "张三", "--stdin", typed="123\n")
    assert "12" in said
    assert succeed(installation, "user", "list") == "There are no users yet.\n"


@pytest.mark.parametrize("post", ["clerk", "clerk@", "@unit", "clerk@nowhere"])
def test_a_post_that_cannot_be_leaves_nobody_behind(installation: Path, post: str) -> None:
    arguments = ("user", "add", "zhang", "--name", "张三", "--post", post, "--stdin")
    refuse(installation, *arguments, typed=PASSWORD)
    assert succeed(installation, "user", "list") == "There are no users yet.\n"


def test_a_password_for_nobody_is_refused(installation: Path) -> None:
    said = refuse(installation, "user", "password", "nobody", "--stdin", typed=PASSWORD)
    assert "nobody" in said


def test_a_family_is_deployed_once_for_the_same_files(installation: Path) -> None:
    first = succeed(installation, "deploy", "leave_request", "--note", "first")
    assert "version 1" in first
    assert "unchanged" in succeed(installation, "deploy", "leave_request")


def test_an_edited_copy_is_deployed_from_its_folder_as_a_new_version(installation: Path) -> None:
    succeed(installation, "deploy", "leave_request")
    copy = Path(shutil.copytree(FAMILY, installation / "copy"))
    manifest = copy / "manifest.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert "version 2" in succeed(installation, "deploy", "copy")
    assert "version 3" in succeed(installation, "deploy", "leave_request")


def test_a_faulty_model_is_not_deployed_and_every_fault_is_listed(installation: Path) -> None:
    succeed(installation, "deploy", "leave_request")
    copy = Path(shutil.copytree(FAMILY, installation / "copy"))
    for model in (copy / "bpmn").iterdir():
        text = model.read_text(encoding="utf-8").replace("sourceRef=", "sourcRef=")
        model.write_text(text, encoding="utf-8")
    done = dudao(installation, "deploy", "copy")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) > len(list((copy / "bpmn").iterdir()))
    assert "nothing changed" in done.stdout
    assert "version 1" in succeed(installation, "deploy", "leave_request")


def test_an_unknown_family_is_refused_naming_the_known_ones(installation: Path) -> None:
    assert "leave_request" in refuse(installation, "deploy", "holiday")


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    assert "DUDAO_PORT" in refuse(tmp_path, "serve", DUDAO_PROT="80")


@pytest.mark.parametrize("command", ["serve", "worker", "deploy", "user"])
def test_without_a_database_every_command_asks_for_a_migration(
    tmp_path: Path, command: str
) -> None:
    arguments = {"deploy": ["leave_request"], "user": ["list"]}.get(command, [])
    assert "dudao migrate" in refuse(tmp_path, command, *arguments)


@pytest.mark.parametrize("command", ["serve", "worker", "start", "migrate"])
def test_a_corrupt_database_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/dudao.db").write_bytes(b"nonsense" * 1000)
    said = refuse(tmp_path, command, DUDAO_PORT=str(free_port()))
    assert "corrupt" in said
    assert (tmp_path / "var/dudao.db").read_bytes() == b"nonsense" * 1000


@pytest.mark.parametrize("locale", ["en_US.UTF-8", "zh_CN.UTF-8", "C"])
def test_help_is_said_in_the_language_of_the_terminal(tmp_path: Path, locale: str) -> None:
    done = dudao_process(tmp_path, "--help", LC_ALL=locale)
    assert done.returncode == 0
    assert ("Create or upgrade the database" in done.stdout) == locale.startswith("en")
    assert ("建立数据库" in done.stdout) == (not locale.startswith("en"))


def test_a_process_of_its_own_ends_the_same_way(tmp_path: Path) -> None:
    done = dudao_process(tmp_path, "serve", LC_ALL="C")
    assert done.returncode == 1
    assert done.stderr.startswith("dudao: 还没有数据库")
    assert done.stderr.count("\n") == 1


def test_a_wrong_argument_ends_with_two(tmp_path: Path) -> None:
    assert dudao(tmp_path, "frobnicate").returncode == 2


def test_demo_accounts_are_not_served_to_others_until_they_are_disabled(
    installation: Path,
) -> None:
    with engine_of(installation).begin(SYSTEM) as uow:
        identity.users.add(uow, username="demo", name="演示", password=PASSWORD, is_demo=True)
    outside = {"DUDAO_HOST": "192.0.2.1"}
    assert "1 demo accounts" in refuse(installation, "serve", **outside)
    assert succeed(installation, "user", "disable-demo") == "Disabled 1 demo accounts.\n"
    assert "cannot listen" in refuse(installation, "serve", **outside)
    assert "closed demo" in succeed(installation, "user", "list")


def engine_of(folder: Path) -> Engine:
    return Engine(Database(f"sqlite:///{folder}/var/dudao.db"), SystemClock())
