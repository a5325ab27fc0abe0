"""Models that nobody draws: each is refused with its faults or runs, and none is a crash."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.repository import definitions
from processes.leave_request.package import PACKAGE
from tests.models import bpmn, family, flows, user

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


BOMB = (
    '<!DOCTYPE definitions [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {one} "{f"&{other};" * 10}">' for other, one in pairwise("abcdefghij"))
    + "]><definitions>&j;</definitions>"
)
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'
LONG = "<startEvent id='start'/><endEvent id='end'/>" + flows("start>end: a" + " + a" * 110_000)
MANY = "".join(f"<userTask id='u{at}'/>" for at in range(100_000))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (BOMB, "unreadable"),
        (OUTSIDE, "unreadable"),
        (bpmn("main", MANY * 2), "unreadable"),  # more than 4 MB
        (bpmn("main", MANY), "too-many-nodes"),
        (bpmn("main", LONG), "too-many-expressions"),
        (bpmn("main", "<subProcess id='s'>" * 200 + "</subProcess>" * 200), "unreadable"),
    ],
    ids=["bomb", "outside", "large", "nodes", "expressions", "deep"],
)
def test_a_file_that_would_take_too_long_is_refused_at_once(
    tmp_path: Path, text: str, rule: str
) -> None:
    package = family(tmp_path, text)
    began = time.process_time()
    found = definitions.check(package)
    assert time.process_time() - began < 5
    assert rule in [fault.rule for fault in found]
    assert all(fault.mend and fault.consequence for fault in found)


def test_a_line_of_a_thousand_steps_is_taken(tmp_path: Path) -> None:
    steps = "".join(user(f"n{at}") + flows(f"n{at}>n{at + 1}") for at in range(1000))
    ends = "<startEvent id='start'/><endEvent id='n1000'/>" + flows("start>n0")
    assert definitions.check(family(tmp_path, bpmn("main", ends + steps))) == []
