"""The rows of the domain, on the engine's Base, keyed to the process instance."""

from supervision.tables.accountability import Accountability, Consultation, Execution, Remedy
from supervision.tables.case import (
    Defence,
    GroupMember,
    PublicOpinion,
    RecusalDeclaration,
    SupervisionCase,
    Visit,
)
from supervision.tables.document import (
    Approval,
    Delivery,
    Document,
    Filing,
    NumberSeries,
    Publication,
)
from supervision.tables.measure import Interview, Measure, UrgingReport
from supervision.tables.problem import Extension, Problem, ProblemReport, Recheck
from supervision.tables.registry import (
    CommitteeMember,
    Inspector,
    InspectorTie,
    SupervisedOrganisation,
)

__all__ = [
    "Accountability",
    "Approval",
    "CommitteeMember",
    "Consultation",
    "Defence",
    "Delivery",
    "Document",
    "Execution",
    "Extension",
    "Filing",
    "GroupMember",
    "Inspector",
    "InspectorTie",
    "Interview",
    "Measure",
    "NumberSeries",
    "Problem",
    "ProblemReport",
    "PublicOpinion",
    "Publication",
    "Recheck",
    "RecusalDeclaration",
    "Remedy",
    "SupervisedOrganisation",
    "SupervisionCase",
    "UrgingReport",
    "Visit",
]
