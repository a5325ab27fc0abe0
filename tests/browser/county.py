"""A county on an ordinary day: four cases at three points, for whoever looks at many screens.

The canteen's case waits for the unit's plan and the head's approval of the report; the campus's, after
its report to the public, for what the member units answer; two have just begun. Nobody's name is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine import tasks
from engine.clock import ManualClock
from engine.handover import approval_sheets
from engine.repository import model_drafts, model_parts
from engine.tables.runtime import TaskCandidate
from supervision.tables import Publication
from tests.browser.sandbox import Sandbox, serving
from tests.browser.visiting import VisitedOffice, open_office
from tests.conftest import START
from tests.process import phases
from tests.process.conftest import Template

VISIT = "2026-04-20"


@dataclass(frozen=True, kw_only=True)
class County:
    """The server, and the addresses of what is there: names to ids."""

    sandbox: Sandbox
    office: VisitedOffice
    ids: dict[str, str]


@contextmanager
def opened(template: Template, folder: Path) -> Iterator[County]:
    """The county, served until the block ends."""
    clock = ManualClock(START)
    with ExitStack() as stack:
        office = open_office(
            template, folder, clock, lambda engine, time: stack.enter_context(serving(engine, time))
        )
        ids = _live(office)
        assert office.sandbox is not None
        yield County(sandbox=office.sandbox, office=office, ids=ids)


def _live(office: VisitedOffice) -> dict[str, str]:
    campus = office.open("county_staff1", "129901-P1", title="办学条件专项督导")
    phases.prepare(office, visit_on=VISIT)
    canteen = office.open(
        "county_staff1", "129901-S1", title="食堂食品安全专项督导", visit_on=VISIT
    )
    office.days(1)  # of two tasks of one step the elder is done first
    phases.prepare(office, visit_on=VISIT)
    phases.inspect(office, visit_on=VISIT)
    phases.conclude(office, clue=phases.CLUE)
    phases.report(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office, answered=False)
    blocked = {**phases.PROBLEM, "title": "消防通道堆放杂物", "severity": "grave"}
    phases.inspect(office, visit_on=VISIT, problems=[phases.PROBLEM, blocked])
    _order_the_canteen(office, canteen)
    for unit, title in (("129901-S2", "冬季供暖专项督导"), ("129901-K1", "校车安全专项督导")):
        office.open("county_staff2", unit, title=title, visit_on="2026-05-25")
        office.do("approve_case", by="county_head", outcome="approved")
    return {
        "campus": campus,
        "canteen": canteen,
        "publication": office.rows(Publication)[0].id,
        **_tasks(office, canteen=canteen, campus=campus),
        **_draft(office),
    }


def _order_the_canteen(office: VisitedOffice, canteen: str) -> None:
    """From the feedback to the order that the unit has signed for; the report waits for the head."""
    office.do("draft_feedback", by="county_staff1")
    office.serve()
    office.do("submit_defence", defence="waived")
    titles = ("食堂食品留样不规范", "消防通道堆放杂物")
    problems = [
        {**phases.PROBLEM, "title": title, "requirement": "按规定整改。", "limit_class": "B"}
        for title in titles
    ]
    office.do("draft_opinion_letter", by="county_staff1", problems=problems)
    office.serve()
    office.do("triage_clues", by="county_staff1", accountability_clue=False)
    office.do("draft_rectification_order", by="county_staff1", instance_id=canteen)
    office.serve()
    office.do("draft_report", by="county_staff1", instance_id=canteen)


def _tasks(office: VisitedOffice, *, canteen: str, campus: str) -> dict[str, str]:
    """What each person of the guides has open; whoever works on one has claimed it."""
    asked = office.rows(
        TaskCandidate, TaskCandidate.organisation_id == office.organisation("129901-FIN")
    )  # several bodies were asked at one instant: which of their tasks comes first is chance
    found = {
        "order": ("draft_rectification_order", campus, "county_staff1"),
        "approval": ("approve_by_office_head", canteen, "county_head"),
        "plan": ("submit_plan", canteen, "school_head"),
    }
    ids = {name: office.task(key, instance_id=of).id for name, (key, of, _by) in found.items()}
    for name, (_key, _of, by) in found.items():
        with office.engine.begin(office.actor(by)) as uow:
            tasks.claim(uow, ids[name])
    with office.engine.begin(office.actor("county_head")) as uow:
        sheet = approval_sheets.make(
            uow,
            ids["approval"],
            title="关于印发督导报告的请示",
            proposed="拟同意印发，请审批。",
        )
        return {**ids, "sheet": sheet.id, "reply": asked[0].task_id}


def _draft(office: VisitedOffice) -> dict[str, str]:
    """A draft of the models in which one step is called otherwise."""
    with office.engine.begin(office.actor("modeleditor")) as uow:
        draft = model_drafts.create(uow, "supervision", name="整改流程修改稿")
        model_drafts.take(uow, draft.id)
        part = next(
            each
            for each in model_parts.of_draft(uow, draft)
            if each.path == "bpmn/plan_rectification.bpmn"
        )
        content = (part.content or "").replace("审核整改方案", "逐项审核整改方案")
        model_parts.save(uow, draft.id, part.id, content, revision=part.revision)
        return {"draft": draft.id, "part": part.id}
