"""A case whose outside parties never sign in: all that they do comes back on paper (代录)."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from engine import access, files, paper_acts, paper_seats, proposals, runner
from engine.actor import Actor
from engine.errors import Conflict, Invalid
from engine.paper_acts import Paper
from engine.states import InstanceState
from engine.tables import PaperAct, Task
from engine.unit_of_work import UnitOfWork
from ops.answers import small_pdf
from supervision.tables import Accountability, Approval, Delivery, Document
from supervision.terms import AccountabilityState, ApprovalStep, DocumentKind
from tests.process import phases
from tests.process.office import Office
from tests.process.test_accountability import case_with_clue

RECORDER, SECOND = "county_staff1", "county_staff2"
BY_NAME = {"name": "王纸面", "title": "联系人"}


@dataclass
class PaperOffice(Office):
    """Whatever may be recorded is done on paper; the Office's own people do the rest."""

    done: set[str] = field(default_factory=set)

    def do(
        self,
        element_id: str,
        *,
        by: str | None = None,
        item: str | None = None,
        instance_id: str | None = None,
        **values: Any,
    ) -> None:
        """On paper if the task can be, else as everybody does it."""
        task = self.task(element_id, item=item, instance_id=instance_id)
        if not self.is_outside(task):
            super().do(element_id, by=by, item=item, instance_id=instance_id, **values)
            return
        self.confirm(self.record(task, by=by, **values))
        runner.run_all_due(self.engine)
        self.no_incidents(element_id)
        self.done.add(element_id)

    def is_outside(self, task: Task) -> bool:
        """Whether the recorder is offered to record it."""
        with self.engine.read(self.actor(RECORDER)) as uow:
            acts = access.allowed_acts(uow, uow.session.get_one(Task, task.id))
        return "record_on_paper" in acts

    def record(
        self,
        task: Task,
        *,
        by: str | None = None,
        recorder: str = RECORDER,
        acted_on: date | None = None,
        **values: Any,
    ) -> str:
        """The recorder writes it in; the id of what waits for the second person."""
        signer = self.actor(by) if by is not None else None
        with self.engine.begin(self.actor(recorder)) as uow:
            scan = files.store(uow, io.BytesIO(small_pdf(task.name)), "扫描件.pdf").id
            row = uow.session.get_one(Task, task.id)
            signed = _signed(uow, row, signer)
            given = self.values_for(uow, row, values)
            if task.element_id == "sign_receipt":
                given |= {"signed_by": signed["name"], "signed_post": signed["title"]}
            given |= values
            paper = Paper(**signed, acted_on=acted_on or self.today, scans=(scan,))
            return paper_acts.propose(
                uow, task.id, paper, given, reason="纸质办理", revision=row.revision
            ).id

    def confirm(self, proposal_id: str, by: str = SECOND) -> None:
        """The second person has compared it with the scan."""
        with self.engine.begin(self.actor(by)) as uow:
            proposals.confirm(uow, proposal_id, note="已核对")


def _signed(uow: UnitOfWork, task: Task, signer: Actor | None) -> dict[str, Any]:
    """Who acted: the person named, else any holder where it counts who it is, else a name."""
    for seat in paper_seats.of_task(uow, task):
        place = {"group": seat.role.key, "organisation_id": seat.organisation_id}
        if not seat.needs_account and signer is None:
            return {**place, **BY_NAME}
        for person in paper_acts.holders(uow, task, seat):
            if signer is None or person.id == signer.user_id:
                return {**place, "user_id": person.id, "name": person.name, "title": seat.role.name}
    raise AssertionError(f"nobody could have signed {task.element_id}")


@pytest.fixture
def paper(office: Office) -> PaperOffice:
    """The sandbox, driven on paper."""
    return PaperOffice(engine=office.engine, clock=office.clock)


