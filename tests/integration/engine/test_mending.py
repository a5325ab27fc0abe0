"""Mending a running case: what an operator may do, with whom, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from engine import instances, runner, tasks
from engine.actor import Actor
from engine.administration import duties, journal, proposals
from engine.clock import ManualClock
from engine.errors import Conflict, EngineError, Invalid, NotAllowed, NotFound
from engine.operating import incidents, mending, operator_sight, retries
from engine.operating.mend_plans import Plan
from engine.package import Handler, StepContext
from engine.permission import recusals
from engine.tables import Event, EventPayload, Incident, Organisation, Task
from tests import factories, models
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import flows, service, user

START, END = "<startEvent id='start'/>", "<endEvent id='end'/>"
SECOND = 'second_persons = ["head"]\n'
PAPER = models.bpmn(
    "main",
    START
    + user("write", extra="dudao:deadline='answer'")
    + user("check", group="head")
    + service("print", "print")
    + service("seal", "seal")
    + "<intermediateCatchEvent id='reply'><messageEventDefinition id='d' messageRef='m'/>"
    "</intermediateCatchEvent>" + user("read") + "<intermediateCatchEvent id='waited_by_law'>"
    "<timerEventDefinition id='t'><timeDuration>P9D</timeDuration></timerEventDefinition>"
    "</intermediateCatchEvent>"
    + user("file")
    + END
    + flows(
        "start>write",
        "write>check",
        "check>print",
        "print>seal",
        "seal>reply",
        "reply>read",
        "read>waited_by_law",
        "waited_by_law>file",
        "file>end",
    ),
    extra="<message id='m' name='reply'/>",
)


@dataclass(kw_only=True)
class Bench:
    """The driver, two operators, and what breaks."""

    case: Driver
    sam: Actor
    sue: Actor
    broken: set[str]

    def preview(self, instance_id: str, plan: Plan) -> dict[str, Any]:
        with self.case.engine.begin(self.sam) as uow:
            return mending.preview(uow, instance_id, plan)

    def propose(self, instance_id: str, plan: Plan, reason: str = "机房断电") -> str:
        with self.case.engine.begin(self.sam) as uow:
            return mending.propose(uow, instance_id, plan, reason=reason).id

    def confirm(self, proposal_id: str, by: Actor | None = None) -> dict[str, Any]:
        with self.case.engine.begin(by or self.case.people["cai"]) as uow:
            return dict(proposals.confirm(uow, proposal_id, note="看过").outcome or {})

    def mend(self, instance_id: str, plan: Plan) -> dict[str, Any]:
        return self.confirm(self.propose(instance_id, plan))

    def token(self, instance_id: str, element_id: str) -> str:
        with self.case.engine.begin(self.sam) as uow:
            seen = operator_sight.of_instance(uow, instance_id)
        return next(str(t["id"]) for t in seen["tokens"] if t["element_id"] == element_id)

    def targets(self, instance_id: str, element_id: str) -> set[str]:
        with self.case.engine.begin(self.sam) as uow:
            seen = operator_sight.of_instance(uow, instance_id)
        token = next(t for t in seen["tokens"] if t["element_id"] == element_id)
        return {target["element_id"] for target in token["targets"]}

    def move(self, instance_id: str, element_id: str, target: str) -> Plan:
        return Plan(act="move", token_id=self.token(instance_id, element_id), target=target)

    def skip(self, instance_id: str) -> Plan:
        [standing] = self.case.incidents(instance_id)
        return Plan(act="skip", incident_id=standing.id)

    def refused(self, instance_id: str, plan: Plan) -> str:
        before = self.case.waiting(instance_id)
        with pytest.raises(EngineError) as caught:
            self.preview(instance_id, plan)
        assert self.case.waiting(instance_id) == before
        return caught.value.code

    def told(self, instance_id: str, kind: str) -> list[dict[str, Any]]:
        with self.case.engine.read(SYSTEM) as uow:
            query = (
                sa.select(EventPayload.content)
                .join(Event, Event.id == EventPayload.event_id)
                .where(Event.instance_id == instance_id, Event.kind == kind)
                .order_by(Event.seq)
            )
            return [dict(said) for said in uow.session.scalars(query)]


MakeBench = Callable[..., Bench]


@pytest.fixture
def bench_of(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> MakeBench:
    def build(*texts: str, entries: str = SECOND) -> Bench:
        broken: set[str] = set()

        def handler(name: str) -> Callable[[StepContext], dict[str, Any]]:
            def call(_step: StepContext) -> dict[str, Any]:
                if name in broken:
                    raise Conflict(f"“{name}”没有纸，第{len(broken)}次。")
                return {f"{name}_done": True}

            return call

        handlers = {
            "print": Handler(call=handler("print")),
            "seal": Handler(call=handler("seal")),
            "stop": Handler(call=handler("stop"), guard=True),
        }
        package = models.family(tmp_path, *texts, handlers=handlers, entries=entries)
        case = Driver(engine=engine_for(package), clock=clock).set_up()
        with case.engine.begin(SYSTEM) as uow:
            office = uow.session.get_one(Organisation, case.office_id)
            return Bench(
                case=case,
                sam=factories.person(uow, "sam", (duties.SYSTEM_ADMIN, office)),
                sue=factories.person(uow, "sue", (duties.SYSTEM_ADMIN, office)),
                broken=broken,
            )

    return build


@pytest.fixture
def bench(bench_of: MakeBench) -> Bench:
    return bench_of(PAPER, entries=SECOND + 'fixed = ["waited_by_law"]\n')


def failing(bench: Bench, *names: str) -> str:
    """A case whose automatic steps fail after the head's check."""
    bench.broken.update(names)
    instance = bench.case.start()
    bench.case.complete(instance, "write", {"note": "x"})
    assert bench.case.complete(instance, "check", by="cai") is not None
    return instance


