"""Mending running cases: what an operator sees of one, previews, proposals; retries of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.fields import Answer, Choice, Identifier, Instant, Name, Request, Sentence, Text
from api.routes.administration import ProposalSchema, shown_proposals
from api.routes.instances import DefinitionRefSchema, ReasonSchema
from api.routes.operations import IncidentSchema, JobSchema, shown_incident, shown_job
from api.routes.people import PersonSchema
from api.routing import Routes
from api.shown.people import Names
from engine.operating import incidents, mending, operator_sight, retries
from engine.operating.mend_plans import ACTS, Plan
from engine.states import InstanceState
from engine.unit_of_work import UnitOfWork

routes = Routes("mending", "处理异常与运行中的案件", admin=True)

_ACTS = ["suspend", "resume", *(f"propose_{act}" for act in ACTS)]


class NumberedCaseSchema(Answer):
    id = Identifier()
    business_key = fields.String(allow_none=True)


class IncidentGroupSchema(Answer):
    key = Identifier(metadata={"description": "整组重试时写在 group 里"})
    family = fields.String()
    definition_key = fields.String()
    definition_name = Name()
    element_id = fields.String()
    cause = fields.String(metadata={"description": "最近一次的故障说明"})
    count = fields.Integer()
    first_at = Instant()
    last_at = Instant()
    samples = fields.List(Identifier(), metadata={"description": "其中最早的几个异常"})
    cases = fields.List(
        fields.Nested(NumberedCaseSchema), metadata={"description": "最早的几个案件，只有案号"}
    )
    allowed_acts = fields.List(fields.String(metadata={"enum": ["retry"]}))


class RetryManySchema(Request):
    ids = fields.List(Identifier(), load_default=list, validate=validate.Length(max=retries.MOST))
    group = Identifier(load_default=None)
    reason = Text(most=300, least=1, multiline=True, required=True)

    @validates_schema
    def _addressed(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        if bool(data["ids"]) == (data["group"] is not None):
            raise ValidationError("address: 请给出 ids 或 group 之一。")


class RetryItemSchema(Answer):
    incident_id = Identifier()
    instance_id = Identifier(allow_none=True)
    element_id = fields.String()
    outcome = fields.String(
        metadata={"enum": ["waiting", "resolved", "queued", "failed_again", "refused"]}
    )
    detail = Sentence()


class RetryBatchSchema(Answer):
    id = Identifier()
    reason = fields.String()
    started_by = fields.Nested(PersonSchema, allow_none=True)
    started_at = Instant()
    total = fields.Integer()
    done = fields.Integer()
    items = fields.List(fields.Nested(RetryItemSchema))
    allowed_acts = fields.List(fields.String(metadata={"enum": ["stop"]}))


class MoveTargetSchema(Answer):
    element_id = fields.String()
    element_name = Name()
    direction = fields.String(metadata={"enum": ["back", "forward"]})


class StandingTokenSchema(Answer):
    id = fields.String()
    process_key = fields.String()
    element_id = fields.String()
    element_name = Name()
    kind = fields.String()
    waits_for = fields.String(
        metadata={"enum": ["user", "timer", "message", "event", "continue", "nothing"]}
    )
    targets = fields.List(fields.Nested(MoveTargetSchema))
    jump_targets = fields.List(fields.Nested(MoveTargetSchema))


class StandingProcessSchema(Answer):
    definition_id = Identifier()
    key = fields.String()
    name = Name()
    done = fields.List(fields.String(), metadata={"description": "已经过的环节"})


class OperatedJobSchema(JobSchema):
    element_name = Name()


class OperatedIncidentSchema(IncidentSchema):
    element_name = Name()
    allowed_acts = fields.List(fields.String(metadata={"enum": ["retry", "propose_skip"]}))


class OperatedInstanceSchema(Answer):
    id = Identifier()
    family = fields.String()
    business_key = fields.String(allow_none=True)
    definition = fields.Nested(DefinitionRefSchema)
    state = fields.String(metadata={"enum": list(InstanceState)})
    revision = fields.Integer()
    processes = fields.List(
        fields.Nested(StandingProcessSchema), metadata={"description": "办理位置所在的流程"}
    )
    tokens = fields.List(fields.Nested(StandingTokenSchema))
    variables = fields.List(fields.String(), metadata={"description": "只有名称，没有值"})
    jobs = fields.List(fields.Nested(OperatedJobSchema))
    incidents = fields.List(fields.Nested(OperatedIncidentSchema))
    allowed_acts = fields.List(fields.String(metadata={"enum": _ACTS}))


class PlanSchema(Request):
    act = Choice(list(ACTS), required=True)
    incident_id = Identifier(load_default=None, allow_none=True)
    token_id = Text(most=36, load_default=None, allow_none=True)
    target = Text(most=100, load_default=None, allow_none=True)
    variable = Text(most=100, load_default=None, allow_none=True)
    value = fields.Raw(load_default=None, allow_none=True)


class ProposedPlanSchema(PlanSchema):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class EffectSchema(Answer):
    what = fields.String(
        metadata={"enum": ["task", "timer", "message", "deadline", "incident", "step"]}
    )
    element_id = fields.String()
    element_name = Name()
    name = Name()
    holder = fields.String(allow_none=True, metadata={"description": "正在办理的人"})
    has_draft = fields.Boolean()
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})


class StateChangeSchema(Answer):
    before = fields.String()
    after = fields.String()


class VariableChangeSchema(Answer):
    name = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class EffectsSchema(Answer):
    words = fields.List(Sentence(), metadata={"description": "逐条说明"})
    cancels = fields.List(fields.Nested(EffectSchema))
    creates = fields.List(fields.Nested(EffectSchema))
    runs = fields.List(fields.Nested(EffectSchema))
    skips = fields.List(fields.Nested(EffectSchema))
    state = fields.Nested(StateChangeSchema)
    variable = fields.Nested(VariableChangeSchema, allow_none=True)


@routes.get("/incidents/groups", IncidentGroupSchema, many=True)
def list_groups(uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """未处理的异常，按原因归并，多的在前；仅系统管理员。"""
    return [{**vars(group), "allowed_acts": ["retry"]} for group in incidents.grouped(uow)]


@routes.post("/incidents/retry", RetryBatchSchema, takes=RetryManySchema, status=202)
def retry_many(
    uow: UnitOfWork, body: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """在后台逐个重试所列的异常，或一组中的全部；进度另查。"""
    batch = retries.start(uow, ids=body["ids"], group=body["group"], reason=body["reason"])
    return _batch(uow, batch), {"Location": f"/api/v1/incidents/retries/{batch}"}


@routes.get("/incidents/retries", RetryBatchSchema, many=True)
def list_retries(uow: UnitOfWork) -> list[Mapping[str, Any]]:
    """最近几次批量重试，新的在前。"""
    return [_shown_batch(uow, found) for found in retries.recent(uow)]


@routes.post("/incidents/retries/<id:batch_id>/stop", RetryBatchSchema)
def stop_retry(uow: UnitOfWork, batch_id: str) -> Mapping[str, Any]:
    """停止：还没有重试的不再重试，异常保持原样；正在重试的一个办完为止。"""
    retries.stop(uow, batch_id)
    return _batch(uow, batch_id)


@routes.get("/incidents/retries/<id:batch_id>", RetryBatchSchema)
def get_retry(uow: UnitOfWork, batch_id: str) -> Mapping[str, Any]:
    """一次批量重试的进度和逐个结果。"""
    return _batch(uow, batch_id)


@routes.get("/operations/instances/<id:instance_id>", OperatedInstanceSchema)
def get_instance(uow: UnitOfWork, instance_id: str) -> Mapping[str, Any]:
    """处理案件所需的情况：位置、作业、异常、变量名；没有标题、表单、记录和文书。"""
    return _operated(uow, instance_id)


@routes.post("/operations/instances/<id:instance_id>/previews", EffectsSchema, takes=PlanSchema)
def preview(uow: UnitOfWork, body: Mapping[str, Any], instance_id: str) -> Mapping[str, Any]:
    """预演：会取消什么、产生什么；不作任何改动。"""
    return mending.preview(uow, instance_id, Plan(**body))


@routes.post(
    "/operations/instances/<id:instance_id>/proposals",
    ProposalSchema,
    takes=ProposedPlanSchema,
    status=201,
)
def propose(
    uow: UnitOfWork, body: Mapping[str, Any], instance_id: str
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """提出处理办法，由承办单位的第二人看过预演后确认执行。"""
    plan = {key: value for key, value in body.items() if key != "reason"}
    row = mending.propose(uow, instance_id, Plan(**plan), reason=body["reason"])
    return shown_proposals(uow, [row])[0], {"Location": f"/api/v1/proposals/{row.id}"}


@routes.post(
    "/operations/instances/<id:instance_id>/suspend", OperatedInstanceSchema, takes=ReasonSchema
)
def suspend(uow: UnitOfWork, body: Mapping[str, str], instance_id: str) -> Mapping[str, Any]:
    """紧急暂停一个案件。"""
    mending.suspend(uow, instance_id, reason=body["reason"])
    return _operated(uow, instance_id)


@routes.post(
    "/operations/instances/<id:instance_id>/resume", OperatedInstanceSchema, takes=ReasonSchema
)
def resume(uow: UnitOfWork, body: Mapping[str, str], instance_id: str) -> Mapping[str, Any]:
    """恢复由系统管理员暂停的案件；承办单位暂停的须提出双人操作。"""
    mending.resume(uow, instance_id, reason=body["reason"])
    return _operated(uow, instance_id)


def _operated(uow: UnitOfWork, instance_id: str) -> Mapping[str, Any]:
    seen = operator_sight.of_instance(uow, instance_id)
    return {
        **seen,
        "jobs": [
            {**shown_job(uow, each["row"]), "element_name": each["element_name"]}
            for each in seen["jobs"]
        ],
        "incidents": [_operated_incident(uow, each) for each in seen["incidents"]],
    }


def _operated_incident(uow: UnitOfWork, each: Mapping[str, Any]) -> Mapping[str, Any]:
    shown = shown_incident(uow, each["row"])
    more = ["propose_skip"] if each["may_skip"] else []
    return {
        **shown,
        "element_name": each["element_name"],
        "allowed_acts": [*shown["allowed_acts"], *more],
    }


def _batch(uow: UnitOfWork, batch: str) -> Mapping[str, Any]:
    return _shown_batch(uow, retries.of(uow, batch))


def _shown_batch(uow: UnitOfWork, found: retries.Batch) -> Mapping[str, Any]:
    names = Names(uow, users=[found.started_by])
    return {
        **vars(found),
        "started_by": names.person(found.started_by or None),
        "allowed_acts": [] if found.is_done else ["stop"],
    }
