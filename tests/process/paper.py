"""Two people of the Office record what was done on paper (代录): one writes it in, the other compares."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine import runner
from engine.actor import Actor
from engine.administration import proposals
from engine.filing import files
from engine.paper import paper_acts, paper_seats
from engine.paper.paper_acts import Paper
from engine.permission import access
from engine.rehearsing.answers import small_pdf
from engine.tables import Task
from engine.unit_of_work import UnitOfWork
from tests.process.office import Office

RECORDER, SECOND = "county_staff1", "county_staff2"
BY_NAME = {"name": "王纸面", "title": "联系人"}
#: Fields that say again who signed and when: they must say what the record says.
_SIGNERS: Mapping[str, Mapping[str, str]] = {
    "sign_receipt": {"signed_by": "name", "signed_post": "title"},
    "record_transfer_receipt": {"received_by": "name"},
}


@dataclass
class PaperOffice(Office):
    """Whatever may be recorded is done on paper; the Office's own people do the rest."""

    done: set[str] = field(default_factory=set)
    recorder: str = RECORDER
    second: str = SECOND

    def do(
        self,
        element_id: str,
        *,
        by: str | None = None,
        item: str | None = None,
        instance_id: str | None = None,
        **values: Any,
    ) -> None:
        """On paper if the task can be, else as everybody does it."""
        task = self.task(element_id, item=item, instance_id=instance_id)
        if not self.is_outside(task):
            super().do(element_id, by=by, item=item, instance_id=instance_id, **values)
            return
        self.confirm(self.record(task, by=by, **values))
        runner.run_all_due(self.engine)
        self.no_incidents(element_id)
        self.done.add(element_id)

    def is_outside(self, task: Task) -> bool:
        """Whether the recorder is offered to record it."""
        with self.engine.read(self.actor(self.recorder)) as uow:
            acts = access.allowed_acts(uow, uow.session.get_one(Task, task.id))
        return "record_on_paper" in acts

    def record(
        self,
        task: Task,
        *,
        by: str | None = None,
        recorder: str | None = None,
        acted_on: date | None = None,
        **values: Any,
    ) -> str:
        """The recorder writes it in; the id of what waits for the second person."""
        signer = self.actor(by) if by is not None else None
        with self.engine.begin(self.actor(recorder or self.recorder)) as uow:
            scan = files.store(uow, io.BytesIO(small_pdf(task.name)), "扫描件.pdf").id
            row = uow.session.get_one(Task, task.id)
            signed = _signed(uow, row, signer)
            again = {k: signed[v] for k, v in _SIGNERS.get(task.element_id, {}).items()}
            given = {**self.values_for(uow, row, values, holds=False), **again, **values}
            paper = Paper(**signed, acted_on=acted_on or self.today, scans=(scan,))
            return paper_acts.propose(
                uow, task.id, paper, given, reason="纸质办理", revision=row.revision
            ).id

    def confirm(self, proposal_id: str, by: str | None = None) -> None:
        """The second person has compared it with the scan."""
        with self.engine.begin(self.actor(by or self.second)) as uow:
            proposals.confirm(uow, proposal_id, note="已核对")


def on_paper(office: Office, *, recorder: str = RECORDER, second: str = SECOND) -> PaperOffice:
    """The same installation, driven on paper from now on."""
    return PaperOffice(engine=office.engine, clock=office.clock, recorder=recorder, second=second)


def _signed(uow: UnitOfWork, task: Task, signer: Actor | None) -> dict[str, Any]:
    """Who acted: the person named, else any holder where it counts who it is, else a name."""
    for seat in paper_seats.of_task(uow, task):
        place = {"group": seat.role.key, "organisation_id": seat.organisation_id}
        if not seat.needs_account and signer is None:
            return {**place, **BY_NAME}
        for person in paper_acts.holders(uow, task, seat):
            if signer is None or person.id == signer.user_id:
                return {**place, "user_id": person.id, "name": person.name, "title": seat.role.name}
    raise AssertionError(f"nobody could have signed {task.element_id}")
