"""Desk.

Version 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "subscription",
        sa.Column("kind", sa.String(length=16), server_default="message", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("subscription", "kind")
