"""What a worker tidies once a day: old sign-ins, answers, proposals, tasks of ended posts, files.

Every worker does it and it hurts nobody twice: each line goes by a date.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from engine import idempotency, identity, initials, rates
from engine.actor import Actor
from engine.administration import proposals
from engine.engine import Engine
from engine.filing import files
from engine.handover import departures
from engine.identity import outside
from engine.rehearsing import sandboxes
from engine.tables import Instance, Organisation, User

log = structlog.get_logger(__name__)

ACTOR = Actor.system("housekeeping")

#: A client repeats a request within minutes; a week covers a machine that was off over a holiday.
KEPT_ANSWERS = timedelta(days=7)

#: What is found by its initials.
NAMED = ((Organisation, Organisation.name), (User, User.name), (Instance, Instance.title))

#: Six months, see settings.keep_days.
KEPT = timedelta(days=180)


def run(engine: Engine, *, kept: timedelta = KEPT) -> None:
    """Tidy now. Ended sign-ins stay for as long as `kept`; proposals and the journal for ever."""
    with engine.begin(ACTOR) as uow:
        sign_ins = identity.sweep(uow, kept=kept)
        outside.sweep(uow)
        answers = idempotency.forget(uow, uow.now - KEPT_ANSWERS)
        expired = proposals.expire(uow)
        rates.sweep(uow)
    with engine.begin(ACTOR) as uow:
        departures.release_lapsed(uow)
    try:
        with engine.begin(ACTOR) as uow:
            files.schedule_sweep(uow)
    except IntegrityError:
        log.debug("sweep scheduled by another worker")
    rehearsed = sandboxes.sweep(engine, ACTOR)
    initials.fill(engine, NAMED)
    log.info(
        "housekeeping done",
        sign_ins=sign_ins,
        answers=answers,
        proposals=expired,
        sandboxes=rehearsed,
    )
