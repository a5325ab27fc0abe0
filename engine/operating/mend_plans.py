"""What an operator may do to one running case: each act checked, then carried out.

Mending is not acting: it completes no task, records no decision and passes no hard-stop. Nothing passes
an element whose handler is a guard or that the family's manifest names in `fixed`; only a jump passes
a task of a person, and never one that must be decided by a person. What runs by itself after a mend
runs as the system.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import advance, instances, jobs, store
from engine.actor import Actor
from engine.advance import Step
from engine.errors import Conflict, Fault, Invalid, NotFound, ProcessFault
from engine.spiff import jumps, moves
from engine.spiff.model import Element
from engine.states import IncidentState, InstanceState
from engine.tables import Incident, Instance
from engine.unit_of_work import UnitOfWork

#: What each act is called.
ACTS: Mapping[str, str] = {
    "edit_variable": "修改流程变量",
    "skip": "跳过故障步骤",
    "move": "移动流程位置",
    "jump": "自由跳转",
    "resume": "恢复案件",
    "cancel": "终止案件",
}

_NAME = re.compile(r"[^\W\d]\w{0,99}\Z")
#: Variables are thin: keys and decisions.
MOST_BYTES = 20_000

FindRoutes = Callable[[moves.Standing, moves.IsFixed], list[moves.Route]]
#: How a token is put elsewhere: the ways there are, and what is said where none leads there.
_ROUTES: Mapping[str, tuple[FindRoutes, str]] = {
    "move": (
        moves.routes,
        "只能退回到它走过的步骤（中间没有并行分支、不得越过的关口），"
        "或越过它正在等待的定时、消息到紧接着的步骤。",
    ),
    "jump": (
        jumps.routes,
        "自由跳转不能越过并行网关、子流程、不得越过的关口和必须由人作出的决定。",
    ),
}

#: Who runs what follows a mend: the operator signs none of it.
RUNS = Actor.system("mending")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One act on one case, with what that act needs."""

    act: str
    incident_id: str | None = None  # skip
    token_id: str | None = None  # move, jump
    target: str | None = None  # move, jump: an element's id
    variable: str | None = None  # edit_variable
    value: Any = None  # edit_variable

    def as_dict(self) -> dict[str, Any]:
        """As a proposal keeps it."""
        return asdict(self)


def carry_out(uow: UnitOfWork, instance: Instance, plan: Plan, *, reason: str) -> None:
    """Do it on a locked instance. Invalid for a plan that makes no sense, Conflict for one that the
    case does not permit now."""
    if plan.act == "edit_variable":
        _edit_variable(uow, instance, plan, reason)
    elif plan.act == "skip":
        _skip(uow, instance, plan)
    elif plan.act in _ROUTES:
        _move(uow, instance, plan, *_ROUTES[plan.act])
    elif plan.act == "resume":
        instances.resume(uow, instance.id, reason=reason)
    elif plan.act == "cancel":
        instances.cancel(uow, instance.id, reason=reason)
    else:
        raise _wrong("/act", "没有这种操作。", "unknown-act")


def as_system(uow: UnitOfWork) -> UnitOfWork:
    """The same transaction, for what runs by itself."""
    return replace(uow, actor=RUNS)


def fixed(step: Step) -> moves.IsFixed:
    """Whether nothing may pass an element: its handler is a guard, or a manifest names it."""
    package = step.uow.engine.package(step.instance.family)
    named = package.manifest.fixed | step.bundle.manifest.fixed

    def is_fixed(element: Element) -> bool:
        handlers = [package.handlers.get(name) for name in (element.handler, element.completion)]
        return element.id in named or any(h is not None and h.guard for h in handlers)

    return is_fixed


def routes(step: Step, act: str) -> dict[str, list[moves.Route]]:
    """Where each standing token may be moved, or may jump, by token id."""
    is_fixed = fixed(step)
    find, _ = _ROUTES[act]
    return {token.token_id: find(token, is_fixed) for token in moves.standing(step.workflow)}


def _edit_variable(uow: UnitOfWork, instance: Instance, plan: Plan, reason: str) -> None:
    if plan.variable is None or not _NAME.match(plan.variable):
        raise _wrong("/variable", "变量名应为字母、汉字或下划线开头的名称。", "bad-name")
    if len(store.encode({plan.variable: plan.value})) > MOST_BYTES:
        raise _wrong("/value", "变量的值过大。", "too-large")
    instances.set_variables(uow, instance.id, {plan.variable: plan.value}, reason=reason)


