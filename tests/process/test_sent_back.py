"""退回 in a supervision case: over the steps that may be done again, and over nothing that stands."""

from __future__ import annotations

import pytest

from engine import tasks
from engine.errors import Conflict
from engine.handover import returns
from engine.handover.returns import Destination, Mode
from engine.record import history
from engine.tables import Task
from supervision.handlers import HANDLERS
from supervision.tables import Document
from supervision.terms import CaseStage, DocumentKind, DocumentState
from tests.process import phases
from tests.process.office import SYSTEM, Office

VISIT = "2026-04-20"
HEAD = "county_head"


def held(office: Office, element_id: str, by: str) -> Task:
    """The open task of an element in somebody's hands."""
    task = office.task(element_id)
    actor = office.actor(by)
    with office.engine.begin(actor) as uow:
        own = tasks.get(uow, task.id)
        return own if own.assignee_id == actor.user_id else tasks.claim(uow, task.id)


def ways(office: Office, element_id: str, by: str) -> dict[str, Destination]:
    """Where a task may go back, by element."""
    task = held(office, element_id, by)
    with office.engine.read(office.actor(by)) as uow:
        return {way.task.element_id: way for way in returns.destinations(uow, task.id)}


def sent_back(office: Office, element_id: str, to: str, *, by: str) -> None:
    """Sent back, and waiting with who had done that step."""
    way = ways(office, element_id, by)[to]
    assert Mode.ONLY not in way.refused, way.refused
    task = held(office, element_id, by)
    with office.engine.begin(office.actor(by)) as uow:
        returns.send_back(
            uow,
            task.id,
            to=way.task.id,
            mode=Mode.ONLY,
            opinion="请核对后重报",
            revision=task.revision,
        )
    again = office.task(to)
    assert again.returned is not None
    assert again.returned["opinion"] == "请核对后重报"
    assert element_id not in office.waiting()


def papers(office: Office, kind: DocumentKind) -> list[Document]:
    return list(office.rows(Document, Document.kind == kind))


def test_drafts_go_back_from_their_approver_and_the_case_goes_on_to_its_end(
    office: Office,
) -> None:
    case_id = office.open("county_staff1", "129901-S1", visit_on=VISIT)
    office.do("approve_case", by=HEAD, outcome="returned", opinion="写明事由")
    office.do("revise_case", by="county_staff1")
    sent_back(office, "approve_case", "revise_case", by=HEAD)
    office.do("revise_case", by="county_staff1", title="食堂专项督导")
    assert office.case(case_id).title == "食堂专项督导"

    office.do("approve_case", by=HEAD, outcome="approved")
    options = [row["value"] for row in office.context("form_group")["inspector_options"]]
    office.do("form_group", by="county_staff1", members=options[:3], leader=options[0])
    inspectors = {office.actor(f"county_inspector{n}").user_id: n for n in range(1, 5)}
    name = f"county_inspector{inspectors[office.task('declare_recusal').item]}"
    sent_back(office, "declare_recusal", "form_group", by=name)
    office.do("form_group", by="county_staff1", members=options[:3], leader=options[1])
    office.do_each("declare_recusal", declaration="none")
    office.do("decide_recusal", by=HEAD, outcome="clear")

    office.do("draft_notice", by="county_staff1", visit_from=VISIT, visit_until=VISIT)
    sent_back(office, "approve_by_office_head", "draft_notice", by=HEAD)
    office.do("draft_notice", by="county_staff1", visit_from=VISIT, visit_until=VISIT)
    office.serve()
    [notice] = papers(office, DocumentKind.INSPECTION_NOTICE)
    assert notice.number is not None

    phases.inspect(office, visit_on=VISIT)
    office.do("draft_feedback", by="county_staff1")
    sent_back(office, "approve_by_office_head", "draft_feedback", by=HEAD)
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    classed = [{**phases.PROBLEM, "requirement": "按规定留样。", "limit_class": "B"}]
    office.do("draft_opinion_letter", by="county_staff1", problems=classed)
    sent_back(office, "approve_by_office_head", "draft_opinion_letter", by=HEAD)
    office.do("draft_opinion_letter", by="county_staff1", problems=classed)
    office.serve()
    office.do("triage_clues", by="county_staff1")
    assert len(papers(office, DocumentKind.PRELIMINARY_OPINION)) == 1
    assert len(papers(office, DocumentKind.OPINION_LETTER)) == 1

    office.do("draft_report", by="county_staff1")
    sent_back(office, "approve_by_office_head", "draft_report", by=HEAD)
    phases.report(office)
    office.do("draft_rectification_order", by="county_staff1", problems={"limit_class": "B"})
    sent_back(office, "approve_by_office_head", "draft_rectification_order", by=HEAD)
    phases.order_rectification(office)
    assert len(papers(office, DocumentKind.RECTIFICATION_ORDER)) == 1
    office.days(10)
    office.do("carry_out_rectification", outcome="report")
    office.days(3)
    verifiers = [row["value"] for row in office.context("verify_problem")["member_options"]]
    office.do("verify_problem", verifiers=verifiers[:2], verification="done")
    office.do("propose_closure")
    sent_back(office, "confirm_closure", "propose_closure", by="county_staff2")
    office.do("propose_closure")
    office.do("confirm_closure", outcome="confirm")
    phases.finish_rectification(office)
    phases.close(office)
    assert office.case(case_id).stage == CaseStage.ARCHIVED
    drafts = office.rows(Document, Document.state == DocumentState.DRAFTED)
    assert {row.kind for row in drafts} == {DocumentKind.OPENING_FORM}
    with office.engine.read(SYSTEM) as uow:
        assert list(history.verify(uow, case_id)) == []


def test_nothing_goes_back_over_what_was_approved_or_issued(office: Office) -> None:
    office.open("county_staff1", "129901-S1", visit_on=VISIT)
    office.do("approve_case", by=HEAD, outcome="approved")
    phases.form_group(office)
    found = ways(office, "decide_recusal", HEAD)
    # the declarations of the members stand between
    assert found["form_group"].refused[Mode.ONLY][0] == "over-what-stands"
    assert found["approve_case"].refused[Mode.ONLY][0] == "not-repeatable"
    office.do("decide_recusal", by=HEAD, outcome="clear")
    office.do("draft_notice", by="county_staff1", visit_from=VISIT, visit_until=VISIT)
    office.do("approve_by_office_head", by=HEAD, outcome="approved")
    found = ways(office, "deliver_document", "county_staff1")
    assert found["approve_by_office_head"].refused[Mode.ONLY][0] == "not-repeatable"
    assert found["draft_notice"].refused[Mode.ONLY][0] == "over-what-stands"
    task = held(office, "deliver_document", "county_staff1")
    actor = office.actor("county_staff1")
    with pytest.raises(Conflict) as refused, office.engine.begin(actor) as uow:
        returns.send_back(
            uow,
            task.id,
            to=found["draft_notice"].task.id,
            mode=Mode.ONLY,
            opinion="再改改",
            revision=task.revision,
        )
    assert refused.value.code == "over-what-stands"
    [notice] = papers(office, DocumentKind.INSPECTION_NOTICE)
    assert notice.state == DocumentState.ISSUED
    assert office.waiting() == ["deliver_document"]


def test_no_step_that_refuses_by_itself_is_done_again() -> None:
    assert not [name for name, handler in HANDLERS.items() if handler.repeatable and handler.guard]
