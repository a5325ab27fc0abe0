"""F1–F3: group, facts, start (models: hold_accountable, investigate)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine import jobs
from engine.calendars.calendar import end_of
from engine.errors import Conflict
from engine.package import StepContext
from engine.record import protection
from engine.tables import User
from supervision import accountability, clocks, clues, organisations, visits
from supervision.documents import Subject
from supervision.handlers import step
from supervision.tables import Accountability
from supervision.terms import (
    ApprovalOutcome,
    Audience,
    DocumentKind,
    ObjectKind,
    Trigger,
    VisitKind,
)

#: The job that warns of the end of the 60 days (procedure 9.2a: at −15 and −5 days).
GROUP_ALARM_JOB = "accountability_alarm"


def record_of(ctx: StepContext) -> Accountability:
    """The accountability record of this line."""
    return accountability.get(ctx.uow, str(ctx.variables["accountability_id"]))


def open_accountability(ctx: StepContext) -> Mapping[str, Any]:
    """A record on the clue; its 60 days run, with two warnings before their end."""
    case = step.case_of(ctx)
    clue = clues.get(ctx.uow, str(ctx.variables["clue_source"]))
    row = accountability.open(ctx.uow, case, clue)
    if row.group_due_on is not None:
        for days in clocks.parameter(ctx.uow, "account.alarms") or ():
            at = end_of(row.group_due_on - timedelta(days=int(days)))
            jobs.schedule(
                ctx.uow,
                GROUP_ALARM_JOB,
                max(at, ctx.uow.now),
                instance_id=ctx.instance.id,
                payload={"accountability_id": row.id, "days": int(days)},
                key=f"alarm:{row.id}:{days}",
            )
    return {
        "accountability_id": row.id,
        "group_formed": False,
        "clue_completed_on": row.activity_ended_on.isoformat(),
    }


def form_working_group(ctx: StepContext) -> Mapping[str, Any]:
    """调查认定工作组 with the departments; late: the chair's reason comes next."""
    case, row = step.case_of(ctx), record_of(ctx)
    organisation_id = step.text(ctx, "organisation_id") or case.unit_id
    if organisation_id != case.unit_id:
        raise Conflict(
            "问责对象应当是本案被督导单位或者其责任人；其他单位另行立案。", code="other-object"
        )
    _name_object(ctx, row)
    formed_on = step.day(ctx, "formed_on")
    activity_ended_on = step.day(ctx, "activity_ended_on")
    late = accountability.form_group(
        ctx.uow,
        case,
        row,
        members=_members(ctx),
        visit_id=_activity(ctx, case.id),
        activity_ended_on=activity_ended_on,
        activity_reason=step.text(ctx, "activity_reason"),
        formed_on=formed_on,
    )
    notice = step.write(
        ctx,
        case,
        DocumentKind.GROUP_NOTICE,
        basis="《教育督导问责办法》第十三条",
        subject=Subject(kind="accountability", id=row.id),
    )
    return {
        "group_formed": True,
        "group_formed_on": formed_on.isoformat(),
        "group_late": late,
        "facts_key": "facts.find",
        "facts_from": formed_on.isoformat(),
        **step.to_approval(notice, []),
    }


def justify_late_start(ctx: StepContext) -> None:
    """The chair's written reason."""
    accountability.justify_lateness(
        ctx.uow, step.case_of(ctx), record_of(ctx), reason=step.text(ctx, "reason")
    )


