"""Models that nobody draws: each is refused with its faults or runs, and none is a crash."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.repository import definitions
from processes.leave_request.package import PACKAGE
from tests.models import bpmn, family, flows

PATH = "bpmn/leave_request.bpmn"
VALUES = (None, "", " ", "nowhere", "leave_request", "= 1 +", "${", "x" * 5_000)
#: Of some 2 500 ways to spoil the model; all of them take a minute.
TRIED = 400


def spoilt() -> Iterator[tuple[str, Any]]:
    """The model with one attribute changed, or one element taken out, doubled or moved up."""
    root = etree.fromstring(PACKAGE.files[PATH])
    for diagram in root.findall("{*}BPMNDiagram"):
        root.remove(diagram)
    nodes = list(root.iter("{*}*"))
    ways = [
        (index, "set", name, value)
        for index, n in enumerate(nodes)
        for name in n.attrib
        for value in VALUES
    ]
    ways += [
        (index, way, "", None) for index in range(1, len(nodes)) for way in ("drop", "double", "up")
    ]
    for index, way, name, value in random.Random(7).sample(ways, TRIED):  # noqa: S311
        model = copy.deepcopy(root)
        node = list(model.iter("{*}*"))[index]
        if way == "set" and value is None:
            del node.attrib[name]
        elif way == "set":
            node.set(name, value)
        elif way == "drop":
            node.getparent().remove(node)
        elif way == "double":
            node.addnext(copy.deepcopy(node))
        else:
            model.append(node)
        yield f"{way} {etree.QName(node).localname} {name} {str(value)[:20]}", model


def test_a_spoilt_model_is_answered_with_its_faults() -> None:
    refused = 0
    for what, model in spoilt():
        found = definitions.check(PACKAGE, {**PACKAGE.files, PATH: etree.tostring(model)})
        refused += bool(found)
        assert all(fault.detail and fault.mend for fault in found), what
    assert refused > TRIED / 4


def test_what_the_library_alone_refuses_is_a_fault_too(tmp_path: Path) -> None:
    body = (
        "<startEvent id='start'/><scriptTask id='sum' scriptFormat='feel'"
        " camunda:resultVariable='n'><script>1</script><script>2</script></scriptTask>"
        "<endEvent id='end'/>" + flows("start>sum", "sum>end")
    )
    [fault] = definitions.check(family(tmp_path, bpmn("main", body)))
    assert fault.rule == "parser"
    assert "Script" in fault.detail


def test_a_fault_of_our_own_is_not_told_as_one_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = family(
        tmp_path,
        bpmn("main", "<startEvent id='start'/><endEvent id='end'/>" + flows("start>end")),
    )

    def broken(_files: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(definitions.cache, "build", broken)
    with pytest.raises(ZeroDivisionError):
        definitions.check(package)
