"""A text that shows nothing is no answer, whatever it is made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from forms.definition import parse
from forms.validation import check

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
FORM = parse(
    json.dumps(
        {
            "type": "default",
            "id": "one",
            "components": [
                {
                    "type": "textfield",
                    "key": "title",
                    "id": "title_1",
                    "label": "名称",
                    "validate": {"required": True, "maxLength": 50},
                }
            ],
        }
    ).encode()
)


@pytest.mark.parametrize(
    "text",
    [
        "\u200b\u200b",
        "\ufeff",
        "\u2060 \u200d",
        "\u3000\u00a0",
        "\u3164",
        "\u2800\u2800",
        "\u115f\u1160",
        "\u00ad",
    ],
    ids=ascii,
)
def test_invisible_characters_alone_do_not_fill_a_required_field(text: str) -> None:
    checked = check(FORM, {"title": text}, now=NOW)
    assert [(fault.pointer, fault.code) for fault in checked.faults] == [("/title", "required")]


@pytest.mark.parametrize("text", ["一\u200b", "\ue000", "𠮷", "0", ".", "👩\u200d🏫"], ids=ascii)
def test_one_visible_character_is_enough(text: str) -> None:
    checked = check(FORM, {"title": text}, now=NOW)
    assert checked.faults == ()
    assert checked.values["title"] == text
