"""The files of a model draft: save, take out, look at what they were, put that back.

Saved as often as a page likes: what one person saves within some minutes is one version of the
history, but a save with a note is always one. What does not parse is kept, too; the check tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import PurePosixPath

import sqlalchemy as sa

from engine.errors import Conflict, Fault, Invalid, NotFound, Stale
from engine.repository import model_drafts
from engine.repository.model_drafts import NEEDED, digest
from engine.spiff import xml
from engine.spiff.names import bpmn
from engine.tables import ModelDraft, ModelDraftPart, ModelDraftVersion
from engine.unit_of_work import UnitOfWork

#: What a file of a family may be called, and an upload may replace.
PATH = re.compile(
    r"manifest\.toml|deadlines\.toml|bpmn/[A-Za-z0-9_-]{1,100}\.bpmn|dmn/[A-Za-z0-9_-]{1,100}\.dmn"
    r"|forms/[a-z0-9_]{1,64}/[A-Za-z0-9_-]{1,100}\.json"
)
KINDS = {"bpmn": "bpmn", "dmn": "dmn", "forms": "form"}
MANIFEST, DEADLINES = "manifest", "deadlines"

MOST_BYTES = xml.MAX_BYTES
MOST_PARTS = 400
MOST_OF_A_DRAFT = 16 * 1024 * 1024
#: Saves of one person within it are one version.
ONE_SITTING = timedelta(minutes=10)
#: Versions of one part; of those without a note the oldest go.
MOST_VERSIONS = 200
LONGEST_NOTE = 300


class VersionKind(StrEnum):
    """How a version came about."""

    BASE = "base"  #: as it was in the version that the draft began with
    SAVED = "saved"
    RESTORED = "restored"
    REMOVED = "removed"


class PartState(StrEnum):
    """How a part stands to the base of its draft."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


def of_draft(uow: UnitOfWork, draft: ModelDraft) -> Sequence[ModelDraftPart]:
    """All parts, in the order of their paths."""
    query = sa.select(ModelDraftPart).where(ModelDraftPart.draft_id == draft.id)
    return uow.session.scalars(query.order_by(ModelDraftPart.path)).all()


def files(uow: UnitOfWork, draft: ModelDraft) -> Mapping[str, bytes]:
    """path → bytes of what the draft would deploy."""
    return {
        part.path: part.content.encode()
        for part in of_draft(uow, draft)
        if part.content is not None
    }


def get(uow: UnitOfWork, draft_id: str, part_id: str) -> ModelDraftPart:
    """One part. NotFound."""
    model_drafts.get(uow, draft_id)
    part = uow.session.get(ModelDraftPart, part_id)
    if part is None or part.draft_id != draft_id:
        raise NotFound("草稿里没有这个文件。", code="part-not-found")
    return part


def add(
    uow: UnitOfWork, draft_id: str, path: str, content: str, *, note: str = ""
) -> ModelDraftPart:
    """A new file. Conflict where there is one; Invalid for a path or a size that cannot be."""
    draft = model_drafts.edited(uow, draft_id)
    if not PATH.fullmatch(path):
        detail = f"“{path}”不是族内路径，应如 bpmn/leave_request.bpmn。"
        raise _invalid("/path", detail, "path")
    parts = of_draft(uow, draft)
    part = next((each for each in parts if each.path == path), None)
    if part is not None and part.content is not None:
        raise Conflict(f"草稿里已经有 {path}，请换一个名称。", code="part-exists")
    if part is None:
        if len(parts) >= MOST_PARTS:
            raise _invalid("/path", f"一个草稿最多{MOST_PARTS}个文件。", "too-many-parts")
        part = ModelDraftPart(draft_id=draft.id, path=path, revision=0, content=None)
        uow.session.add(part)
        uow.session.flush()
    _write(uow, part, content, VersionKind.SAVED, note)
    return part


def save(
    uow: UnitOfWork, draft_id: str, part_id: str, content: str, *, revision: int, note: str = ""
) -> ModelDraftPart:
    """Keep what was written. Stale for an older revision; Conflict while somebody else edits."""
    part = _editable(uow, draft_id, part_id, revision)
    if content != part.content or note:
        _write(uow, part, content, VersionKind.SAVED, note)
    return part


