"""Process definitions: check, deploy, look up.

A deployment stores the bytes with a digest. The same digest makes no new version; a running instance keeps
what it was started with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

import dmn
from engine import store
from engine.administration import journal, parameters
from engine.errors import Conflict, Fault, Invalid, NotFound
from engine.package import Manifest, ProcessPackage, digest, parse_manifest
from engine.record import protection
from engine.reminding import ladders
from engine.repository import manifests, start_timers
from engine.signoff import opinions
from engine.spiff import cache, checks, xml
from engine.spiff.checks import ModelFault, standard, time_outs
from engine.spiff.expressions import FUNCTION_NAMES
from engine.spiff.names import bpmn
from engine.spiff.normalise import tidy
from engine.spiff.parser import Refusal
from engine.states import DefinitionState
from engine.tables import Definition, Deployment, Resource, new_id
from engine.timing import deadline_rules
from engine.unit_of_work import UnitOfWork
from forms.definition import parse as parse_form
from forms.faults import FormError

_KINDS = {"bpmn/": "bpmn", "dmn/": "dmn", "forms/": "form"}


def check(package: ProcessPackage, files: Mapping[str, bytes] | None = None) -> list[ModelFault]:
    """Every fault of a family's files; empty when it may be deployed. Changes nothing."""
    content = dict(files or package.files)
    found: list[ModelFault] = []
    roots = {}
    if wrong := manifest_faults(content):
        return wrong
    manifest = parse_manifest(content["manifest.toml"], content.get("deadlines.toml"))
    if manifest.key != package.family:
        found.append(
            _file_fault(
                "manifest.toml",
                "other-family",
                f"family.key 写的是 {manifest.key}，流程族是 {package.family}。",
                "请改回来：流程族不能改名。",
            )
        )
    decisions: dict[str, Collection[str]] = {}
    for path, data in content.items():
        if path.startswith("bpmn/"):
            try:
                root = xml.parse(data, path)
                if (excess := standard.excess(root)) is not None:
                    found.append(_file_fault(path, *excess))
                else:
                    roots[path] = tidy(root)
            except Invalid as error:
                found.append(_file_fault(path, "unreadable", error.detail, "请重新导出文件。"))
        elif path.startswith("dmn/"):
            try:
                decisions[path] = dmn.parse(data, functions=FUNCTION_NAMES).ids
            except dmn.DecisionError as error:
                found.append(_file_fault(path, "bad-decision", str(error), "请按提示改决策表。"))
        elif path.startswith("forms/"):
            found += _form_faults(path, data, manifest)
    known = replace(
        checks.known_of(package, roots, frozenset().union(*decisions.values())),
        manifest=manifest,
        forms=frozenset(
            path.removeprefix("forms/").removesuffix(".json")
            for path in content
            if path.startswith("forms/")
        ),
    )
    for path, root in roots.items():
        found += checks.check(path, root, known)
    found += _twice_faults("duplicate-process", "流程", _processes_of(roots))
    found += _twice_faults("duplicate-sub-process", "子流程", _sub_processes_of(roots))
    found += _twice_faults("duplicate-decision", "决策", decisions)
    found += opinions.faults(roots, content)
    found += time_outs.faults(roots)
    found += _message_faults(manifest, roots)
    found += _fixed_faults(manifest, roots)
    if manifest.start not in known.processes:
        found.append(
            _file_fault(
                "manifest.toml", "no-start", f"没有流程 {manifest.start}。", "请改 family.start。"
            )
        )
    if not any(fault.severity == checks.ERROR for fault in found):
        found += _parse_faults(content)
    return found


def manifest_faults(content: Mapping[str, bytes]) -> list[ModelFault]:
    """What stops the manifest and the deadlines from being read; nothing else is looked at before."""
    manifest, deadlines = content.get("manifest.toml", b""), content.get("deadlines.toml")
    found = [
        _file_fault(file, "bad-manifest", detail, f"请改正 {file}。")
        for file, detail in manifests.faults(manifest, deadlines)
    ]
    if not found:
        try:
            parse_manifest(manifest, deadlines)
        except ValueError as error:
            mend = "请补全 manifest.toml。"
            found.append(_file_fault("manifest.toml", "bad-manifest", str(error), mend))
    return found


