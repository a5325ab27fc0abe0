"""Model drafts: a family's next version while it is written, kept on the server for all its editors.

One person at a time edits (`take`), shown to the others, who may take it over; whoever is silent for
some minutes has let go. The files are in engine/repository/model_parts.py, what becomes of them in
engine/repository/candidates.py. "Draft" alone is what somebody began to write into a task's form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from engine.administration import duties, journal
from engine.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from engine.package import ProcessPackage
from engine.reminding import notifications
from engine.states import SandboxState
from engine.tables import (
    Deployment,
    ModelDraft,
    ModelDraftPart,
    ModelDraftVersion,
    Resource,
    Sandbox,
    User,
    new_id,
)
from engine.unit_of_work import UnitOfWork

LONGEST_NAME = 100
#: Open drafts of one family: each holds all its files.
MOST_OF_A_FAMILY = 30
#: How long an editor may be silent.
SILENCE = timedelta(minutes=5)

LIVE, EMPTY = "live", "empty"
BEGINNINGS = (LIVE, EMPTY)
#: Without these nothing can be checked; not every family has the second.
NEEDED = ("manifest.toml", "deadlines.toml")


def create(uow: UnitOfWork, family: str, *, name: str, beginning: str = LIVE) -> ModelDraft:
    """A draft of a family, from its newest version or from its manifest alone.

    NotAllowed for who may not deploy; Invalid for a family that is not installed or without a name.
    """
    person = require_editor(uow)
    package = require_family(uow, family)
    name = _name(name)
    count = sa.select(sa.func.count()).where(ModelDraft.family == family)
    if (uow.session.scalar(count) or 0) >= MOST_OF_A_FAMILY:
        raise Conflict("这个流程族的草稿太多，请先删除不用的。", code="too-many-drafts")
    base, files = live(uow, package)
    draft = ModelDraft(
        id=new_id(),
        family=family,
        name=name,
        base_id=base.id if base is not None else None,
        made_by=person,
        made_at=uow.now,
        changed_by=person,
        changed_at=uow.now,
    )
    uow.session.add(draft)
    uow.session.flush()
    for path, data in texts(files).items():
        empty = beginning == EMPTY and path not in NEEDED
        uow.session.add(
            ModelDraftPart(
                draft_id=draft.id,
                path=path,
                content=None if empty else data,
                base_digest=digest(data),
            )
        )
    _tell(uow, draft, "model_draft.made", after={"beginning": beginning})
    return draft


def search(uow: UnitOfWork, *, family: str | None = None) -> Sequence[ModelDraft]:
    """All drafts, the last changed first. NotAllowed for who may not deploy."""
    require_editor(uow)
    query = sa.select(ModelDraft)
    if family is not None:
        query = query.where(ModelDraft.family == family)
    return uow.session.scalars(query.order_by(ModelDraft.changed_at.desc(), ModelDraft.id)).all()


def get(uow: UnitOfWork, draft_id: str) -> ModelDraft:
    """One draft. NotAllowed for who may not deploy; NotFound."""
    require_editor(uow)
    return _found(uow.session.get(ModelDraft, draft_id))


def rename(uow: UnitOfWork, draft_id: str, name: str) -> ModelDraft:
    """Call it otherwise. Conflict while somebody else edits it."""
    draft = edited(uow, draft_id)
    draft.name = _name(name)
    return draft


def delete(uow: UnitOfWork, draft_id: str) -> None:
    """Delete it with its history; its rehearsals are over. Conflict while somebody else edits it."""
    draft = edited(uow, draft_id)
    parts = sa.select(ModelDraftPart.id).where(ModelDraftPart.draft_id == draft.id)
    uow.session.execute(sa.delete(ModelDraftVersion).where(ModelDraftVersion.part_id.in_(parts)))
    uow.session.execute(sa.delete(ModelDraftPart).where(ModelDraftPart.draft_id == draft.id))
    uow.session.execute(
        sa.update(Sandbox)
        .where(Sandbox.draft_id == draft.id, Sandbox.state == SandboxState.OPEN)
        .values(expires_at=uow.now)  # the next sweep deletes its file
    )
    uow.session.delete(draft)
    _tell(uow, draft, "model_draft.deleted")


def take(uow: UnitOfWork, draft_id: str, *, take_over: bool = False) -> ModelDraft:
    """Edit it from now on, or go on editing. Conflict while somebody else does, but to take it over.

    Who loses it so is told.
    """
    person = require_editor(uow)
    draft = _locked(uow, draft_id)
    other = editor(uow, draft)
    if other is not None and other != person:
        if not take_over:
            raise _held(uow, other)
        notifications.tell(
            uow,
            notifications.DRAFT_TAKEN,
            f"model_draft:{draft.id}:{new_id()}",
            other,
            data={"draft": draft.name, "by": uow.actor.name},
        )
        _tell(uow, draft, "model_draft.taken_over", before={"editor": other})
    if other != person:
        draft.editor_id, draft.editing_since = person, uow.now
    draft.editing_until = uow.now + SILENCE
    return draft


def let_go(uow: UnitOfWork, draft_id: str) -> None:
    """Stop editing. What somebody else edits stays theirs."""
    person = require_editor(uow)
    draft = _locked(uow, draft_id)
    if draft.editor_id == person:
        draft.editor_id = draft.editing_since = draft.editing_until = None


def edited(uow: UnitOfWork, draft_id: str) -> ModelDraft:
    """The draft, locked and taken for a change by the actor. Conflict while somebody else edits it."""
    draft = take(uow, draft_id)
    draft.changed_by, draft.changed_at = require_editor(uow), uow.now
    return draft


def editor(uow: UnitOfWork, draft: ModelDraft) -> str | None:
    """Who edits it now; None where nobody does, or the last one has been silent for too long."""
    if draft.editing_until is None or draft.editing_until <= uow.now:
        return None
    return draft.editor_id


def allowed_acts(uow: UnitOfWork, draft: ModelDraft) -> list[str]:
    """What the actor may do with a draft that they see."""
    package = uow.engine.packages.get(draft.family)
    acts = ["check", "compare", "rehearse"] if package is not None else []
    other = editor(uow, draft)
    if other not in (None, uow.actor.user_id):
        return sorted([*acts, "take_over"])
    acts += ["save", "delete", "lock", "rebase", "restore"]
    if other is not None:
        acts.append("release")
    if package is not None:
        acts.append("propose_deploy" if package.manifest.accountable else "deploy")
    return sorted(acts)


def live(uow: UnitOfWork, package: ProcessPackage) -> tuple[Deployment | None, Mapping[str, bytes]]:
    """The newest version of a family and its files; before the first the installed ones."""
    newest = newest_of(uow, package.family)
    return newest, package.files if newest is None else files_of(uow, newest.id)


def newest_of(uow: UnitOfWork, family: str) -> Deployment | None:
    """The newest deployment of a family."""
    return uow.session.scalar(
        sa.select(Deployment)
        .where(Deployment.family == family)
        .order_by(Deployment.version.desc())
        .limit(1)
    )


def files_of(uow: UnitOfWork, deployment_id: str) -> Mapping[str, bytes]:
    """path → bytes of a deployment, as stored."""
    rows = uow.session.execute(
        sa.select(Resource.path, Resource.content)
        .where(Resource.deployment_id == deployment_id)
        .order_by(Resource.path)
    )
    return {row.path: row.content for row in rows}


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as texts. Invalid for another encoding than UTF-8, which XML permits."""
    found, faults = {}, []
    for path, data in files.items():
        try:
            found[path] = data.decode()
        except UnicodeDecodeError:
            pointer = "/" + path.replace("/", "~1")
            detail = f"{path} 不是 UTF-8 编码，请另存为 UTF-8 后再来。"
            faults.append(Fault(pointer=pointer, detail=detail, code="encoding"))
    if faults:
        raise Invalid("文件的编码不对，什么也没有改变。", errors=faults)
    return found


