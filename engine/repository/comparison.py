"""What changed between two versions of a family, in words and as data.

Elements, flows, forms, decision tables, deadline parameters and the manifest are compared by meaning;
order, white space and the diagram come to one line at most (“图形”).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

import dmn
from dmn import model as decision_model
from engine import store
from engine.administration import duties
from engine.errors import Invalid, NotAllowed, NotFound
from engine.package import Manifest, digest, parse_manifest
from engine.spiff import cache, drawn
from engine.spiff.drawn import Drawing, Drawn, Flow
from engine.tables import Deployment, Resource
from engine.timing.periods import DeadlineDefault
from engine.unit_of_work import UnitOfWork
from forms import components as c
from forms.definition import Form, walk

T = TypeVar("T")

SUBJECTS = (
    "process",
    "element",
    "flow",
    "form",
    "decision",
    "deadline",
    "manifest",
    "diagram",
)

#: What a property is called in a sentence.
PROPERTY_NAMES = {
    "assignee": "办理人",
    "candidate_groups": "候选岗位",
    "candidate_users": "候选人员",
    "organisation": "办理单位",
    "form_key": "表单",
    "completion": "办结处理",
    "deadline": "期限",
    "deadline_from": "期限起算",
    "follow_up": "跟进日",
    "due_date": "到期日",
    "audience": "可见范围",
    "basis": "依据",
    "never_auto": "不自动办结",
    "separate_from": "须与之分开办理的环节",
    "sign_off": "会签方式",
    "priority": "优先级",
    "handler": "处理程序",
    "async_before": "异步",
    "decision": "决策",
    "result_variable": "结果变量",
    "map_result": "结果形式",
    "script": "脚本",
    "collection": "逐项集合",
    "element_variable": "逐项变量",
    "correlation": "消息对应值",
    "documentation": "说明",
    "mappings": "变量传递",
    "calledElement": "调用的流程",
    "attachedToRef": "所附环节",
    "cancelActivity": "是否中断",
    "timer": "定时",
    "message": "消息",
    "error": "错误",
    "terminate": "终止",
    "multi": "逐项方式",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change. `subject` is one of SUBJECTS, `what`: added, removed, renamed, moved, changed."""

    subject: str
    what: str
    process: str = ""
    id: str = ""
    property: str = ""
    before: str | None = None
    after: str | None = None
    sentence: str


def versions(uow: UnitOfWork, family: str) -> Sequence[Deployment]:
    """The deployments of a family, the newest first. NotAllowed for who may not compare them."""
    require_reader(uow, family)
    query = sa.select(Deployment).where(Deployment.family == family)
    return uow.session.scalars(query.order_by(Deployment.version.desc())).all()


def deployment(uow: UnitOfWork, deployment_id: str) -> Deployment:
    """One version that the actor may compare. NotFound."""
    found = uow.session.get(Deployment, deployment_id)
    if found is None:
        raise NotFound("没有这个版本。", code="deployment-not-found")
    require_reader(uow, found.family)
    return found


def compare(uow: UnitOfWork, old_id: str, new_id: str) -> list[Change]:
    """Every change from one version of a family to another. Invalid across families."""
    old, new = deployment(uow, old_id), deployment(uow, new_id)
    if old.family != new.family:
        raise Invalid("只能比较同一流程族的两个版本。", code="other-family")
    return _changes(_stored(uow, old), _stored(uow, new))


def compare_with(uow: UnitOfWork, old: Deployment, files: Mapping[str, bytes]) -> list[Change]:
    """Every change from a version of a family to files that are not deployed; they passed the checks."""
    require_reader(uow, old.family)
    return _changes(_stored(uow, old), _read(files))


def compare_files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Change]:
    """Every change between files that passed the checks."""
    return _changes(_read(before), _read(after))


@dataclass(frozen=True, kw_only=True)
class _Content:
    """What is compared of a version."""

    drawing: Drawing
    forms: Mapping[str, Form]
    decisions: Sequence[dmn.Decisions]
    manifest: Manifest
    digest: str


def _stored(uow: UnitOfWork, row: Deployment) -> _Content:
    bundle = store.bundle(uow, row.id)
    return _Content(
        drawing=drawing(uow, row.id),
        forms=bundle.forms,
        decisions=bundle.decisions,
        manifest=bundle.manifest,
        digest=row.digest,
    )


