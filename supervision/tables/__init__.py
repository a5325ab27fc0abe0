"""The rows of the domain, on the engine's Base, keyed to the process instance."""

from supervision.tables.accountability import Accountability, Consultation, Remedy
from supervision.tables.case import (
    Clue,
    Defence,
    GroupMember,
    Lapse,
    PublicOpinion,
    RecusalDeclaration,
    SupervisionCase,
    Transfer,
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
from supervision.tables.portal import Suggestion
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
    "Clue",
    "CommitteeMember",
    "Consultation",
    "Defence",
    "Delivery",
    "Document",
    "Extension",
    "Filing",
    "GroupMember",
    "Inspector",
    "InspectorTie",
    "Interview",
    "Lapse",
    "Measure",
    "NumberSeries",
    "Problem",
    "ProblemReport",
    "PublicOpinion",
    "Publication",
    "Recheck",
    "RecusalDeclaration",
    "Remedy",
    "Suggestion",
    "SupervisedOrganisation",
    "SupervisionCase",
    "Transfer",
    "UrgingReport",
    "Visit",
]
