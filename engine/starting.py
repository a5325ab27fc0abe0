"""A person starts a case with the family's start form.

Handlers and messages start instances by `instances.start`; this is the door for people, who bring
their own organisation into the case: in the relation that their role in the family has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import instances, store
from engine.errors import Fault, Invalid
from engine.package import ProcessPackage
from engine.permission import access
from engine.permission.parties import Party
from engine.record import protection
from engine.record.protection import Sealed
from engine.repository import definitions
from engine.tables import Instance, StartEntry
from engine.unit_of_work import UnitOfWork
from forms import validation
from forms.definition import Form


def start_form(uow: UnitOfWork, package: ProcessPackage) -> Form | None:
    """The form that starts an instance, as deployed last. NotFound before the first deployment."""
    if package.start_form is None:
        return None
    definition = definitions.latest(uow, package.manifest.start)
    return store.bundle(uow, definition.deployment_id).forms[package.start_form]


def start_data(uow: UnitOfWork, package: ProcessPackage) -> dict[str, Any]:
    """What the start form chooses from, for this actor."""
    return dict(package.start_data(uow)) if package.start_data is not None else {}


def by_person(
    uow: UnitOfWork,
    family: str,
    values: Mapping[str, Any],
    *,
    business_key: str | None = None,
    title: str = "",
) -> Instance:
    """Check the values against the start form and start an instance with them as its variables.

    Invalid for an unknown family or values that do not fit; NotAllowed for who may not start one;
    Conflict for a business key in use.
    """
    package = uow.engine.packages.get(family)
    if package is None:
        fault = Fault(pointer="/family", detail="没有这类流程。", code="unknown-family")
        raise Invalid("没有发起。", errors=[fault], code="unknown-family")
    access.require_act(uow, package, "start")
    sealed = _checked(uow, package, values)
    if package.opener is not None:
        instance = package.opener(uow, sealed.values)
    else:
        instance = instances.start(
            uow,
            family,
            business_key=business_key,
            title=title.strip() or f"{package.manifest.name}：{uow.actor.name}",
            variables=sealed.values,
            related=_own_parties(uow, package),
        )
    protection.attach(uow, sealed, instance.id)
    uow.session.add(StartEntry(instance_id=instance.id, content=sealed.values))
    return instance


def _checked(uow: UnitOfWork, package: ProcessPackage, values: Mapping[str, Any]) -> Sealed:
    form = start_form(uow, package)
    if form is None:
        return Sealed(values=dict(values))
    checked = validation.check(form, values, context=start_data(uow, package), now=uow.now)
    if checked.faults:
        raise Invalid(
            f"表单有 {len(checked.faults)} 处需要改正，没有发起。",
            errors=[
                Fault(pointer=f"/values{fault.pointer}", detail=fault.detail, code=fault.code)
                for fault in checked.faults
            ],
            code="form-invalid",
        )
    return protection.seal(uow, form, checked.values, family=package.family, keep=True)


def _own_parties(uow: UnitOfWork, package: ProcessPackage) -> list[Party]:
    roles = package.manifest.roles
    return [
        Party(relation=relation, organisation_id=organisation_id)
        for relation, organisation_id in dict.fromkeys(
            (roles[post.group].relation, post.organisation_id)
            for post in uow.actor.posts
            if post.group in roles
        )
    ]
