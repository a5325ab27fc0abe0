"""The table of honoured attributes is what the engine reads, and what the check knows."""

from __future__ import annotations

import json
import os
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


MODELLER = Path(__file__).parents[3] / "web" / "src" / "modeler" / "dialect.json"


def test_the_modeller_knows_this_table() -> None:
    """Its menus and its panel are tested against the file; DUDAO_DIALECT=1 writes it anew."""
    table = {
        "elements": {
            kind: [{"key": each.key, "on": each.on} for each in dialect.of_element(kind)]
            for kind in sorted(dialect.NODES)
        },
        "events": {
            kind: sorted(names) for kind, names in sorted(dialect.EVENT_DEFINITIONS.items())
        },
        "event_sub_starts": sorted(dialect.EVENT_SUB_STARTS),
    }
    text = json.dumps(table, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("DUDAO_DIALECT"):
        MODELLER.write_text(text, "utf-8")
    assert MODELLER.read_text("utf-8") == text
