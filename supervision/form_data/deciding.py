"""Forms of accountability, from the group to the decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from supervision import clues, decisions
from supervision.form_data import wording
from supervision.form_data.context import FormContext
from supervision.form_data.shared import Facts, iso
from supervision.tables import Document
from supervision.terms import (
    ConsultationReply,
)


def late_reason(ctx: FormContext) -> Facts:
    """The days that make it late."""
    row = ctx.record
    if row is None:
        return {}
    return {
        "activity_ended_on": iso(row.activity_ended_on),
        "due_on": iso(row.group_due_on),
        "formed_on": iso(row.group_formed_on),
    }


def working_group(ctx: FormContext) -> Facts:
    """The clue, its activity, and the object."""
    row = ctx.record
    if row is None:
        return {}
    return {
        "clue": clues.get(ctx.uow, row.clue_id).text,
        "activity_ended_on": iso(row.activity_ended_on),
        "activity_reason": row.activity_reason,
        "organisation_id": row.organisation_id,
        "object_kind": row.object_kind,
        "formed_on": ctx.uow.today.isoformat(),
    }


def start_decision(ctx: FormContext) -> Facts:
    """The facts, the suggestion, the grounds of aggravation."""
    row = ctx.record
    if row is None:
        return {}
    return {
        "facts": f"{row.facts}\n证据：{row.evidence}",
        "suggestion": "启动问责" if row.suggestion == "start" else "不启动问责",
        "aggravation": list(row.aggravations),
    }


def accountability_notice(ctx: FormContext) -> Facts:
    """The facts that were found."""
    return {"facts": ctx.record.facts if ctx.record else ""}


def account_defence(ctx: FormContext) -> Facts:
    """The notice that is answered."""
    notice = ctx.record.notice_id if ctx.record else None
    paper = ctx.paper(notice)
    return {"notice": wording.document_text(ctx, paper)}


def accountability_opinion(ctx: FormContext) -> Facts:
    """Facts and basis as told, and the points of defence to answer."""
    row = ctx.record
    if row is None:
        return {}
    notice = ctx.paper(row.notice_id)
    told = notice.fields if notice else {}
    return {
        "facts": row.facts,
        "basis": told.get("basis") or "",
        "aggravation": list(row.aggravations),
        "defence_replies": wording.defence_points(ctx, notice),
    }


def consultation_reply(ctx: FormContext) -> Facts:
    """The opinion that is asked about."""
    return {"opinion_text": wording.opinion_text(ctx)}


def opinion_submission(ctx: FormContext) -> Facts:
    """The opinion, and what each member unit said."""
    rows = decisions.consultations(ctx.uow, ctx.record.id) if ctx.record else ()
    return {
        "opinion_text": wording.opinion_text(ctx),
        "replies": [
            {
                "organisation_id": row.organisation_id,
                "reply": ConsultationReply(row.reply).label if row.reply else "",
                "text": row.text,
            }
            for row in rows
        ],
    }


def accountability_approval(ctx: FormContext) -> Facts:
    """The summary before F7: facts, basis, measures, effect, consultation."""
    opinion = _opinion(ctx)
    fields: Mapping[str, Any] = opinion.fields if opinion else {}
    return {
        "facts": fields.get("facts") or "",
        "basis": fields.get("basis") or "",
        "measures_text": wording.sanctions_text(opinion),
        "effective_on": fields.get("effective_on"),
        "consultation": wording.consultation_text(ctx),
    }


def accountability_decision(ctx: FormContext) -> Facts:
    """What was approved; the remedies in words."""
    opinion = _opinion(ctx)
    fields: Mapping[str, Any] = opinion.fields if opinion else {}
    return {
        "basic_situation": fields.get("basic_situation") or "",
        "facts": fields.get("facts") or "",
        "basis": fields.get("basis") or "",
        "measures": [
            {
                "kind": row.get("kind"),
                "target": "person" if row.get("person_name") else "unit",
                "person_name": row.get("person_name"),
                "person_post": row.get("person_post"),
                "detail": row.get("detail"),
            }
            for row in fields.get("measures") or []
        ],
        "effective_on": fields.get("effective_on"),
        "remedies": (
            "对本决定不服的，可以自收到之日起三十日内向作出决定的办公室申请复核，"
            "或者自收到之日起十五日内向上一级教育督导机构提出申诉。复核、申诉期间不停止执行。"
        ),
    }


def _opinion(ctx: FormContext) -> Document | None:
    id_ = ctx.record.opinion_id if ctx.record else None
    return ctx.paper(id_)


OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    "late_reason": late_reason,
    "working_group": working_group,
    "start_decision": start_decision,
    "accountability_notice": accountability_notice,
    "account_defence": account_defence,
    "accountability_opinion": accountability_opinion,
    "consultation_reply": consultation_reply,
    "opinion_submission": opinion_submission,
    "accountability_approval": accountability_approval,
    "accountability_decision": accountability_decision,
}
