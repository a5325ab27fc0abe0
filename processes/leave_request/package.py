"""The sample family: asking for leave. It uses every core element once and knows no other domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from engine import advance, instances
from engine.errors import BpmnError
from engine.package import Handler, ProcessPackage, StepContext
from engine.permission.parties import Party
from engine.record import history
from engine.tables import Event, Instance, Organisation, Post, Task, User
from engine.unit_of_work import UnitOfWork

#: What a booking is called in the history of its instance.
BOOKED = "leave.booked"


def remind(ctx: StepContext) -> None:
    """Say in the history that the manager was reminded."""
    ctx.uow.record(
        "leave.reminded", instance_id=ctx.instance.id, payload={"text": "催办经理审批请假"}
    )


def notify_hr(ctx: StepContext) -> None:
    """Tell the personnel office which leave was approved."""
    ctx.uow.record(
        "leave.announced",
        instance_id=ctx.instance.id,
        payload={
            "text": f"告知人事：{ctx.variables['starts_on']}至{ctx.variables['ends_on']}请假",
            "days": ctx.variables.get("days"),
        },
    )


def accept_handover(ctx: StepContext) -> None:
    """A colleague takes over the work, or says why not; parallel lines share no variable."""
    ctx.uow.record(
        "leave.handed_over",
        instance_id=ctx.instance.id,
        payload={
            "text": f"{ctx.uow.actor.name}答复工作交接",
            "accepted": ctx.values.get("accepted"),
            "note": ctx.values.get("note") or "",
        },
    )


def book_calendar(ctx: StepContext) -> Mapping[str, Any]:
    """Book the leave. BpmnError `calendar_clash` where the applicant has booked one of these days."""
    start, end = _day(ctx.variables["starts_on"]), _day(ctx.variables["ends_on"])
    for booked in _bookings(ctx.uow, ctx.instance):
        if start <= _day(booked["ends_on"]) and _day(booked["starts_on"]) <= end:
            raise BpmnError("calendar_clash", f"与{booked['starts_on']}起的请假重叠")
    ctx.uow.record(
        BOOKED,
        instance_id=ctx.instance.id,
        payload={
            "text": f"登记请假：{start}至{end}",
            "starts_on": start.isoformat(),
            "ends_on": end.isoformat(),
        },
    )
    return {"booked_on": ctx.uow.today.isoformat()}


def _bookings(uow: UnitOfWork, instance: Instance) -> list[dict[str, Any]]:
    """What the same applicant has booked in other instances."""
    ids = uow.session.scalars(
        sa.select(Event.id)
        .join(Instance, Instance.id == Event.instance_id)
        .where(Event.kind == BOOKED, Instance.family == instance.family)
        .where(Instance.started_by == instance.started_by, Instance.id != instance.id)
    ).all()
    return [found for id_ in ids if (found := history.payload_of(uow, id_))]


def form_data(uow: UnitOfWork, task: Task) -> Mapping[str, Any]:
    """The request, as the people asked about it see it."""
    workflow = advance.begin(uow, task.instance).workflow
    token = workflow.find(task.token_id)
    data = dict(token.data) if token is not None else {}
    asked_by = uow.session.get(User, task.instance.started_by or "")
    return {
        "applicant": data.get("applicant") or (asked_by.name if asked_by else ""),
        "reason_name": _REASONS.get(str(data.get("reason")), str(data.get("reason") or "")),
        "starts_on": data.get("starts_on"),
        "ends_on": data.get("ends_on"),
        "days": data.get("days"),
    }


def may_start(uow: UnitOfWork, _family: object) -> Collection[str]:
    """Only who has a place to apply from; the other roles answer."""
    return ["start"] if uow.actor.holds("applicant") else []


def start_data(uow: UnitOfWork) -> Mapping[str, Any]:
    """Who could take over: the other people of the applicant's organisations."""
    here = sorted(uow.actor.organisation_ids)
    rows = uow.session.execute(
        sa.select(User.id, User.name)
        .join(Post, Post.user_id == User.id)
        .where(Post.organisation_id.in_(here), User.id != uow.actor.user_id)
        .where(User.is_active.is_(True))
        .distinct()
        .order_by(User.name)
    ).all()
    return {
        "applicant": uow.actor.name,
        "colleague_options": [{"value": row.id, "label": row.name} for row in rows],
    }


def open_request(uow: UnitOfWork, values: Mapping[str, Any]) -> Instance:
    """Start the case in the applicant's department, and in the organisation that this belongs to.

    The manager and the colleagues are of the one, the director and the personnel office of the other;
    a department that stands alone is both.
    """
    place = next(post.organisation_id for post in uow.actor.posts if post.group == "applicant")
    above = uow.session.get_one(Organisation, place).parent_id
    return instances.start(
        uow,
        "leave_request",
        title=f"请假：{uow.actor.name}",
        variables=values,
        related=[
            Party(relation="department", organisation_id=place),
            Party(relation="organisation", organisation_id=above or place),
        ],
    )


_REASONS = {"annual": "年休假", "sick": "病假", "personal": "事假", "other": "其他"}


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


PACKAGE = ProcessPackage(
    root=files("processes.leave_request"),
    forms_root=files("forms") / "leave_request",
    handlers={
        # each but the booking only says in the history what happened: again, if it happens again
        "remind": Handler(call=remind, repeatable=True),
        "notify_hr": Handler(call=notify_hr, repeatable=True),
        "accept_handover": Handler(call=accept_handover, repeatable=True),
        "book_calendar": Handler(call=book_calendar),
    },
    form_data=form_data,
    acts={"family": may_start},
    start_form="leave_request/request",
    start_data=start_data,
    opener=open_request,
)
