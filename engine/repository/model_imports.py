"""Model files from other tools as parts of a draft, and back: nothing of them is lost or mended.

A file that cannot run is kept all the same; the check of the draft lists what it lacks.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from lxml import etree

from engine.errors import Fault, Invalid
from engine.repository import model_parts
from engine.tables import ModelDraft, ModelDraftPart
from engine.unit_of_work import UnitOfWork

_FOLDERS = {".bpmn": "bpmn", ".xml": "bpmn", ".dmn": "dmn"}
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def take_in(uow: UnitOfWork, draft: ModelDraft, name: str, data: bytes) -> ModelDraftPart:
    """Put the file called `name` into a draft, in the place of the one of that name.

    Invalid for another kind of file, one that is too large, or no text at all.
    """
    path = path_of(name)
    written = text_of(name, data)
    parts = model_parts.of_draft(uow, draft)
    part = next((each for each in parts if each.path == path and each.content is not None), None)
    if part is None:
        return model_parts.add(uow, draft.id, path, written)
    return model_parts.save(uow, draft.id, part.id, written, revision=part.revision)


def path_of(name: str) -> str:
    """Where a file called `name` is kept. Invalid for what is no model.

    Two names that differ in letters that a path cannot have are kept in two places.
    """
    stem, dot, ending = name.rpartition(".")
    folder = _FOLDERS.get(f"{dot}{ending}".lower())
    if folder is None:
        detail = f"“{name}”不是模型文件，应以 .bpmn 或 .dmn 结尾。"
        raise _invalid(detail, "path")
    plain = re.sub("[^A-Za-z0-9_-]+", "_", stem).strip("_")[:80] or "model"
    if not stem.isascii():
        plain += "_" + hashlib.sha256(stem.encode()).hexdigest()[:8]
    return f"{folder}/{plain}.{folder}"


def text_of(name: str, data: bytes) -> str:
    """A file's text: as it came where it is UTF-8, else what its own declaration makes of it.

    References lose the prefix of the file itself: `tns:x` means x, and modellers take it as written.
    """
    try:
        tree = etree.fromstring(data, _parser()).getroottree()
    except (etree.XMLSyntaxError, ValueError):
        tree = None  # half-written files are kept, too
    encoding = "UTF-8" if tree is None else (tree.docinfo.encoding or "UTF-8")
    if tree is not None and encoding.upper() not in {"UTF-8", "UTF8", "ASCII", "US-ASCII"}:
        return _plain(_DECLARATION + etree.tostring(tree, encoding="unicode"), tree)
    try:
        return _plain(data.decode("utf-8-sig"), tree)
    except UnicodeDecodeError:
        raise _invalid(f"{name} 不是可读的文字，请另存为 UTF-8。", "encoding") from None


def _plain(written: str, tree: Any) -> str:
    if tree is None:
        return written
    root = tree.getroot()
    for prefix, meant in root.nsmap.items():
        if prefix and meant == root.get("targetNamespace"):
            attribute = rf"""(\s(?:\w+Ref|default|calledElement|bpmnElement)=["']){prefix}:"""
            inner = rf"(>\s*){prefix}:([^<>\s]+\s*</(?:\w+:)?(?:incoming|outgoing|\w+Refs?)>)"
            written = re.sub(inner, r"\1\2", re.sub(attribute, r"\1", written))
    return written


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _invalid(detail: str, code: str) -> Invalid:
    fault = Fault(pointer="/file", detail=detail, code=code)
    return Invalid("没有导入。", errors=[fault], code=code)
