"""Redaction from the command line: what is due, take it away, hold a case or lift its hold."""

from __future__ import annotations

from collections.abc import Callable

from engine.actor import Actor
from engine.engine import Engine
from engine.record import redactions
from ops import audit
from ops.messages import text

ACTOR = Actor.system("dudao redact")


def check(engine: Engine, *, say: Callable[[str], None]) -> None:
    """Say what the rules let go now."""
    with engine.read(ACTOR) as uow:
        found = redactions.due(uow)
    for one in found:
        say(_line("redact.due", one, len(one.events), len(one.files)))
    say(text("redact.count", cases=len(found)))


def run(engine: Engine, *, reason: str, say: Callable[[str], None]) -> None:
    """Take it away, each case and rule in a transaction of its own."""
    with engine.read(ACTOR) as uow:
        found = redactions.due(uow)
    for one in found:
        with engine.begin(ACTOR) as uow:
            events, files = redactions.run(uow, one, reason=reason)
        say(_line("redact.done", one, events, files))
    say(text("redact.count", cases=len(found)))


def hold(engine: Engine, case: str, *, reason: str, lift: bool) -> None:
    """Hold a case, or lift its hold. Refusal where there is no such case."""
    for instance_id in audit.find(engine, [case]):
        with engine.begin(ACTOR) as uow:
            (redactions.lift if lift else redactions.hold)(uow, instance_id, reason=reason)


def _line(key: str, one: redactions.Due, events: int, files: int) -> str:
    case = one.business_key or one.instance_id
    rule = one.rule
    return text(key, case=case, rule=rule.name, ground=rule.ground, events=events, files=files)
