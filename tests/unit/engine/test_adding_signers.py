"""加签 and 减签: who is asked first, who afterwards, whose answer counts, and who takes whom out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import identity, tasks
from engine.clock import ManualClock
from engine.desk import worklist
from engine.desk.worklist import Tab
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.package import Handler, StepContext
from engine.permission import access, recusals
from engine.signoff import cosigners
from engine.tables import Event, Post, Task
from tests import models
from tests.conftest import EngineFor
from tests.council import Council, joint
from tests.driver import SYSTEM, Driver
from tests.models import bpmn, flows, user

PLAIN = bpmn(
    "main",
    "<startEvent id='start'/>"
    + user("draft", extra="dudao:completion='take'")
    + user("publish", group="head")
    + "<endEvent id='end'/>"
    + flows("start>draft", "draft>publish", "publish>end"),
)

Convene = Callable[[str], Council]


@pytest.fixture
def convene(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Convene:
    """A council over a model; `take` refuses the note “bad”, and says who completed it."""

    def take(ctx: StepContext) -> dict[str, object]:
        if ctx.values.get("note") == "bad":
            raise Invalid("没有提交：说明不合要求。")
        return {**ctx.values, "by": ctx.uow.actor.name}

    def build(text: str) -> Council:
        package = models.family(tmp_path, text, handlers={"take": Handler(call=take)})
        return Council.of(Driver(engine=engine_for(package), clock=clock).set_up())

    return build


def complete(council: Council, instance: str, name: str, note: str = "") -> None:
    """Hand in the ordinary task."""
    row = council.row(instance, name)
    with council.case.engine.begin(council.case.people[name]) as uow:
        row = tasks.claim(uow, row.id)
        tasks.complete(uow, row.id, {"note": note}, revision=row.revision)


def remove(council: Council, instance: str, name: str, who: str, reason: str = "不需要") -> None:
    """Take somebody out, from the case's own task."""
    board = council.board(instance)
    signer = council.signer(instance, who)
    with council.case.engine.begin(council.case.people[name]) as uow:
        cosigners.remove(uow, board.signers[0].task_id or "", signer.id, reason=reason)


def mine(council: Council, name: str) -> list[str]:
    """What lies in the person's own tab of the queue."""
    with council.case.engine.read(council.case.people[name]) as uow:
        found = [task.element_id for task in worklist.search(uow, tab=Tab.MINE)]
        assert worklist.counts(uow)["mine"] == len(found)
        return found


def test_who_is_asked_before_answers_first_and_then_it_comes_back(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "before")
    assert mine(council, "north_staff") == []
    acts = council.acts(instance, "north_staff")
    assert "remove_signer" in acts
    assert acts.isdisjoint({"complete", "save_draft", "unclaim", "assign", "transfer", "lend"})
    council.vote(instance, "north_head", "refuse", opinion="请补依据")
    assert mine(council, "north_staff") == ["draft"]
    complete(council, instance, "north_staff", "好")
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.variables(instance)["by"] == "north_staff"


