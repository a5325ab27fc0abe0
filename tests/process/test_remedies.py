"""Review and appeal: an instance of its own, one of each, never suspending the execution."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.errors import Conflict, NotAllowed, NotFound
from engine.permission import access
from engine.states import InstanceState
from engine.tables import Event, Instance
from supervision import appeals, dossier
from supervision.tables import (
    Accountability,
    Document,
    Measure,
    Publication,
    Remedy,
    SupervisionCase,
)
from supervision.terms import (
    AccountabilityState,
    CaseStage,
    DocumentKind,
    MeasureState,
    Phase,
    RemedyKind,
    RemedyState,
)
from tests.process import phases
from tests.process.office import Office
from tests.process.test_accountability import case_with_clue


def decided(office: Office) -> str:
    """A case with an issued decision, whose object may now seek a remedy."""
    instance_id = case_with_clue(office)
    phases.investigate(office)
    phases.hear(office, defence="waived")
    phases.propose_decision(office)
    phases.decide(office)
    return instance_id


def finish(office: Office) -> None:
    """What goes on beside the remedy: execution, publication, filing."""
    phases.execute_circular(office, chair="county_chair")
    phases.publish_decision(office)
    phases.file_decision(office)
    office.do("monitor_result", by="county_staff1", monitoring="corrected")


def test_a_review_that_fails_leaves_the_decision_and_the_archive_waits_for_it(
    office: Office,
) -> None:
    instance_id = decided(office)
    office.do("seek_remedy", remedy="review")
    finish(office)
    assert office.case(instance_id).stage == CaseStage.CLOSED  # execution was not suspended
    office.do("send_to_appraisal", by="county_staff1")
    assert "archive_case" not in office.waiting()

    with pytest.raises(NotAllowed) as refused:
        office.do("draft_review_decision", by="county_staff1", result="upheld")
    assert refused.value.code == "own-decision"
    office.do("draft_review_decision", by="county_staff2", result="upheld")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document")
    office.do("sign_receipt")
    office.do("file_appeal", appeal_choice="none")
    office.do("archive_case", by="county_staff1")
    [record] = office.rows(Accountability)
    assert record.state == AccountabilityState.ARCHIVED
    assert office.state(instance_id) == InstanceState.COMPLETED


def test_an_appeal_that_succeeds_revokes_the_decision_everywhere(office: Office) -> None:
    instance_id = decided(office)
    office.do("seek_remedy", remedy="appeal")
    finish(office)
    office.do("send_to_appraisal", by="county_staff1")
    office.do("decide_appeal", by="city_staff1", result="revoked")
    office.do("approve_by_office_head", by="city_head", outcome="approved")
    office.do("deliver_document")
    office.do_each("sign_receipt")
    office.do("draft_correction", by="county_staff2", correction="revoked")
    office.do("approve_by_chair", by="county_vice", outcome="approved")
    office.do("deliver_document")
    office.do_each("sign_receipt")
    office.do("archive_case", by="county_staff1")

    [record] = office.rows(Accountability)
    assert record.state == AccountabilityState.REVOKED
    assert {m.state for m in office.rows(Measure, Measure.phase == Phase.ACCOUNTABILITY)} == {
        MeasureState.WITHDRAWN
    }
    [correction] = office.rows(Document, Document.kind == DocumentKind.CORRECTION)
    texts = office.rows(Publication, Publication.document_id == record.decision_id)
    assert all(text.withdrawn_on is not None for text in texts)
    assert office.rows(Publication, Publication.document_id == correction.id)
    assert office.state(instance_id) == InstanceState.COMPLETED
    [remedy] = office.rows(Remedy)
    assert remedy.state == RemedyState.CORRECTED
    assert office.state(remedy.instance_id) == InstanceState.COMPLETED


def test_a_direct_appeal_after_fifteen_days_is_refused_and_leaves_the_review(
    office: Office,
) -> None:
    decided(office)
    office.days(17)
    with pytest.raises(Conflict) as refused:
        office.do("seek_remedy", remedy="appeal")
    assert refused.value.code == "remedy-late"
    assert "复核" in refused.value.detail
    office.do("seek_remedy", remedy="review")
    [remedy] = office.rows(Remedy)
    assert remedy.kind == RemedyKind.REVIEW


def test_an_application_that_arrives_too_late_is_recorded_and_refused_by_a_person(
    office: Office,
) -> None:
    decided(office)
    office.days(40)
    assert "seek_remedy" not in office.waiting()
    [record] = office.rows(Accountability)
    with office.engine.begin(office.actor("county_staff2")) as uow:
        case = uow.session.get_one(SupervisionCase, record.case_id)
        row = uow.session.get_one(Accountability, record.id)
        late = appeals.record_late(
            uow,
            case,
            row,
            RemedyKind.REVIEW,
            received_on=uow.today,
            request="撤销决定",
            reasons="不知道期限",
        )
        appeals.refuse(uow, case, late, reason="超过三十日的复核期限")
    [remedy] = office.rows(Remedy)
    assert remedy.state == RemedyState.NOT_ACCEPTED
    assert remedy.is_late
    assert remedy.refused_by == office.actor("county_staff2").user_id


def test_after_a_review_there_are_fifteen_days_to_appeal_and_then_the_right_lapses(
    office: Office,
) -> None:
    decided(office)
    office.do("seek_remedy", remedy="review")
    [remedy] = office.rows(Remedy)
    office.do("draft_review_decision", by="county_staff2", result="upheld")
    office.do("approve_by_office_head", by="county_head", outcome="approved")
    office.do("deliver_document", instance_id=remedy.instance_id)
    office.do("sign_receipt", instance_id=remedy.instance_id)
    received = office.today
    assert "file_appeal" in office.waiting()
    office.go_to(received + timedelta(days=20))
    assert "file_appeal" not in office.waiting()
    assert office.state(remedy.instance_id) == InstanceState.COMPLETED
    [record] = office.rows(Accountability)
    assert record.remedies_end_on is not None
    [title] = [row.title for row in office.rows(Instance, Instance.id == remedy.instance_id)]
    assert title.startswith("复核")


def test_who_decides_an_appeal_reads_all_of_it_and_nothing_internal_of_the_case(
    office: Office,
) -> None:
    instance_id = decided(office)
    office.do("seek_remedy", remedy="appeal")
    [remedy] = office.rows(Remedy)
    assert _read(office, "city_staff1", remedy.instance_id) == {
        "internal",
        "unit",
        "superior",
        "public",
    }
    # the report was filed with the upper Office: it knows of the case
    assert _read(office, "city_staff1", instance_id) == {"superior", "public"}
    assert "internal" in {e.audience for e in _events(office, "city_staff1", remedy.instance_id)}
    assert _papers(office, "city_staff1", remedy.instance_id) >= {
        DocumentKind.ACCOUNTABILITY_NOTICE,
        DocumentKind.ACCOUNTABILITY_DECISION,
        DocumentKind.APPEAL_APPLICATION,
    }
    office.do("decide_appeal", by="city_staff1", result="upheld")
    office.do("approve_by_office_head", by="city_head", outcome="approved")
    assert DocumentKind.APPEAL_DECISION in _papers(office, "city_head", remedy.instance_id)
    for person in ("city_staff1", "city_staff2", "city_staff3", "city_head"):
        assert "internal" not in _read(office, person, instance_id), person
    seen = _events(office, "city_staff1", instance_id)
    assert {event.audience for event in seen} <= {"superior", "public"}


def test_who_receives_a_filing_reads_nothing_internal_of_the_case(office: Office) -> None:
    instance_id = decided(office)
    office.do("submit_filing", by="county_staff1")
    assert "internal" not in _read(office, "city_staff1", instance_id)
    filed = office.task("receive_filing").id
    # an ordinary member of the staff does not even see the task
    with office.engine.read(office.actor("city_staff3")) as uow, pytest.raises(NotFound):
        access.require_task(uow, filed)
    office.do("receive_filing", by="city_staff1")
    assert "internal" not in _read(office, "city_staff1", instance_id)


_INTERNAL = {
    DocumentKind.GROUP_NOTICE,
    DocumentKind.START_DECISION,
    DocumentKind.ACCOUNTABILITY_OPINION,
}


def _papers(office: Office, person: str, instance_id: str | None) -> set[str]:
    """The kinds of the papers that a person reads from an appeal's page; none is internal."""
    with office.engine.read(office.actor(person)) as uow:
        found = dossier.of_instance(uow, instance_id or "")
        assert found is not None
        assert (found.is_inside, list(found.approvals)) == (False, [])
        papers = found.documents
        for paper in papers:
            assert dossier.of_document(uow, paper.id)[1] is paper
        hidden = uow.session.scalars(
            sa.select(Document.id).where(
                Document.case_id == found.case.id, Document.kind.in_(_INTERNAL)
            )
        ).all()
        assert hidden
        for document_id in hidden:
            with pytest.raises(NotFound):
                dossier.of_document(uow, document_id)
        return {paper.kind for paper in papers}


def _read(office: Office, person: str, instance_id: str) -> set[str]:
    with office.engine.read(office.actor(person)) as uow:
        return set(access.audiences(uow, uow.session.get_one(Instance, instance_id)))


def _events(office: Office, person: str, instance_id: str) -> list[Event]:
    with office.engine.read(office.actor(person)) as uow:
        query = sa.select(Event).where(Event.instance_id == instance_id, access.visible_events(uow))
        return list(uow.session.scalars(query))
