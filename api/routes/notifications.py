"""What people are told: the list, what is unread, how mail comes; letters that did not go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields

from api import language, pagination
from api.fields import Answer, Choice, Flag, Identifier, Instant, Request, Values, page_of
from api.pagination import PageQuery
from api.routing import Routes
from engine.reminding import mails, notifications, tidings
from engine.reminding.mails import MODES
from engine.states import MailState
from engine.tables import Mail, Notification
from engine.unit_of_work import UnitOfWork

routes = Routes("notifications", "通知")
mail_routes = Routes("mails", "邮件发送", admin=True)
own_routes = Routes("account_mail", "我的账号：邮件方式", session_only=True)

_LIST, _MAILS = "notifications", "mails"
#: What a model or a list of deadlines calls something.
_NAMES = frozenset({"task", "deadline"})


class NotifiedCaseSchema(Answer):
    id = Identifier()
    number = fields.String(allow_none=True)
    title = fields.String()


class NotificationSchema(Answer):
    id = Identifier()
    kind = fields.String(metadata={"enum": list(notifications.KINDS)})
    text = fields.String(metadata={"description": "一句话；已无权查看的，只说有过一项"})
    is_visible = fields.Boolean(metadata={"description": "本人今天是否仍可查看所涉事项"})
    data = Values()
    instance = fields.Nested(NotifiedCaseSchema, allow_none=True)
    task_id = Identifier(allow_none=True)
    deadline_id = Identifier(allow_none=True)
    created_at = Instant()
    read_at = Instant(allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["read"]}))


class CountsSchema(Answer):
    unread = fields.Integer()


class ListQuery(PageQuery):
    unread = Flag(load_default=False)


class ReadAllSchema(Request):
    until = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "此后来的仍为未读；缺省为全部"},
    )


class MailModeSchema(Answer):
    mode = fields.String(metadata={"enum": list(MODES)})


class MailChoiceSchema(Request):
    mode = Choice(list(MODES), required=True)


class MailSchema(Answer):
    id = Identifier()
    state = fields.String(metadata={"enum": [state.value for state in MailState]})
    address = fields.String()
    attempts = fields.Integer()
    error = fields.String(allow_none=True)
    created_at = Instant()
    due_at = Instant()
    sent_at = Instant(allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["retry"]}))


class MailsQuery(PageQuery):
    state = Choice([state.value for state in MailState], load_default=None)


@routes.get("/notifications", page_of(NotificationSchema), query=ListQuery)
def search(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """本人的通知，新的在前。"""
    rows = notifications.search(
        uow,
        unread=query["unread"],
        after=pagination.decode(_LIST, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _LIST,
        rows,
        query["limit"],
        key=lambda row: (row.created_at, row.id),
        show=lambda found: _shown(uow, found),
    )


@routes.get("/notifications/counts", CountsSchema)
def counts(uow: UnitOfWork) -> Mapping[str, int]:
    """本人有多少条未读。"""
    return {"unread": notifications.unread_count(uow)}


@routes.post("/notifications/<id:notification_id>/read", NotificationSchema)
def read(uow: UnitOfWork, notification_id: str) -> Mapping[str, Any]:
    """标为已读。"""
    return _shown(uow, [notifications.read(uow, notification_id)])[0]


@routes.post("/notifications/read", CountsSchema, takes=ReadAllSchema)
def read_all(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, int]:
    """全部标为已读；答复还有多少条未读。"""
    notifications.read_all(uow, until=body["until"])
    return {"unread": notifications.unread_count(uow)}


@own_routes.get("/account/mail", MailModeSchema)
def mail_mode(uow: UnitOfWork) -> Mapping[str, str]:
    """本人的邮件怎样来：立即、每日汇总或不发。站内通知总是有的。"""
    return {"mode": mails.mode_of(uow)}


@own_routes.post("/account/mail", MailModeSchema, takes=MailChoiceSchema)
def choose_mail(uow: UnitOfWork, body: Mapping[str, str]) -> Mapping[str, str]:
    """选择邮件怎样来。"""
    return {"mode": mails.prefer(uow, body["mode"])}


@mail_routes.get("/mails", page_of(MailSchema), query=MailsQuery)
def list_mails(uow: UnitOfWork, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """没有发出或结果不明的邮件（或指定状态的），新的在前；不含邮件的内容。"""
    asked = {} if query["state"] is None else {"states": [query["state"]]}
    rows = mails.search(
        uow,
        **asked,
        after=pagination.decode(_MAILS, query["cursor"], datetime),
        limit=query["limit"] + 1,
    )
    return pagination.page(
        _MAILS,
        rows,
        query["limit"],
        key=lambda row: (row.created_at, row.id),
        show=lambda found: [_letter(row) for row in found],
    )


@mail_routes.post("/mails/<id:mail_id>/retry", MailSchema)
def retry(uow: UnitOfWork, mail_id: str) -> Mapping[str, Any]:
    """再发一次。结果不明的可能已经发出，重发前请先核实。"""
    return _letter(mails.retry(uow, mail_id))


def _shown(uow: UnitOfWork, rows: Sequence[Notification]) -> list[Mapping[str, Any]]:
    locale = language.chosen()
    found: list[Mapping[str, Any]] = []
    for told in notifications.told(uow, rows):
        row, case, sees = told.row, told.instance, told.is_visible
        names = {key: language.named(told.data[key]) for key in _NAMES & told.data.keys()}
        data = {**told.data, **names}
        found.append(
            {
                "id": row.id,
                "kind": row.kind,
                "text": tidings.line(row.kind, data, locale=locale, visible=sees),
                "is_visible": sees,
                "data": data,
                "instance": None
                if case is None
                else {"id": case.id, "number": case.business_key, "title": case.title},
                "task_id": row.task_id if sees else None,
                "deadline_id": row.deadline_id if sees else None,
                "created_at": row.created_at,
                "read_at": row.read_at,
                "allowed_acts": [] if row.read_at is not None else ["read"],
            }
        )
    return found


def _letter(row: Mail) -> Mapping[str, Any]:
    names = MailSchema().fields.keys() - {"allowed_acts"}
    again = row.state in (MailState.FAILED, MailState.UNCERTAIN)
    return {
        **{name: getattr(row, name) for name in names},
        "allowed_acts": ["retry"] if again else [],
    }
