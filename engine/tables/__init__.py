"""Every table of the engine, on one Base."""

from engine.tables.accounts import AccountRecovery, RecoveryCode, RequestCount, SecondFactor
from engine.tables.administration import JournalEntry, JournalHead, Proposal
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id
from engine.tables.history import (
    Checkpoint,
    CheckpointHead,
    Event,
    EventPayload,
    EventRedaction,
    File,
)
from engine.tables.identity import Organisation, Post, SignIn, User
from engine.tables.migration import Migration, MigrationItem
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

__all__ = [
    "AccountRecovery",
    "Activity",
    "Base",
    "CalendarYear",
    "Checkpoint",
    "CheckpointHead",
    "Deadline",
    "DeadlineRule",
    "Definition",
    "Deployment",
    "Event",
    "EventPayload",
    "EventRedaction",
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
    "Migration",
    "MigrationItem",
    "Organisation",
    "Party",
    "Post",
    "Proposal",
    "RecoveryCode",
    "Recusal",
    "RequestCount",
    "Resource",
    "SecondFactor",
    "SignIn",
    "Subscription",
    "Task",
    "TaskCandidate",
    "TaskExclusion",
    "User",
    "UtcDateTime",
    "new_id",
]
