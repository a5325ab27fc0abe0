"""Families, their process definitions and forms; checking and deploying them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from marshmallow import fields

from api import pagination
from api.fields import Answer, Identifier, Instant, Name, Request, Sentence, Text, Values, page_of
from api.pagination import PageQuery
from api.parsing import file_parts
from api.routes.administration import ProposalSchema, shown_proposals
from api.routes.tasks import FormSchema
from api.routing import Routes
from api.shown.changes import ComparisonSchema
from api.shown.people import Names
from engine import pages, starting, store
from engine.actor import Actor
from engine.administration import duties
from engine.engine import Engine
from engine.errors import Fault, Invalid, NotAllowed, NotFound
from engine.package import ProcessPackage
from engine.permission import access
from engine.repository import (
    comparison,
    definitions,
    deployment_proposals,
    model_drafts,
    model_parts,
)
from engine.tables import Definition, Deployment
from engine.unit_of_work import UnitOfWork

routes = Routes("definitions", "流程定义")

DEPLOY_FORM: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "family": {"type": "string"},
        "note": {"type": "string", "maxLength": 500},
        "files": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "文件名为族内路径，如 bpmn/leave_request.bpmn；其余文件沿用已安装的",
        },
    },
    "required": ["family"],
}
CANDIDATE_FORM = {
    "type": "object",
    "properties": {
        "family": DEPLOY_FORM["properties"]["family"],
        "files": DEPLOY_FORM["properties"]["files"],
        "reason": {"type": "string", "maxLength": 300},
        "story": {"type": "string"},
        "steps": {"type": "integer"},
    },
    "required": ["family", "reason"],
}


class FamilySchema(Answer):
    key = fields.String()
    name = Name()
    accountable = fields.Boolean()
    start_form = fields.Nested(FormSchema, allow_none=True)
    start_values = Values(metadata={"description": "发起表单的选项和预填内容"})
    allowed_acts = fields.List(
        fields.String(metadata={"enum": ["start", "deploy", "propose_deploy"]})
    )


class DefinitionSchema(Answer):
    id = Identifier()
    key = fields.String()
    name = Name()
    version = fields.Integer()
    family = fields.String()
    state = fields.String(metadata={"enum": ["active", "suspended"]})
    deployed_at = Instant()
    deployed_by = fields.String(allow_none=True)
    note = fields.String()


class DefinitionsQuery(PageQuery):
    key = Text(most=100, load_default=None, metadata={"description": "列出这个流程的所有版本"})


class DeployRequestSchema(Request):
    family = Text(most=64, least=1, required=True)
    note = Text(most=500, multiline=True, load_default="")


class ModelFaultSchema(Answer):
    file = fields.String()
    element_id = fields.String()
    element_name = fields.String()
    rule = fields.String()
    detail = Sentence()
    consequence = Sentence(metadata={"description": "照此运行会怎样"})
    mend = Sentence()
    severity = fields.String(metadata={"enum": ["error", "warning"]})


class CheckSchema(Answer):
    faults = fields.List(fields.Nested(ModelFaultSchema))


class DeploymentSchema(Answer):
    id = Identifier()
    family = fields.String()
    version = fields.Integer()
    digest = fields.String()
    note = fields.String()
    deployed_at = Instant()


class VersionsQuery(Request):
    family = Text(most=64, least=1, required=True)


class ComparisonQuery(Request):
    other = Identifier(
        data_key="with", required=True, metadata={"description": "与之比较的较新版本"}
    )


@routes.get("/families", FamilySchema, many=True)
def list_families(uow: UnitOfWork) -> Sequence[Mapping[str, Any]]:
    """安装的流程族，以及能否发起。"""
    return [_family(uow, package) for package in uow.engine.packages.values()]


@routes.get("/definitions", page_of(DefinitionSchema), query=DefinitionsQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """各流程的最新版本；给出 key 时为该流程的所有版本，新的在前。"""
    key = query["key"]
    listing = f"definitions {key or ''}"
    kind = str if key is None else int
    rows = pages.definitions(
        uow,
        key=key,
        after=pagination.decode(listing, query["cursor"], kind),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        rows,
        query["limit"],
        key=lambda row: (row.key if key is None else row.version, row.id),
        show=lambda rows: _definitions(uow, rows),
    )


@routes.get("/definitions/<id:definition_id>", DefinitionSchema)
def get(uow: UnitOfWork, definition_id: str) -> Mapping[str, Any]:
    """一个流程版本。"""
    return _definitions(uow, [definitions.get(uow, definition_id)])[0]


@routes.get("/definitions/<id:definition_id>/xml", media_type="application/xml")
def xml(uow: UnitOfWork, definition_id: str) -> Response:
    """部署时的模型文件。"""
    return Response(definitions.xml_of(uow, definition_id), content_type="application/xml")


@routes.get("/forms/<slug:folder>/<slug:name>", FormSchema)
def form(uow: UnitOfWork, folder: str, name: str) -> Mapping[str, Any]:
    """最近部署的表单。"""
    key = f"{folder}/{name}"
    for package in uow.engine.packages.values():
        for definition in definitions.search(uow, family=package.family):
            found = store.bundle(uow, definition.deployment_id).forms.get(key)
            if found is not None:
                return {"key": key, "schema": found.schema}
            break  # the processes of a family are deployed together
    raise NotFound("没有这个表单。", code="form-not-found")


@routes.post(
    "/deployments/check", CheckSchema, takes=DeployRequestSchema, form=DEPLOY_FORM, or_json=True
)
def check(uow: UnitOfWork, body: Mapping[str, str]) -> Mapping[str, Any]:
    """检查模型，列出全部问题；不改变任何东西。"""
    package = _deployable(uow, body["family"])
    return {"faults": definitions.check(package, _files(package))}


@routes.post(
    "/deployments",
    DeploymentSchema,
    takes=DeployRequestSchema,
    status=201,
    form=DEPLOY_FORM,
    or_json=True,
)
def deploy(uow: UnitOfWork, body: Mapping[str, str]) -> Deployment:
    """部署为最新版本；有问题则全部列出，什么也不改变。内容相同不产生新版本。

    问责类流程族须双人操作，见 /deployments/proposals。
    """
    package = _deployable(uow, body["family"])
    if package.manifest.accountable:
        raise NotAllowed(
            f"“{package.manifest.name}”影响问责，部署须由第二人确认：请改为提出部署申请。",
            code="second-person-needed",
        )
    return definitions.deploy(uow, package, note=body["note"], files=_files(package))


@routes.post(
    "/deployments/proposals",
    ProposalSchema,
    takes=DeployRequestSchema,
    status=201,
    form=DEPLOY_FORM,
    or_json=True,
)
def propose(uow: UnitOfWork, body: Mapping[str, str]) -> Mapping[str, Any]:
    """提出部署申请，由第二人确认后部署；有问题则全部列出。note 为理由，必填。"""
    package = _deployable(uow, body["family"])
    row = deployment_proposals.make(uow, package, _files(package), note=body["note"])
    return shown_proposals(uow, [row])[0]


@routes.get("/deployments", DeploymentSchema, query=VersionsQuery, many=True)
def list_deployments(uow: UnitOfWork, query: Mapping[str, str]) -> Sequence[Deployment]:
    """一个流程族的所有版本，新的在前；供模型管理员、系统管理员和该族的第二人比较。"""
    return comparison.versions(uow, query["family"])


@routes.get("/deployments/<id:deployment_id>/comparison", ComparisonSchema, query=ComparisonQuery)
def compare(uow: UnitOfWork, query: Mapping[str, str], deployment_id: str) -> Mapping[str, Any]:
    """从这个版本到另一个版本（with）改了什么：环节、连线、表单、决策、期限、清单，逐条说明。"""
    return {"changes": comparison.compare(uow, deployment_id, query["other"])}


def _deployable(uow: UnitOfWork, family: str) -> ProcessPackage:
    duties.require(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)
    package = uow.engine.packages.get(family)
    if package is None:
        fault = Fault(pointer="/family", detail="没有安装这个流程族。", code="unknown-family")
        raise Invalid("没有部署。", errors=[fault], code="unknown-family")
    return package


def candidate_files(engine: Engine, actor: Actor, family: str) -> Mapping[str, bytes]:
    """What an upload would deploy. NotAllowed for who may not compare the family's versions."""
    with engine.read(actor) as uow:
        comparison.require_reader(uow, family)
        return _files(model_drafts.require_family(uow, family))


