"""Several people sign one task: who may, in what order, what it comes to, and who comes too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import instances, tasks
from engine.actor import StandIn
from engine.clock import ManualClock
from engine.desk import worklist
from engine.desk.worklist import Tab
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, PreconditionMissing, Stale
from engine.handover import returns
from engine.package import Handler, StepContext
from engine.permission import access, recusals
from engine.signoff import signing
from engine.tables import Event, Task
from tests import models
from tests.conftest import EngineFor
from tests.council import Council, joint
from tests.driver import SYSTEM, Driver

Convene = Callable[..., Council]
Drive = Callable[..., Driver]


@pytest.fixture
def drive(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Drive:
    """A driver over a model."""

    def build(text: str, *, handlers: Mapping[str, Handler] | None = None) -> Driver:
        package = models.family(tmp_path, text, handlers=handlers)
        return Driver(engine=engine_for(package), clock=clock).set_up()

    return build


@pytest.fixture
def convene(drive: Drive) -> Callable[..., Council]:
    """A council over the model with these terms."""

    def build(attributes: str, **details: str) -> Council:
        return Council.of(drive(joint(attributes, **details)))

    return build


def test_all_must_agree_and_then_it_goes_on(convene: Convene) -> None:
    council = convene("rule='all'")
    instance = council.start()
    for name in ("north_staff", "west_staff"):
        council.vote(instance, name)
        assert "publish" not in council.case.waiting(instance)
    council.vote(instance, "south_staff")
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.variables(instance)["outcome"] == "agreed"
    assert council.case.variables(instance)["outcome_votes"] == {
        "agree": 3,
        "refuse": 0,
        "abstain": 0,
    }
    assert council.case.breaks(instance) == []


def test_the_first_refusal_ends_it_and_the_others_are_needed_no_more(convene: Convene) -> None:
    council = convene("rule='all'")
    instance = council.start()
    late = council.row(instance, "south_staff")
    council.vote(instance, "north_staff")
    council.vote(instance, "west_staff", "refuse", opinion="依据不足")
    assert council.case.waiting(instance) == ["redo"]
    actor = council.case.people["south_staff"]
    with council.case.engine.begin(actor) as uow, pytest.raises(Conflict) as caught:
        signing.vote(uow, late.id, "agree", values={}, revision=late.revision)
    assert caught.value.code == "sign-off-decided"
    states = {row.state for row in council.board(instance).signers}
    assert states == {"voted", "unneeded"}


def test_all_are_heard_where_the_model_says_so(convene: Convene) -> None:
    council = convene("rule='all' ends='heard'")
    instance = council.start()
    council.vote(instance, "north_staff", "refuse")
    council.vote(instance, "west_staff")
    assert council.case.waiting(instance) == ["joint"]
    council.vote(instance, "south_staff")
    assert council.case.waiting(instance) == ["redo"]


def test_in_order_only_the_next_one_sees_it_in_the_queue(convene: Convene) -> None:
    council = convene("rule='in_order'")
    instance = council.start()
    for name in ("north_staff", "south_staff", "west_staff"):
        assert len(council.case.open_tasks(instance)) == 1
        council.vote(instance, name)
    assert council.case.waiting(instance) == ["publish"]


def test_one_is_enough_where_any_may_sign(convene: Convene) -> None:
    council = convene("rule='any'")
    instance = council.start()
    council.vote(instance, "west_staff")
    assert council.case.waiting(instance) == ["publish"]
    other = council.start()
    council.vote(other, "north_staff", "refuse")
    assert council.case.waiting(other) == ["redo"]


def test_a_share_decides_as_soon_as_it_is_certain(convene: Convene) -> None:
    council = convene("rule='vote' share='2/3' per='post'", group="staff,head")
    instance = council.start()  # six seats: four are needed
    for name in ("north_staff", "north_head", "south_staff"):
        council.vote(instance, name)
    assert set(council.case.waiting(instance)) == {"joint"}
    council.vote(instance, "south_head")
    assert council.case.waiting(instance) == ["publish"]


def test_weights_and_a_veto_are_read_from_the_model(convene: Convene) -> None:
    weight = "weight='= if signer.organisation_code = \"west\" then 5 else 1'"
    council = convene(f"rule='vote' share='1/2' {weight} veto='head'", group="staff,head")
    instance = council.start()
    council.vote(instance, "west_staff")
    assert council.case.waiting(instance) == ["joint", "joint"]  # a veto may still come
    council.vote(instance, "north_head", "refuse")
    assert council.case.waiting(instance) == ["redo"]


def test_whoever_abstains_is_heard_and_not_counted(convene: Convene) -> None:
    council = convene("rule='vote' share='1' shareOf='cast' abstain='true'")
    instance = council.start()
    council.vote(instance, "north_staff", "abstain")
    council.vote(instance, "south_staff", "abstain")
    council.vote(instance, "west_staff")
    assert council.case.waiting(instance) == ["publish"]


def test_persons_sign_each_for_themselves(convene: Convene) -> None:
    council = convene("rule='all' per='person'", group="staff,head")
    instance = council.start()
    assert len(council.case.open_tasks(instance)) == 6
    council.vote(instance, "north_staff")
    council.vote(instance, "north_head")
    assert len(council.case.open_tasks(instance)) == 4


def test_a_list_in_a_variable_names_who_signs(convene: Convene) -> None:
    council = convene("rule='in_order' signers='= members'")
    instance = council.start({"members": [council.places["west"], "south_head"]})
    council.vote(instance, "west_staff")
    council.vote(instance, "south_head")
    assert council.case.waiting(instance) == ["publish"]


@pytest.mark.parametrize("members", [[], ["nobody"], "west", [1], None])
def test_a_list_that_names_nobody_is_an_incident(convene: Convene, members: object) -> None:
    council = convene("rule='all' signers='= members'")
    instance = council.start({"members": members})
    assert council.case.open_tasks(instance) == []
    assert len(council.case.incidents(instance)) == 1


def test_each_signer_has_a_row_and_a_draft_of_their_own(convene: Convene) -> None:
    council = convene("rule='all'")
    instance = council.start()
    for name in ("north_staff", "south_staff"):
        row = council.row(instance, name)
        with council.case.engine.begin(council.case.people[name]) as uow:
            row = tasks.claim(uow, row.id)
            tasks.save_draft(uow, row.id, {"remark": name}, revision=row.revision)
    assert council.row(instance, "north_staff").draft == {"remark": "north_staff"}
    assert council.row(instance, "south_staff").draft == {"remark": "south_staff"}
    with council.case.engine.read(council.case.people["north_staff"]) as uow:
        assert worklist.counts(uow)["mine"] == 1
        assert [row.element_id for row in worklist.search(uow, tab=Tab.MINE)] == ["joint"]


def test_completing_is_no_vote(convene: Convene) -> None:
    council = convene("rule='all'")
    instance = council.start()
    row = council.row(instance, "north_staff")
    with council.case.engine.begin(council.case.people["north_staff"]) as uow:
        row = tasks.claim(uow, row.id)
        assert "vote" in access.allowed_acts(uow, row)
        assert "complete" not in access.allowed_acts(uow, row)
        with pytest.raises(Conflict) as refused:
            tasks.complete(uow, row.id, {}, revision=row.revision)
        assert refused.value.code == "vote-instead"
    with council.case.engine.begin(SYSTEM) as uow, pytest.raises(Conflict) as caught:
        tasks.finish(uow, uow.session.get_one(Task, row.id), {})
    assert caught.value.code == "vote-instead"


def test_a_vote_is_refused_with_reason_and_changes_nothing(convene: Convene) -> None:
    council = convene("rule='all'", form="note")
    instance = council.start()
    row = council.row(instance, "north_staff")
    me = council.case.people["north_staff"]
    with council.case.engine.begin(me) as uow:
        revision = tasks.claim(uow, row.id).revision

    def refused(
        kind: type[Exception], choice: str, at: int | None, values: dict[str, object], opinion: str
    ) -> None:
        with council.case.engine.begin(me) as uow, pytest.raises(kind):
            signing.vote(uow, row.id, choice, values=values, opinion=opinion, revision=at)

    refused(PreconditionMissing, "agree", None, {}, "")
    refused(Stale, "agree", revision - 1, {}, "")
    refused(Invalid, "maybe", revision, {}, "")
    refused(Invalid, "abstain", revision, {}, "弃权")
    refused(Invalid, "refuse", revision, {}, "  ")
    refused(Invalid, "refuse", revision, {}, "长" * 2_001)
    refused(Invalid, "agree", revision, {"amount": "many"}, "")
    with (
        council.case.engine.begin(council.case.people["north_head"]) as uow,
        pytest.raises(NotAllowed),
    ):
        signing.vote(uow, row.id, "agree", values={}, revision=revision)
    with council.case.engine.begin(council.case.people["uma"]) as uow, pytest.raises(NotFound):
        signing.vote(uow, row.id, "agree", values={}, revision=revision)
    assert council.signer(instance, "north_staff").state == "open"
    council.vote(instance, "north_staff")
    with council.case.engine.begin(me) as uow, pytest.raises(Conflict) as caught:
        signing.vote(uow, row.id, "agree", values={}, revision=revision)
    assert caught.value.code == "already-voted"


def test_nobody_votes_twice_whatever_seats_they_hold(convene: Convene) -> None:
    council = convene("rule='all'", group="staff")
    instance = council.start()
    double = council.case.people["north_staff"]
    both = type(double)(
        user_id=double.user_id,
        name=double.name,
        posts=(*double.posts, *council.case.people["south_staff"].posts),
    )
    council.case.people["north_staff"] = both
    council.vote(instance, "north_staff")
    with council.case.engine.read(both) as uow:
        assert worklist.counts(uow)["claimable"] == 0
        row = next(row for row in instances.open_tasks(uow, instance))
        assert access.allowed_acts(uow, row).isdisjoint({"claim", "assign", "vote"})


def test_a_completion_handler_is_given_every_vote(drive: Drive) -> None:
    given: list[StepContext] = []

    def take(ctx: StepContext) -> dict[str, object]:
        given.append(ctx)
        return {"took": ctx.verdict.outcome if ctx.verdict else ""}

    council = Council.of(
        drive(
            joint("rule='all' result='outcome'", extra="dudao:completion='take'"),
            handlers={"take": Handler(call=take)},
        )
    )
    instance = council.start()
    council.vote(instance, "north_staff", values={"remark": "甲"})
    council.vote(instance, "south_staff", values={"remark": "乙"})
    council.vote(instance, "west_staff", "refuse", opinion="不可", values={"remark": "丙"})
    verdict = given[0].verdict
    assert verdict is not None
    assert len(given) == 1
    assert verdict.outcome == "refused"
    assert [(s.vote, s.values["remark"]) for s in verdict.signatures] == [
        ("agree", "甲"),
        ("agree", "乙"),
        ("refuse", "丙"),
    ]
    assert council.case.variables(instance)["took"] == "refused"
    assert "remark" not in council.case.variables(instance)


def test_a_handler_that_refuses_leaves_the_last_vote_uncast(drive: Drive) -> None:
    def refuse(_: StepContext) -> None:
        raise Invalid("没有提交：缺附件。")

    council = Council.of(
        drive(
            joint("rule='any'", extra="dudao:completion='take'"),
            handlers={"take": Handler(call=refuse)},
        )
    )
    instance = council.start()
    with pytest.raises(Invalid):
        council.vote(instance, "north_staff")
    assert council.signer(instance, "north_staff").state == "open"
    assert council.board(instance).sign_off.state == "open"


def test_who_signed_may_not_check_it(drive: Drive) -> None:
    text = joint("rule='all'").replace(
        "<userTask id='publish'", "<userTask id='publish' dudao:separateFrom='joint'"
    )
    council = Council.of(drive(text))
    instance = council.start()
    for name in ("north_staff", "south_staff", "west_staff"):
        council.vote(instance, name)
    task = council.case.open_task(instance, "publish")
    for name in ("north_staff", "south_staff", "west_staff"):
        with council.case.engine.begin(council.case.people[name]) as uow, pytest.raises(NotAllowed):
            tasks.claim(uow, task.id)


def test_a_unit_sends_another_where_one_keeps_out(convene: Convene) -> None:
    council = convene("rule='all'")
    council.add_person("north_second", "staff", "north")
    instance = council.start()
    row = council.row(instance, "north_staff")
    with council.case.engine.begin(council.case.people["north_staff"]) as uow:
        tasks.claim(uow, row.id)
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("north_staff"), reason="亲属")
    with council.case.engine.begin(council.case.people["north_second"]) as uow:
        tasks.assign(uow, row.id, council.id_of("north_second"))
    for name in ("north_second", "south_staff", "west_staff"):
        council.vote(instance, name)
    assert council.case.waiting(instance) == ["publish"]


def test_a_personal_seat_is_void_when_the_person_keeps_out(convene: Convene) -> None:
    council = convene("rule='all' per='person'")
    instance = council.start()
    council.vote(instance, "north_staff")
    council.vote(instance, "south_staff")
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("west_staff"), reason="亲属")
    assert council.case.waiting(instance) == ["joint"]
    council.case.pass_time(minutes=1)
    assert council.case.waiting(instance) == ["publish"]
    assert council.signer(instance, "west_staff").state == "void"
    assert council.signer(instance, "west_staff").reason == "已回避"


def test_where_everybody_keeps_out_an_operator_is_called(convene: Convene) -> None:
    council = convene("rule='all' per='person'")
    instance = council.start()
    with council.case.engine.begin(SYSTEM) as uow:
        for name in ("north_staff", "south_staff", "west_staff"):
            recusals.add(uow, instance, council.id_of(name), reason="亲属")
    for _ in range(4):
        council.case.pass_time(minutes=15)
    assert council.case.incidents(instance)
    assert "publish" not in council.case.waiting(instance)


def test_whoever_keeps_out_beforehand_is_not_asked(convene: Convene) -> None:
    council = convene("rule='in_order' signers='= members'")
    members = ["north_staff", "south_head", "west_head"]
    instance = council.start({"members": members})
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("south_head"), reason="亲属")
    council.case.pass_time(minutes=1)
    council.vote(instance, "north_staff")
    council.vote(instance, "west_head")
    assert council.case.waiting(instance) == ["publish"]


def test_a_timer_that_takes_the_task_away_approves_nothing(drive: Drive) -> None:
    text = joint("rule='any'").replace(
        "<exclusiveGateway",
        "<boundaryEvent id='late' attachedToRef='joint'><timerEventDefinition><timeDuration>P3D"
        "</timeDuration></timerEventDefinition></boundaryEvent>"
        "<sequenceFlow id='late_redo' sourceRef='late' targetRef='redo'/><exclusiveGateway",
        1,
    )
    council = Council.of(drive(text))
    instance = council.start()
    late = council.row(instance, "north_staff")
    council.case.pass_time(days=4)
    assert council.case.waiting(instance) == ["redo"]
    board = council.board(instance)
    assert (board.sign_off.state, board.sign_off.outcome) == ("cancelled", None)
    actor = council.case.people["north_staff"]
    with council.case.engine.begin(actor) as uow, pytest.raises(Conflict) as caught:
        signing.vote(uow, late.id, "agree", values={}, revision=late.revision)
    assert caught.value.code == "task-cancelled"


def test_a_suspended_or_cancelled_case_takes_no_vote(convene: Convene) -> None:
    council = convene("rule='all'")
    instance = council.start()
    row = council.row(instance, "north_staff")
    with council.case.engine.begin(council.case.people["north_staff"]) as uow:
        revision = tasks.claim(uow, row.id).revision
    with council.case.engine.begin(SYSTEM) as uow:
        instances.suspend(uow, instance, reason="核实")
    actor = council.case.people["north_staff"]
    with council.case.engine.begin(actor) as uow, pytest.raises(Conflict) as caught:
        signing.vote(uow, row.id, "agree", values={}, revision=revision)
    assert caught.value.code == "instance-suspended"
    with council.case.engine.begin(SYSTEM) as uow:
        instances.cancel(uow, instance, reason="撤销")
    assert council.board(instance).sign_off.state == "cancelled"
    assert council.case.open_tasks(instance) == []


def test_history_says_each_vote_and_the_outcome(convene: Convene) -> None:
    council = convene("rule='any' refusal='counts'")
    instance = council.start()
    council.vote(instance, "north_staff", "refuse", opinion="不妥")
    council.vote(instance, "south_staff")
    with council.case.engine.read(SYSTEM) as uow:
        kinds = list(
            uow.session.scalars(
                sa.select(Event.kind).where(Event.instance_id == instance).order_by(Event.seq)
            )
        )
    assert kinds.count("task.voted") == 2
    assert kinds.count("task.decided") == 1


def test_sent_back_all_sign_anew(convene: Convene) -> None:
    council = convene("rule='all'")
    instance = council.start()
    for name in ("north_staff", "south_staff", "west_staff"):
        council.vote(instance, name)
    council.add_person("north_second", "staff", "north")
    row = council.row(instance, "north_second")
    with council.case.engine.begin(council.case.people["north_second"]) as uow:
        row = tasks.claim(uow, row.id)
        ways = returns.destinations(uow, row.id)
        assert [way.task.element_id for way in ways] == ["joint"]
        returns.send_back(
            uow,
            row.id,
            to=ways[0].task.id,
            mode=returns.Mode.ONLY,
            opinion="请重签",
            revision=row.revision,
        )
    assert council.case.waiting(instance) == ["joint"] * 3
    for name in ("north_staff", "south_staff", "west_staff"):
        council.vote(instance, name)
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.breaks(instance) == []


def test_a_stand_in_votes_for_the_absent_and_not_once_more_for_themselves(
    convene: Convene,
) -> None:
    council = convene("rule='all'")
    instance = council.start()
    absent, present = council.case.people["south_staff"], council.case.people["west_staff"]
    council.case.people["for_south"] = replace(
        absent,
        stand_in=StandIn(user_id=present.user_id or "", name=present.name, delegation_id="0" * 32),
    )
    council.vote(instance, "for_south")
    [cast] = [row for row in council.board(instance).signers if row.vote]
    with council.case.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Task, cast.task_id)
        assert (cast.voted_by, row.completed_by) == (absent.user_id, absent.user_id)
        assert row.stand_in_id == present.user_id
    with pytest.raises(AssertionError):
        council.row(instance, "west_staff")
    council.add_person("west_second", "staff", "west")
    council.vote(instance, "west_second")
    council.vote(instance, "north_staff")
    assert council.case.waiting(instance) == ["publish"]
