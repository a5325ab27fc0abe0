"""The table of honoured attributes is what the engine reads, and what the check knows."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.repository import definitions
from engine.spiff import dialect, model, signing
from engine.spiff.names import NSMAP
from processes.leave_request.package import PACKAGE


def test_every_attribute_of_the_table_is_read_off_an_element() -> None:
    """Changing it alone changes the element that is read, or the check asks for it."""
    read_elsewhere = {"scriptFormat", "bpmn:script", "calledElement"}
    for each in dialect.ATTRIBUTES:
        if each.key in read_elsewhere or each.on != dialect.ELEMENT:
            continue
        prefix, _, plain = each.key.partition(":")
        value = next(
            (other for other in each.choices or {} if other != each.default),
            "7" if each.type == "integer" else "x",
        )
        kind = next(iter(each.elements))
        node: Any = etree.Element(f"{{{NSMAP['bpmn']}}}{kind}", id="one")
        before = model.read(node, "p")
        node.set(f"{{{NSMAP[prefix]}}}{plain}", value)
        assert model.read(node, "p") != before, each.key


def test_what_the_table_leaves_to_choose_is_what_the_engine_takes() -> None:
    assert tuple(dialect.SEND_BACK) == model.SEND_BACK
    assert set(dialect.ELEMENT_NAMES) == dialect.NODES
    assert {each.key.rpartition("/")[2] for each in dialect.sign_off()} == {
        *signing.CHOICES,
        *signing.TEXTS,
    }
    assert len(fields(dialect.Attribute)) == 11


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ('<bpmn:startEvent id="', 'dudao:sendBack="none"'),
        ("<bpmn:exclusiveGateway ", 'dudao:basis="x"'),
    ],
)
def test_an_attribute_where_nothing_reads_it_is_told_and_stops_nothing(
    element: str, said: str
) -> None:
    path = "bpmn/leave_request.bpmn"
    drawn = PACKAGE.files[path].decode()
    assert element in drawn
    tag = element.split()[0]
    changed = drawn.replace(tag + " ", f"{tag} {said} ", 1).encode()
    found = definitions.check(PACKAGE, {**PACKAGE.files, path: changed})
    assert [(each.rule, each.severity) for each in found] == [("attribute-here", "warning")]
    definitions.require_faultless(PACKAGE, {**PACKAGE.files, path: changed})
    assert Path(found[0].file) == Path(path)
