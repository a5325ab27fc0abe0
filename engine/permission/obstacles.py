"""Why an act on a task is not open to somebody who sees it: what is in the way, and what to do.

acts.py says which acts are open, and asks here only where one is not. What lies with the state
of case or task is a Conflict, what lies with the person NotAllowed; docs/operations.md has each code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.errors import Conflict, EngineError, NotAllowed
from engine.handover import rework
from engine.handover.handover_acts import PENDING
from engine.identity import people
from engine.paper import paper_seats
from engine.permission import separations, sight
from engine.signoff import signers
from engine.signoff.signing_acts import ADDING
from engine.spiff.model import SEND_BACK_NONE
from engine.states import InstanceState, TaskState
from engine.tables import Task

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: code → what the person is told.
SENTENCES: Mapping[str, str] = {
    "not-allowed": "您现在不能这样办理，请刷新后查看可以进行的操作。",
    "recused": "您在本案中应当回避，不能这样办理。",
    "not-a-candidate": "这项任务不由您的岗位办理。",
    "not-claimed": "这项任务还没有人认领，请先认领。",
    "held-by-another": "这项任务在他人手中，只能由其办理、转办或者放回。",
    "nobody-else": "没有其他人可以办理这项任务，不能放回或者改交他人；可以委派同事拟办。",
    "lent-out": "这项任务已经委派出去，请等交回；委派人也可以先收回。",
    "lent-to-you": "这项任务是他人委派给您的：请拟好草稿后交回，由委派人办理。",
    "not-lent": "这项任务没有委派，不需要交回或者收回。",
    "waits-for-signers": "您已请人加签，等其表明意见之后再办；也可以先减签。",
    "refuse-instead": "会签的任务不能退回：不同意的，请在表决时表明。",
    "send-back-none": "按流程规定，这一步不能退回。",
    "nothing-before": "前面没有办理过的步骤，不能退回。",
    "no-added-signers": "按流程规定，这里不能加签。",
    "not-a-recorder": "只有案件承办单位的登记岗位可以代录。",
    "not-on-paper": "这项任务的办理岗位都用账号办理，不能代录。",
    "signed-by-account": "会签、加签的任务不能代录，请各方自行表决。",
    "not-completed": "这项任务还没有办结，不能撤回。",
    "not-yours": "只有办结这项任务的人可以撤回。",
    "vote-stands": "表决和有加签的办理不能撤回。",
    "gone-on": "流程没有停在您办结之后的那一步，不能撤回。",
    "followed-up": "下一步已经有人接手，不能撤回；需要时请其退回。",
    "own-task": "任务就在您手中，不必催办。",
    "no-part": "只有办理人、发起人和能查看案件内部情况的人可以这样做。",
}
#: The same of states.
_STATES: Mapping[str, str] = {
    "instance-suspended": "案件已暂停，恢复后才能办理。",
    "instance-ended": "案件已经结束，不能再办理。",
    "already-completed": "这项任务已经办结，不能再办一次。",
    "task-cancelled": "这项任务已经不需要办理。",
    "vote-instead": "这项任务要表明同意与否：请用“表决”提交。",
    "not-a-sign-off": "这项任务不是会签，请直接办结。",
    "not-repeatable": "这一步的办理结果已经形成记录，不能撤回重做。",
    "over-what-stands": "其后的步骤已经生效，不能撤回。",
    "beyond-sight": "其后还有您看不到的事项正在办理，不能由您撤去；请对方退回。",
    "not-on-the-way": "流程已经走出这一步所在的子流程或者逐项办理，不能撤回。",
}
#: They leave a task where it is, and are open to whoever has a part in the case.
_TELLING = frozenset({"comment", "circulate"})
_AROUND = _TELLING | {"urge", "make_sheet"}


def of_task(uow: UnitOfWork, task: Task, act: str) -> EngineError:
    """What to raise for an act that is not open to the actor."""
    code = "not-allowed" if uow.actor.user_id is None else _code(uow, task, act)
    if code == "separated":
        done = separations.of_actor(uow, [task.id])[task.id]
        return NotAllowed(separations.sentence(uow, done), code=code, act=act)
    if code in _STATES:
        return Conflict(_STATES[code], code=code)
    return NotAllowed(SENTENCES[code], code=code, act=act)


def _code(uow: UnitOfWork, task: Task, act: str) -> str:
    return (
        _of_states(task, act)
        or _of_person(uow, task, act)
        or _of_lending(uow, task, act)
        or _of_holder(uow, task, act)
        or _of_model(uow, task, act)
        or "not-allowed"
    )


def _of_states(task: Task, act: str) -> str | None:
    state = task.instance.state
    if state == InstanceState.SUSPENDED and act not in _TELLING:
        return "instance-suspended"
    if state in (InstanceState.COMPLETED, InstanceState.CANCELLED):
        return "instance-ended"
    if task.state == TaskState.CANCELLED:
        return "task-cancelled"
    if task.state == TaskState.COMPLETED and act != "take_back":
        return "already-completed"
    if task.state in sight.OPEN and act == "take_back":
        return None if task.completed_at is not None else "not-completed"
    return None


def _of_person(uow: UnitOfWork, task: Task, act: str) -> str | None:
    view = sight.of_instances(uow, [task.instance_id])[task.instance_id]
    if view.is_recused:
        return "recused"
    me = uow.actor.user_id
    if act == "take_back":
        return _of_taking_back(uow, task)
    if act == "urge" and task.assignee_id == me:
        return "own-task"
    if act in _AROUND:
        return "no-part"
    if act == "record_on_paper":
        return _of_recording(uow, task)
    if sight.exclusions(uow, [task.id]):
        return "separated"
    may_take = any(view.may_take(facts) for facts in sight.tasks(uow, [task.id]))
    return None if may_take else "not-a-candidate"


def _of_taking_back(uow: UnitOfWork, task: Task) -> str:
    if task.completed_by != uow.actor.user_id:
        return "not-yours"
    if task.sign_off_id is not None:
        return "vote-stands"
    following = rework.successors(uow, [task])[task.id]
    if not following:
        return "gone-on"
    if not all(map(rework.is_untouched, following)):
        return "followed-up"
    return rework.hindrances(uow, [task], {task.id: following}).get(task.id, "not-allowed")


def _of_recording(uow: UnitOfWork, task: Task) -> str:
    if not paper_seats.offices_of(uow, task.instance):
        return "not-a-recorder"
    if not paper_seats.of_task(uow, task):
        return "not-on-paper"
    return "signed-by-account" if task.sign_off_id is not None else "lent-out"


def _of_lending(uow: UnitOfWork, task: Task, act: str) -> str | None:
    if task.lending == PENDING:
        return "lent-to-you" if task.assignee_id == uow.actor.user_id else "lent-out"
    return "not-lent" if act in ("give_back", "recall") else None


def _of_holder(uow: UnitOfWork, task: Task, act: str) -> str | None:
    if task.assignee_id is None:
        return "not-claimed"
    if task.assignee_id != uow.actor.user_id:
        return "held-by-another"
    if task.held_at is not None:
        return "waits-for-signers"
    if act in ("unclaim", "assign", "transfer"):
        others = [one for one in people.people_for(uow, task) if one.id != uow.actor.user_id]
        return None if others else "nobody-else"
    return None


def _of_model(uow: UnitOfWork, task: Task, act: str) -> str | None:
    """Of the holder of a task that is theirs to do."""
    board = signers.board(uow, task.sign_off_id) if task.sign_off_id is not None else None
    is_vote = board is not None and not board.is_alone_with(task.id)
    if act == "complete" and is_vote:
        return "vote-instead"
    if act == "vote" and not is_vote:
        return "not-a-sign-off"
    if act in ADDING.values() and board is not None and not board.terms.may_add:
        return "no-added-signers"
    if act == "send_back":
        if is_vote:
            return "refuse-instead"
        return "send-back-none" if task.send_back == SEND_BACK_NONE else "nothing-before"
    return None
