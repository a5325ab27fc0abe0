"""The family of the accountability chain: its models, and the domain behind their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from engine.package import ProcessPackage
from engine.tables import Instance
from engine.unit_of_work import UnitOfWork
from supervision import cases, items
from supervision.form_data import form_data, start_data
from supervision.handlers import HANDLERS, JOBS
from supervision.handlers.preparation import opening_of

#: Posts that may suspend, resume or cancel a case of their Office.
_HEADS = frozenset({"city_office_head", "district_office_head"})


def _family_acts(uow: UnitOfWork, _package: ProcessPackage) -> Iterable[str]:
    """Who may open a case: the staff and heads of an Office."""
    return ("start",) if cases.may_open(uow) else ()


def _instance_acts(uow: UnitOfWork, instance: Instance) -> Iterable[str]:
    """The head of the case's Office may stop and resume it; nobody cancels what law demands."""
    case = cases.of_instance(uow, instance.id)
    heads = case is not None and any(
        post.group in _HEADS and post.organisation_id == case.office_id for post in uow.actor.posts
    )
    return ("suspend", "resume", "cancel") if heads else ()


def _open(uow: UnitOfWork, values: Mapping[str, Any]) -> Instance:
    """Open a case from the start form: the row and the instance come together."""
    case = cases.open(uow, opening_of(values))
    return case.instance


PACKAGE = ProcessPackage(
    root=files("processes.supervision"),
    forms_root=files("forms") / "supervision",
    handlers=HANDLERS,
    jobs=JOBS,
    form_data=form_data,
    item_name=items.name_of,
    start_form="supervision/case_opening",
    start_data=start_data,
    opener=_open,
    acts={"family": _family_acts, "instance": _instance_acts},
)
