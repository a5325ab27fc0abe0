"""What a form's facts are read from: the task, its variables, and the rows they point to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import advance
from engine.tables import Organisation, Task, User
from engine.unit_of_work import UnitOfWork
from supervision import accountability, appeals, cases, documents, measures, problems
from supervision.tables import (
    Accountability,
    Document,
    Measure,
    Problem,
    Remedy,
    SupervisionCase,
)


@dataclass(frozen=True)
class FormContext:
    """One task's form. Everything is read when it is first asked for."""

    uow: UnitOfWork
    task: Task

    @cached_property
    def variables(self) -> dict[str, Any]:
        """The variables of the task's token; empty once it has gone on."""
        workflow = advance.begin(self.uow, self.task.instance).workflow
        token = workflow.find(self.task.token_id)
        return dict(token.data) if token is not None else {}

    def variable(self, key: str) -> str | None:
        """A variable as text."""
        value = self.variables.get(key)
        return str(value) if value else None

    @cached_property
    def case(self) -> SupervisionCase:
        """The case of the instance; of the decision, in a remedy."""
        own = cases.of_instance(self.uow, self.task.instance_id)
        if own is not None:
            return own
        source = self.variable("case_id") or self.variable("source_case_id")
        if source is None and self.document is not None:
            source = self.document.case_id
        return self.uow.session.get_one(SupervisionCase, source or "")

    @cached_property
    def document(self) -> Document | None:
        """The document that is approved, delivered or signed for."""
        id_ = self.variable("document_id")
        return documents.get(self.uow, id_) if id_ else None

    @cached_property
    def measure(self) -> Measure | None:
        """The measure of this line."""
        id_ = self.variable("measure_id")
        return measures.get(self.uow, id_) if id_ else None

    @cached_property
    def problem(self) -> Problem | None:
        """The problem of this line."""
        id_ = self.variable("problem_id")
        return problems.get(self.uow, id_) if id_ else None

    @cached_property
    def record(self) -> Accountability | None:
        """The accountability record of this line."""
        id_ = self.variable("accountability_id")
        if id_ is None and self.measure is not None:
            id_ = self.measure.accountability_id
        return accountability.get(self.uow, id_) if id_ else None

    @cached_property
    def remedy(self) -> Remedy | None:
        """The review or appeal of this instance."""
        id_ = self.variable("remedy_id")
        return appeals.get(self.uow, id_) if id_ else None

    def organisation(self, organisation_id: str | None) -> str:
        """The name of an organisation."""
        row = self.uow.session.get(Organisation, organisation_id) if organisation_id else None
        return row.name if row is not None else ""

    def person(self, user_id: str | None) -> str:
        """The name of a person."""
        row = self.uow.session.get(User, user_id) if user_id else None
        return row.name if row is not None else ""

    def paper(self, document_id: str | None) -> Document | None:
        """A document by id, where there is one."""
        return documents.get(self.uow, document_id) if document_id else None

    def decision(self) -> Document | None:
        """The decision of this line's record."""
        return self.paper(self.record.decision_id if self.record is not None else None)