def test_a_skip_leaves_the_failing_step_out_and_runs_what_follows(bench: Bench) -> None:
    instance = failing(bench, "seal")
    plan = bench.skip(instance)
    effects = bench.preview(instance, plan)
    assert [thing["element_id"] for thing in effects["skips"]] == ["seal"]
    assert [thing["element_id"] for thing in effects["runs"]] == ["print"]
    assert "跳过“seal”，它不再执行。" in effects["words"]
    assert [i.element_id for i in bench.case.incidents(instance)] == ["seal"]

    bench.mend(instance, plan)
    assert bench.case.incidents(instance) == []
    assert bench.case.variables(instance)["print_done"] is True
    assert "seal_done" not in bench.case.variables(instance)
    assert bench.case.visited(instance, "skipped") == ["seal"]
    [said] = bench.told(instance, "instance.mended")
    assert (said["act"], said["proposed_by"], said["confirmed_by"]) == ("skip", "sam", "cai")
    assert said["reason"] == "机房断电"
    assert bench.case.breaks(instance) == []


def test_what_fails_after_a_skip_is_the_next_incident_and_the_skip_stands(bench: Bench) -> None:
    instance = failing(bench, "print", "seal")
    bench.mend(instance, bench.skip(instance))
    assert [i.element_id for i in bench.case.incidents(instance)] == ["seal"]
    assert bench.case.visited(instance, "skipped") == ["print"]
    bench.broken.clear()
    [standing] = bench.case.incidents(instance)
    with bench.case.engine.begin(bench.sam) as uow:
        incidents.retry(uow, standing.id, reason="已加纸")
    assert "print_done" not in bench.case.variables(instance)
    assert bench.case.incidents(instance) == []


def test_what_no_longer_fails_is_retried_and_not_skipped(bench: Bench) -> None:
    instance = failing(bench, "seal")
    bench.broken.clear()
    assert bench.refused(instance, bench.skip(instance)) == "not-failing-here"


def test_a_token_goes_back_with_its_task_its_deadline_and_its_draft(bench: Bench) -> None:
    instance = bench.case.start({"kind": "a"})
    bench.case.complete(instance, "write", {"note": "x"})
    with bench.case.engine.begin(bench.case.people["cai"]) as uow:
        task = tasks.claim(uow, bench.case.open_task(instance, "check").id)
        tasks.save_draft(uow, task.id, {"note": "half"}, revision=task.revision)
    assert bench.targets(instance, "check") == {"write"}
    plan = bench.move(instance, "check", "write")
    effects = bench.preview(instance, plan)
    [gone] = effects["cancels"]
    assert (gone["what"], gone["holder"], gone["has_draft"]) == ("task", "cai", True)
    assert [thing["what"] for thing in effects["creates"]] == ["deadline", "task"]
    assert "取消任务“check”，cai正在办理，已存的草稿作废。" in effects["words"]
    assert bench.case.waiting(instance) == ["check"]

    bench.mend(instance, plan)
    assert bench.case.waiting(instance) == ["write"]
    assert bench.case.variables(instance)["note"] == "x"
    bench.case.complete(instance, "write", {"note": "y"}, by="bob")
    assert bench.case.variables(instance)["note"] == "y"
    bench.case.complete(instance, "check", by="cai")
    assert bench.case.breaks(instance) == []


