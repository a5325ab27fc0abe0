"""A small world for tests of access: two families, organisations, people, rows written directly.

Models are not run here: a test says which parties, tasks and candidates there are, and asks who sees
what of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import ManualClock
from engine.engine import Engine
from engine.package import ProcessPackage
from engine.permission import parties
from engine.states import TaskState
from engine.tables import (
    Definition,
    Deployment,
    Instance,
    Organisation,
    Task,
    TaskCandidate,
    new_id,
)
from engine.timing.deadline_rules import seed
from engine.unit_of_work import UnitOfWork
from tests import factories

SYSTEM = Actor.system("test")

CASES = """
[family]
key = "cases"
name = "案件"
start = "case"

[roles.staff]
name = "经办"
relation = "office"
[roles.inspector]
name = "检查员"
relation = "group"
[roles.unit]
name = "单位"
relation = "unit"
[roles.superior]
name = "上级"
relation = "superior"
[roles.adviser]
name = "顾问"
relation = "adviser"
[roles.archivist]
name = "档案员"
relation = "archive"

[relations.office]
name = "承办单位"
audiences = ["internal", "unit", "superior", "public"]
groups = ["staff"]
[relations.group]
name = "检查组"
audiences = ["internal", "unit"]
groups = ["inspector"]
[relations.unit]
name = "相对单位"
audiences = ["unit", "public"]
needs_notice = true
[relations.superior]
name = "上级单位"
audiences = ["superior", "public"]
needs_notice = true
[relations.adviser]
name = "顾问"
audiences = ["public"]
groups = ["adviser"]
[relations.rival]
name = "被申诉单位"
audiences = ["unit", "public"]
groups = ["staff", "unit"]
bars_internal = true
[relations.archive]
name = "档案"
audiences = ["internal"]
groups = ["archivist"]

[[deadlines]]
key = "plan.submit"
name = "报送整改方案"
amount = 5
unit = "working_days"
start_event = "整改决定送达"
binds = "unit"
on_lapse = "通知上级单位"
law = false
mark = "C"
source = "默认值，无法定期限"

[[deadlines]]
key = "review.apply"
name = "申请复核"
amount = 30
unit = "days"
start_event = "收到决定"
binds = "unit"
on_lapse = "丧失权利"
law = true
mark = "V2"
source = "问责办法"
basis = "《教育督导问责办法》第十九条"

[[deadlines]]
key = "opinion.issue"
name = "印发意见书"
amount = 1
unit = "months"
start_event = "督导结束"
binds = "office"
on_lapse = "报告主任"
law = false
mark = "V2"
source = "沪21"

[[deadlines]]
key = "visit.notice"
name = "提前通知"
amount = 10
direction = "before"
unit = "working_days"
start_event = "进校日期"
binds = "office"
on_lapse = "不能按期进校"
law = false
mark = "C"
source = "默认值，无法定期限"

