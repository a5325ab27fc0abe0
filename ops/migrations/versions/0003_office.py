"""Office.

Version 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_logout",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_outside_logout")),
    )
    op.create_index(
        op.f("ix_outside_logout_expires_at"), "outside_logout", ["expires_at"], unique=False
    )
    op.create_table(
        "parameter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("bounds", sa.Text(), nullable=False),
        sa.Column("is_law", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter")),
        sa.UniqueConstraint(
            "family", "key", "version", name=op.f("uq_parameter_family_key_version")
        ),
    )
    op.create_table(
        "recount",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("calendar", sa.String(length=32), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("family", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cursor", sa.String(length=32), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=32), nullable=True),
        sa.Column("started_by_name", sa.String(length=100), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )
    op.create_table(
        "reminder_ladder",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rungs", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_ladder")),
        sa.UniqueConstraint(
            "family", "key", "version", name=op.f("uq_reminder_ladder_family_key_version")
        ),
    )
    op.create_table(
        "account_activation",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_activation_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account_activation")),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_user_id", sa.String(length=32), nullable=False),
        sa.Column("to_user_id", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=True),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["user_account.id"], name=op.f("fk_delegation_from_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["user_account.id"], name=op.f("fk_delegation_to_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(
        "ix_delegation_from_user_id_until_on",
        "delegation",
        ["from_user_id", "until_on"],
        unique=False,
    )
    op.create_index(
        "ix_delegation_to_user_id_until_on", "delegation", ["to_user_id", "until_on"], unique=False
    )
    op.create_table(
        "desk_setting",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("opens_next", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_desk_setting_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_desk_setting")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mail_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index("ix_mail_state_due_at", "mail", ["state", "due_at"], unique=False)
    op.create_table(
        "mail_preference",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mail_preference_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_preference")),
    )
    op.create_table(
        "model_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("base_id", sa.String(length=32), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=32), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("editor_id", sa.String(length=32), nullable=True),
        sa.Column("editing_since", UtcDateTime(), nullable=True),
        sa.Column("editing_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_id"], ["deployment.id"], name=op.f("fk_model_draft_base_id")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user_account.id"], name=op.f("fk_model_draft_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["user_account.id"], name=op.f("fk_model_draft_editor_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_model_draft_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_draft")),
    )
    op.create_index(op.f("ix_model_draft_family"), "model_draft", ["family"], unique=False)
    op.create_table(
        "outside_identity",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_outside_identity_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_outside_identity_issuer_subject")),
    )
    op.create_index(
        op.f("ix_outside_identity_user_id"), "outside_identity", ["user_id"], unique=False
    )
    op.create_table(
        "phrase",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_phrase_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_phrase_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_phrase_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    op.create_index(op.f("ix_phrase_organisation_id"), "phrase", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_phrase_user_id"), "phrase", ["user_id"], unique=False)
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_saved_filter_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_filter_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
    )
    op.create_index(
        op.f("ix_saved_filter_organisation_id"), "saved_filter", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_saved_filter_user_id"), "saved_filter", ["user_id"], unique=False)
    op.create_table(
        "model_draft_part",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("base_digest", sa.String(length=64), nullable=True),
        sa.Column("changed_by", sa.String(length=32), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user_account.id"], name=op.f("fk_model_draft_part_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["model_draft.id"], name=op.f("fk_model_draft_part_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_draft_part")),
        sa.UniqueConstraint("draft_id", "path", name=op.f("uq_model_draft_part_draft_id_path")),
    )
    op.create_table(
        "outside_attempt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("destination", sa.String(length=1000), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("identity_id", sa.String(length=32), nullable=True),
        sa.Column("provider_session", sa.String(length=255), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["outside_identity.id"], name=op.f("fk_outside_attempt_identity_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_outside_attempt")),
    )
    op.create_index(
        op.f("ix_outside_attempt_expires_at"), "outside_attempt", ["expires_at"], unique=False
    )
    op.create_table(
        "outside_post",
        sa.Column("post_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_outside_post_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_outside_post")),
    )
    op.create_table(
        "outside_session",
        sa.Column("sign_in_id", sa.String(length=32), nullable=False),
        sa.Column("identity_id", sa.String(length=32), nullable=False),
        sa.Column("provider_session", sa.String(length=255), nullable=True),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["outside_identity.id"], name=op.f("fk_outside_session_identity_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_in_id"],
            ["sign_in.id"],
            name=op.f("fk_outside_session_sign_in_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_outside_session")),
    )
    op.create_index(
        op.f("ix_outside_session_identity_id"), "outside_session", ["identity_id"], unique=False
    )
    op.create_table(
        "legal_hold",
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_legal_hold_instance_id")
        ),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "model_draft_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("part_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_model_draft_version_by")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["model_draft_part.id"], name=op.f("fk_model_draft_version_part_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_draft_version")),
        sa.UniqueConstraint(
            "part_id", "number", name=op.f("uq_model_draft_version_part_id_number")
        ),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("deadline_id", sa.String(length=32), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("digest_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_notification_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("key", name=op.f("uq_notification_key")),
    )
    op.create_index(
        op.f("ix_notification_instance_id"), "notification", ["instance_id"], unique=False
    )
    op.create_index(
        "ix_notification_undigested",
        "notification",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("digest_at IS NOT NULL"),
        postgresql_where=sa.text("digest_at IS NOT NULL"),
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "ix_notification_user_id_created_at",
        "notification",
        ["user_id", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "sandbox",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("story", sa.String(length=64), nullable=True),
        sa.Column("story_step", sa.Integer(), nullable=False),
        sa.Column("story_stopped", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("stands_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_sandbox_instance_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_sandbox_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox")),
    )
    op.create_index(op.f("ix_sandbox_draft_id"), "sandbox", ["draft_id"], unique=False)
    op.create_index(op.f("ix_sandbox_instance_id"), "sandbox", ["instance_id"], unique=False)
    op.create_index("ix_sandbox_state_expires_at", "sandbox", ["state", "expires_at"], unique=False)
    op.create_table(
        "sign_off",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("token_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_sign_off_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    op.create_index(op.f("ix_sign_off_instance_id"), "sign_off", ["instance_id"], unique=False)
    op.create_table(
        "start_entry",
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_start_entry_instance_id")
        ),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_start_entry")),
    )
    op.create_table(
        "extension_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("deadline_id", sa.String(length=32), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_by_name", sa.String(length=100), nullable=False),
        sa.Column("asked_stand_in_id", sa.String(length=32), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("granted_until_on", sa.Date(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=False),
        sa.Column("decided_stand_in_id", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_extension_request_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_extension_request_deadline_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_extension_request_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_request")),
    )
    op.create_index(
        "ix_extension_request_deadline_id", "extension_request", ["deadline_id"], unique=False
    )
    op.create_index(
        "uq_extension_request_open",
        "extension_request",
        ["deadline_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "recount_move",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("recount_id", sa.String(length=32), nullable=False),
        sa.Column("deadline_id", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_recount_move_deadline_id")
        ),
        sa.ForeignKeyConstraint(
            ["recount_id"], ["recount.id"], name=op.f("fk_recount_move_recount_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount_move")),
    )
    op.create_index(
        "ix_recount_move_recount_id_id", "recount_move", ["recount_id", "id"], unique=False
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_user_id", sa.String(length=32), nullable=False),
        sa.Column("to_user_id", sa.String(length=32), nullable=False),
        sa.Column("stand_in_id", sa.String(length=32), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_admitted", sa.Boolean(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("ending", sa.String(length=16), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_for_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["user_account.id"], name=op.f("fk_handover_from_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_handover_instance_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_handover_task_id")),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["user_account.id"], name=op.f("fk_handover_to_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_instance_id"), "handover", ["instance_id"], unique=False)
    op.create_index(op.f("ix_handover_task_id"), "handover", ["task_id"], unique=False)
    op.create_table(
        "paper_act",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("group_name", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("acted_at", UtcDateTime(), nullable=False),
        sa.Column("is_before_arrival", sa.Boolean(), nullable=False),
        sa.Column("scans", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_paper_act_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_paper_act_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paper_act_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_paper_act_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_paper_act_recorded_by")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_paper_act_task_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_paper_act_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_act")),
        sa.UniqueConstraint("task_id", name=op.f("uq_paper_act_task_id")),
    )
    op.create_index(op.f("ix_paper_act_instance_id"), "paper_act", ["instance_id"], unique=False)
    op.create_table(
        "protected_value",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=True),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_protected_value_instance_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_protected_value_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protected_value")),
        sa.UniqueConstraint("code", name=op.f("uq_protected_value_code")),
    )
    op.create_index(
        op.f("ix_protected_value_instance_id"), "protected_value", ["instance_id"], unique=False
    )
    op.create_index(
        op.f("ix_protected_value_task_id"), "protected_value", ["task_id"], unique=False
    )
    op.create_table(
        "signer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sign_off_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("group_names", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("has_veto", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("vote", sa.String(length=16), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("form_values", sa.Text(), nullable=True),
        sa.Column("voted_by", sa.String(length=32), nullable=True),
        sa.Column("voted_at", UtcDateTime(), nullable=True),
        sa.Column("beside_id", sa.String(length=32), nullable=True),
        sa.Column("placement", sa.String(length=16), nullable=True),
        sa.Column("added_by", sa.String(length=32), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["beside_id"], ["signer.id"], name=op.f("fk_signer_beside_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_signer_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_signer_sign_off_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_signer_task_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_signer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signer")),
    )
    op.create_index(
        "ix_signer_sign_off_id_position", "signer", ["sign_off_id", "position"], unique=False
    )
    op.create_index(op.f("ix_signer_task_id"), "signer", ["task_id"], unique=False)
    op.create_index("ix_signer_user_id_state", "signer", ["user_id", "state"], unique=False)
    op.create_table(
        "task_comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reply_to_id", sa.String(length=32), nullable=True),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("stand_in_id", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_task_comment_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_task_comment_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["reply_to_id"], ["task_comment.id"], name=op.f("fk_task_comment_reply_to_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_comment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_comment")),
    )
    op.create_index(
        op.f("ix_task_comment_instance_id"), "task_comment", ["instance_id"], unique=False
    )
    op.create_index("ix_task_comment_task_id_at", "task_comment", ["task_id", "at"], unique=False)
    op.create_table(
        "task_copy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("to_user_id", sa.String(length=32), nullable=False),
        sa.Column("by_user_id", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("read_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_task_copy_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_task_copy_instance_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_copy_task_id")),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["user_account.id"], name=op.f("fk_task_copy_to_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_copy")),
        sa.UniqueConstraint("task_id", "to_user_id", name=op.f("uq_task_copy_task_id_to_user_id")),
    )
    op.create_index(op.f("ix_task_copy_instance_id"), "task_copy", ["instance_id"], unique=False)
    op.create_index("ix_task_copy_to_user_id", "task_copy", ["to_user_id", "task_id"], unique=False)
    op.create_index(
        "ix_task_copy_unread",
        "task_copy",
        ["to_user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "task_reading",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_reading_task_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_task_reading_user_id")
        ),
        sa.PrimaryKeyConstraint("task_id", "user_id", name=op.f("pk_task_reading")),
    )
    op.create_index("ix_task_reading_user_id", "task_reading", ["user_id", "task_id"], unique=False)
    op.create_table(
        "urge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("by_user_id", sa.String(length=32), nullable=False),
        sa.Column("to_user_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_urge_by_user_id")
        ),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_urge_instance_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_urge_task_id")),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["user_account.id"], name=op.f("fk_urge_to_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urge")),
    )
    op.create_index(op.f("ix_urge_instance_id"), "urge", ["instance_id"], unique=False)
    op.create_index("ix_urge_task_id_at", "urge", ["task_id", "at"], unique=False)
    op.create_table(
        "approval_sheet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("stand_in_id", sa.String(length=32), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("paper_act_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_approval_sheet_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_approval_sheet_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["paper_act_id"], ["paper_act.id"], name=op.f("fk_approval_sheet_paper_act_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_approval_sheet_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_sheet")),
        sa.UniqueConstraint(
            "instance_id",
            "number",
            "version",
            name=op.f("uq_approval_sheet_instance_id_number_version"),
        ),
    )
    op.create_index(op.f("ix_approval_sheet_task_id"), "approval_sheet", ["task_id"], unique=False)
    op.create_table(
        "disclosure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("actor_title", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_disclosure_actor_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_disclosure_file_id")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_disclosure_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index("ix_disclosure_at_id", "disclosure", ["at", "id"], unique=False)
    op.create_index(
        "ix_disclosure_file_id_actor_id_at",
        "disclosure",
        ["file_id", "actor_id", "at"],
        unique=False,
    )
    op.create_index(op.f("ix_disclosure_instance_id"), "disclosure", ["instance_id"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("publication_id", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("writer", sa.String(length=80), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("handled_by", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["user_account.id"], name=op.f("fk_suggestion_handled_by")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_suggestion_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_suggestion_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index(
        "ix_suggestion_office_id_received_at",
        "suggestion",
        ["office_id", "received_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_suggestion_publication_id"), "suggestion", ["publication_id"], unique=False
    )
    op.add_column(
        "approval",
        sa.Column(
            "paper_act_id", sa.String(length=32), sa.ForeignKey("paper_act.id"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("deadline", sa.Column("paused_at", UtcDateTime(), nullable=True))
    op.add_column(
        "deadline_rule",
        sa.Column("at_receipt", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "deadline_rule",
        sa.Column("pausable", sa.String(length=300), server_default="", nullable=False),
    )
    op.add_column("deadline_rule", sa.Column("extensions", sa.Text(), nullable=True))
    op.add_column(
        "delivery",
        sa.Column(
            "paper_act_id", sa.String(length=32), sa.ForeignKey("paper_act.id"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column(
        "document",
        sa.Column(
            "paper_act_id", sa.String(length=32), sa.ForeignKey("paper_act.id"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("file", sa.Column("protected", sa.String(length=40), nullable=True))
    op.add_column("file", sa.Column("redacted_at", UtcDateTime(), nullable=True))
    op.add_column("instance", sa.Column("initials", sa.String(length=300), nullable=True))
    op.create_index(op.f("ix_instance_initials"), "instance", ["initials"], unique=False)
    op.add_column("organisation", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column(
        "organisation", sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("organisation", sa.Column("initials", sa.String(length=300), nullable=True))
    op.create_index(op.f("ix_organisation_initials"), "organisation", ["initials"], unique=False)
    op.add_column(
        "sign_in", sa.Column("refused_before", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "supervision_case",
        sa.Column("complainant", sa.String(length=200), server_default="", nullable=False),
    )
    op.add_column("task", sa.Column("stand_in_id", sa.String(length=32), nullable=True))
    op.add_column("task", sa.Column("sign_off_id", sa.String(length=32), nullable=True))
    op.add_column("task", sa.Column("held_at", UtcDateTime(), nullable=True))
    op.add_column(
        "task", sa.Column("send_back", sa.String(length=16), server_default="any", nullable=False)
    )
    op.add_column("task", sa.Column("returned", sa.Text(), nullable=True))
    op.add_column(
        "task",
        sa.Column(
            "owner_id", sa.String(length=32), sa.ForeignKey("user_account.id"), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("task", sa.Column("lending", sa.String(length=16), nullable=True))
    op.add_column(
        "task", sa.Column("in_bulk", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("user_account", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column("user_account", sa.Column("phone", sa.String(length=40), nullable=True))
    op.add_column(
        "user_account", sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("user_account", sa.Column("initials", sa.String(length=300), nullable=True))
    op.create_index(op.f("ix_user_account_initials"), "user_account", ["initials"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_user_account_initials"), table_name="user_account")
    op.drop_column("user_account", "initials")
    op.drop_column("user_account", "revision")
    op.drop_column("user_account", "phone")
    op.drop_column("user_account", "email")
    op.drop_column("task", "in_bulk")
    op.drop_column("task", "lending")
    op.drop_column("task", "owner_id")
    op.drop_column("task", "returned")
    op.drop_column("task", "send_back")
    op.drop_column("task", "held_at")
    op.drop_column("task", "sign_off_id")
    op.drop_column("task", "stand_in_id")
    op.drop_column("supervision_case", "complainant")
    op.drop_column("sign_in", "refused_before")
    op.drop_index(op.f("ix_organisation_initials"), table_name="organisation")
    op.drop_column("organisation", "initials")
    op.drop_column("organisation", "revision")
    op.drop_column("organisation", "closed_on")
    op.drop_index(op.f("ix_instance_initials"), table_name="instance")
    op.drop_column("instance", "initials")
    op.drop_column("file", "redacted_at")
    op.drop_column("file", "protected")
    op.drop_column("document", "paper_act_id")
    op.drop_column("delivery", "paper_act_id")
    op.drop_column("deadline_rule", "extensions")
    op.drop_column("deadline_rule", "pausable")
    op.drop_column("deadline_rule", "at_receipt")
    op.drop_column("deadline", "paused_at")
    op.drop_column("approval", "paper_act_id")
    op.drop_index(op.f("ix_suggestion_publication_id"), table_name="suggestion")
    op.drop_index("ix_suggestion_office_id_received_at", table_name="suggestion")
    op.drop_table("suggestion")
    op.drop_index(op.f("ix_disclosure_instance_id"), table_name="disclosure")
    op.drop_index("ix_disclosure_file_id_actor_id_at", table_name="disclosure")
    op.drop_index("ix_disclosure_at_id", table_name="disclosure")
    op.drop_table("disclosure")
    op.drop_index(op.f("ix_approval_sheet_task_id"), table_name="approval_sheet")
    op.drop_table("approval_sheet")
    op.drop_index("ix_urge_task_id_at", table_name="urge")
    op.drop_index(op.f("ix_urge_instance_id"), table_name="urge")
    op.drop_table("urge")
    op.drop_index("ix_task_reading_user_id", table_name="task_reading")
    op.drop_table("task_reading")
    op.drop_index(
        "ix_task_copy_unread",
        table_name="task_copy",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index("ix_task_copy_to_user_id", table_name="task_copy")
    op.drop_index(op.f("ix_task_copy_instance_id"), table_name="task_copy")
    op.drop_table("task_copy")
    op.drop_index("ix_task_comment_task_id_at", table_name="task_comment")
    op.drop_index(op.f("ix_task_comment_instance_id"), table_name="task_comment")
    op.drop_table("task_comment")
    op.drop_index("ix_signer_user_id_state", table_name="signer")
    op.drop_index(op.f("ix_signer_task_id"), table_name="signer")
    op.drop_index("ix_signer_sign_off_id_position", table_name="signer")
    op.drop_table("signer")
    op.drop_index(op.f("ix_protected_value_task_id"), table_name="protected_value")
    op.drop_index(op.f("ix_protected_value_instance_id"), table_name="protected_value")
    op.drop_table("protected_value")
    op.drop_index(op.f("ix_paper_act_instance_id"), table_name="paper_act")
    op.drop_table("paper_act")
    op.drop_index(op.f("ix_handover_task_id"), table_name="handover")
    op.drop_index(op.f("ix_handover_instance_id"), table_name="handover")
    op.drop_table("handover")
    op.drop_index("ix_recount_move_recount_id_id", table_name="recount_move")
    op.drop_table("recount_move")
    op.drop_index(
        "uq_extension_request_open",
        table_name="extension_request",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_extension_request_deadline_id", table_name="extension_request")
    op.drop_table("extension_request")
    op.drop_table("start_entry")
    op.drop_index(op.f("ix_sign_off_instance_id"), table_name="sign_off")
    op.drop_table("sign_off")
    op.drop_index("ix_sandbox_state_expires_at", table_name="sandbox")
    op.drop_index(op.f("ix_sandbox_instance_id"), table_name="sandbox")
    op.drop_index(op.f("ix_sandbox_draft_id"), table_name="sandbox")
    op.drop_table("sandbox")
    op.drop_index("ix_notification_user_id_created_at", table_name="notification")
    op.drop_index(
        "ix_notification_unread",
        table_name="notification",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index(
        "ix_notification_undigested",
        table_name="notification",
        sqlite_where=sa.text("digest_at IS NOT NULL"),
        postgresql_where=sa.text("digest_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_notification_instance_id"), table_name="notification")
    op.drop_table("notification")
    op.drop_table("model_draft_version")
    op.drop_table("legal_hold")
    op.drop_index(op.f("ix_outside_session_identity_id"), table_name="outside_session")
    op.drop_table("outside_session")
    op.drop_table("outside_post")
    op.drop_index(op.f("ix_outside_attempt_expires_at"), table_name="outside_attempt")
    op.drop_table("outside_attempt")
    op.drop_table("model_draft_part")
    op.drop_index(op.f("ix_saved_filter_user_id"), table_name="saved_filter")
    op.drop_index(op.f("ix_saved_filter_organisation_id"), table_name="saved_filter")
    op.drop_table("saved_filter")
    op.drop_index(op.f("ix_phrase_user_id"), table_name="phrase")
    op.drop_index(op.f("ix_phrase_organisation_id"), table_name="phrase")
    op.drop_table("phrase")
    op.drop_index(op.f("ix_outside_identity_user_id"), table_name="outside_identity")
    op.drop_table("outside_identity")
    op.drop_index(op.f("ix_model_draft_family"), table_name="model_draft")
    op.drop_table("model_draft")
    op.drop_table("mail_preference")
    op.drop_index("ix_mail_state_due_at", table_name="mail")
    op.drop_table("mail")
    op.drop_table("desk_setting")
    op.drop_index("ix_delegation_to_user_id_until_on", table_name="delegation")
    op.drop_index("ix_delegation_from_user_id_until_on", table_name="delegation")
    op.drop_table("delegation")
    op.drop_table("account_activation")
    op.drop_table("reminder_ladder")
    op.drop_table("recount")
    op.drop_table("parameter")
    op.drop_index(op.f("ix_outside_logout_expires_at"), table_name="outside_logout")
    op.drop_table("outside_logout")