def test_a_token_goes_on_over_a_message_and_never_over_a_task(bench: Bench) -> None:
    instance = bench.case.start()
    assert bench.targets(instance, "write") == set()
    bench.case.complete(instance, "write")
    assert bench.refused(instance, bench.move(instance, "check", "print")) == "no-route"
    bench.case.complete(instance, "check", by="cai")
    assert bench.targets(instance, "reply") == {"write", "check", "print", "seal", "read"}
    effects = bench.mend(instance, bench.move(instance, "reply", "read"))["effects"]
    assert [thing["what"] for thing in effects["cancels"]] == ["message"]
    assert bench.case.waiting(instance) == ["read"]


def test_nothing_passes_what_the_family_calls_fixed(bench: Bench) -> None:
    instance = bench.case.start()
    bench.case.complete(instance, "write")
    bench.case.complete(instance, "check", by="cai")
    bench.mend(instance, bench.move(instance, "reply", "read"))
    bench.case.complete(instance, "read")
    assert bench.targets(instance, "waited_by_law") == {"read", "write", "check", "print", "seal"}
    assert bench.refused(instance, bench.move(instance, "waited_by_law", "file")) == "no-route"
    bench.case.pass_time(days=10)
    assert bench.targets(instance, "file") == set()


def test_a_guard_is_neither_skipped_nor_passed(bench_of: MakeBench) -> None:
    bench = bench_of(
        models.bpmn(
            "main",
            START
            + user("ask")
            + service("work", "print", extra="camunda:asyncBefore='true'")
            + service("stop", "stop")
            + user("after")
            + END
            + flows("start>ask", "ask>work", "work>stop", "stop>after", "after>end"),
        )
    )
    instance = bench.case.start()
    bench.case.complete(instance, "ask")
    bench.broken.add("stop")
    for seconds in (1, 10, 60):
        bench.case.pass_time(seconds=seconds)
    assert bench.refused(instance, bench.skip(instance)) == "skip-of-job"
    with bench.case.engine.begin(SYSTEM) as uow:
        [row] = uow.session.scalars(sa.select(Incident))
        row.job_id, row.element_id = None, "stop"
    assert bench.refused(instance, bench.skip(instance)) == "skip-of-hard-stop"
    bench.broken.clear()
    with bench.case.engine.begin(SYSTEM) as uow:
        from engine import jobs

        jobs.retry(uow, bench.case.jobs(instance, "failed")[0].id)
    bench.case.pass_time(seconds=1)
    assert bench.case.waiting(instance) == ["after"]
    assert bench.targets(instance, "after") == set()


def test_a_move_that_makes_no_sense_is_refused_with_its_reason(bench_of: MakeBench) -> None:
    inner = (
        "<startEvent id='s'/>"
        + user("within")
        + "<endEvent id='e'/>"
        + flows("s>within", "within>e")
    )
    items = (
        "<multiInstanceLoopCharacteristics camunda:collection='items'"
        " camunda:elementVariable='item'/>"
    )
    body = (
        START
        + user("first")
        + "<exclusiveGateway id='which' default='which_to_fork'/><parallelGateway id='fork'/>"
        + user("left")
        + user("each", inner=items)
        + "<parallelGateway id='join'/>"
        + f"<subProcess id='sub' name='sub'>{inner}</subProcess>"
        + END
    )
    bench = bench_of(
        models.bpmn(
            "main",
            body
            + flows(
                "start>first",
                "first>which",
                "which>fork",
                "which>sub: done = true",
                "fork>left",
                "fork>each",
                "left>join",
                "each>join",
                "join>sub",
                "sub>end",
            ),
        )
    )
    instance = bench.case.start({"items": ["a", "b"], "done": False})
    first = bench.move(instance, "first", "which")
    assert bench.refused(instance, first) == "move-onto-gateway"
    for target, code in (
        ("nowhere", "unknown-element"),
        ("each", "not-a-target"),
        ("sub", "not-a-target"),
        ("end", "not-a-target"),
        ("within", "other-scope"),
        ("left", "no-route"),
    ):
        assert bench.refused(instance, bench.move(instance, "first", target)) == code
    gone = bench.move(instance, "first", "first")
    bench.case.complete(instance, "first")
    assert bench.refused(instance, gone) == "token-gone"
    # over the fork there is no way back: the other branch would be doubled
    assert bench.refused(instance, bench.move(instance, "left", "first")) == "no-route"
    assert bench.refused(instance, bench.move(instance, "each", "first")) == "move-of-item"
    malformed = Plan(act="move", target="first")
    assert bench.refused(instance, malformed) == "format"


