"""Settings come from DUDAO_* variables alone, and a wrong one is never ignored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ops import settings
from ops.errors import Refusal

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


def test_without_variables_everything_lies_in_var_and_listens_on_loopback() -> None:
    found = settings.read({"PATH": "/bin"})
    assert found.database_url == "sqlite:///var/dudao.db"
    assert found.files_dir == Path("var/files")
    assert settings.is_loopback(found.host)


def test_each_variable_is_read_into_its_field() -> None:
    found = settings.read(
        {
            "DUDAO_DATABASE_URL": "postgresql://dudao:geheim@db/dudao",
            "DUDAO_FILES_DIR": "/srv/files",
            "DUDAO_PORT": " 8080 ",
            "DUDAO_HTTPS": "1",
            "DUDAO_LOG_LEVEL": "warning",
        }
    )
    assert found.files_dir == Path("/srv/files")
    assert found.port == 8080
    assert found.https is True
    assert found.log_level == "warning"
    assert found.sqlite_path is None


def test_the_password_of_the_database_is_never_shown() -> None:
    found = settings.read({"DUDAO_DATABASE_URL": "postgresql://dudao:geheim@db/dudao"})
    assert found.database_name == "postgresql://dudao:***@db/dudao"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("DUDAO_DATABSE_URL", "DUDAO_DATABASE_URL"),
        ("DUDAO_PROT", "DUDAO_PORT"),
        ("DUDAO_FILE_DIR", "DUDAO_FILES_DIR"),
        ("DUDAO_WORKERS", "DUDAO_WEB_WORKERS"),
        ("DUDAO_APTT", "DUDAO_APT"),
    ],
)
def test_an_unknown_name_is_refused_with_its_nearest_neighbour(given: str, meant: str) -> None:
    with pytest.raises(Refusal, match=f"{given}; did you mean {meant}") as caught:
        settings.read({given: "1"})
    assert caught.value.key == "setting.unknown"


def test_build_switches_are_known_names() -> None:
    assert settings.read({"DUDAO_APT": "1"}) == settings.Settings()


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("DUDAO_PORT", "0", "setting.number"),
        ("DUDAO_PORT", "65536", "setting.number"),
        ("DUDAO_PORT", "八千", "setting.number"),
        ("DUDAO_PORT", "８０００", "setting.number"),
        ("DUDAO_WEB_THREADS", "-1", "setting.number"),
        ("DUDAO_WORKER_BATCH", "1" * 40, "setting.number"),
        ("DUDAO_DATABASE_URL", "var/dudao.db", "setting.address"),
        ("DUDAO_DATABASE_URL", "mysql://u:p@db/dudao", "setting.backend"),
        ("DUDAO_DATABASE_URL", "postgresql://u:p@db:port/dudao", "setting.address"),
        ("DUDAO_HTTPS", "yes", "setting.choice"),
        ("DUDAO_LOG_LEVEL", "loud", "setting.choice"),
        ("DUDAO_HOST", "", "setting.empty"),
        ("DUDAO_FILES_DIR", " ", "setting.empty"),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, value: str, key: str) -> None:
    with pytest.raises(Refusal) as caught:
        settings.read({name: value})
    assert caught.value.key == key
    assert name in str(caught.value)


def test_a_refused_address_does_not_repeat_the_password() -> None:
    with pytest.raises(Refusal) as caught:
        settings.read({"DUDAO_DATABASE_URL": "postgresql://u:geheim@db:port/dudao"})
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_addresses_of_this_machine_are_loopback(host: str) -> None:
    assert settings.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "no-such-host.invalid"])  # noqa: S104
def test_other_addresses_are_not_loopback(host: str) -> None:
    assert not settings.is_loopback(host)


def test_every_name_that_the_project_speaks_of_is_known() -> None:
    spoken: set[str] = set()
    folders = [ROOT / name for name in (".ci", "api", "bench", "docs", "ops", "tests", "tools")]
    paths = [*ROOT.glob("*"), *(ROOT / "web").glob("*")]
    for path in [*paths, *(path for folder in folders for path in folder.rglob("*"))]:
        if path.is_file() and path.suffix in {"", ".py", ".ts", ".js", ".md", ".cfg"}:
            spoken |= set(re.findall(r"DUDAO_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
    misspelt_on_purpose = {"DUDAO_DATABSE_URL", "DUDAO_PROT", "DUDAO_FILE_DIR", "DUDAO_WORKERS"}
    misspelt_on_purpose |= {"DUDAO_APTT"}
    assert spoken - misspelt_on_purpose == settings.names() | settings.BUILD_SWITCHES


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(DUDAO_[A-Z_]+)`", text, flags=re.MULTILINE))
    assert documented == settings.names() | settings.BUILD_SWITCHES