def digest(text: str) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def require_editor(uow: UnitOfWork) -> str:
    """The id of the actor, who may deploy. NotAllowed."""
    duties.require(uow, duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)
    if uow.actor.user_id is None:
        raise NotAllowed("模型草稿只由人编辑。", code="no-person")
    return uow.actor.user_id


def require_family(uow: UnitOfWork, family: str) -> ProcessPackage:
    """An installed family. Invalid."""
    package = uow.engine.packages.get(family)
    if package is None:
        fault = Fault(pointer="/family", detail="没有安装这个流程族。", code="unknown-family")
        raise Invalid("没有这个流程族。", errors=[fault], code="unknown-family")
    return package


def _locked(uow: UnitOfWork, draft_id: str) -> ModelDraft:
    query = sa.select(ModelDraft).where(ModelDraft.id == draft_id).with_for_update()
    return _found(uow.session.scalar(query.execution_options(populate_existing=True)))


def _found(draft: ModelDraft | None) -> ModelDraft:
    if draft is None:
        raise NotFound("没有这个模型草稿，或者它已经删除。", code="draft-not-found")
    return draft


def _held(uow: UnitOfWork, other: str) -> Conflict:
    name = uow.session.get_one(User, other).name
    return Conflict(
        f"{name}正在编辑这个草稿，您的修改没有保存。可以等其离开，或者接手编辑。",
        code="draft-locked",
    )


def _name(name: str) -> str:
    stripped = name.strip()
    if not 0 < len(stripped) <= LONGEST_NAME:
        detail = f"请给草稿起一个名称（{LONGEST_NAME}字以内）。"
        fault = Fault(pointer="/name", detail=detail, code="required")
        raise Invalid("没有保存。", errors=[fault])
    return stripped


def _tell(
    uow: UnitOfWork,
    draft: ModelDraft,
    kind: str,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    subject = ("model_draft", draft.id)
    journal.record(uow, kind, subject=subject, name=draft.name, before=before, after=after)