def remove(uow: UnitOfWork, draft_id: str, part_id: str) -> None:
    """Take a file out; its history stays, and it can be put back."""
    model_drafts.edited(uow, draft_id)
    part = get(uow, draft_id, part_id)
    if part.path in NEEDED:
        raise _invalid("/path", f"每个流程族都要有 {part.path}。", "needed")
    if part.content is not None:
        _write(uow, part, None, VersionKind.REMOVED, "")


def versions(uow: UnitOfWork, draft_id: str, part_id: str) -> Sequence[ModelDraftVersion]:
    """What a part was, the newest first; nothing where it never changed here."""
    part = get(uow, draft_id, part_id)
    query = sa.select(ModelDraftVersion).where(ModelDraftVersion.part_id == part.id)
    return uow.session.scalars(query.order_by(ModelDraftVersion.number.desc())).all()


def version(uow: UnitOfWork, draft_id: str, part_id: str, number: int) -> ModelDraftVersion:
    """One of them. NotFound."""
    part = get(uow, draft_id, part_id)
    found = uow.session.scalar(
        sa.select(ModelDraftVersion).where(
            ModelDraftVersion.part_id == part.id, ModelDraftVersion.number == number
        )
    )
    if found is None:
        raise NotFound("没有这个历史版本，或者它太旧，已经不再保留。", code="version-not-found")
    return found


def restore(
    uow: UnitOfWork, draft_id: str, part_id: str, number: int, *, revision: int, note: str = ""
) -> ModelDraftPart:
    """Put an older version in place; what is there now stays in the history."""
    part = _editable(uow, draft_id, part_id, revision)
    old = version(uow, draft_id, part_id, number)
    _write(uow, part, old.content, VersionKind.RESTORED, note or f"恢复到第{number}次")
    return part


def state_of(part: ModelDraftPart) -> PartState:
    """How it stands to the base."""
    if part.content is None:
        return PartState.REMOVED
    if part.base_digest is None:
        return PartState.ADDED
    return PartState.SAME if digest(part.content) == part.base_digest else PartState.CHANGED


def kind_of(path: str) -> str:
    """bpmn, dmn, form, deadlines or manifest."""
    folder = PurePosixPath(path).parts[0]
    return KINDS.get(folder, DEADLINES if path == "deadlines.toml" else MANIFEST)


def name_of(part: ModelDraftPart) -> str:
    """What people call it: the name of its process or table, else of the file."""
    return title(part.path, None if part.content is None else part.content.encode())


def title(path: str, data: bytes | None) -> str:
    """What people call a file of a family."""
    stem = PurePosixPath(path).stem
    if data is None or kind_of(path) not in ("bpmn", "dmn"):
        return stem
    try:
        root = xml.parse(data, path)
    except Invalid:  # half-written: the check says what is wrong
        return stem
    process = root.find(bpmn("process"))
    return str((root if process is None else process).get("name") or stem)


def follow(uow: UnitOfWork, draft_id: str) -> list[str]:
    """Take over what was deployed meanwhile into the parts that are unchanged here.

    The paths that changed on both sides: they stay as they are in the draft.
    """
    draft = model_drafts.edited(uow, draft_id)
    package = model_drafts.require_family(uow, draft.family)
    newest, content = model_drafts.live(uow, package)
    there = model_drafts.texts(content)
    conflicts = []
    parts = {part.path: part for part in of_draft(uow, draft)}
    for path in sorted({*there, *parts}):
        text, part = there.get(path), parts.get(path)
        new = None if text is None else digest(text)
        if part is None:
            part = ModelDraftPart(draft_id=draft.id, path=path, revision=0, content=None)
            uow.session.add(part)
            uow.session.flush()
        if new == part.base_digest:
            continue
        mine = None if part.content is None else digest(part.content)
        if mine == part.base_digest:
            _write(uow, part, text, VersionKind.BASE, "")
        elif mine != new:
            conflicts.append(path)
        part.base_digest = new
    draft.base_id = newest.id if newest is not None else None
    return conflicts


