"""The examples of docs/forms.md are forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forms.definition import fields, parse
from forms.item import _PROPERTIES
from forms.reader import Reader

PAGE = (Path(__file__).parents[3] / "docs" / "forms.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_can_be_published(example: str) -> None:
    assert fields(parse(example.encode()))


def test_the_page_names_every_component_and_property() -> None:
    assert len(EXAMPLES) == 2
    for name in [*Reader()._readers(), *_PROPERTIES]:
        assert f"`{name}`" in PAGE, name
