"""`dudao model import` and `dudao model export`: model files into a draft and out of it, unchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine import identity
from engine.actor import Actor
from engine.engine import Engine
from engine.repository import candidates, model_drafts, model_imports, model_parts
from engine.spiff import xml
from engine.spiff.checks import ERROR
from ops import packages
from ops.errors import Refusal
from ops.messages import text


def import_file(
    engine: Engine,
    file: Path,
    *,
    username: str,
    family: str,
    draft_id: str | None,
    say: Callable[[str], None],
) -> None:
    """Put the file into a draft, a new one where none is named, and say everything it lacks."""
    if file.stat().st_size > xml.MAX_BYTES:
        raise Refusal("model.too_large", path=file, most=xml.MAX_BYTES // 1024 // 1024)
    with engine.begin(_actor(engine, username)) as uow:
        if draft_id is None:
            draft = model_drafts.create(uow, family, name=file.stem[: model_drafts.LONGEST_NAME])
        else:
            draft = model_drafts.get(uow, draft_id)
        part = model_imports.take_in(uow, draft, file.name, file.read_bytes())
        path, kept = part.path, draft.id
        faults = [fault for fault in candidates.check(uow, kept) if fault.file == path]
        model_drafts.let_go(uow, kept)
    for fault in faults:
        say(packages.line(fault))
    errors = sum(fault.severity == ERROR for fault in faults)
    warnings = len(faults) - errors
    say(text("model.imported", path=path, draft=kept, errors=errors, warnings=warnings))


def export_file(engine: Engine, draft_id: str, path: str, *, username: str) -> str:
    """A file of a draft, as it was put in or saved last."""
    with engine.read(_actor(engine, username)) as uow:
        draft = model_drafts.get(uow, draft_id)
        found = {part.path: part.content for part in model_parts.of_draft(uow, draft)}
    content = found.get(path)
    if content is None:
        raise Refusal("model.no_part", path=path, known="、".join(sorted(found)))
    return content


def _actor(engine: Engine, username: str) -> Actor:
    with engine.read(Actor.system("dudao model")) as uow:
        user = identity.users.by_username(uow, username)
        if user is None:
            raise Refusal("user.unknown", username=username)
        return identity.actor_of(uow, user.id)
