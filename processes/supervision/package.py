"""The family of the accountability chain: its models, and the domain behind their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from engine.package import ProcessPackage
from engine.permission import access
from engine.tables import Deadline, Instance
from engine.unit_of_work import UnitOfWork
from supervision import cases, dossier, items, problems
from supervision.form_data import form_data, start_data
from supervision.handlers import HANDLERS, JOBS
from supervision.handlers.preparation import opening_of
from supervision.tables import Document, SupervisionCase
from supervision.terms import CaseStage

#: Posts that may suspend and resume a case of their Office.
_HEADS = frozenset({"city_office_head", "district_office_head"})
#: Posts that handle cases of their Office.
_STAFF = frozenset({"office_staff", "district_office"})


def _family_acts(uow: UnitOfWork, _package: ProcessPackage) -> Iterable[str]:
    """Who may open a case: the staff and heads of an Office."""
    return ("start",) if cases.may_open(uow) else ()


def _instance_acts(uow: UnitOfWork, instance: Instance) -> Iterable[str]:
    """The head of the case's Office may freeze it; who opened it withdraws it before its approval.

    An approved case ends by its own steps alone (procedure 9.4 has no other end): the states after
    立项 are duties of the Office, and no post of the Office may drop them. A remedy and a joint duty
    are nobody's to withdraw.
    """
    case = cases.of_instance(uow, instance.id)
    if case is None:
        return ()
    acts = []
    if any(p.group in _HEADS and p.organisation_id == case.office_id for p in uow.actor.posts):
        acts += ["suspend", "resume"]
    is_starter = uow.actor.user_id is not None and instance.started_by == uow.actor.user_id
    if is_starter and case.stage == CaseStage.DRAFT:
        acts.append("cancel")
    return acts


def _document_acts(uow: UnitOfWork, document: Document) -> Iterable[str]:
    """The head of the case's Office changes whether an issued document is made public."""
    if document.issued_on is None:
        return ()
    case = uow.session.get_one(SupervisionCase, document.case_id)
    is_head = any(
        p.group in _HEADS and p.organisation_id == case.office_id for p in uow.actor.posts
    )
    instance = uow.session.get_one(Instance, case.instance_id)
    return ("disclose",) if is_head and "internal" in access.audiences(uow, instance) else ()


def _deadline_acts(uow: UnitOfWork, deadline: Deadline) -> Iterable[str]:
    """The heads of the case's Office pause and resume a clock; its people correct one, by twos."""
    case = cases.of_instance(uow, deadline.instance_id)
    if case is None:
        return ()
    groups = {p.group for p in uow.actor.posts if p.organisation_id == case.office_id}
    acts = ["pause", "resume"] if groups & _HEADS else []
    return [*acts, "correct"] if groups & (_HEADS | _STAFF) else acts


def _open(uow: UnitOfWork, values: Mapping[str, Any]) -> Instance:
    """Open a case from the start form: the row and the instance come together."""
    case = cases.open(uow, opening_of(values))
    return case.instance


PACKAGE = ProcessPackage(
    root=files("processes.supervision"),
    forms_root=files("forms") / "supervision",
    handlers=HANDLERS,
    listeners=(problems.follow_clock,),
    jobs=JOBS,
    form_data=form_data,
    item_name=items.name_of,
    document_events=frozenset({"document.issued", "document.handed_in"}),
    start_form="supervision/case_opening",
    start_data=start_data,
    opener=_open,
    at_stage=dossier.at_stage,
    find_papers=dossier.find_papers,
    acts={
        "family": _family_acts,
        "instance": _instance_acts,
        "document": _document_acts,
        "deadline": _deadline_acts,
    },
)