def test_a_token_taken_away_by_a_timer_goes_back_and_is_one(bench_of: MakeBench) -> None:
    timer = (
        "<boundaryEvent id='{0}' attachedToRef='ask' cancelActivity='{1}'><timerEventDefinition"
        " id='d_{0}'><timeDuration>{2}</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    bench = bench_of(
        models.bpmn(
            "main",
            START
            + user("before")
            + user("ask")
            + timer.format("late", "true", "P2D")
            + timer.format("soon", "false", "P1D")
            + user("remind")
            + user("after")
            + user("lapsed")
            + END
            + flows(
                "start>before",
                "before>ask",
                "ask>after",
                "late>lapsed",
                "soon>remind",
                "after>end",
                "lapsed>end",
                "remind>end",
            ),
        )
    )
    case = bench.case
    instance = case.start()
    case.complete(instance, "before")
    # back and forth: the boundary events go with the task and come again
    bench.mend(instance, bench.move(instance, "ask", "before"))
    assert (case.waiting(instance), case.jobs(instance)) == (["before"], [])
    case.complete(instance, "before")
    assert sorted(job.element_id or "" for job in case.jobs(instance)) == ["late", "soon"]
    case.pass_time(days=1, seconds=1)
    assert case.waiting(instance) == ["ask", "remind"]
    assert bench.targets(instance, "remind") == set()  # ask still waits: it would be two
    case.pass_time(days=1, seconds=1)
    assert case.waiting(instance) == ["lapsed", "remind"]
    assert bench.targets(instance, "lapsed") == {"ask", "before"}
    bench.mend(instance, bench.move(instance, "lapsed", "ask"))
    assert case.waiting(instance) == ["ask", "remind"]
    assert sorted(job.element_id or "" for job in case.jobs(instance)) == ["late", "soon"]
    case.complete(instance, "ask")
    assert case.waiting(instance) == ["after", "remind"]
    case.complete(instance, "after")
    case.complete(instance, "remind")
    assert case.state(instance) == "completed"
    assert case.jobs(instance) == []


def test_a_branch_that_was_moved_back_joins_once(bench_of: MakeBench) -> None:
    bench = bench_of(
        models.bpmn(
            "main",
            START
            + "<parallelGateway id='fork'/><parallelGateway id='join'/>"
            + user("one")
            + user("two", form="remark")
            + user("other", form="remark")
            + user("after")
            + END
            + flows(
                "start>fork",
                "fork>one",
                "one>two",
                "two>join",
                "fork>other",
                "other>join",
                "join>after",
                "after>end",
            ),
        )
    )
    case = bench.case
    instance = case.start()
    case.complete(instance, "one", {"note": "first"})
    bench.mend(instance, bench.move(instance, "two", "one"))
    assert case.waiting(instance) == ["one", "other"]
    case.complete(instance, "one", {"note": "again"}, by="bob")
    case.complete(instance, "two")
    case.complete(instance, "other", {"remark": "r"})
    assert case.waiting(instance) == ["after"]
    held = case.variables(instance)
    assert (held["note"], held["remark"]) == ("again", "r")
    case.complete(instance, "after")
    assert case.state(instance) == "completed"


