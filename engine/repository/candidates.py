"""What becomes of a model draft: it is checked, compared with the live version, deployed or proposed."""

from __future__ import annotations

from engine.errors import Conflict, NotAllowed
from engine.package import ProcessPackage
from engine.repository import (
    comparison,
    definitions,
    deployment_proposals,
    model_drafts,
    model_parts,
)
from engine.repository.comparison import Change
from engine.spiff.checks import ModelFault
from engine.tables import Deployment, ModelDraft, Proposal
from engine.unit_of_work import UnitOfWork


def check(uow: UnitOfWork, draft_id: str) -> list[ModelFault]:
    """Every fault of a draft, as a deployment would find them."""
    draft, package = _of(uow, draft_id)
    return definitions.check(package, model_parts.files(uow, draft))


def compare(uow: UnitOfWork, draft_id: str) -> list[Change]:
    """What the draft changes of the live version. Invalid while it has faults."""
    draft, package = _of(uow, draft_id)
    files = model_parts.files(uow, draft)
    definitions.require_faultless(package, files)
    newest = model_drafts.newest_of(uow, draft.family)
    if newest is None:
        return comparison.compare_files(package.files, files)
    return comparison.compare_with(uow, newest, files)


def deploy(uow: UnitOfWork, draft_id: str, *, note: str) -> Deployment:
    """Deploy it as the newest version, which the draft then goes on from.

    NotAllowed where a second person must confirm; Conflict where the live version is a newer one;
    Invalid with every fault.
    """
    draft, package = _of(uow, draft_id, to_change=True)
    if package.manifest.accountable:
        raise NotAllowed(
            f"“{package.manifest.name}”影响问责，部署须由第二人确认：请改为提出部署申请。",
            code="second-person-needed",
        )
    _require_current(uow, draft)
    files = model_parts.files(uow, draft)
    deployment = definitions.deploy(uow, package, note=note, files=files)
    model_parts.follow(uow, draft.id)
    return deployment


def propose(uow: UnitOfWork, draft_id: str, *, note: str) -> Proposal:
    """Ask a second person to have it deployed. As `deploy`, and as `deployment_proposals.make`."""
    draft, package = _of(uow, draft_id, to_change=True)
    _require_current(uow, draft)
    files = model_parts.files(uow, draft)
    return deployment_proposals.make(uow, package, files, note=note, draft_id=draft.id)


def _of(
    uow: UnitOfWork, draft_id: str, *, to_change: bool = False
) -> tuple[ModelDraft, ProcessPackage]:
    draft = (model_drafts.edited if to_change else model_drafts.get)(uow, draft_id)
    return draft, model_drafts.require_family(uow, draft.family)


def _require_current(uow: UnitOfWork, draft: ModelDraft) -> None:
    newest = model_drafts.newest_of(uow, draft.family)
    if newest is not None and newest.id != draft.base_id:
        raise Conflict(
            f"草稿开始以后已经部署了第{newest.version}版。请先让草稿跟上现行版本，再部署。",
            code="draft-behind",
        )
