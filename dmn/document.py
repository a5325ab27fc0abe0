"""Bytes to an XML tree, with nothing followed: no DTD, no entities, no network, capped."""

from __future__ import annotations

from lxml import etree

from dmn.errors import DecisionError, Fault

MAX_BYTES = 10_000_000
MAX_DEPTH = 60
_NAMESPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")


def read(content: bytes) -> etree._Element:
    """The `definitions` element of a DMN 1.1 to 1.5 file. Raises DecisionError."""
    if len(content) > MAX_BYTES:
        raise _refusal(f"文件超过 {MAX_BYTES // 1_000_000} MB", "请拆成几个决策文件")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refusal(f"不是合格的 XML：{error}", "请用建模器重新导出") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refusal("文件中有 DOCTYPE 声明", "请删除 DOCTYPE 声明")
    if _depth(root) > MAX_DEPTH:
        raise _refusal(f"元素嵌套超过 {MAX_DEPTH} 层", "请用建模器重新导出")
    if local_name(root) != "definitions" or not namespace(root).startswith(_NAMESPACES):
        raise _refusal("不是 DMN 文件", "根元素应为 DMN 1.1 至 1.5 的 definitions")
    return root


def _refusal(what: str, mend: str) -> DecisionError:
    return DecisionError([Fault(element_id="", what=what, mend=mend)])


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def is_dmn(element: etree._Element) -> bool:
    """Whether it is an element of DMN and not of an extension."""
    return isinstance(element.tag, str) and element.tag[1:].startswith(_NAMESPACES)


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Child elements of DMN with one of these names, or all of them; extensions are left out."""
    found = []
    for child in element:
        if is_dmn(child) and (not names or child.tag.rpartition("}")[2] in names):
            found.append(child)
    return found


def child(element: etree._Element, name: str) -> etree._Element | None:
    found = children(element, name)
    return found[0] if found else None


def text_of(element: etree._Element | None) -> str:
    """The trimmed content of the `text` child, empty where there is none."""
    inner = child(element, "text") if element is not None else None
    if inner is None:
        return ""
    return ("".join(map(str, inner.itertext())) if len(inner) else inner.text or "").strip()