def test_two_of_the_office_serve_every_outside_party_to_the_archive(paper: PaperOffice) -> None:
    instance_id = case_with_clue(paper)
    phases.investigate(paper)
    phases.hear(paper)
    phases.propose_decision(paper)
    approve_on_paper(paper)
    paper.do("draft_accountability_decision", by="county_staff1")
    paper.do("deliver_document", by="county_staff1")
    paper.do_each("sign_receipt")
    phases.execute_circular(paper, chair="county_vice")
    phases.publish_decision(paper)
    phases.file_decision(paper)
    paper.do("seek_remedy", remedy="none")
    paper.do("monitor_result", by="county_staff1", monitoring="corrected")
    phases.close(paper)

    assert paper.state(instance_id) == InstanceState.COMPLETED
    [record] = paper.rows(Accountability)
    assert record.state == AccountabilityState.ARCHIVED
    assert paper.done == {
        "approve_accountability",
        "approve_by_chair",
        "carry_out_rectification",
        "endorse_plan",
        "publish_rectification",
        "reply_consultation",
        "seek_remedy",
        "sign_receipt",
        "submit_account_defence",
        "submit_defence",
        "submit_plan",
        "submit_rectification_report",
        "urge_rectification",
    }

    [approval] = paper.rows(Approval, Approval.step == ApprovalStep.DECISION)
    chair, recorder, second = (paper.actor(n) for n in ("county_chair", RECORDER, SECOND))
    assert (approval.approver_id, approval.approver_name) == (chair.user_id, chair.name)
    [mark] = paper.rows(PaperAct, PaperAct.id == approval.paper_act_id)
    assert (mark.recorded_by, mark.confirmed_by) == (recorder.user_id, second.user_id)
    receipts = paper.rows(Delivery, Delivery.received_on.is_not(None))
    on_paper = [row for row in receipts if row.paper_act_id is not None]
    assert {row.received_by for row in on_paper} == {"王纸面（联系人）"}
    [plan] = paper.rows(Document, Document.kind == DocumentKind.RECTIFICATION_PLAN)
    assert (plan.drafted_by, plan.issued_by) == (None, None)
    assert plan.paper_act_id is not None


def approve_on_paper(paper: PaperOffice) -> None:
    """The chair's approval: not by the Office's head, not of an earlier text; then as it should be."""
    task = paper.task("approve_accountability")
    paper.days(1)
    earlier = paper.today - timedelta(days=2)
    with pytest.raises(Conflict) as refused:
        paper.record(task, by="county_chair", outcome="approved", acted_on=earlier)
    assert refused.value.code == "paper-older-than-text"
    with pytest.raises(AssertionError, match="nobody could have signed"):
        paper.record(task, by="county_head", outcome="approved")
    assert paper.rows(Approval, Approval.step == ApprovalStep.DECISION) == []
    paper.do("approve_accountability", by="county_chair", outcome="approved")


def test_a_receipt_on_paper_says_what_its_record_says(paper: PaperOffice) -> None:
    paper.open("county_staff1", "129901-S1")
    phases.prepare(paper, visit_on="2026-04-20")
    phases.inspect(paper, visit_on="2026-04-20")
    paper.do("draft_feedback", by="county_staff1")
    paper.do("approve_by_office_head", by="county_head", outcome="approved")
    paper.do("deliver_document", by="county_staff1")
    delivered_on = paper.today
    paper.days(1)
    task = paper.task("sign_receipt")
    with pytest.raises(Invalid) as wrong:
        paper.record(task, received_on=delivered_on.isoformat(), signed_by="李某")
    assert {fault.pointer for fault in wrong.value.errors} == {
        "/values/received_on",
        "/values/signed_by",
    }
    paper.confirm(paper.record(task, received_on=delivered_on.isoformat(), acted_on=delivered_on))
    [receipt] = [
        row
        for row in paper.rows(Delivery, Delivery.paper_act_id.is_not(None))
        if row.received_on == delivered_on
    ][-1:]
    assert receipt.received_on == delivered_on
