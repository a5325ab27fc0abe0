"""Load and save one instance's tokens; find the bundle that they run on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from engine.database import SEEN
from engine.errors import Invalid, NotFound
from engine.spiff import cache, state
from engine.spiff.cache import Bundle
from engine.spiff.scripts import ScriptEngine
from engine.spiff.state import Workflow
from engine.states import MigrationItemState
from engine.tables import Definition, Instance, InstanceSnapshot, MigrationItem, Resource, Task
from engine.unit_of_work import UnitOfWork
from forms.definition import Form


def bundle(uow: UnitOfWork, deployment_id: str) -> Bundle:
    """The parsed files of a deployment, from the cache or from the stored bytes."""
    found = uow.engine.specs.get(deployment_id)
    if found is None:
        rows = uow.session.execute(
            sa.select(Resource.path, Resource.content)
            .where(Resource.deployment_id == deployment_id)
            .order_by(Resource.path)
        )
        found = cache.build({row.path: row.content for row in rows})
        uow.engine.specs.put(deployment_id, found)
    return found


def form_of(uow: UnitOfWork, task: Task) -> Form:
    """The form of a task: of the version that its case runs on, or, once done, ran on then."""
    deployment_id = task.instance.deployment_id
    if task.completed_at is not None:
        moved = (
            sa.select(Definition.deployment_id)
            .join(MigrationItem, MigrationItem.definition_id == Definition.id)
            .where(
                MigrationItem.instance_id == task.instance_id,
                MigrationItem.state.in_((MigrationItemState.MOVED, MigrationItemState.RETURNING)),
                MigrationItem.done_at > task.completed_at,
            )
            .order_by(MigrationItem.done_at)
            .limit(1)
        )
        deployment_id = uow.session.scalar(moved) or deployment_id
    return bundle(uow, deployment_id).forms[task.form_key or ""]


def encode(values: Mapping[str, Any]) -> bytes:
    """Values as JSON bytes, to measure them. Raises Invalid for what JSON cannot hold."""
    try:
        return orjson.dumps(values)
    except (TypeError, ValueError) as error:
        raise Invalid("提交的内容含有无法保存的值。", code="not-json") from error


def lock(uow: UnitOfWork, instance_id: str) -> Instance:
    """The instance row, locked until the unit of work ends. Raises NotFound."""
    uow.session.info.pop(SEEN, None)  # another may have written while the lock was waited for
    instance = uow.session.scalar(
        sa.select(Instance)
        .where(Instance.id == instance_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if instance is None:
        raise NotFound("没有这个案件。", code="instance-not-found")
    return instance


def load(uow: UnitOfWork, instance: Instance, scripts: ScriptEngine) -> Workflow:
    """Restore the instance's tokens."""
    content = uow.session.scalars(
        sa.select(InstanceSnapshot.content).where(InstanceSnapshot.instance_id == instance.id)
    ).one()
    return state.load(content, scripts.bundle.specs, scripts)


def restore(content: bytes, scripts: ScriptEngine) -> Workflow:
    """The tokens as `state.dump` wrote them within this unit of work."""
    return state.load(content, scripts.bundle.specs, scripts)


def create(instance: Instance, scripts: ScriptEngine) -> Workflow:
    """Fresh tokens at the start of the instance's process."""
    specs = scripts.bundle.specs
    return Workflow(
        specs[instance.definition.key], subprocess_specs=dict(specs), script_engine=scripts
    )


def save(uow: UnitOfWork, instance: Instance, workflow: Workflow) -> None:
    """Write the tokens back and count the step."""
    instance.revision += 1
    row = {"version": instance.revision, "content": state.dump(workflow)}
    if instance.revision == 1:
        uow.session.add(InstanceSnapshot(instance_id=instance.id, **row))
    else:
        update = sa.update(InstanceSnapshot).where(InstanceSnapshot.instance_id == instance.id)
        uow.session.execute(update.values(row).execution_options(synchronize_session=False))