def _files(package: ProcessPackage) -> Mapping[str, bytes]:
    """The family's files, those of the upload in the place of the installed ones."""
    sent: dict[str, bytes] = {}
    for upload in file_parts("files"):
        path = upload.filename or ""
        if not model_parts.PATH.fullmatch(path):
            fault = Fault(pointer="/files", detail=f"“{path}”不是族内路径。", code="path")
            raise Invalid("没有部署：文件名应如 bpmn/leave_request.bpmn。", errors=[fault])
        if path in sent:
            fault = Fault(pointer="/files", detail=f"“{path}”有两份。", code="duplicate")
            raise Invalid("没有部署：同一个文件只能提交一份。", errors=[fault])
        sent[path] = upload.read()
    return {**package.files, **sent}


def _family(uow: UnitOfWork, package: ProcessPackage) -> Mapping[str, Any]:
    acts = set(access.allowed_acts(uow, package))
    if duties.holds(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN):
        acts.add("propose_deploy" if package.manifest.accountable else "deploy")
    return {
        "key": package.family,
        "name": package.manifest.name,
        "accountable": package.manifest.accountable,
        "start_form": _start_form(uow, package) if "start" in acts else None,
        "start_values": starting.start_data(uow, package) if "start" in acts else {},
        "allowed_acts": sorted(acts),
    }


def _start_form(uow: UnitOfWork, package: ProcessPackage) -> Mapping[str, Any] | None:
    try:
        found = starting.start_form(uow, package)
    except NotFound:  # not deployed yet: nothing to show, and starting will say so
        return None
    return {"key": package.start_form, "schema": found.schema} if found is not None else None


def _definitions(uow: UnitOfWork, rows: Sequence[Definition]) -> list[Mapping[str, Any]]:
    names = Names(uow, users=[row.deployment.deployed_by for row in rows])
    return [
        {
            "id": row.id,
            "key": row.key,
            "name": row.name,
            "version": row.version,
            "family": row.family,
            "state": row.state,
            "deployed_at": row.deployment.deployed_at,
            "deployed_by": names.users.get(row.deployment.deployed_by or ""),
            "note": row.deployment.note,
        }
        for row in rows
    ]
