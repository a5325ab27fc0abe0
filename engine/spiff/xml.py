"""Read model files from strangers: no DTD, no entities, no network, limited size and depth."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.errors import Fault, Invalid

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 60


def parse(content: bytes, name: str) -> Any:
    """The root element. Raises Invalid with one Fault that says what is wrong with the file."""
    if len(content) > MAX_BYTES:
        raise _refused(name, f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再上传。")
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
    except etree.XMLSyntaxError as error:
        raise _refused(name, f"不是可读的 XML（{error.msg}），请用建模工具重新导出。") from error
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise _refused(name, "含有 DOCTYPE 声明，出于安全不予读取，请删去后再上传。")
    if _too_deep(root):
        raise _refused(name, f"元素嵌套超过 {MAX_DEPTH} 层。")
    return root


def _too_deep(root: Any) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _refused(name: str, detail: str) -> Invalid:
    fault = Fault(pointer=f"/{name}", detail=detail, code="unreadable-file")
    return Invalid(f"{name}：{detail}", errors=[fault], code="unreadable-file")