def test_a_token_goes_on_over_the_first_of_several_events(bench_of: MakeBench) -> None:
    bench = bench_of(
        models.bpmn(
            "main",
            START + user("ask") + "<eventBasedGateway id='either'/>"
            "<intermediateCatchEvent id='said'><messageEventDefinition id='d' messageRef='m'/>"
            "</intermediateCatchEvent>"
            "<intermediateCatchEvent id='late'><timerEventDefinition id='t'>"
            "<timeDuration>P3D</timeDuration></timerEventDefinition></intermediateCatchEvent>"
            + user("answer")
            + user("urge")
            + END
            + flows(
                "start>ask",
                "ask>either",
                "either>said",
                "either>late",
                "said>answer",
                "late>urge",
                "answer>end",
                "urge>end",
            ),
            extra="<message id='m' name='reply'/>",
        )
    )
    case = bench.case
    instance = case.start()
    case.complete(instance, "ask")
    assert bench.targets(instance, "either") == {"ask", "answer", "urge"}
    effects = bench.mend(instance, bench.move(instance, "either", "urge"))["effects"]
    assert sorted(thing["what"] for thing in effects["cancels"]) == ["message", "timer"]
    assert (case.waiting(instance), case.jobs(instance)) == (["urge"], [])
    bench.mend(instance, bench.move(instance, "urge", "ask"))
    case.complete(instance, "ask")
    assert [job.element_id for job in case.jobs(instance)] == ["late"]
    case.pass_time(days=4)
    assert case.waiting(instance) == ["urge"]
    case.complete(instance, "urge")
    assert case.state(instance) == "completed"


def test_a_token_is_moved_within_one_item_of_a_called_process(bench_of: MakeBench) -> None:
    """It stays with its item; the other item does not notice."""
    bench = bench_of(
        models.bpmn(
            "main",
            START + "<callActivity id='each' name='each' calledElement='inner'>"
            "<multiInstanceLoopCharacteristics camunda:collection='items'"
            " camunda:elementVariable='item'/></callActivity>"
            + user("after")
            + END
            + flows("start>each", "each>after", "after>end"),
        ),
        models.bpmn(
            "inner",
            "<startEvent id='s'/>"
            + user("first", form="remark")
            + user("second", form="remark")
            + "<endEvent id='e'/>"
            + flows("s>first", "first>second", "second>e"),
        ),
    )
    case = bench.case
    instance = case.start({"items": ["a", "b"]})
    case.complete(instance, "first", {"remark": "x"}, item="a")
    assert bench.targets(instance, "second") == {"first"}
    plan = bench.move(instance, "second", "after")
    assert bench.refused(instance, plan) == "other-scope"
    bench.mend(instance, bench.move(instance, "second", "first"))
    assert [(t.element_id, t.item) for t in case.open_tasks(instance)] == [
        ("first", "a"),
        ("first", "b"),
    ]
    for item in ("a", "b"):
        for element in ("first", "second"):
            case.complete(instance, element, {"remark": "y"}, item=item)
    assert case.waiting(instance) == ["after"]
    case.complete(instance, "after")
    assert case.state(instance) == "completed"


def test_a_variable_is_edited_and_what_failed_goes_through(bench_of: MakeBench) -> None:
    bench = bench_of(
        models.bpmn(
            "main",
            START
            + user("ask")
            + "<exclusiveGateway id='which' default='which_to_low'/>"
            + user("high")
            + user("low")
            + END
            + flows(
                "start>ask",
                "ask>which",
                "which>high: score > 5",
                "which>low",
                "high>end",
                "low>end",
            ),
        )
    )
    instance = bench.case.start({"score": "many"})
    assert bench.case.complete(instance, "ask") is not None
    plan = Plan(act="edit_variable", variable="score", value=9)
    assert bench.preview(instance, plan)["variable"] == {
        "name": "score",
        "before": "many",
        "after": 9,
    }
    bench.mend(instance, plan)
    [said] = bench.told(instance, "instance.mended")
    assert (said["before"]["variable"], said["after"]["variable"]) == (
        {"score": "many"},
        {"score": 9},
    )
    with bench.case.engine.begin(bench.sam) as uow:
        incidents.retry(uow, bench.case.incidents(instance)[0].id, reason="已更正")
    assert bench.case.waiting(instance) == ["high"]
    for name, value in (("1x", 1), ("x y", 1), ("", 1), ("x", "y" * 30_000)):
        wrong = Plan(act="edit_variable", variable=name, value=value)
        assert bench.refused(instance, wrong) in {"bad-name", "too-large"}


