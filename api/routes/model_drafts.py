"""Model drafts: a family's next version on the server, its files, their history, who edits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate

from api import preconditions
from api.fields import Answer, Choice, Flag, Identifier, Instant, Request, Text, Whole
from api.routes.administration import ProposalSchema, shown_proposals
from api.routes.definitions import CheckSchema, DeploymentSchema
from api.routes.people import PersonSchema
from api.routing import Routes
from api.shown.changes import ComparisonSchema
from api.shown.people import Names
from engine.repository import candidates, model_drafts, model_parts
from engine.repository.model_parts import PartState, VersionKind
from engine.tables import Deployment, ModelDraft, ModelDraftPart, ModelDraftVersion
from engine.unit_of_work import UnitOfWork

routes = Routes("model_drafts", "模型草稿", in_person=True)

_ACTS = [
    "check",
    "compare",
    "delete",
    "deploy",
    "lock",
    "propose_deploy",
    "rebase",
    "rehearse",
    "release",
    "restore",
    "save",
    "take_over",
]
_PART_KINDS = [*model_parts.KINDS.values(), model_parts.DEADLINES, model_parts.MANIFEST]


class ModelDraftLockSchema(Answer):
    holder = fields.Nested(PersonSchema)
    since = Instant()
    until = Instant(metadata={"description": "此前没有再次保存或续期，即视为离开"})
    is_mine = fields.Boolean()


class ModelDraftSchema(Answer):
    id = Identifier()
    family = fields.String()
    family_name = fields.String()
    accountable = fields.Boolean(metadata={"description": "部署须由第二人确认"})
    name = fields.String()
    made_by = fields.Nested(PersonSchema, allow_none=True)
    made_at = Instant()
    changed_by = fields.Nested(PersonSchema, allow_none=True)
    changed_at = Instant()
    base_version = fields.Integer(allow_none=True)
    live_version = fields.Integer(allow_none=True)
    is_behind = fields.Boolean(metadata={"description": "草稿开始以后部署了新版本"})
    lock = fields.Nested(ModelDraftLockSchema, allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": _ACTS}))


class ModelPartSummarySchema(Answer):
    id = Identifier()
    path = fields.String()
    kind = fields.String(metadata={"enum": _PART_KINDS})
    name = fields.String()
    revision = fields.Integer()
    size = fields.Integer(metadata={"description": "字节"})
    state = fields.String(metadata={"enum": list(PartState)})
    changed_by = fields.Nested(PersonSchema, allow_none=True)
    changed_at = Instant(allow_none=True)


class ModelDraftWholeSchema(ModelDraftSchema):
    parts = fields.List(fields.Nested(ModelPartSummarySchema))


class ModelPartSchema(ModelPartSummarySchema):
    content = fields.String(allow_none=True, metadata={"description": "已从草稿里取出的为空"})


class ModelPartVersionSchema(Answer):
    number = fields.Integer()
    kind = fields.String(metadata={"enum": list(VersionKind)})
    by = fields.Nested(PersonSchema, allow_none=True)
    at = Instant()
    note = fields.String()
    size = fields.Integer()


class ModelPartVersionWholeSchema(ModelPartVersionSchema):
    content = fields.String(allow_none=True)


class RebasedSchema(Answer):
    draft = fields.Nested(ModelDraftWholeSchema)
    conflicts = fields.List(
        fields.String(), metadata={"description": "两边都改了的文件，草稿里的保持不变"}
    )


class ModelDraftsQuery(Request):
    family = Text(most=64, load_default=None)


class NewModelDraftSchema(Request):
    family = Text(most=64, least=1, required=True)
    name = Text(most=model_drafts.LONGEST_NAME, least=1, required=True)
    start = Choice(list(model_drafts.BEGINNINGS), load_default=model_drafts.LIVE)


class ModelDraftNameSchema(Request):
    name = Text(most=model_drafts.LONGEST_NAME, least=1, required=True)


class _NoteSchema(Request):
    note = Text(most=model_parts.LONGEST_NOTE, multiline=True, load_default="")


class SavedPartSchema(_NoteSchema):
    content = Text(most=model_parts.MOST_BYTES, multiline=True, required=True)


class NewPartSchema(SavedPartSchema):
    path = Text(most=200, least=1, required=True)


class RestoredPartSchema(_NoteSchema):
    number = Whole(least=1, most=1_000_000, required=True)


class ModelDraftLockRequestSchema(Request):
    take_over = Flag(load_default=False)


class DeployDraftSchema(Request):
    note = Text(most=500, multiline=True, load_default="", validate=validate.Length(max=500))


@routes.post("/model-drafts", ModelDraftWholeSchema, takes=NewModelDraftSchema, status=201)
def create(uow: UnitOfWork, body: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """开始一个草稿：从现行版本，或者只从清单和期限。"""
    draft = model_drafts.create(uow, body["family"], name=body["name"], beginning=body["start"])
    return _whole(uow, draft), {"Location": f"/api/v1/model-drafts/{draft.id}"}


@routes.get("/model-drafts", ModelDraftSchema, query=ModelDraftsQuery, many=True)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """全部草稿，最近改动的在前。"""
    return _shown(uow, model_drafts.search(uow, family=query["family"]))


@routes.get("/model-drafts/<id:draft_id>", ModelDraftWholeSchema)
def get(uow: UnitOfWork, draft_id: str) -> Mapping[str, Any]:
    """一个草稿和它的文件；内容另取。"""
    return _whole(uow, model_drafts.get(uow, draft_id))


@routes.put("/model-drafts/<id:draft_id>", ModelDraftSchema, takes=ModelDraftNameSchema)
def rename(uow: UnitOfWork, body: Mapping[str, str], draft_id: str) -> Mapping[str, Any]:
    """改名。"""
    return _one(uow, model_drafts.rename(uow, draft_id, body["name"]))


@routes.delete("/model-drafts/<id:draft_id>")
def delete(uow: UnitOfWork, draft_id: str) -> None:
    """删除草稿、它的历史和它的预演。"""
    model_drafts.delete(uow, draft_id)


@routes.post(
    "/model-drafts/<id:draft_id>/lock", ModelDraftSchema, takes=ModelDraftLockRequestSchema
)
def lock(uow: UnitOfWork, body: Mapping[str, bool], draft_id: str) -> Mapping[str, Any]:
    """开始编辑或续期；`take_over` 接手别人正在编辑的草稿，并通知对方。"""
    return _one(uow, model_drafts.take(uow, draft_id, take_over=body["take_over"]))


@routes.delete("/model-drafts/<id:draft_id>/lock")
def unlock(uow: UnitOfWork, draft_id: str) -> None:
    """结束编辑。"""
    model_drafts.let_go(uow, draft_id)


@routes.post("/model-drafts/<id:draft_id>/parts", ModelPartSchema, takes=NewPartSchema, status=201)
def add_part(
    uow: UnitOfWork, body: Mapping[str, str], draft_id: str
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """新增一个文件。"""
    part = model_parts.add(uow, draft_id, body["path"], body["content"], note=body["note"])
    return _part(uow, part), {
        "ETag": preconditions.tag(part.revision),
        "Location": f"/api/v1/model-drafts/{draft_id}/parts/{part.id}",
    }


@routes.get("/model-drafts/<id:draft_id>/parts/<id:part_id>", ModelPartSchema, revision="revision")
def get_part(uow: UnitOfWork, draft_id: str, part_id: str) -> Mapping[str, Any]:
    """一个文件和它的内容。"""
    return _part(uow, model_parts.get(uow, draft_id, part_id))


@routes.put(
    "/model-drafts/<id:draft_id>/parts/<id:part_id>",
    ModelPartSchema,
    takes=SavedPartSchema,
    if_match=True,
    revision="revision",
)
def save_part(
    uow: UnitOfWork, body: Mapping[str, str], draft_id: str, part_id: str
) -> Mapping[str, Any]:
    """保存；没有 note 的是自动保存，十分钟内的合为一次。"""
    revision = _offered(uow, draft_id, part_id)
    return _part(uow, model_parts.save(uow, draft_id, part_id, **body, revision=revision))


@routes.delete("/model-drafts/<id:draft_id>/parts/<id:part_id>")
def remove_part(uow: UnitOfWork, draft_id: str, part_id: str) -> None:
    """从草稿里取出一个文件；历史还在，可以恢复。"""
    model_parts.remove(uow, draft_id, part_id)


@routes.get(
    "/model-drafts/<id:draft_id>/parts/<id:part_id>/versions", ModelPartVersionSchema, many=True
)
def list_versions(uow: UnitOfWork, draft_id: str, part_id: str) -> list[Mapping[str, Any]]:
    """一个文件的历史，新的在前。"""
    rows = model_parts.versions(uow, draft_id, part_id)
    names = Names(uow, users=[row.by for row in rows])
    return [_version(row, names) for row in rows]


@routes.get(
    "/model-drafts/<id:draft_id>/parts/<id:part_id>/versions/<int:number>",
    ModelPartVersionWholeSchema,
)
def get_version(uow: UnitOfWork, draft_id: str, part_id: str, number: int) -> Mapping[str, Any]:
    """历史里的一次，连同内容。"""
    row = model_parts.version(uow, draft_id, part_id, number)
    return {**_version(row, Names(uow, users=[row.by])), "content": row.content}


@routes.post(
    "/model-drafts/<id:draft_id>/parts/<id:part_id>/restore",
    ModelPartSchema,
    takes=RestoredPartSchema,
    if_match=True,
    revision="revision",
)
def restore_part(
    uow: UnitOfWork, body: Mapping[str, Any], draft_id: str, part_id: str
) -> Mapping[str, Any]:
    """恢复历史里的一次；现在的内容也留在历史里。"""
    revision = _offered(uow, draft_id, part_id)
    return _part(uow, model_parts.restore(uow, draft_id, part_id, **body, revision=revision))


@routes.post("/model-drafts/<id:draft_id>/check", CheckSchema)
def check(uow: UnitOfWork, draft_id: str) -> Mapping[str, Any]:
    """检查整个草稿，列出全部问题；不改变任何东西。"""
    return {"faults": candidates.check(uow, draft_id)}


@routes.get("/model-drafts/<id:draft_id>/comparison", ComparisonSchema)
def compare(uow: UnitOfWork, draft_id: str) -> Mapping[str, Any]:
    """从现行版本到草稿改了什么，逐条说明；草稿有问题时先改正。"""
    return {"changes": candidates.compare(uow, draft_id)}


@routes.post("/model-drafts/<id:draft_id>/rebase", RebasedSchema)
def rebase(uow: UnitOfWork, draft_id: str) -> Mapping[str, Any]:
    """让草稿跟上现行版本：没改过的文件换成现行的，两边都改了的列出。"""
    conflicts = model_parts.follow(uow, draft_id)
    return {"draft": _whole(uow, model_drafts.get(uow, draft_id)), "conflicts": conflicts}


@routes.post(
    "/model-drafts/<id:draft_id>/deployments",
    DeploymentSchema,
    takes=DeployDraftSchema,
    status=201,
)
def deploy(uow: UnitOfWork, body: Mapping[str, str], draft_id: str) -> Deployment:
    """部署为最新版本，草稿从这一版继续。问责类流程族须双人操作。"""
    return candidates.deploy(uow, draft_id, note=body["note"])


@routes.post(
    "/model-drafts/<id:draft_id>/proposals", ProposalSchema, takes=DeployDraftSchema, status=201
)
def propose(uow: UnitOfWork, body: Mapping[str, str], draft_id: str) -> Mapping[str, Any]:
    """提出部署申请，由第二人确认后部署。note 为理由，必填。"""
    return shown_proposals(uow, [candidates.propose(uow, draft_id, note=body["note"])])[0]


def _offered(uow: UnitOfWork, draft_id: str, part_id: str) -> int:
    return preconditions.offered(model_parts.get(uow, draft_id, part_id).revision)


def _one(uow: UnitOfWork, draft: ModelDraft) -> Mapping[str, Any]:
    return _shown(uow, [draft])[0]


def _whole(uow: UnitOfWork, draft: ModelDraft) -> Mapping[str, Any]:
    parts = model_parts.of_draft(uow, draft)
    names = Names(uow, users=[part.changed_by for part in parts])
    return {**_one(uow, draft), "parts": [_summary(part, names) for part in parts]}


def _shown(uow: UnitOfWork, rows: Sequence[ModelDraft]) -> list[Mapping[str, Any]]:
    people = [(row.made_by, row.changed_by, row.editor_id) for row in rows]
    names = Names(uow, users=[user for found in people for user in found])
    newest = {row.family: model_drafts.newest_of(uow, row.family) for row in rows}
    return [_draft(uow, row, newest[row.family], names) for row in rows]


def _draft(
    uow: UnitOfWork, row: ModelDraft, newest: Deployment | None, names: Names
) -> Mapping[str, Any]:
    package = uow.engine.packages.get(row.family)
    base = uow.session.get(Deployment, row.base_id) if row.base_id else None
    return {
        "id": row.id,
        "family": row.family,
        "family_name": package.manifest.name if package is not None else row.family,
        "accountable": package is not None and package.manifest.accountable,
        "name": row.name,
        "made_by": names.person(row.made_by),
        "made_at": row.made_at,
        "changed_by": names.person(row.changed_by),
        "changed_at": row.changed_at,
        "base_version": base.version if base is not None else None,
        "live_version": newest.version if newest is not None else None,
        "is_behind": newest is not None and newest.id != row.base_id,
        "lock": _lock(uow, row, names),
        "allowed_acts": model_drafts.allowed_acts(uow, row),
    }


def _lock(uow: UnitOfWork, row: ModelDraft, names: Names) -> Mapping[str, Any] | None:
    holder = model_drafts.editor(uow, row)
    if holder is None:
        return None
    return {
        "holder": names.person(holder),
        "since": row.editing_since,
        "until": row.editing_until,
        "is_mine": holder == uow.actor.user_id,
    }


def _summary(part: ModelDraftPart, names: Names) -> Mapping[str, Any]:
    return {
        "id": part.id,
        "path": part.path,
        "kind": model_parts.kind_of(part.path),
        "name": model_parts.name_of(part),
        "revision": part.revision,
        "size": _size(part.content),
        "state": model_parts.state_of(part),
        "changed_by": names.person(part.changed_by),
        "changed_at": part.changed_at,
    }


def _part(uow: UnitOfWork, part: ModelDraftPart) -> Mapping[str, Any]:
    return {**_summary(part, Names(uow, users=[part.changed_by])), "content": part.content}


def _version(row: ModelDraftVersion, names: Names) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "by": names.person(row.by),
        "at": row.at,
        "note": row.note,
        "size": _size(row.content),
    }


def _size(content: str | None) -> int:
    return len((content or "").encode())
