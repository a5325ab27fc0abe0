"""Each element of DMN does what it is for: without it the model comes to something else.

docs/dmn.md is made from the same list, and names these tests.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

import dmn
from dmn.document import local_name
from feel.values import Value
from tests.unit.dmn.elements import ELEMENTS, Element, State, rows

PAGE = (Path(__file__).parents[3] / "docs" / "dmn.md").read_text(encoding="utf-8")


def of(state: State) -> list[object]:
    return [pytest.param(each, id=each.name) for each in ELEMENTS if each.state == state]


def value(content: bytes, element: Element) -> Value:
    return dmn.parse(content).evaluate("d", element.given)


def without(element: Element) -> bytes:
    """The model with the element, or its attribute, taken out everywhere."""
    root = etree.fromstring(element.content)
    name, _, attribute = element.name.partition("@")
    for found in [each for each in root.iter() if local_name(each) == name]:
        if attribute:
            found.attrib.pop(attribute.partition("=")[0], None)
        elif (parent := found.getparent()) is not None:
            parent.remove(found)
    return etree.tostring(root)


@pytest.mark.parametrize("element", of("runs"))
def test_runs(element: Element) -> None:
    assert value(element.content, element) == element.expected
    try:
        left = value(without(element), element)
    except dmn.DecisionError:
        return
    assert left != element.expected


@pytest.mark.parametrize("element", of("drawn"))
def test_drawn(element: Element) -> None:
    assert without(element) != etree.tostring(etree.fromstring(element.content))
    assert value(element.content, element) == element.expected
    assert value(without(element), element) == element.expected


@pytest.mark.parametrize("element", of("refused"))
def test_refused(element: Element) -> None:
    with pytest.raises(dmn.DecisionError) as refused:
        dmn.parse(element.content)
    assert all(fault.mend for fault in refused.value.faults)


def test_the_page_has_the_table_that_this_list_makes() -> None:
    written = [line for line in PAGE.splitlines() if line.startswith("| `")]
    table = [line for line in written if "test_" in line and "[" in line]
    assert table == rows(), "python -m tests.unit.dmn.elements prints the table"


def test_the_tests_that_the_page_names_exist() -> None:
    folder = Path(__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", PAGE)
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in sources] == []
