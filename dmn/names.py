"""The names that a file gives to things, as expressions may write them."""

from __future__ import annotations

from lxml import etree

from dmn.document import child, is_dmn, local_name
from feel.lexer import is_name_part, is_name_start

#: What a name may hold beside letters and digits (DMN 1.3, 10.3.1.2).
_SIGNS = frozenset(" ./-'+*")
#: Elements whose name may stand in an expression.
_NAMED = frozenset(
    {
        "decision",
        "inputData",
        "businessKnowledgeModel",
        "decisionService",
        "variable",
        "formalParameter",
        "itemComponent",
        "column",
        "output",
        "parameter",
    }
)


def tidy(name: object) -> str:
    """A name with its blanks made single."""
    return " ".join(str(name or "").split())


def name_of(element: etree._Element) -> str:
    """The name of an element's variable, else its own, else its id."""
    variable = child(element, "variable")
    own = variable.get("name") if variable is not None else None
    return tidy(own or element.get("name") or element.get("id"))


def id_of(element: etree._Element | None) -> str:
    """The id of the element, or of the nearest one around it that has one."""
    while element is not None:
        if element.get("id"):
            return str(element.get("id"))
        element = element.getparent()
    return ""


def key_of(element: etree._Element) -> str:
    """What an element of the requirement graph goes by: its id, or its name where it has none."""
    return str(element.get("id") or "") or tidy(element.get("name"))


def names_in(root: etree._Element) -> frozenset[str]:
    """All names of the file that an expression in it may hold."""
    found: set[str] = set()
    for element in root.iter():
        if not is_dmn(element):
            continue
        if local_name(element) in _NAMED:
            found.add(name_of(element))
        if element.get("iteratorVariable"):
            found.add(tidy(element.get("iteratorVariable")))
    return frozenset(filter(_may_be_written, found))


def _may_be_written(name: str) -> bool:
    """Whether the grammar has such names; "amount > 100" is one for people only."""
    return (
        bool(name)
        and is_name_start(name[0])
        and all(char in _SIGNS or is_name_part(char) for char in name)
    )
