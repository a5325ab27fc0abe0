"""Namespaces of a model file and the few names that SpiffWorkflow keeps for itself."""

from __future__ import annotations

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
DUDAO = "https://dudao.example/bpmn"

NSMAP = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "camunda": CAMUNDA, "dudao": DUDAO}

#: Spec names that SpiffWorkflow makes in every process; an element may not be called so.
RESERVED_IDS = frozenset({"Start", "End", "Root"})


def bpmn(tag: str) -> str:
    """The full name of a BPMN tag."""
    return f"{{{BPMN}}}{tag}"


def camunda(name: str) -> str:
    """The full name of a camunda: attribute."""
    return f"{{{CAMUNDA}}}{name}"


def dudao(name: str) -> str:
    """The full name of a dudao: attribute."""
    return f"{{{DUDAO}}}{name}"


def local(tag: str) -> str:
    """The tag without its namespace."""
    return tag.rpartition("}")[2]
