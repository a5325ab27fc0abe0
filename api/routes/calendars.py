"""The working-day calendar: years and their versions; check a notice, then bring it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from api import pagination
from api.fields import Answer, Identifier, Instant, Request, Sentence, Text, Whole, page_of
from api.pagination import MOST, PageQuery
from api.routing import Routes
from engine.administration import duties
from engine.calendars import notice, notices, working_calendar
from engine.calendars.calendar import Year
from engine.calendars.notice import Row
from engine.states import RecountState
from engine.tables import CalendarYear, Recount, RecountMove
from engine.timing import recounts
from engine.timing.open_clocks import Move
from engine.unit_of_work import UnitOfWork

routes = Routes("calendars", "工作日历", admin=True)

_KINDS = ["workday", "make_up", "weekend", "holiday"]
_MOST_ROWS = 200


class DayOffSchema(Answer):
    on = fields.Date()
    name = fields.String()


class CalendarYearSchema(Answer):
    id = Identifier()
    calendar = fields.String()
    year = fields.Integer()
    version = fields.Integer()
    provisional = fields.Boolean(metadata={"description": "通知尚未公布，暂按法定节假日推算"})
    source = fields.String()
    rest_days = fields.List(fields.Nested(DayOffSchema))
    worked = fields.List(fields.Date())
    created_at = Instant()
    allowed_acts = fields.List(fields.String(metadata={"enum": ["import"]}))


class NoticeRowSchema(Request):
    days = Text(
        most=40,
        least=10,
        required=True,
        metadata={"description": "2027-02-05，或者 2027-02-05至2027-02-11"},
    )
    kind = Text(most=10, least=2, required=True, metadata={"description": "放假、上班"})
    name = Text(most=40, load_default="")


class NoticeSchema(Request):
    """A file's text, or the rows of a form."""

    text = Text(most=64_000, least=1, multiline=True, load_default=None)
    year = Whole(least=1949, most=2199, load_default=None)
    source = Text(most=300, least=1, load_default=None)
    rows = fields.List(
        fields.Nested(NoticeRowSchema),
        load_default=None,
        validate=lambda rows: len(rows) <= _MOST_ROWS,
    )

    @validates_schema
    def _one_of_two(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        form = (data["year"], data["source"], data["rows"])
        if (data["text"] is None) == (None in form) or (data["text"] and any(form)):
            raise ValidationError("notice: 请给出文件内容 text，或者 year、source 和 rows。")


class NoticeCheckSchema(NoticeSchema):
    limit = Whole(least=1, most=MOST, load_default=50)
    after = Identifier(load_default=None, metadata={"description": "上一页最后一项期限"})


class NoticeActSchema(NoticeSchema):
    reason = Text(most=2000, least=1, multiline=True, required=True)


class CalendarDifferenceSchema(Answer):
    on = fields.Date()
    before = fields.String(metadata={"enum": _KINDS})
    after = fields.String(metadata={"enum": _KINDS})
    name = fields.String()


class DeadlineMoveSchema(Answer):
    deadline_id = Identifier()
    instance_id = Identifier()
    business_key = fields.String(allow_none=True)
    family = fields.String()
    key = fields.String()
    name = fields.String()
    from_on = fields.Date()
    to_on = fields.Date(allow_none=True)
    why = Sentence()
    note = fields.String(metadata={"description": "不能推算的原因"})
    is_provisional = fields.Boolean()


class DeadlineMovesSchema(Answer):
    """Those of one page; `total` is all that would move, `looked` all that are concerned."""

    looked = fields.Integer()
    total = fields.Integer()
    moves = fields.List(fields.Nested(DeadlineMoveSchema))
    next_after = Identifier(allow_none=True)


class NoticeAnswerSchema(DeadlineMovesSchema):
    year = fields.Integer()
    source = fields.String()
    provisional = fields.Boolean()
    version = fields.Integer(allow_none=True, metadata={"description": "现行的版本"})
    was_provisional = fields.Boolean()
    differences = fields.List(fields.Nested(CalendarDifferenceSchema))
    warnings = fields.List(fields.String())


class RecountSchema(Answer):
    id = Identifier()
    calendar = fields.String(allow_none=True)
    year = fields.Integer(allow_none=True)
    family = fields.String(allow_none=True)
    key = fields.String(allow_none=True)
    version = fields.Integer()
    reason = fields.String()
    state = fields.String(metadata={"enum": list(RecountState)})
    total = fields.Integer()
    looked = fields.Integer()
    moved = fields.Integer()
    refused = fields.Integer()
    started_by_name = fields.String()
    started_at = Instant()
    finished_at = Instant(allow_none=True)


class RecountMoveSchema(Answer):
    id = Identifier()
    deadline_id = Identifier()
    instance_id = Identifier()
    name = fields.String()
    from_on = fields.Date()
    to_on = fields.Date(allow_none=True)
    note = fields.String()


@routes.get("/calendars/<slug:calendar>/years", CalendarYearSchema, many=True)
def list_years(uow: UnitOfWork, calendar: str) -> Sequence[Mapping[str, Any]]:
    """现行的各年放假安排。"""
    return [_year(uow, row) for row in working_calendar.years(uow, calendar)]


@routes.get("/calendars/<slug:calendar>/years/<int:year>", CalendarYearSchema, many=True)
def list_versions(uow: UnitOfWork, calendar: str, year: int) -> Sequence[Mapping[str, Any]]:
    """一年的各个版本，新的在前。"""
    return [_year(uow, row) for row in notices.versions(uow, year, calendar=calendar)]


@routes.post("/calendars/<slug:calendar>/checks", NoticeAnswerSchema, takes=NoticeCheckSchema)
def check(uow: UnitOfWork, body: Mapping[str, Any], calendar: str) -> Mapping[str, Any]:
    """核对通知：与现行安排有何不同，哪些期限会变动；不改变任何东西。"""
    duties.require(uow, duties.SYSTEM_ADMIN)
    found = notices.check(uow, _told(body), calendar=calendar)
    return {
        "year": found.year.year,
        "source": found.year.source,
        "provisional": found.year.provisional,
        "version": found.version,
        "was_provisional": found.was_provisional,
        "differences": found.differences,
        "warnings": found.warnings,
        "looked": found.preview.looked,
        **page_of_moves(found.moves, body["after"], body["limit"]),
    }


@routes.post("/calendars/<slug:calendar>/years", RecountSchema, takes=NoticeActSchema, status=201)
def bring_in(uow: UnitOfWork, body: Mapping[str, Any], calendar: str) -> Recount:
    """导入通知并重新推算进行中的期限；在后台办理，进度见 /recounts。"""
    duties.require(uow, duties.SYSTEM_ADMIN)
    return recounts.start_year(uow, _told(body), calendar=calendar, reason=body["reason"])


@routes.get("/recounts", RecountSchema, many=True)
def list_recounts(uow: UnitOfWork) -> Sequence[Recount]:
    """最近的重新推算和各自的进度，新的在前。"""
    return recounts.search(uow)


@routes.get("/recounts/<id:recount_id>", RecountSchema)
def get_recount(uow: UnitOfWork, recount_id: str) -> Recount:
    """一次重新推算和它的进度。"""
    return recounts.get(uow, recount_id)


@routes.post("/recounts/<id:recount_id>/pause", RecountSchema)
def pause_recount(uow: UnitOfWork, recount_id: str) -> Recount:
    """暂停：已经推算的不变，其余的等到继续时再推算。"""
    return recounts.pause(uow, recount_id)


@routes.post("/recounts/<id:recount_id>/resume", RecountSchema)
def resume_recount(uow: UnitOfWork, recount_id: str) -> Recount:
    """继续暂停的重新推算。"""
    return recounts.resume(uow, recount_id)


@routes.get("/recounts/<id:recount_id>/moves", page_of(RecountMoveSchema), query=PageQuery)
def list_moves(uow: UnitOfWork, query: Mapping[str, Any], recount_id: str) -> Mapping[str, Any]:
    """变动了的期限，和不能推算的期限。"""
    listing = f"recount {recount_id}"
    last = pagination.decode(listing, query["cursor"], str)
    found = recounts.moves(
        uow,
        recounts.get(uow, recount_id),
        after=last[1] if last is not None else "",
        limit=query["limit"] + 1,
    )
    return pagination.page(
        listing,
        found,
        query["limit"],
        key=lambda row: ("", row.id),
        show=lambda rows: [_moved(row) for row in rows],
    )


def page_of_moves(moves: Sequence[Move], after: str | None, limit: int) -> Mapping[str, Any]:
    """The page of a preview behind a deadline, with the number of all."""
    rest = [move for move in moves if after is None or move.deadline_id > after]
    page = rest[:limit]
    more = len(rest) > limit
    return {
        "total": len(moves),
        "moves": page,
        "next_after": page[-1].deadline_id if more else None,
    }


def _told(body: Mapping[str, Any]) -> Year:
    if body["text"] is not None:
        return notice.read(body["text"].encode())
    rows = [
        Row(where=f"第{number + 1}段", pointer=f"/rows/{number}", **row)
        for number, row in enumerate(body["rows"])
    ]
    return notice.build(rows, year=body["year"], source=body["source"])


def _year(uow: UnitOfWork, row: CalendarYear) -> Mapping[str, Any]:
    told = Year.from_json(row.days)
    may = duties.holds(uow, duties.SYSTEM_ADMIN)
    return {
        "id": row.id,
        "calendar": row.calendar,
        "year": row.year,
        "version": row.version,
        "provisional": row.provisional,
        "source": row.source,
        "rest_days": [
            {"on": day, "name": told.names.get(day, "")} for day in sorted(told.rest_days)
        ],
        "worked": sorted(told.worked),
        "created_at": row.created_at,
        "allowed_acts": ["import"] if may else [],
    }


def _moved(row: RecountMove) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "deadline_id": row.deadline_id,
        "instance_id": row.deadline.instance_id,
        "name": row.deadline.rule.name,
        "from_on": row.from_on,
        "to_on": row.to_on,
        "note": row.note,
    }
