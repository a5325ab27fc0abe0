"""Which outcomes of a task need an opinion (dudao:opinionFor), asked at deployment and at each completion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import Fault, Invalid
from engine.spiff import model
from engine.spiff.checks import ModelFault
from engine.spiff.model import Element
from engine.spiff.names import bpmn, dudao
from forms import components as c
from forms.definition import parse, walk
from forms.faults import FormError

_ATTRIBUTES = ("opinionFor", "outcomeField", "opinionField")


def require(element: Element, values: Mapping[str, Any]) -> None:
    """Invalid where what was decided needs an opinion and there is none."""
    if not element.opinion_for:
        return
    chosen = values.get(element.outcome_field)
    outcomes = chosen if isinstance(chosen, list) else [chosen]
    opinion = values.get(element.opinion_field)
    has_none = not (isinstance(opinion, str) and opinion.strip())
    if has_none and not {_text(outcome) for outcome in outcomes}.isdisjoint(element.opinion_for):
        fault = Fault(
            pointer=f"/values/{element.opinion_field}",
            detail="作出这一决定须写明意见。",
            code="opinion-required",
        )
        raise Invalid(
            "作出这一决定须写明意见，任务没有提交，草稿仍在。",
            errors=[fault],
            code="opinion-required",
        )


def faults(roots: Mapping[str, Any], content: Mapping[str, bytes]) -> Iterator[ModelFault]:
    """What the models ask for and their forms have no field or choice for."""
    for path, root in roots.items():
        for node in root.iter("{*}*"):
            if not any(node.get(dudao(name)) is not None for name in _ATTRIBUTES):
                continue
            for rule, detail, mend in _slips(node, content):
                yield ModelFault(
                    file=path,
                    element_id=node.get("id") or "",
                    element_name=node.get("name") or "",
                    rule=rule,
                    detail=detail,
                    mend=mend,
                )


def _slips(node: Any, content: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    if node.tag != bpmn("userTask"):
        mend = "请删去，或改为用户任务。"
        yield _fault("opinion-here", "dudao:opinionFor 只用在用户任务上。", mend)
        return
    element = model.read(node, "")
    if not element.opinion_for:
        mend = "请写 dudao:opinionFor，列出须写意见的结果。"
        yield _fault("opinion-nothing", "没有写哪些结果须写意见。", mend)
        return
    try:
        form = parse(content[f"forms/{element.form_key}.json"])
    except (KeyError, FormError):
        return  # said elsewhere
    fields = {found.key: found for found in walk(form.components) if isinstance(found, c.Field)}
    outcome, opinion = fields.get(element.outcome_field), fields.get(element.opinion_field)
    if outcome is None:
        detail = f"表单没有字段 {element.outcome_field}。"
        yield _fault("opinion-outcome", detail, "请用 dudao:outcomeField 指明决定结果的字段。")
    elif isinstance(outcome, c.Choice) and outcome.options.values is not None:
        known = {_text(value) for value in outcome.options.values}
        if unknown := sorted(set(element.opinion_for) - known):
            detail = f"字段 {element.outcome_field} 没有选项 {'、'.join(unknown)}。"
            yield _fault("opinion-choice", detail, "请从表单的选项里选。")
    if not isinstance(opinion, c.Text):
        detail = f"表单没有文字字段 {element.opinion_field}。"
        yield _fault("opinion-field", detail, "请用 dudao:opinionField 指明写意见的字段。")


def _fault(rule: str, detail: str, mend: str) -> tuple[str, str, str]:
    return rule, detail, mend


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
