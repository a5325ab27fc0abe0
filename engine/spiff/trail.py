"""The way a token came: finished steps before it, what came after one of them, and going back there.

Tokens are a tree in which children follow their parent; a parallel join ends all arrivals but one,
which goes on, and marks the others with it (`joined`). Both together are the real history of an
instance. Going back takes away whatever came after the step, in every branch, and puts a token there;
of a join that was passed on the way, the arrivals of the other branches wait again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff import moves, passing, specs


def before(token: Any) -> Iterator[tuple[Any, Any]]:
    """Each finished user task that the token came by, with the token that stands for it there.

    That is the token itself, or the sub-process around it; the nearest first, outwards.
    """
    level = token
    while level is not None:
        for passed in _upstream(level):
            is_done = passed.state == TaskState.COMPLETED and passed.task_spec.manual
            if is_done and not moves.is_item(passed):
                yield passed, level
        outer = level.workflow.parent_task_id
        level = None if outer is None else level.workflow.top_workflow.get_task_from_id(outer)


def _upstream(token: Any) -> Iterator[Any]:
    arrivals = _arrivals(token.workflow)
    seen = {token.id}
    following = [token]
    while following:
        task = following.pop(0)
        came_from = [task.parent, *arrivals.get(str(task.id), [])]
        for earlier in came_from:
            if earlier is not None and earlier.id not in seen:
                seen.add(earlier.id)
                following.append(earlier)
                yield earlier


def after(origin: Any) -> list[Any]:
    """Every token that followed a finished step, in all branches, finished or not."""
    by_id = {str(task.id): task for task in origin.workflow.tasks.values()}
    found: dict[Any, Any] = {}
    following = list(origin.children)
    while following:
        task = following.pop()
        if task.id in found:
            continue
        found[task.id] = task
        following += task.children
        if (joined := task.internal_data.get(specs.JOINED)) in by_id:
            following.append(by_id[joined])
    return list(found.values())


def _arrivals(workflow: Any) -> dict[str, list[Any]]:
    """The arrivals that ended at each join that went on, by the id of the one that did."""
    found: dict[str, list[Any]] = {}
    for task in workflow.tasks.values():
        if joined := task.internal_data.get(specs.JOINED):
            found.setdefault(joined, []).append(task)
    return found


def send_back(token: Any, origin: Any, level: Any, *, again: dict[str, Any]) -> None:
    """Take away what followed a finished step, and put a token there again.

    `level` stands for the token in the process of that step, as `before` gave it; `again` says which
    task the new token takes up.
    """
    variables = _variables(token, level)
    following = after(origin)
    redone = {task.id for task in following} | {origin.id}
    arrivals = _arrivals(origin.workflow)
    for task in following:
        if task.has_state(TaskState.DEFINITE_MASK) and task.id in task.workflow.tasks:
            specs.cancel_activity(task)
    for join in following:
        ended = arrivals.get(str(join.id), [])
        if not ended or join.internal_data.get(specs.UNDONE):
            continue
        join.internal_data[specs.UNDONE] = True
        for arrival in [join, *ended]:
            if arrival.parent.id not in redone:
                _wait_again(arrival)
    placed = moves.put(moves.entrance(origin).parent, origin.task_spec, variables)
    placed.internal_data[specs.TAKES_UP] = again


def _wait_again(arrival: Any) -> None:
    """A branch that had come to a join before it was passed: it is there already."""
    waiting = arrival.parent._add_child(arrival.task_spec, TaskState.WAITING)
    waiting.triggered = True  # it is no prediction that could be taken back
    waiting._inherit_data()


def lend(token: Any, origin: Any, *, again: dict[str, Any], came_back: dict[str, Any]) -> None:
    """Put a token on an earlier step in place of this one, which comes back behind it.

    Nothing else is touched. Both stand in one process. `came_back` says which task is taken up then.
    """
    entrance = moves.entrance(token)
    variables = passing.outside(token)
    moves.take_away(token)
    placed = moves.put(entrance.parent, origin.task_spec, variables)
    placed.internal_data[specs.TAKES_UP] = again
    placed.internal_data[specs.COMES_BACK] = {"to": token.task_spec.name, "again": came_back}


def comes_back(token: Any) -> bool:
    """Whether a user task was lent to: completing it leads back to who sent it."""
    return specs.COMES_BACK in moves.entrance(token).internal_data


def give_back(token: Any, variables: dict[str, Any]) -> None:
    """Complete a user task that was lent to, and put the token where it came from."""
    entrance = moves.entrance(token)
    back = entrance.internal_data[specs.COMES_BACK]
    token.data.update(variables)
    spec = token.workflow.spec.task_specs[back["to"]]
    placed = moves.put(entrance.parent, spec, passing.handed_on(token))
    placed.internal_data[specs.TAKES_UP] = back["again"]
    token._drop_children()  # what the drawing has behind it is not entered this time
    token.run()
    for sibling in entrance.children if entrance is not token else []:
        if not sibling.has_state(TaskState.FINISHED_MASK):
            specs.cancel_activity(sibling)


def takes_up(token: Any) -> dict[str, Any] | None:
    """Which task this one takes up, and why; None for one that comes the first time."""
    found: dict[str, Any] | None = moves.entrance(token).internal_data.get(specs.TAKES_UP)
    return found


def _variables(token: Any, level: Any) -> dict[str, Any]:
    """What the token knows, as far as its outer processes would get to know it, too."""
    variables = passing.outside(token)
    while token is not level:
        token = token.workflow.top_workflow.get_task_from_id(token.workflow.parent_task_id)
        if not isinstance(token.task_spec, specs.SubWorkflow) or moves.is_item(token):
            variables = passing.outside(
                token
            )  # a called process, or an item, tells only at its end
    return dict(token.parent.data) if moves.is_item(token) else variables