[[deadlines]]
key = "urgent.report"
name = "紧急报告"
amount = 2
unit = "hours"
start_event = "发现险情"
binds = "office"
on_lapse = "报告主任"
law = false
mark = "C"
source = "默认值，无法定期限"
"""

#: The same relation, under another manifest: what one family allows must not leak into the other.
OTHERS = """
[family]
key = "others"
name = "其他"
start = "other"
[roles.unit]
name = "单位"
relation = "unit"
[relations.unit]
name = "单位"
audiences = ["internal", "public"]
"""


def packages(folder: Path) -> list[ProcessPackage]:
    """Both families, as installed ones."""
    found = []
    for name, manifest in (("cases", CASES), ("others", OTHERS)):
        root = folder / "families" / name
        root.mkdir(parents=True)
        (root / "manifest.toml").write_text(manifest)
        found.append(ProcessPackage(root=root))
    return found


@dataclass
class World:
    """One engine, and ids of what was arranged in it."""

    engine: Engine
    clock: ManualClock
    organisations: dict[str, str] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    definitions: dict[str, tuple[str, str]] = field(default_factory=dict)
    numbers: Any = field(default_factory=count)

    def set_up(self) -> World:
        """Store the calendar, the deadline rules and a definition of each family."""
        with self.engine.begin(SYSTEM) as uow:
            working_calendar.seed(uow, range(2026, 2028))
            for package in self.engine.packages.values():
                seed(uow, package)
                self.definitions[package.family] = self._definition(uow, package.family)
        return self

    def _definition(self, uow: UnitOfWork, family: str) -> tuple[str, str]:
        deployment = Deployment(
            id=new_id(), family=family, version=1, digest="0" * 64, deployed_at=uow.now
        )
        uow.session.add(deployment)
        uow.session.flush()
        definition = Definition(
            id=new_id(),
            deployment_id=deployment.id,
            family=family,
            key=family,
            version=1,
            name=family,
            resource_path="bpmn/none.bpmn",
            created_at=uow.now,
        )
        uow.session.add(definition)
        uow.session.flush()
        return deployment.id, definition.id

    def organisation(self, name: str) -> str:
        """The id of an organisation, made when it is first asked for."""
        if name not in self.organisations:
            with self.engine.begin(SYSTEM) as uow:
                code = f"{name}-{next(self.numbers)}"
                self.organisations[name] = factories.organisation(uow, code, name=name).id
        return self.organisations[name]

    def person(self, name: str, *posts: str) -> Actor:
        """Somebody with these posts, each written `group@organisation`."""
        ids = {post: self.organisation(post.partition("@")[2]) for post in posts}
        with self.engine.begin(SYSTEM) as uow:
            held = [
                (post.partition("@")[0], uow.session.get_one(Organisation, ids[post]))
                for post in posts
            ]
            username = f"{name.lower()}.{next(self.numbers)}"
            actor = factories.person(uow, username, *held, name=name)
        self.people[name] = actor
        return actor

    def instance(self, *stands: str, family: str = "cases", started_by: str | None = None) -> str:
        """An instance with parties, each written `relation@organisation` and `!` once told."""
        deployment_id, definition_id = self.definitions[family]
        ids = {s: self.organisation(s.rstrip("!").partition("@")[2]) for s in stands}
        with self.engine.begin(SYSTEM) as uow:
            row = Instance(
                id=new_id(),
                definition_id=definition_id,
                deployment_id=deployment_id,
                family=family,
                business_key=f"案-{next(self.numbers)}",
                started_by=started_by,
                started_at=uow.now,
                revision=0,
                history_length=0,
                history_digest="",
            )
            uow.session.add(row)
            uow.session.flush()
            for stand in stands:
                relation = stand.partition("@")[0]
                parties.add(uow, row.id, relation, ids[stand], notified=stand.endswith("!"))
            return row.id

    def task(
        self,
        instance_id: str,
        *candidates: str,
        audience: str = "internal",
        element_id: str = "step",
        assignee: str | None = None,
        completed_by: str | None = None,
        **columns: Any,
    ) -> str:
        """A task for these candidates, each `group@organisation` or the name of a person."""
        seats = {c: self.organisation(c.partition("@")[2]) for c in candidates if "@" in c}
        assignee_id = None if assignee is None else self.people[assignee].user_id
        done_by = None if completed_by is None else self.people[completed_by].user_id
        with self.engine.begin(SYSTEM) as uow:
            state = TaskState.CLAIMED if assignee_id else TaskState.READY
            row = Task(
                id=new_id(),
                instance_id=instance_id,
                token_id=new_id(),
                process_key="case",
                element_id=element_id,
                name=element_id,
                audience=audience,
                state=TaskState.COMPLETED if done_by else state,
                assignee_id=assignee_id or done_by,
                completed_by=done_by,
                completed_at=uow.now if done_by else None,
                created_at=uow.now,
                **columns,
            )
            uow.session.add(row)
            uow.session.flush()
            for candidate in candidates:
                if candidate in seats:
                    group = candidate.partition("@")[0]
                    made = TaskCandidate(
                        task_id=row.id, group=group, organisation_id=seats[candidate]
                    )
                else:
                    made = TaskCandidate(task_id=row.id, user_id=self.people[candidate].user_id)
                uow.session.add(made)
            return row.id

    def ids(self, actor: Actor, column: Any, condition: Any) -> set[str]:
        """What a list of the actor's holds: `condition` is a function of engine/permission/access.py."""
        with self.engine.read(actor) as uow:
            return set(uow.session.scalars(sa.select(column).where(condition(uow))))
