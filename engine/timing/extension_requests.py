"""More time on request: whoever is bound asks before the end, a post that the rule names decides.

How often, by whom and how long is data of each rule (`extensions`), and the same questions are asked
for an extension that a step of the process grants (`require_admissible`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration import parameters
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.permission import sight
from engine.permission.standing import is_administrator
from engine.states import DeadlineState, ExtensionState
from engine.tables import Deadline, DeadlineRule, ExtensionRequest
from engine.timing import ends, extensions, lapses, reckoning

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

_LONGEST_NAME = 100


def ask(
    uow: UnitOfWork, deadline: Deadline, *, until_on: date, reason: str, relations: Collection[str]
) -> ExtensionRequest:
    """Ask for more time. The caller holds the instance lock and has read how the actor stands.

    Conflict after the end, beyond the number that the rule grants, or while one waits; Invalid for
    a day that is not later or too far, and without a reason. Nothing is changed then.
    """
    refusal = why_not(uow, deadline, relations)
    if refusal is not None:
        raise refusal
    if uow.actor.user_id is None:
        raise NotAllowed("只有人才能申请延期。", code="no-person")
    if not reason.strip():
        fault = Fault(pointer="/reason", detail="请写明延期理由。", code="required")
        raise Invalid("延期申请没有提出。", errors=[fault])
    require_admissible(
        uow,
        deadline.rule,
        ends_on=deadline.due_on,
        is_over=uow.now >= deadline.due_at,
        granted=_granted(uow, deadline),
        until_on=until_on,
        first_end=_first_end(deadline),
    )
    row = ExtensionRequest(
        deadline_id=deadline.id,
        until_on=until_on,
        reason=reason.strip(),
        asked_by=uow.actor.user_id,
        asked_by_name=uow.actor.signature[:_LONGEST_NAME],
        asked_stand_in_id=uow.actor.stand_in_id,
        asked_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    _tell(uow, row, deadline, "deadline.extension_requested", row.reason)
    return row


def decide(
    uow: UnitOfWork, request_id: str, *, is_granted: bool, until_on: date | None, opinion: str
) -> ExtensionRequest:
    """Grant it, for the day asked for or another, or turn it down. Never who asked.

    A stand-in decides as the absent person could: both are on record, and what keeps either out
    keeps the act out.
    """
    row, deadline = _held(uow, request_id)
    if not may_decide(uow, row):
        own = _is_own(uow, row)
        raise NotAllowed(
            "申请人不能批准自己的延期申请。" if own else "您的岗位不能批准这项延期。",
            code="same-person" if own else "not-allowed",
        )
    if not opinion.strip():
        fault = Fault(pointer="/opinion", detail="请写明意见。", code="required")
        raise Invalid("没有办理：请写明意见。", errors=[fault])
    if is_granted:
        until = until_on or row.until_on
        # asked for in time, it is decided even where the end has passed since
        require_admissible(
            uow,
            deadline.rule,
            ends_on=deadline.due_on,
            is_over=False,
            granted=_granted(uow, deadline),
            until_on=until,
            first_end=_first_end(deadline),
        )
        extensions.extend(uow, deadline.id, to=until, reason=row.reason)
        row.granted_until_on = until
    row.state = ExtensionState.GRANTED if is_granted else ExtensionState.REFUSED
    row.opinion, row.decided_at = opinion.strip(), uow.now
    row.decided_by, row.decided_stand_in_id = uow.actor.user_id, uow.actor.stand_in_id
    row.decided_by_name = uow.actor.signature[:_LONGEST_NAME]
    kind = "deadline.extension_granted" if is_granted else "deadline.extension_refused"
    _tell(uow, row, deadline, kind, row.opinion)
    return row


def withdraw(uow: UnitOfWork, request_id: str) -> ExtensionRequest:
    """Take back what one asked for oneself."""
    row, deadline = _held(uow, request_id)
    if row.asked_by != uow.actor.user_id:
        raise NotAllowed("只有申请人能撤回延期申请。")
    row.state, row.decided_at = ExtensionState.WITHDRAWN, uow.now
    _tell(uow, row, deadline, "deadline.extension_withdrawn", "")
    return row


def of_deadlines(uow: UnitOfWork, ids: Collection[str]) -> dict[str, list[ExtensionRequest]]:
    """The requests for these deadlines, the oldest first. The deadlines were read by the actor."""
    found: dict[str, list[ExtensionRequest]] = {}
    query = sa.select(ExtensionRequest).where(ExtensionRequest.deadline_id.in_(list(ids)))
    for row in uow.session.scalars(query.order_by(ExtensionRequest.asked_at, ExtensionRequest.id)):
        found.setdefault(row.deadline_id, []).append(row)
    return found


def allowed_acts(uow: UnitOfWork, row: ExtensionRequest) -> frozenset[str]:
    """`grant` and `refuse`, or `withdraw`."""
    if row.state != ExtensionState.OPEN:
        return frozenset()
    if row.asked_by == uow.actor.user_id:
        return frozenset({"withdraw"})
    return frozenset({"grant", "refuse"} if may_decide(uow, row) else ())


def may_decide(uow: UnitOfWork, row: ExtensionRequest) -> bool:
    """A post that the rule names, in an organisation that reads what is internal, not recused."""
    if is_administrator(uow.actor) or _is_own(uow, row):
        return False
    told = row.deadline.rule.extensions or {}
    instance_id = row.deadline.instance_id
    view = sight.of_instances(uow, [instance_id])[instance_id]
    if view.is_recused:
        return False
    offices = {
        p.organisation_id for p, standing in view.related if "internal" in standing.audiences
    }
    return any(
        p.group in told.get("by", ()) and p.organisation_id in offices for p in uow.actor.posts
    )


def _is_own(uow: UnitOfWork, row: ExtensionRequest) -> bool:
    """Whether anybody who acts here asked for it, for themselves or in another's place."""
    return not uow.actor.persons.isdisjoint({row.asked_by, row.asked_stand_in_id})


