"""An XML tree to a compiled model; every fault is collected before the model is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

import feel
from dmn import model
from dmn.document import child, children, local_name, text_of
from dmn.errors import DecisionError, Fault
from dmn.table_reader import read_table

_LANGUAGES = ("", "feel", "juel")


@dataclass
class Reader:
    """Faults so far, and the names that expressions of the model may use."""

    functions: frozenset[str]
    names: frozenset[str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, element: etree._Element | None, what: str, mend: str = "") -> None:
        self.faults.append(Fault(element_id=id_of(element), what=what, mend=mend))

    def compile(
        self, element: etree._Element, text: str, kind: feel.expression.Kind = "expression"
    ) -> feel.Expression:
        """The expression of an element; where it does not read, a fault and a null."""
        language = str(element.get("expressionLanguage", "")).rstrip("/").rsplit("/", 1)[-1]
        if language.lower() not in _LANGUAGES:
            self.fault(element, f"不支持表达式语言 {language}", "请改用 FEEL")
            return _NULL
        try:
            return feel.compile(
                text if kind == "unary_tests" else feel.unwrap(text),
                kind=kind,
                functions=self.functions,
                names=self.names,
            )
        except feel.FeelSyntaxError as error:
            self.fault(element, f"表达式“{text[:60]}”有误：{error.message}", str(error.mend))
            return _NULL


_NULL = feel.compile("null")


def id_of(element: etree._Element | None) -> str:
    """The id of the element, or of the nearest one around it that has one."""
    while element is not None:
        if element.get("id"):
            return str(element.get("id"))
        element = element.getparent()
    return ""


def read_model(root: etree._Element, functions: frozenset[str]) -> model.Model:
    """The model of a `definitions` element. Raises DecisionError with all faults."""
    knowledge_elements = children(root, "businessKnowledgeModel")
    named = [*children(root, "decision", "inputData"), *knowledge_elements]
    reader = Reader(
        functions=functions | {_name(element) for element in knowledge_elements},
        names=frozenset(name for element in named if " " in (name := _name(element))),
    )
    decision_elements = children(root, "decision")
    if not decision_elements:
        reader.fault(root, "文件中没有决策", "请至少画一个决策")
    _check_unique(reader, [*named])
    decisions = [_decision(reader, element) for element in decision_elements]
    knowledge = [_knowledge(reader, element) for element in knowledge_elements]
    made = model.Model(
        name=str(root.get("name", "")),
        decisions={decision.id: decision for decision in decisions},
        knowledge={part.id: part for part in knowledge},
    )
    _check_references(reader, root, made)
    if reader.faults:
        raise DecisionError(reader.faults)
    return made


def _name(element: etree._Element) -> str:
    """The name of an element's variable, else its own, else its id, blanks made single."""
    variable = child(element, "variable")
    name = variable.get("name") if variable is not None else None
    return " ".join(str(name or element.get("name") or element.get("id") or "").split())


def _check_unique(reader: Reader, elements: list[etree._Element]) -> None:
    ids: set[str] = set()
    names: set[str] = set()
    for element in elements:
        own = str(element.get("id", ""))
        if not own:
            reader.fault(element, "元素没有 id", "请用建模器重新导出")
        elif own in ids:
            reader.fault(element, f"id “{own}”重复", "请改成不同的 id")
        ids.add(own)
        name = _name(element)
        if local_name(element) != "inputData" and name in names:
            reader.fault(element, f"名称“{name}”重复", "请改成不同的名称")
        if local_name(element) != "inputData":
            names.add(name)


def _references(element: etree._Element, wrapper: str, reference: str) -> tuple[str, ...]:
    return tuple(
        str(target.get("href", ""))
        for requirement in children(element, wrapper)
        for target in children(requirement, reference)
    )


def _decision(reader: Reader, element: etree._Element) -> model.Decision:
    return model.Decision(
        id=str(element.get("id", "")),
        name=_name(element),
        logic=_logic_in(reader, element),
        decisions=_ids(_references(element, "informationRequirement", "requiredDecision")),
        knowledge=_ids(_references(element, "knowledgeRequirement", "requiredKnowledge")),
    )


