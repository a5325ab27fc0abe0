"""Alembic's environment: works on the connection that ops/migrate.py hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine.tables import Base, Json, UtcDateTime


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """How a drafted migration names our own column types."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from engine.tables import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render,
    # nothing after 0002 needs SQLite's tables made anew: see tools/new_migration.py
    render_as_batch=False,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
