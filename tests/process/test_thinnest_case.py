"""One problem, one path: from opening to the archive without pressure or accountability."""

from __future__ import annotations

from engine.states import InstanceState
from supervision.tables import Document, Problem
from supervision.terms import CaseStage, DocumentKind, ProblemState
from tests.process import phases
from tests.process.office import Office


def test_a_case_with_one_problem_that_is_rectified_runs_to_its_archive(office: Office) -> None:
    instance_id = office.open("county_staff1", "129901-S1", title="食堂食品安全专项督导")
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    phases.conclude(office)
    phases.report(office)
    phases.order_rectification(office)
    phases.rectify(office)
    phases.finish_rectification(office)
    phases.close(office)

    case = office.case(instance_id)
    assert case.stage == CaseStage.ARCHIVED
    assert office.state(instance_id) == InstanceState.COMPLETED
    [problem] = office.rows(Problem, Problem.case_id == case.id)
    assert problem.state == ProblemState.CLOSED
    assert problem.proposed_by != problem.closed_by
    issued = {row.kind for row in office.rows(Document, Document.case_id == case.id) if row.number}
    assert issued >= {
        DocumentKind.INSPECTION_NOTICE,
        DocumentKind.PRELIMINARY_OPINION,
        DocumentKind.OPINION_LETTER,
        DocumentKind.SUPERVISION_REPORT,
        DocumentKind.RECTIFICATION_ORDER,
    }
