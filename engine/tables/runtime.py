"""What is running: instances and their tokens, tasks, jobs, subscriptions, deadlines, incidents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from engine import initials
from engine.states import DeadlineState, IncidentState, InstanceState, JobState, TaskState
from engine.tables.base import Base, Id, Json, UtcDateTime, new_id, only
from engine.tables.repository import DeadlineRule, Definition, Deployment

_IS_OPEN = "state IN ('ready', 'claimed')"


class Instance(Base):
    """A process instance (案件). `revision` counts its steps; every step locks this row first."""

    __tablename__ = "instance"
    __table_args__ = (
        sa.UniqueConstraint("family", "business_key"),
        sa.Index("ix_instance_family_state_started_at", "family", "state", "started_at"),
        sa.Index("ix_instance_started_by_state", "started_by", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    definition_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("definition.id"), index=True)
    deployment_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deployment.id"))
    family: Mapped[str] = mapped_column(sa.String(64))
    business_key: Mapped[str | None] = mapped_column(sa.String(100))
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[str] = mapped_column(sa.String(16), default=InstanceState.ACTIVE)
    origin_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    started_by: Mapped[str | None] = mapped_column(Id)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=0)
    history_length: Mapped[int] = mapped_column(default=0)
    history_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    #: The title by its initials (engine/initials.py); None until they are filled in.
    initials: Mapped[str | None] = mapped_column(sa.String(initials.LONGEST), index=True)

    definition: Mapped[Definition] = relationship()
    deployment: Mapped[Deployment] = relationship()
    parties: Mapped[list[Party]] = relationship(back_populates="instance")

    @validates("title")
    def _spell(self, _key: str, title: str) -> str:
        self.initials = initials.of(title)
        return title


class InstanceSnapshot(Base):
    """The tokens and data of one instance, as engine/store.py writes them."""

    __tablename__ = "instance_snapshot"

    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), primary_key=True)
    version: Mapped[int]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Party(Base):
    """An organisation (or one person) that stands in a relation to an instance."""

    __tablename__ = "party"
    __table_args__ = (
        sa.UniqueConstraint("instance_id", "relation", "organisation_id", "user_id"),
        sa.Index("ix_party_organisation_id_relation", "organisation_id", "relation"),
        sa.Index("ix_party_untold", "organisation_id", "relation", **only("notified_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    relation: Mapped[str] = mapped_column(sa.String(40))
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    notified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    instance: Mapped[Instance] = relationship(back_populates="parties")


class Task(Base):
    """A user task that waits for, or was done by, a person. One waiting token, one open row."""

    __tablename__ = "task"
    __table_args__ = (
        sa.Index(
            "ix_task_assignee_id_state_due_at",
            "assignee_id",
            "state",
            "due_at",
            **only("assignee_id IS NOT NULL"),
        ),
        # the queue in its two orders, counted by the first; used by `is_open` of engine/permission/sets.py
        sa.Index(
            "ix_task_open_due_at", "due_at", "id", "assignee_id", "instance_id", **only(_IS_OPEN)
        ),
        sa.Index("ix_task_open_created_at", "created_at", "id", "assignee_id", **only(_IS_OPEN)),
        sa.Index(
            "ix_task_completed_by_completed_at",
            "completed_by",
            "completed_at",
            **only("completed_by IS NOT NULL"),
        ),
        sa.Index("ix_task_instance_id_state", "instance_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"))
    token_id: Mapped[str] = mapped_column(sa.String(36), index=True)
    process_key: Mapped[str] = mapped_column(sa.String(100))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    name: Mapped[str] = mapped_column(sa.String(200))
    item: Mapped[str] = mapped_column(sa.String(200), default="")  # which item of a multi-instance
    item_name: Mapped[str] = mapped_column(sa.String(200), default="")  # what people call it
    scope_id: Mapped[str] = mapped_column(sa.String(36), default="")  # the sub-process token around
    state: Mapped[str] = mapped_column(sa.String(16), default=TaskState.READY)
    assignee_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    form_key: Mapped[str | None] = mapped_column(sa.String(100))
    audience: Mapped[str] = mapped_column(sa.String(16), default="internal")
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    priority: Mapped[int] = mapped_column(default=50)
    deadline_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("deadline.id"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_by: Mapped[str | None] = mapped_column(Id)  # whose act brought it here
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_by: Mapped[str | None] = mapped_column(Id)
    stand_in_id: Mapped[str | None] = mapped_column(Id)  # who did it in that person's place
    draft: Mapped[dict[str, Any] | None] = mapped_column(Json)
    draft_saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    sign_off_id: Mapped[str | None] = mapped_column(
        Id
    )  # signed by several: one row for each signer
    #: Its holder waits for others to sign first, or after them: it is in nobody's hands meanwhile.
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    send_back: Mapped[str] = mapped_column(sa.String(16), default="any", server_default="any")
    #: Why it is there again: who sent or took it back, from which task, with what opinion.
    returned: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: Whose task it is while another works on it (委派), and whether that one has answered.
    owner_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    lending: Mapped[str | None] = mapped_column(sa.String(16))  # pending | resolved
    #: The model lets it be approved together with others.
    in_bulk: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    instance: Mapped[Instance] = relationship()
    deadline: Mapped[Deadline | None] = relationship()
    candidates: Mapped[list[TaskCandidate]] = relationship(back_populates="task")


class TaskCandidate(Base):
    """Who may take a task: a group in an organisation, or one person."""

    __tablename__ = "task_candidate"
    __table_args__ = (
        sa.Index("ix_task_candidate_group_name_organisation_id", "group_name", "organisation_id"),
        sa.Index("ix_task_candidate_task_id", "task_id", "group_name", "organisation_id"),
        sa.Index("ix_task_candidate_user_id", "user_id", **only("user_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"))
    group: Mapped[str | None] = mapped_column("group_name", sa.String(64))
    organisation_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    user_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("user_account.id"))

    task: Mapped[Task] = relationship(back_populates="candidates")


class Deadline(Base):
    """One running clock: what is owed, from when, until when, and why that date."""

    __tablename__ = "deadline"
    __table_args__ = (sa.Index("ix_deadline_state_due_at", "state", "due_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    rule_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("deadline_rule.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    scope_id: Mapped[str] = mapped_column(sa.String(36), default="")
    element_id: Mapped[str] = mapped_column(sa.String(100), default="")
    audience: Mapped[str] = mapped_column(sa.String(16), default="internal")
    starts_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(sa.Text)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    segments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(sa.String(16), default=DeadlineState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rule: Mapped[DeadlineRule] = relationship()
    instance: Mapped[Instance] = relationship()


class Job(Base):
    """Work for later: a timer, an async step, a delivery. Claimed by any worker, under a lease."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_state_due_at", "state", "due_at"),
        sa.Index("ix_job_instance_id_state", "instance_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"))
    token_id: Mapped[str | None] = mapped_column(sa.String(36))
    element_id: Mapped[str | None] = mapped_column(sa.String(100))
    deadline_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("deadline.id"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(sa.String(16), default=JobState.SCHEDULED)
    attempts: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int] = mapped_column(default=3)
    worker: Mapped[str | None] = mapped_column(sa.String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Activity(Base):
    """One token's stay at a drawn element: what the diagram marks, and what the figures count."""

    __tablename__ = "activity"
    __table_args__ = (sa.Index("ix_activity_instance_id_state", "instance_id", "state"),)

    token_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"))
    process_key: Mapped[str] = mapped_column(sa.String(100))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    scope_id: Mapped[str] = mapped_column(sa.String(36))
    state: Mapped[str] = mapped_column(sa.String(16))  # active | completed | skipped | cancelled
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Subscription(Base):
    """A token waits for a message or a signal (`kind`), by its name in `message`.

    `correlation` is the value that a message must carry, if the model asks for one.
    """

    __tablename__ = "subscription"
    __table_args__ = (sa.Index("ix_subscription_message_correlation", "message", "correlation"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    token_id: Mapped[str] = mapped_column(sa.String(36))
    element_id: Mapped[str] = mapped_column(sa.String(100))
    message: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[str] = mapped_column(sa.String(16), default="message", server_default="message")
    correlation: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Incident(Base):
    """Something failed while the process ran by itself; the token waits until an operator mends it."""

    __tablename__ = "incident"
    __table_args__ = (sa.Index("ix_incident_state_opened_at", "state", "opened_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    instance_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("instance.id"), index=True)
    job_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("job.id"))
    token_id: Mapped[str | None] = mapped_column(sa.String(36))
    element_id: Mapped[str] = mapped_column(sa.String(100), default="")
    message: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16), default=IncidentState.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None] = mapped_column(Id)


class IdempotencyRecord(Base):
    """The answer to a request that was given with an Idempotency-Key."""

    __tablename__ = "idempotency_record"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    actor_id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    request_digest: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Recusal(Base):
    """A person who keeps out of an instance (回避): reads nothing internal, takes none of its tasks."""

    __tablename__ = "recusal"

    # the person first: every list asks for the instances that one person keeps out of
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(
        Id, sa.ForeignKey("instance.id"), primary_key=True, index=True
    )
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    decided_by: Mapped[str | None] = mapped_column(Id)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TaskExclusion(Base):
    """A person who may not take one task, having completed another (dudao:separateFrom)."""

    __tablename__ = "task_exclusion"

    task_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        Id, sa.ForeignKey("user_account.id"), primary_key=True, index=True
    )
    because_of: Mapped[str] = mapped_column(Id, sa.ForeignKey("task.id"))
