"""The diagrams of the shipped models can be read: nothing hidden, nothing crossed, left to right."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tests.process import drawing
from tests.process.drawing import BPMN, CAMUNDA, Drawing, Line, kind

MOST_CROSSINGS = 2
SCREEN = (2500, 1250)
PADDING = 5
#: Pixels between a line and the side of a box it passes.
CLEARANCE = 4
#: The sign of a called or repeated activity stands at the foot of its box.
MARKER = 16


@pytest.fixture(params=drawing.files(), ids=lambda path: path.stem)
def drawn(request: pytest.FixtureRequest) -> Drawing:
    path: Path = request.param
    return drawing.read(path)


def test_every_element_is_drawn_once_and_nothing_else(drawn: Drawing) -> None:
    flows = {f.get("id") for f in drawn.process.iter(f"{BPMN}sequenceFlow")}
    pools = {p.get("id") for p in drawn.root.iter(f"{BPMN}participant")}
    assert set(drawn.boxes) == set(drawn.nodes) | set(drawn.lanes) | pools
    assert set(drawn.lines) == flows


def test_a_diagram_has_about_the_size_of_a_screen(drawn: Drawing) -> None:
    right = max(box.right for box in drawn.boxes.values())
    bottom = max(box.bottom for box in drawn.boxes.values())
    assert right <= SCREEN[0], right
    assert bottom <= SCREEN[1], bottom


def test_no_two_shapes_overlap(drawn: Drawing) -> None:
    overlapping = [
        (a, b)
        for a, b in combinations(drawn.nodes, 2)
        if drawn.boxes[a].overlaps(drawn.boxes[b]) and not _may_touch(drawn, a, b)
    ]
    assert overlapping == []


def _may_touch(drawn: Drawing, a: str, b: str) -> bool:
    """A boundary event sits on its activity, a node inside its sub-process."""
    for inner, outer in ((a, b), (b, a)):
        if drawn.nodes[inner].get("attachedToRef") == outer:
            return True
        if drawn.owner(inner) == outer:
            return drawn.boxes[outer].contains(drawn.boxes[inner])
    return False


def test_a_boundary_event_sits_on_the_border_of_its_activity(drawn: Drawing) -> None:
    for node_id, node in drawn.nodes.items():
        if kind(node) == "boundaryEvent":
            host = drawn.boxes[node.get("attachedToRef")]
            assert host.has_on_border(drawn.boxes[node_id].centre), node_id


def test_names_fit_inside_their_boxes(drawn: Drawing) -> None:
    for node_id, node in drawn.nodes.items():
        if kind(node) not in drawing.TASKS:
            continue
        box = drawn.boxes[node_id]
        assert 100 <= box.width <= 140, node_id
        assert box.height == 80, node_id
        has_marker = kind(node) == "callActivity" or _is_multiple(node)
        room = box.height - 2 * PADDING - (MARKER if has_marker else 0)
        lines = drawing.lines_of(node.get("name"), box.width - 2 * PADDING)
        assert len(lines) * drawing.LINE <= room, node.get("name")


def _is_multiple(node: object) -> bool:
    return node.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None  # type: ignore[attr-defined]  # an lxml element


def test_names_of_lanes_and_pools_fit_along_their_side(drawn: Drawing) -> None:
    pools = {p.get("id"): p for p in drawn.root.iter(f"{BPMN}participant")}
    for element_id, element in {**drawn.lanes, **pools}.items():
        assert drawing.width_of(element.get("name")) <= drawn.boxes[element_id].height, element_id


def test_texts_beside_shapes_are_as_wide_as_their_words(drawn: Drawing) -> None:
    flows = {f.get("id"): f for f in drawn.process.iter(f"{BPMN}sequenceFlow")}
    for owner, element in {**drawn.nodes, **flows}.items():
        name = element.get("name")
        if not name or kind(element) in drawing.TASKS | {"subProcess"}:
            continue
        assert owner in drawn.texts, f"{owner} has no place for its name"
        box = drawn.texts[owner]
        lines = drawing.lines_of(name, box.width)
        assert len(lines) * drawing.LINE <= box.height + 1, name


def test_texts_cover_no_shape_no_line_and_no_other_text(drawn: Drawing) -> None:
    covered: list[tuple[str, str]] = []
    for owner, text in drawn.texts.items():
        inside = drawn.owner(_node_of(drawn, owner))
        covered += [
            (owner, node_id)
            for node_id in drawn.nodes
            if node_id != inside and text.overlaps(drawn.boxes[node_id])
        ]
        covered += [
            (owner, line.id)
            for line in drawn.lines.values()
            if any(text.is_crossed_by(*segment) for segment in line.segments)
        ]
    covered += [
        (a, b) for a, b in combinations(drawn.texts, 2) if drawn.texts[a].overlaps(drawn.texts[b])
    ]
    assert covered == []


def _node_of(drawn: Drawing, owner: str) -> str:
    return drawn.lines[owner].source if owner in drawn.lines else owner


def test_lines_are_straight_or_square(drawn: Drawing) -> None:
    for line in drawn.lines.values():
        for (x1, y1), (x2, y2) in line.segments:
            assert x1 == x2 or y1 == y2, line.id


def test_lines_begin_and_end_on_the_shapes_they_join(drawn: Drawing) -> None:
    for line in drawn.lines.values():
        assert drawn.boxes[line.source].has_on_border(line.points[0]), line.id
        assert drawn.boxes[line.target].has_on_border(line.points[-1]), line.id


def test_lines_pass_through_no_shape(drawn: Drawing) -> None:
    through = [
        (line.id, node_id)
        for line in drawn.lines.values()
        for node_id in drawn.nodes
        if node_id not in _ends(drawn, line)
        and any(drawn.boxes[node_id].is_crossed_by(*segment) for segment in line.segments)
    ]
    assert through == []


def _ends(drawn: Drawing, line: Line) -> set[str | None]:
    """The shapes that a line may touch: its ends, and what they sit on or in."""
    ends: set[str | None] = {line.source, line.target, drawn.owner(line.source)}
    return ends | {drawn.nodes[line.source].get("attachedToRef")}


def test_lines_keep_off_the_borders_that_they_do_not_end_on(drawn: Drawing) -> None:
    """A line along the side of a box reads as part of the box."""
    along = [
        (line.id, node_id)
        for line in drawn.lines.values()
        for node_id in {line.source, line.target}
        for segment in _middle(line, node_id)
        if _grown(drawn.boxes[node_id], CLEARANCE).is_crossed_by(*segment)
    ]
    assert along == []


def _middle(line: Line, node_id: str) -> list[tuple[drawing.Point, drawing.Point]]:
    """The segments that do not touch this end of the line."""
    return line.segments[1:] if node_id == line.source else line.segments[:-1]


def _grown(box: drawing.Box, by: float) -> drawing.Box:
    return drawing.Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def test_at_most_two_lines_cross(drawn: Drawing) -> None:
    crossing = [
        (a.id, b.id)
        for a, b in combinations(drawn.lines.values(), 2)
        for one in a.segments
        for other in b.segments
        if _cross(one, other)
    ]
    assert len(crossing) <= MOST_CROSSINGS, crossing


def _cross(
    one: tuple[drawing.Point, drawing.Point], other: tuple[drawing.Point, drawing.Point]
) -> bool:
    """A level and an upright line that pass through each other."""
    level, upright = (one, other) if one[0][1] == one[1][1] else (other, one)
    if level[0][1] != level[1][1] or upright[0][0] != upright[1][0]:
        return False
    x, y = upright[0][0], level[0][1]
    low, high = sorted((level[0][0], level[1][0]))
    top, foot = sorted((upright[0][1], upright[1][1]))
    return low < x < high and top < y < foot


def test_lines_of_different_flows_do_not_run_on_top_of_each_other(drawn: Drawing) -> None:
    """Flows out of one node, or into one, may share a trunk; others may not."""
    shared = [
        (a.id, b.id)
        for a, b in combinations(drawn.lines.values(), 2)
        if a.source != b.source and a.target != b.target
        for one in a.segments
        for other in b.segments
        if _run_together(one, other)
    ]
    assert shared == []


def _run_together(
    one: tuple[drawing.Point, drawing.Point], other: tuple[drawing.Point, drawing.Point]
) -> bool:
    for across, along in ((0, 1), (1, 0)):
        if len({p[across] for p in (*one, *other)}) == 1:
            ends = [sorted((segment[0][along], segment[1][along])) for segment in (one, other)]
            return min(ends[0][1], ends[1][1]) > max(ends[0][0], ends[1][0])
    return False


def test_flows_mostly_go_to_the_right(drawn: Drawing) -> None:
    to_the_left = [
        line.id
        for line in drawn.lines.values()
        if drawn.boxes[line.target].centre[0] < drawn.boxes[line.source].centre[0]
    ]
    assert len(to_the_left) <= len(drawn.lines) / 4, to_the_left


def test_every_node_stands_in_its_lane(drawn: Drawing) -> None:
    lane_of = {
        (reference.text or "").strip(): lane_id
        for lane_id, lane in drawn.lanes.items()
        for reference in lane.iter(f"{BPMN}flowNodeRef")
    }
    for node_id in drawn.nodes:
        lane_id = lane_of.get(drawn.owner(node_id) or node_id)
        assert lane_id is not None, f"{node_id} has no lane"
        lane, (x, y) = drawn.boxes[lane_id], drawn.boxes[node_id].centre
        assert lane.x < x < lane.right, node_id
        assert lane.y < y < lane.bottom, node_id


def test_a_task_stands_in_the_lane_of_who_does_it(drawn: Drawing) -> None:
    for lane_id, lane in drawn.lanes.items():
        role = lane_id.removeprefix("lane_")
        for reference in lane.iter(f"{BPMN}flowNodeRef"):
            groups = drawn.nodes[(reference.text or "").strip()].get(f"{CAMUNDA}candidateGroups")
            if groups:
                assert role in groups.split(","), reference.text


def test_labels_are_chinese(drawn: Drawing) -> None:
    for element in [*drawn.nodes.values(), *drawn.lanes.values(), drawn.process]:
        name = element.get("name")
        if name:
            assert any("\u4e00" <= character <= "\u9fff" for character in name), name
        else:
            assert kind(element) in {"exclusiveGateway", "parallelGateway"}, element.get("id")
