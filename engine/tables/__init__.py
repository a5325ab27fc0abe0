"""Every table of the engine, on one Base."""

from engine.tables.accounts import (
    AccountActivation,
    AccountRecovery,
    RecoveryCode,
    RequestCount,
    SecondFactor,
)
from engine.tables.administration import JournalEntry, JournalHead, Proposal
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id
from engine.tables.deadlines import ExtensionRequest, Parameter, Recount, RecountMove
from engine.tables.delegations import Delegation
from engine.tables.federation import (
    OutsideAttempt,
    OutsideIdentity,
    OutsideLogout,
    OutsidePost,
    OutsideSession,
)
from engine.tables.history import (
    Checkpoint,
    CheckpointHead,
    Event,
    EventPayload,
    EventRedaction,
    File,
    LegalHold,
)
from engine.tables.identity import Organisation, Post, SignIn, User
from engine.tables.migration import Migration, MigrationItem
from engine.tables.paper import PaperAct
from engine.tables.protection import Disclosure, ProtectedValue
from engine.tables.repository import (
    CalendarYear,
    DeadlineRule,
    Definition,
    Deployment,
    Resource,
)
from engine.tables.runtime import (
    Activity,
    Deadline,
    IdempotencyRecord,
    Incident,
    Instance,
    InstanceSnapshot,
    Job,
    Party,
    Recusal,
    Subscription,
    Task,
    TaskCandidate,
    TaskExclusion,
)
from engine.tables.signoffs import Signer, SignOff

__all__ = [
    "AccountActivation",
    "AccountRecovery",
    "Activity",
    "Base",
    "CalendarYear",
    "Checkpoint",
    "CheckpointHead",
    "Deadline",
    "DeadlineRule",
    "Definition",
    "Delegation",
    "Deployment",
    "Disclosure",
    "Event",
    "EventPayload",
    "EventRedaction",
    "ExtensionRequest",
    "File",
    "Id",
    "IdempotencyRecord",
    "Incident",
    "Instance",
    "InstanceSnapshot",
    "Job",
    "JournalEntry",
    "JournalHead",
    "Json",
    "LegalHold",
    "Migration",
    "MigrationItem",
    "Organisation",
    "OutsideAttempt",
    "OutsideIdentity",
    "OutsideLogout",
    "OutsidePost",
    "OutsideSession",
    "PaperAct",
    "Parameter",
    "Party",
    "Post",
    "Proposal",
    "ProtectedValue",
    "Recount",
    "RecountMove",
    "RecoveryCode",
    "Recusal",
    "RequestCount",
    "Resource",
    "SecondFactor",
    "SignIn",
    "SignOff",
    "Signer",
    "Subscription",
    "Task",
    "TaskCandidate",
    "TaskExclusion",
    "User",
    "UtcDateTime",
    "new_id",
]