def _ids(references: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(reference.removeprefix("#") for reference in references)


def _knowledge(reader: Reader, element: etree._Element) -> model.Knowledge:
    body = child(element, "encapsulatedLogic")
    parameters: tuple[str, ...] = ()
    logic: model.Logic = model.Literal(id=id_of(element), expression=_NULL)
    if body is None:
        reader.fault(element, "知识模型没有逻辑", "请填写参数和表达式")
    else:
        if str(body.get("kind", "FEEL")) != "FEEL":
            reader.fault(body, f"不支持 {body.get('kind')} 函数", "请改用 FEEL")
        parameters = tuple(_name(part) for part in children(body, "formalParameter"))
        if len(set(parameters)) != len(parameters):
            reader.fault(body, "参数重名", "请改成不同的名称")
        logic = _logic_in(reader, body)
    return model.Knowledge(
        id=str(element.get("id", "")),
        name=_name(element),
        parameters=parameters,
        logic=logic,
        requires=_ids(_references(element, "knowledgeRequirement", "requiredKnowledge")),
    )


def _logic_in(reader: Reader, element: etree._Element) -> model.Logic:
    """The logic that an element holds; without any, a fault."""
    found = [part for part in children(element) if local_name(part) in _KINDS]
    if len(found) == 1:
        return _logic(reader, found[0])
    strange = [part for part in children(element) if local_name(part) in _REFUSED]
    if strange:
        reader.fault(strange[0], f"不支持 {local_name(strange[0])}", "请改用决策表或表达式")
    elif found:
        reader.fault(element, "有多个逻辑", "请只保留一个")
    else:
        reader.fault(element, "没有决策逻辑", "请填写决策表或表达式")
    return model.Literal(id=id_of(element), expression=_NULL)


def _logic(reader: Reader, element: etree._Element) -> model.Logic:
    return _KINDS[local_name(element)](reader, element)


def _literal(reader: Reader, element: etree._Element) -> model.Literal:
    text = text_of(element)
    if not text:
        reader.fault(element, "表达式为空", "请填写表达式")
    expression = reader.compile(element, text) if text else _NULL
    return model.Literal(id=id_of(element), expression=expression)


def _context(reader: Reader, element: etree._Element) -> model.Context:
    entries: list[tuple[str, model.Logic]] = []
    outer = reader.names
    for part in children(element, "contextEntry"):
        variable = child(part, "variable")
        name = _name(part) if variable is not None else ""
        entries.append((name, _logic_in(reader, part)))
        if " " in name:
            reader.names |= {name}
    reader.names = outer
    if any(not name for name, _ in entries[:-1]):
        reader.fault(element, "只有最后一项可以没有名称", "请给各项起名")
    return model.Context(id=id_of(element), entries=tuple(entries))


def _list(reader: Reader, element: etree._Element) -> model.ListOf:
    items = tuple(_logic(reader, part) for part in children(element) if local_name(part) in _KINDS)
    return model.ListOf(id=id_of(element), items=items)


def _relation(reader: Reader, element: etree._Element) -> model.Relation:
    columns = tuple(_name(part) for part in children(element, "column"))
    rows = []
    for row in children(element, "row"):
        cells = tuple(_logic(reader, part) for part in children(row) if local_name(part) in _KINDS)
        if len(cells) != len(columns):
            reader.fault(row, f"这一行应有 {len(columns)} 格，实有 {len(cells)} 格", "请补齐")
        rows.append(cells)
    return model.Relation(id=id_of(element), columns=columns, rows=tuple(rows))


def _invocation(reader: Reader, element: etree._Element) -> model.Invocation:
    function = text_of(child(element, "literalExpression"))
    if function not in reader.functions:
        reader.fault(element, f"没有名为“{function}”的知识模型", "请填写知识模型的名称")
    arguments = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        name = str(parameter.get("name", "")) if parameter is not None else ""
        arguments.append((" ".join(name.split()), _logic_in(reader, binding)))
    return model.Invocation(id=id_of(element), function=function, arguments=tuple(arguments))


def _table(reader: Reader, element: etree._Element) -> model.Table:
    return read_table(element, reader.compile, reader.fault)


_KINDS: Mapping[str, Callable[[Reader, etree._Element], model.Logic]] = {
    "decisionTable": _table,
    "literalExpression": _literal,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
}
_REFUSED = ("functionDefinition", "conditional", "filter", "for", "some", "every")


def _check_references(reader: Reader, root: etree._Element, made: model.Model) -> None:
    known = {str(part.get("id")) for part in children(root)}
    for element in children(root, "decision", "businessKnowledgeModel"):
        references = [
            *_references(element, "informationRequirement", "requiredDecision"),
            *_references(element, "informationRequirement", "requiredInput"),
            *_references(element, "knowledgeRequirement", "requiredKnowledge"),
        ]
        for reference in references:
            if not reference.startswith("#"):
                reader.fault(element, f"不支持引用其他文件“{reference}”", "请放在同一个文件中")
            elif reference[1:] not in known:
                reader.fault(element, f"引用的“{reference[1:]}”不存在", "请删除或重连该连线")
    _check_cycles(reader, {key: part.decisions for key, part in made.decisions.items()})
    _check_cycles(reader, {key: part.requires for key, part in made.knowledge.items()})


def _check_cycles(reader: Reader, requires: Mapping[str, tuple[str, ...]]) -> None:
    """Remove what requires nothing that is left, until nothing is removed; the rest is in, or
    behind, a cycle."""
    left = dict(requires)
    while True:
        free = [key for key, needs in left.items() if not any(need in left for need in needs)]
        if not free:
            break
        for key in free:
            del left[key]
    for key in left:
        reader.faults.append(
            Fault(element_id=key, what="决策之间的依赖成环", mend="请删除其中一条依赖连线")
        )