def test_who_is_asked_after_signs_what_was_handed_in(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    with pytest.raises(AssertionError):
        council.row(instance, "north_head")  # not their turn
    complete(council, instance, "north_staff", "好")
    assert council.case.waiting(instance) == ["draft", "draft"]
    assert mine(council, "north_staff") == []
    council.vote(instance, "north_head")
    assert council.case.waiting(instance) == ["publish"]
    # it is the act of who handed it in, not of who signed last
    assert council.case.variables(instance)["by"] == "north_staff"
    assert council.case.variables(instance)["note"] == "好"
    assert council.case.breaks(instance) == []


def test_a_refusal_after_handing_in_brings_it_back_with_what_was_entered(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    complete(council, instance, "north_staff", "初稿")
    council.vote(instance, "north_head", "refuse", opinion="不同意")
    row = council.row(instance, "north_staff")
    assert row.draft is not None
    assert row.draft["note"] == "初稿"
    assert "complete" in council.acts(instance, "north_staff")
    complete(council, instance, "north_staff", "改稿")
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.variables(instance)["note"] == "改稿"


def test_what_the_handler_refuses_at_the_end_goes_back_too(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    complete(council, instance, "north_staff", "bad")
    council.vote(instance, "north_head")
    assert council.case.waiting(instance) == ["draft"]
    assert council.signer(instance, "north_head").state == "voted"
    assert mine(council, "north_staff") == ["draft"]
    complete(council, instance, "north_staff", "good")
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.breaks(instance) == []


def test_side_by_side_nobody_waits_and_both_are_needed(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "parallel")
    complete(council, instance, "north_staff", "好")
    assert council.case.waiting(instance) == ["draft", "draft"]
    council.vote(instance, "north_head")
    assert council.case.waiting(instance) == ["publish"]


def test_taking_out_the_last_who_is_awaited_lets_it_go_on(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    complete(council, instance, "north_staff", "好")
    remove(council, instance, "north_staff", "north_head")
    assert council.case.waiting(instance) == ["publish"]
    assert council.signer(instance, "north_head").state == "removed"


def test_taking_out_who_was_asked_before_gives_it_back(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "before")
    remove(council, instance, "north_staff", "north_head")
    assert mine(council, "north_staff") == ["draft"]
    complete(council, instance, "north_staff")
    assert council.case.waiting(instance) == ["publish"]


def test_who_was_asked_may_ask_in_turn(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "before")
    council.add(instance, "north_head", "south_head", "after")
    council.vote(instance, "north_head")
    assert mine(council, "north_staff") == []
    council.vote(instance, "south_head")
    assert mine(council, "north_staff") == ["draft"]


def test_only_whoever_asked_takes_out_and_never_who_has_voted(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "parallel")
    with pytest.raises(NotAllowed):
        remove(council, instance, "north_head", "north_head")
    with pytest.raises(NotAllowed):
        remove(council, instance, "south_staff", "north_head")
    with pytest.raises(Invalid):
        remove(council, instance, "north_staff", "north_head", reason=" ")
    council.vote(instance, "north_head")
    with pytest.raises(Conflict) as caught:
        remove(council, instance, "north_staff", "north_head")
    assert caught.value.code == "signer-closed"


def test_only_people_near_the_case_are_asked_each_once(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    row = council.row(instance, "north_staff")
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("west_head"), reason="亲属")
    me = council.case.people["north_staff"]
    with council.case.engine.begin(me) as uow:
        row = tasks.claim(uow, row.id)
        able = {person.username for person in cosigners.possible(uow, row)}
    offices = {f"{place}_{group}" for place in council.places for group in ("staff", "head")}
    assert able == offices - {"north_staff", "west_head"}
    for who in ("uma", "cai", "west_head", "north_staff"):
        with council.case.engine.begin(me) as uow, pytest.raises(Invalid):
            cosigners.add(uow, row.id, council.id_of(who), placement="before")
    with council.case.engine.begin(me) as uow, pytest.raises(Invalid):
        cosigners.add(uow, row.id, "nobody", placement="before")
    with council.case.engine.begin(me) as uow, pytest.raises(Invalid):
        cosigners.add(uow, row.id, council.id_of("north_head"), placement="beside")
    council.add(instance, "north_staff", "north_head", "after")
    with pytest.raises(Invalid) as caught:
        council.add(instance, "north_staff", "north_head", "before")
    assert caught.value.code == "already-signer"


def test_a_colleague_without_any_part_in_the_case_reads_it_by_the_task_alone(
    convene: Convene,
) -> None:
    council = convene(PLAIN)
    with council.case.engine.begin(SYSTEM) as uow:
        uow.session.add(
            Post(
                user_id=council.id_of("north_staff"),
                group="unit",
                organisation_id=council.case.unit_id,
                from_on=uow.today,
            )
        )
        uow.session.flush()
        council.case.people["north_staff"] = identity.actor_of(uow, council.id_of("north_staff"))
    instance = council.start()
    with council.case.engine.begin(council.case.people["uma"]) as uow, pytest.raises(NotFound):
        access.require_instance(uow, instance)
    council.add(instance, "north_staff", "uma", "before")
    with council.case.engine.read(council.case.people["uma"]) as uow:
        assert access.audiences(uow, access.require_instance(uow, instance)) == {"internal"}
    council.vote(instance, "uma")
    assert mine(council, "north_staff") == ["draft"]


def test_who_was_added_to_all_is_counted_and_an_adviser_is_not(convene: Convene) -> None:
    council = convene(joint("rule='all'"))
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    for name in ("north_staff", "south_staff", "west_staff"):
        council.vote(instance, name)
    assert council.case.waiting(instance) == ["joint"]
    council.vote(instance, "north_head", "refuse", opinion="不妥")
    assert council.case.waiting(instance) == ["redo"]


def test_an_adviser_is_waited_for_and_outvotes_nobody(convene: Convene) -> None:
    council = convene(joint("rule='any'"))
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    council.vote(instance, "north_staff")
    assert set(council.case.waiting(instance)) == {"joint"}
    council.vote(instance, "north_head", "refuse", opinion="不妥")
    assert council.case.waiting(instance) == ["publish"]


def test_signers_of_the_model_stay_unless_it_names_who_removes_them(convene: Convene) -> None:
    council = convene(joint("rule='all' removeBy='head' least='2'"))
    instance = council.start()
    with pytest.raises(NotAllowed) as caught:
        remove(council, instance, "south_staff", "north_staff")
    assert caught.value.code == "signer-fixed"
    council.vote(instance, "south_staff")
    remove(council, instance, "west_head", "north_staff", reason="机构撤并")
    with pytest.raises(Conflict) as too_few:
        remove(council, instance, "west_head", "west_staff")
    assert too_few.value.code == "too-few-signers"
    council.vote(instance, "west_staff")
    assert council.case.waiting(instance) == ["publish"]


def test_the_last_missing_signature_removed_decides_by_the_votes_cast(convene: Convene) -> None:
    council = convene(joint("rule='all' removeBy='head'"))
    instance = council.start()
    council.vote(instance, "south_staff")
    council.vote(instance, "west_staff")
    remove(council, instance, "west_head", "north_staff", reason="机构撤并")
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.variables(instance)["outcome_votes"]["agree"] == 2


def test_where_the_model_forbids_it_nobody_is_added(convene: Convene) -> None:
    council = convene(joint("rule='all' addSigner='false'"))
    instance = council.start()
    with pytest.raises(NotAllowed):
        council.add(instance, "north_staff", "north_head", "before")


def test_an_adder_who_keeps_out_afterwards_hands_nothing_in(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    complete(council, instance, "north_staff", "好")
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("north_staff"), reason="亲属")
    council.vote(instance, "north_head")
    assert council.case.waiting(instance) == ["draft"]
    task = council.case.open_task(instance, "draft")
    with council.case.engine.begin(council.case.people["south_staff"]) as uow:
        tasks.assign(uow, task.id, council.id_of("south_staff"))
    complete(council, instance, "south_staff", "重办")
    assert council.case.variables(instance)["by"] == "south_staff"


def test_events_tell_who_was_asked_where_and_who_was_taken_out(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "before")
    remove(council, instance, "north_staff", "north_head")
    with council.case.engine.read(SYSTEM) as uow:
        kinds = set(uow.session.query(Event.kind).filter(Event.instance_id == instance).all())
        assert {("task.signer_added",), ("task.signer_removed",)} <= {tuple(k) for k in kinds}
        assert uow.session.query(Task).filter(Task.state == "cancelled").count() == 1


def test_where_the_holder_keeps_out_before_handing_in_another_takes_over(
    convene: Convene,
) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "before")
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("north_staff"), reason="亲属")
    council.case.pass_time(minutes=1)
    task = next(row for row in council.case.open_tasks(instance) if row.form_key)
    with council.case.engine.begin(council.case.people["south_staff"]) as uow:
        tasks.assign(uow, task.id, council.id_of("south_staff"))
    assert mine(council, "south_staff") == []  # the one who was asked before comes first
    council.vote(instance, "north_head")
    complete(council, instance, "south_staff", "接办")
    assert council.case.variables(instance)["by"] == "south_staff"


def test_where_who_was_asked_keeps_out_it_goes_on_without(convene: Convene) -> None:
    council = convene(PLAIN)
    instance = council.start()
    council.add(instance, "north_staff", "north_head", "after")
    complete(council, instance, "north_staff", "好")
    with council.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, council.id_of("north_head"), reason="亲属")
    assert council.case.waiting(instance) == ["draft", "draft"]
    council.case.pass_time(minutes=1)
    assert council.case.waiting(instance) == ["publish"]
    assert council.case.variables(instance)["by"] == "north_staff"
