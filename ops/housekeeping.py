"""What a worker tidies once a day: old sign-ins, answers, proposals; and that files are swept.

Every worker does it and it hurts nobody twice: each line is one deletion by date.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from engine import files, idempotency, identity, proposals, rates
from engine.actor import Actor
from engine.engine import Engine

log = structlog.get_logger(__name__)

ACTOR = Actor.system("housekeeping")

#: A client repeats a request within minutes; a week covers a machine that was off over a holiday.
KEPT_ANSWERS = timedelta(days=7)


def run(engine: Engine) -> None:
    """Tidy now."""
    with engine.begin(ACTOR) as uow:
        sign_ins = identity.sweep(uow)
        answers = idempotency.forget(uow, uow.now - KEPT_ANSWERS)
        expired = proposals.expire(uow)
        rates.sweep(uow)
    try:
        with engine.begin(ACTOR) as uow:
            files.schedule_sweep(uow)
    except IntegrityError:
        log.debug("sweep scheduled by another worker")
    log.info("housekeeping done", sign_ins=sign_ins, answers=answers, proposals=expired)
