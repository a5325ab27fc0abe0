"""What a person may do with a running clock: `allowed_acts` of every deadline, and the acts.

`pause`, `resume` and `correct` are the family's to give (`ProcessPackage.acts["deadline"]`); more
time is asked for by whom the clock binds (engine/timing/extension_requests.py). Nobody who keeps out of the
case acts, and nobody in a case that does not run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from engine.errors import Conflict, NotAllowed
from engine.permission import sight
from engine.permission.standing import is_administrator
from engine.states import DeadlineState
from engine.tables import Deadline, ExtensionRequest
from engine.timing import ends, extension_requests, pauses

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: What each state of a clock leaves to do; who may is another question.
_LEGAL = {
    DeadlineState.OPEN: frozenset({"pause", "request_extension", "correct"}),
    DeadlineState.PAUSED: frozenset({"resume"}),
    DeadlineState.MISSED: frozenset({"correct"}),
}
_NOTHING: frozenset[str] = frozenset()


def allowed_acts(uow: UnitOfWork, rows: Sequence[Deadline]) -> dict[str, frozenset[str]]:
    """What the actor may do with each now, by id; the rows were read through engine/permission/access.py."""
    standing = _relations(uow, {row.instance_id for row in rows})
    return {row.id: _of(uow, row, standing.get(row.instance_id)) for row in rows}


def require(uow: UnitOfWork, deadline: Deadline, act: str) -> None:
    """NotAllowed unless the family gives the actor this act in this case, which must be active."""
    relations = _relations(uow, {deadline.instance_id}).get(deadline.instance_id)
    if relations is None or act not in _by_rule(uow, deadline):
        raise NotAllowed("您的岗位现在不能对这项期限这样办理。", act=act)


def pause(uow: UnitOfWork, deadline_id: str, *, reason: str) -> Deadline:
    """Stop the clock; see `pauses.pause`."""
    row = ends.held(uow, deadline_id)
    require(uow, row, "pause")
    return pauses.pause(uow, row, reason=reason)


def resume(uow: UnitOfWork, deadline_id: str, *, reason: str) -> Deadline:
    """Let it go on; see `pauses.resume`."""
    row = ends.held(uow, deadline_id)
    require(uow, row, "resume")
    return pauses.resume(uow, row, reason=reason)


def request_extension(
    uow: UnitOfWork, deadline_id: str, *, until_on: date, reason: str
) -> ExtensionRequest:
    """Ask for more time; see `extension_requests.ask`."""
    row = ends.held(uow, deadline_id)
    relations = _relations(uow, {row.instance_id}).get(row.instance_id)
    if relations is None:
        raise Conflict("您在这个案件里不能申请延期，或者案件已经暂停、办结。", code="not-active")
    return extension_requests.ask(uow, row, until_on=until_on, reason=reason, relations=relations)


def _of(uow: UnitOfWork, row: Deadline, relations: Collection[str] | None) -> frozenset[str]:
    legal = _LEGAL.get(DeadlineState(row.state), _NOTHING)
    if relations is None or not legal:
        return _NOTHING
    acts = legal & _by_rule(uow, row)
    if not row.rule.pausable or uow.now >= row.due_at:
        acts -= {"pause"}
    if "request_extension" in legal and extension_requests.why_not(uow, row, relations) is None:
        acts |= {"request_extension"}
    return acts


def _relations(uow: UnitOfWork, instance_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """How the actor stands to these instances, where they run and the actor may act in them."""
    if uow.actor.is_system or is_administrator(uow.actor):
        return {}
    return {
        key: frozenset(party.relation for party, _ in view.related)
        for key, view in sight.of_instances(uow, instance_ids).items()
        if view.is_active and not view.is_recused
    }


def _by_rule(uow: UnitOfWork, row: Deadline) -> frozenset[str]:
    package = uow.engine.packages.get(row.rule.family)
    rule = package.acts.get("deadline") if package is not None else None
    return _NOTHING if rule is None else frozenset(rule(uow, row))