def _read(files: Mapping[str, bytes]) -> _Content:
    return _Content(
        drawing=drawn.read(files),
        forms=cache.forms_of(files),
        decisions=cache.decisions_of(files),
        manifest=parse_manifest(files["manifest.toml"], files.get("deadlines.toml")),
        digest=digest(files),
    )


def _changes(old: _Content, new: _Content) -> list[Change]:
    before, after = old.drawing, new.drawing
    found = [
        *_processes(before, after),
        *elements(before, after),
        *_flows(before, after),
        *_forms(old, new),
        *_decisions(old, new),
        *_deadlines(old, new),
        *_manifest(old, new),
    ]
    if before.shapes != after.shapes or (not found and old.digest != new.digest):
        sentence = "图形（排版）有调整。"
        found.append(Change(subject="diagram", what="changed", sentence=sentence))
    return found


def drawing(uow: UnitOfWork, deployment_id: str) -> Drawing:
    """What the model files of a version draw."""
    rows = uow.session.execute(
        sa.select(Resource.path, Resource.content)
        .where(Resource.deployment_id == deployment_id, Resource.kind == "bpmn")
        .order_by(Resource.path)
    )
    return drawn.read({row.path: row.content for row in rows})


def require_reader(uow: UnitOfWork, family: str) -> None:
    """NotAllowed for who has nothing to do with the family's models."""
    if duties.holds(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN):
        return
    package = uow.engine.packages.get(family)
    if package is None or uow.actor.groups.isdisjoint(package.manifest.second_persons):
        raise NotAllowed("您的岗位不能比较这个流程族的版本。", code="duty-required")


def _sides(old: Mapping[Any, T], new: Mapping[Any, T]) -> Iterator[tuple[T | None, T | None]]:
    """What is under the same key in both, in the order of the new one, then what is gone."""
    for key, value in new.items():
        yield old.get(key), value
    for key, value in old.items():
        if key not in new:
            yield value, None


def _processes(old: Drawing, new: Drawing) -> Iterator[Change]:
    for key in sorted({*old.processes, *new.processes}):
        before, after = old.processes.get(key), new.processes.get(key)
        if before != after:
            yield _told("process", before, after, id_=key, noun="流程", process=key)


def elements(old: Drawing, new: Drawing) -> Iterator[Change]:
    """What changed on elements."""
    for before, after in _sides(old.elements, new.elements):
        if before is not None and after is not None and before.kind == after.kind:
            yield from _element(before, after)
            continue
        if before is not None:
            yield _one("element", "removed", before, f"删去{_title(before)}。", before=before.name)
        if after is not None:
            yield _one("element", "added", after, f"新增{_title(after)}。", after=after.name)


def _element(old: Drawn, new: Drawn) -> Iterator[Change]:
    if old.name != new.name:
        sentence = f"“{old.name}”改名为“{new.name}”。"
        yield _one("element", "renamed", new, sentence, before=old.name, after=new.name)
    for noun, before, after in (("泳道", old.lane, new.lane), ("子流程", old.scope, new.scope)):
        if before != after:
            sentence = f"{_title(new)}从{noun}“{before}”移到“{after}”。"
            yield _one("element", "moved", new, sentence, before=before, after=after)
    for key in sorted({*old.properties, *new.properties}):
        value, other = old.properties.get(key), new.properties.get(key)
        if value != other:
            what = _sentence(PROPERTY_NAMES.get(key, key), value, other)
            yield _one(
                "element",
                "changed",
                new,
                f"{_title(new)}：{what}",
                property=key,
                before=value,
                after=other,
            )


def _title(element: Drawn) -> str:
    return f"“{element.name}”" + ("" if element.name == element.id else f"（{element.id}）")


def _one(subject: str, what: str, element: Drawn, sentence: str, **details: Any) -> Change:
    return Change(
        subject=subject,
        what=what,
        process=element.process,
        id=element.id,
        sentence=sentence,
        **details,
    )


def _sentence(noun: str, before: str | None, after: str | None) -> str:
    if before is None:
        return f"新增{noun}“{after}”。"
    if after is None:
        return f"去掉{noun}“{before}”。"
    return f"{noun}由“{before}”改为“{after}”。"


