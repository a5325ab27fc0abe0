"""Fills an installation with the code of an earlier release, in a process of its own.

`PYTHONPATH=<that release>:<this tree> python -P -m tests.integration.ops.previous_release`: whatever is
imported here but `tests` is of that release. The settings say which database.
"""

from __future__ import annotations

import tempfile

from argon2 import PasswordHasher

from engine import __version__, identity, instances
from engine.actor import Actor
from engine.database import Database
from engine.identity import passwords
from engine.permission.parties import Party
from engine.tables import Base
from ops import bootstrap, cli, settings
from tests import stored_cases

ASKED = 6
NAME, PASSWORD = "mia", "a long sentence for tests"


def main() -> None:
    """Its own commands, the case of its own samples, and requests that wait for the manager."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    cli.cli(["migrate"], standalone_mode=False)
    engine = bootstrap.build_engine(settings.read())
    copy_case(engine.database)
    cli.cli(["deploy", "leave_request"], standalone_mode=False)
    with engine.begin(Actor.system("test")) as uow:
        place = identity.organisations.add(uow, code="dept", name="处室", kind="department")
        user = identity.users.add(uow, username=NAME, name="Mia", password=PASSWORD)
        identity.posts.grant(uow, user.id, "manager", place.id, title="经理")
        sides = [
            Party(relation=key, organisation_id=place.id) for key in ("department", "organisation")
        ]
        for number in range(ASKED):
            instances.start(
                uow,
                "leave_request",
                business_key=f"假-{number}",
                title="请假",
                variables={
                    "applicant": "Ann",
                    "reason": "annual",
                    "starts_on": f"2026-03-{10 + number}",
                    "ends_on": f"2026-03-{11 + number}",
                    "colleagues": [user.id],
                },
                related=sides,
            )
    engine.database.dispose()


def copy_case(target: Database) -> None:
    """Every row of the installation whose case this release stored, in place of those of `target`."""
    path = stored_cases.FOLDER / __version__ / "supervision.json.zst"
    with tempfile.TemporaryDirectory() as folder:
        source = Database(f"sqlite:///{folder}/case.db")
        stored_cases.read(path, source)
        with source.engine.connect() as reader, target.engine.begin() as writer:
            if target.dialect == "sqlite":
                writer.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            else:
                writer.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in Base.metadata.sorted_tables:
                writer.execute(table.delete())
                rows = [dict(row) for row in reader.execute(table.select()).mappings()]
                if rows:
                    writer.execute(table.insert(), rows)
        source.dispose()


if __name__ == "__main__":
    main()