def find_facts(ctx: StepContext) -> Mapping[str, Any]:
    """事实材料 with evidence and a suggestion, or the one application for more time."""
    case, row = step.case_of(ctx), record_of(ctx)
    outcome = step.text(ctx, "outcome")
    if outcome == "extend":
        accountability.ask_for_extension(ctx.uow, row, reason=step.text(ctx, "extension_reason"))
        return {"outcome": outcome}
    conduct: Mapping[str, Any] = ctx.values.get("conduct") or {}
    accountability.record_facts(
        ctx.uow,
        case,
        row,
        facts=step.text(ctx, "facts"),
        evidence=evidence_text(ctx),
        triggers=[Trigger(key) for key in step.ids(ctx, "triggers")],
        severity=step.severity(ctx.values.get("severity")),
        conduct={
            "hides_or_obstructs": conduct.get("hid_truth") is True,
            "retaliates": conduct.get("retaliated") is True,
            "other_aggravation": str(conduct.get("note") or "其他")
            if conduct.get("other") is True
            else "",
        },
        suggestion=step.text(ctx, "suggestion"),
    )
    step.take_in(
        ctx,
        case,
        DocumentKind.FACT_MATERIAL,
        subject=Subject(kind="accountability", id=row.id),
        audience=Audience.INTERNAL,
    )
    return {"outcome": outcome}


def evidence_text(ctx: StepContext) -> str:
    """The list of evidence as text."""
    return "\n".join(
        f"{row.get('name') or ''}：{row.get('proves') or ''}"
        for row in step.rows(ctx, "evidence_list")
    )


def extend_facts(ctx: StepContext) -> Mapping[str, Any]:
    """Granted: fifteen days more from the old end."""
    case, row = step.case_of(ctx), record_of(ctx)
    due = accountability.facts_due(ctx.uow, row)
    granted = step.text(ctx, "outcome") == ApprovalOutcome.APPROVED
    accountability.extend_facts(
        ctx.uow, case, row, is_granted=granted, opinion=step.text(ctx, "opinion")
    )
    if not granted:
        return {}
    return {"facts_key": "facts.extended", "facts_from": step.iso(due)}


def assess_aggravation(ctx: StepContext) -> Mapping[str, Any]:
    """Which of the five grounds hold: a flag, no more."""
    return {"aggravation": list(accountability.weigh(ctx.uow, record_of(ctx)))}


def decide_start(ctx: StepContext) -> Mapping[str, Any]:
    """启动 or 不启动, with reasons."""
    case, row = step.case_of(ctx), record_of(ctx)
    decision = step.text(ctx, "outcome")
    accountability.decide_start(
        ctx.uow, case, row, is_started=decision == "yes", reason=step.text(ctx, "reason")
    )
    step.take_in(
        ctx,
        case,
        DocumentKind.START_DECISION,
        subject=Subject(kind="accountability", id=row.id),
        audience=Audience.INTERNAL,
    )
    return {"start_decision": decision}


def _name_object(ctx: StepContext, row: Accountability) -> None:
    kind = ObjectKind(step.text(ctx, "object_kind") or ObjectKind.UNIT)
    row.object_kind = kind.value
    is_person = kind is ObjectKind.PERSON
    row.person_name = step.text(ctx, "person_name") if is_person else ""
    row.person_post = step.text(ctx, "person_post") if is_person else ""


def _members(ctx: StepContext) -> list[dict[str, str]]:
    given = ctx.values.get("members")
    ids = protection.content_of(ctx.uow, ctx.instance.id, given)
    found = [ctx.uow.session.get(User, str(id_)) for id_ in (ids if isinstance(ids, list) else [])]
    is_kept_apart = protection.code_in(given) is not None
    # who investigates is protected: the record counts them and holds the mark for each
    people = [
        {"name": str(given[0]) if is_kept_apart and given else user.name, "organisation": ""}
        for user in found
        if user is not None
    ]
    departments = [
        {"name": "", "organisation": organisations.name_of(ctx.uow, id_)}
        for id_ in step.ids(ctx, "departments")
    ]
    return [*people, *departments]


def _activity(ctx: StepContext, case_id: str) -> str | None:
    """The visit or recheck that ended on the day that was named."""
    ended_on = step.day(ctx, "activity_ended_on")
    found = [row for row in visits.of_case(ctx.uow, case_id) if row.ended_on == ended_on]
    rechecks = [row for row in found if row.kind == VisitKind.RECHECK]
    return (rechecks or found)[-1].id if found else None
