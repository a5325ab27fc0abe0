"""Whatever a model has lost, doubled or put in a wrong place, it is decided or refused."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import dmn
from feel import Budget
from tests.unit.dmn.elements import ELEMENTS, Element

NAMES = sorted({each.name.partition("@")[0] for each in ELEMENTS} | {"text", "in", "match", "if"})
TEXTS = ["", "x", "d", "#d", "#base", "tLevel", "number", "1 +", "a - b", "[1..", "not(", "\u202e"]
changes = st.lists(
    st.tuples(
        st.sampled_from(["remove", "double", "rename", "text", "attribute", "move"]),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, steps: list[tuple[str, int, int]]) -> bytes:
    root = etree.fromstring(content)
    for kind, one, other in steps:
        inner = [each for each in root.iter() if each is not root]
        if not inner:
            break
        element = inner[one % len(inner)]
        parent = element.getparent()
        if parent is None:
            continue
        if kind == "remove":
            parent.remove(element)
        elif kind == "double":
            parent.append(deepcopy(element))
        elif kind == "rename":
            space = etree.QName(element).namespace
            element.tag = f"{{{space}}}{NAMES[other % len(NAMES)]}"
        elif kind == "text":
            element.text = TEXTS[other % len(TEXTS)]
        elif kind == "move":
            inner[other % len(inner)].append(deepcopy(element))
        elif element.attrib:
            name = sorted(element.attrib)[other % len(element.attrib)]
            element.set(name, TEXTS[other % len(TEXTS)])
    return etree.tostring(root)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(ELEMENTS), changes, st.booleans())
def test_a_damaged_model_is_decided_or_refused(
    element: Element, steps: list[tuple[str, int, int]], is_lenient: bool
) -> None:
    content = changed(element.content, steps)
    budget = Budget(steps=20_000, bytes=200_000)
    try:
        decisions = dmn.parse(content, is_lenient=is_lenient)
    except dmn.DecisionError as refused:
        assert all(fault.what for fault in refused.faults)  # noqa: PT017 (either way will do)
        return
    for key in decisions.ids:
        try:
            decisions.decide(key, {"x": "2026-03-01", "score": 85}, budget=budget)
        except dmn.DecisionError as refused:
            assert refused.faults  # noqa: PT017 (either way will do)
