"""The life of each kind of row, and the moves that are legal."""

from __future__ import annotations

from enum import StrEnum


class DefinitionState(StrEnum):
    ACTIVE = "active"  #: may start instances
    SUSPENDED = "suspended"  #: running instances go on, no new ones


class InstanceState(StrEnum):
    ACTIVE = "active"  #: tokens may move
    SUSPENDED = "suspended"  #: frozen: no task completes, no timer fires
    COMPLETED = "completed"  #: every token reached its end
    CANCELLED = "cancelled"  #: ended by a person before its end


class TaskState(StrEnum):
    READY = "ready"  #: waits for somebody
    CLAIMED = "claimed"  #: somebody works on it
    COMPLETED = "completed"  #: done by a person
    CANCELLED = "cancelled"  #: the process went on without it


class SignOffState(StrEnum):
    OPEN = "open"  #: signers are still heard
    DECIDED = "decided"  #: the outcome stands, and the process went on
    CANCELLED = "cancelled"  #: the process went on without it


class SignerState(StrEnum):
    WAITING = "waiting"  #: others come first
    OPEN = "open"  #: may vote now
    VOTED = "voted"  #: has voted
    REMOVED = "removed"  #: taken out again before voting (减签)
    VOID = "void"  #: the person keeps out of the case, and the seat was theirs alone
    UNNEEDED = "unneeded"  #: it was decided, or ended, without this vote


class JobState(StrEnum):
    SCHEDULED = "scheduled"  #: waits for its due date
    RUNNING = "running"  #: a worker holds the lease
    SUCCEEDED = "succeeded"  #: done
    FAILED = "failed"  #: gave up: an incident stands
    CANCELLED = "cancelled"  #: no longer needed


class IncidentState(StrEnum):
    OPEN = "open"  #: an operator must look
    RESOLVED = "resolved"  #: mended


class DeadlineState(StrEnum):
    OPEN = "open"  #: the clock runs
    PAUSED = "paused"  #: the clock stands still, with its ground (中止)
    MET = "met"  #: done in time
    LATE = "late"  #: done, after the due date
    MISSED = "missed"  #: the due date has passed and it is not done
    CANCELLED = "cancelled"  #: no longer owed


class ExtensionState(StrEnum):
    OPEN = "open"  #: waits for the decision
    GRANTED = "granted"  #: the deadline was moved
    REFUSED = "refused"  #: the old end stands
    WITHDRAWN = "withdrawn"  #: taken back by who asked


class RecountState(StrEnum):
    RUNNING = "running"  #: its job goes from deadline to deadline
    PAUSED = "paused"  #: nothing is counted until it goes on
    DONE = "done"  #: every open deadline was looked at


class MailState(StrEnum):
    WAITING = "waiting"  #: to be sent when it is due
    CLAIMED = "claimed"  #: a worker talks to the mail server; nothing is handed over yet
    HANDING = "handing"  #: its last line is being handed over: from here on it is never sent again
    SENT = "sent"  #: the mail server has it
    FAILED = "failed"  #: the mail server will not have it, or was away too long
    UNCERTAIN = "uncertain"  #: handed over, but no answer came: it may have been sent


class SandboxState(StrEnum):
    OPEN = "open"  #: its database is there
    ENDED = "ended"  #: deleted, by hand or because its time was over


class SandboxOrigin(StrEnum):
    CASE = "case"  #: a copy of a running case
    STORY = "story"  #: the live version, with sample people
    CANDIDATE = "candidate"  #: files that are not deployed, with sample people
    DRAFT = "draft"  #: the files of a model draft, with sample people


class ProposalState(StrEnum):
    OPEN = "open"  #: waits for a second person
    CONFIRMED = "confirmed"  #: done
    REFUSED = "refused"  #: the second person said no
    WITHDRAWN = "withdrawn"  #: the first person thought again
    EXPIRED = "expired"  #: nobody answered in time


class MigrationState(StrEnum):
    RUNNING = "running"  #: its job goes from instance to instance
    PAUSED = "paused"  #: nothing moves until it is resumed
    DONE = "done"  #: every instance was looked at


class MigrationItemState(StrEnum):
    WAITING = "waiting"  #: not looked at yet
    MOVED = "moved"  #: runs on the new version
    RETURNING = "returning"  #: was moved, and waits to be put back
    REFUSED = "refused"  #: could not go; untouched, with its reason
    REVERTED = "reverted"  #: was moved and put back


INSTANCE_MOVES: dict[InstanceState, frozenset[InstanceState]] = {
    InstanceState.ACTIVE: frozenset(
        {InstanceState.SUSPENDED, InstanceState.COMPLETED, InstanceState.CANCELLED}
    ),
    InstanceState.SUSPENDED: frozenset({InstanceState.ACTIVE, InstanceState.CANCELLED}),
    InstanceState.COMPLETED: frozenset(),
    InstanceState.CANCELLED: frozenset(),
}

TASK_MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.READY: frozenset({TaskState.CLAIMED, TaskState.COMPLETED, TaskState.CANCELLED}),
    TaskState.CLAIMED: frozenset({TaskState.READY, TaskState.COMPLETED, TaskState.CANCELLED}),
    TaskState.COMPLETED: frozenset(),
    TaskState.CANCELLED: frozenset(),
}

JOB_MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.SCHEDULED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {JobState.SUCCEEDED, JobState.SCHEDULED, JobState.FAILED, JobState.CANCELLED}
    ),
    JobState.FAILED: frozenset({JobState.SCHEDULED, JobState.CANCELLED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.CANCELLED: frozenset(),
}
