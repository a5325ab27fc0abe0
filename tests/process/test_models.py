"""The shipped models are valid, lead every token to an end, and say whose time runs by what law."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.process import drawing
from tests.process.drawing import BPMN, CAMUNDA, DUDAO, Drawing, kind

#: A model with more markings than this is no longer one that a person can read.
MOST_MARKINGS = 5_000

#: Words by which a timer names where its length comes from.
SOURCES = ("条例", "办法", "法", "津", "默认值，无法定期限")

#: Posts whose act is an approval; such a task never completes by itself.
APPROVERS = {"chief_inspector"} | {
    f"{level}_{post}"
    for level, posts in (
        ("city", ("gov_chair", "gov_vice", "office_head")),
        ("district", ("chair", "vice", "office_head")),
    )
    for post in posts
}

#: Where somebody is held to account, or is not: begun, found, measured, decided, corrected, appealed.
ACCOUNTABILITY = {
    "justify_late_start",
    "extend_facts",
    "decide_start",
    "approve_by_office_head",
    "approve_by_lead",
    "approve_by_chair",
    "approve_accountability",
    "publish_decision_notice",
    "choose_measures",
    "assess_joint_liability",
    "choose_joint_measures",
    "draft_correction",
    "draft_review_decision",
    "decide_appeal",
}

#: What ends a task some time after its own deadline has passed: ten days more to report a problem
#: (C3), a plan until the last limit is over (C1).
AFTER_THE_DEADLINE = {"rectify.problem_report", "plan.moot"}

Marking = tuple[tuple[str, int], ...]


@pytest.fixture(params=drawing.files(), ids=lambda path: path.stem)
def model(request: pytest.FixtureRequest) -> Drawing:
    path: Path = request.param
    return drawing.read(path)


def test_a_model_is_valid_bpmn(model: Drawing) -> None:
    package = find_spec("SpiffWorkflow")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).parents[1] / drawing.SCHEMA
    schema = etree.XMLSchema(etree.parse(str(path), drawing.parser()))
    assert schema.validate(model.root.getroottree()), str(schema.error_log)


def test_a_process_is_named_after_its_file_and_elements_in_snake_case(model: Drawing) -> None:
    assert model.process.get("id") == model.name
    for node_id in model.nodes:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", node_id), node_id


def test_exclusive_gateways_have_conditions_and_one_default(model: Drawing) -> None:
    for gateway in model.process.iter(f"{BPMN}exclusiveGateway"):
        flows = model.flows_from(gateway.get("id"))
        if len(flows) < 2:
            continue
        without = [f.get("id") for f in flows if f.find(f"{BPMN}conditionExpression") is None]
        assert without == [gateway.get("default")], gateway.get("id")
        assert all(f.get("name") for f in flows), gateway.get("id")


def test_every_timer_names_the_source_of_its_length(model: Drawing) -> None:
    for definition in model.process.iter(f"{BPMN}timerEventDefinition"):
        event = definition.getparent()
        text = event.findtext(f"{BPMN}documentation") or ""
        assert any(word in text for word in SOURCES), event.get("id")


def test_a_timer_that_closes_a_task_ends_with_the_task_s_own_deadline(model: Drawing) -> None:
    for event in model.process.iter(f"{BPMN}boundaryEvent"):
        host = model.nodes[event.get("attachedToRef")]
        key = event.get(f"{DUDAO}deadline")
        if key is None or event.get("cancelActivity") == "false":
            continue
        if key in AFTER_THE_DEADLINE:
            continue
        assert host.get(f"{DUDAO}deadline") == key, event.get("id")
        assert host.get(f"{DUDAO}deadlineFrom") == event.get(f"{DUDAO}deadlineFrom"), event.get(
            "id"
        )


def test_no_approval_is_closed_by_a_timer(model: Drawing) -> None:
    timed = {
        event.get("attachedToRef")
        for event in model.process.iter(f"{BPMN}boundaryEvent")
        if event.find(f"{BPMN}timerEventDefinition") is not None
        and event.get("cancelActivity") != "false"
    }
    for task in model.process.iter(f"{BPMN}userTask"):
        groups = set((task.get(f"{CAMUNDA}candidateGroups") or "none").split(","))
        if groups <= APPROVERS:
            assert task.get("id") not in timed
            assert task.get(f"{DUDAO}neverAuto") == "true", task.get("id")


def test_every_step_of_accountability_is_decided_by_people() -> None:
    """The rule of the deployment that guards them: tests/unit/engine/test_time_outs.py."""
    drawn = {
        task.get("id"): task.get(f"{DUDAO}neverAuto")
        for path in (drawing.ROOT / "processes/supervision/bpmn").glob("*.bpmn")
        for task in drawing.read(path).process.iter(f"{BPMN}userTask")
    }
    assert {key: drawn[key] for key in ACCOUNTABILITY} == dict.fromkeys(ACCOUNTABILITY, "true")
    # who decides by a form of approval is one of them, or approves what comes before
    before = {"approve_case", "decide_recusal", "approve_unannounced", "decide_extension"}
    decisions = {key for key in drawn if key.startswith(("approve_", "decide_", "choose_"))}
    assert decisions - ACCOUNTABILITY - before == {"decide_on_silence"}


def test_every_task_of_the_chain_cites_its_basis(model: Drawing) -> None:
    for task in model.process.iter(f"{BPMN}userTask"):
        if task.get(f"{CAMUNDA}formKey").startswith("supervision/"):
            assert task.get(f"{DUDAO}basis"), task.get("id")


def test_two_persons_close_a_problem() -> None:
    model = drawing.read(drawing.ROOT / "processes/supervision/bpmn/rectify_problem.bpmn")
    apart = model.nodes["confirm_closure"].get(f"{DUDAO}separateFrom").split(",")
    assert {"propose_closure", "verify_problem"} <= set(apart)


def test_who_signed_for_the_office_does_not_approve_the_accountability() -> None:
    model = drawing.read(drawing.ROOT / "processes/supervision/bpmn/decide_accountability.bpmn")
    task = model.nodes["approve_accountability"]
    apart = set(task.get(f"{DUDAO}separateFrom").split(","))
    assert {"decide_start", "approve_by_office_head", "submit_opinion"} <= apart
    assert task.get(f"{DUDAO}neverAuto") == "true"
    assert set(task.get(f"{CAMUNDA}candidateGroups").split(",")) == {
        "city_gov_chair",
        "city_gov_vice",
        "district_chair",
        "district_vice",
    }


def test_every_token_can_reach_an_end_and_none_is_left_behind(model: Drawing) -> None:
    """Plays every choice: each marking can still end, and an end leaves nothing running."""
    for scope in [model.process, *model.process.iter(f"{BPMN}subProcess")]:
        steps = _explore(scope)
        can_end = {marking for marking in steps if not marking}
        grown = True
        while grown:
            more = {m for m, following in steps.items() if m not in can_end and following & can_end}
            can_end |= more
            grown = bool(more)
        stuck = set(steps) - can_end
        assert not stuck, (model.name, sorted(stuck)[:3])


def _explore(scope: Any) -> dict[Marking, set[Marking]]:
    """Every marking of one scope (tokens waiting before a node) with those that may follow it."""
    net = _Net(scope)
    start = next(n.get("id") for n in net.nodes.values() if kind(n) == "startEvent")
    todo: list[Marking] = [((start, 1),)]
    steps: dict[Marking, set[Marking]] = {}
    while todo:
        marking = todo.pop()
        if marking in steps:
            continue
        steps[marking] = set(net.follow(marking))
        todo += steps[marking]
        assert len(steps) <= MOST_MARKINGS, "too many ways through this model"
    return steps


class _Net:
    """The token game of one scope. A token's place is the node it stands at, a join's its flow."""

    def __init__(self, scope: Any) -> None:
        self.nodes = {n.get("id"): n for n in scope if kind(n) in drawing.NODES}
        self.flows = {f.get("id"): f for f in scope.iterchildren(f"{BPMN}sequenceFlow")}
        self.out: dict[str, list[str]] = {n: [] for n in self.nodes}
        self.into: dict[str, list[str]] = {n: [] for n in self.nodes}
        for flow_id, flow in self.flows.items():
            self.out[flow.get("sourceRef")].append(flow_id)
            self.into[flow.get("targetRef")].append(flow_id)
        self.beside: dict[str, list[Any]] = {n: [] for n in self.nodes}
        for node in self.nodes.values():
            if kind(node) == "boundaryEvent":
                self.beside[node.get("attachedToRef")].append(node)

    def follow(self, marking: Marking) -> Iterator[Marking]:
        tokens = dict(marking)
        for place in tokens:
            if place in self.nodes:
                yield from self._step(tokens, place)
        for node_id, node in self.nodes.items():
            flows = self.into[node_id]
            if kind(node) == "parallelGateway" and len(flows) > 1 and set(flows) <= set(tokens):
                yield self._moved(tokens, flows, self.out[node_id])

    def _step(self, tokens: dict[str, int], place: str) -> Iterator[Marking]:
        node, out = self.nodes[place], self.out[place]
        if kind(node) in {"exclusiveGateway", "eventBasedGateway"}:
            for flow_id in out:
                yield self._moved(tokens, [place], [flow_id])
        else:
            yield self._moved(tokens, [place], out)
        for event in self.beside[place]:
            beyond = self.out[event.get("id")]
            if event.get("cancelActivity") != "false":
                yield self._moved(tokens, [place], beyond)
            elif not self._is_busy(tokens, event.get("id")):
                yield self._moved(tokens, [], beyond)

    def _is_busy(self, tokens: dict[str, int], event_id: str) -> bool:
        """A side path is still walked: it need not be walked twice at once to be understood."""
        todo, seen = [event_id], set()
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            todo += [self.flows[f].get("targetRef") for f in self.out[current]]
        return any(place in seen for place in tokens)

    def _moved(self, tokens: dict[str, int], taken: list[str], given: list[str]) -> Marking:
        counts = dict(tokens)
        for place in taken:
            counts[place] -= 1
        for flow_id in given:
            place = self._place_after(flow_id)
            counts[place] = counts.get(place, 0) + 1
            assert counts[place] == 1, f"two tokens at {place}"
        return tuple(sorted((place, n) for place, n in counts.items() if n))

    def _place_after(self, flow_id: str) -> str:
        target = self.flows[flow_id].get("targetRef")
        is_join = kind(self.nodes[target]) == "parallelGateway" and len(self.into[target]) > 1
        return flow_id if is_join else str(target)


def _parameters() -> dict[str, Any]:
    path = drawing.ROOT / "processes/supervision/deadlines.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_no_clock_is_shown_as_law_without_its_article_and_none_is_invented() -> None:
    document = _parameters()
    for row in [*document["deadlines"], *document["parameters"]]:
        if row["law"]:
            assert row["mark"] in {"V1", "V2"}, row["key"]
            assert row["basis"], row["key"]
        elif row["mark"] == "U":
            assert "未证实" in row["source"], row["key"]
        else:
            assert row["source"].startswith("默认值，无法定期限") or row["mark"] == "V2", row["key"]


def test_every_clock_has_a_start_and_says_whom_it_binds_and_what_a_lapse_means() -> None:
    rows = _parameters()["deadlines"]
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert row["unit"] in {"days", "working_days", "months", "hours", "minutes"}, row["key"]
        assert row["amount"] >= 0, row["key"]
        assert all(row[name] for name in ("name", "start_event", "binds", "on_lapse")), row["key"]


def test_a_clock_that_starts_when_the_task_arrives_is_given_no_other_day(model: Drawing) -> None:
    arriving = {
        row["key"] for row in _parameters()["deadlines"] if row["start_event"] == "任务到达"
    }
    assert arriving
    for task in model.process.iter(f"{BPMN}userTask"):
        if task.get(f"{DUDAO}deadline") in arriving:
            assert task.get(f"{DUDAO}deadlineFrom") is None, task.get("id")


def test_every_key_a_model_names_is_a_parameter() -> None:
    known = {row["key"] for row in _parameters()["deadlines"]}
    for path in drawing.files():
        if path.parts[-3] != "supervision":
            continue
        for element in drawing.read(path).process.iter():
            key = element.get(f"{DUDAO}deadline")
            assert key is None or key.startswith("${") or key in known, key