def _skip(uow: UnitOfWork, instance: Instance, plan: Plan) -> None:
    advance.require_active(instance)
    incident = _incident(uow, instance, plan)
    step = advance.begin(as_system(uow), instance)
    _require_skippable(step, incident.element_id)
    arrival = _failing_arrival(step, incident.element_id)
    if arrival == 0:
        raise Conflict(
            "这个步骤现在不再是出故障的地方：请先重试，再看结果。", code="not-failing-here"
        )
    step = advance.begin(step.uow, instance)
    moves.skip_failing(step.workflow, incident.element_id, arrival)
    advance.proceed(step)
    failing = step.fault.element_id if step.fault is not None else None
    if incident.state == IncidentState.OPEN and failing != incident.element_id:
        jobs.resolve(uow, incident)
    incident.resolved_by = uow.actor.user_id if incident.state != IncidentState.OPEN else None


def _incident(uow: UnitOfWork, instance: Instance, plan: Plan) -> Incident:
    query = sa.select(Incident).where(
        Incident.id == plan.incident_id, Incident.instance_id == instance.id
    )
    found = uow.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("这个案件没有这个异常。", code="incident-not-found")
    if found.state != IncidentState.OPEN:
        raise Conflict("这个异常已经处理完毕。", code="incident-resolved")
    if found.job_id is not None:
        raise Conflict("这是后台作业的故障，不能跳过，只能重试。", code="skip-of-job")
    return found


def _require_skippable(step: Step, element_id: str) -> None:
    elements = [e for (_, key), e in step.bundle.elements.items() if key == element_id]
    if not elements or any(e.kind not in moves.AUTOMATIC for e in elements):
        raise Conflict(
            "只能跳过自动步骤；人的任务须由人办理，网关和事件不能跳过。", code="skip-not-automatic"
        )
    if any(map(fixed(step), elements)):
        raise Conflict(
            f"“{elements[0].name}”是不得越过的关口，不能跳过。请消除原因后重试。",
            code="skip-of-hard-stop",
        )


def _failing_arrival(step: Step, element_id: str) -> int:
    """By doing it behind a savepoint that is taken back."""
    uow = step.uow
    callbacks = uow.after_commit_mark()
    savepoint = uow.session.begin_nested()
    try:
        return moves.failing_arrival(step.workflow, element_id)
    finally:
        savepoint.rollback()
        uow.after_commit_forget(callbacks)


def _move(
    uow: UnitOfWork, instance: Instance, plan: Plan, find: FindRoutes, otherwise: str
) -> None:
    advance.require_active(instance)
    step = advance.begin(as_system(uow), instance)
    token = _token(step, plan.token_id)
    _require_target(step, token, plan.target or "")
    possible = find(token, fixed(step))
    route = next((r for r in possible if r.target.id == plan.target), None)
    if route is None:
        names = "、".join(f"“{r.target.name}”" for r in possible) or "（没有）"
        raise Conflict(f"不能移到那里。{otherwise}现在可以移到：{names}。", code="no-route")
    try:
        moves.move(token.task, route.target)
    except ProcessFault as fault:
        raise Conflict(f"不能移到那里：{fault.detail}", code="move-fails") from fault
    advance.proceed(step)


def _token(step: Step, token_id: str | None) -> moves.Standing:
    try:
        wanted = str(UUID(token_id or ""))
    except ValueError as error:
        raise _wrong("/token_id", "应为流程位置的编号。", "format") from error
    for token in moves.standing(step.workflow):
        if token.token_id == wanted:
            if moves.is_item(token.task):
                raise Conflict("多实例中的一项不能单独移动。", code="move-of-item")
            return token
    raise Conflict("流程已经不在这个位置，请刷新后再看。", code="token-gone")


def _require_target(step: Step, token: moves.Standing, target: str) -> None:
    """What the target is, and that it lies in the token's own process."""
    drawn = [e for (_, key), e in step.bundle.elements.items() if key == target]
    if not drawn:
        raise _wrong("/target", "流程图中没有这个元素。", "unknown-element")
    element = drawn[0]
    if element.kind.endswith("Gateway"):
        raise _wrong("/target", "不能移到网关上，请选择网关前后的步骤。", "move-onto-gateway")
    if element.is_multi or element.kind not in moves.TARGETS:
        raise _wrong(
            "/target", "只能移到单个的任务或等待的事件上，不能移入子流程或多实例。", "not-a-target"
        )
    own = getattr(token.task.workflow.spec.task_specs.get(target), "element", None)
    if own is None:
        raise _wrong("/target", "只能在同一个流程（子流程）之内移动。", "other-scope")


def allowed(instance: Instance) -> frozenset[str]:
    """What the case's state permits."""
    if instance.state == InstanceState.ACTIVE:
        return frozenset({"edit_variable", "move", "jump", "cancel"})
    return frozenset({"resume", "cancel"} if instance.state == InstanceState.SUSPENDED else ())


def _wrong(pointer: str, detail: str, code: str) -> Invalid:
    return Invalid(
        f"这样不能办理：{detail}",
        errors=[Fault(pointer=pointer, detail=detail, code=code)],
        code=code,
    )
