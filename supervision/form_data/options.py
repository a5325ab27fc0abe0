"""The lists that forms choose from, by the name that a form gives them (valuesKey)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import sqlalchemy as sa

from engine.tables import Organisation, Post, User
from engine.unit_of_work import UnitOfWork
from supervision import cases, hard_stops, inspectors, organisations, problems, rules
from supervision.form_data.context import FormContext
from supervision.handlers.remedy import served_with
from supervision.terms import UnitKind

Option = dict[str, str]


def _options(pairs: Iterable[tuple[str, str]]) -> list[Option]:
    return [{"value": value, "label": label} for value, label in dict(pairs).items()]


def units(ctx: FormContext) -> list[Option]:
    """The units that the actor may open a case on; in a case, its own unit."""
    own = cases.of_instance(ctx.uow, ctx.task.instance_id)
    if own is not None:
        return _options([(own.unit_id, own.unit.name)])
    return units_of_offices(ctx.uow, cases.may_open(ctx.uow))


def units_of_offices(uow: UnitOfWork, office_ids: Iterable[str]) -> list[Option]:
    """The units that these Offices supervise."""
    return _options(
        (row.organisation_id, row.organisation.name)
        for office_id in office_ids
        for row in organisations.units_of(uow, office_id)
    )


def serving_inspectors(ctx: FormContext) -> list[Option]:
    """Who may join the group: serving, not tied to the unit, not recused."""
    return _options((row.id, row.name) for row in inspectors.available(ctx.uow, ctx.case))


def group_members(ctx: FormContext) -> list[Option]:
    """The members of the group, by user."""
    members = hard_stops.group_of(ctx.uow, ctx.case.id)
    return _options((m.inspector.user_id, m.inspector.name) for m in members)


def member_units(ctx: FormContext) -> list[Option]:
    """The member units of the committee, with what is naturally theirs."""
    return _options(
        (row.organisation_id, _with(row.organisation.name, row.matters))
        for row in organisations.members_of(ctx.uow, ctx.case.committee_id)
    )


def ledger(ctx: FormContext) -> list[Option]:
    """The problems of the case."""
    rows = problems.of_case(ctx.uow, ctx.case.id)
    return _options((row.id, f"{row.seq}. {row.title}") for row in rows)


def failing(ctx: FormContext) -> list[Option]:
    """The problems that are not settled."""
    rows = problems.of_case(ctx.uow, ctx.case.id)
    return _options(
        (row.id, f"{row.seq}. {row.title}") for row in rows if row.state not in problems.SETTLED
    )


def authorities(ctx: FormContext) -> list[Option]:
    """Party committee, government and superior of the unit (9.2c)."""
    subject = ctx.measure.subject_id if ctx.measure is not None else ctx.case.unit_id
    told = organisations.addressees(ctx.uow, subject)
    return _options((id_, ctx.organisation(id_)) for id_ in told.ids)


def recipients(ctx: FormContext) -> list[Option]:
    """Who is served: as the draft says, or whoever had the decision."""
    ids = [str(id_) for id_ in ctx.variables.get("recipients") or []]
    if ctx.record is not None and ctx.remedy is not None:
        ids = [*ids, *served_with(ctx.uow, ctx.record)]
    return _options((id_, ctx.organisation(id_)) for id_ in ids)


def organs(ctx: FormContext) -> list[Option]:
    """Organs that may decide what the Office only proposes; by name, for they act outside."""
    place = _place(ctx)
    named = [(organ, organ) for organ in dict.fromkeys(rules.COMPETENT_ORGANS.values())]
    members = [
        (row.organisation.name, row.organisation.name)
        for row in organisations.members_of(ctx.uow, ctx.case.committee_id)
    ]
    superior = [(n, n) for n in [ctx.organisation(ctx.case.superior_id)] if n]
    fixed = [(f"{place}{name}", f"{place}{name}") for name in ("人民检察院", "公安机关")]
    return _options([*superior, *members, *named, *fixed])


def appraisers(ctx: FormContext) -> list[Option]:
    """Who appraises and promotes: organisation department, superior, government."""
    place = _place(ctx)
    names = [
        f"中共{place}委组织部",
        ctx.organisation(ctx.case.superior_id),
        ctx.organisation(organisations.get(ctx.uow, ctx.case.committee_id).government_id),
    ]
    return _options((name, name) for name in names if name)


def people(ctx: FormContext) -> list[Option]:
    """Who works in the case's Office and committee: interviewers, group members."""
    rows = ctx.uow.session.execute(
        sa.select(User.id, User.name, Post.title)
        .join(Post, Post.user_id == User.id)
        .where(Post.organisation_id.in_([ctx.case.office_id, ctx.case.committee_id]))
        .where(Post.from_on <= ctx.uow.today)
        .where(sa.or_(Post.until_on.is_(None), Post.until_on >= ctx.uow.today))
        .where(User.is_active.is_(True))
        .order_by(User.name)
    ).all()
    return _options((row.id, _with(row.name, row.title)) for row in rows)


def aggravations(_ctx: FormContext) -> list[Option]:
    """The five grounds of aggravation."""
    return _options(rules.AGGRAVATIONS.items())


OPTIONS: Mapping[str, Callable[[FormContext], list[Option]]] = {
    "unit_options": units,
    "inspector_options": serving_inspectors,
    "member_options": group_members,
    "member_unit_options": member_units,
    "problem_options": ledger,
    "failing_problem_options": failing,
    "authority_options": authorities,
    "recipient_options": recipients,
    "organ_options": organs,
    "appraisal_organ_options": appraisers,
    "people_options": people,
    "aggravation_options": aggravations,
}


def _place(ctx: FormContext) -> str:
    committee = ctx.uow.session.get_one(Organisation, ctx.case.committee_id)
    region = ctx.uow.session.get(Organisation, committee.parent_id or "")
    while region is not None and region.kind != UnitKind.REGION:
        region = ctx.uow.session.get(Organisation, region.parent_id or "")
    return region.short_name if region is not None else ""


def _with(name: str, note: str) -> str:
    return f"{name}（{note}）" if note else name
