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
    MET = "met"  #: done in time
    LATE = "late"  #: done, after the due date
    MISSED = "missed"  #: the due date has passed and it is not done
    CANCELLED = "cancelled"  #: no longer owed


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