def test_gateways_and_tasks_are_not_skipped(bench_of: MakeBench) -> None:
    bench = bench_of(
        models.bpmn(
            "main",
            START
            + user("ask")
            + "<exclusiveGateway id='which' default='which_to_low'/>"
            + user("low")
            + END
            + flows("start>ask", "ask>which", "which>end: score > 5", "which>low", "low>end"),
        )
    )
    instance = bench.case.start({"score": "many"})
    assert bench.case.complete(instance, "ask") is not None
    assert bench.refused(instance, bench.skip(instance)) == "skip-not-automatic"
    with bench.case.engine.begin(SYSTEM) as uow:
        [row] = uow.session.scalars(sa.select(Incident))
        row.element_id = "ask"
    assert bench.refused(instance, bench.skip(instance)) == "skip-not-automatic"
    unknown = Plan(act="skip", incident_id="0" * 32)
    assert bench.refused(instance, unknown) == "incident-not-found"


def test_a_cancelled_case_leaves_nothing_open(bench: Bench) -> None:
    instance = failing(bench, "seal")
    effects = bench.mend(instance, Plan(act="cancel"))["effects"]
    assert effects["state"] == {"before": "active", "after": "cancelled"}
    assert (bench.case.state(instance), bench.case.incidents(instance)) == ("cancelled", [])
    for plan in (
        Plan(act="cancel"),
        Plan(act="resume"),
        Plan(act="edit_variable", variable="x", value=1),
    ):
        assert bench.refused(instance, plan) in {"illegal-instance-move", "instance-ended"}
    with bench.case.engine.begin(bench.sam) as uow:
        seen = operator_sight.of_instance(uow, instance)
    assert (seen["tokens"], seen["allowed_acts"]) == ([], [])


def test_an_operator_freezes_alone_and_takes_back_only_that(bench: Bench) -> None:
    instance = bench.case.start()
    plan = bench.move(instance, "write", "write")
    with bench.case.engine.begin(bench.sam) as uow:
        mending.suspend(uow, instance, reason="数据异常")
    assert bench.refused(instance, plan) == "instance-suspended"
    with bench.case.engine.begin(bench.sue) as uow:
        assert mending.resume(uow, instance, reason="查明").state == "active"
    # what the Office froze needs the Office
    bench.case.clock.advance(minutes=1)
    with bench.case.engine.begin(bench.case.people["cai"]) as uow:
        instances.suspend(uow, instance, reason="等上级答复")
    with pytest.raises(NotAllowed) as refused, bench.case.engine.begin(bench.sam) as uow:
        mending.resume(uow, instance, reason="误停")
    assert refused.value.code == "second-person-needed"
    bench.mend(instance, Plan(act="resume"))
    assert bench.case.state(instance) == "active"
    with bench.case.engine.read(SYSTEM) as uow:
        kinds = {entry.kind for entry in journal.search(uow)}
    assert {"instance.suspended", "instance.resumed", "instance.mended"} <= kinds
    for act in (mending.suspend, mending.resume):
        with pytest.raises(NotAllowed), bench.case.engine.begin(bench.case.people["cai"]) as uow:
            act(uow, instance, reason="x")


def test_a_case_that_moved_meanwhile_is_not_mended(bench: Bench) -> None:
    instance = bench.case.start()
    bench.case.complete(instance, "write")
    proposal = bench.propose(instance, bench.move(instance, "check", "write"))
    with bench.case.engine.begin(bench.case.people["cai"]) as uow:
        tasks.claim(uow, bench.case.open_task(instance, "check").id)
    with pytest.raises(Conflict) as moved:
        bench.confirm(proposal)
    assert moved.value.code == "case-moved"
    bench.case.complete(instance, "check", by="cai")
    with pytest.raises(Conflict) as gone:
        bench.confirm(proposal)
    assert gone.value.code == "token-gone"
    assert bench.told(instance, "instance.mended") == []


def test_a_case_that_stepped_elsewhere_is_still_mended_as_foreseen(bench: Bench) -> None:
    instance = bench.case.start()
    bench.case.complete(instance, "write")
    proposal = bench.propose(instance, bench.move(instance, "check", "write"))
    with bench.case.engine.begin(SYSTEM) as uow:
        instances.set_variables(uow, instance, {"note": "else"}, reason="x")
    bench.case.clock.advance(days=1)
    bench.confirm(proposal)
    assert bench.case.waiting(instance) == ["write"]


