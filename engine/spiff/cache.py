"""Specs by deployment: parsed once, shared by every thread, never stored with an instance."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dmn
from engine.package import Manifest, parse_manifest
from engine.spiff import xml
from engine.spiff.expressions import FUNCTION_NAMES
from engine.spiff.model import Element
from engine.spiff.names import bpmn
from engine.spiff.nesting import nest
from engine.spiff.normalise import normalise
from engine.spiff.parser import Parser
from forms.definition import Form
from forms.definition import parse as parse_form

#: Deployments kept parsed; one is a few megabytes.
KEEP = 32


@dataclass(frozen=True, kw_only=True)
class StartTimer:
    """A start event that begins a case at a time: an ISO date, duration or cycle."""

    process: str
    element_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Everything of a deployment that running needs."""

    specs: Mapping[str, Any]
    process_names: Mapping[str, str]
    process_files: Mapping[str, str]
    elements: Mapping[tuple[str, str], Element]
    decisions: tuple[dmn.Decisions, ...]
    forms: Mapping[str, Form]
    manifest: Manifest
    start_messages: Mapping[str, str]  # message name → process key
    start_signals: Mapping[str, tuple[str, ...]]  # signal name → process keys
    start_timers: tuple[StartTimer, ...]

    def decide(
        self,
        decision_id: str,
        variables: Mapping[str, Any],
        *,
        shape: Any,
        functions: Mapping[str, Any],
        now: datetime,
    ) -> Any:
        """Evaluate a decision of any DMN file. Raises dmn.DecisionError."""
        for decisions in self.decisions:
            if decision_id in decisions.ids:
                return decisions.evaluate(
                    decision_id, variables, shape=shape, functions=functions, now=now
                )
        raise KeyError(decision_id)


def build(files: Mapping[str, bytes]) -> Bundle:
    """Parse the files of a deployment; they have passed the checks."""
    parser = Parser()
    names: dict[str, str] = {}
    starts: dict[str, str] = {}
    by_signal: dict[str, tuple[str, ...]] = {}
    by_time: list[StartTimer] = []
    where: dict[str, str] = {}
    for path, content in files.items():
        if path.startswith("bpmn/"):
            root = nest(normalise(xml.parse(content, path)))
            parser.add_bpmn_xml(root, filename=path)
            for process in root.iter(bpmn("process")):
                names[process.get("id")] = process.get("name") or process.get("id")
                where[process.get("id")] = path
                starts |= dict.fromkeys(
                    _names_of_starts(root, process, "message"), process.get("id")
                )
                for name in _names_of_starts(root, process, "signal"):
                    by_signal[name] = (*by_signal.get(name, ()), process.get("id"))
                by_time += _start_timers(process)
    specs = parser.specs()
    return Bundle(
        specs=specs,
        process_names=names,
        process_files=where,
        elements={
            (element.process_key, element.id): element
            for spec in specs.values()
            for element in _elements(spec)
        },
        decisions=decisions_of(files),
        forms=forms_of(files),
        manifest=parse_manifest(files["manifest.toml"], files.get("deadlines.toml")),
        start_messages=starts,
        start_signals=by_signal,
        start_timers=tuple(by_time),
    )


def decisions_of(files: Mapping[str, bytes]) -> tuple[dmn.Decisions, ...]:
    """The decision tables of a deployment's files.

    They were checked when they were deployed; what has become a defect since is null there, so
    that no case stops because the rules for files have become stricter.
    """
    return tuple(
        dmn.parse(content, functions=FUNCTION_NAMES, is_lenient=True)
        for path, content in files.items()
        if path.startswith("dmn/")
    )


def forms_of(files: Mapping[str, bytes]) -> dict[str, Form]:
    """The forms of a deployment's files, by key."""
    return {
        path.removeprefix("forms/").removesuffix(".json"): parse_form(content, published=True)
        for path, content in files.items()
        if path.startswith("forms/")
    }


def _names_of_starts(root: Any, process: Any, kind: str) -> list[str]:
    """The messages or signals that start a process; those of event sub-processes are elsewhere now."""
    names = {each.get("id"): each.get("name") for each in root.iterchildren(bpmn(kind))}
    path = f".//{bpmn('startEvent')}/{bpmn(f'{kind}EventDefinition')}"
    return [names[found.get(f"{kind}Ref")] for found in process.iterfind(path)]


def _start_timers(process: Any) -> list[StartTimer]:
    path = f".//{bpmn('startEvent')}/{bpmn('timerEventDefinition')}"
    return [
        StartTimer(
            process=process.get("id"),
            element_id=found.getparent().get("id"),
            text=(next(iter(found)).text or "").strip(),
        )
        for found in process.iterfind(path)
    ]


def _elements(spec: Any) -> list[Element]:
    return [s.element for s in spec.task_specs.values() if getattr(s, "element", None) is not None]


@dataclass
class SpecCache:
    """Bundles by deployment id. A deployment never changes, so nothing here grows stale."""

    _bundles: dict[str, Bundle] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, deployment_id: str) -> Bundle | None:
        """The bundle, if it was parsed before."""
        return self._bundles.get(deployment_id)

    def put(self, deployment_id: str, bundle: Bundle) -> None:
        """Keep a bundle; the one kept longest goes when there are too many."""
        with self._lock:
            self._bundles[deployment_id] = bundle
            while len(self._bundles) > KEEP:
                self._bundles.pop(next(iter(self._bundles)))
