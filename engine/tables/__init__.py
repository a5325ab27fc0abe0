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
from engine.tables.desk import DeskSetting, SavedFilter, TaskReading
from engine.tables.federation import (
    OutsideAttempt,
    OutsideIdentity,
    OutsideLogout,
    OutsidePost,
    OutsideSession,
)
from engine.tables.handovers import (
    ApprovalSheet,
    Comment,
    Copy,
    Handover,
    Phrase,
    Urge,
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
from engine.tables.model_drafts import ModelDraft, ModelDraftPart, ModelDraftVersion
from engine.tables.notifications import (
    Mail,
    MailPreference,
    Notification,
    ReminderLadder,
)
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
from engine.tables.sandboxes import Sandbox, StartEntry
from engine.tables.signoffs import Signer, SignOff

__all__ = [
    "AccountActivation",
    "AccountRecovery",
    "Activity",
    "ApprovalSheet",
    "Base",
    "CalendarYear",
    "Checkpoint",
    "CheckpointHead",
    "Comment",
    "Copy",
    "Deadline",
    "DeadlineRule",
    "Definition",
    "Delegation",
    "Deployment",
    "DeskSetting",
    "Disclosure",
    "Event",
    "EventPayload",
    "EventRedaction",
    "ExtensionRequest",
    "File",
    "Handover",
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
    "Mail",
    "MailPreference",
    "Migration",
    "MigrationItem",
    "ModelDraft",
    "ModelDraftPart",
    "ModelDraftVersion",
    "Notification",
    "Organisation",
    "OutsideAttempt",
    "OutsideIdentity",
    "OutsideLogout",
    "OutsidePost",
    "OutsideSession",
    "PaperAct",
    "Parameter",
    "Party",
    "Phrase",
    "Post",
    "Proposal",
    "ProtectedValue",
    "Recount",
    "RecountMove",
    "RecoveryCode",
    "Recusal",
    "ReminderLadder",
    "RequestCount",
    "Resource",
    "Sandbox",
    "SavedFilter",
    "SecondFactor",
    "SignIn",
    "SignOff",
    "Signer",
    "StartEntry",
    "Subscription",
    "Task",
    "TaskCandidate",
    "TaskExclusion",
    "TaskReading",
    "Urge",
    "User",
    "UtcDateTime",
    "new_id",
]
