"""Names by the first letters of their pinyin, so that 青禾县第一中学 is found by qhxdyzx.

Kept in a column beside the name, written with it (`@validates` of the tables) and filled in for rows
that came otherwise by `fill`, which a worker does once a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from engine.engine import Engine

#: As long as the columns.
LONGEST = 300
_BATCH = 500


def of(text: str | None) -> str:
    """Small letters and digits of a text, each Chinese character by the first letter of its sound."""
    if not text:
        return ""
    # its dictionary takes half a second to read, which a command that writes no name need not wait for
    from pypinyin import Style, lazy_pinyin

    sounds = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
    return "".join(c for c in sounds if c.isascii() and c.isalnum())[:LONGEST]


def fill(engine: Engine, columns: Sequence[tuple[Any, Any]]) -> int:
    """Write the initials of rows that have none yet: (table, column of the name). How many it were.

    Rows of before, of a release that did not know the column, and those written past the tables.
    """
    # engine/tables/ needs `of` before anybody can act
    from engine.actor import Actor

    total = 0
    for table, name in columns:
        while True:
            with engine.begin(Actor.system("initials")) as uow:
                query = sa.select(table.id, name).where(table.initials.is_(None)).limit(_BATCH)
                rows = uow.session.execute(query).all()
                for row_id, text in rows:
                    update = sa.update(table).where(table.id == row_id)
                    uow.session.execute(update.values(initials=of(text)))
            total += len(rows)
            if len(rows) < _BATCH:
                break
    return total
