"""Running cases moved to another version of their model: what maps, what is refused, and the way back."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import runner, store, tasks
from engine.administration import duties, proposals
from engine.clock import ManualClock
from engine.errors import Conflict, EngineError, Invalid, NotAllowed
from engine.migrating import migration, migration_plans, migration_proposals, migrations
from engine.migrating.migration import Outcome
from engine.migrating.migration_plans import Pair, Plan
from engine.package import Handler, ProcessPackage
from engine.permission import access
from engine.record import history
from engine.repository import definitions
from engine.signoff import signing
from engine.tables import Event, Instance, InstanceSnapshot, Migration, MigrationItem, Task
from tests import factories
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import NOTE_FORM, bpmn, family, flows, user

START, END = "<startEvent id='start'/>", "<endEvent id='end'/>"


def timer(element_id: str, text: str, *, on: str = "", interrupts: bool = True) -> str:
    """An intermediate timer, or with `on` one at the boundary of an activity."""
    cancel = "" if interrupts else " cancelActivity='false'"
    kind = f"boundaryEvent attachedToRef='{on}'{cancel}" if on else "intermediateCatchEvent"
    return (
        f"<{kind} id='{element_id}'><timerEventDefinition id='{element_id}_def'>"
        f"<timeDuration>{text}</timeDuration></timerEventDefinition></{kind.split()[0]}>"
    )


def line(*bodies: str) -> str:
    """A process in one line: `start`, these elements by id, `end`."""
    ids = ["start", *(body.split("id='")[1].split("'")[0] for body in bodies), "end"]
    pairs = [f"{a}>{b}" for a, b in itertools.pairwise(ids)]
    return START + "".join(bodies) + END + flows(*pairs)


@dataclass
class Move:
    """Two versions of a family, cases on the first, and the plan between them."""

    case: Driver
    package: ProcessPackage
    from_id: str = ""
    to_id: str = ""

    def deploy(self, *models: str, forms: Mapping[str, object] | None = None) -> Move:
        files = dict(self.package.files)
        for number, model in enumerate(models):
            files[f"bpmn/m{number}.bpmn"] = model.encode()
        for stem, form in (forms or {}).items():
            files[f"forms/tests/{stem}.json"] = orjson.dumps(form)
        with self.case.engine.begin(SYSTEM) as uow:
            self.to_id = definitions.deploy(uow, self.package, files=files).id
        return self

    def plan(self, **edits: str | None) -> Plan:
        """The proposed plan, with these elements mapped by hand."""
        with self.case.engine.read(SYSTEM) as uow:
            plan = migration_plans.propose(uow, self.from_id, self.to_id)
        pairs = [
            Pair(process=p.process, source=p.source, target=edits[p.source])
            if p.source in edits
            else p
            for p in plan.pairs
        ]
        return replace(plan, pairs=tuple(pairs))

    def faults(self, **edits: str | None) -> list[tuple[str, str]]:
        with self.case.engine.read(SYSTEM) as uow:
            found = migration_plans.check(uow, self.plan(**edits))
        assert all(fault.detail and fault.mend for fault in found)
        return [(fault.element, fault.rule) for fault in found]

    def rehearse(self, instance_id: str, **edits: str | None) -> Outcome:
        with self.case.engine.begin(SYSTEM) as uow:
            return migration.rehearse(
                uow, uow.session.get_one(Instance, instance_id), self.plan(**edits)
            )

    def start(self, **edits: str | None) -> str:
        with self.case.engine.begin(SYSTEM) as uow:
            return migrations.start(uow, self.plan(**edits), reason="新版本").id

    def run(self, **edits: str | None) -> list[MigrationItem]:
        """Move every case; what became of each."""
        migration_id = self.start(**edits)
        runner.run_all_due(self.case.engine)
        return self.items(migration_id)

    def items(self, migration_id: str) -> list[MigrationItem]:
        with self.case.engine.read(SYSTEM) as uow:
            row = migrations.get(uow, migration_id)
            return list(migrations.items(uow, row, limit=2000))

    def revert(self, item: MigrationItem) -> None:
        with self.case.engine.begin(SYSTEM) as uow:
            migrations.revert(uow, item.migration_id, item.id, reason="退回")

    def version(self, instance_id: str) -> int:
        with self.case.engine.read(SYSTEM) as uow:
            return uow.session.get_one(Instance, instance_id).deployment.version


Moving = Callable[..., Move]


@pytest.fixture
def moving(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Moving:
    def build(*models: str, handlers: Mapping[str, Handler] | None = None, **more: Any) -> Move:
        package = family(tmp_path, *models, handlers=handlers, **more)
        case = Driver(engine=engine_for(package), clock=clock).set_up()
        with case.engine.read(SYSTEM) as uow:
            first = definitions.latest(uow, "main").deployment_id
        return Move(case=case, package=package, from_id=first)

    return build


def moved(items: list[MigrationItem]) -> list[str]:
    assert [item.reason for item in items] == [""] * len(items)
    return [item.state for item in items]


def test_a_renamed_element_keeps_its_task_and_who_works_on_it(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), user("check"))))
    case = move.case
    instance = case.start()
    task = case.open_task(instance, "write")
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.claim(uow, task.id)
    move.deploy(
        bpmn("main", line(user("draft").replace("name='draft'", "name='write'"), user("check")))
    )
    assert ("write", "draft", "proposed") in [
        (p.source, p.target, p.how) for p in move.plan().pairs
    ]
    [item] = move.run()
    assert moved([item]) == ["moved"]
    assert case.waiting(instance) == ["draft"]
    after = case.open_task(instance, "draft")
    assert (after.id, after.state, after.assignee_id) == (
        task.id,
        "claimed",
        case.people["ada"].user_id,
    )
    with case.engine.begin(case.people["ada"]) as uow:
        tasks.complete(uow, task.id, {}, revision=after.revision)
    case.complete(instance, "check")
    assert case.state(instance) == "completed"
    assert case.breaks(instance) == []
    with case.engine.read(SYSTEM) as uow:
        event = uow.session.scalars(sa.select(Event).where(Event.kind == "instance.migrated")).one()
        assert event.instance_id == instance


def test_steps_added_before_and_after_the_token(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), user("check"))))
    case = move.case
    instance = case.start()
    case.complete(instance, "write")
    move.deploy(bpmn("main", line(user("write"), user("before"), user("check"), user("after"))))
    assert moved(move.run()) == ["moved"]
    case.complete(instance, "check")
    assert case.waiting(instance) == ["after"]
    case.complete(instance, "after")
    assert case.state(instance) == "completed"


def test_a_finished_step_that_is_gone_is_history(moving: Moving) -> None:
    move = moving(
        bpmn("main", line(user("write"), user("check", form="remark"), user("file", form="remark")))
    )
    case = move.case
    instance = case.start()
    case.complete(instance, "write", {"note": "x"})
    move.deploy(bpmn("main", line(user("check", form="remark"), user("file", form="remark"))))
    assert moved(move.run()) == ["moved"]
    case.complete(instance, "check")
    case.complete(instance, "file")
    assert case.state(instance) == "completed"
    assert case.variables(instance)["note"] == "x"
    assert "write" in case.visited(instance)


def test_a_removed_step_with_a_token_is_refused_until_it_has_a_place(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), user("check"))))
    case = move.case
    instance = case.start()
    move.deploy(bpmn("main", line(user("check"))))
    assert move.faults() == [("write", "no-place")]
    with pytest.raises(Invalid) as refused:
        move.start()
    assert refused.value.errors[0].code == "no-place"
    assert [f["rule"] for f in move.rehearse(instance).faults] == ["no-place"]
    assert case.waiting(instance) == ["write"]
    assert moved(move.run(write="check", check=None)) == ["moved"]
    case.complete(instance, "check")
    assert case.state(instance) == "completed"


@pytest.mark.parametrize(
    ("edits", "rule"),
    [
        ({"write": "way"}, "onto-gateway"),
        ({"write": "wait"}, "other-kind"),
        ({"write": "each"}, "multi-instance"),
        ({"write": "inner"}, "sub-process"),
        ({"write": "check", "check": "write"}, "loop"),
        ({"write": "check"}, "twice"),
        ({"write": "nowhere"}, "unknown-element"),
        ({"write": None}, "no-place"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(
    moving: Moving, edits: dict[str, str | None], rule: str
) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics camunda:collection='people'"
        " camunda:elementVariable='person'/>"
    )
    part = (
        "<subProcess id='part'><startEvent id='s2'/>"
        + user("inner")
        + "<endEvent id='e2'/>"
        + flows("s2>inner", "inner>e2")
        + "</subProcess>"
    )
    gateway = "<exclusiveGateway id='way' default='way_to_wait'/>"
    body = line(
        user("write"), user("check"), gateway, timer("wait", "P1D"), user("each", inner=loop), part
    )
    move = moving(bpmn("main", body))
    instance = move.case.start()
    move.deploy(bpmn("main", body.replace("name='check'", "name='复核'")))
    assert move.faults() == []
    assert rule in [found for _, found in move.faults(**edits)]
    with pytest.raises(Invalid):
        move.start(**edits)
    assert move.version(instance) == 1
    assert move.case.waiting(instance) == ["write"]


def test_a_changed_timer_counts_from_its_old_beginning(moving: Moving) -> None:
    move = moving(bpmn("main", line(timer("wait", "P5D"), user("check"))))
    case = move.case
    instance = case.start()
    [before] = case.jobs(instance)
    case.pass_time(days=2)
    move.deploy(bpmn("main", line(timer("wait", "P10D"), user("check"))))
    [told] = move.rehearse(instance).timers
    assert (told["what"], told["before"]) == ("recomputed", before.due_at.isoformat())
    assert [job.due_at for job in case.jobs(instance)] == [before.due_at]
    [item] = move.run()
    [after] = case.jobs(instance)
    assert (after.due_at - before.due_at).days == 5
    move.revert(item)
    assert [job.due_at for job in case.jobs(instance)] == [before.due_at]
    case.pass_time(days=3, minutes=1)
    assert case.waiting(instance) == ["check"]


def test_an_unchanged_timer_is_kept_and_boundary_timers_come_and_go(moving: Moving) -> None:
    body = START + user("write") + timer("late", "P5D", on="write") + user("check") + END
    plain = line(user("write"), user("check"))
    timed = body + flows("start>write", "write>check", "check>end", "late>end")
    move = moving(bpmn("main", timed))
    case = move.case
    instance = case.start()
    [before] = case.jobs(instance)
    move.deploy(bpmn("main", timed.replace("name='check'", "name='复核'")))
    assert moved(move.run()) == ["moved"]
    assert [job.id for job in case.jobs(instance)] == [before.id]

    second = replace(move, from_id=move.to_id).deploy(bpmn("main", plain))
    [item] = second.run()
    assert moved([item]) == ["moved"]
    assert case.jobs(instance) == []
    second.revert(item)
    [again] = case.jobs(instance)
    assert again.due_at == before.due_at

    third = replace(move, from_id=move.to_id).deploy(bpmn("main", plain))
    assert moved(third.run()) == ["moved"]
    fourth = replace(move, from_id=third.to_id).deploy(
        bpmn("main", timed.replace("P5D", "P7D"))
    )  # fmt: skip
    assert moved(fourth.run()) == ["moved"]
    [added] = case.jobs(instance)
    assert added.element_id == "late"
    case.pass_time(days=7, minutes=1)
    assert case.state(instance) == "completed"


def nested(*, name: str, inner: str) -> str:
    return (
        START
        + f"<subProcess id='{name}' name='part'><startEvent id='s2'/>"
        + inner
        + "<endEvent id='e2'/></subProcess>"
        + END
        + flows(f"start>{name}", f"{name}>end")
    )


def test_inside_a_sub_process_that_is_renamed(moving: Moving) -> None:
    old = (
        user("write") + user("check", form="remark") + flows("s2>write", "write>check", "check>e2")
    )
    new = user("write") + user("check", form="remark") + user("more", form="remark")
    new += flows("s2>write", "write>check", "check>more", "more>e2")
    move = moving(bpmn("main", nested(name="part", inner=old)))
    case = move.case
    instance = case.start()
    case.complete(instance, "write", {"note": "x"})
    move.deploy(bpmn("main", nested(name="section", inner=new)))
    assert moved(move.run()) == ["moved"]
    case.complete(instance, "check")
    case.complete(instance, "more")
    assert case.state(instance) == "completed"
    assert case.variables(instance)["note"] == "x"


EACH = (
    "<multiInstanceLoopCharacteristics {} camunda:collection='people'"
    " camunda:elementVariable='person'/>"
)


@pytest.mark.parametrize("sequential", ["", "isSequential='true'"])
def test_inside_a_multi_instance_items_stay(moving: Moving, sequential: str) -> None:
    each = user("each", inner=EACH.format(sequential))
    move = moving(bpmn("main", line(each, user("check"))))
    case = move.case
    instance = case.start({"people": ["a", "b", "c"]})
    case.complete(instance, "each", {"note": "first"}, item="a")
    before = {task.item: task.id for task in case.open_tasks(instance)}
    renamed = each.replace("id='each'", "id='every'")
    move.deploy(bpmn("main", line(renamed, user("new"), user("check"))))
    assert move.rehearse(instance).items == [{"element_id": "each", "total": 3, "done": 1}]
    assert moved(move.run()) == ["moved"]
    assert {task.item: task.id for task in case.open_tasks(instance)} == before
    for item in ("b", "c"):
        case.complete(instance, "every", item=item)
    assert case.waiting(instance) == ["new"]
    case.complete(instance, "new")
    case.complete(instance, "check")
    assert case.state(instance) == "completed"


def _branch(name: str) -> str:
    return user(name, form="note" if name == "b" else "remark")


def forked(*branches: str) -> str:
    gates = "<parallelGateway id='fork'/><parallelGateway id='join'/>"
    pairs = [f"fork>{name}" for name in branches] + [f"{name}>join" for name in branches]
    body = START + gates + "".join(_branch(name) for name in branches) + _branch("last") + END
    return bpmn("main", body + flows("start>fork", *pairs, "join>last", "last>end"))


def test_several_tokens_and_one_that_waits_at_the_join(moving: Moving) -> None:
    move = moving(forked("a", "b", "c"))
    case = move.case
    instance = case.start()
    case.complete(instance, "b", {"note": "x"})
    move.deploy(forked("a", "b", "c").replace("name='last'", "name='尾'"))
    assert moved(move.run()) == ["moved"]
    case.complete(instance, "a", {"remark": "y"})
    case.complete(instance, "c")
    assert case.waiting(instance) == ["last"]
    assert case.variables(instance)["note"] == "x"


def test_a_join_that_would_wait_for_ever_keeps_the_case_where_it_is(moving: Moving) -> None:
    move = moving(forked("a", "b"))
    case = move.case
    stuck, done = case.start(), case.start()
    for name in ("a", "b"):
        case.complete(done, name)
    move.deploy(forked("a", "b", "c"))
    by_case = {item.instance_id: item for item in move.run()}
    assert by_case[done].state == "moved"
    assert by_case[stuck].state == "refused"
    assert "一直等下去" in by_case[stuck].reason
    assert (move.version(stuck), move.version(done)) == (1, 2)
    for name in ("a", "b", "last"):
        case.complete(stuck, name)
    case.complete(done, "last")
    assert {case.state(stuck), case.state(done)} == {"completed"}


def test_inside_a_called_process(moving: Moving) -> None:
    call = "<callActivity id='call' name='call' calledElement='part'/>"
    main = bpmn("main", line(call, user("check")))
    move = moving(main, bpmn("part", line(user("write"))))
    case = move.case
    instance = case.start()
    move.deploy(main, bpmn("part", line(user("write"), user("more"))))
    assert moved(move.run()) == ["moved"]
    for name in ("write", "more", "check"):
        case.complete(instance, name)
    assert case.state(instance) == "completed"


def test_a_message_and_a_timer_at_an_event_gateway_keep_waiting(moving: Moving) -> None:
    message = "<message id='m' name='reply'/>"
    reply = (
        "<intermediateCatchEvent id='reply'><messageEventDefinition id='d' messageRef='m'/>"
        "</intermediateCatchEvent>"
    )
    body = (
        START + "<eventBasedGateway id='first'/>" + reply + timer("late", "P5D") + user("after") + END
        + flows("start>first", "first>reply", "first>late", "reply>after", "late>after", "after>end")
    )  # fmt: skip
    move = moving(bpmn("main", body, extra=message))
    case = move.case
    instance = case.start()
    [before] = case.jobs(instance)
    renamed = body.replace("id='late'", "id='slow'").replace("'late'", "'slow'")
    renamed = renamed.replace("first_to_late", "first_to_slow").replace("late_to_", "slow_to_")
    move.deploy(bpmn("main", renamed, extra=message))
    assert moved(move.run(late="slow")) == ["moved"]
    [after] = case.jobs(instance)
    assert (after.id, after.element_id, after.due_at) == (before.id, "slow", before.due_at)
    case.pass_time(days=5, minutes=1)
    assert case.waiting(instance) == ["after"]


def test_forms_drafts_and_assignments_are_brought_up_to_date(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), user("check"))))
    case = move.case
    instance = case.start()
    task = case.open_task(instance, "write")
    with case.engine.begin(case.people["ada"]) as uow:
        task = tasks.claim(uow, task.id)
        tasks.save_draft(uow, task.id, {"note": "n", "outcome": "o"}, revision=task.revision)
    form: Any = copy.deepcopy(NOTE_FORM)
    del form["components"][1]
    move.deploy(
        bpmn("main", line(user("write", group="head"), user("check"))), forms={"note": form}
    )
    [told] = move.rehearse(instance).tasks
    assert (told["draft"], told["lost_fields"]) == ("lost", ["outcome"])
    assert told["assignment"] == "recomputed"
    [item] = move.run()
    after = case.open_task(instance, "write")
    assert after.draft == {"note": "n"}
    with case.engine.read(SYSTEM) as uow:
        event = uow.session.scalars(
            sa.select(Event).where(Event.kind == "task.draft_reduced")
        ).one()  # of the move alone: a rehearsal leaves none
        said = history.payload_of(uow, event.id)
    assert (said["name"], said["fields"]) == ("write", ["结果"])
    assert (after.state, after.assignee_id) == ("ready", None)
    with pytest.raises(EngineError), case.engine.begin(case.people["ada"]) as uow:
        tasks.claim(uow, after.id)
    move.revert(item)
    back = case.open_task(instance, "write")
    assert back.draft == {"note": "n", "outcome": "o"}
    case.complete(instance, "write")
    assert case.waiting(instance) == ["check"]


def test_who_wrote_does_not_check_after_the_writing_step_was_renamed(moving: Moving) -> None:
    check = user("check", extra="dudao:separateFrom='{}'")
    move = moving(bpmn("main", line(user("write"), check.format("write"))))
    case = move.case
    instance = case.start()
    case.complete(instance, "write", by="ada")
    draft = user("draft").replace("name='draft'", "name='write'")
    move.deploy(bpmn("main", line(draft, check.format("draft"))))
    assert moved(move.run()) == ["moved"]
    with pytest.raises(EngineError):
        case.complete(instance, "check", by="ada")
    case.complete(instance, "check", by="bob")
    assert case.state(instance) == "completed"


def test_a_case_that_moved_on_is_not_put_back(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), user("check"))))
    case = move.case
    gone_on, stays = case.start(), case.start()
    move.deploy(bpmn("main", line(user("write"), user("new"), user("check"))))
    items = {item.instance_id: item for item in move.run()}
    case.complete(gone_on, "write")
    with pytest.raises(Conflict) as refused:
        move.revert(items[gone_on])
    assert refused.value.code == "moved-on"
    move.revert(items[stays])
    assert (move.version(gone_on), move.version(stays)) == (2, 1)
    with pytest.raises(Conflict):
        move.revert(items[stays])
    case.complete(stays, "write")
    assert case.waiting(stays) == ["check"]
    assert case.breaks(stays) == []


def test_all_are_put_back_one_after_the_other_and_those_gone_on_stay(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), user("check"))))
    case = move.case
    gone_on, stays, other = case.start(), case.start(), case.start()
    move.deploy(bpmn("main", line(user("write"), user("new"), user("check"))))
    migration_id = move.start()
    with pytest.raises(Conflict) as refused, case.engine.begin(SYSTEM) as uow:
        migrations.revert_all(uow, migration_id, reason="退回")
    assert refused.value.code == "migration-running"
    runner.run_all_due(case.engine)
    case.complete(gone_on, "write")
    with case.engine.begin(SYSTEM) as uow:
        migrations.revert_all(uow, migration_id, reason="全部退回")
    runner.run_due(case.engine, worker="one")
    with case.engine.begin(SYSTEM) as uow:
        migrations.pause(uow, migration_id)
    runner.run_all_due(case.engine)
    with case.engine.begin(SYSTEM) as uow:
        seen = migrations.progress(uow, migrations.resume(uow, migration_id))
    assert seen["returning"] == 2
    runner.run_all_due(case.engine)
    items = {item.instance_id: item for item in move.items(migration_id)}
    assert (items[gone_on].state, items[stays].state) == ("moved", "reverted")
    assert "往下办理" in items[gone_on].reason
    assert [move.version(each) for each in (gone_on, stays, other)] == [2, 1, 1]
    case.complete(stays, "write")
    assert (case.waiting(stays), case.breaks(stays)) == (["check"], [])
    with case.engine.begin(SYSTEM) as uow:
        assert migrations.get(uow, migration_id).state == "done"


def test_a_rehearsal_changes_nothing(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"), timer("wait", "P5D"))))
    case = move.case
    instance = case.start()
    move.deploy(bpmn("main", line(user("draft"), timer("wait", "P7D"))))

    def stored() -> Any:
        with case.engine.read(SYSTEM) as uow:
            found = uow.session.get_one(Instance, instance)
            snapshot = uow.session.get_one(InstanceSnapshot, instance)
            task = uow.session.scalars(sa.select(Task)).one()
            events = uow.session.scalar(sa.select(sa.func.count()).select_from(Event))
            return (
                found.revision, found.deployment_id, found.history_digest, snapshot.content,
                task.element_id, task.revision, events,
            )  # fmt: skip

    before = stored()
    outcome = move.rehearse(instance, write="draft")
    assert outcome.faults == []
    assert outcome.tokens == [{"process": "main", "from": "write", "to": "draft"}]
    assert stored() == before


def test_a_migration_pauses_and_resumes(moving: Moving) -> None:
    move = moving(bpmn("main", line(user("write"))))
    case = move.case
    cases = [case.start() for _ in range(4)]
    move.deploy(bpmn("main", line(user("write"), user("new"))))
    migration_id = move.start()
    engine = case.engine
    assert runner.run_due(engine, worker="one") == 1
    with engine.begin(SYSTEM) as uow:
        migrations.pause(uow, migration_id)
    runner.run_all_due(engine)
    assert sorted(item.state for item in move.items(migration_id)) == ["moved"] + ["waiting"] * 3
    with pytest.raises(Conflict), engine.begin(SYSTEM) as uow:
        migrations.pause(uow, migration_id)
    with engine.begin(SYSTEM) as uow:
        migrations.resume(uow, migration_id)
    with pytest.raises(Conflict), engine.begin(SYSTEM) as uow:
        migrations.resume(uow, migration_id)
    runner.run_all_due(engine)
    assert moved(move.items(migration_id)) == ["moved"] * 4
    assert {move.version(instance) for instance in cases} == {2}
    with engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Migration, migration_id)
        assert (row.state, migrations.progress(uow, row)["moved"]) == ("done", 4)


def test_a_worker_that_dies_in_the_middle_loses_nothing(
    moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = moving(bpmn("main", line(user("write"))))
    case = move.case
    cases = [case.start() for _ in range(3)]
    move.deploy(bpmn("main", line(user("write"), user("new"))))
    migration_id = move.start()

    class Killed(BaseException):
        """Nobody catches it: as if the process were gone before its commit."""

    with monkeypatch.context() as patched:
        whole = store.save

        def dying(*given: Any) -> None:
            whole(*given)
            raise Killed

        patched.setattr(store, "save", dying)
        with pytest.raises(Killed):
            runner.run_due(case.engine, worker="dying")
    assert [item.state for item in move.items(migration_id)] == ["waiting"] * 3
    assert runner.run_all_due(case.engine) == 0  # its lease still runs
    case.clock.advance(seconds=61)
    runner.run_all_due(case.engine)
    assert moved(move.items(migration_id)) == ["moved"] * 3
    for instance in cases:
        assert case.breaks(instance) == []
        case.complete(instance, "write")
        assert case.waiting(instance) == ["new"]


def test_an_accountable_family_needs_a_second_person_of_its_own(moving: Moving) -> None:
    move = moving(
        bpmn("main", line(user("write"))), entries='accountable = true\nsecond_persons = ["head"]\n'
    )
    case = move.case
    engine = case.engine
    instance = case.start()
    move.deploy(bpmn("main", line(user("write"), user("new"))))
    with engine.begin(SYSTEM) as uow:
        office = factories.organisation(uow, "bureau")
        editor = factories.person(uow, "editor", (duties.MODEL_EDITOR, office))
        admin = factories.person(uow, "admin", (duties.SYSTEM_ADMIN, office))
    plan = move.plan()
    with pytest.raises(NotAllowed), engine.begin(editor) as uow:
        migration_proposals.start(uow, plan, reason="新版本")
    with pytest.raises(NotAllowed), engine.begin(case.people["ada"]) as uow:
        migration_proposals.make(uow, plan, reason="新版本")
    with engine.begin(editor) as uow:
        proposal_id = migration_proposals.make(uow, plan, reason="新版本").id
    for other in (editor, admin):
        with pytest.raises(EngineError), engine.begin(other) as uow:
            proposals.confirm(uow, proposal_id)
    with engine.begin(case.people["cai"]) as uow:
        outcome = proposals.confirm(uow, proposal_id).outcome
    assert outcome is not None
    assert outcome["plan"] == plan.digest
    runner.run_all_due(engine)
    assert moved(move.items(outcome["migration"])) == ["moved"]
    with engine.read(SYSTEM) as uow:
        event = uow.session.scalars(sa.select(Event).where(Event.kind == "instance.migrated")).one()
        assert history.payload_of(uow, event.id)["proposal"] == proposal_id
    assert move.version(instance) == 2


def test_another_deadline_of_a_task_runs_from_the_day_that_the_old_one_ran_from(
    moving: Moving,
) -> None:
    timed = user("write", extra="dudao:deadline='answer'")
    move = moving(bpmn("main", line(timed)))
    case = move.case
    instance = case.start()
    before = case.open_task(instance, "write").due_at
    case.pass_time(days=2)
    plain = bpmn("main", line(user("write")))
    move.deploy(plain)
    [item] = move.run()
    assert moved([item]) == ["moved"]
    assert case.open_task(instance, "write").due_at is None
    assert case.jobs(instance) == []
    move.revert(item)
    again = case.open_task(instance, "write")
    assert again.due_at == before
    [lapse] = [job for job in case.jobs(instance) if job.kind == "deadline"]
    assert (lapse.kind, lapse.due_at) == ("deadline", before)
    case.complete(instance, "write")
    assert case.jobs(instance) == []
    assert case.breaks(instance) == []


def test_what_is_being_signed_goes_on_by_its_own_terms(moving: Moving) -> None:
    """Seats, drafts and the terms stay; the new version's rule is for the next cases."""

    def written(rule: str, group: str) -> str:
        terms = f"<extensionElements><dudao:signOff rule='{rule}' per='post'/></extensionElements>"
        return bpmn("main", line(user("write", group=group, inner=terms), user("check")))

    move = moving(written("all", "staff,head"))
    case = move.case
    instance = case.start()
    before = {row.id: row.sign_off_id for row in case.open_tasks(instance)}
    assert len(before) == 2
    move.deploy(written("any", "head"))
    assert {told["assignment"] for told in move.rehearse(instance).tasks} == {"kept_terms"}
    assert moved(move.run()) == ["moved"]
    assert {row.id: row.sign_off_id for row in case.open_tasks(instance)} == before
    for name in ("ada", "cai"):
        assert "check" not in case.waiting(instance)
        with case.engine.begin(case.people[name]) as uow:
            rows = [r for r in uow.session.scalars(sa.select(Task)) if r.id in before]
            mine = next(r for r in rows if "claim" in access.allowed_acts(uow, r))
            mine = tasks.claim(uow, mine.id)
            signing.vote(uow, mine.id, "agree", values={}, revision=mine.revision)
    assert case.waiting(instance) == ["check"]
