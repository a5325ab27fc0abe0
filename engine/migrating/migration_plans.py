"""Which element of one version becomes which of another: proposed, edited by hand, checked in words."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import Fault, Invalid
from engine.repository import comparison
from engine.spiff.drawn import Drawing, Drawn
from engine.states import InstanceState
from engine.tables import Activity, Instance
from engine.unit_of_work import UnitOfWork

RUNNING = (InstanceState.ACTIVE, InstanceState.SUSPENDED)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One element and what it becomes; `target` None: it has no place. `how`: same, proposed (by
    name: to be looked at), edited or none.
    """

    process: str
    source: str
    target: str | None
    how: str = "edited"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """From one version of a family to another. `instances` empty: all that run on the first."""

    from_id: str
    to_id: str
    pairs: tuple[Pair, ...]
    instances: tuple[str, ...] = ()

    @property
    def mapped(self) -> dict[tuple[str, str], str | None]:
        """The mapping as engine/spiff/transfer.py takes it."""
        return {(pair.process, pair.source): pair.target for pair in self.pairs}

    @property
    def digest(self) -> str:
        """SHA-256 of what the plan says, whatever the order of its pairs."""
        rows = sorted((p.process, p.source, p.target or "") for p in self.pairs)
        told = [self.from_id, self.to_id, rows, sorted(self.instances)]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "from": self.from_id,
            "to": self.to_id,
            "instances": list(self.instances),
            "pairs": [
                {"process": p.process, "source": p.source, "target": p.target, "how": p.how}
                for p in self.pairs
            ],
        }


@dataclass(frozen=True, kw_only=True)
class PlanFault:
    """What is wrong with a plan: where, why, and how to mend it."""

    process: str
    element: str
    rule: str
    detail: str
    mend: str


def read(document: Mapping[str, Any]) -> Plan:
    """The plan that `as_dict` wrote."""
    return Plan(
        from_id=document["from"],
        to_id=document["to"],
        pairs=tuple(Pair(**row) for row in document["pairs"]),
        instances=tuple(document.get("instances", ())),
    )


def propose(uow: UnitOfWork, from_id: str, to_id: str) -> Plan:
    """A plan by id, then by name; to be looked at and edited."""
    old, new = _drawings(uow, from_id, to_id)
    return Plan(from_id=from_id, to_id=to_id, pairs=tuple(_pairs(old, new)))


def _drawings(uow: UnitOfWork, from_id: str, to_id: str) -> tuple[Drawing, Drawing]:
    old, new = comparison.deployment(uow, from_id), comparison.deployment(uow, to_id)
    if old.family != new.family or old.id == new.id:
        raise Invalid("迁移须在同一流程族的两个不同版本之间。", code="other-family")
    return comparison.drawing(uow, old.id), comparison.drawing(uow, new.id)


def _pairs(old: Drawing, new: Drawing) -> Iterator[Pair]:
    free: dict[tuple[str, str, str], list[str]] = {}
    for element in new.elements.values():
        if (element.process, element.id) not in old.elements:
            free.setdefault((element.process, element.kind, element.name), []).append(element.id)
    for key, element in old.elements.items():
        same = new.elements.get(key)
        named = free.get((element.process, element.kind, element.name), [])
        target, how = None, "none"
        if same is not None and same.kind == element.kind:
            target, how = same.id, "same"
        elif same is None and len(named) == 1:
            target, how = named.pop(), "proposed"
        yield Pair(process=element.process, source=element.id, target=target, how=how)


def check(uow: UnitOfWork, plan: Plan) -> list[PlanFault]:
    """Everything that is wrong with a plan; empty when it may be proposed."""
    old, new = _drawings(uow, plan.from_id, plan.to_id)
    found = [*_twice(plan), *_loops(plan)]
    for pair in plan.pairs:
        found += _pair_faults(pair, old, new, plan.mapped)
    return found + list(_lost(uow, plan, old))


def require(uow: UnitOfWork, plan: Plan) -> None:
    """Invalid with everything that is wrong with the plan."""
    if faults := check(uow, plan):
        errors = [
            Fault(pointer=f"/pairs/{f.process}/{f.element}", detail=f.detail + f.mend, code=f.rule)
            for f in faults
        ]
        raise Invalid(
            f"迁移方案有{len(faults)}处问题，案件都没有变动。", code="plan-faults", errors=errors
        )


def _twice(plan: Plan) -> Iterator[PlanFault]:
    sources = Counter((p.process, p.source) for p in plan.pairs)
    targets = Counter((p.process, p.target) for p in plan.pairs if p.target is not None)
    for (process, source), times in sources.items():
        if times > 1:
            detail = f"“{source}”在方案里写了{times}次。"
            yield _fault(process, source, "listed-twice", detail, "请只留一行。")
    for (process, target), times in targets.items():
        if times > 1:
            detail = f"有{times}个环节都对应到“{target}”。"
            yield _fault(process, str(target), "twice", detail, "请让每个环节各有一个去处。")


