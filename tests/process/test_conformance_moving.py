"""What people do to tokens, in scopes that are rewritten: send back, move to another version."""

from __future__ import annotations

import pytest

from engine.spiff import run, state, trail, transfer
from tests.models import flows, user
from tests.process.conformance import RUNG, Live, Plays, end, start, sub

ON = sub(
    "on",
    start("heard", RUNG, attributes="isInterrupting='false'"),
    user("handle"),
    end("handled"),
    flows("heard>handle", "handle>handled"),
    attributes="triggeredByEvent='true'",
)
BODY = start() + user("first") + user("second") + end()
BODY += flows("start>first", "first>second", "second>end")


@pytest.mark.parametrize("play", ["live"], indirect=True)
def test_a_task_is_sent_back_within_a_scope_that_has_an_event_sub_process(play: Plays) -> None:
    case = play(BODY + ON)
    assert isinstance(case, Live)
    case.start()
    assert case.complete("first") == ["second"]
    [token] = [w.task for w in run.waiting(case.workflow) if w.kind == "user"]
    [(origin, level)] = list(trail.before(token))
    assert origin.task_spec.name == "first"
    trail.send_back(token, origin, level, again={})
    assert case.message("rung") == ["first", "handle"]
    case.complete("first")
    case.complete("second")
    assert case.complete("handle") == []
    assert case.ended()
    case.told("start", "first", "heard", "first", "second", "end", "handle", "handled", "on")


@pytest.mark.parametrize("play", ["live"], indirect=True)
def test_a_case_moves_to_a_version_with_the_same_event_sub_processes(play: Plays) -> None:
    case = play(BODY + ON)
    assert isinstance(case, Live)
    case.start()
    case.complete("first")
    assert case.message("rung") == ["handle", "second"]
    specs = case.workflow.subprocess_specs
    mapping = {
        (element.process_key, element.id): element.id
        for element in case.workflow.script_engine.bundle.elements.values()
    }
    outcome = transfer.transfer(state.dump(case.workflow), specs, specs, mapping)
    assert outcome.faults == []
    moved = state.load(outcome.content, specs, case.workflow.script_engine)
    transfer.settle(moved)
    case.workflow = moved
    assert case.signal("alarm") == ["handle", "second"]
    assert case.message("rung") == ["handle", "handle", "second"]
    for element in ("second", "handle"):
        case.complete(element)
    assert case.complete("handle") == []
    assert case.ended()
    done = ("handle", "handled", "on")
    case.told("start", "first", "heard", "heard", "second", "end", *done, *done)
