"""The task queue and what a person does with a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from api import pagination, preconditions
from api.fields import (
    Answer,
    Choice,
    Drawn,
    Identifier,
    Instant,
    Name,
    Request,
    Sentence,
    Text,
    Values,
    page_of,
)
from api.pagination import PageQuery
from api.routes.deadlines import DeadlineSchema
from api.routes.files import FileSchema
from api.routes.paper_acts import OnPaperSchema
from api.routes.people import PersonSchema
from api.routes.sign_off_schemas import SignOffSchema, SignOffSummarySchema
from api.routing import Routes
from api.shown import tasks as shown
from engine import tasks
from engine.desk import worklist
from engine.desk.worklist import Sort, Tab
from engine.states import InstanceState, TaskState
from engine.unit_of_work import UnitOfWork

routes = Routes("tasks", "任务")

ACTS = (
    "claim",
    "unclaim",
    "assign",
    "complete",
    "save_draft",
    "send_back",
    "take_back",
    "record_on_paper",
    "vote",
    "add_signer_before",
    "add_signer_after",
    "add_signer",
    "remove_signer",
    "transfer",
    "lend",
    "give_back",
    "recall",
    "urge",
    "circulate",
    "comment",
    "make_sheet",
)


class TaskInstanceSchema(Answer):
    id = Identifier()
    business_key = fields.String(allow_none=True)
    title = fields.String()
    family = fields.String()
    unit_name = fields.String(allow_none=True)


class CandidateGroupSchema(Answer):
    group = fields.String()
    name = Sentence()


class DaysLeftSchema(Answer):
    amount = fields.Integer(metadata={"description": "负数为已逾期"})
    unit = fields.String(metadata={"enum": ["working_days", "days"]})


class SenderSchema(Answer):
    name = fields.String()


class UrgedSchema(Answer):
    count = fields.Integer()
    last_at = Instant()
    next_at = Instant(metadata={"description": "此后可以再催"})


class SeparatedSchema(Answer):
    task_id = Identifier(metadata={"description": "已经办理的那一项"})
    name = Name()
    reason = fields.String()


class HandoverSchema(Answer):
    kind = fields.String(metadata={"enum": ["transfer", "lend"]})
    giver = fields.Nested(PersonSchema, allow_none=True, data_key="from")
    receiver = fields.Nested(PersonSchema, allow_none=True, data_key="to")
    stand_in = fields.Nested(PersonSchema, allow_none=True, metadata={"description": "代转出人"})
    opinion = fields.String()
    at = Instant()
    ended_at = Instant(allow_none=True)
    ending = fields.String(
        allow_none=True, metadata={"enum": ["answered", "recalled", "dropped", None]}
    )
    answer = fields.String()
    answered_for = fields.Nested(PersonSchema, allow_none=True)


class CopySchema(Answer):
    receiver = fields.Nested(PersonSchema, allow_none=True, data_key="to")
    sender = fields.Nested(PersonSchema, allow_none=True, data_key="from")
    note = fields.String()
    at = Instant()
    read_at = Instant(allow_none=True)
    read_by = fields.Nested(PersonSchema, allow_none=True)


class TaskSummarySchema(Answer):
    id = Identifier()
    name = Name()
    element_id = fields.String()
    item = fields.String(metadata={"description": "多实例中的哪一项；不是多实例时为空"})
    state = fields.String(metadata={"enum": list(TaskState)})
    instance = fields.Nested(TaskInstanceSchema)
    assignee = fields.Nested(PersonSchema, allow_none=True)
    candidate_groups = fields.List(fields.Nested(CandidateGroupSchema))
    created_at = Instant()
    completed_at = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    days_left = fields.Nested(DaysLeftSchema, allow_none=True)
    light = fields.String(allow_none=True, metadata={"enum": ["green", "yellow", "red", None]})
    priority = fields.Integer()
    sender = fields.Nested(SenderSchema, allow_none=True, data_key="from", attribute="from")
    has_draft = fields.Boolean()
    is_unread = fields.Boolean(metadata={"description": "本人还没有打开过"})
    files = fields.Integer(metadata={"description": "随任务的附件数，只计能看到的"})
    on_paper = fields.Nested(OnPaperSchema, allow_none=True)
    sign_off = fields.Nested(
        SignOffSummarySchema, allow_none=True, metadata={"description": "会签、加签到了哪一步"}
    )
    lent_by = fields.Nested(
        PersonSchema, allow_none=True, metadata={"description": "委派人：办结权仍在其手中"}
    )
    urged = fields.Nested(UrgedSchema, allow_none=True, metadata={"description": "催办情况"})
    in_bulk = fields.Boolean(metadata={"description": "可以批量审批"})
    separated = fields.Nested(
        SeparatedSchema,
        allow_none=True,
        metadata={"description": "因岗位分离，本人不能办理的原因"},
    )
    revision = fields.Integer(metadata={"description": "放入 If-Match"})
    allowed_acts = fields.List(fields.String(metadata={"enum": list(ACTS)}))


class FormSchema(Answer):
    key = fields.String()
    schema = Drawn(metadata={"description": "form-js 的表单"})


class SendableSchema(Answer):
    name = fields.String(metadata={"description": "POST /messages 的 name"})
    title = Name()
    confirmation = Name(metadata={"description": "发送之前问的话"})
    needs_note = fields.Boolean()


class ReturnedSchema(Answer):
    mode = fields.String(metadata={"enum": ["only", "and_back", "came_back", "taken_back"]})
    from_name = Name(metadata={"description": "从哪一步退回"})
    by_name = fields.String()
    opinion = fields.String()
    at = fields.String(metadata={"format": "date-time"})


class TaskSchema(TaskSummarySchema):
    form = fields.Nested(FormSchema, allow_none=True)
    values = Values()
    draft_saved_at = Instant(allow_none=True)
    deadline = fields.Nested(DeadlineSchema, allow_none=True)
    basis = fields.String()
    never_auto = fields.Boolean(
        metadata={"description": "须由人逐件决定：办理之前先核对事实、依据和影响"}
    )
    sign_off = fields.Nested(
        SignOffSchema, allow_none=True, metadata={"description": "会签、加签，连同各方表决"}
    )
    returned = fields.Nested(
        ReturnedSchema, allow_none=True, metadata={"description": "因退回或撤回而再次办理"}
    )
    attachments = fields.List(fields.Nested(FileSchema))
    handovers = fields.List(
        fields.Nested(HandoverSchema), metadata={"description": "转办、委派的经过，早的在前"}
    )
    copies = fields.List(fields.Nested(CopySchema), metadata={"description": "抄送与已阅"})
    comments = fields.Integer(metadata={"description": "意见、提问、回复的条数"})
    messages = fields.List(
        fields.Nested(SendableSchema),
        metadata={"description": "本人现在可以向案件发送、案件也在等待的消息"},
    )


class TaskCountsSchema(Answer):
    mine = fields.Integer()
    claimable = fields.Integer()
    started = fields.Integer()
    done = fields.Integer()
    overdue = fields.Integer()
    today = fields.Integer()
    copied = fields.Integer()
    copied_unread = fields.Integer(metadata={"description": "抄送我的，还没有阅"})
    lent = fields.Integer()


class IncidentNoticeSchema(Answer):
    id = Identifier()
    element_id = fields.String()
    message = fields.String()


class InstanceNoticeSchema(Answer):
    id = Identifier()
    state = fields.String(metadata={"enum": list(InstanceState)})


class CompletionSchema(Answer):
    task = fields.Nested(TaskSchema)
    instance = fields.Nested(InstanceNoticeSchema)
    incident = fields.Nested(IncidentNoticeSchema, allow_none=True)
    next_tasks = fields.List(fields.Nested(TaskSummarySchema))


class TasksQuery(PageQuery):
    tab = Choice(list(Tab), load_default=Tab.MINE.value)
    q = Text(most=80, load_default="")
    sort = Choice(list(Sort), load_default=Sort.DUE.value)


class ValuesSchema(Request):
    values = Values(required=True)


class AssignSchema(Request):
    user_id = Identifier(required=True)


@routes.get("/tasks", page_of(TaskSummarySchema), query=TasksQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """任务列表的一页；没有期限的任务排在最后。"""
    sort = Sort(query["sort"])
    listing = f"tasks {query['tab']} {sort}"
    rows = worklist.search(
        uow,
        tab=Tab(query["tab"]),
        q=query["q"],
        sort=sort,
        after=pagination.decode_instant(listing, query["cursor"]),
        limit=query["limit"] + 1,
    )
    column = sort.removeprefix("-")
    return pagination.page(
        listing,
        rows,
        query["limit"],
        key=lambda row: (getattr(row, column), row.id),
        show=lambda rows: shown.summaries(uow, rows),
    )


@routes.get("/tasks/counts", TaskCountsSchema)
def counts(uow: UnitOfWork) -> Mapping[str, int]:
    """各标签下的任务数。"""
    return worklist.counts(uow)


@routes.get("/tasks/<id:task_id>", TaskSchema, revision="revision")
def get(uow: UnitOfWork, task_id: str) -> Mapping[str, Any]:
    """一项任务，连同表单、已填内容和期限。"""
    return shown.whole(uow, tasks.get(uow, task_id))


@routes.post("/tasks/<id:task_id>/claim", TaskSchema, if_match=True, revision="revision")
def claim(uow: UnitOfWork, task_id: str) -> Mapping[str, Any]:
    """认领。"""
    return shown.whole(uow, tasks.claim(uow, task_id, revision=_offered(uow, task_id)))


@routes.post("/tasks/<id:task_id>/unclaim", TaskSchema, if_match=True, revision="revision")
def unclaim(uow: UnitOfWork, task_id: str) -> Mapping[str, Any]:
    """放回待认领；草稿保留。"""
    return shown.whole(uow, tasks.unclaim(uow, task_id, revision=_offered(uow, task_id)))


@routes.post(
    "/tasks/<id:task_id>/assign", TaskSchema, takes=AssignSchema, if_match=True, revision="revision"
)
def assign(uow: UnitOfWork, body: Mapping[str, str], task_id: str) -> Mapping[str, Any]:
    """交给可以办理的某人（GET /users?task_id= 列出这些人）。"""
    revision = _offered(uow, task_id)
    return shown.whole(uow, tasks.assign(uow, task_id, body["user_id"], revision=revision))


@routes.put(
    "/tasks/<id:task_id>/draft", TaskSchema, takes=ValuesSchema, if_match=True, revision="revision"
)
def save_draft(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """保存草稿，不检查内容。"""
    revision = _offered(uow, task_id)
    return shown.whole(uow, tasks.save_draft(uow, task_id, body["values"], revision=revision))


@routes.post(
    "/tasks/<id:task_id>/complete",
    CompletionSchema,
    takes=ValuesSchema,
    if_match=True,
    revision="task.revision",
)
def complete(uow: UnitOfWork, body: Mapping[str, Any], task_id: str) -> Mapping[str, Any]:
    """办结任务，流程继续；其后自动步骤的故障列在 incident，任务仍算办结。"""
    revision = _offered(uow, task_id)
    return shown.completion(
        uow, tasks.complete(uow, task_id, body["values"], revision=revision), task_id
    )


def _offered(uow: UnitOfWork, task_id: str) -> int:
    """The revision that the request is about; the verb compares it under the lock."""
    return preconditions.offered(tasks.get(uow, task_id).revision)
