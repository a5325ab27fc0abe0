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
    op.add_column("file", sa.Column("protected", sa.String(length=40), nullable=True))
    op.add_column("organisation", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column(
        "organisation", sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column(
        "sign_in", sa.Column("refused_before", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("user_account", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column("user_account", sa.Column("phone", sa.String(length=40), nullable=True))
    op.add_column(
        "user_account", sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("user_account", "revision")
    op.drop_column("user_account", "phone")
    op.drop_column("user_account", "email")
    op.drop_column("sign_in", "refused_before")
    op.drop_column("organisation", "revision")
    op.drop_column("organisation", "closed_on")
    op.drop_column("file", "protected")
    op.drop_index(op.f("ix_disclosure_instance_id"), table_name="disclosure")
    op.drop_index("ix_disclosure_file_id_actor_id_at", table_name="disclosure")
    op.drop_index("ix_disclosure_at_id", table_name="disclosure")
    op.drop_table("disclosure")
    op.drop_index(op.f("ix_protected_value_task_id"), table_name="protected_value")
    op.drop_index(op.f("ix_protected_value_instance_id"), table_name="protected_value")
    op.drop_table("protected_value")
    op.drop_table("account_activation")
