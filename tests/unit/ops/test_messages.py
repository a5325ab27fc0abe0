"""The command line speaks Chinese, and English where the locale asks for it."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from engine.identity import imports
from ops import messages

ROOT = Path(__file__).resolve().parents[3]


def set_locale(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    for name in ("LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    "names", [{}, {"LANG": "C.UTF-8"}, {"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "C", "LANG": "en_GB"}]
)
def test_chinese_is_spoken_by_default(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str]
) -> None:
    set_locale(monkeypatch, **names)
    assert messages.text("start.stop_hint") == "按 Ctrl-C 停止。"
    assert messages.said("没有这个案件。") == "没有这个案件。"


@pytest.mark.parametrize("names", [{"LANG": "en_US.UTF-8"}, {"LC_ALL": "en", "LANG": "zh_CN"}])
def test_english_is_spoken_where_the_locale_is_english(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str]
) -> None:
    set_locale(monkeypatch, **names)
    assert messages.text("start.stop_hint") == "Press Ctrl-C to stop."
    assert messages.said("没有这个案件。") == "There is no such case."


@pytest.mark.parametrize("key", sorted(messages.TEXTS))
def test_both_languages_take_the_same_values(key: str) -> None:
    chinese, english = messages.TEXTS[key]
    assert placeholders(chinese) == placeholders(english)


def test_every_text_is_said_somewhere_and_every_text_said_is_there() -> None:
    said: set[str] = set()
    for path in (ROOT / "ops").glob("*.py"):
        if path.name != "messages.py":
            said |= set(re.findall(r'"([a-z]+(?:\.[a-z_]+)+)"', path.read_text(encoding="utf-8")))
    # the severity of a fault completes this key
    said |= {"fault.error", "fault.warning"}
    # and what became of a row of an imported file this one
    said |= {f"import.{outcome}" for outcome in imports.OUTCOMES}
    assert set(messages.TEXTS) - said == set()
    assert {key for key in said if key.split(".")[0] in tops()} - set(messages.TEXTS) == set()


def tops() -> set[str]:
    return {key.split(".")[0] for key in messages.TEXTS} - {"ops"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
