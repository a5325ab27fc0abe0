"""Random users do random things to requests for leave, and a plain model says what must come of it.

By addresses only, as people do: right and wrong persons, guessed ids, double clicks, stale revisions,
posts that end, recusals, faults and their retry by two at once, a new version and its migration, a
moved token, time. After each step the answer, the lists, what is allowed and the history are compared
with tests/api/truth.py. The same steps each time; DUDAO_RANDOM_STEPS=<examples> draws that many new
ones (CONTRIBUTING.md).
"""

from __future__ import annotations

import io
import os
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test
from werkzeug.test import TestResponse

from engine import identity, runner
from engine.permission import recusals
from tests.api.browser import problem
from tests.api.leave_desk import ACTORS, OBSERVER, Desk, Stage, stage
from tests.api.truth import BAD, GOOD, Case, Task
from tests.factories import SYSTEM

__all__ = ["stage"]

#: Posts that end and are given while cases run.
CHANGING = (("mia", "manager"), ("max", "manager"), ("bob", "manager"), ("dan", "director"))
MOST_CASES = 4
ACTS = ("claim", "unclaim", "assign", "draft", "complete")
MODEL = "bpmn/leave_request.bpmn"


class RandomUsers(Desk):
    """What they do."""

    # starting

    @initialize()
    def one_case(self) -> None:
        self._start("ann", "annual", 2, 3, ("bob",))

    @precondition(lambda self: len(self.truth.cases) < MOST_CASES)
    @rule(
        who=st.sampled_from(["ann", "cid", "eve", "bob", "dan", "sam"]),
        reason=st.sampled_from(["annual", "sick"]),
        days=st.sampled_from([1, 2, 5]),
        ahead=st.sampled_from([0, 2, 4]),
        colleagues=st.sampled_from([(), ("bob",), ("cid", "bob"), ("eve",)]),
    )
    def start(
        self, who: str, reason: str, days: int, ahead: int, colleagues: tuple[str, ...]
    ) -> None:
        self._start(who, reason, days, ahead, colleagues)

    def _start(
        self, who: str, reason: str, days: int, ahead: int, colleagues: tuple[str, ...]
    ) -> None:
        first = self._free_day(who, self.clock.now().astimezone().date() + timedelta(days=ahead))
        values = {
            "applicant": who,
            "reason": reason,
            "starts_on": first.isoformat(),
            "ends_on": (first + timedelta(days=days - 1)).isoformat(),
            "colleagues": [self.id_of(name) for name in colleagues],
        }
        answer = self.window(who).post("/instances", {"family": "leave_request", "values": values})
        posts = self.truth.posts
        places = {place for _, place in posts[who]}
        here = {n for n, held in posts.items() if any(p in places for _, p in held)} - {who}
        if not any(role == "applicant" for role, _ in posts[who]):
            problem(answer, 403, "not-allowed")
            return
        if not set(colleagues) <= here:
            problem(answer, 422, "form-invalid")
            return
        assert answer.status_code == 201, answer.json
        [department] = places
        case = Case(
            id=answer.json["id"],
            starter=who,
            department=department,
            starts_on=first,
            ends_on=first + timedelta(days=days - 1),
            colleagues=colleagues,
            version=self.truth.version,
        )
        self.truth.begin(case, reason)
        self.settle()

    def _free_day(self, who: str, day: date) -> date:
        """Two leaves of one person on one day would be booked in either order."""
        taken = {case.starts_on for case in self.truth.cases if case.starter == who}
        while day in taken:
            day += timedelta(days=1)
        return day

    # working

    @rule(data=st.data(), act=st.sampled_from(ACTS), is_stale=st.booleans(), twice=st.booleans())
    def anything_by_anybody(
        self, data: st.DataObject, act: str, is_stale: bool, twice: bool
    ) -> None:
        tasks = self.truth.tasks
        if not tasks:
            return
        task = data.draw(st.sampled_from(tasks))
        who = data.draw(st.sampled_from(ACTORS))
        good = data.draw(st.booleans())
        values = data.draw(st.sampled_from((GOOD if good else BAD)[task.element]))
        target = data.draw(st.sampled_from(ACTORS))
        self._act(who, task, act, is_stale=is_stale, values=values, is_good=good, target=target)
        if twice:
            self._act(who, task, act, is_stale=is_stale, values=values, is_good=good, target=target)

    @rule(data=st.data(), with_key=st.booleans(), again=st.booleans())
    def somebody_does_their_work(self, data: st.DataObject, with_key: bool, again: bool) -> None:
        able = [
            (who, task, act)
            for task in self.truth.tasks
            for who in ACTORS
            for act in sorted(self.truth.acts(who, task))
        ]
        if not able:
            return
        who, task, act = data.draw(st.sampled_from(able))
        values = data.draw(st.sampled_from(GOOD[task.element]))
        target = data.draw(st.sampled_from(ACTORS))
        act = act.removeprefix("save_")
        key = uuid4().hex if with_key and act != "draft" else ""  # a PUT needs none
        more = {"values": values, "is_good": True, "target": target}
        revision = task.revision
        first = self._act(who, task, act, is_stale=False, key=key, **more)
        if not again:
            return
        if key and first.status_code == 200:  # a double click: answered the same, done once
            told = len(self.told(task.case))
            second = self._send(who, task, act, revision, key=key, values=values, target=target)
            assert (second.status_code, second.data) == (200, first.data)
            assert len(self.told(task.case)) == told
        elif not key:  # a page that was not read again
            late = task.revision != revision
            self._act(who, task, act, is_stale=late, revision=revision, **more)

    def _act(
        self,
        who: str,
        task: Task,
        act: str,
        *,
        is_stale: bool,
        values: dict[str, Any],
        is_good: bool,
        target: str,
        key: str = "",
        revision: int | None = None,
    ) -> TestResponse:
        """Send it, and compare answer and history with what the model says."""
        name = "save_draft" if act == "draft" else act
        status, code = self.truth.answer(
            who, task, name, is_stale=is_stale, target=target, is_good=is_good
        )
        before = self.told(task.case)
        sent = revision or task.revision + (7 if is_stale else 0)
        answer = self._send(who, task, act, sent, key=key, values=values, target=target)
        if status != 200:
            problem(answer, status, code)
            assert self.told(task.case) == before
            return answer
        assert answer.status_code == 200, answer.json
        self._apply(who, task, act, target, values, answer)
        after = self.told(task.case)
        assert after[: len(before)] == before
        added = after[len(before) :]
        kinds = {"unclaim": ["task.unclaimed"], "assign": ["task.assigned"], "draft": []}
        if act == "complete":
            assert added.count("task.completed") == 1  # a handler may say something before
        elif act != "claim":
            assert added == kinds[act]
        self.settle()
        return answer

    def _send(
        self,
        who: str,
        task: Task,
        act: str,
        revision: int,
        *,
        key: str,
        values: dict[str, Any],
        target: str,
    ) -> TestResponse:
        bodies: dict[str, Any] = {
            "assign": {"user_id": self.id_of(target)},
            "draft": {"values": values},
            "complete": {"values": values},
        }
        return self.window(who).send(
            "PUT" if act == "draft" else "POST",
            f"/tasks/{task.id}/{act}",
            json=bodies.get(act),
            revision=revision,
            headers={"Idempotency-Key": key} if key else None,
        )

    def _apply(
        self,
        who: str,
        task: Task,
        act: str,
        target: str,
        values: dict[str, Any],
        answer: TestResponse,
    ) -> None:
        if act == "complete":
            self.truth.complete(who, task, values)
            assert (answer.json["incident"] is not None) == (
                task.element.startswith("approve") and task.case.incident
            )
            return
        if act == "claim" and task.holder == who:
            return
        task.revision += 1
        assert answer.json["revision"] == task.revision
        if act == "draft":
            assert answer.json["has_draft"]
        else:
            task.holder = {"claim": who, "assign": target}.get(act)

    @rule(
        data=st.data(),
        who=st.sampled_from(ACTORS),
        act=st.sampled_from(["suspend", "resume", "resume", "cancel"]),
    )
    def a_case_is_moved(self, data: st.DataObject, who: str, act: str) -> None:
        if not self.truth.cases:
            return
        case = data.draw(st.sampled_from(self.truth.cases))
        if act != "cancel" or who != case.starter:
            who = data.draw(st.sampled_from([who, "hal"]))
        answer = self.window(who).post(f"/instances/{case.id}/{act}", {"reason": "试"})
        legal = {"active": ("suspend", "cancel"), "suspended": ("resume", "cancel")}
        if not self.truth.sees_case(who, case):
            problem(answer, 404, "instance-not-found")
        elif act not in legal.get(case.state, ()):
            assert answer.status_code == 409, answer.json
        elif act not in self.truth.case_acts(who, case):
            problem(answer, 403, "not-allowed")
        else:
            assert answer.status_code == 200, answer.json
            if act == "cancel":
                self.truth.cancel(case)
            else:
                case.state = "active" if act == "resume" else "suspended"
        self.settle()

    # guessing

    @rule(who=st.sampled_from(ACTORS))
    def what_is_hidden_is_not_there(self, who: str) -> None:
        window = self.window(who)
        for case in self.truth.hidden(who):
            for path in ("", "/events", "/diagram"):
                problem(window.get(f"/instances/{case.id}{path}"), 404, "instance-not-found")
        for task in self.truth.tasks:
            answer = window.get(f"/tasks/{task.id}")
            if self.truth.sees_task(who, task):
                assert answer.status_code == 200, answer.json
            else:
                problem(answer, 404, "task-not-found")

    # people come and go

    @rule(data=st.data(), who=st.sampled_from(["mia", "max", "dan", "bob", "cid"]))
    def somebody_keeps_out(self, data: st.DataObject, who: str) -> None:
        if not self.truth.cases:
            return
        case = data.draw(st.sampled_from(self.truth.cases))
        with self.engine.begin(SYSTEM) as uow:
            recusals.add(uow, case.id, self.id_of(who), reason="亲属")
        case.recused.add(who)

    @rule(change=st.sampled_from(CHANGING))
    def a_post_ends_or_begins(self, change: tuple[str, str]) -> None:
        who, role = change
        place = "firm" if role == "director" else "sales"
        held = self.truth.posts[who]
        with self.engine.begin(SYSTEM) as uow:
            if (role, place) in held:
                for post in identity.posts.of(uow, self.id_of(who)):
                    if post.group == role:
                        identity.posts.end(uow, post.id)
            else:
                identity.posts.grant(uow, self.id_of(who), role, self.stage.places[place])
        held ^= {(role, place)}

    @rule(who=st.sampled_from(ACTORS))
    def somebody_signs_out(self, who: str) -> None:
        window = self.window(who)
        assert window.send("DELETE", "/session").status_code == 204
        problem(window.get("/tasks"), 401, "unauthenticated")
        del self.windows[who]

    # time, faults, versions

    @rule(hours=st.sampled_from([1, 5, 14, 30, 60]))
    def time_passes(self, hours: int) -> None:
        old = self.window("ann")
        old.get("/session")
        self.clock.advance(hours=hours)
        if hours > 12:
            problem(old.get("/session"), 401, "unauthenticated")
        self.windows.clear()
        self.settle()

    @rule(locked=st.booleans())
    def unlock(self, locked: bool) -> None:
        self.stage.cabinet["locked"] = self.truth.is_locked = locked

    @precondition(lambda self: any(case.incident for case in self.truth.cases))
    @rule(data=st.data())
    def two_operators_retry_at_once(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from([c for c in self.truth.cases if c.incident]))
        operator, second = self.window("sam"), self.window("sue")
        [row] = operator.get("/incidents", instance_id=case.id).json["items"]
        path = f"/incidents/{row['id']}/retry"
        for name in ("ann", "hal", "mod"):
            problem(self.window(name).post(path, {"reason": "试"}), 403, "duty-required")
        first = operator.post(path, {"reason": "柜子"})
        if case.state == "suspended":
            problem(first, 409, "instance-suspended")
            return
        assert first.status_code == 200, first.json
        self.truth.tell_hr(case)
        again = second.post(path, {"reason": "柜子"})
        if case.incident:
            assert again.status_code in (200, 409), again.json
        else:
            problem(again, 409, "incident-resolved")
        self.settle()

    @precondition(lambda self: self.truth.version < 3)
    @rule()
    def a_new_version_is_deployed_and_cases_are_moved(self) -> None:
        mod = self.window("mod")
        text = (
            self.stage.package.files[MODEL]
            .decode()
            .replace("经理审批", "经理审核" * self.truth.version)
        )
        parts = {"family": "leave_request", "files": [(io.BytesIO(text.encode()), MODEL)]}
        answer = mod.send("POST", "/deployments", data=parts)
        assert answer.status_code == 201, answer.json
        newer, older = mod.get("/deployments", family="leave_request").json[:2]
        plan = mod.post("/migrations/plan", {"from": older["id"], "to": newer["id"]}).json
        problem(
            self.window("ann").post("/migrations", {**plan, "reason": "新"}), 403, "duty-required"
        )
        started = mod.post("/migrations", {**plan, "reason": "新版本"})
        assert started.status_code == 201, started.json
        runner.run_all_due(self.engine)
        items = mod.get(f"/migrations/{started.json['id']}/items").json["items"]
        moved = {row["instance_id"]: row["state"] for row in items}
        self.truth.version += 1
        for case in self.truth.cases:
            running = (
                case.state in ("active", "suspended") and case.version == self.truth.version - 1
            )
            assert (case.id in moved) == running
            if running:
                assert moved[case.id] == "moved" or case.incident, items
                if moved[case.id] == "moved":
                    case.version = self.truth.version
                self._reread(case)
        self.settle()

    def _reread(self, case: Case) -> None:
        """A migration may count as a change of a task; who holds it stays."""
        rows = self.window(OBSERVER).get(f"/instances/{case.id}").json["open_tasks"]
        tasks = {task.id: task for task in case.open_tasks}
        assert {row["id"] for row in rows} == tasks.keys()
        for row in rows:
            assert (row["assignee"] or {}).get("name") == tasks[row["id"]].holder
            tasks[row["id"]].revision = row["revision"]

    @precondition(
        lambda self: any(c.phase == "manager" and c.state == "active" for c in self.truth.cases)
    )
    @rule(data=st.data())
    def two_people_move_a_token(self, data: st.DataObject) -> None:
        able = [c for c in self.truth.cases if c.phase == "manager" and c.state == "active"]
        case = data.draw(st.sampled_from(able))
        sam = self.window("sam")
        base = f"/operations/instances/{case.id}"
        tokens = {t["element_id"]: t["id"] for t in sam.get(base).json["tokens"]}
        plan = {"act": "move", "token_id": tokens["approve_by_manager"], "reason": "转主管"}
        plan["target"] = "approve_by_director"
        for name in ("mia", "hal", "mod"):
            problem(self.window(name).post(f"{base}/proposals", plan), 403, "duty-required")
        proposed = sam.post(f"{base}/proposals", plan)
        if proposed.status_code == 409:
            return
        assert proposed.status_code == 201, proposed.json
        path = f"/proposals/{proposed.json['id']}/confirm"
        problem(sam.post(path, {}), 403, "same-person")
        problem(self.window("mia").post(path, {}), 404, "proposal-not-found")
        assert self.window("sue").post(path, {}).status_code == 200
        assert self.window("sid").post(path, {}).status_code == 409
        self.truth.pass_on(case, "director")
        self.settle()


def test_random_users_find_what_the_model_says(stage: Stage) -> None:
    RandomUsers.stage = stage
    wanted = int(os.environ.get("DUDAO_RANDOM_STEPS", "0"))
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # of the library
        RandomUsers,
        settings=settings(
            max_examples=wanted or 8,
            stateful_step_count=40 if wanted else 15,
            derandomize=not wanted,
            database=None,
            report_multiple_bugs=False,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if wanted else (Phase.generate,),
        ),
    )
