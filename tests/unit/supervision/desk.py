"""A case on the desk without a process behind it: the verbs of the domain are called directly.

So a test shows that a rule stands in the verb, not in a model that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from engine import identity
from engine.actor import Actor
from engine.clock import LOCAL_ZONE, ManualClock
from engine.engine import Engine
from engine.tables import Instance, new_id
from engine.unit_of_work import UnitOfWork
from supervision import (
    accountability,
    approvals,
    cases,
    clues,
    decisions,
    defences,
    documents,
    inspectors,
    organisations,
    problems,
    visits,
)
from supervision.cases import Opening
from supervision.documents import Recipient, Subject
from supervision.problems import Card
from supervision.tables import Accountability, Document, SupervisionCase
from supervision.terms import (
    ApprovalOutcome,
    ApprovalStep,
    Approver,
    CaseForm,
    ClueSource,
    ConsultationReply,
    DefenceOutcome,
    DocumentKind,
    OpinionMethod,
    ProblemClass,
    Severity,
    StartKind,
    Trigger,
    VisitKind,
)
from supervision.visits import Hearing

SYSTEM = Actor.system("test")


@dataclass
class Desk:
    """One Office and its people; `case_id` is the case on the desk."""

    engine: Engine
    clock: ManualClock
    definition_id: str
    deployment_id: str
    case_id: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def acting(self, username: str) -> Iterator[tuple[UnitOfWork, SupervisionCase]]:
        """A unit of work of a sample person on the case."""
        with self.engine.read(SYSTEM) as uow:
            user = identity.users.by_username(uow, username)
            assert user is not None
            actor = identity.actor_of(uow, user.id)
        with self.engine.begin(actor) as uow:
            yield uow, uow.session.get_one(SupervisionCase, self.case_id)

    def user_id(self, username: str) -> str:
        """The id of a sample person."""
        with self.engine.read(SYSTEM) as uow:
            user = identity.users.by_username(uow, username)
            assert user is not None
            return user.id

    def organisation(self, code: str) -> str:
        """The id of an organisation of the pack."""
        with self.engine.read(SYSTEM) as uow:
            row = organisations.by_code(uow, code)
            assert row is not None
            return row.organisation_id

    def days(self, count: int) -> None:
        """Move the clock on."""
        self.clock.advance(days=count)

    def open(self, unit: str = "129901-S1", **details: Any) -> str:
        """Put a case on the desk."""
        with self.engine.begin(SYSTEM) as uow:
            instance = Instance(
                id=new_id(),
                definition_id=self.definition_id,
                deployment_id=self.deployment_id,
                family="supervision",
                started_at=uow.now,
                history_digest="",
                history_length=0,
                revision=0,
            )
            uow.session.add(instance)
            uow.session.flush()
            row = organisations.by_code(uow, unit)
            assert row is not None
            opening = Opening(
                title="样例案件",
                unit_id=row.organisation_id,
                form=CaseForm.SPECIAL,
                matter="样例事项",
                start_kind=StartKind.PLAN,
                **details,
            )
            self.case_id = cases.write(uow, opening, instance_id=instance.id).id
        return self.case_id

    def group(self, *, count: int = 3, declare: bool = True) -> list[str]:
        """A group of inspectors who declared that nothing bars them; their user ids."""
        with self.acting("county_staff1") as (uow, case):
            chosen = inspectors.available(uow, case)[:count]
            inspectors.form_group(uow, case, [row.id for row in chosen], leader_id=chosen[0].id)
            members = [row.user_id for row in chosen]
            for user_id in members if declare else ():
                inspectors.declare(uow, case, user_id=user_id, has_conflict=False)
        return members

    def write(
        self,
        kind: DocumentKind,
        *,
        by: str = "county_staff1",
        law: str = "依据",
        approver: Approver = Approver.OFFICE_HEAD,
        subject: Subject | None = None,
        **fields: Any,
    ) -> str:
        """A draft; its id."""
        with self.acting(by) as (uow, case):
            return documents.draft(
                uow,
                case,
                kind,
                fields=fields,
                basis=law,
                approver=approver,
                subject=subject,
                addressee_id=case.unit_id,
            ).id

    def approve(self, document_id: str, *, by: str = "county_head") -> None:
        """Somebody approves a draft."""
        with self.acting(by) as (uow, _case):
            document = documents.get(uow, document_id)
            approvals.decide_document(uow, document, outcome=ApprovalOutcome.APPROVED)

    def issue(self, document_id: str, *, to: Sequence[str] = ("129901-S1",)) -> None:
        """Issue a document, serve it and have it signed for."""
        with self.acting("county_staff1") as (uow, _case):
            document = documents.issue(uow, documents.get(uow, document_id))
            for code in to:
                row = organisations.by_code(uow, code)
                assert row is not None
                documents.deliver(uow, document, [Recipient(organisation_id=row.organisation_id)])
                documents.receive(uow, document, organisation_id=row.organisation_id)

    def notify(self) -> None:
        """The inspection notice, in the unit's hands."""
        notice = self.write(DocumentKind.INSPECTION_NOTICE)
        self.approve(notice)
        self.issue(notice)

    def visit(self) -> None:
        """The day after: the visit."""
        self.days(1)
        with self.acting("county_inspector1") as (uow, case):
            visits.record(
                uow,
                case,
                kind=VisitKind.VISIT,
                started_on=uow.today,
                ended_on=uow.today,
                place="样例学校",
                text="记录",
            )

    def hear_public(self) -> None:
        """Pupils, parents and teachers are heard."""
        with self.acting("county_inspector1") as (uow, case):
            hearing = Hearing(
                method=OpinionMethod.QUESTIONNAIRE,
                held_on=uow.today,
                participants=100,
                groups=("pupils", "parents", "teachers"),
                managers_left=True,
                summary="意见",
            )
            visits.hear_public(uow, case, [hearing])

    def inspected(self) -> None:
        """Everything before the preliminary opinion."""
        self.open()
        self.group()
        self.notify()
        self.visit()
        self.hear_public()

    def problem(self, **details: Any) -> str:
        """One problem in the ledger; its id."""
        card = {
            "title": "问题",
            "facts": "事实",
            "requirement": "要求",
            "limit_class": ProblemClass.A,
            **details,
        }
        with self.acting("county_staff1") as (uow, case):
            return problems.write(uow, case, [Card(**card)])[0].id

    def feed_back(self, outcome: DefenceOutcome | None = DefenceOutcome.WAIVED) -> str:
        """The preliminary opinion, served; and what became of the defence."""
        letter = self.write(DocumentKind.PRELIMINARY_OPINION)
        self.approve(letter)
        self.issue(letter)
        if outcome is not None:
            with self.acting("school_contact") as (uow, case):
                content = "申辩意见" if outcome is DefenceOutcome.GIVEN else ""
                document = documents.get(uow, letter)
                defences.record(uow, case, document, outcome, content=content)
        return letter

    def record(self, *, in_time: bool = True, started: bool = True) -> str:
        """An accountability record with its group, facts and start; its id."""
        with self.acting("county_staff1") as (uow, case):
            ended_on = uow.today if in_time else uow.today - timedelta(days=90)
            clue = clues.record(
                uow,
                case,
                source=ClueSource.TRIAGE,
                trigger=Trigger.POOR_RECTIFICATION,
                text="线索",
                activity_ended_on=ended_on,
                activity_reason="现场督导结束",
            )
            row = accountability.open(uow, case, clue)
            accountability.form_group(
                uow,
                case,
                row,
                members=[{"name": "卫佳宁", "organisation": "督导办"}],
                visit_id=None,
                activity_ended_on=ended_on,
                activity_reason="现场督导结束",
                formed_on=uow.today,
            )
            record_id = row.id
        if started:
            self.start(record_id)
        return record_id

    def start(self, record_id: str) -> None:
        """Facts, and the decision to start."""
        with self.acting("county_staff1") as (uow, case):
            accountability.record_facts(
                uow,
                case,
                self.get(uow, record_id),
                facts="事实",
                evidence="证据",
                triggers=[Trigger.POOR_RECTIFICATION],
                severity=Severity.SERIOUS,
                conduct={},
                suggestion="start",
            )
        with self.acting("county_head") as (uow, case):
            row = self.get(uow, record_id)
            accountability.decide_start(uow, case, row, is_started=True, reason="理由")

    def tell_object(
        self, record_id: str, outcome: DefenceOutcome | None = DefenceOutcome.LAPSED
    ) -> None:
        """The notice is served, and the defence has its outcome."""
        subject = Subject(kind="accountability", id=record_id)
        notice_id = self.write(DocumentKind.ACCOUNTABILITY_NOTICE, subject=subject)
        with self.acting("county_staff1") as (uow, _case):
            row = self.get(uow, record_id)
            notice = documents.get(uow, notice_id)
            decisions.notify(uow, row, notice, organisation_id=row.organisation_id)
        self.approve(notice_id)
        self.issue(notice_id)
        if outcome is not None:
            with self.acting("school_contact") as (uow, case):
                defences.record(
                    uow, case, documents.get(uow, notice_id), outcome, content="申辩意见"
                )

    def consult(self, record_id: str, *, answered: bool = True) -> str:
        """The opinion, and the member units' answers; the opinion's id."""
        subject = Subject(kind="accountability", id=record_id)
        opinion_id = self.write(
            DocumentKind.ACCOUNTABILITY_OPINION,
            subject=subject,
            approver=Approver.CHAIR,
            facts="事实",
            basis="依据",
            measures=[{"kind": "accountability_circular", "detail": "通报"}],
        )
        units = [self.organisation("129901-FIN"), self.organisation("129901-HRS")]
        with self.acting("county_staff1") as (uow, case):
            decisions.draw_up_opinion(
                uow,
                case,
                self.get(uow, record_id),
                documents.get(uow, opinion_id),
                severity=Severity.SERIOUS,
                mitigation="",
                consulted_ids=units,
            )
            for unit_id in units if answered else units[:1]:
                row = self.get(uow, record_id)
                decisions.reply(uow, case, row, unit_id, ConsultationReply.AGREE)
        return opinion_id

    def decision(self, record_id: str, **changes: Any) -> str:
        """The decision as a draft; its id."""
        fields = {
            "basic_situation": "基本情况",
            "facts": "事实",
            "basis": "依据",
            "measures": [{"kind": "accountability_circular", "detail": "通报"}],
            "effective_on": "2026-06-01",
            "remedies": "复核和申诉",
            **changes,
        }
        subject = Subject(kind="accountability", id=record_id)
        return self.write(
            DocumentKind.ACCOUNTABILITY_DECISION,
            subject=subject,
            approver=Approver.APPROVED,
            **fields,
        )

    def chair_approves(self, record_id: str, *, by: str = "county_chair") -> None:
        """F7."""
        with self.acting(by) as (uow, case):
            row = self.get(uow, record_id)
            decisions.approve(uow, case, row, outcome=ApprovalOutcome.APPROVED, opinion="")

    def decided(self) -> str:
        """A decision in force; the record's id."""
        record_id = self.record()
        self.tell_object(record_id)
        self.consult(record_id)
        self.chair_approves(record_id)
        decision_id = self.decision(record_id)
        with self.acting("county_staff1") as (uow, case):
            decisions.decide(uow, case, self.get(uow, record_id), documents.get(uow, decision_id))
        self.issue(decision_id)
        with self.acting("county_staff1") as (uow, case):
            row = self.get(uow, record_id)
            decisions.take_effect(uow, case, row, received_on=uow.today)
        return record_id

    @staticmethod
    def get(uow: UnitOfWork, record_id: str) -> Accountability:
        """The record in this unit of work."""
        return uow.session.get_one(Accountability, record_id)

    def document(self, document_id: str) -> Document:
        """A document, detached."""
        with self.engine.read(SYSTEM) as uow:
            return uow.session.get_one(Document, document_id)


def at(day: str, hour: int = 9) -> datetime:
    """A local instant."""
    return datetime.combine(datetime.fromisoformat(day).date(), time(hour), LOCAL_ZONE)


__all__ = ["SYSTEM", "ApprovalStep", "Desk", "at"]