def _processes_of(roots: Mapping[str, Any]) -> dict[str, Collection[str]]:
    return {
        path: [process.get("id", "") for process in root.iter(bpmn("process"))]
        for path, root in roots.items()
    }


def _sub_processes_of(roots: Mapping[str, Any]) -> dict[str, Collection[str]]:
    """Each is a process of its own to the library, which knows them by their id alone."""
    return {
        path: [
            scope.get("id", "")
            for scope in root.iter(*map(bpmn, ("subProcess", "transaction", "adHocSubProcess")))
        ]
        for path, root in roots.items()
    }


def _twice_faults(rule: str, noun: str, named: Mapping[str, Collection[str]]) -> list[ModelFault]:
    """A name in two files: only one of them would be run, and nobody could tell which."""
    places: dict[str, list[str]] = {}
    for path, keys in named.items():
        for key in dict.fromkeys(keys):
            places.setdefault(key, []).append(path)
    return [
        ModelFault(
            file=path,
            element_id=key,
            element_name="",
            rule=rule,
            detail=f"{noun} {key} 在另一个文件里也有：{'、'.join(each for each in paths if each != path)}。",
            mend="请改其中一个的标识，或者删去一个文件。",
        )
        for key, paths in places.items()
        if len(paths) > 1
        for path in paths
    ]


def _message_faults(manifest: Manifest, roots: Mapping[str, Any]) -> list[ModelFault]:
    """What people may send must be caught somewhere."""
    caught = {m.get("name") for root in roots.values() for m in root.iterchildren(bpmn("message"))}
    return [
        _file_fault(
            "manifest.toml",
            "unknown-message",
            f"没有模型声明消息 {message.key}。",
            "请核对 messages 里的名称。",
        )
        for message in manifest.messages.values()
        if message.key not in caught
    ]


def _fixed_faults(manifest: Manifest, roots: Mapping[str, Any]) -> list[ModelFault]:
    """What no operator may pass over must be drawn."""
    drawn = {node.get("id") for root in roots.values() for node in root.iter("{*}*")}
    return [
        _file_fault(
            "manifest.toml",
            "unknown-element",
            f"没有模型画有元素 {element_id}。",
            "请核对 family.fixed 里的名称。",
        )
        for element_id in sorted(manifest.fixed - drawn)
    ]


def _form_faults(path: str, data: bytes, manifest: Manifest) -> list[ModelFault]:
    try:
        form = parse_form(data)
    except FormError as error:
        return [_file_fault(path, "bad-form", str(error), "请按提示改表单。")]
    undeclared = sorted(set(protection.kinds_of(form.components)) - manifest.protected.keys())
    return [
        _file_fault(
            path,
            "unknown-protected",
            f"表单保护的“{kind}”没有声明。",
            "请在 manifest.toml 的 protected 里写明名称和可以查阅的岗位。",
        )
        for kind in undeclared
    ]


def _parse_faults(content: Mapping[str, bytes]) -> list[ModelFault]:
    """The library's own parser has the last word: what it refuses is refused here, not at run time."""
    try:
        cache.build(content)
    except Refusal as error:
        return [_file_fault("bpmn", "parser", str(error), "请简化该处的画法。")]
    return []


def _file_fault(path: str, rule: str, detail: str, mend: str) -> ModelFault:
    return ModelFault(
        file=path, element_id="", element_name="", rule=rule, detail=detail, mend=mend
    )


def deploy(
    uow: UnitOfWork,
    package: ProcessPackage,
    *,
    note: str = "",
    files: Mapping[str, bytes] | None = None,
) -> Deployment:
    """Store a family's files as the newest version. Raises Invalid with every fault found."""
    content = dict(files or package.files)
    latest_deployment = uow.session.scalar(
        sa.select(Deployment)
        .where(Deployment.family == package.family)
        .order_by(Deployment.version.desc())
        .limit(1)
        .with_for_update()
    )
    sum_ = digest(content)
    if latest_deployment is not None and latest_deployment.digest == sum_:
        return latest_deployment
    require_faultless(package, content)
    version = latest_deployment.version + 1 if latest_deployment is not None else 1
    deployment = _store(uow, package, content, version=version, sum_=sum_, note=note)
    deadline_rules.seed(uow, package)
    parameters.seed(uow, package)
    ladders.seed(uow, package)
    journal.record(
        uow,
        "family.deployed",
        subject=("family", package.family),
        name=package.manifest.name,
        reason=note,
        before={"digest": latest_deployment.digest} if latest_deployment is not None else None,
        after={"digest": sum_, "version": version},
    )
    return deployment


