"""Play the matrix and write docs/operations.md: `.venv/bin/python -m tests.integration.engine.operations`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.clock import ManualClock
from engine.database import Database
from ops import migrate
from tests.conftest import START
from tests.integration.engine.operations import page, playing
from tests.integration.engine.operations.world import World


def main() -> None:
    """In a database of its own that is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{name}/matrix.db")
        with database.engine.begin() as connection:
            migrate.upgrade(connection)
        world = World.build(database, Path(name), ManualClock(START))
        page.PAGE.write_text(page.text(playing.play(world)), "utf-8")
        world.close()
        database.dispose()


if __name__ == "__main__":
    main()
