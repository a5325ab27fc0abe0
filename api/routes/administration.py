"""Acts that need two people, and the journal of what administrators did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields

from api import auth, pagination
from api.fields import Answer, Choice, Identifier, Instant, Request, Sentence, Text, Values, page_of
from api.pagination import PageQuery
from api.routes.people import PersonSchema
from api.routing import Routes
from api.shown.changes import ComparisonSchema
from api.shown.people import Names
from engine.administration import journal, proposals
from engine.errors import NotAllowed
from engine.operating import mend_plans, mending
from engine.repository import deployment_proposals
from engine.repository.deployment_proposals import Comparison
from engine.states import ProposalState
from engine.tables import JournalEntry, Proposal
from engine.unit_of_work import UnitOfWork

routes = Routes("administration", "操作日志", admin=True)
#: What a script of the Office confirms in a case (代录) asks for no scope of administrators.
pairs = Routes("proposals", "双人操作", in_person=True)


class ProposalSchema(Answer):
    id = Identifier()
    kind = fields.String()
    kind_name = Sentence()
    title = Sentence()
    subject_kind = fields.String()
    subject_id = fields.String()
    instance_id = Identifier(allow_none=True)
    reason = fields.String()
    state = fields.String(metadata={"enum": list(ProposalState)})
    proposed_by = fields.Nested(PersonSchema)
    proposed_at = Instant()
    expires_at = Instant()
    decided_by = fields.Nested(PersonSchema, allow_none=True)
    decided_at = Instant(allow_none=True)
    note = fields.String()
    outcome = Values(allow_none=True)
    allowed_acts = fields.List(
        fields.String(metadata={"enum": ["confirm", "refuse", "withdraw"]}),
    )


class MendSchema(Answer):
    act = Sentence()
    from_ = fields.String(
        data_key="from", allow_none=True, metadata={"description": "现在停在哪一步"}
    )
    to = fields.String(allow_none=True, metadata={"description": "移到哪一步"})
    variable = fields.String(allow_none=True)
    value = fields.Raw(allow_none=True, metadata={"description": "变量的新值"})
    words = fields.List(Sentence(), metadata={"description": "会取消什么、产生什么，逐条"})


class ProposalWholeSchema(ProposalSchema):
    mend = fields.Nested(
        MendSchema, allow_none=True, metadata={"description": "处理运行中的案件时：逐条说明"}
    )
    content = Values(metadata={"description": "确认后要做的全部内容"})


class DrawingSchema(Answer):
    path = fields.String()
    name = fields.String()
    before = fields.String(
        allow_none=True, metadata={"description": "现行版本的流程图；新增时为空"}
    )
    after = fields.String(allow_none=True, metadata={"description": "确认后的流程图；删除时为空"})


class ProposalComparisonSchema(ComparisonSchema):
    drawings = fields.List(fields.Nested(DrawingSchema))


class ProposalsQuery(PageQuery):
    state = Choice(list(ProposalState), load_default=None)


class NoteSchema(Request):
    note = Text(most=2000, multiline=True, load_default="")


class JournalEntrySchema(Answer):
    id = Identifier()
    seq = fields.Integer()
    at = Instant()
    kind = fields.String()
    actor_id = Identifier(allow_none=True)
    actor_name = fields.String()
    actor_title = fields.String()
    subject_kind = fields.String()
    subject_id = fields.String()
    subject_name = fields.String()
    instance_id = Identifier(allow_none=True)
    proposal_id = Identifier(allow_none=True)
    reason = fields.String()
    before = Values(allow_none=True)
    after = Values(allow_none=True)
    digest = fields.String()


class JournalQuery(PageQuery):
    kind = Text(most=60, load_default=None)
    subject_id = Text(most=100, load_default=None)
    actor_id = Identifier(load_default=None)


@pairs.get("/proposals", page_of(ProposalSchema), query=ProposalsQuery)
def list_proposals(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """我提出的、可以由我确认的双人操作，新的在前。"""
    listing = f"proposals {query['state'] or ''}"
    rows = proposals.search(
        uow,
        state=query["state"],
        only_of_cases=not auth.administers(),
        after=pagination.decode(listing, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        rows,
        query["limit"],
        key=lambda row: (row.proposed_at, row.id),
        show=lambda rows: shown_proposals(uow, rows),
    )


@pairs.get("/proposals/<id:proposal_id>", ProposalWholeSchema)
def get(uow: UnitOfWork, proposal_id: str) -> Mapping[str, Any]:
    """一项双人操作，连同确认后要做的全部内容。"""
    row = _reached(uow, proposal_id)
    mend = _mend(row.content) if row.kind == mending.KIND.key else None
    return {**shown_proposals(uow, [row])[0], "content": row.content, "mend": mend}


@pairs.get("/proposals/<id:proposal_id>/comparison", ProposalComparisonSchema)
def compare(uow: UnitOfWork, proposal_id: str) -> Comparison:
    """待确认的部署改了什么：逐条说明，连同改动前后的流程图。"""
    _reached(uow, proposal_id)
    return deployment_proposals.compare(uow, proposal_id)


@pairs.post("/proposals/<id:proposal_id>/confirm", ProposalSchema, takes=NoteSchema)
def confirm(uow: UnitOfWork, body: Mapping[str, str], proposal_id: str) -> Mapping[str, Any]:
    """由第二人确认，随即执行。"""
    _reached(uow, proposal_id)
    return shown_proposals(uow, [proposals.confirm(uow, proposal_id, note=body["note"])])[0]


@pairs.post("/proposals/<id:proposal_id>/refuse", ProposalSchema, takes=NoteSchema)
def refuse(uow: UnitOfWork, body: Mapping[str, str], proposal_id: str) -> Mapping[str, Any]:
    """由第二人拒绝，须写明理由。"""
    _reached(uow, proposal_id)
    return shown_proposals(uow, [proposals.refuse(uow, proposal_id, note=body["note"])])[0]


@pairs.post("/proposals/<id:proposal_id>/withdraw", ProposalSchema)
def withdraw(uow: UnitOfWork, proposal_id: str) -> Mapping[str, Any]:
    """撤回自己提出的操作。"""
    _reached(uow, proposal_id)
    return shown_proposals(uow, [proposals.withdraw(uow, proposal_id)])[0]


@routes.get("/journal", page_of(JournalEntrySchema), query=JournalQuery)
def list_journal(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """操作日志，新的在前；仅审计管理员可读。"""
    listing = f"journal {query['kind'] or ''} {query['subject_id'] or ''} {query['actor_id'] or ''}"
    last = pagination.decode(listing, query["cursor"], int)
    rows: Sequence[JournalEntry] = journal.search(
        uow,
        kind=query["kind"],
        subject_id=query["subject_id"],
        actor_id=query["actor_id"],
        before_seq=last[0] if last is not None else None,
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing, rows, query["limit"], key=lambda row: (row.seq, row.id), show=list
    )


def _reached(uow: UnitOfWork, proposal_id: str) -> Proposal:
    """What the actor sees; NotAllowed to a token without `admin` where it is no act of a case."""
    row = proposals.get(uow, proposal_id)
    if not (auth.administers() or proposals.is_of_case(uow, row)):
        raise NotAllowed(f"这个令牌没有 {auth.ADMIN} 权限。", code="token-scope")
    return row


def _mend(content: Mapping[str, Any]) -> dict[str, Any]:
    plan, places = content["plan"], content.get("places", {})
    return {
        "act": mend_plans.ACTS[plan["act"]],
        "from_": places.get("from"),
        "to": places.get("to"),
        "variable": plan["variable"],
        "value": plan["value"],
        "words": content["preview"]["words"],
    }


def shown_proposals(uow: UnitOfWork, rows: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Proposals as the API shows them in a list."""
    ids = [user for row in rows for user in (row.proposed_by, row.decided_by)]
    names = Names(uow, users=ids)
    kinds = uow.engine.proposal_kinds
    return [
        {
            **{name: getattr(row, name) for name in _COLUMNS},
            "kind_name": kinds[row.kind].name if row.kind in kinds else row.kind,
            "proposed_by": names.person(row.proposed_by),
            "decided_by": names.person(row.decided_by),
            "allowed_acts": sorted(proposals.allowed_acts(uow, row)),
        }
        for row in rows
    ]


_COLUMNS = (
    "id",
    "kind",
    "title",
    "subject_kind",
    "subject_id",
    "instance_id",
    "reason",
    "state",
    "proposed_at",
    "expires_at",
    "decided_at",
    "note",
    "outcome",
)
