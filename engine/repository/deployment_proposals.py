"""Deploying a family whose outcome touches people (`accountable`) needs a second person.

The proposer is a model editor or a system administrator; who confirms is another of these, or holds
one of the posts that the installed manifest names (`second_persons`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.administration import duties, proposals, rejections
from engine.administration.proposals import Kind, propose
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.package import ProcessPackage, digest
from engine.repository import comparison, definitions, model_drafts, model_parts
from engine.repository.comparison import Change
from engine.tables import Deployment, Proposal
from engine.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Redrawn:
    """A model file on both sides, as text; None where there is or will be none."""

    path: str
    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a proposed deployment changes: in words, and the drawings that differ."""

    changes: Sequence[Change]
    drawings: Sequence[Redrawn]


def make(
    uow: UnitOfWork,
    package: ProcessPackage,
    files: Mapping[str, bytes],
    *,
    note: str,
    draft_id: str | None = None,
) -> Proposal:
    """Propose a family's files as its next version. Invalid with every fault found; nothing is stored.

    Kept are the files that differ from the installed ones; if those change meanwhile, confirming is
    refused. `draft_id` names the model draft that they come from.
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
        content={
            "files": changed,
            "removed": removed,
            "digest": digest(files),
            **({"draft": draft_id} if draft_id is not None else {}),
        },
    )


def compare(uow: UnitOfWork, proposal_id: str) -> Comparison:
    """What confirming changes of the live version, or changed when it was confirmed.

    For whoever reads the proposal. NotFound for one that deploys nothing; Conflict as for confirming.
    """
    proposal = proposals.get(uow, proposal_id)
    if proposal.kind != KIND.key:
        raise NotFound("这项操作不是部署，没有可比较的版本。", code="no-comparison")
    before, after = _sides(uow, proposal)
    return Comparison(
        changes=comparison.compare_files(before, after), drawings=list(_redrawn(before, after))
    )


def _sides(uow: UnitOfWork, proposal: Proposal) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    deployed = (proposal.outcome or {}).get("deployment")
    if deployed is None:
        package = _package(uow, proposal)
        return model_drafts.live(uow, package)[1], _files(package, proposal)
    now = uow.session.get_one(Deployment, deployed)
    last = uow.session.scalar(
        sa.select(Deployment)
        .where(Deployment.family == now.family, Deployment.version < now.version)
        .order_by(Deployment.version.desc())
        .limit(1)
    )
    after = model_drafts.files_of(uow, now.id)
    # the first version has none before it: nothing is compared
    return (after if last is None else model_drafts.files_of(uow, last.id)), after


def _redrawn(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Redrawn]:
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if path.startswith("bpmn/") and old != new:
            yield Redrawn(
                path=path,
                name=model_parts.title(path, old if new is None else new),
                before=None if old is None else old.decode(),
                after=None if new is None else new.decode(),
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


def _package(uow: UnitOfWork, proposal: Proposal) -> ProcessPackage:
    package = uow.engine.packages.get(proposal.subject_id)
    if package is None:
        raise Conflict("这个流程族已不在本系统中，请撤回。", code="unknown-family")
    return package


def _files(package: ProcessPackage, proposal: Proposal) -> Mapping[str, bytes]:
    """All files as they were proposed. Conflict where the installed ones have changed since."""
    changed = {path: text.encode() for path, text in proposal.content["files"].items()}
    removed = set(proposal.content.get("removed", ()))  # older proposals took nothing out
    kept = {path: data for path, data in package.files.items() if path not in removed}
    files = {**kept, **changed}
    if digest(files) != proposal.content["digest"]:
        raise Conflict("提出之后，已安装的流程文件变了，请重新提出。", code="family-changed")
    return files


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    duties.require(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)
    package = _package(uow, proposal)
    files = _files(package, proposal)
    deployment = definitions.deploy(uow, package, note=proposal.reason, files=files)
    changed = sorted(proposal.content["files"])
    return {
        "deployment": deployment.id,
        "version": deployment.version,
        "files": {path: hashlib.sha256(files[path]).hexdigest() for path in changed},
        "removed": sorted(proposal.content.get("removed", ())),
    }


KIND = Kind(key="deployment", name="部署流程", may_confirm=_may_confirm, carry_out=_carry_out)