def require_faultless(package: ProcessPackage, files: Mapping[str, bytes]) -> None:
    """Invalid with every fault of the files, if one of them forbids deploying."""
    faults = check(package, files)
    if any(fault.severity == checks.ERROR for fault in faults):
        raise Invalid(
            f"模型有 {len(faults)} 处问题，没有部署，原有版本不变。",
            code="model-faults",
            errors=[
                Fault(
                    pointer=f"/{fault.file}/{fault.element_id}",
                    detail=f"{fault.detail}{fault.mend}",
                    code=fault.rule,
                )
                for fault in faults
            ],
            faults=faults,
        )


def _store(
    uow: UnitOfWork,
    package: ProcessPackage,
    content: Mapping[str, bytes],
    *,
    version: int,
    sum_: str,
    note: str,
) -> Deployment:
    deployment = Deployment(
        id=new_id(),
        family=package.family,
        version=version,
        digest=sum_,
        note=note,
        deployed_by=uow.actor.user_id,
        deployed_at=uow.now,
    )
    uow.session.add(deployment)
    for path, data in content.items():
        kind = next((k for prefix, k in _KINDS.items() if path.startswith(prefix)), "manifest")
        uow.session.add(
            Resource(
                deployment_id=deployment.id,
                path=path,
                kind=kind,
                digest=hashlib.sha256(data).hexdigest(),
                content=data,
            )
        )
    bundle = cache.build(content)
    for key, name in bundle.process_names.items():
        uow.session.add(
            Definition(
                deployment_id=deployment.id,
                family=package.family,
                key=key,
                version=version,
                name=name,
                resource_path=bundle.process_files[key],
                state=DefinitionState.ACTIVE,
                created_at=uow.now,
            )
        )
    uow.session.flush()
    start_timers.arm(uow, package.family, bundle.start_timers)
    return deployment


def latest(uow: UnitOfWork, key: str) -> Definition:
    """The newest version of a process. Raises NotFound."""
    found = uow.session.scalar(
        sa.select(Definition)
        .where(Definition.key == key)
        .order_by(Definition.version.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound(f"没有部署流程 {key}。", code="definition-not-found")
    return found


def started_by(uow: UnitOfWork, family: str, message: str) -> Definition:
    """The newest process of a family whose start event waits for this message. Raises NotFound."""
    deployment = uow.session.scalar(
        sa.select(Deployment)
        .where(Deployment.family == family)
        .order_by(Deployment.version.desc())
        .limit(1)
    )
    if deployment is not None:
        key = store.bundle(uow, deployment.id).start_messages.get(message)
        if key is not None:
            return latest(uow, key)
    raise NotFound(f"没有流程由消息“{message}”启动。", code="definition-not-found")


def get(uow: UnitOfWork, definition_id: str) -> Definition:
    """One definition. Raises NotFound."""
    found = uow.session.get(Definition, definition_id)
    if found is None:
        raise NotFound("没有这个流程版本。", code="definition-not-found")
    return found


def search(uow: UnitOfWork, *, family: str | None = None) -> Sequence[Definition]:
    """The newest version of each process."""
    newest = (
        sa.select(Definition.key, sa.func.max(Definition.version).label("version"))
        .group_by(Definition.key)
        .subquery()
    )
    query = sa.select(Definition).join(
        newest,
        sa.and_(Definition.key == newest.c.key, Definition.version == newest.c.version),
    )
    if family is not None:
        query = query.where(Definition.family == family)
    return uow.session.scalars(query.order_by(Definition.family, Definition.key)).all()


def xml_of(uow: UnitOfWork, definition_id: str) -> bytes:
    """The model file as it was deployed."""
    definition = get(uow, definition_id)
    return uow.session.scalars(
        sa.select(Resource.content).where(
            Resource.deployment_id == definition.deployment_id,
            Resource.path == definition.resource_path,
        )
    ).one()


def require_startable(definition: Definition) -> None:
    """Conflict when new instances may not start from this version."""
    if definition.state != DefinitionState.ACTIVE:
        raise Conflict("这个流程版本已停用，不能发起新案件。", code="definition-suspended")