def test_the_second_person_is_of_the_cases_own_office_and_not_recused(bench: Bench) -> None:
    case = bench.case
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        other = factories.organisation(uow, "other")
        unit = uow.session.get_one(Organisation, case.unit_id)
        office = uow.session.get_one(Organisation, case.office_id)
        elsewhere = factories.person(uow, "elsewhere", ("head", other))
        outside = factories.person(uow, "outside", ("head", unit))
        both = factories.person(uow, "both", ("head", office), (duties.MODEL_EDITOR, office))
    proposal = bench.propose(instance, Plan(act="cancel"))
    for actor in (elsewhere, outside, both, case.people["ada"], case.people["uma"], bench.sue):
        with pytest.raises(NotFound):
            bench.confirm(proposal, by=actor)
    with pytest.raises(NotAllowed) as own:
        bench.confirm(proposal, by=bench.sam)
    assert own.value.code == "same-person"
    with case.engine.begin(SYSTEM) as uow:
        head = case.people["cai"].user_id
        assert head is not None
        recusals.add(uow, instance, head, reason="亲属")
    with pytest.raises(NotFound):
        bench.confirm(proposal)
    assert case.state(instance) == "active"


def test_without_second_persons_another_operator_confirms(bench_of: MakeBench) -> None:
    bench = bench_of(PAPER, entries="")
    instance = bench.case.start()
    proposal = bench.propose(instance, Plan(act="cancel"))
    with pytest.raises(NotFound):
        bench.confirm(proposal)
    bench.confirm(proposal, by=bench.sue)
    assert bench.case.state(instance) == "cancelled"


def test_nobody_else_previews_proposes_or_looks(bench: Bench) -> None:
    instance = bench.case.start()
    for name in ("ada", "cai", "uma"):
        with bench.case.engine.begin(bench.case.people[name]) as uow:
            for act in (
                lambda: mending.preview(uow, instance, Plan(act="cancel")),
                lambda: mending.propose(uow, instance, Plan(act="cancel"), reason="x"),
                lambda: operator_sight.of_instance(uow, instance),
                lambda: incidents.grouped(uow),
            ):
                with pytest.raises(NotAllowed):
                    act()
    with pytest.raises(Invalid):
        bench.propose(instance, Plan(act="cancel"), reason="  ")


def test_an_operator_sees_names_and_places_only(bench: Bench) -> None:
    instance = failing(bench, "seal")
    with bench.case.engine.begin(bench.sam) as uow:
        seen = operator_sight.of_instance(uow, instance)
        assert set(seen) == {
            "id",
            "family",
            "business_key",
            "definition",
            "state",
            "revision",
            "processes",
            "tokens",
            "variables",
            "jobs",
            "incidents",
            "allowed_acts",
        }
        assert "note" in seen["variables"]
        assert seen["allowed_acts"] == [
            "propose_cancel",
            "propose_edit_variable",
            "propose_jump",
            "propose_move",
            "propose_skip",
            "suspend",
        ]
        assert [row["row"].element_id for row in seen["incidents"]] == ["seal"]


def test_incidents_are_grouped_by_cause_and_retried_as_a_batch(bench: Bench) -> None:
    cases = [failing(bench, "seal") for _ in range(3)]
    bench.broken.add("more")  # another number in the message, the same cause
    cases.append(failing(bench, "seal"))
    bench.broken.discard("seal")
    cases.append(failing(bench, "print"))
    with bench.case.engine.begin(bench.sam) as uow:
        groups = incidents.grouped(uow)
        assert [(g.element_id, g.count) for g in groups] == [("seal", 4), ("print", 1)]
        assert len(groups[0].samples) == 4
        batch = retries.start(uow, group=groups[0].key, reason="已加纸")
        assert (retries.of(uow, batch).total, retries.of(uow, batch).done) == (4, 0)
    bench.broken.clear()
    runner.run_all_due(bench.case.engine)
    with bench.case.engine.begin(bench.sam) as uow:
        result = retries.of(uow, batch)
        assert (result.done, {item.outcome for item in result.items}) == (4, {"resolved"})
        assert [g.element_id for g in incidents.grouped(uow)] == ["print"]
        with pytest.raises(Conflict) as nothing:
            retries.start(uow, group=groups[0].key, reason="再试")
        assert nothing.value.code == "nothing-to-retry"
    [said] = bench.told(cases[0], "incident.retried")
    assert (said["reason"], said["outcome"]) == ("已加纸", "resolved")
    with bench.case.engine.read(SYSTEM) as uow:
        who = uow.session.scalars(
            sa.select(Event.actor_name).where(Event.kind == "incident.retried").distinct()
        ).all()
    assert who == ["sam"]


