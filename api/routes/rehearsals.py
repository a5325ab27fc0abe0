"""Rehearsing a case in a sandbox: copy it, play anybody's part, let time run, delete it.

No view here is inside a transaction of the live database: a clock that runs for seconds holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from api import auth
from api.fields import Answer, Identifier, Instant, Request, Text, Values, Whole
from api.routes.deadlines import DeadlineSchema
from api.routes.instances import EventSchema
from api.routes.people import PersonSchema
from api.routes.tasks import TaskSchema, TaskSummarySchema
from api.routing import Routes
from api.shown import deadlines as shown_deadlines
from api.shown import events as shown_events
from api.shown import tasks as shown_tasks
from api.shown.people import Names
from api.transaction import engine
from engine import rehearsals, replay, sandboxes, tasks
from engine.rehearsals import KINDS, Halt, Run
from engine.replay import Comparison
from engine.sandboxes import Stage
from engine.states import DeadlineState, InstanceState
from engine.tables import Sandbox
from engine.unit_of_work import UnitOfWork

routes = Routes("rehearsals", "预演")

ACTS = ("complete", "step", "run", "delete")


class SandboxSchema(Answer):
    id = Identifier()
    instance_id = Identifier()
    reason = fields.String()
    made_by = fields.Nested(PersonSchema, allow_none=True)
    made_at = Instant()
    expires_at = Instant(metadata={"description": "到期自动删除"})
    allowed_acts = fields.List(fields.String(metadata={"enum": list(ACTS)}))


class TimerSchema(Answer):
    kind = fields.String()
    element_id = fields.String(allow_none=True)
    due_at = Instant()


class RehearsalIncidentSchema(Answer):
    element_id = fields.String()
    message = fields.String()
    opened_at = Instant()


class HappeningSchema(Answer):
    kind = fields.String(metadata={"enum": list(KINDS)})
    at = Instant()
    name = fields.String()
    detail = fields.String()
    person = fields.String(metadata={"description": "本来会告知谁"})
    element_id = fields.String(allow_none=True)


class RunSchema(Answer):
    halt = fields.String(
        metadata={"enum": list(Halt), "description": "时钟为什么停下；steps、time 可以接着走"}
    )
    steps = fields.Integer()


class RehearsalStateSchema(SandboxSchema):
    now = Instant(metadata={"description": "预演里的现在"})
    state = fields.String(metadata={"enum": list(InstanceState)})
    tasks = fields.List(fields.Nested(TaskSummarySchema))
    timers = fields.List(fields.Nested(TimerSchema))
    deadlines = fields.List(fields.Nested(DeadlineSchema))
    incidents = fields.List(fields.Nested(RehearsalIncidentSchema))
    happenings = fields.List(fields.Nested(HappeningSchema))
    events = fields.List(fields.Nested(EventSchema), metadata={"description": "复制以来的流转记录"})
    run = fields.Nested(RunSchema, allow_none=True, metadata={"description": "刚才时钟走了多远"})


class RehearsalTaskSchema(TaskSchema):
    people = fields.List(fields.Nested(PersonSchema), metadata={"description": "可以扮演谁来办理"})


class ForkSchema(Request):
    reason = Text(most=sandboxes.LONGEST_REASON, least=1, multiline=True, required=True)


class PlaySchema(Request):
    values = Values(load_default=dict)
    upload = Values(
        load_default=dict,
        metadata={"description": "字段和文件名；预演里以同名的小文件代替"},
    )
    person_id = Identifier(
        load_default=None, allow_none=True, metadata={"description": "扮演谁；不填则由系统选一人"}
    )
    vote = fields.String(load_default="", validate=validate.OneOf(["", *shown_events.VOTES]))
    opinion = Text(most=2000, multiline=True, load_default="")


class RunUntilSchema(Request):
    until = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "走到哪一刻；不填则走到不再有事情自己发生"},
    )


class ReplaySchema(Request):
    versions = fields.List(
        Whole(least=1, most=1_000_000),
        required=True,
        validate=validate.Length(equal=2),
        metadata={"description": "所比较的两个流程版本"},
    )


class StopSchema(Answer):
    at = Instant()
    element_id = fields.String()
    name = fields.String()
    by = fields.String()
    reason = fields.String()


class LimitSchema(Answer):
    key = fields.String()
    name = fields.String()
    starts_on = fields.Date()
    due_on = fields.Date()
    state = fields.String(metadata={"enum": list(DeadlineState)})


class RehearsedOutcomeSchema(Answer):
    version = fields.Integer()
    done = fields.Integer(metadata={"description": "重做了几项人的办理"})
    total = fields.Integer()
    stop = fields.Nested(
        StopSchema, allow_none=True, metadata={"description": "历史从哪里起不再适合这一版"}
    )
    state = fields.String(metadata={"description": "案件的状态；没能发起时为空"})
    ended_at = Instant(allow_none=True)
    path = fields.List(fields.String())
    tasks = fields.List(fields.String())
    waiting = fields.List(fields.String())
    documents = fields.List(fields.String())
    deadlines = fields.List(fields.Nested(LimitSchema))
    incidents = fields.Integer()


class OutcomeDifferenceSchema(Answer):
    subject = fields.String(
        metadata={
            "enum": [
                "state",
                "ended_at",
                "path",
                "tasks",
                "waiting",
                "documents",
                "incidents",
                "deadlines",
                "stop",
            ]
        }
    )
    left = fields.String()
    right = fields.String()


class OutcomeComparisonSchema(Answer):
    outcomes = fields.List(fields.Nested(RehearsedOutcomeSchema))
    differences = fields.List(fields.Nested(OutcomeDifferenceSchema))
    left_out = fields.List(
        fields.String(), metadata={"description": "历史里有、重放时不重做的办理种类"}
    )


@routes.post(
    "/instances/<id:instance_id>/rehearsals",
    RehearsalStateSchema,
    takes=ForkSchema,
    status=201,
    own_transaction=True,
)
def fork(body: Mapping[str, str], instance_id: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """把案件复制到预演里；原案件不受影响，预演里什么也不会发出去。"""
    row = sandboxes.fork(engine(), auth.actor(), instance_id, reason=body["reason"])
    with sandboxes.opened(engine(), row) as stage:
        return _state(row, stage), {"Location": f"/api/v1/rehearsals/{row.id}"}


@routes.get("/instances/<id:instance_id>/rehearsals", SandboxSchema, many=True)
def of_instance(uow: UnitOfWork, instance_id: str) -> list[Mapping[str, Any]]:
    """案件的预演，新的在前。"""
    return _shown(uow, sandboxes.of_instance(uow, instance_id))


@routes.post(
    "/instances/<id:instance_id>/replays",
    OutcomeComparisonSchema,
    takes=ReplaySchema,
    own_transaction=True,
)
def compare(body: Mapping[str, Any], instance_id: str) -> Comparison:
    """把案件的历史在两个流程版本上各重做一遍，比较结果；什么也不留下。"""
    return replay.compare(engine(), auth.actor(), instance_id, body["versions"])


@routes.get("/rehearsals/<id:rehearsal_id>", RehearsalStateSchema, own_transaction=True)
def get(rehearsal_id: str) -> Mapping[str, Any]:
    """一个预演：现在是哪一天，等着什么，发生了什么。"""
    row = _found(rehearsal_id)
    with sandboxes.opened(engine(), row) as stage:
        return _state(row, stage)


@routes.get(
    "/rehearsals/<id:rehearsal_id>/tasks/<id:task_id>", RehearsalTaskSchema, own_transaction=True
)
def get_task(rehearsal_id: str, task_id: str) -> Mapping[str, Any]:
    """预演里的一项任务，连同可以扮演的人。"""
    with sandboxes.opened(engine(), _found(rehearsal_id)) as stage:
        people = rehearsals.people(stage, auth.actor(), task_id)
        with stage.engine.read(auth.actor()) as uow:
            return {
                **shown_tasks.whole(uow, tasks.get(uow, task_id)),
                "people": [{"id": user.id, "name": user.name} for user in people],
            }


@routes.post(
    "/rehearsals/<id:rehearsal_id>/tasks/<id:task_id>/complete",
    RehearsalStateSchema,
    takes=PlaySchema,
    own_transaction=True,
)
def complete(body: Mapping[str, Any], rehearsal_id: str, task_id: str) -> Mapping[str, Any]:
    """在预演里扮演某人办理；表单带出的内容不填即照原样交回。"""
    row = _found(rehearsal_id)
    with sandboxes.opened(engine(), row) as stage:
        rehearsals.play(stage, auth.actor(), task_id, **body)
        return _state(row, stage)


@routes.post("/rehearsals/<id:rehearsal_id>/step", RehearsalStateSchema, own_transaction=True)
def step(rehearsal_id: str) -> Mapping[str, Any]:
    """时钟走到下一件会自己发生的事。"""
    row = _found(rehearsal_id)
    with sandboxes.opened(engine(), row) as stage:
        return _state(row, stage, rehearsals.step(stage))


@routes.post(
    "/rehearsals/<id:rehearsal_id>/run",
    RehearsalStateSchema,
    takes=RunUntilSchema,
    own_transaction=True,
)
def run(body: Mapping[str, Any], rehearsal_id: str) -> Mapping[str, Any]:
    """时钟走到某一刻，或走到底；途中无人办理。"""
    row = _found(rehearsal_id)
    with sandboxes.opened(engine(), row) as stage:
        return _state(row, stage, rehearsals.run(stage, body["until"]))


@routes.delete("/rehearsals/<id:rehearsal_id>", own_transaction=True)
def delete(rehearsal_id: str) -> None:
    """删除预演，连同其中的一切。"""
    sandboxes.end(engine(), auth.actor(), rehearsal_id)


def _found(rehearsal_id: str) -> Sandbox:
    with engine().read(auth.actor()) as uow:
        return sandboxes.get(uow, rehearsal_id)


def _shown(uow: UnitOfWork, rows: Sequence[Sandbox]) -> list[Mapping[str, Any]]:
    names = Names(uow, users=[row.made_by for row in rows])
    return [
        {
            "id": row.id,
            "instance_id": row.instance_id,
            "reason": row.reason,
            "made_by": names.person(row.made_by),
            "made_at": row.made_at,
            "expires_at": row.expires_at,
            "allowed_acts": list(ACTS),
        }
        for row in rows
    ]


def _state(row: Sandbox, stage: Stage, ran: Run | None = None) -> Mapping[str, Any]:
    with stage.engine.read(auth.actor()) as uow:
        found = rehearsals.state(uow, stage)
        return {
            **_shown(uow, [row])[0],
            "now": found.now,
            "state": found.instance.state,
            "tasks": shown_tasks.summaries(uow, found.tasks),
            "timers": [
                {"kind": job.kind, "element_id": job.element_id, "due_at": job.due_at}
                for job in found.timers
            ],
            "deadlines": [shown_deadlines.card(deadline) for deadline in found.deadlines],
            "incidents": found.incidents,
            "happenings": found.happenings,
            "events": shown_events.entries(uow, found.instance, found.events),
            "run": ran,
        }
