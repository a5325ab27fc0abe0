"""Acts done on paper and recorded by the Office: by whom, for whom, when, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import identity, instances, package, tasks
from engine.actor import Actor
from engine.administration import duties, journal, proposals
from engine.clock import ManualClock
from engine.errors import Conflict, EngineError, Fault, Invalid, NotAllowed, NotFound, Stale
from engine.filing import files
from engine.handover import approval_sheets
from engine.package import Handler, StepContext
from engine.paper import paper_acts
from engine.paper.paper_acts import Paper
from engine.permission import access, parties, recusals
from engine.permission.parties import Party
from engine.rehearsing.answers import small_pdf
from engine.states import DeadlineState, ProposalState
from engine.tables import (
    Deadline,
    Event,
    EventPayload,
    File,
    Organisation,
    PaperAct,
    Proposal,
    Task,
)
from tests import factories, models
from tests.conftest import EngineFor
from tests.driver import SYSTEM, Driver
from tests.models import flows, user

OUTSIDE = """
[roles.mayor]
name = "分管领导"
relation = "committee"
on_paper = "by_account"

[roles.guest]
name = "单位联系人"
relation = "unit"
on_paper = "by_name"

[relations.committee]
name = "委员会"
audiences = ["internal", "unit", "superior", "public"]
groups = ["mayor"]
"""
START, END = "<startEvent id='start'/>", "<endEvent id='end'/>"
MODEL = models.bpmn(
    "main",
    START
    + user("ask")
    + user("sign", group="mayor,guest", extra="dudao:deadline='answer' dudao:completion='sign'")
    + user("read")
    + END
    + flows("start>ask", "ask>sign", "sign>read", "read>end"),
)


@dataclass(kw_only=True)
class Desk:
    """An Office of ada, bob (staff) and cai (head), a mayor with an account, a unit without any."""

    case: Driver
    mayor: Actor
    committee_id: str
    acted: list[Actor]

    def person(self, name: str) -> Actor:
        with self.case.engine.read(SYSTEM) as uow:
            found = identity.users.by_username(uow, name)
            assert found is not None
            return identity.actor_of(uow, found.id)

    def begin(self) -> str:
        """A case that waits for the mayor's or the unit's signature."""
        case = self.case
        with case.engine.begin(case.people["ada"]) as uow:
            instance = instances.start(
                uow,
                case.family,
                related=[
                    Party(relation="office", organisation_id=case.office_id),
                    Party(relation="unit", organisation_id=case.unit_id),
                    Party(relation="committee", organisation_id=self.committee_id),
                ],
            ).id
            parties.notify(uow, instance, "unit")
        case.complete(instance, "ask")
        return instance

    def scan(self, by: str = "ada", content: bytes | None = None, name: str = "签批.pdf") -> str:
        with self.case.engine.begin(self.person(by)) as uow:
            return files.store(uow, io.BytesIO(content or small_pdf("签批")), name).id

    def paper(self, **given: Any) -> Paper:
        """Signed by the mayor today, unless something else is given."""
        return Paper(
            **{
                "group": "mayor",
                "name": "mayor",
                "title": "副县长",
                "acted_on": date(2026, 3, 2),
                "user_id": self.mayor.user_id,
                "scans": (self.scan(),) if "scans" not in given else (),
                **given,
            }
        )

    def guest(self, **given: Any) -> Paper:
        return self.paper(
            **{"group": "guest", "name": "王校长", "title": "校长", "user_id": None, **given}
        )

    def propose(
        self,
        instance: str,
        paper: Paper,
        *,
        by: str = "ada",
        reason: str = "纸质签批",
        **values: Any,
    ) -> str:
        task = self.case.open_task(instance, "sign")
        with self.case.engine.begin(self.person(by)) as uow:
            revision = task.revision
            return paper_acts.propose(
                uow, task.id, paper, values or {"note": "同意"}, reason=reason, revision=revision
            ).id

    def confirm(self, proposal_id: str, by: str = "bob") -> None:
        with self.case.engine.begin(self.person(by)) as uow:
            proposals.confirm(uow, proposal_id, note="已与扫描件核对")

    def refused(self, instance: str, act: Callable[[], object]) -> EngineError:
        """The error of an act that changes nothing."""
        before = self.state_of(instance)
        with pytest.raises(EngineError) as caught:
            act()
        assert self.state_of(instance) == before
        return caught.value

    def faults(self, instance: str, paper: Paper, by: str = "ada", **values: Any) -> list[Fault]:
        """What is wrong with a record that is not taken."""
        error = self.refused(instance, lambda: self.propose(instance, paper, by=by, **values))
        assert isinstance(error, Invalid)
        return list(error.errors)

    def state_of(self, instance: str) -> object:
        with self.case.engine.read(SYSTEM) as uow:
            tasks_of = sa.select(Task.element_id, Task.state, Task.revision).order_by(Task.id)
            count = sa.select(sa.func.count())
            return (
                uow.session.execute(tasks_of.where(Task.instance_id == instance)).all(),
                uow.session.scalar(count.select_from(PaperAct)),
                uow.session.scalar(count.select_from(Event)),
                uow.session.execute(sa.select(Proposal.state)).all(),
                uow.session.execute(sa.select(File.id, File.is_bound).order_by(File.id)).all(),
            )

    def task(self, instance: str) -> Task:
        with self.case.engine.read(SYSTEM) as uow:
            query = sa.select(Task).where(Task.instance_id == instance, Task.element_id == "sign")
            return uow.session.scalars(query).one()

    def told(self, instance: str, kind: str) -> list[tuple[Event, dict[str, Any]]]:
        with self.case.engine.read(SYSTEM) as uow:
            rows = uow.session.execute(
                sa.select(Event, EventPayload.content)
                .join(EventPayload, EventPayload.event_id == Event.id)
                .where(Event.instance_id == instance, Event.kind == kind)
                .order_by(Event.seq)
            )
            return [(event, dict(said)) for event, said in rows]


@pytest.fixture
def desk(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> Desk:
    acted: list[Actor] = []

    def sign(step: StepContext) -> dict[str, Any]:
        acted.append(step.uow.actor)
        if step.values.get("outcome") == "refuse":
            raise Conflict("这份文稿现在不能签批。", code="not-now")
        return {"signed_by": step.uow.actor.name}

    family = models.family(
        tmp_path,
        MODEL,
        handlers={"sign": Handler(call=sign)},
        entries='recorders = ["staff", "head"]\n',
        manifest=OUTSIDE,
    )
    case = Driver(engine=engine_for(family), clock=clock).set_up()
    with case.engine.begin(SYSTEM) as uow:
        committee = factories.organisation(uow, "committee")
        mayor = factories.person(uow, "mayor", ("mayor", committee))
        factories.person(
            uow, "auditor", (duties.AUDIT_ADMIN, uow.session.get_one(Organisation, case.office_id))
        )
    return Desk(case=case, mayor=mayor, committee_id=committee.id, acted=acted)


def test_two_of_the_office_record_what_the_mayor_signed(desk: Desk) -> None:
    instance = desk.begin()
    paper = desk.paper()
    proposal_id = desk.propose(instance, paper)
    assert desk.case.waiting(instance) == ["sign"]
    assert desk.task(instance).revision == 1
    desk.confirm(proposal_id)

    assert desk.case.waiting(instance) == ["read"]
    task = desk.task(instance)
    assert (task.state, task.completed_by) == ("completed", desk.mayor.user_id)
    signer = desk.acted[-1]
    assert (signer.name, signer.user_id) == ("mayor", desk.mayor.user_id)
    assert not signer.is_system
    with desk.case.engine.read(SYSTEM) as uow:
        mark = paper_acts.of_tasks(uow, [task.id])[task.id]
    ada, bob = desk.person("ada"), desk.person("bob")
    assert (mark.recorded_by, mark.confirmed_by) == (ada.user_id, bob.user_id)
    assert (mark.title, mark.acted_on, mark.scans) == (
        "副县长",
        date(2026, 3, 2),
        list(paper.scans),
    )
    assert desk.case.breaks(instance) == []


def test_the_history_names_whoever_signed_with_the_mark_and_no_account_of_theirs(
    desk: Desk,
) -> None:
    instance = desk.begin()
    desk.confirm(desk.propose(instance, desk.paper()))
    [(event, said)] = desk.told(instance, "task.completed")[-1:]
    assert (event.actor_id, event.actor_name, event.actor_title) == (
        None,
        "mayor（代录）",
        "副县长",
    )
    assert said["values"]["note"] == "同意"
    assert said["on_paper"]["recorder_name"] == "ada"
    assert said["on_paper"]["confirmer_name"] == "bob"
    [(made, _)] = desk.told(instance, "proposal.made")
    [(confirmed, _)] = desk.told(instance, "proposal.confirmed")
    assert (made.actor_name, confirmed.actor_name) == ("ada", "bob")
    assert {made.audience, confirmed.audience} == {"internal"}
    with desk.case.engine.read(desk.person("auditor")) as uow:
        assert [row.kind for row in journal.search(uow) if row.instance_id == instance] == []
        assert proposals.search(uow, state=None) == []


def test_somebody_without_an_account_signs_by_name(desk: Desk) -> None:
    instance = desk.begin()
    desk.confirm(desk.propose(instance, desk.guest()))
    assert desk.case.variables(instance)["signed_by"] == "王校长"
    task = desk.task(instance)
    assert (task.state, task.completed_by, task.assignee_id) == ("completed", None, None)
    assert not desk.acted[-1].is_system


def test_files_of_the_form_are_read_by_both_and_end_with_the_task(desk: Desk) -> None:
    instance = desk.begin()
    paper, own = desk.guest(), desk.scan(name="计划.pdf")
    proposal_id = desk.propose(instance, paper, note=own)
    with desk.case.engine.read(desk.person("bob")) as uow:
        assert {access.require_file(uow, id_).audience for id_ in (own, *paper.scans)} == {
            "internal"
        }
    desk.confirm(proposal_id)
    with desk.case.engine.read(SYSTEM) as uow:
        row = uow.session.get_one(File, own)
        assert (row.is_bound, row.instance_id) == (True, instance)
        assert row.task_id == desk.task(instance).id


def test_the_act_is_offered_to_the_office_alone(desk: Desk) -> None:
    instance = desk.begin()
    task_id = desk.task(instance).id
    for name, offered in (("ada", True), ("cai", True), ("mayor", False)):
        with desk.case.engine.read(desk.person(name)) as uow:
            acts = access.allowed_acts(uow, uow.session.get_one(Task, task_id))
            assert ("record_on_paper" in acts) is offered, name
    paper = desk.paper(scans=(desk.scan(by="mayor"),))
    error = desk.refused(instance, lambda: desk.propose(instance, paper, by="mayor"))
    assert isinstance(error, NotAllowed)


def test_what_the_office_does_itself_is_not_recorded(desk: Desk) -> None:
    instance = desk.begin()
    desk.confirm(desk.propose(instance, desk.paper()))
    own = desk.case.open_task(instance, "read")
    with desk.case.engine.begin(desk.person("ada")) as uow, pytest.raises(NotAllowed):
        paper_acts.propose(uow, own.id, desk.paper(), {}, reason="x", revision=own.revision)


_WRONG: list[tuple[dict[str, Any], str]] = [
    ({"scans": ()}, "/scans"),
    ({"scans": ("0" * 32,)}, "/scans/0"),
    ({"acted_on": date(2026, 3, 3)}, "/acted_on"),
    ({"acted_on": date(2026, 3, 1)}, "/acted_on"),
    ({"acted_time": time(23, 59)}, "/acted_time"),
    ({"name": " "}, "/name"),
    ({"name": "mayor2"}, "/name"),
    ({"title": ""}, "/title"),
    ({"user_id": None}, "/user_id"),
    ({"group": "staff"}, "/group"),
    ({"group": "guest"}, "/group"),
    ({"organisation_id": "0" * 32}, "/group"),
]


def test_a_record_that_does_not_fit_is_pointed_at(desk: Desk) -> None:
    instance = desk.begin()
    for change, pointer in _WRONG:
        paper = desk.paper(**change)
        assert pointer in [fault.pointer for fault in desk.faults(instance, paper)]


def test_a_scan_must_be_ones_own_unused_and_a_page_image(desk: Desk) -> None:
    instance, other = desk.begin(), desk.begin()
    used = desk.paper()
    desk.propose(other, used)
    for scan, code in (
        (desk.scan(by="bob"), "file-not-found"),
        (used.scans[0], "file-bound"),
        (desk.scan(content="说明".encode(), name="说明.txt"), "file-type"),
    ):
        paper = desk.paper(scans=(scan,))
        assert [fault.code for fault in desk.faults(instance, paper)] == [code]


def test_a_name_does_not_hide_an_account_that_is_known_in_the_case(desk: Desk) -> None:
    instance = desk.begin()
    with desk.case.engine.begin(SYSTEM) as uow:
        dora = factories.person(uow, "dora", name="赵老师")
        assert dora.user_id is not None
        recusals.add(uow, instance, dora.user_id, reason="亲属")
    for name in ("ada", "赵老师", "mayor"):
        paper = desk.guest(name=name)
        assert [fault.code for fault in desk.faults(instance, paper)] == ["account-not-chosen"], (
            name
        )


def test_who_keeps_out_of_the_case_signs_records_and_confirms_nothing(desk: Desk) -> None:
    instance = desk.begin()
    proposal_id = desk.propose(instance, desk.paper())
    bob = desk.person("bob")
    with desk.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, bob.user_id or "", reason="亲属")
    assert isinstance(desk.refused(instance, lambda: desk.confirm(proposal_id)), NotFound)
    paper = desk.paper(scans=(desk.scan(by="bob"),))
    desk.refused(instance, lambda: desk.propose(instance, paper, by="bob"))
    with desk.case.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance, desk.mayor.user_id or "", reason="亲属")
    error = desk.refused(instance, lambda: desk.confirm(proposal_id, by="cai"))
    assert error.code == "record-outdated"


def test_nobody_confirms_what_they_recorded_or_signed(desk: Desk) -> None:
    instance = desk.begin()
    with desk.case.engine.begin(SYSTEM) as uow:
        place = desk.case.office_id
        identity.posts.grant(uow, desk.mayor.user_id or "", "staff", place)
    proposal_id = desk.propose(instance, desk.paper())
    assert desk.refused(instance, lambda: desk.confirm(proposal_id, by="ada")).code == "same-person"
    assert isinstance(
        desk.refused(instance, lambda: desk.confirm(proposal_id, by="mayor")), NotFound
    )
    own = desk.paper(scans=(desk.scan(by="mayor"),))
    with desk.case.engine.begin(desk.person("ada")) as uow:
        proposals.withdraw(uow, proposal_id)
    assert [fault.code for fault in desk.faults(instance, own, by="mayor")] == ["signer-records"]


def test_a_task_done_meanwhile_is_not_done_again(desk: Desk) -> None:
    instance = desk.begin()
    proposal_id = desk.propose(instance, desk.paper())
    desk.case.people["mayor"] = desk.mayor
    desk.case.complete(instance, "sign", by="mayor")
    error = desk.refused(instance, lambda: desk.confirm(proposal_id))
    assert isinstance(error, Conflict)
    assert error.code == "already-completed"


def test_a_task_taken_meanwhile_is_looked_at_again(desk: Desk) -> None:
    instance = desk.begin()
    proposal_id = desk.propose(instance, desk.paper())
    with desk.case.engine.begin(desk.mayor) as uow:
        tasks.claim(uow, desk.task(instance).id)
    assert isinstance(desk.refused(instance, lambda: desk.confirm(proposal_id)), Stale)
    with desk.case.engine.begin(desk.person("bob")) as uow:
        proposals.refuse(uow, proposal_id, note="已在系统中认领")
    with desk.case.engine.read(desk.person("ada")) as uow:
        assert proposals.get(uow, proposal_id).state == ProposalState.REFUSED
    desk.confirm(desk.propose(instance, desk.paper()))
    assert desk.task(instance).assignee_id == desk.mayor.user_id


def test_a_recorder_who_left_the_post_recorded_nothing(desk: Desk) -> None:
    instance = desk.begin()
    proposal_id = desk.propose(instance, desk.paper())
    with desk.case.engine.begin(SYSTEM) as uow:
        [post] = identity.posts.of(uow, desk.person("ada").user_id or "")
        identity.posts.end(uow, post.id)
    assert desk.refused(instance, lambda: desk.confirm(proposal_id)).code == "recorder-gone"


def test_what_the_completion_refuses_is_refused_to_the_recorder(desk: Desk) -> None:
    instance = desk.begin()
    paper = desk.paper()
    error = desk.refused(
        instance, lambda: desk.propose(instance, paper, outcome="refuse", note="x")
    )
    assert error.code == "not-now"
    wrong = desk.faults(instance, paper, amount="many")
    assert [fault.pointer for fault in wrong] == ["/values/amount"]
    assert isinstance(
        desk.refused(instance, lambda: desk.propose(instance, paper, reason=" ")), Invalid
    )


def test_a_second_record_waits_for_the_first_and_takes_its_scan_when_that_is_withdrawn(
    desk: Desk,
) -> None:
    instance = desk.begin()
    paper = desk.paper()
    first = desk.propose(instance, paper)
    error = desk.refused(instance, lambda: desk.propose(instance, paper))
    assert error.code == "proposal-pending"
    with desk.case.engine.begin(desk.person("ada")) as uow:
        proposals.withdraw(uow, first)
    desk.confirm(desk.propose(instance, paper))
    assert desk.case.waiting(instance) == ["read"]


@pytest.mark.parametrize(
    ("on", "at", "state"),
    [
        (date(2026, 3, 9), None, DeadlineState.MET),
        (date(2026, 3, 9), time(23, 59), DeadlineState.MET),
        (date(2026, 3, 10), None, DeadlineState.LATE),
    ],
)
def test_the_date_on_the_paper_decides_whether_a_deadline_was_kept(
    desk: Desk, on: date, at: time | None, state: DeadlineState
) -> None:
    instance = desk.begin()
    with desk.case.engine.read(SYSTEM) as uow:
        due_on = uow.session.scalars(sa.select(Deadline.due_on)).one()
    assert due_on == date(2026, 3, 9)
    desk.case.pass_time(days=10)
    assert [said["key"] for _, said in desk.told(instance, "deadline.missed")] == ["answer"]
    desk.confirm(desk.propose(instance, desk.paper(acted_on=on, acted_time=at)))
    with desk.case.engine.read(SYSTEM) as uow:
        row = uow.session.scalars(sa.select(Deadline)).one()
        assert row.state == state
        assert row.closed_at is not None
        assert row.closed_at - row.opened_at >= timedelta(days=10)
    kept = desk.told(instance, "deadline.kept")
    assert len(kept) == (1 if state == DeadlineState.MET else 0)


def test_a_paper_older_than_the_task_is_marked(desk: Desk) -> None:
    with desk.case.engine.begin(desk.person("ada")) as uow:
        instance = instances.start(
            uow,
            desk.case.family,
            related=[
                Party(relation="office", organisation_id=desk.case.office_id),
                Party(relation="committee", organisation_id=desk.committee_id),
            ],
        ).id
    desk.case.clock.advance(days=2)
    desk.case.complete(instance, "ask")
    desk.confirm(desk.propose(instance, desk.paper(acted_on=date(2026, 3, 2))))
    mark = desk.acted[-1].on_paper
    assert mark is not None
    assert mark.is_before_arrival


@pytest.mark.parametrize(
    ("entries", "role", "wrong"),
    [
        ('recorders = ["nobody"]\n', "", "nobody"),
        ("", 'on_paper = "by_name"', "recorders is empty"),
        ('recorders = ["staff"]\n', 'on_paper = "by_name"', "of the recorders"),
    ],
)
def test_a_manifest_that_lets_an_office_record_itself_is_none(
    tmp_path: Path, entries: str, role: str, wrong: str
) -> None:
    clerk = f'[roles.clerk]\nname = "文员"\nrelation = "office"\n{role}\n'
    with pytest.raises(ValueError, match=wrong):
        package.parse_manifest(
            models.MANIFEST.format(family="x", start="x", entries=entries).encode() + clerk.encode()
        )


def sheet(desk: Desk, instance: str, by: str = "cai", replaces: str | None = None) -> str:
    """A sheet of the task that waits for the mayor."""
    task = desk.case.open_task(instance, "sign")
    with desk.case.engine.begin(desk.person(by)) as uow:
        return approval_sheets.make(
            uow, task.id, title="关于准假的请示", proposed="建议同意。", replaces=replaces
        ).id


def test_a_signed_sheet_comes_back_as_a_record_that_points_to_it(desk: Desk) -> None:
    instance = desk.begin()
    first = sheet(desk, instance)
    newest = sheet(desk, instance, replaces=first)
    with desk.case.engine.read(desk.person("ada")) as uow:
        assert approval_sheets.get(uow, newest).paper_act_id is None
    desk.confirm(desk.propose(instance, desk.paper(sheet_id=newest)))
    task = desk.task(instance)
    with desk.case.engine.read(desk.person("ada")) as uow:
        mark = paper_acts.of_tasks(uow, [task.id])[task.id]
        rows = approval_sheets.of_task(uow, task.id)
        assert [(row.id, row.paper_act_id) for row in rows] == [(first, None), (newest, mark.id)]
    [(_, said)] = desk.told(instance, "sheet.signed")
    assert said["paper_act"] == mark.id
    assert desk.case.breaks(instance) == []


@pytest.mark.parametrize("which", ["replaced", "of another case", "unknown"])
def test_a_paper_that_names_no_sheet_in_force_is_not_recorded(desk: Desk, which: str) -> None:
    instance = desk.begin()
    first = sheet(desk, instance)
    sheet(desk, instance, replaces=first)
    other = sheet(desk, desk.begin())
    named = {"replaced": first, "of another case": other, "unknown": "0" * 32}[which]
    [fault] = desk.faults(instance, desk.paper(sheet_id=named))
    assert (fault.pointer, fault.code) == ("/sheet_id", "sheet-unusable")
    assert "请核对纸面的编号和版次" in fault.detail


def test_a_sheet_that_got_a_new_version_meanwhile_is_not_the_signed_one(desk: Desk) -> None:
    instance = desk.begin()
    first = sheet(desk, instance)
    proposal_id = desk.propose(instance, desk.paper(sheet_id=first))
    sheet(desk, instance, replaces=first)
    error = desk.refused(instance, lambda: desk.confirm(proposal_id))
    assert error.code == "record-outdated"
    assert desk.case.waiting(instance) == ["sign"]
