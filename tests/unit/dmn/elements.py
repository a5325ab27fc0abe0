"""Every element of DMN with a model that needs it: what it comes to, and what without it.

The table of docs/dmn.md is made from this list: `python -m tests.unit.dmn.elements` prints it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.unit.dmn.files import Rows, decision, definitions, literal, table, text

#: What becomes of an element here.
State = Literal["runs", "drawn", "refused"]


@dataclass(frozen=True, kw_only=True)
class Element:
    """`name` is an element, or `element@attribute="value"`; the model decides `d`."""

    name: str
    content: bytes
    expected: object = None
    given: Mapping[str, object] = field(default_factory=dict)
    state: State = "runs"
    #: What the documentation of two peers says: Camunda 7.24 and Apache KIE (Drools) 10.
    camunda: str = "–"
    kie: str = "yes"


ROWS: Rows = [([">= 60"], ["10"]), ([">= 80"], ["30"]), ([">= 70"], ["20"])]
SCORE = {"score": 85}
TYPES = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"major", "minor"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tProblem"><itemComponent name="level"><typeRef>tLevel</typeRef>'
    '</itemComponent><itemComponent name="days"><typeRef>number</typeRef></itemComponent>'
    "</itemDefinition>"
)
DOUBLE = (
    '<businessKnowledgeModel id="double" name="double"><encapsulatedLogic>'
    f'<formalParameter name="x"/>{literal("x * 2")}</encapsulatedLogic></businessKnowledgeModel>'
)
BASE = decision("base", literal("5"))


def one(logic: str, **options: object) -> bytes:
    return definitions(decision("d", logic, **options))  # type: ignore[arg-type]


def tabled(policy: str, **options: object) -> bytes:
    return one(table(["score"], ["o"], ROWS, policy=policy, **options))  # type: ignore[arg-type]


def typed(expression: str, type_name: str) -> bytes:
    logic = f'<variable name="d" typeRef="{type_name}"/>{literal(expression)}'
    return definitions(TYPES, decision("d", logic))


def box(kind: str, *parts: tuple[str, str], attributes: str = "") -> bytes:
    inner = "".join(f"<{tag}>{literal(content)}</{tag}>" for tag, content in parts)
    return one(f"<{kind}{attributes}>{inner}</{kind}>")


def loop(kind: str, body: str) -> bytes:
    last = "return" if kind == "for" else "satisfies"
    return box(kind, ("in", "[1, 2]"), (last, body), attributes=' iteratorVariable="i"')


INPUT = '<inputData id="i" name="x"><variable name="x" typeRef="date"/></inputData>'
NEEDS = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
STEPS = (
    f'<context><contextEntry><variable name="a"/>{literal("1")}</contextEntry>'
    f'<contextEntry><variable name="b"/>{literal("a + 1")}</contextEntry></context>'
)
RELATION = (
    '<relation><column name="n"/><column name="v"/>'
    f"<row>{literal('1')}{literal('2')}</row></relation>"
)
INVOCATION = (
    f'<invocation>{literal("double")}<binding><parameter name="x"/>{literal("4")}</binding>'
    "</invocation>"
)
FUNCTION = (
    '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="x"/>'
    f"{literal('x + 1')}</functionDefinition></contextEntry>"
    f"<contextEntry>{literal('f(4)')}</contextEntry></context>"
)
SERVICE = '<decisionService id="s" name="s"><outputDecision href="#base"/></decisionService>'
WITH_INPUT = (
    '<decisionService id="s" name="s"><outputDecision href="#o"/><inputDecision href="#base"/>'
    '<inputData href="#i"/></decisionService>'
)
OUT = decision("o", NEEDS + literal("[base, x]"), requires=["base"])
ANNOTATED = (
    table(["score"], ["o"], [(["-"], ["1"])])
    .replace("<rule ", '<annotation name="说明"/><rule ')
    .replace("</rule>", "<annotationEntry><text>说明</text></annotationEntry></rule>")
)
AGGREGATES: dict[str, object] = {"SUM": 60, "COUNT": 3, "MIN": 10, "MAX": 30}
SOURCE = '<knowledgeSource id="k" name="条例"/>'
AUTHORITY = '<authorityRequirement><requiredAuthority href="#k"/></authorityRequirement>'

ELEMENTS = (
    Element(name="decision", content=one(literal("5")), expected=5, camunda="yes"),
    Element(
        name="inputData",
        content=definitions(INPUT, decision("d", NEEDS + literal("x.year"))),
        given={"x": "2026-03-01"},
        expected=2026,
        camunda="yes",
    ),
    Element(
        name="informationRequirement",
        content=definitions(BASE, decision("d", literal("base + 1"), requires=["base"])),
        expected=6,
        camunda="yes",
    ),
    Element(
        name="knowledgeRequirement",
        content=definitions(DOUBLE, decision("d", literal("double(4)"), knows=["double"])),
        expected=8,
    ),
    Element(
        name="businessKnowledgeModel",
        content=definitions(DOUBLE, decision("d", literal("double(5)"), knows=["double"])),
        expected=10,
    ),
    Element(
        name="encapsulatedLogic",
        content=definitions(DOUBLE, decision("d", literal("double(6)"), knows=["double"])),
        expected=12,
    ),
    Element(
        name="decisionService",
        content=definitions(BASE, SERVICE, decision("d", literal("s() + 1"), knows=["s"])),
        expected=6,
    ),
    Element(
        name="inputDecision",
        content=definitions(
            INPUT, BASE, OUT, WITH_INPUT, decision("d", literal("s(1, 2)"), knows=["s"])
        ),
        expected=[2, None],
    ),
    Element(name="itemDefinition", content=typed('"worst"', "tLevel"), expected=None),
    Element(
        name="itemComponent",
        content=typed('{level: "major"}', "tProblem"),
        expected=None,
    ),
    Element(name="allowedValues", content=typed('"worst"', "tLevel"), expected=None),
    Element(
        name="variable",
        content=typed('["major"]', "tLevel"),
        expected="major",
        camunda="yes",
    ),
    Element(name="decisionTable", content=tabled("FIRST"), given=SCORE, expected=10, camunda="yes"),
    Element(
        name="input",
        content=one(table(["score"], ["o"], [(["> 90"], ["1"])])),
        given=SCORE,
        expected=None,
        camunda="yes",
    ),
    Element(
        name="inputExpression",
        content=one(table(["score * 2"], ["o"], [(["> 90"], ["1"])])),
        given=SCORE,
        expected=1,
        camunda="yes",
    ),
    Element(
        name="inputEntry",
        content=one(table(["score"], ["o"], [(["> 90"], ["1"])])),
        given=SCORE,
        expected=None,
        camunda="yes",
    ),
    Element(
        name="output",
        content=one(table(["score"], ["a", "b"], [(["-"], ["1", "2"])])),
        given=SCORE,
        expected={"a": 1, "b": 2},
        camunda="yes",
    ),
    Element(
        name="outputEntry",
        content=one(table(["score"], ["o"], [(["-"], ["score + 1"])])),
        given=SCORE,
        expected=86,
        camunda="yes",
    ),
    Element(
        name="outputValues",
        content=tabled("PRIORITY", values=["20, 30, 10"]),
        given=SCORE,
        expected=20,
    ),
    Element(
        name="defaultOutputEntry",
        content=tabled("FIRST", defaults=["-1"]),
        given={"score": 5},
        expected=-1,
    ),
    Element(
        name="rule", content=tabled("COLLECT"), given=SCORE, expected=[10, 30, 20], camunda="yes"
    ),
    *(
        Element(
            name=f'decisionTable@hitPolicy="{policy}"',
            content=tabled(policy, values=values),
            given=SCORE,
            expected=expected,
            camunda=camunda,
        )
        for policy, values, expected, camunda in (
            ("FIRST", [], 10, "yes"),
            ("PRIORITY", ["30, 20, 10"], 30, "–"),
            ("COLLECT", [], [10, 30, 20], "yes"),
            ("RULE ORDER", [], [10, 30, 20], "yes"),
            ("OUTPUT ORDER", ["30, 20, 10"], [30, 20, 10], "–"),
        )
    ),
    Element(
        name='decisionTable@hitPolicy="ANY"',
        content=one(table(["score"], ["o"], [(["> 1"], ["1"]), (["> 2"], ["1"])], policy="ANY")),
        given=SCORE,
        expected=1,
        camunda="yes",
    ),
    *(
        Element(
            name=f'decisionTable@aggregation="{aggregation}"',
            content=tabled("COLLECT", aggregation=aggregation),
            given=SCORE,
            expected=expected,
            camunda="yes",
        )
        for aggregation, expected in AGGREGATES.items()
    ),
    Element(name="literalExpression", content=one(literal("1 + 2")), expected=3, camunda="yes"),
    Element(name="context", content=one(STEPS), expected={"a": 1, "b": 2}),
    Element(name="contextEntry", content=one(STEPS), expected={"a": 1, "b": 2}),
    Element(
        name="list", content=one(f"<list>{literal('1')}{literal('2')}</list>"), expected=[1, 2]
    ),
    Element(name="relation", content=one(RELATION), expected=[{"n": 1, "v": 2}]),
    Element(name="column", content=one(RELATION), expected=[{"n": 1, "v": 2}]),
    Element(name="row", content=one(RELATION), expected=[{"n": 1, "v": 2}]),
    Element(
        name="invocation",
        content=definitions(DOUBLE, decision("d", INVOCATION, knows=["double"])),
        expected=8,
    ),
    Element(
        name="binding",
        content=definitions(DOUBLE, decision("d", INVOCATION, knows=["double"])),
        expected=8,
    ),
    Element(name="functionDefinition", content=one(FUNCTION), expected=5),
    Element(name="formalParameter", content=one(FUNCTION), expected=5),
    Element(
        name="conditional",
        content=box("conditional", ("if", "1 > 2"), ("then", "1"), ("else", "2")),
        expected=2,
    ),
    Element(
        name="filter",
        content=box("filter", ("in", "[1, 5]"), ("match", "item > 3")),
        expected=[5],
    ),
    Element(name="for", content=loop("for", "i * 2"), expected=[2, 4]),
    Element(name="some", content=loop("some", "i > 1"), expected=True),
    Element(name="every", content=loop("every", "i > 1"), expected=False),
    Element(
        name="inputValues",
        content=one(
            table(["score"], ["o"], [(["-"], ["1"])]).replace(
                "</input>", "<inputValues><text>1, 2</text></inputValues></input>"
            )
        ),
        given=SCORE,
        expected=1,
        state="drawn",
    ),
    Element(
        name="knowledgeSource",
        content=definitions(SOURCE, decision("d", literal("5"))),
        expected=5,
        state="drawn",
        camunda="drawn",
        kie="drawn",
    ),
    Element(
        name="authorityRequirement",
        content=definitions(SOURCE, decision("d", AUTHORITY + literal("5"))),
        expected=5,
        state="drawn",
        camunda="drawn",
        kie="drawn",
    ),
    *(
        Element(
            name=name,
            content=one(ANNOTATED),
            given=SCORE,
            expected=1,
            state="drawn",
            camunda="drawn",
            kie="drawn",
        )
        for name in ("annotation", "annotationEntry")
    ),
    *(
        Element(
            name=name,
            content=definitions(f'<{name} id="n" name="n"/>', decision("d", literal("5"))),
            expected=5,
            state="drawn",
            camunda="drawn",
            kie="drawn",
        )
        for name in (
            "textAnnotation",
            "association",
            "group",
            "performanceIndicator",
            "organizationUnit",
            "elementCollection",
            "extensionElements",
        )
    ),
    *(
        Element(
            name=name,
            content=definitions(
                decision("d", f"<{name}>说明</{name}>{literal('5')}"),
            ),
            expected=5,
            state="drawn",
            camunda="drawn",
            kie="drawn",
        )
        for name in ("description", "question", "allowedAnswers")
    ),
    Element(
        name="import",
        content=definitions('<import namespace="urn:b" name="b"/>', decision("d", literal("1"))),
        state="refused",
    ),
    *(
        Element(
            name=f'functionDefinition@kind="{kind}"',
            content=one(
                FUNCTION.replace("<functionDefinition", f'<functionDefinition kind="{kind}"')
            ),
            state="refused",
        )
        for kind in ("Java", "PMML")
    ),
    Element(
        name='literalExpression@expressionLanguage="javascript"',
        content=one(text("literalExpression", "1", expressionLanguage="javascript")),
        state="refused",
        camunda="yes",
        kie="–",
    ),
)

_STATES = {"runs": "runs", "drawn": "kept, says nothing", "refused": "refused"}


def rows() -> list[str]:
    """The rows of the table in docs/dmn.md."""
    return [
        f"| `{each.name}` | {_STATES[each.state]} | `test_{each.state}[{each.name}]` |"
        f" {each.camunda} | {each.kie} |"
        for each in ELEMENTS
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(rows()) + "\n")
