"""B1–B5: self-evaluation, visit, urgent action, the public, deliberation (model: inspect)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import Conflict, Fault, Invalid
from engine.package import StepContext
from engine.permission import parties
from supervision import cases, chronicle, clocks, documents, lapses, problems, visits
from supervision.documents import Recipient
from supervision.handlers import step
from supervision.problems import Card
from supervision.terms import (
    Audience,
    CaseStage,
    DeliveryMode,
    DocumentKind,
    LapseKind,
    OpinionMethod,
    ProblemClass,
    VisitKind,
)
from supervision.visits import Hearing


def submit_self_evaluation(ctx: StepContext) -> Mapping[str, Any]:
    """自评报告, no longer than the national rule of 2018 allows."""
    most = int(clocks.parameter(ctx.uow, "self_evaluation.max_characters"))
    length = _length(ctx.values)
    if length > most:
        raise Invalid(
            f"自评报告不超过{most}字，现有{length}字，请压缩。",
            errors=[Fault(pointer="/achievements", detail="篇幅过长", code="too-long")],
        )
    case = step.case_of(ctx)
    step.take_in(ctx, case, DocumentKind.SELF_EVALUATION)
    cases.move(ctx.uow, case, CaseStage.SELF_EVALUATION)
    return {"self_evaluation_state": "submitted"}


def record_no_self_evaluation(ctx: StepContext) -> Mapping[str, Any]:
    """None came in time: recorded as non-cooperation, the case goes on without."""
    lapses.record(ctx.uow, step.case_of(ctx), LapseKind.NO_SELF_EVALUATION)
    return {"self_evaluation_state": "missing"}


def review_self_evaluation(ctx: StepContext) -> None:
    """What the group will look at; a false self-evaluation is a ground of its own (条例25)."""
    case = step.case_of(ctx)
    step.take_in(ctx, case, DocumentKind.SELF_EVALUATION_REVIEW, audience=Audience.INTERNAL)
    if step.flag(ctx, "is_false"):
        lapses.record(
            ctx.uow,
            case,
            LapseKind.FALSE_SELF_EVALUATION,
            text=step.text(ctx, "false_facts"),
        )


def record_visit(ctx: StepContext) -> Mapping[str, Any]:
    """The visit and its problem cards. An unannounced visit is the unit's first notice."""
    case = step.case_of(ctx)
    visit = visits.record(
        ctx.uow,
        case,
        kind=VisitKind.VISIT,
        started_on=step.day(ctx, "started_on"),
        ended_on=step.day(ctx, "ended_on"),
        place=step.text(ctx, "place"),
        text=step.text(ctx, "record"),
        people=step.ids(ctx, "inspectors"),
    )
    problems.write(ctx.uow, case, cards_of(step.rows(ctx, "problems")))
    step.take_in(ctx, case, DocumentKind.VISIT_RECORD, audience=Audience.INTERNAL)
    if case.is_unannounced:
        parties.notify(ctx.uow, ctx.instance.id, "unit")
    return {
        "visit_ended_on": step.iso(visit.ended_on),
        "danger_unordered": step.text(ctx, "danger") == "unordered",
    }


def cards_of(rows: Sequence[Mapping[str, Any]]) -> list[Card]:
    """Problem cards as a form holds them."""
    return [
        Card(
            id=str(row["problem_id"]) if row.get("problem_id") else None,
            title=str(row.get("title") or ""),
            facts=str(row.get("facts") or ""),
            basis=str(row.get("basis") or ""),
            requirement=str(row.get("requirement") or ""),
            limit_class=ProblemClass(str(row["limit_class"])) if row.get("limit_class") else None,
            severity=step.severity(row.get("severity")),
            is_safety=row.get("is_safety") is True,
            type=step.problem_type(row.get("type")),
        )
        for row in rows
    ]


def order_urgent_action(ctx: StepContext) -> None:
    """紧急整改通知, at once and by the inspector; harm to a minor is reported at once (未保法11)."""
    if step.flag(ctx, "concerns_minors") and not step.ids(ctx, "reported_to"):
        raise Conflict(
            "涉及未成年人的，应当立即向公安、民政或者教育部门报告，请登记报告情况。"
            "（依据：《未成年人保护法》第十一条）",
            code="minor-not-reported",
        )
    case = step.case_of(ctx)
    notice = step.write(
        ctx,
        case,
        DocumentKind.URGENT_ORDER,
        basis="《教育督导条例》第十五条",
        addressee_id=case.unit_id,
        audience=Audience.UNIT,
    )
    documents.issue(ctx.uow, notice)
    documents.deliver(
        ctx.uow,
        notice,
        [Recipient(organisation_id=id_) for id_ in step.unit_and_superior(case)],
        mode=DeliveryMode.DIRECT,
    )
    for organisation_id in step.unit_and_superior(case):
        step.tell(ctx, organisation_id)
    chronicle.note(
        ctx.uow,
        ctx.instance.id,
        "urgent.ordered",
        "发出紧急整改通知，请办公室负责人关注",
        document_id=notice.id,
        reported_to=step.ids(ctx, "reported_to"),
    )


def gather_public_opinion(ctx: StepContext) -> None:
    """Pupils, parents and teachers were heard (条例19)."""
    case = step.case_of(ctx)
    visits.hear_public(
        ctx.uow,
        case,
        [
            Hearing(
                method=OpinionMethod(str(row["method"])),
                held_on=step.as_day(row.get("held_on")) or ctx.uow.today,
                participants=int(row.get("participants") or 0),
                groups=tuple(str(group) for group in row.get("groups") or ()),
                managers_left=row.get("managers_left") is True,
                summary=str(row.get("summary") or ""),
            )
            for row in step.rows(ctx, "hearings")
        ],
    )
    step.take_in(ctx, case, DocumentKind.PUBLIC_OPINION_SUMMARY, audience=Audience.INTERNAL)


def deliberate(ctx: StepContext) -> Mapping[str, Any]:
    """评议: hard-stops of 条例18 and 19; the group's list of problems replaces the visit's."""
    case = step.case_of(ctx)
    deliberated_on = step.day(ctx, "deliberated_on")
    visits.deliberate(
        ctx.uow,
        case,
        deliberated_on=deliberated_on,
        attended=len(step.ids(ctx, "participants")),
        agreed=int(ctx.values.get("votes_for") or 0),
    )
    problems.write(ctx.uow, case, cards_of(step.rows(ctx, "problems")))
    record = step.take_in(ctx, case, DocumentKind.DELIBERATION_RECORD, audience=Audience.INTERNAL)
    return {
        "deliberated_on": deliberated_on.isoformat(),
        "preliminary_opinion_id": record.id,
    }


def _length(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_length(item) for item in value.values())
    if isinstance(value, list):
        return sum(_length(item) for item in value)
    return 0