def _told(
    subject: str,
    before: str | None,
    after: str | None,
    *,
    id_: str,
    noun: str,
    process: str = "",
    property_: str = "",
) -> Change:
    what = "added" if before is None else "removed" if after is None else "changed"
    if property_ and subject != "decision":  # what it belongs to is on both sides
        what = "changed"
    return Change(
        subject=subject,
        what=what,
        process=process,
        id=id_,
        property=property_,
        before=before,
        after=after,
        sentence=_sentence(noun, before, after),
    )


def _flows(old: Drawing, new: Drawing) -> Iterator[Change]:
    names = {key: element.name for key, element in {**old.elements, **new.elements}.items()}

    def noun(flow: Flow) -> str:
        ends = [names.get((flow.process, end), end) for end in (flow.source, flow.target)]
        return f"连线“{ends[0]}→{ends[1]}”"

    for before, after in _sides(old.flows, new.flows):
        flow = after or before
        if flow is None:
            continue
        id_ = f"{flow.source}→{flow.target}"
        if before is None or after is None:
            what, verb = ("added", "新增") if before is None else ("removed", "删去")
            yield Change(
                subject="flow",
                what=what,
                process=flow.process,
                id=id_,
                sentence=f"{verb}{noun(flow)}。",
            )
            continue
        for key, word in (("condition", "条件"), ("name", "名称"), ("is_default", "默认")):
            value, other = (_plain(getattr(side, key)) for side in (before, after))
            if value != other:
                yield _told(
                    "flow",
                    value,
                    other,
                    id_=id_,
                    noun=f"{noun(flow)}的{word}",
                    process=flow.process,
                    property_=key,
                )


def _plain(value: object) -> str | None:
    if value in (None, "", False, (), {}):
        return None
    return "是" if value is True else str(value)


def _forms(old: _Content, new: _Content) -> Iterator[Change]:
    for key in sorted({*old.forms, *new.forms}):
        before, after = old.forms.get(key), new.forms.get(key)
        if before is None or after is None:
            yield _told(
                "form",
                None if before is None else key,
                None if after is None else key,
                id_=key,
                noun="表单",
            )
            continue
        for left, right in _sides(_fields(before), _fields(after)):
            yield from _field(key, left, right)


def _fields(form: Form) -> dict[str, c.Component]:
    return {each.key or f"#{each.id}": each for each in walk(form.components)}


def _field(form: str, old: c.Component | None, new: c.Component | None) -> Iterator[Change]:
    label = next((each.label or each.key or each.id for each in (new, old) if each), "")
    id_ = f"{form}/{next((each.key or each.id for each in (new, old) if each), '')}"
    if old is None or new is None:
        verb, what = ("新增", "added") if old is None else ("删去", "removed")
        sentence = f"表单 {form} {verb}栏目“{label}”。"
        yield Change(subject="form", what=what, id=id_, sentence=sentence)
        return
    left, right = _facts(old), _facts(new)
    for key in sorted({*left, *right}):
        if left.get(key) != right.get(key):
            yield _told(
                "form",
                left.get(key),
                right.get(key),
                id_=id_,
                noun=f"表单 {form} 栏目“{label}”的{_FIELD_WORDS.get(key, key)}",
                property_=key,
            )


_FIELD_WORDS = {
    "label": "名称",
    "type": "类型",
    "required": "是否必填",
    "required_if": "必填条件",
    "options": "选项",
    "read_only": "只读",
    "hide": "隐藏条件",
    "min_length": "最少字数",
    "max_length": "最多字数",
    "minimum": "最小值",
    "maximum": "最大值",
    "properties": "属性",
}


def _facts(component: c.Component) -> dict[str, str]:
    """What is said of a component, as text; what lies inside it is compared by itself."""
    found = {}
    for key, value in vars(component).items():
        if key in {"id", "key", "components"}:
            continue
        if isinstance(value, c.Options):
            value = value.values or value.key or value.expression
        source = getattr(value, "text", value)
        if isinstance(source, Mapping):
            source = "；".join(f"{name}={each}" for name, each in sorted(source.items()))
        elif isinstance(source, tuple):
            source = "、".join(str(each) for each in source)
        text = _plain(source)
        if text is not None:
            found[key] = text
    return found


