"""Deploying a family whose outcome touches people (`accountable`) needs a second person.

The proposer is a model editor or a system administrator; who confirms is another of these, or holds
one of the posts that the installed manifest names (`second_persons`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from engine.administration import duties, rejections
from engine.administration.proposals import Kind, propose
from engine.errors import Conflict, Fault, Invalid
from engine.package import ProcessPackage, digest
from engine.repository import definitions
from engine.tables import Proposal
from engine.unit_of_work import UnitOfWork


def make(
    uow: UnitOfWork, package: ProcessPackage, files: Mapping[str, bytes], *, note: str
) -> Proposal:
    """Propose a family's files as its next version. Invalid with every fault found; nothing is stored.

    Kept are the files that differ from the installed ones; if those change meanwhile, confirming is
    refused.
    """
    duties.require(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)
    rejections.tell(
        uow,
        "deployment.rejected",
        subject=("family", package.family),
        name=package.manifest.name,
        reason=note,
        asked={"digest": digest(files)},
    )
    definitions.require_faultless(package, files)
    changed = _texts(
        {path: data for path, data in files.items() if package.files.get(path) != data}
    )
    removed = sorted(package.files.keys() - files.keys())
    return propose(
        uow,
        KIND,
        subject=("family", package.family),
        title=f"部署“{package.manifest.name}”，改动{len(changed) + len(removed)}个文件",
        reason=note,
        content={"files": changed, "removed": removed, "digest": digest(files)},
    )


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """What the second person reads. Invalid for another encoding than UTF-8, which XML permits."""
    texts, faults = {}, []
    for path, data in files.items():
        try:
            texts[path] = data.decode()
        except UnicodeDecodeError:
            pointer = "/" + path.replace("/", "~1")
            detail = f"{path} 不是 UTF-8 编码，请另存为 UTF-8 后再提出。"
            faults.append(Fault(pointer=pointer, detail=detail, code="encoding"))
    if faults:
        raise Invalid("没有提出部署申请。", errors=faults)
    return texts


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    package = uow.engine.packages.get(proposal.subject_id)
    if package is None:
        return False
    posts = {duties.MODEL_EDITOR, duties.SYSTEM_ADMIN} | package.manifest.second_persons
    return not uow.actor.groups.isdisjoint(posts)


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)
    package = uow.engine.packages.get(proposal.subject_id)
    if package is None:
        raise Conflict("这个流程族已不在本系统中，请撤回。", code="unknown-family")
    changed = {path: text.encode() for path, text in proposal.content["files"].items()}
    removed = set(proposal.content.get("removed", ()))  # older proposals took nothing out
    kept = {path: data for path, data in package.files.items() if path not in removed}
    files = {**kept, **changed}
    if digest(files) != proposal.content["digest"]:
        raise Conflict("提出之后，已安装的流程文件变了，请重新提出。", code="family-changed")
    deployment = definitions.deploy(uow, package, note=proposal.reason, files=files)
    shown = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(changed.items())}
    return {
        "deployment": deployment.id,
        "version": deployment.version,
        "files": shown,
        "removed": sorted(removed),
    }


KIND = Kind(key="deployment", name="部署流程", may_confirm=_may_confirm, carry_out=_carry_out)