def why_not(
    uow: UnitOfWork, deadline: Deadline, relations: Collection[str]
) -> Conflict | NotAllowed | None:
    """Why somebody in these relations cannot ask now; None where they can."""
    told = deadline.rule.extensions
    if told is None:
        return Conflict(f"“{deadline.rule.name}”不能申请延期。", code="extension-unknown")
    if told.get("in_process"):
        return Conflict("这项期限的延期请在案件的任务里申请。", code="extension-in-process")
    if deadline.rule.binds not in relations:
        return NotAllowed("只有受这项期限约束的一方能申请延期。")
    if deadline.state == DeadlineState.PAUSED:
        return Conflict("这项期限正在中止，恢复后再申请。", code="deadline-paused")
    if deadline.state != DeadlineState.OPEN or uow.now >= deadline.due_at:
        return _too_late(deadline.rule)
    if _granted(uow, deadline) >= most(uow, deadline.rule):
        return _used(uow, deadline.rule)
    if _waiting(uow, deadline) is not None:
        return Conflict("已有一项延期申请在等待决定。", code="extension-pending")
    return None


def require_admissible(
    uow: UnitOfWork,
    rule: DeadlineRule,
    *,
    ends_on: date,
    is_over: bool,
    granted: int,
    until_on: date | None = None,
    first_end: date | None = None,
) -> None:
    """What every extension must be, whoever grants it: before the end, not too often, not too long.

    `longest` counts from the `first_end`, before any extension.
    """
    if is_over:
        raise _too_late(rule)
    if granted >= most(uow, rule):
        raise _used(uow, rule)
    if until_on is None:
        return
    detail = ""
    longest = (rule.extensions or {}).get("longest")
    if until_on <= ends_on:
        detail = f"应晚于现在的期限{ends_on}。"
    elif longest is not None and until_on > (first_end or ends_on) + timedelta(days=longest):
        detail = f"最多延长{longest}日。"
    if detail:
        fault = Fault(pointer="/until_on", detail=detail, code="out-of-range")
        raise Invalid("延期后的日期不对。", errors=[fault])


def most(uow: UnitOfWork, rule: DeadlineRule) -> int:
    """How often the rule grants more time: its own number, or the parameter that holds it."""
    told: Any = (rule.extensions or {}).get("most", 0)
    return int(parameters.value(uow, rule.family, told) if isinstance(told, str) else told)


def _too_late(rule: DeadlineRule) -> Conflict:
    return Conflict(
        f"期限已经届满，不能再申请延期。（依据：{_ground(rule)}）", code="extension-late"
    )


def _used(uow: UnitOfWork, rule: DeadlineRule) -> Conflict:
    return Conflict(f"最多延期{most(uow, rule)}次，已经用完。", code="extension-used")


def _ground(rule: DeadlineRule) -> str:
    return reckoning.ground(rule).removeprefix("依据")


def _granted(uow: UnitOfWork, deadline: Deadline) -> int:
    return sum(segment["kind"] == "extension" for segment in deadline.segments)


def _first_end(deadline: Deadline) -> date:
    told = next((s for s in deadline.segments if s["kind"] == "extension"), None)
    return deadline.due_on if told is None else date.fromisoformat(told["from"])


def _waiting(uow: UnitOfWork, deadline: Deadline) -> ExtensionRequest | None:
    return uow.session.scalars(
        sa.select(ExtensionRequest).where(
            ExtensionRequest.deadline_id == deadline.id,
            ExtensionRequest.state == ExtensionState.OPEN,
        )
    ).one_or_none()


def _held(uow: UnitOfWork, request_id: str) -> tuple[ExtensionRequest, Deadline]:
    """The open request and its deadline, as they are now, the instance locked."""
    row = uow.session.get(ExtensionRequest, request_id)
    if row is None:
        raise NotFound("没有这项延期申请。", code="extension-not-found")
    deadline = ends.held(uow, row.deadline_id)
    uow.session.refresh(row)
    if row.state != ExtensionState.OPEN:
        raise Conflict("这项延期申请已经办结，请刷新后查看。", code="extension-decided")
    return row, deadline


def _tell(
    uow: UnitOfWork, row: ExtensionRequest, deadline: Deadline, kind: str, reason: str
) -> None:
    uow.record(
        kind,
        instance_id=deadline.instance_id,
        element_id=deadline.element_id or None,
        audience=deadline.audience,
        payload={
            **lapses.facts(deadline),
            "request": row.id,
            "until_on": row.until_on.isoformat(),
            "reason": reason,
        },
    )