def _decisions(old: _Content, new: _Content) -> Iterator[Change]:
    left, right = _tables(old), _tables(new)
    for key in sorted({*left, *right}):
        before, after = left.get(key), right.get(key)
        if before is None or after is None:
            yield _told(
                "decision",
                None if before is None else key,
                None if after is None else key,
                id_=key,
                noun="决策",
            )
            continue
        for part in sorted({*before, *after}, key=_in_order):
            if before.get(part) != after.get(part):
                yield _told(
                    "decision",
                    before.get(part),
                    after.get(part),
                    id_=key,
                    noun=f"决策“{key}”的{part}",
                    property_=part,
                )


def _in_order(part: str) -> tuple[str, int, str]:
    word, _, rest = part.partition(" ")
    return word, int(rest) if rest.isdecimal() else 0, part


def _tables(content: _Content) -> dict[str, dict[str, str]]:
    return {
        id_: _logic(decision.logic)
        for decisions in content.decisions
        for id_, decision in decisions.graph.decisions.items()
    }


def _logic(logic: Any) -> dict[str, str]:
    """The parts of a decision under the names that people give them."""
    if not isinstance(logic, decision_model.Table):
        return {"内容": _source(logic)}
    found = {
        "命中规则": f"{logic.hit_policy}{' ' + logic.aggregation if logic.aggregation else ''}"
    }
    for column in logic.inputs:
        found[f"输入 {column.label or column.id}"] = _source(column.expression)
    for result in logic.outputs:
        found[f"输出 {result.name}"] = "；".join(
            _source(each) for each in (result.values, result.default) if each is not None
        )
    for rule in logic.rules:
        conditions = "，".join(_source(cell.expression) or "-" for cell in rule.conditions)
        results = "，".join(_source(cell.expression) if cell else "-" for cell in rule.results)
        found[f"规则 {rule.number}"] = f"{conditions} ⇒ {results}"
    return found


def _source(value: Any) -> str:
    """The text of an expression, or of everything in a logic, in its order."""
    source = getattr(value, "text", None)
    if isinstance(source, str):
        return source
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "；".join(filter(None, map(_source, value)))
    slots = getattr(value, "__dataclass_fields__", {})
    return "；".join(
        filter(None, (_source(getattr(value, name)) for name in slots if name != "id"))
    )


_DEADLINE_WORDS = {
    "name": "名称",
    "amount": "数量",
    "unit": "单位",
    "start_event": "起算",
    "binds": "约束对象",
    "on_lapse": "逾期后果",
    "source": "来源",
    "basis": "依据",
    "is_law": "法定",
    "mark": "标记",
}


def _deadlines(old: _Content, new: _Content) -> Iterator[Change]:
    sides: Iterator[tuple[DeadlineDefault | None, DeadlineDefault | None]]
    sides = _sides(old.manifest.deadlines, new.manifest.deadlines)
    for before, after in sides:
        if before is None or after is None:
            names = [side.name if side is not None else None for side in (before, after)]
            key = next(side.key for side in (before, after) if side is not None)
            yield _told("deadline", *names, id_=key, noun="期限")
            continue
        for key, word in _DEADLINE_WORDS.items():
            value, other = (_plain(getattr(side, key)) for side in (before, after))
            if value != other:
                yield _told(
                    "deadline",
                    value,
                    other,
                    id_=after.key,
                    noun=f"期限“{after.name}”的{word}",
                    property_=key,
                )


def _manifest(old: _Content, new: _Content) -> Iterator[Change]:
    for key, word in (
        ("name", "名称"),
        ("start", "起始流程"),
        ("calendar", "日历"),
        ("accountable", "问责"),
        ("roles", "岗位"),
        ("relations", "关系"),
        ("messages", "消息"),
        ("redactions", "脱敏规则"),
        ("protected", "受保护的人"),
        ("second_persons", "第二人岗位"),
        ("fixed", "不可越过的环节"),
    ):
        before, after = (_listed(getattr(side.manifest, key)) for side in (old, new))
        if before != after:
            yield _told("manifest", before, after, id_=key, noun=f"清单的{word}")


def _listed(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{each}" for key, each in sorted(value.items())) or None
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or None
    return _plain(value)
