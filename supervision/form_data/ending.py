"""Forms of remedies, monitoring and the archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from supervision import (
    accountability,
    appeals,
)
from supervision.form_data import wording
from supervision.form_data.context import FormContext
from supervision.form_data.shared import Facts, iso, number
from supervision.handlers.remedy import served_with
from supervision.terms import (
    AccountabilityState,
)


def monitoring(ctx: FormContext) -> Facts:
    """The decision and its measures."""
    decided = [r for r in accountability.of_case(ctx.uow, ctx.case.id) if r.issued_on]
    paper = ctx.paper(decided[-1].decision_id if decided else None)
    return {"decision_no": number(paper), "measures_text": wording.sanctions_text(paper)}


def archive(ctx: FormContext) -> Facts:
    """Whether remedies are over."""
    decided = [r for r in accountability.of_case(ctx.uow, ctx.case.id) if r.issued_on]
    if not decided:
        state = "没有问责决定"
    elif appeals.pending(ctx.uow, ctx.case.id):
        state = "复核、申诉尚未终结"
    else:
        ends = max(r.remedies_end_on for r in decided if r.remedies_end_on)
        state = f"救济已于{ends}终结"
    return {"remedy_state": state, "archived_on": ctx.uow.today.isoformat()}


def remedy(ctx: FormContext) -> Facts:
    """What the object asks for, and who decides."""
    row = ctx.remedy
    if row is None:
        return {}
    return {"request": row.request, "reasons": row.reasons, "upper_office_name": row.authority.name}


def appeal_application(ctx: FormContext) -> Facts:
    """The review decision that is appealed against."""
    paper = ctx.paper(ctx.remedy.decision_id if ctx.remedy else None)
    return {"review_decision_no": number(paper)}


def correction_decision(ctx: FormContext) -> Facts:
    """What the upper Office said, and who had the decision."""
    paper = ctx.paper(ctx.remedy.decision_id if ctx.remedy else None)
    served = served_with(ctx.uow, ctx.record) if ctx.record else []
    return {
        "appeal_decision_no": number(paper),
        "correction": ctx.remedy.result if ctx.remedy else None,
        "recipients": served,
    }


def remedy_application(ctx: FormContext) -> Facts:
    """Until when each remedy is open."""
    row = ctx.record
    if row is None or row.state == AccountabilityState.REVOKED:
        return {}
    known = appeals.facts(ctx.uow, row)
    return {
        "received_on": iso(row.received_on),
        "review_until": known.review_until.isoformat(),
        "appeal_until": known.direct_appeal_until.isoformat(),
    }


OF_FORM: Mapping[str, Callable[[FormContext], Facts]] = {
    "monitoring": monitoring,
    "archive": archive,
    "review_decision": remedy,
    "appeal_decision": remedy,
    "outside_appeal": remedy,
    "appeal_application": appeal_application,
    "correction_decision": correction_decision,
    "remedy_application": remedy_application,
}
