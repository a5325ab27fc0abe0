"""Timers, messages and async steps: what waits without a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import jobs, messages, runner
from engine.actor import Actor
from engine.errors import Conflict
from engine.package import Handler, StepContext
from engine.states import DeadlineState, JobState
from engine.tables import Deadline, Incident, Job
from tests.driver import Driver
from tests.integration.engine.conftest import Drive
from tests.models import bpmn, flows, service, user

START = "<startEvent id='start'/>"
END = "<endEvent id='end'/>"
SYSTEM = Actor.system("test")
HEAR = (
    "<intermediateCatchEvent id='hear'><messageEventDefinition messageRef='m'/>"
    "</intermediateCatchEvent>"
)


def timer(
    event_id: str, attached: str, text: str, *, interrupting: bool = True, tag: str = "timeDuration"
) -> str:
    cancel = "true" if interrupting else "false"
    return (
        f"<boundaryEvent id='{event_id}' attachedToRef='{attached}' cancelActivity='{cancel}'>"
        f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition></boundaryEvent>"
    )


def test_an_interrupting_timer_takes_the_task_away(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", "P5D")
            + user("lapse")
            + END
            + flows("start>answer", "answer>end", "late>lapse", "lapse>end"),
        )
    )
    instance = case.start()
    assert case.pass_time(days=4) == 0
    assert case.pass_time(days=1, seconds=1) == 1
    assert case.waiting(instance) == ["lapse"]
    assert case.jobs(instance) == []


def test_a_completed_task_takes_its_timer_along(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", "P5D")
            + user("next")
            + END
            + flows("start>answer", "answer>next", "late>end", "next>end"),
        )
    )
    instance = case.start()
    case.complete(instance, "answer")
    assert case.jobs(instance) == []
    assert case.pass_time(days=30) == 0
    assert case.waiting(instance) == ["next"]


def test_a_non_interrupting_timer_leaves_the_task_open(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("remind", "answer", "P1D", interrupting=False)
            + user("urge")
            + END
            + "<endEvent id='end2'/>"
            + flows("start>answer", "answer>end", "remind>urge", "urge>end2"),
        )
    )
    instance = case.start()
    case.pass_time(days=2)
    assert case.waiting(instance) == ["answer", "urge"]
    case.complete(instance, "answer")
    assert case.state(instance) == "active"
    case.complete(instance, "urge")
    assert case.state(instance) == "completed"


def test_a_cycle_fires_as_often_as_it_says(drive: Drive) -> None:
    rung = []

    def ring(context: StepContext) -> None:
        rung.append(context.uow.now)

    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("remind", "answer", "R3/P1D", interrupting=False, tag="timeCycle")
            + service("ring", "ring")
            + END
            + "<endEvent id='end2'/>"
            + flows("start>answer", "answer>end", "remind>ring", "ring>end2"),
        ),
        handlers={"ring": Handler(call=ring)},
    )
    instance = case.start()
    for _ in range(6):
        case.pass_time(days=1, seconds=1)
    assert len(rung) == 3
    assert case.waiting(instance) == ["answer"]
    case.complete(instance, "answer")
    assert case.state(instance) == "completed"


def test_the_first_of_two_timers_at_an_event_gateway_wins(drive: Drive) -> None:
    def catch(event_id: str, length: str) -> str:
        return (
            f"<intermediateCatchEvent id='{event_id}'><timerEventDefinition>"
            f"<timeDuration>{length}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
        )

    case = drive(
        bpmn(
            "main",
            START
            + "<eventBasedGateway id='which'/>"
            + catch("slow", "P9D")
            + catch("fast", "P2D")
            + user("after_slow")
            + user("after_fast")
            + END
            + flows(
                "start>which",
                "which>slow",
                "which>fast",
                "slow>after_slow",
                "fast>after_fast",
                "after_slow>end",
                "after_fast>end",
            ),
        )
    )
    instance = case.start()
    case.pass_time(days=3)
    assert case.waiting(instance) == ["after_fast"]
    assert case.jobs(instance) == []


def test_a_timer_over_items_cancels_those_still_open(drive: Drive) -> None:
    each = user(
        "consult",
        inner="<multiInstanceLoopCharacteristics camunda:collection='${units}'"
        " camunda:elementVariable='unit'/>",
    )
    case = drive(
        bpmn(
            "main",
            START
            + each
            + timer("late", "consult", "P10D")
            + user("go_on")
            + END
            + flows("start>consult", "consult>go_on", "late>go_on", "go_on>end"),
        )
    )
    instance = case.start({"units": ["a", "b", "c"]})
    case.complete(instance, "consult", item="b")
    case.pass_time(days=11)
    assert case.waiting(instance) == ["go_on"]
    case.complete(instance, "go_on")
    assert case.state(instance) == "completed"


def test_a_timer_over_called_items_cancels_what_runs_inside(drive: Drive) -> None:
    each = (
        "<callActivity id='lines' calledElement='line'><multiInstanceLoopCharacteristics"
        " camunda:collection='${problems}' camunda:elementVariable='problem'/></callActivity>"
    )
    case = drive(
        bpmn(
            "main",
            START
            + each
            + timer("late", "lines", "P10D")
            + user("go_on")
            + END
            + flows("start>lines", "lines>go_on", "late>go_on", "go_on>end"),
        ),
        bpmn("line", START + user("mend") + END + flows("start>mend", "mend>end")),
    )
    instance = case.start({"problems": ["a", "b", "c"]})
    case.complete(instance, "mend", item="a")
    case.pass_time(days=11)
    assert case.waiting(instance) == ["go_on"]
    case.complete(instance, "go_on")
    assert case.state(instance) == "completed"


def test_working_days_are_counted_when_the_timer_is_armed(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", 'deadline("answer", date("2026-04-30"))', tag="timeDate")
            + END
            + flows("start>answer", "answer>end", "late>end"),
        )
    )
    instance = case.start()
    due = case.jobs(instance)[0].due_at
    assert due.isoformat() == "2026-05-11T16:00:00+00:00"  # 24:00 of 05-11 in Beijing


def test_a_task_and_its_timer_share_one_deadline_and_move_together(drive: Drive) -> None:
    from engine.timing import deadlines

    event = (
        "<boundaryEvent id='late' attachedToRef='answer' dudao:deadline='answer'>"
        "<timerEventDefinition/></boundaryEvent>"
    )
    case = drive(
        bpmn(
            "main",
            START
            + user("answer", extra="dudao:deadline='answer'")
            + event
            + END
            + flows("start>answer", "answer>end", "late>end"),
        )
    )
    instance = case.start()
    task = case.open_task(instance, "answer")
    timers = [job for job in case.jobs(instance) if job.kind == "timer"]
    assert [job.deadline_id for job in timers] == [task.deadline_id]
    with case.engine.begin(SYSTEM) as uow:
        deadlines.extend(uow, task.deadline_id or "", amount=5, reason="材料未齐")
    moved = case.open_task(instance, "answer").due_at
    assert moved is not None
    assert task.due_at is not None
    assert moved > task.due_at
    assert next(j for j in case.jobs(instance) if j.kind == "timer").due_at == moved


def test_a_timer_that_was_not_needed_leaves_no_deadline_to_miss(drive: Drive) -> None:
    event = (
        "<boundaryEvent id='late' attachedToRef='answer' dudao:deadline='answer'>"
        "<timerEventDefinition/></boundaryEvent>"
    )
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + event
            + user("after")
            + END
            + flows("start>answer", "answer>after", "after>end", "late>end"),
        )
    )
    instance = case.start()
    case.complete(instance, "answer", by="ada")
    case.pass_time(days=60)
    with case.engine.read(SYSTEM) as uow:
        found = uow.session.scalars(
            sa.select(Deadline.state).where(Deadline.instance_id == instance)
        ).all()
    assert found == [DeadlineState.CANCELLED]


def test_a_message_reaches_the_one_that_waits_for_it(drive: Drive) -> None:
    catch = (
        "<intermediateCatchEvent id='hear' dudao:correlation='${number}'>"
        "<messageEventDefinition messageRef='m'/></intermediateCatchEvent>"
    )
    case = drive(
        bpmn(
            "main",
            START + catch + user("after") + END + flows("start>hear", "hear>after", "after>end"),
            extra="<message id='m' name='answered'/>",
        )
    )
    first, second = case.start({"number": "n1"}), case.start({"number": "n2"})
    with case.engine.begin(SYSTEM) as uow:
        assert (
            messages.correlate(uow, "answered", keys={"number": "n2"}, variables={"said": "yes"})
            == second
        )
    assert case.waiting(second) == ["after"]
    assert case.variables(second)["said"] == "yes"
    assert case.waiting(first) == []
    with case.engine.begin(SYSTEM) as uow, pytest.raises(Conflict, match="没有案件在等待"):
        messages.correlate(uow, "answered", keys={"number": "n2"})


def test_a_message_with_two_takers_names_both(drive: Drive) -> None:

    case = drive(
        bpmn(
            "main",
            START + HEAR + END + flows("start>hear", "hear>end"),
            extra="<message id='m' name='answered'/>",
        )
    )
    first, second = case.start(), case.start()
    with case.engine.begin(SYSTEM) as uow, pytest.raises(Conflict) as caught:
        messages.correlate(uow, "answered")
    assert first in caught.value.detail
    assert second in caught.value.detail


def test_a_message_that_comes_early_is_kept(drive: Drive) -> None:

    case = drive(
        bpmn(
            "main",
            START
            + user("first")
            + HEAR
            + user("after")
            + END
            + flows("start>first", "first>hear", "hear>after", "after>end"),
            extra="<message id='m' name='answered'/>",
        )
    )
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        messages.send(uow, "answered", instance_id=instance, key="once", variables={"said": 1})
        messages.send(uow, "answered", instance_id=instance, key="once", variables={"said": 2})
    case.pass_time(minutes=1)
    assert case.incidents(instance) == []
    case.complete(instance, "first")
    case.pass_time(minutes=1)
    assert case.waiting(instance) == ["after"]
    assert case.variables(instance)["said"] == 1


def test_an_async_step_runs_as_a_job_of_its_own(drive: Drive) -> None:
    served = []
    case = drive(
        bpmn(
            "main",
            START
            + service("work", "work", extra="camunda:asyncBefore='true'")
            + user("after")
            + END
            + flows("start>work", "work>after", "after>end"),
        ),
        handlers={"work": Handler(call=lambda context: served.append(context.element_id))},
    )
    instance = case.start()
    assert (served, case.waiting(instance)) == ([], [])
    case.pass_time(seconds=1)
    assert (served, case.waiting(instance)) == (["work"], ["after"])


def test_a_job_that_keeps_failing_becomes_an_incident_and_can_be_retried(drive: Drive) -> None:
    broken = [True]

    def work(_context: StepContext) -> None:
        if broken[0]:
            raise RuntimeError("no paper")

    case = asynchronous(drive, work)
    instance = case.start()
    for attempt, seconds in enumerate((1, 10, 60), start=1):
        assert case.incidents(instance) == []
        case.pass_time(seconds=seconds)
        [job] = [row for state in ("scheduled", "succeeded") for row in case.jobs(instance, state)]
        assert job.attempts == attempt
    standing = case.incidents(instance)
    assert [incident.element_id for incident in standing] == ["work"]
    assert "no paper" in standing[0].message
    broken[0] = False
    from engine.operating import incidents

    with case.engine.begin(SYSTEM) as uow:
        incidents.retry(uow, standing[0].id, reason="已排除原因")
    case.pass_time(seconds=1)
    assert case.waiting(instance) == ["after"]
    assert case.incidents(instance) == []


def asynchronous(drive: Drive, work: Callable[[StepContext], None]) -> Driver:
    """A family whose one service task is called by a job."""
    return drive(
        bpmn(
            "main",
            START
            + service("work", "work", extra="camunda:asyncBefore='true'")
            + user("after")
            + END
            + flows("start>work", "work>after", "after>end"),
        ),
        handlers={"work": Handler(call=work)},
    )


def test_what_breaks_once_passes_at_the_next_try_without_an_incident(drive: Drive) -> None:
    tries: list[str] = []

    def work(context: StepContext) -> None:
        tries.append(context.element_id)
        if len(tries) == 1:
            raise OSError("the line is dead")

    case = asynchronous(drive, work)
    instance = case.start()
    case.pass_time(seconds=1)
    assert (case.waiting(instance), case.incidents(instance)) == ([], [])
    case.pass_time(seconds=10)
    assert (case.waiting(instance), len(tries)) == (["after"], 2)
    with case.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(Incident)).all() == []


def test_what_is_refused_does_not_pass_by_waiting(drive: Drive) -> None:
    def work(_context: StepContext) -> None:
        raise Conflict("没有经费。")

    case = asynchronous(drive, work)
    instance = case.start()
    case.pass_time(seconds=1)
    assert [row.message for row in case.incidents(instance)] == ["没有经费。"]
    assert [job.attempts for job in case.jobs(instance, "succeeded")] == [1]


def test_a_database_that_stays_away_is_an_incident_in_the_end(drive: Drive) -> None:
    away = [True]

    def work(_context: StepContext) -> None:
        if away[0]:
            raise sa.exc.OperationalError("SELECT 1", {}, OSError("locked"))

    case = asynchronous(drive, work)
    instance = case.start()
    for _ in range(jobs.MOST_OUTAGES - 1):
        case.pass_time(seconds=61)
        assert case.incidents(instance) == []
    case.pass_time(seconds=61)
    [standing] = case.incidents(instance)
    assert (standing.element_id, standing.job_id) == (
        "work",
        case.jobs(instance, "failed")[0].id,
    )
    away[0] = False
    from engine.operating import incidents

    with case.engine.begin(SYSTEM) as uow:
        incidents.retry(uow, standing.id, reason="数据库已恢复")
    case.pass_time(seconds=1)
    assert (case.waiting(instance), case.incidents(instance)) == (["after"], [])


def test_the_incident_of_a_job_ends_when_the_job_goes_through(drive: Drive) -> None:
    case = drive(bpmn("main", START + user("ask") + END + flows("start>ask", "ask>end")))
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        job = jobs.schedule(uow, "no such kind", uow.now, instance_id=instance)
        job.max_attempts = 1
    case.pass_time(seconds=1)
    standing = case.incidents(instance)
    assert [incident.job_id for incident in standing] == [job.id]
    with case.engine.begin(SYSTEM) as uow:
        uow.session.get_one(Job, job.id).kind = "sweep_files"
        jobs.retry(uow, job.id)
    case.pass_time(seconds=1)
    assert case.incidents(instance) == []


def test_a_suspended_instance_waits_and_fires_when_it_is_resumed(drive: Drive) -> None:
    from engine import instances

    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", "P1D")
            + user("lapse")
            + END
            + flows("start>answer", "answer>end", "late>lapse", "lapse>end"),
        )
    )
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        instances.suspend(uow, instance, reason="等待核实")
    assert case.pass_time(days=2) == 0
    with pytest.raises(Conflict, match="暂停"):
        case.complete(instance, "answer")
    with case.engine.begin(SYSTEM) as uow:
        instances.resume(uow, instance, reason="核实完毕")
    assert case.pass_time(seconds=1) == 1
    assert case.waiting(instance) == ["lapse"]


def test_a_cancelled_instance_leaves_nothing_behind(drive: Drive) -> None:
    from engine import instances

    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", "P1D")
            + END
            + flows("start>answer", "answer>end", "late>end"),
        )
    )
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        instances.cancel(uow, instance, reason="重复立案")
    assert (case.waiting(instance), case.jobs(instance), case.state(instance)) == (
        [],
        [],
        "cancelled",
    )
    assert case.pass_time(days=9) == 0
    assert case.breaks(instance) == []


def test_a_job_whose_worker_died_is_taken_over_once(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", "PT1H")
            + user("lapse")
            + END
            + flows("start>answer", "answer>end", "late>lapse", "lapse>end"),
        )
    )
    instance = case.start()
    case.clock.advance(hours=2)
    with case.engine.begin(SYSTEM) as uow:
        claimed = jobs.claim(uow, worker="dies")
    assert len(claimed) == 1
    assert runner.run_due(case.engine, worker="other") == 0
    case.clock.advance(seconds=jobs.LEASE.total_seconds() + 1)
    assert runner.run_due(case.engine, worker="other") == 1
    assert case.waiting(instance) == ["lapse"]
    runner.run(
        case.engine, claimed[0], worker="dies"
    )  # the dead one wakes up: nothing happens twice
    assert case.waiting(instance) == ["lapse"]
    with case.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(Job, claimed[0]).state == JobState.SUCCEEDED


def test_two_workers_never_claim_the_same_job(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("late", "answer", "PT1H")
            + END
            + flows("start>answer", "answer>end", "late>end"),
        )
    )
    for _ in range(10):
        case.start()
    case.clock.advance(hours=2)
    with case.engine.begin(SYSTEM) as uow:
        first = jobs.claim(uow, worker="one", limit=6)
    with case.engine.begin(SYSTEM) as uow:
        second = jobs.claim(uow, worker="two", limit=6, lease=timedelta(seconds=5))
    assert (len(first), len(second)) == (6, 4)
    assert not set(first) & set(second)


def bell(attached: str) -> str:
    """A message that is told beside an activity and does not interrupt it."""
    return (
        f"<boundaryEvent id='bell' attachedToRef='{attached}' cancelActivity='false'>"
        "<messageEventDefinition messageRef='m'/></boundaryEvent>"
    )


def ring(case: Driver, instance: str, said: str) -> None:
    with case.engine.begin(SYSTEM) as uow:
        messages.correlate(uow, "rung", instance_id=instance, variables={"said": said})


RUNG = "<message id='m' name='rung'/>"
BESIDE = "<endEvent id='end2'/>"


def test_a_non_interrupting_message_is_caught_each_time_with_its_own_words(drive: Drive) -> None:
    heard = []

    def hear(context: StepContext) -> None:
        heard.append(context.variables["said"])

    case = drive(
        bpmn(
            "main",
            START
            + user("visit")
            + bell("visit")
            + service("hear", "hear")
            + user("act")
            + user("report")
            + END
            + BESIDE
            + flows(
                "start>visit", "visit>report", "report>end", "bell>hear", "hear>act", "act>end2"
            ),
            extra=RUNG,
        ),
        handlers={"hear": Handler(call=hear)},
    )
    instance = case.start()
    for count, said in enumerate(("gas", "water", "fire"), start=1):
        ring(case, instance, said)
        assert case.waiting(instance) == ["act"] * count + ["visit"]
    assert heard == ["gas", "water", "fire"]
    assert case.visited(instance).count("bell") == 3

    case.complete(instance, "act")
    ring(case, instance, "smoke")
    case.complete(instance, "visit")
    assert case.waiting(instance) == ["act", "act", "act", "report"]  # what was begun goes on
    with case.engine.begin(SYSTEM) as uow, pytest.raises(Conflict, match="没有案件在等待"):
        messages.correlate(uow, "rung", instance_id=instance)
    for element in ("act", "report", "act"):
        case.complete(instance, element)
    assert case.state(instance) == "active"
    case.complete(instance, "act")
    assert case.state(instance) == "completed"
    assert case.visited(instance).count("report") == 1
    assert case.breaks(instance) == []


def test_a_message_that_nobody_sends_does_not_hold_the_case(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("visit")
            + bell("visit")
            + user("act")
            + END
            + BESIDE
            + flows("start>visit", "visit>end", "bell>act", "act>end2"),
            extra=RUNG,
        )
    )
    instance = case.start()
    case.complete(instance, "visit")
    assert case.state(instance) == "completed"


@pytest.mark.parametrize("outer", ["items", "sub-process"])
def test_a_message_beside_items_or_a_sub_process_is_caught_each_time(
    drive: Drive, outer: str
) -> None:
    visit = {
        "items": user(
            "visit",
            inner="<multiInstanceLoopCharacteristics camunda:collection='${units}'"
            " camunda:elementVariable='unit'/>",
        ),
        "sub-process": (
            "<subProcess id='visit'><startEvent id='s'/>"
            + user("look")
            + "<endEvent id='e'/>"
            + flows("s>look", "look>e")
            + "</subProcess>"
        ),
    }[outer]
    case = drive(
        bpmn(
            "main",
            START
            + visit
            + bell("visit")
            + user("act")
            + END
            + BESIDE
            + flows("start>visit", "visit>end", "bell>act", "act>end2"),
            extra=RUNG,
        )
    )
    instance = case.start({"units": ["one", "two"]})
    ring(case, instance, "gas")
    ring(case, instance, "water")
    inside = case.waiting(instance)[2:]
    assert case.waiting(instance)[:2] == ["act", "act"]
    for element in inside:
        case.complete(instance, element)
    assert case.waiting(instance) == ["act", "act"]
    case.complete(instance, "act")
    case.complete(instance, "act")
    assert case.state(instance) == "completed"


def test_messages_that_came_early_are_all_caught_beside_the_activity(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("first")
            + user("visit")
            + bell("visit")
            + user("act")
            + END
            + BESIDE
            + flows("start>first", "first>visit", "visit>end", "bell>act", "act>end2"),
            extra=RUNG,
        )
    )
    instance = case.start()
    with case.engine.begin(SYSTEM) as uow:
        for key in ("one", "two", "three"):
            messages.send(uow, "rung", instance_id=instance, key=key)
    case.pass_time(minutes=1)
    case.complete(instance, "first")
    case.pass_time(minutes=1)
    assert case.waiting(instance) == ["act", "act", "act", "visit"]


def test_what_the_rounds_of_a_cycle_began_goes_on_after_the_activity(drive: Drive) -> None:
    case = drive(
        bpmn(
            "main",
            START
            + user("answer")
            + timer("remind", "answer", "R/P1D", interrupting=False, tag="timeCycle")
            + user("urge")
            + user("next")
            + END
            + BESIDE
            + flows("start>answer", "answer>next", "next>end", "remind>urge", "urge>end2"),
        )
    )
    instance = case.start()
    for count in range(1, 4):
        case.pass_time(days=1, seconds=1)
        assert case.waiting(instance) == ["answer", *["urge"] * count]
    case.complete(instance, "answer")
    assert case.waiting(instance) == ["next", "urge", "urge", "urge"]
    assert case.jobs(instance) == []
    case.pass_time(days=5)
    for element in ("urge", "next", "urge", "urge"):
        assert case.state(instance) == "active"
        case.complete(instance, element)
    assert case.state(instance) == "completed"
    assert case.breaks(instance) == []
