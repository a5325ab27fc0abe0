"""The operations, each tried with arguments that fit, by whoever plays it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import tasks
from engine.handover import approval_sheets, circulation, comments, handovers, returns, urging
from engine.handover.returns import Mode
from engine.paper import paper_acts
from engine.paper.paper_acts import Paper
from engine.signoff import cosigners, signers, signing
from engine.states import SignerState
from engine.tables import SignOff, Task
from engine.unit_of_work import UnitOfWork
from tests.driver import SYSTEM
from tests.integration.engine.operations.world import World

#: What the forms take.
VALUES = {"note": "同意"}


@dataclass(frozen=True, kw_only=True)
class Try:
    """What an operation is tried on: the task as the actor has read it."""

    world: World
    task_id: str
    instance_id: str
    revision: int
    #: Other people, for acts that need one: who could do it, who could be asked.
    other: str = "bob"
    adviser: str = "gus"
    first_id: str = "none"
    signer_id: str = "none"


@dataclass(frozen=True, kw_only=True)
class Act:
    """A row: what it is called, the act of `allowed_acts` that offers it, and the verb."""

    key: str
    zh: str
    offered_as: str
    play: Callable[[UnitOfWork, Try], object]
    note: str = ""
    #: Other ways of the same, which come to the same.
    others: tuple[Callable[[UnitOfWork, Try], object], ...] = ()


def _passing(verb: Callable[..., object]) -> Callable[[UnitOfWork, Try], object]:
    def play(uow: UnitOfWork, at: Try) -> object:
        to = at.world.id_of(at.other)
        return verb(uow, at.task_id, to, opinion="请办", revision=at.revision)

    return play


def _adding(placement: str) -> Callable[[UnitOfWork, Try], object]:
    def play(uow: UnitOfWork, at: Try) -> object:
        adviser = at.world.id_of(at.adviser)
        return cosigners.add(
            uow, at.task_id, adviser, placement=placement, question="请核", revision=at.revision
        )

    return play


def _sending_back(mode: Mode) -> Callable[[UnitOfWork, Try], object]:
    def play(uow: UnitOfWork, at: Try) -> object:
        return returns.send_back(
            uow, at.task_id, to=at.first_id, mode=mode, opinion="不全", revision=at.revision
        )

    return play


def _vote(uow: UnitOfWork, at: Try) -> object:
    return signing.vote(
        uow, at.task_id, "agree", values=VALUES, opinion="同意", revision=at.revision
    )


def _record(uow: UnitOfWork, at: Try) -> object:
    paper = Paper(
        group="mayor",
        name="mia",
        title="副县长",
        acted_on=uow.today,
        scans=(at.world.scan_id,),
        user_id=at.world.id_of("mia"),
    )
    return paper_acts.propose(
        uow, at.task_id, paper, VALUES, reason="纸质签批", revision=at.revision
    )


ACTS: tuple[Act, ...] = (
    Act(
        key="claim",
        zh="认领",
        offered_as="claim",
        play=lambda uow, at: tasks.claim(uow, at.task_id, revision=at.revision),
    ),
    Act(
        key="unclaim",
        zh="放回",
        offered_as="unclaim",
        play=lambda uow, at: tasks.unclaim(uow, at.task_id, revision=at.revision),
    ),
    Act(
        key="assign",
        zh="指派",
        offered_as="assign",
        play=lambda uow, at: tasks.assign(
            uow, at.task_id, at.world.id_of(at.other), revision=at.revision
        ),
    ),
    Act(
        key="save_draft",
        zh="存草稿",
        offered_as="save_draft",
        play=lambda uow, at: tasks.save_draft(uow, at.task_id, VALUES, revision=at.revision),
    ),
    Act(
        key="complete",
        zh="办结",
        offered_as="complete",
        play=lambda uow, at: tasks.complete(uow, at.task_id, VALUES, revision=at.revision),
    ),
    Act(key="vote", zh="表决", offered_as="vote", play=_vote),
    Act(
        key="record_on_paper",
        zh="代录",
        offered_as="record_on_paper",
        play=_record,
        note="of the paper that a vice-mayor signed",
    ),
    Act(key="transfer", zh="转办", offered_as="transfer", play=_passing(handovers.transfer)),
    Act(key="lend", zh="委派", offered_as="lend", play=_passing(handovers.lend)),
    Act(
        key="give_back",
        zh="交回",
        offered_as="give_back",
        play=lambda uow, at: handovers.give_back(
            uow, at.task_id, opinion="已拟", revision=at.revision
        ),
    ),
    Act(
        key="recall",
        zh="收回",
        offered_as="recall",
        play=lambda uow, at: handovers.recall(
            uow, at.task_id, reason="改由本人办理", revision=at.revision
        ),
    ),
    Act(
        key="add_signer",
        zh="加签（前、并、后）",
        offered_as="add_signer",
        play=_adding(signers.BEFORE),
        others=(_adding(signers.PARALLEL), _adding(signers.AFTER)),
    ),
    Act(
        key="remove_signer",
        zh="减签",
        offered_as="remove_signer",
        play=lambda uow, at: cosigners.remove(uow, at.task_id, at.signer_id, reason="不再需要"),
        note="of who was asked, or of another office",
    ),
    Act(
        key="send_back",
        zh="只退回",
        offered_as="send_back",
        play=_sending_back(Mode.ONLY),
        note="to the step before",
    ),
    Act(
        key="send_back_and_return",
        zh="退回后直接返回",
        offered_as="send_back",
        play=_sending_back(Mode.AND_BACK),
        note="to the step before",
    ),
    Act(
        key="take_back",
        zh="撤回",
        offered_as="take_back",
        play=lambda uow, at: returns.take_back(uow, at.task_id, reason="漏了附件"),
    ),
)

#: What leaves the task where it is: open to whoever has a part in the case, whatever the kind.
AROUND: tuple[Act, ...] = (
    Act(
        key="urge",
        zh="催办",
        offered_as="urge",
        play=lambda uow, at: urging.urge(uow, at.task_id, channel=urging.PHONE),
    ),
    Act(
        key="circulate",
        zh="抄送",
        offered_as="circulate",
        play=lambda uow, at: circulation.circulate(uow, at.task_id, [at.world.id_of(at.adviser)]),
    ),
    Act(
        key="comment",
        zh="评论",
        offered_as="comment",
        play=lambda uow, at: comments.add(uow, at.task_id, comments.OPINION, "数字待核"),
    ),
    Act(
        key="make_sheet",
        zh="生成呈批件",
        offered_as="make_sheet",
        play=lambda uow, at: approval_sheets.make(
            uow, at.task_id, title="关于整改的请示", proposed="拟同意"
        ),
    ),
)


def tried(world: World, instance_id: str, task_id: str) -> Try:
    """What is known of the task before anything is tried on it."""
    return Try(
        world=world,
        task_id=task_id,
        instance_id=instance_id,
        revision=world.revision(task_id),
        first_id=world.done_row(instance_id, "first"),
        signer_id=_removable(world, instance_id, task_id),
    )


def _removable(world: World, instance_id: str, task_id: str) -> str:
    """A signer who has not voted, those who were asked first; any signer where all have."""
    with world.engine.read(SYSTEM) as uow:
        sign_off_id = uow.session.get_one(Task, task_id).sign_off_id
        if sign_off_id is None:
            return "none"
        assert uow.session.get_one(SignOff, sign_off_id).instance_id == instance_id
        board = signers.board(uow, sign_off_id)
        others = [row for row in board.signers if row.task_id != task_id]
        others.sort(key=lambda row: (row.state == SignerState.VOTED, row.beside_id is None))
        return others[0].id if others else "none"