def _loops(plan: Plan) -> Iterator[PlanFault]:
    """a becomes b and b becomes a: surely a slip, and nobody could read the history after it."""
    goes = {(p.process, p.source): (p.process, p.target) for p in plan.pairs if p.target}
    told: set[tuple[str, str]] = set()
    for start in goes:
        seen = [start]
        while (ahead := goes.get(seen[-1])) is not None and ahead not in seen:
            seen.append(ahead)
        if len(seen) > 1 and ahead == start and start not in told:
            told |= set(seen)
            ring = "→".join(each[1] for each in [*seen, start])
            yield _fault(*start, "loop", f"方案里有循环：{ring}。", "请去掉其中一行。")


def _pair_faults(
    pair: Pair, old: Drawing, new: Drawing, mapped: Mapping[tuple[str, str], str | None]
) -> Iterator[PlanFault]:
    before = old.elements.get((pair.process, pair.source))
    if before is None:
        detail = f"旧版本里没有环节“{pair.source}”。"
        yield _fault(pair.process, pair.source, "unknown-element", detail, "请删去这一行。")
        return
    if pair.target is None:
        return
    after = new.elements.get((pair.process, pair.target))
    if after is None:
        detail = f"新版本的这个流程里没有环节“{pair.target}”。"
        yield _fault(pair.process, pair.source, "unknown-element", detail, "请另选一个。")
        return
    told = f"“{before.name}”（{before.id}）→“{after.name}”（{after.id}）"
    if after.is_gateway and not before.is_gateway:
        detail, mend = f"{told}：办理位置不能放到网关上。", "请选网关之前或之后的环节。"
        yield _fault(pair.process, pair.source, "onto-gateway", detail, mend)
    elif before.kind != after.kind or _event(before) != _event(after):
        detail, mend = f"{told}：两者类型不同。", "请选同一类型的环节。"
        yield _fault(pair.process, pair.source, "other-kind", detail, mend)
    if before.properties.get("multi") != after.properties.get("multi"):
        detail = f"{told}：一个是逐项办理，另一个不是（或方式不同）。"
        mend = "请选逐项方式相同的环节，或等案件走过这一步。"
        yield _fault(pair.process, pair.source, "multi-instance", detail, mend)
    scope = before.scope if before.scope == pair.process else mapped.get(
        (pair.process, before.scope), None
    )  # fmt: skip
    if scope != after.scope:
        detail, mend = f"{told}：不能移入或移出子流程。", "请选同一子流程里的环节。"
        yield _fault(pair.process, pair.source, "sub-process", detail, mend)
    called = before.properties.get("calledElement"), after.properties.get("calledElement")
    if called[0] != called[1]:
        detail, mend = f"{told}：调用的是另一个流程。", "请等被调用的流程办完再迁移。"
        yield _fault(pair.process, pair.source, "called-process", detail, mend)


def _event(element: Drawn) -> tuple[bool, ...]:
    return tuple(key in element.properties for key in ("timer", "message", "error", "terminate"))


def _lost(uow: UnitOfWork, plan: Plan, old: Drawing) -> Iterator[PlanFault]:
    """Elements where tokens stand now and that have no place."""
    query = (
        sa.select(
            Activity.process_key,
            Activity.element_id,
            sa.func.count(sa.distinct(Activity.instance_id)),
        )
        .where(Activity.state == "active", Activity.instance_id.in_(selected(plan)))
        .group_by(Activity.process_key, Activity.element_id)
        .order_by(Activity.process_key, Activity.element_id)
    )
    mapped = plan.mapped
    for process, element_id, cases in uow.session.execute(query):
        if mapped.get((process, element_id)) is None:
            drawn = old.elements.get((process, element_id))
            name = drawn.name if drawn is not None else element_id
            detail = f"有{cases}个案件正在“{name}”办理，方案里它没有去处。"
            mend = "请为它指定一个同类环节，或不选这些案件。"
            yield _fault(process, element_id, "no-place", detail, mend)


def selected(plan: Plan) -> sa.Select[str]:
    """The ids of the instances that a plan means, as they are now."""
    query = sa.select(Instance.id).where(
        Instance.deployment_id == plan.from_id, Instance.state.in_(RUNNING)
    )
    return query.where(Instance.id.in_(plan.instances)) if plan.instances else query


def page(
    uow: UnitOfWork, plan: Plan, *, after: str | None = None, limit: int = 50
) -> Sequence[Instance]:
    """The instances that a plan means, by id; `after` is the last one seen."""
    query = sa.select(Instance).where(Instance.id.in_(selected(plan)))
    if after is not None:
        query = query.where(Instance.id > after)
    return uow.session.scalars(query.order_by(Instance.id).limit(limit)).all()


def _fault(process: str, element: str, rule: str, detail: str, mend: str) -> PlanFault:
    return PlanFault(process=process, element=element, rule=rule, detail=detail, mend=mend)