def test_a_batch_tells_what_failed_again_and_what_was_refused(bench: Bench) -> None:
    again, mended = failing(bench, "seal"), failing(bench, "seal")
    ids = [bench.case.incidents(instance)[0].id for instance in (again, mended)]
    with bench.case.engine.begin(bench.sam) as uow:
        batch = retries.start(uow, ids=ids, reason="试一次")
    bench.broken.clear()
    with bench.case.engine.begin(bench.sue) as uow:
        incidents.retry(uow, ids[1], reason="先试")
    bench.broken.add("seal")
    runner.run_all_due(bench.case.engine)
    with bench.case.engine.begin(bench.sam) as uow:
        items = {item.incident_id: item for item in retries.of(uow, batch).items}
    assert items[ids[0]].outcome == "failed_again"
    assert "没有纸" in items[ids[0]].detail
    assert (items[ids[1]].outcome, items[ids[1]].detail) == ("refused", "这个异常已经处理完毕。")
    for wrong in (["0" * 32], [ids[1]], [*ids, "0" * 32]):
        with pytest.raises(Invalid), bench.case.engine.begin(bench.sam) as uow:
            retries.start(uow, ids=wrong, reason="x")


def test_two_operators_retry_one_incident_at_once_and_one_does_it(bench: Bench) -> None:
    for _ in range(3):
        instance = failing(bench, "seal")
        incident_id = bench.case.incidents(instance)[0].id
        bench.broken.clear()
        barrier = Barrier(2)

        def retry(who: Actor, incident_id: str = incident_id, barrier: Barrier = barrier) -> str:
            barrier.wait(timeout=10)
            try:
                with bench.case.engine.begin(who) as uow:
                    return incidents.retry(uow, incident_id, reason="重试").state
            except EngineError as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            results = sorted(pool.map(retry, (bench.sam, bench.sue)))
        assert results == ["incident-resolved", "resolved"]
        assert len(bench.told(instance, "incident.retried")) == 1
        with bench.case.engine.read(SYSTEM) as uow:
            count = sa.select(sa.func.count()).select_from(Task)
            [once] = uow.session.scalars(
                count.where(Task.instance_id == instance, Task.element_id == "check")
            )
        assert once == 1
        assert bench.case.breaks(instance) == []


def test_a_jump_passes_tasks_of_people_and_nothing_that_must_be_decided(
    bench_of: MakeBench,
) -> None:
    bench = bench_of(
        models.bpmn(
            "main",
            START
            + user("write")
            + "<exclusiveGateway id='which' default='which_to_short'/>"
            + user("short")
            + user("long")
            + user("check")
            + user("decide", extra="dudao:neverAuto='true'")
            + user("told")
            + END
            + flows(
                "start>write",
                "write>which",
                "which>short",
                'which>long: outcome = "long"',
                "short>decide",
                "long>check",
                "check>decide",
                "decide>told",
                "told>end",
            ),
        )
    )
    instance = bench.case.start()
    bench.case.complete(instance, "write")
    with bench.case.engine.begin(bench.sam) as uow:
        [token] = operator_sight.of_instance(uow, instance)["tokens"]
    assert [t["element_id"] for t in token["targets"]] == ["write"]
    assert [t["element_id"] for t in token["jump_targets"]] == ["write", "decide", "long", "check"]
    far = Plan(act="jump", token_id=token["id"], target="told")
    assert bench.refused(instance, far) == "no-route"
    move = Plan(act="move", token_id=token["id"], target="check")
    assert bench.refused(instance, move) == "no-route"
    effects = bench.mend(instance, Plan(act="jump", token_id=token["id"], target="check"))
    assert [t["element_id"] for t in effects["effects"]["creates"]] == ["check"]
    assert bench.case.waiting(instance) == ["check"]
    bench.case.complete(instance, "check")
    bench.case.complete(instance, "decide")
    bench.case.complete(instance, "told")
    assert bench.case.state(instance) == "completed"
    assert bench.case.breaks(instance) == []


def test_a_jump_ends_before_what_the_family_calls_fixed(bench: Bench) -> None:
    instance = bench.case.start()
    with bench.case.engine.begin(bench.sam) as uow:
        [token] = operator_sight.of_instance(uow, instance)["tokens"]
    # behind `waited_by_law`, which the family calls fixed, nothing can be reached
    assert [t["element_id"] for t in token["jump_targets"]] == [
        "check",
        "print",
        "seal",
        "reply",
        "read",
        "waited_by_law",
    ]
