"""A BPMN file as a drawing: boxes, lines and the texts beside them. Read by the tests on drawings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).parents[2]
SCHEMA = "SpiffWorkflow/bpmn/parser/schema/BPMN20.xsd"

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DUDAO = "{https://dudao.example/bpmn}"

TASKS = frozenset({"userTask", "serviceTask", "scriptTask", "businessRuleTask", "callActivity"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "eventBasedGateway"})
NODES = TASKS | EVENTS | GATEWAYS | {"subProcess"}

#: A Chinese character is as wide as its font size, a Latin one about 0.6 of it.
FONT = 12
LINE = 14

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return (self.x + self.width / 2, self.y + self.height / 2)

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def contains(self, other: Box) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def has_on_border(self, point: Point) -> bool:
        x, y = point
        on_side = x in (self.x, self.right) and self.y <= y <= self.bottom
        return on_side or (y in (self.y, self.bottom) and self.x <= x <= self.right)

    def is_crossed_by(self, start: Point, end: Point) -> bool:
        """Whether a level or upright line passes through the inside."""
        low = (min(start[0], end[0]), min(start[1], end[1]))
        high = (max(start[0], end[0]), max(start[1], end[1]))
        return (
            low[0] < self.right and high[0] > self.x and low[1] < self.bottom and high[1] > self.y
        )


@dataclass(frozen=True, kw_only=True)
class Line:
    """A sequence flow as drawn."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]

    @property
    def segments(self) -> list[tuple[Point, Point]]:
        return list(pairwise(self.points))


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One process file: its elements, and where they stand."""

    name: str
    root: Any
    process: Any
    nodes: dict[str, Any]  # id → flow node, those inside sub-processes too
    boxes: dict[str, Box]  # id → shape of a node, lane or pool
    texts: dict[str, Box]  # id → label of an event, gateway or flow
    lines: dict[str, Line]
    lanes: dict[str, Any] = field(default_factory=dict)

    def flows_from(self, node_id: str) -> list[Any]:
        return [
            f for f in self.process.iter(f"{BPMN}sequenceFlow") if f.get("sourceRef") == node_id
        ]

    def owner(self, node_id: str) -> str | None:
        """The sub-process in which a node stands."""
        parent = self.nodes[node_id].getparent()
        return str(parent.get("id")) if parent.tag == f"{BPMN}subProcess" else None


def kind(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def parser() -> Any:
    """No entities, no DTD, no network, no huge trees."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def width_of(text: str) -> float:
    return sum(FONT if ord(character) > 0x2E80 else FONT * 0.6 for character in text)


def lines_of(text: str, width: float) -> list[str]:
    """The text wrapped as an editor does it: at any Chinese character."""
    found = [""]
    for character in text:
        if found[-1] and width_of(found[-1] + character) > width:
            found.append("")
        found[-1] += character
    return found


def files() -> list[Path]:
    return sorted((ROOT / "processes").glob("*/bpmn/*.bpmn"))


@lru_cache(maxsize=100)
def read(path: Path) -> Drawing:
    root = etree.fromstring(path.read_bytes(), parser())
    processes = root.findall(f"{BPMN}process")
    assert len(processes) == 1, "one process per file"
    process = processes[0]
    boxes: dict[str, Box] = {}
    texts: dict[str, Box] = {}
    lines: dict[str, Line] = {}
    flows = {f.get("id"): f for f in process.iter(f"{BPMN}sequenceFlow")}
    for shape in root.iter(f"{BPMNDI}BPMNShape", f"{BPMNDI}BPMNEdge"):
        owner = shape.get("bpmnElement")
        label = shape.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
        if label is not None:
            texts[owner] = _box(label)
        if kind(shape) == "BPMNShape":
            assert owner not in boxes, f"{owner} is drawn twice"
            boxes[owner] = _box(shape.find(f"{DC}Bounds"))
        else:
            assert owner not in lines, f"{owner} is drawn twice"
            lines[owner] = Line(
                id=owner,
                source=flows[owner].get("sourceRef"),
                target=flows[owner].get("targetRef"),
                points=tuple(
                    (float(p.get("x")), float(p.get("y"))) for p in shape.iter(f"{DI}waypoint")
                ),
            )
    return Drawing(
        name=path.stem,
        root=root,
        process=process,
        nodes={e.get("id"): e for e in process.iter() if kind(e) in NODES},
        boxes=boxes,
        texts=texts,
        lines=lines,
        lanes={lane.get("id"): lane for lane in process.iter(f"{BPMN}lane")},
    )


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
