"""Engine.

Version 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.tables import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("calendar", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_year")),
        sa.UniqueConstraint(
            "calendar", "year", "version", name=op.f("uq_calendar_year_calendar_year_version")
        ),
    )
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "deadline_rule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("start_event", sa.String(length=200), nullable=False),
        sa.Column("binds", sa.String(length=64), nullable=False),
        sa.Column("on_lapse", sa.String(length=300), nullable=False),
        sa.Column("is_law", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_rule")),
        sa.UniqueConstraint(
            "family", "key", "version", name=op.f("uq_deadline_rule_family_key_version")
        ),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("deployed_by", sa.String(length=32), nullable=True),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint("family", "version", name=op.f("uq_deployment_family_version")),
    )
    op.create_index(op.f("ix_deployment_family"), "deployment", ["family"], unique=False)
    op.create_table(
        "idempotency_record",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "actor_id", name=op.f("pk_idempotency_record")),
    )
    op.create_index(
        op.f("ix_idempotency_record_created_at"), "idempotency_record", ["created_at"], unique=False
    )
    op.create_table(
        "journal_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("actor_title", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=100), nullable=False),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("id", name=op.f("uq_journal_entry_id")),
    )
    op.create_index(op.f("ix_journal_entry_at"), "journal_entry", ["at"], unique=False)
    op.create_index(
        op.f("ix_journal_entry_instance_id"), "journal_entry", ["instance_id"], unique=False
    )
    op.create_index(
        "ix_journal_entry_subject", "journal_entry", ["subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=700), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index(op.f("ix_organisation_kind"), "organisation", ["kind"], unique=False)
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_index(op.f("ix_organisation_path"), "organisation", ["path"], unique=False)
    op.create_table(
        "request_count",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "began_at", name=op.f("pk_request_count")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "checkpoint_head",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("chain_id", sa.String(length=32), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["checkpoint.number"], name=op.f("fk_checkpoint_head_number")
        ),
        sa.PrimaryKeyConstraint("number", "chain_id", name=op.f("pk_checkpoint_head")),
    )
    op.create_index(
        op.f("ix_checkpoint_head_chain_id"), "checkpoint_head", ["chain_id"], unique=False
    )
    op.create_table(
        "definition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("deployment_id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("resource_path", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_definition_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_definition_key_version")),
    )
    op.create_index(
        op.f("ix_definition_deployment_id"), "definition", ["deployment_id"], unique=False
    )
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_post_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_post_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(
        "ix_post_group_organisation", "post", ["group_name", "organisation_id"], unique=False
    )
    op.create_index(op.f("ix_post_organisation_id"), "post", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_post_user_id"), "post", ["user_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("deployment_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_resource_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("deployment_id", "path", name=op.f("uq_resource_deployment_id_path")),
    )
    op.create_index(op.f("ix_resource_deployment_id"), "resource", ["deployment_id"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_sign_in_secret_digest")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"], unique=False)
    op.create_table(
        "instance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("definition_id", sa.String(length=32), nullable=False),
        sa.Column("deployment_id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("business_key", sa.String(length=100), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("origin_id", sa.String(length=32), nullable=True),
        sa.Column("started_by", sa.String(length=32), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("history_length", sa.Integer(), nullable=False),
        sa.Column("history_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_instance_definition_id")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_instance_deployment_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["instance.id"], name=op.f("fk_instance_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("family", "business_key", name=op.f("uq_instance_family_business_key")),
    )
    op.create_index(op.f("ix_instance_definition_id"), "instance", ["definition_id"], unique=False)
    op.create_index(
        "ix_instance_family_state_started_at",
        "instance",
        ["family", "state", "started_at"],
        unique=False,
    )
    op.create_index(op.f("ix_instance_origin_id"), "instance", ["origin_id"], unique=False)
    op.create_index(
        "ix_instance_started_by_state", "instance", ["started_by", "state"], unique=False
    )
    op.create_table(
        "activity",
        sa.Column("token_id", sa.String(length=36), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("process_key", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_activity_instance_id")
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_activity")),
    )
    op.create_index(
        "ix_activity_instance_id_state", "activity", ["instance_id", "state"], unique=False
    )
    op.create_table(
        "deadline",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("rule_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_deadline_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["deadline_rule.id"], name=op.f("fk_deadline_rule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index(op.f("ix_deadline_instance_id"), "deadline", ["instance_id"], unique=False)
    op.create_index("ix_deadline_state_due_at", "deadline", ["state", "due_at"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("actor_title", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_event_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("instance_id", "seq", name=op.f("uq_event_instance_id_seq")),
    )
    op.create_index(
        "ix_event_instance_id_audience_seq",
        "event",
        ["instance_id", "audience", "seq"],
        unique=False,
    )
    op.create_table(
        "instance_snapshot",
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_instance_snapshot_instance_id")
        ),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_instance_snapshot")),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("notified_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_party_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_party_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_party_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint(
            "instance_id",
            "relation",
            "organisation_id",
            "user_id",
            name=op.f("uq_party_instance_id_relation_organisation_id_user_id"),
        ),
    )
    op.create_index(op.f("ix_party_instance_id"), "party", ["instance_id"], unique=False)
    op.create_index(
        "ix_party_organisation_id_relation", "party", ["organisation_id", "relation"], unique=False
    )
    op.create_index(
        "ix_party_untold",
        "party",
        ["organisation_id", "relation"],
        unique=False,
        sqlite_where=sa.text("notified_at IS NULL"),
        postgresql_where=sa.text("notified_at IS NULL"),
    )
    op.create_index(op.f("ix_party_user_id"), "party", ["user_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_proposal_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_proposal_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_proposal_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_instance_id"), "proposal", ["instance_id"], unique=False)
    op.create_index(
        "ix_proposal_state_proposed_at", "proposal", ["state", "proposed_at"], unique=False
    )
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["kind", "subject_kind", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "recusal",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_recusal_instance_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recusal_user_id")),
        sa.PrimaryKeyConstraint("user_id", "instance_id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_instance_id"), "recusal", ["instance_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("token_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("message", sa.String(length=100), nullable=False),
        sa.Column("correlation", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_subscription_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(
        op.f("ix_subscription_instance_id"), "subscription", ["instance_id"], unique=False
    )
    op.create_index(
        "ix_subscription_message_correlation",
        "subscription",
        ["message", "correlation"],
        unique=False,
    )
    op.create_table(
        "account_recovery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("first_digest", sa.String(length=64), nullable=True),
        sa.Column("second_digest", sa.String(length=64), nullable=True),
        sa.Column("drops_factor", sa.Boolean(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_account_recovery_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_recovery_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_recovery")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_account_recovery_proposal_id")),
    )
    op.create_index(
        op.f("ix_account_recovery_user_id"), "account_recovery", ["user_id"], unique=False
    )
    op.create_table(
        "event_payload",
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_payload_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_payload")),
    )
    op.create_table(
        "event_redaction",
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("recorded_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_redaction_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_id"], ["event.id"], name=op.f("fk_event_redaction_recorded_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_redaction")),
        sa.UniqueConstraint("recorded_id", name=op.f("uq_event_redaction_recorded_id")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("token_id", sa.String(length=36), nullable=True),
        sa.Column("element_id", sa.String(length=100), nullable=True),
        sa.Column("deadline_id", sa.String(length=32), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_job_deadline_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_job_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(op.f("ix_job_deadline_id"), "job", ["deadline_id"], unique=False)
    op.create_index("ix_job_instance_id_state", "job", ["instance_id", "state"], unique=False)
    op.create_index("ix_job_state_due_at", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "migration",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("from_deployment_id", sa.String(length=32), nullable=False),
        sa.Column("to_deployment_id", sa.String(length=32), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.Column("started_by", sa.String(length=32), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_deployment_id"], ["deployment.id"], name=op.f("fk_migration_from_deployment_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_migration_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_deployment_id"], ["deployment.id"], name=op.f("fk_migration_to_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration")),
    )
    op.create_index(op.f("ix_migration_family"), "migration", ["family"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("token_id", sa.String(length=36), nullable=False),
        sa.Column("process_key", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("item_name", sa.String(length=200), nullable=False),
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("assignee_id", sa.String(length=32), nullable=True),
        sa.Column("form_key", sa.String(length=100), nullable=True),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.String(length=32), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("follow_up_at", UtcDateTime(), nullable=True),
        sa.Column("sent_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_by", sa.String(length=32), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("draft_saved_at", UtcDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user_account.id"], name=op.f("fk_task_assignee_id")
        ),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_task_deadline_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_task_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(
        "ix_task_assignee_id_state_due_at",
        "task",
        ["assignee_id", "state", "due_at"],
        unique=False,
        sqlite_where=sa.text("assignee_id IS NOT NULL"),
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.create_index(
        "ix_task_completed_by_completed_at",
        "task",
        ["completed_by", "completed_at"],
        unique=False,
        sqlite_where=sa.text("completed_by IS NOT NULL"),
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    )
    op.create_index("ix_task_instance_id_state", "task", ["instance_id", "state"], unique=False)
    op.create_index(
        "ix_task_open_created_at",
        "task",
        ["created_at", "id", "assignee_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('ready', 'claimed')"),
        postgresql_where=sa.text("state IN ('ready', 'claimed')"),
    )
    op.create_index(
        "ix_task_open_due_at",
        "task",
        ["due_at", "id", "assignee_id", "instance_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('ready', 'claimed')"),
        postgresql_where=sa.text("state IN ('ready', 'claimed')"),
    )
    op.create_index(op.f("ix_task_token_id"), "task", ["token_id"], unique=False)
    op.create_table(
        "file",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=True),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("is_bound", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=True),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_file_instance_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_file_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    op.create_index(op.f("ix_file_digest"), "file", ["digest"], unique=False)
    op.create_index(op.f("ix_file_instance_id"), "file", ["instance_id"], unique=False)
    op.create_index(
        "ix_file_subject_kind_subject_id", "file", ["subject_kind", "subject_id"], unique=False
    )
    op.create_index(op.f("ix_file_task_id"), "file", ["task_id"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("job_id", sa.String(length=32), nullable=True),
        sa.Column("token_id", sa.String(length=36), nullable=True),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_incident_instance_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_incident_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_instance_id"), "incident", ["instance_id"], unique=False)
    op.create_index("ix_incident_state_opened_at", "incident", ["state", "opened_at"], unique=False)
    op.create_table(
        "migration_item",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("migration_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("snapshot", sa.LargeBinary(), nullable=True),
        sa.Column("definition_id", sa.String(length=32), nullable=True),
        sa.Column("drafts", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_migration_item_definition_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_migration_item_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["migration.id"], name=op.f("fk_migration_item_migration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_item")),
        sa.UniqueConstraint(
            "migration_id", "instance_id", name=op.f("uq_migration_item_migration_id_instance_id")
        ),
    )
    op.create_index(
        op.f("ix_migration_item_instance_id"), "migration_item", ["instance_id"], unique=False
    )
    op.create_index(
        "ix_migration_item_migration_id_state",
        "migration_item",
        ["migration_id", "state", "position"],
        unique=False,
    )
    op.create_table(
        "task_candidate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("group_name", sa.String(length=64), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_candidate_organisation_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_candidate_task_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_task_candidate_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_candidate")),
    )
    op.create_index(
        "ix_task_candidate_group_name_organisation_id",
        "task_candidate",
        ["group_name", "organisation_id"],
        unique=False,
    )
    op.create_index(
        "ix_task_candidate_task_id",
        "task_candidate",
        ["task_id", "group_name", "organisation_id"],
        unique=False,
    )
    op.create_index(
        "ix_task_candidate_user_id",
        "task_candidate",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.create_table(
        "task_exclusion",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("because_of", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["because_of"], ["task.id"], name=op.f("fk_task_exclusion_because_of")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_exclusion_task_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_task_exclusion_user_id")
        ),
        sa.PrimaryKeyConstraint("task_id", "user_id", name=op.f("pk_task_exclusion")),
    )
    op.create_index(op.f("ix_task_exclusion_user_id"), "task_exclusion", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_task_exclusion_user_id"), table_name="task_exclusion")
    op.drop_table("task_exclusion")
    op.drop_index(
        "ix_task_candidate_user_id",
        table_name="task_candidate",
        sqlite_where=sa.text("user_id IS NOT NULL"),
        postgresql_where=sa.text("user_id IS NOT NULL"),
    )
    op.drop_index("ix_task_candidate_task_id", table_name="task_candidate")
    op.drop_index("ix_task_candidate_group_name_organisation_id", table_name="task_candidate")
    op.drop_table("task_candidate")
    op.drop_index("ix_migration_item_migration_id_state", table_name="migration_item")
    op.drop_index(op.f("ix_migration_item_instance_id"), table_name="migration_item")
    op.drop_table("migration_item")
    op.drop_index("ix_incident_state_opened_at", table_name="incident")
    op.drop_index(op.f("ix_incident_instance_id"), table_name="incident")
    op.drop_table("incident")
    op.drop_index(op.f("ix_file_task_id"), table_name="file")
    op.drop_index("ix_file_subject_kind_subject_id", table_name="file")
    op.drop_index(op.f("ix_file_instance_id"), table_name="file")
    op.drop_index(op.f("ix_file_digest"), table_name="file")
    op.drop_table("file")
    op.drop_index(op.f("ix_task_token_id"), table_name="task")
    op.drop_index(
        "ix_task_open_due_at",
        table_name="task",
        sqlite_where=sa.text("state IN ('ready', 'claimed')"),
        postgresql_where=sa.text("state IN ('ready', 'claimed')"),
    )
    op.drop_index(
        "ix_task_open_created_at",
        table_name="task",
        sqlite_where=sa.text("state IN ('ready', 'claimed')"),
        postgresql_where=sa.text("state IN ('ready', 'claimed')"),
    )
    op.drop_index("ix_task_instance_id_state", table_name="task")
    op.drop_index(
        "ix_task_completed_by_completed_at",
        table_name="task",
        sqlite_where=sa.text("completed_by IS NOT NULL"),
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    )
    op.drop_index(
        "ix_task_assignee_id_state_due_at",
        table_name="task",
        sqlite_where=sa.text("assignee_id IS NOT NULL"),
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.drop_table("task")
    op.drop_index(op.f("ix_migration_family"), table_name="migration")
    op.drop_table("migration")
    op.drop_index("ix_job_state_due_at", table_name="job")
    op.drop_index("ix_job_instance_id_state", table_name="job")
    op.drop_index(op.f("ix_job_deadline_id"), table_name="job")
    op.drop_table("job")
    op.drop_table("event_redaction")
    op.drop_table("event_payload")
    op.drop_index(op.f("ix_account_recovery_user_id"), table_name="account_recovery")
    op.drop_table("account_recovery")
    op.drop_index("ix_subscription_message_correlation", table_name="subscription")
    op.drop_index(op.f("ix_subscription_instance_id"), table_name="subscription")
    op.drop_table("subscription")
    op.drop_index(op.f("ix_recusal_instance_id"), table_name="recusal")
    op.drop_table("recusal")
    op.drop_index(
        "uq_proposal_open",
        table_name="proposal",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_proposal_state_proposed_at", table_name="proposal")
    op.drop_index(op.f("ix_proposal_instance_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_party_user_id"), table_name="party")
    op.drop_index(
        "ix_party_untold",
        table_name="party",
        sqlite_where=sa.text("notified_at IS NULL"),
        postgresql_where=sa.text("notified_at IS NULL"),
    )
    op.drop_index("ix_party_organisation_id_relation", table_name="party")
    op.drop_index(op.f("ix_party_instance_id"), table_name="party")
    op.drop_table("party")
    op.drop_table("instance_snapshot")
    op.drop_index("ix_event_instance_id_audience_seq", table_name="event")
    op.drop_table("event")
    op.drop_index("ix_deadline_state_due_at", table_name="deadline")
    op.drop_index(op.f("ix_deadline_instance_id"), table_name="deadline")
    op.drop_table("deadline")
    op.drop_index("ix_activity_instance_id_state", table_name="activity")
    op.drop_table("activity")
    op.drop_index("ix_instance_started_by_state", table_name="instance")
    op.drop_index(op.f("ix_instance_origin_id"), table_name="instance")
    op.drop_index("ix_instance_family_state_started_at", table_name="instance")
    op.drop_index(op.f("ix_instance_definition_id"), table_name="instance")
    op.drop_table("instance")
    op.drop_index(op.f("ix_sign_in_user_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_table("second_factor")
    op.drop_index(op.f("ix_resource_deployment_id"), table_name="resource")
    op.drop_table("resource")
    op.drop_index(op.f("ix_recovery_code_user_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_post_user_id"), table_name="post")
    op.drop_index(op.f("ix_post_organisation_id"), table_name="post")
    op.drop_index("ix_post_group_organisation", table_name="post")
    op.drop_table("post")
    op.drop_index(op.f("ix_definition_deployment_id"), table_name="definition")
    op.drop_table("definition")
    op.drop_index(op.f("ix_checkpoint_head_chain_id"), table_name="checkpoint_head")
    op.drop_table("checkpoint_head")
    op.drop_table("user_account")
    op.drop_table("request_count")
    op.drop_index(op.f("ix_organisation_path"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_kind"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("journal_head")
    op.drop_index("ix_journal_entry_subject", table_name="journal_entry")
    op.drop_index(op.f("ix_journal_entry_instance_id"), table_name="journal_entry")
    op.drop_index(op.f("ix_journal_entry_at"), table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index(op.f("ix_idempotency_record_created_at"), table_name="idempotency_record")
    op.drop_table("idempotency_record")
    op.drop_index(op.f("ix_deployment_family"), table_name="deployment")
    op.drop_table("deployment")
    op.drop_table("deadline_rule")
    op.drop_table("checkpoint")
    op.drop_table("calendar_year")
