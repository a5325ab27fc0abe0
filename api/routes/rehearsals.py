"""Rehearsing a case in a sandbox: copy it, play anybody's part, let time run, delete it.

No view here is inside a transaction of the live database: a clock that runs for seconds holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from api import auth
from api.fields import Answer, Identifier, Instant, Name, Request, Sentence, Text, Values, Whole
from api.routes.deadlines import DeadlineSchema
from api.routes.definitions import CANDIDATE_FORM, candidate_files
from api.routes.instances import EventSchema
from api.routes.people import PersonSchema
from api.routes.tasks import FormSchema, TaskSchema, TaskSummarySchema
from api.routing import Routes
from api.shown import deadlines as shown_deadlines
from api.shown import events as shown_events
from api.shown import tasks as shown_tasks
from api.shown.people import Names
from api.transaction import engine
from engine import tasks
from engine.errors import Conflict
from engine.rehearsing import rehearsals, replay, sandboxes, trials
from engine.rehearsing.rehearsals import KINDS, Halt, Run
from engine.rehearsing.replay import Comparison
from engine.rehearsing.sandboxes import Stage
from engine.rehearsing.troupe import Tale
from engine.states import DeadlineState, InstanceState, SandboxOrigin
from engine.tables import Sandbox
from engine.unit_of_work import UnitOfWork

routes = Routes("rehearsals", "预演")

ACTS = ("complete", "step", "run", "delete")
#: Steps of a story.
MOST_SCENES = 2000


class SandboxSchema(Answer):
    id = Identifier()
    origin = fields.String(
        metadata={
            "enum": list(SandboxOrigin),
            "description": "真实案件的副本；或用样例人员：现行版本、未部署的文件、模型草稿",
        }
    )
    family = fields.String()
    draft_id = Identifier(allow_none=True)
    instance_id = Identifier(
        allow_none=True, metadata={"description": "没有真实案件的，为预演里发起的案件"}
    )
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
    detail = Sentence()
    person = fields.String(metadata={"description": "本来会告知谁"})
    element_id = fields.String(allow_none=True)


class RunSchema(Answer):
    halt = fields.String(
        metadata={"enum": list(Halt), "description": "时钟为什么停下；steps、time 可以接着走"}
    )
    steps = fields.Integer()


class BeginningSchema(Answer):
    form = fields.Nested(FormSchema, allow_none=True)
    values = Values()
    people = fields.List(fields.Nested(PersonSchema))


class TellingSchema(Answer):
    key = fields.String()
    title = fields.String()
    step = fields.Integer(metadata={"description": "已经走到第几步；0 为刚刚发起"})
    steps = fields.Integer()
    stopped = fields.String(metadata={"description": "故事在这里走不下去的原因"})


class RehearsalStateSchema(SandboxSchema):
    now = Instant(metadata={"description": "预演里的现在"})
    state = fields.String(
        allow_none=True,
        metadata={"enum": [*InstanceState, None], "description": "还没有发起的为空"},
    )
    start = fields.Nested(
        BeginningSchema, allow_none=True, metadata={"description": "还没有发起时：怎样发起"}
    )
    story = fields.Nested(TellingSchema, allow_none=True)
    tasks = fields.List(fields.Nested(TaskSummarySchema))
    timers = fields.List(fields.Nested(TimerSchema))
    deadlines = fields.List(fields.Nested(DeadlineSchema))
    incidents = fields.List(fields.Nested(RehearsalIncidentSchema))
    happenings = fields.List(fields.Nested(HappeningSchema))
    events = fields.List(fields.Nested(EventSchema), metadata={"description": "复制以来的流转记录"})
    run = fields.Nested(RunSchema, allow_none=True, metadata={"description": "刚才时钟走了多远"})


class RehearsalTaskSchema(TaskSchema):
    people = fields.List(fields.Nested(PersonSchema), metadata={"description": "可以扮演谁来办理"})


class Paced(Request):
    seconds = Whole(
        least=1,
        most=int(rehearsals.MOST_SECONDS),
        load_default=int(rehearsals.MOST_SECONDS),
        metadata={"description": "最多走几秒就先答复；没有走完的 halt 为 time，可以接着走"},
    )


class ForkSchema(Request):
    reason = Text(most=sandboxes.LONGEST_REASON, least=1, multiline=True, required=True)


class StorySchema(Answer):
    class SceneSchema(Answer):
        number = fields.Integer()
        says = fields.String()
        on = Instant(allow_none=True)

    key = fields.String()
    title = fields.String()
    source = fields.String()
    fiction = fields.String()
    starts = Instant()
    steps = fields.List(fields.Nested(SceneSchema))


class TrialSchema(ForkSchema, Paced):
    story = Text(most=64, least=1, load_default=None, allow_none=True)
    steps = Whole(
        least=0,
        most=MOST_SCENES,
        load_default=0,
        metadata={"description": "故事走到第几步；0 只发起"},
    )


class CandidateTrialSchema(TrialSchema):
    family = Text(most=64, least=1, required=True)


class BeginningQuery(Request):
    person_id = Identifier(load_default=None, metadata={"description": "扮演谁来发起"})


class BeginSchema(Request):
    person_id = Identifier(required=True)
    values = Values(load_default=dict)


class GoOnSchema(Paced):
    steps = Whole(least=0, most=MOST_SCENES, required=True)


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


class RunUntilSchema(Paced):
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
    name = Name()
    by = fields.String()
    reason = fields.String()


class LimitSchema(Answer):
    key = fields.String()
    name = Name()
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
    left = Sentence()
    right = Sentence()


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
        with stage.engine.read(stage.reader(auth.actor())) as uow:
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
        return _state(row, stage, rehearsals.run(stage, body["until"], seconds=body["seconds"]))


@routes.delete("/rehearsals/<id:rehearsal_id>", own_transaction=True)
def delete(rehearsal_id: str) -> None:
    """删除预演，连同其中的一切。"""
    sandboxes.end(engine(), auth.actor(), rehearsal_id)


@routes.get("/families/<slug:family>/stories", StorySchema, many=True, own_transaction=True)
def list_stories(family: str) -> Sequence[Tale]:
    """一个流程族的样例故事。"""
    return trials.tales(engine(), auth.actor(), family)


@routes.get("/families/<slug:family>/rehearsals", SandboxSchema, many=True)
def of_family(uow: UnitOfWork, family: str) -> list[Mapping[str, Any]]:
    """没有真实案件的预演，新的在前。"""
    return _shown(uow, trials.of_family(uow, family))


@routes.post(
    "/families/<slug:family>/rehearsals",
    RehearsalStateSchema,
    takes=TrialSchema,
    status=201,
    own_transaction=True,
)
def try_live(body: Mapping[str, Any], family: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """用样例人员预演现行版本：走一个样例故事到某一步，或者自己发起。"""
    told = {"reason": body["reason"], "story": body["story"]}
    return _begun(trials.of_live(engine(), auth.actor(), family, **told), body)


@routes.post(
    "/deployments/rehearsals",
    RehearsalStateSchema,
    takes=CandidateTrialSchema,
    status=201,
    form=CANDIDATE_FORM,
    or_json=True,
    own_transaction=True,
)
def try_candidate(
    body: Mapping[str, Any],
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """用样例人员预演还没有部署的文件；有问题则全部列出。"""
    files = candidate_files(engine(), auth.actor(), body["family"])
    told = {"reason": body["reason"], "story": body["story"]}
    row = trials.of_candidate(engine(), auth.actor(), body["family"], files, **told)
    return _begun(row, body)


@routes.get("/model-drafts/<id:draft_id>/rehearsals", SandboxSchema, many=True)
def of_draft(uow: UnitOfWork, draft_id: str) -> list[Mapping[str, Any]]:
    """一个模型草稿的预演，新的在前。"""
    return _shown(uow, trials.of_draft(uow, draft_id))


@routes.post(
    "/model-drafts/<id:draft_id>/rehearsals",
    RehearsalStateSchema,
    takes=TrialSchema,
    status=201,
    own_transaction=True,
)
def try_draft(
    body: Mapping[str, Any], draft_id: str
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """用样例人员预演模型草稿现在的样子；有问题则全部列出。"""
    told = {"reason": body["reason"], "story": body["story"]}
    return _begun(trials.of_model_draft(engine(), auth.actor(), draft_id, **told), body)


@routes.get(
    "/rehearsals/<id:rehearsal_id>/start",
    BeginningSchema,
    query=BeginningQuery,
    own_transaction=True,
)
def get_beginning(query: Mapping[str, str | None], rehearsal_id: str) -> Mapping[str, Any]:
    """怎样发起：表单、这个人可以选的内容，以及可以扮演的人。"""
    with sandboxes.opened(engine(), _found(rehearsal_id)) as stage:
        if stage.is_of_case:
            raise Conflict("这个预演里已经有案件。", code="already-started")
        return _beginning(stage, query["person_id"])


@routes.post(
    "/rehearsals/<id:rehearsal_id>/start",
    RehearsalStateSchema,
    takes=BeginSchema,
    own_transaction=True,
)
def begin(body: Mapping[str, Any], rehearsal_id: str) -> Mapping[str, Any]:
    """扮演某人在预演里发起案件；没有选样例故事的才需要。"""
    row = _found(rehearsal_id)
    with sandboxes.opened(engine(), row) as stage:
        trials.begin(stage, body["person_id"], body["values"])
    return _state_of(row)


@routes.post(
    "/rehearsals/<id:rehearsal_id>/story",
    RehearsalStateSchema,
    takes=GoOnSchema,
    own_transaction=True,
)
def go_on(body: Mapping[str, int], rehearsal_id: str) -> Mapping[str, Any]:
    """接着走样例故事到某一步；走不下去的停在那里，说明原因。"""
    row = _found(rehearsal_id)
    with sandboxes.opened(engine(), row) as stage:
        ran = trials.go_on(stage, body["steps"], seconds=body["seconds"])
    return _state_of(row, ran)


def _begun(row: Sandbox, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    ran = None
    if row.story is not None:
        with sandboxes.opened(engine(), row) as stage:
            ran = trials.go_on(stage, body["steps"], seconds=body["seconds"])
    return _state_of(row, ran), {"Location": f"/api/v1/rehearsals/{row.id}"}


def _state_of(row: Sandbox, ran: Run | None = None) -> Mapping[str, Any]:
    with sandboxes.opened(engine(), row) as stage:
        return _state(row, stage, ran)


def _found(rehearsal_id: str) -> Sandbox:
    with engine().read(auth.actor()) as uow:
        return sandboxes.get(uow, rehearsal_id)


def _shown(uow: UnitOfWork, rows: Sequence[Sandbox]) -> list[Mapping[str, Any]]:
    names = Names(uow, users=[row.made_by for row in rows])
    return [
        {
            "id": row.id,
            "origin": row.origin,
            "family": row.family,
            "draft_id": row.draft_id,
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
    with stage.engine.read(stage.reader(auth.actor())) as uow:
        found = rehearsals.state(uow, stage)
        instances = {each.id: each for each in rehearsals.cases_of(uow, stage)}
        return {
            **_shown(uow, [row])[0],
            "instance_id": stage.instance_id,
            "now": found.now,
            "state": found.instance.state if found.instance is not None else None,
            "start": _beginning(stage) if stage.instance_id is None else None,
            "story": None if stage.is_of_case else trials.telling(stage),
            "tasks": shown_tasks.summaries(uow, found.tasks),
            "timers": [
                {"kind": job.kind, "element_id": job.element_id, "due_at": job.due_at}
                for job in found.timers
            ],
            "deadlines": [shown_deadlines.card(deadline) for deadline in found.deadlines],
            "incidents": found.incidents,
            "happenings": found.happenings,
            "events": [
                entry
                for instance in instances.values()
                for entry in shown_events.entries(
                    uow,
                    instance,
                    [each for each in found.events if each[0].instance_id == instance.id],
                )
            ],
            "run": ran,
        }


def _beginning(stage: Stage, person_id: str | None = None) -> Mapping[str, Any]:
    found = trials.beginning(stage, person_id)
    form = None
    if found.form is not None:
        form = {"key": found.form_key, "schema": found.form.schema}
    return {
        "form": form,
        "values": found.values,
        "people": [{"id": user.id, "name": user.name} for user in found.people],
    }
