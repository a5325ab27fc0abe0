"""Rows of the domain as text for people to read: a document, a measure, a plan, a list of replies."""

from __future__ import annotations

from supervision import decisions, defences, documents, problems
from supervision.clocks import FAMILY
from supervision.form_data import labels
from supervision.form_data.context import FormContext
from supervision.form_data.options import OPTIONS
from supervision.handlers.deciding import sanction_lines
from supervision.tables import Document, Problem
from supervision.terms import (
    ConsultationReply,
    DefenceOutcome,
    DocumentKind,
    ProblemClass,
    RecheckResult,
)


def document_text(ctx: FormContext, document: Document | None) -> str:
    """A document as an approver reads it: the labels of its form with what was entered."""
    if document is None:
        return ""
    package = ctx.uow.engine.packages.get(FAMILY)
    schema = package.files.get(f"forms/{document.form_key}.json") if package else None

    def named(list_name: str) -> dict[str, str]:
        found = OPTIONS[list_name](ctx) if list_name in OPTIONS else []
        return {option["value"]: option["label"] for option in found}

    return labels.lines(schema, document.fields, named)


def opinion_text(ctx: FormContext) -> str:
    """问责意见 as member units and the chair read it."""
    row = ctx.record
    if row is None or row.opinion_id is None:
        return ""
    fields = documents.get(ctx.uow, row.opinion_id).fields
    sanctions = decisions.read_sanctions(fields.get("measures") or [])
    return (
        f"事实：{fields.get('facts') or ''}\n依据：{fields.get('basis') or ''}\n"
        f"措施：\n{sanction_lines(sanctions)}"
    )


def sanctions_text(document: Document | None) -> str:
    """The measures of an opinion or a decision."""
    if document is None:
        return ""
    return sanction_lines(decisions.read_sanctions(document.fields.get("measures") or []))


def consultation_text(ctx: FormContext) -> str:
    """Who answered what; silence is shown as 未反馈."""
    if ctx.record is None:
        return ""
    lines = []
    for row in decisions.consultations(ctx.uow, ctx.record.id):
        answer = ConsultationReply(row.reply).label if row.reply else "未答复"
        lines.append(f"{row.organisation.name}：{answer} {row.text}".rstrip())
    return "\n".join(lines)


def problem_title(row: Problem | None) -> str:
    """The item of the ledger."""
    return f"{row.seq}. {row.title}" if row is not None else ""


def verification_text(ctx: FormContext) -> str:
    """The rechecks of the problem, the last one first."""
    if ctx.problem is None:
        return ""
    return "\n".join(
        f"第{row.round}次（{row.checked_on}）{RecheckResult(row.result).label}：{row.opinion}"
        for row in reversed(problems.rechecks(ctx.uow, ctx.problem.id))
    )


def report_text(ctx: FormContext) -> str:
    """What the unit reported last."""
    last = problems.latest_report(ctx.uow, ctx.problem.id) if ctx.problem is not None else None
    if last is None:
        return ""
    return f"措施：{last.measure}\n结果：{last.result}\n余项：{last.remaining or '无'}"


def plan_text(ctx: FormContext) -> str:
    """The plan as handed in."""
    plan = documents.latest(ctx.uow, ctx.case.id, DocumentKind.RECTIFICATION_PLAN)
    if plan is None:
        return ""
    titles = {row.id: problem_title(row) for row in problems.of_case(ctx.uow, ctx.case.id)}
    return "\n".join(
        f"{titles.get(str(item.get('problem_id')), '')}：{item.get('measure') or ''}"
        f"（{item.get('lead_unit') or ''}，{item.get('responsible_person') or ''}，"
        f"{item.get('due_on') or ''}）"
        for item in plan.fields.get("items") or []
    )


def endorsement_text(ctx: FormContext) -> str:
    """What the superior said of the plan last."""
    paper = documents.latest(ctx.uow, ctx.case.id, DocumentKind.PLAN_ENDORSEMENT)
    return document_text(ctx, paper)


def defence_points(ctx: FormContext, document: Document | None) -> list[dict[str, str]]:
    """One row to answer for each point of a defence that was given."""
    defence = defences.of_document(ctx.uow, document.id) if document is not None else None
    if defence is None or defence.outcome != DefenceOutcome.GIVEN:
        return []
    return [{"point": line} for line in defence.content.splitlines() if line.strip()]


def class_label(value: str | None) -> str:
    """The class of a limit in words."""
    return ProblemClass(value).label if value else ""
