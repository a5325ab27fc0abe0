"""What people may see and do with requests for leave, as one would tell it: no engine, no database.

The random users of test_state_machine.py are compared with it. It knows the family leave_request, the
rules of docs/access.md as far as that family needs them, and nothing of how they are implemented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from engine.clock import LOCAL_ZONE

#: The post that takes a task, and whether it lies in the department or in the whole firm.
TAKEN_BY = {
    "approve_by_manager": ("manager", "department"),
    "approve_by_director": ("director", "firm"),
    "resolve_clash": ("hr", "firm"),
}
APPROVALS = ("approve_by_manager", "approve_by_director")
SETTLES = timedelta(hours=1)

GOOD = {
    "approve_by_manager": [{"outcome": "approve"}, {"outcome": "reject", "opinion": "人手不够"}],
    "approve_by_director": [{"outcome": "approve"}, {"outcome": "reject", "opinion": "人手不够"}],
    "accept_handover": [{"accepted": "yes"}, {"accepted": "no", "note": "出差"}],
    "resolve_clash": [{"resolution": "改到四月"}],
}
BAD = {
    "approve_by_manager": [{}, {"outcome": "reject"}, {"outcome": "perhaps"}],
    "approve_by_director": [{}, {"outcome": "reject"}, {"outcome": ["approve"]}],
    "accept_handover": [{}, {"accepted": "no"}],
    "resolve_clash": [{}, {"resolution": "字" * 501}],
}


@dataclass
class Task:
    id: str
    case: Case
    element: str
    revision: int
    due_at: datetime | None
    holder: str | None = None
    done_by: str | None = None
    state: str = "open"  #: open, completed, cancelled

    @property
    def is_given(self) -> bool:
        """The model names the person; nobody else may take it."""
        return self.element not in TAKEN_BY

    def holds(self, who: str) -> bool:
        return who in (self.holder, self.done_by)


@dataclass
class Case:
    id: str
    starter: str
    department: str
    starts_on: date
    ends_on: date
    colleagues: tuple[str, ...]
    #: manager, director, handover, waiting, settling, clash, ended
    phase: str = "director"
    state: str = "active"
    version: int = 1
    handing_over: set[str] = field(default_factory=set)
    told_hr: bool = False
    incident: bool = False
    settles_at: datetime | None = None
    is_booked: bool = False
    recused: set[str] = field(default_factory=set)
    tasks: list[Task] = field(default_factory=list)

    @property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.state == "open"]

    def expected(self) -> Counter[tuple[str, str | None]]:
        """Element and named person of the tasks that are open now."""
        if self.state not in ("active", "suspended"):
            return Counter()
        one = {
            "manager": "approve_by_manager",
            "director": "approve_by_director",
            "clash": "resolve_clash",
        }
        if self.phase in one:
            return Counter([(one[self.phase], None)])
        return Counter(("accept_handover", name) for name in self.handing_over)


@dataclass
class Truth:
    """Everybody, every case; `posts` are (role, place) of a person, places are codes."""

    posts: dict[str, set[tuple[str, str]]]
    administrators: frozenset[str]
    cases: list[Case] = field(default_factory=list)
    #: The cabinet that `notify_hr` needs.
    is_locked: bool = False
    version: int = 1

    @property
    def tasks(self) -> list[Task]:
        return [task for case in self.cases for task in case.tasks]

    # who sees

    def is_party(self, who: str, case: Case) -> bool:
        if who in self.administrators:
            return False
        return any(place in (case.department, "firm") for _, place in self.posts[who])

    def sees_case(self, who: str, case: Case) -> bool:
        if who in self.administrators:
            return False
        held = who not in case.recused and any(task.holds(who) for task in case.tasks)
        return self.is_party(who, case) or held

    def sees_task(self, who: str, task: Task) -> bool:
        if who in self.administrators or who in task.case.recused:
            return False
        if self.is_party(who, task.case) or task.holds(who):
            return True
        return any(other.is_given and other.holds(who) for other in task.case.tasks)

    # who may

    def may_take(self, who: str | None, task: Task) -> bool:
        if who is None or who in self.administrators or who in task.case.recused:
            return False
        if task.is_given:
            return task.holder == who
        role, where = TAKEN_BY[task.element]
        return (role, task.case.department if where == "department" else where) in self.posts[who]

    def acts(self, who: str, task: Task) -> set[str]:
        if task.state != "open" or task.case.state != "active" or not self.may_take(who, task):
            return set()
        if task.holder is None:
            return {"claim", "assign"}
        if task.holder == who:
            return {"complete", "save_draft"} | (set() if task.is_given else {"assign", "unclaim"})
        return set() if self.may_take(task.holder, task) else {"assign"}

    def case_acts(self, who: str, case: Case) -> set[str]:
        if not self.sees_case(who, case):
            return set()
        legal = {"active": {"suspend", "cancel"}, "suspended": {"resume", "cancel"}}
        own = {"cancel"} if who == case.starter else set()
        ruled = {"suspend", "resume"} if ("hr", "firm") in self.posts[who] else set()
        return (own | ruled) & legal.get(case.state, set())

    def tab(self, who: str, name: str) -> set[str]:
        return {task.id for task in self.tasks if self._is_in(who, name, task)}

    def _is_in(self, who: str, name: str, task: Task) -> bool:
        case = task.case
        if name == "done":
            in_sight = who not in case.recused
            return task.state == "completed" and task.done_by == who and in_sight
        if task.state != "open" or case.state != "active":
            return False
        if name == "started":
            return case.starter == who and self.sees_task(who, task)
        if name == "mine":
            return task.holder == who and self.sees_task(who, task)
        return task.holder is None and self.may_take(who, task)

    # what an answer is

    def answer(
        self,
        who: str,
        task: Task,
        act: str,
        *,
        is_stale: bool,
        target: str = "",
        is_good: bool = True,
    ) -> tuple[int, str]:
        """Status and code."""
        if not self.sees_task(who, task):
            return 404, "task-not-found"
        if task.state == "completed":
            return 409, "already-completed"
        if task.state == "cancelled":
            return 409, "task-cancelled"
        if task.case.state == "suspended":
            return 409, "instance-suspended"
        if is_stale:
            return 412, "stale"
        if act == "claim" and task.holder is not None:
            return (200, "") if task.holder == who else (409, "already-claimed")
        if act not in self.acts(who, task):
            return 403, self._why_not(who, task)
        if act == "assign" and not self.may_take(target, task):
            return 422, "not-a-candidate"
        if act == "complete" and not is_good:
            return 422, "form-invalid"
        return 200, ""

    def _why_not(self, who: str, task: Task) -> str:
        if not self.may_take(who, task):
            return "not-a-candidate"
        if task.holder is None:
            return "not-claimed"
        return "nobody-else" if task.holder == who else "held-by-another"

    # what happens

    def begin(self, case: Case, reason: str) -> None:
        days = (case.ends_on - case.starts_on).days + 1
        self.cases.append(case)
        if days <= 1 and reason == "sick":
            self.hand_over(case)
        else:
            case.phase = "manager" if days <= 3 else "director"

    def hand_over(self, case: Case) -> None:
        case.phase = "handover"
        case.handing_over = set(case.colleagues)
        self.tell_hr(case)

    def tell_hr(self, case: Case) -> None:
        case.incident = self.is_locked
        case.told_hr = not self.is_locked
        self._handed_over(case)

    def _handed_over(self, case: Case) -> None:
        if case.told_hr and not case.handing_over:
            case.phase = "waiting"

    def complete(self, who: str, task: Task, values: dict[str, str]) -> None:
        case = task.case
        task.state, task.done_by = "completed", who
        task.revision += 1
        if task.element in APPROVALS and values["outcome"] == "reject":
            case.phase, case.state = "ended", "completed"
        elif task.element in APPROVALS:
            self.hand_over(case)
        elif task.element == "accept_handover":
            case.handing_over.remove(who)
            self._handed_over(case)
        else:
            case.phase, case.state = "ended", "completed"

    def cancel(self, case: Case) -> None:
        case.state, case.incident = "cancelled", False
        for task in case.open_tasks:
            task.state = "cancelled"

    def pass_on(self, case: Case, phase: str) -> None:
        """Away from an approval without anybody's word."""
        for task in case.open_tasks:
            task.state = "cancelled"
        case.phase = phase

    def tick(self, now: datetime) -> None:
        """What falls due by itself, the earliest first."""
        due = [
            (at, n) for n, case in enumerate(self.cases) if (at := self._next(case)) and at <= now
        ]
        for _, n in sorted(due):
            case = self.cases[n]
            if case.phase == "manager":
                self.pass_on(case, "director")
            elif case.phase == "settling":
                case.phase, case.state = "ended", "completed"
            elif any(self._overlaps(case, other) for other in self.cases):
                case.phase = "clash"
            else:
                case.phase, case.is_booked, case.settles_at = "settling", True, now + SETTLES

    def _overlaps(self, case: Case, other: Case) -> bool:
        return (
            other.is_booked
            and other.starter == case.starter
            and other is not case
            and case.starts_on <= other.ends_on
            and other.starts_on <= case.ends_on
        )

    def _next(self, case: Case) -> datetime | None:
        if case.state != "active":
            return None
        if case.phase == "manager":
            return next((task.due_at for task in case.open_tasks), None)
        if case.phase == "waiting":
            return datetime.combine(case.starts_on, time(), LOCAL_ZONE)
        return case.settles_at if case.phase == "settling" else None

    def hidden(self, who: str) -> Iterator[Case]:
        return (case for case in self.cases if not self.sees_case(who, case))
