"""Decision files made up from their parts, as a modeller would write them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
Rows = Sequence[tuple[Sequence[str], Sequence[str]]]


def definitions(*parts: str, namespace: str = NAMESPACE) -> bytes:
    """A whole file."""
    body = "".join(parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<definitions xmlns="{namespace}" xmlns:camunda="http://camunda.org/schema/1.0/dmn"'
        f' id="definitions" name="例" namespace="example">{body}</definitions>'
    ).encode()


def text(tag: str, content: str, **attributes: str) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}><text>{escape(content)}</text></{tag}>"


def decision(
    id: str, logic: str, *, name: str = "", requires: Sequence[str] = (), knows: Sequence[str] = ()
) -> str:
    links = "".join(
        f'<informationRequirement><requiredDecision href="#{key}"/></informationRequirement>'
        for key in requires
    ) + "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{key}"/></knowledgeRequirement>'
        for key in knows
    )
    return f'<decision id="{id}" name="{name or id}">{links}{logic}</decision>'


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Rows,
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    types: Sequence[str] = (),
    values: Sequence[str] = (),
    defaults: Sequence[str] = (),
) -> str:
    """A decision table; its rules are r1, r2, …, its input cells r1i1, its output cells r1o1."""
    columns = "".join(
        f'<input id="i{at}">{text("inputExpression", given, typeRef=_at(types, at))}</input>'
        for at, given in enumerate(inputs)
    ) + "".join(
        f'<output id="o{at}" name="{name}">'
        + (text("outputValues", _at(values, at)) if _at(values, at) else "")
        + (text("defaultOutputEntry", _at(defaults, at)) if _at(defaults, at) else "")
        + "</output>"
        for at, name in enumerate(outputs)
    )
    rules = "".join(
        f'<rule id="r{number}">'
        + "".join(text("inputEntry", c, id=f"r{number}i{at}") for at, c in enumerate(given, 1))
        + "".join(text("outputEntry", c, id=f"r{number}o{at}") for at, c in enumerate(made, 1))
        + "</rule>"
        for number, (given, made) in enumerate(rows, 1)
    )
    collected = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        f'<decisionTable id="table" hitPolicy="{policy}"{collected}>{columns}{rules}'
        "</decisionTable>"
    )


def _at(values: Sequence[str], at: int) -> str:
    return values[at] if at < len(values) else ""


def literal(expression: str) -> str:
    return text("literalExpression", expression, id="literal")
