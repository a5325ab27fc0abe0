"""A rehearsal's act on paper: one person of the Office records it, a second one confirms (代录)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from engine import tasks
from engine.actor import Actor
from engine.administration import proposals
from engine.engine import Engine
from engine.filing import files
from engine.paper import paper_acts, paper_seats
from engine.paper.paper_acts import Paper
from engine.rehearsing import answers
from engine.tables import Task
from ops import casting
from ops.casting import CastingError
from ops.stories import OnPaper


def record(
    engine: Engine,
    recorder: Actor,
    task_id: str,
    said: OnPaper,
    values: Mapping[str, Any],
    uploads: Mapping[str, Any],
) -> None:
    """Record with a small PDF as the scan, and confirm. CastingError where nobody could have signed."""
    with engine.begin(recorder) as uow:
        task = uow.session.get_one(Task, task_id)
        seats = paper_seats.of_task(uow, task)
        if not seats:
            raise CastingError(f"“{task.name}”不能代录：它由督导办自己的岗位办理。")
        scan = files.store(uow, io.BytesIO(answers.small_pdf(task.name)), "扫描件.pdf").id
        context = tasks.form_context(uow, task)
        own = {**values, **answers.uploaded(uow, uploads, task_id=None)}
        filled = answers.merged(context, answers.resolve(uow, own, context))
        paper = Paper(
            group=seats[0].role.key,
            organisation_id=seats[0].organisation_id,
            name=said.name,
            title=said.title,
            acted_on=uow.today,
            scans=(scan,),
        )
        row = paper_acts.propose(
            uow, task.id, paper, filled, reason="预演", revision=task.revision
        ).id
    with engine.begin(casting.person(engine, said.second)) as uow:
        proposals.confirm(uow, row, note="预演")
