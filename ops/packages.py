"""From what a person typed (a family's key, a folder, a model file) to a process package.

A folder's files are taken from the folder, its Python handlers from the installed family of the
same key: so an edited copy can be checked and deployed without installing anything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import orjson

from engine.actor import Actor
from engine.engine import Engine
from engine.errors import Invalid
from engine.package import ProcessPackage
from engine.repository import definitions
from engine.spiff.checks import ERROR, ModelFault
from ops.errors import Refusal
from ops.messages import said, text

MANIFEST = "manifest.toml"
#: Of one file of a package; the largest that any of its kinds may have.
MOST_BYTES = 16 * 1024 * 1024


def find(name: str, installed: Mapping[str, ProcessPackage]) -> ProcessPackage:
    """The installed family `name`, or the package in the folder `name`. Refusal for neither."""
    if name in installed:
        return installed[name]
    if Path(name).exists():
        return from_folder(folder_of(Path(name)), installed)
    known = "、".join(sorted(installed)) or "–"
    raise Refusal("family.unknown", name=name, known=known)


def folder_of(path: Path) -> Path:
    """The package folder that this folder or file belongs to: the nearest with a manifest."""
    for folder in (path, *path.absolute().parents[:2]):
        if (folder / MANIFEST).is_file():
            return folder
    raise Refusal("package.unreadable", path=path, reason=f"{MANIFEST}?")


def from_folder(folder: Path, installed: Mapping[str, ProcessPackage]) -> ProcessPackage:
    """The package whose files lie in `folder`.

    Refusal when its manifest cannot be read, or a file is so large that none is read.
    """
    for file in folder.glob("*/*"):
        if file.is_file() and file.stat().st_size > MOST_BYTES:
            raise Refusal("model.too_large", path=file, most=MOST_BYTES // 1024 // 1024)
    package = ProcessPackage(root=folder)
    try:
        key = package.manifest.key
    except (OSError, ValueError) as error:
        raise Refusal("package.unreadable", path=folder, reason=error) from None
    forms = folder / "forms" / key
    if key in installed:
        package = dataclasses.replace(installed[key], root=folder)
    return dataclasses.replace(package, forms_root=forms) if forms.is_dir() else package


def belongs(path: Path, folder: Path, file: str) -> bool:
    """Whether a fault in `file` (relative to the package) is asked for by the argument `path`."""
    if path.is_dir() or path.name == MANIFEST:
        return True
    return path.absolute() == (folder / file).absolute()


def faults_of(path: Path, installed: Mapping[str, ProcessPackage]) -> list[ModelFault]:
    """Every fault of the package, or of the one file in it."""
    folder = folder_of(path)
    package = from_folder(folder, installed)
    return [f for f in definitions.check(package) if belongs(path, folder, f.file)]


def check(
    path: Path, installed: Mapping[str, ProcessPackage], *, say: Callable[[str], None]
) -> bool:
    """Say every fault of the package (or of the one file in it); whether it may be deployed."""
    faults = faults_of(path, installed)
    for fault in faults:
        say(line(fault))
    errors = sum(fault.severity == ERROR for fault in faults)
    if faults:
        say(text("package.faulty", path=path, errors=errors, warnings=len(faults) - errors))
    else:
        say(text("package.fine", path=path))
    return errors == 0


def check_for_programs(
    paths: Sequence[Path], installed: Mapping[str, ProcessPackage], *, say: Callable[[str], None]
) -> bool:
    """As `check`, of all at once and as one JSON document."""
    found = [fault for path in paths for fault in faults_of(path, installed)]
    rows = [{**dataclasses.asdict(f), "consequence": f.consequence} for f in found]
    say(orjson.dumps({"faults": rows}, option=orjson.OPT_INDENT_2).decode())
    return not any(fault.severity == ERROR for fault in found)


def deploy(
    engine: Engine, package: ProcessPackage, *, note: str, say: Callable[[str], None]
) -> bool:
    """Deploy the package; when it has faults, say them all and change nothing."""
    try:
        with engine.begin(Actor.system("dudao deploy")) as uow:
            deployment = definitions.deploy(uow, package, note=note)
            is_new = deployment.deployed_at == uow.now
    except Invalid as error:
        faults = cast("Sequence[ModelFault]", error.data.get("faults", ()))
        for fault in faults:
            say(line(fault))
        say(text("deploy.refused", count=sum(fault.severity == ERROR for fault in faults)))
        return False
    manifest = package.manifest
    outcome = "deploy.done" if is_new else "deploy.same"
    say(text(outcome, name=manifest.name, family=manifest.key, version=deployment.version))
    return True


def line(fault: ModelFault) -> str:
    """`file · element “name” · what is wrong · what would happen · the mend · [rule]`."""
    where = f"{fault.file}: {fault.element_id}" if fault.element_id else fault.file
    name = f"“{fault.element_name}”" if fault.element_name else ""
    happens = text("fault.consequence", consequence=said(fault.consequence))
    mend = text("fault.mend", mend=said(fault.mend)) if fault.mend else ""
    parts = (text(f"fault.{fault.severity}"), where, name, said(fault.detail), happens, mend)
    return " ".join(part for part in (*parts, f"[{fault.rule}]") if part)
