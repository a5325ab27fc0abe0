"""Moving running cases to another version: plan, check, rehearse, propose, watch, put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from marshmallow import fields

from api import pagination
from api.fields import Answer, Choice, Identifier, Instant, Request, Sentence, Text, Values, page_of
from api.pagination import PageQuery
from api.routes.administration import ProposalSchema, shown_proposals
from api.routing import Routes
from engine import store
from engine.migrating import migration, migration_plans, migration_proposals, migrations
from engine.migrating.migration_plans import Pair, Plan
from engine.states import MigrationItemState, MigrationState
from engine.tables import Deployment, Instance, Migration, MigrationItem
from engine.unit_of_work import UnitOfWork

routes = Routes("migrations", "案件迁移", admin=True)

MOST_PAIRS = 5_000
MOST_CASES = 10_000


class PairSchema(Request):
    process = Text(most=100, least=1, required=True)
    source = Text(most=100, least=1, required=True)
    target = Text(most=100, least=1, allow_none=True, load_default=None)
    how = Choice(["same", "proposed", "edited", "none"], load_default="edited")


class PairAnswerSchema(Answer):
    process = fields.String()
    source = fields.String()
    target = fields.String(allow_none=True)
    how = fields.String(metadata={"enum": ["same", "proposed", "edited", "none"]})


class VersionsSchema(Request):
    from_ = Identifier(data_key="from", required=True)
    to = Identifier(required=True)


class MigrationPlanRequestSchema(VersionsSchema):
    pairs = fields.List(
        fields.Nested(PairSchema),
        required=True,
        validate=lambda rows: len(rows) <= MOST_PAIRS,
    )
    instances = fields.List(
        Identifier(),
        load_default=list,
        validate=lambda rows: len(rows) <= MOST_CASES,
        metadata={"description": "只迁移这些案件；空为旧版本上的全部案件"},
    )


class RehearsalRequestSchema(MigrationPlanRequestSchema, PageQuery):
    """A plan, and which page of its cases."""


class MigrationRequestSchema(MigrationPlanRequestSchema):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class MigrationPlanSchema(Answer):
    from_ = Identifier(data_key="from")
    to = Identifier()
    pairs = fields.List(fields.Nested(PairAnswerSchema))
    instances = fields.List(Identifier())


class PlanFaultSchema(Answer):
    process = fields.String()
    element = fields.String()
    rule = fields.String()
    detail = Sentence()
    mend = Sentence()


class PlanFaultsSchema(Answer):
    faults = fields.List(fields.Nested(PlanFaultSchema))


class MovedTokenSchema(Answer):
    process = fields.String()
    from_ = fields.String(data_key="from", attribute="from")
    from_name = fields.String()
    to = fields.String()
    to_name = fields.String()


class MovedTaskSchema(Answer):
    task = Identifier()
    name = fields.String()
    from_ = fields.String(data_key="from", attribute="from")
    to = fields.String()
    item = fields.String()
    assignment = fields.String(metadata={"enum": ["kept", "kept_terms", "recomputed"]})
    draft = fields.String(metadata={"enum": ["none", "kept", "lost"]})
    lost_fields = fields.List(fields.String())
    due_before = fields.String(allow_none=True, metadata={"format": "date-time"})
    due_after = fields.String(allow_none=True, metadata={"format": "date-time"})


class MovedTimerSchema(Answer):
    element = fields.String()
    element_name = fields.String()
    what = fields.String(metadata={"enum": ["added", "kept", "recomputed", "removed"]})
    before = fields.String(allow_none=True, dump_default=None, metadata={"format": "date-time"})
    after = fields.String(allow_none=True, dump_default=None, metadata={"format": "date-time"})


class CaseFaultSchema(Answer):
    element = fields.String()
    rule = fields.String()
    detail = Sentence()
    mend = Sentence()


class RehearsalSchema(Answer):
    id = Identifier(metadata={"description": "案件"})
    business_key = fields.String(allow_none=True)
    possible = fields.Boolean()
    faults = fields.List(fields.Nested(CaseFaultSchema))
    tokens = fields.List(fields.Nested(MovedTokenSchema))
    tasks = fields.List(fields.Nested(MovedTaskSchema))
    timers = fields.List(fields.Nested(MovedTimerSchema))
    items = fields.List(Values())


class MigrationSchema(Answer):
    id = Identifier()
    family = fields.String()
    from_deployment_id = Identifier()
    to_deployment_id = Identifier()
    from_version = fields.Integer()
    to_version = fields.Integer()
    plan_digest = fields.String()
    state = fields.String(metadata={"enum": list(MigrationState)})
    proposal_id = Identifier(allow_none=True)
    started_at = Instant()
    finished_at = Instant(allow_none=True)
    waiting = fields.Integer()
    moved = fields.Integer()
    refused = fields.Integer()
    returning = fields.Integer(metadata={"description": "等待退回"})
    reverted = fields.Integer()


class MigrationItemSchema(Answer):
    id = Identifier()
    instance_id = Identifier()
    business_key = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": list(MigrationItemState)})
    reason = fields.String()
    outcome = Values(allow_none=True)
    done_at = Instant(allow_none=True)


class MigrationsQuery(Request):
    family = Text(most=64, least=1, load_default=None)


class RevertRequestSchema(Request):
    reason = Text(most=2000, least=1, multiline=True, required=True)


@routes.post("/migrations/plan", MigrationPlanSchema, takes=VersionsSchema)
def plan(uow: UnitOfWork, body: Mapping[str, str]) -> Mapping[str, Any]:
    """两个版本之间的迁移方案，供人工修改：同标识同类型自动对应；同名同类型只是建议（proposed）。"""
    migrations.require_keeper(uow)
    found = migration_plans.propose(uow, body["from_"], body["to"]).as_dict()
    return {**found, "from_": found["from"]}


@routes.post("/migrations/check", PlanFaultsSchema, takes=MigrationPlanRequestSchema)
def check(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """检查方案，逐条说明问题和改法；不改变任何东西。"""
    migrations.require_keeper(uow)
    return {"faults": migration_plans.check(uow, _plan(body))}


@routes.post("/migrations/rehearsal", page_of(RehearsalSchema), takes=RehearsalRequestSchema)
def rehearse(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """逐案演练：办理位置、任务、草稿、定时各会怎样，不能迁移的说明原因；不改变任何东西。"""
    migrations.require_keeper(uow)
    wanted = _plan(body)
    listing = f"rehearsal {wanted.digest}"
    last = pagination.decode(listing, body["cursor"], str)
    rows = migration_plans.page(
        uow, wanted, after=last[1] if last is not None else None, limit=body["limit"] + 1
    )
    ids = [row.id for row in rows]  # what is taken back forgets the rows
    return pagination.page(
        listing,
        ids,
        body["limit"],
        key=lambda id_: ("", id_),
        show=lambda page: [_rehearsal(uow, id_, wanted) for id_ in page],
    )


@routes.post("/migrations/proposals", ProposalSchema, takes=MigrationRequestSchema, status=201)
def propose(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """提出迁移申请，由第二人确认后开始；方案有问题则全部列出。"""
    row = migration_proposals.make(uow, _plan(body), reason=body["reason"])
    return shown_proposals(uow, [row])[0]


@routes.post("/migrations", MigrationSchema, takes=MigrationRequestSchema, status=201)
def start(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """开始迁移。问责类流程族须双人操作，见 /migrations/proposals。"""
    return _shown(uow, migration_proposals.start(uow, _plan(body), reason=body["reason"]))


@routes.get("/migrations", MigrationSchema, query=MigrationsQuery, many=True)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """最近的迁移和各自的进度，新的在前。"""
    return [_shown(uow, row) for row in migrations.search(uow, family=query["family"])]


@routes.get("/migrations/<id:migration_id>", MigrationSchema)
def get(uow: UnitOfWork, migration_id: str) -> Mapping[str, Any]:
    """一项迁移和它的进度。"""
    return _shown(uow, migrations.get(uow, migration_id))


@routes.get("/migrations/<id:migration_id>/items", page_of(MigrationItemSchema), query=PageQuery)
def items(uow: UnitOfWork, query: Mapping[str, Any], migration_id: str) -> Mapping[str, Any]:
    """各案件的结果：已迁移、未能迁移及其原因、已退回。"""
    row = migrations.get(uow, migration_id)
    listing = f"migration {migration_id}"
    last = pagination.decode(listing, query["cursor"], int)
    found: Sequence[MigrationItem] = migrations.items(
        uow, row, after=last[0] if last is not None else -1, limit=query["limit"] + 1
    )
    return pagination.page(
        listing,
        found,
        query["limit"],
        key=lambda item: (item.position, item.id),
        show=lambda rows: [_item(uow, each) for each in rows],
    )


@routes.post("/migrations/<id:migration_id>/pause", MigrationSchema)
def pause(uow: UnitOfWork, migration_id: str) -> Mapping[str, Any]:
    """暂停：正在迁移的一件办完后不再继续。"""
    return _shown(uow, migrations.pause(uow, migration_id))


@routes.post("/migrations/<id:migration_id>/resume", MigrationSchema)
def resume(uow: UnitOfWork, migration_id: str) -> Mapping[str, Any]:
    """继续暂停的（或中断的）迁移。"""
    return _shown(uow, migrations.resume(uow, migration_id))


@routes.post(
    "/migrations/<id:migration_id>/revert",
    MigrationSchema,
    takes=RevertRequestSchema,
    status=202,
)
def revert_all(uow: UnitOfWork, body: Mapping[str, str], migration_id: str) -> Mapping[str, Any]:
    """把迁移过的案件全部退回旧版本：在后台逐件办理，可以暂停；已往下办理的留在新版本。"""
    return _shown(uow, migrations.revert_all(uow, migration_id, reason=body["reason"]))


@routes.post(
    "/migrations/<id:migration_id>/items/<id:item_id>/revert",
    MigrationItemSchema,
    takes=RevertRequestSchema,
)
def revert(
    uow: UnitOfWork, body: Mapping[str, str], migration_id: str, item_id: str
) -> Mapping[str, Any]:
    """把一个案件退回旧版本；迁移之后已往下办理的不能退回。"""
    return _item(uow, migrations.revert(uow, migration_id, item_id, reason=body["reason"]))


def _plan(body: Mapping[str, Any]) -> Plan:
    return Plan(
        from_id=body["from_"],
        to_id=body["to"],
        pairs=tuple(Pair(**row) for row in body["pairs"]),
        instances=tuple(body["instances"]),
    )


def _rehearsal(uow: UnitOfWork, instance_id: str, wanted: Plan) -> Mapping[str, Any]:
    instance = uow.session.get_one(Instance, instance_id)
    head = {"id": instance_id, "business_key": instance.business_key}
    found = asdict(migration.rehearse(uow, instance, wanted))
    old, new = (_names(uow, each) for each in (wanted.from_id, wanted.to_id))
    for token in found["tokens"]:
        token["from_name"] = old.get(token["from"], token["from"])
        token["to_name"] = new.get(token["to"], token["to"])
    for timer in found["timers"]:
        element = timer["element"]
        timer["element_name"] = new.get(element) or old.get(element) or element
    return {**head, "possible": not found["faults"], **found}


def _names(uow: UnitOfWork, deployment_id: str) -> dict[str, str]:
    elements = store.bundle(uow, deployment_id).elements
    return {key: element.name for (_, key), element in elements.items() if element.name}


def _item(uow: UnitOfWork, row: MigrationItem) -> Mapping[str, Any]:
    names = (name for name in MigrationItemSchema().fields if hasattr(row, name))
    instance = uow.session.get_one(Instance, row.instance_id)
    return {**{name: getattr(row, name) for name in names}, "business_key": instance.business_key}


def _shown(uow: UnitOfWork, row: Migration) -> Mapping[str, Any]:
    names = (name for name in MigrationSchema().fields if hasattr(row, name))
    return {
        **{name: getattr(row, name) for name in names},
        "from_version": uow.session.get_one(Deployment, row.from_deployment_id).version,
        "to_version": uow.session.get_one(Deployment, row.to_deployment_id).version,
        **migrations.progress(uow, row),
    }