def _editable(uow: UnitOfWork, draft_id: str, part_id: str, revision: int) -> ModelDraftPart:
    model_drafts.edited(uow, draft_id)
    part = get(uow, draft_id, part_id)
    if part.revision != revision:
        raise Stale("这个文件刚才已被改动，您的修改没有保存。请重新打开后再试。")
    return part


def _write(
    uow: UnitOfWork, part: ModelDraftPart, content: str | None, kind: VersionKind, note: str
) -> None:
    if content is not None:
        _require_room(uow, part, content)
    newest = uow.session.scalar(
        sa.select(ModelDraftVersion)
        .where(ModelDraftVersion.part_id == part.id)
        .order_by(ModelDraftVersion.number.desc())
        .limit(1)
    )
    if newest is None and part.content is not None and kind != VersionKind.BASE:
        newest = ModelDraftVersion(
            part_id=part.id,
            number=1,
            kind=VersionKind.BASE,
            content=part.content,
            by=None,
            began_at=uow.now,
            at=uow.now,
        )
        uow.session.add(newest)
    if newest is not None and _is_one_sitting(uow, newest, kind, note):
        newest.content, newest.at = content, uow.now
    else:
        uow.session.add(
            ModelDraftVersion(
                part_id=part.id,
                number=1 if newest is None else newest.number + 1,
                kind=kind,
                content=content,
                note=note[:LONGEST_NOTE],
                by=uow.actor.user_id,
                began_at=uow.now,
                at=uow.now,
            )
        )
    part.content = content
    part.revision += 1
    part.changed_by, part.changed_at = uow.actor.user_id, uow.now
    uow.session.flush()
    _forget(uow, part)


def _is_one_sitting(
    uow: UnitOfWork, newest: ModelDraftVersion, kind: VersionKind, note: str
) -> bool:
    return (
        (newest.kind, kind) == (VersionKind.SAVED, VersionKind.SAVED)
        and not (note or newest.note)
        and newest.by == uow.actor.user_id
        and uow.now - newest.began_at < ONE_SITTING
    )


def _forget(uow: UnitOfWork, part: ModelDraftPart) -> None:
    """Of too many versions the oldest without a note; the first and the newest stay."""
    own = ModelDraftVersion.part_id == part.id
    bounds = sa.select(
        sa.func.count(),
        sa.func.min(ModelDraftVersion.number),
        sa.func.max(ModelDraftVersion.number),
    ).where(own)
    count, first, last = uow.session.execute(bounds).one()
    if count <= MOST_VERSIONS:
        return
    old = (
        sa.select(ModelDraftVersion.id)
        .where(own, ModelDraftVersion.note == "", ModelDraftVersion.number.not_in([first, last]))
        .order_by(ModelDraftVersion.number)
        .limit(count - MOST_VERSIONS)
    )
    ids = uow.session.scalars(old).all()
    uow.session.execute(sa.delete(ModelDraftVersion).where(ModelDraftVersion.id.in_(ids)))


def _require_room(uow: UnitOfWork, part: ModelDraftPart, content: str) -> None:
    size = len(content.encode())
    if size > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        detail = f"{part.path} 有 {size // 1024} KB，一个文件最多 {most} MB，请拆分。"
        raise _invalid("/content", detail, "too-large")
    others = sa.select(sa.func.sum(sa.func.length(ModelDraftPart.content))).where(
        ModelDraftPart.draft_id == part.draft_id, ModelDraftPart.id != part.id
    )
    if (uow.session.scalar(others) or 0) + size > MOST_OF_A_DRAFT:
        most = MOST_OF_A_DRAFT // 1024 // 1024
        raise _invalid("/content", f"一个草稿合计最多 {most} MB。", "too-large")


def _invalid(pointer: str, detail: str, code: str) -> Invalid:
    return Invalid(
        "没有保存。", errors=[Fault(pointer=pointer, detail=detail, code=code)], code=code
    )
