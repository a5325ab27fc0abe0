"""An XML tree to a compiled model; every fault is collected before the model is refused.

What cannot be followed (links that lead nowhere, circles, names that occur twice) is always
refused. What is wrong in one place alone, an expression or a missing logic, is a defect: it is
refused too, unless the caller takes null for it, as the standard has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

import feel
from dmn import boxes, model, requirements
from dmn.document import child, children
from dmn.errors import DecisionError, Fault
from dmn.names import id_of, key_of, name_of, names_in
from dmn.type_reader import read_types, type_name
from dmn.types import Types
from feel.lexer import is_plain

#: Last parts of the addresses of expression languages that are FEEL or near enough.
_LANGUAGES = ("", "feel", "juel", "20140401")
#: Names of several words or with signs, which every expression is searched for.
_MOST_NAMES = 1000
_NULL = feel.compile("null")
_Texts = dict[tuple[str, feel.expression.Kind], feel.Expression]


@dataclass
class Reader:
    """Faults so far, and what expressions of the model may use."""

    functions: frozenset[str]
    names: frozenset[str]
    #: The address of the file itself, under which its own parts may be linked.
    namespace: str = ""
    #: Of expressions that name none.
    language: str = ""
    types: Types = field(default_factory=Types)
    faults: list[Fault] = field(default_factory=list)
    defects: list[Fault] = field(default_factory=list)
    _compiled: _Texts = field(default_factory=dict)

    def fault(self, element: etree._Element | None, what: str, mend: str = "") -> None:
        """Note what makes the file as a whole unusable."""
        self.faults.append(Fault(element_id=id_of(element), what=what, mend=mend))

    def defect(self, element: etree._Element | None, what: str, mend: str = "") -> None:
        """Note what is wrong in this place alone."""
        self.defects.append(Fault(element_id=id_of(element), what=what, mend=mend))

    def compile(
        self, element: etree._Element, text: str, kind: feel.expression.Kind = "expression"
    ) -> feel.Expression:
        """The expression of an element; where it does not read, a defect and a null."""
        written = str(element.get("expressionLanguage") or self.language)
        language = written.rstrip("/").rsplit("/", 1)[-1]
        if language.lower() not in _LANGUAGES:
            self.defect(element, f"不支持表达式语言 {language}", "请改用 FEEL")
            return _NULL
        try:
            return self._expression(text, kind)
        except feel.FeelSyntaxError as error:
            self.defect(element, f"表达式“{text[:60]}”有误：{error.message}", str(error.mend))
            return _NULL

    def _expression(self, text: str, kind: feel.expression.Kind) -> feel.Expression:
        """The same text is compiled once; cells of large tables say the same again and again."""
        found = self._compiled.get((text, kind))
        if found is None:
            found = self._compiled[text, kind] = feel.compile(
                text if kind == "unary_tests" else feel.unwrap(text),
                kind=kind,
                functions=self.functions,
                names=self.names,
                types=self.types.names,
            )
        return found

    def type_of(self, element: etree._Element | None) -> str:
        """The type that an element names; one that there is not is a defect and none."""
        name = type_name(element)
        if name and self.types.named(name) is None:
            self.defect(
                element, f"没有名为“{name}”的类型", "请定义该类型，或改用 string 等内置类型"
            )
            return ""
        return name


def read_model(
    root: etree._Element, functions: frozenset[str], *, is_lenient: bool = False
) -> tuple[model.Model, tuple[Fault, ...]]:
    """The model of a `definitions` element with its defects.

    Raises DecisionError with all faults and, unless `is_lenient`, all defects.
    """
    callable_names = map(name_of, children(root, "businessKnowledgeModel", "decisionService"))
    reader = Reader(
        functions=functions | set(callable_names),
        names=names_in(root),
        namespace=str(root.get("namespace", "")),
        language=str(root.get("expressionLanguage", "")),
    )
    for part in children(root, "import"):
        reader.fault(
            root, f"不支持引入“{part.get('namespace')}”", "请把用到的决策和类型复制到同一个文件"
        )
    reader.types = read_types(
        root, lambda element, text: reader.compile(element, text, "unary_tests"), reader.defect
    )
    reader.names = reader.names.union(reader.types.names)
    if sum(" " in name or not is_plain(name) for name in reader.names) > _MOST_NAMES:
        reader.fault(root, f"有空格或符号的名称超过 {_MOST_NAMES} 个", "请拆成几个决策文件")
        raise DecisionError(reader.faults)
    made = _model(reader, root)
    requirements.check(reader, root, made)
    refused = [*reader.faults, *([] if is_lenient else reader.defects)]
    if refused:
        raise DecisionError(refused)
    return made, tuple(reader.defects)


def _model(reader: Reader, root: etree._Element) -> model.Model:
    decisions = [_decision(reader, element) for element in children(root, "decision")]
    if not decisions:
        reader.fault(root, "文件中没有决策", "请至少画一个决策")
    return model.Model(
        name=str(root.get("name", "")),
        decisions={part.id: part for part in decisions},
        knowledge=_by_id(_knowledge(reader, e) for e in children(root, "businessKnowledgeModel")),
        inputs=_by_id(_given(reader, element) for element in children(root, "inputData")),
        services=_by_id(_service(reader, element) for element in children(root, "decisionService")),
        types=reader.types,
    )


_Part = TypeVar("_Part", model.Knowledge, model.Given, model.Service)


def _by_id(parts: Iterable[_Part]) -> dict[str, _Part]:
    return {part.id: part for part in parts}


def _decision(reader: Reader, element: etree._Element) -> model.Decision:
    linked = requirements.linked
    return model.Decision(
        id=key_of(element),
        name=name_of(element),
        logic=boxes.decision_logic(reader, element),
        type_name=reader.type_of(child(element, "variable")),
        inputs=linked(reader, element, "informationRequirement", "requiredInput"),
        decisions=linked(reader, element, "informationRequirement", "requiredDecision"),
        knowledge=linked(reader, element, "knowledgeRequirement", "requiredKnowledge"),
    )


def _given(reader: Reader, element: etree._Element) -> model.Given:
    return model.Given(
        id=key_of(element),
        name=name_of(element),
        type_name=reader.type_of(child(element, "variable")),
    )


def _knowledge(reader: Reader, element: etree._Element) -> model.Knowledge:
    body = child(element, "encapsulatedLogic")
    logic: model.Logic = boxes.nothing(element)
    parameters: tuple[model.Parameter, ...] = ()
    if body is None:
        reader.defect(element, "知识模型没有逻辑", "请填写参数和表达式")
    else:
        function = boxes.function(reader, body)
        parameters, logic = function.parameters, function.logic
    return model.Knowledge(
        id=key_of(element),
        name=name_of(element),
        parameters=parameters,
        logic=logic,
        requires=requirements.linked(reader, element, "knowledgeRequirement", "requiredKnowledge"),
        type_name=requirements.result_type(reader, element),
    )


def _service(reader: Reader, element: etree._Element) -> model.Service:
    outputs = requirements.listed(reader, element, "outputDecision")
    if not outputs:
        reader.defect(element, "决策服务没有输出决策", "请至少指定一个输出决策")
    return model.Service(
        id=key_of(element),
        name=name_of(element),
        inputs=requirements.listed(reader, element, "inputData"),
        input_decisions=requirements.listed(reader, element, "inputDecision"),
        outputs=outputs,
        type_name=requirements.result_type(reader, element),
    )
