"""Office work that cannot be: refused with a code and a sentence that helps, and nothing is changed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine import runner
from tests import models
from tests.api.browser import Browser, claimed, done, only, problem
from tests.api.conftest import MODEL, World
from tests.api.test_delegations import given
from tests.api.test_migrations import versions
from tests.api.unchanged import unchanged
from tests.unit.engine.test_notices import NOTICE


def sent_back(window: Browser, task: dict[str, Any], to: str, mode: str = "only") -> TestResponse:
    return window.post(
        f"/tasks/{task['id']}/send-back",
        {"to": to, "mode": mode, "opinion": "重写"},
        revision=task["revision"],
    )


def test_a_return_to_a_step_that_the_model_no_longer_has_is_refused(world: World) -> None:
    world.start()
    done(world.browser("ada"))
    cai = world.browser("cai")
    task = claimed(cai)
    [step] = cai.get(f"/tasks/{task['id']}/destinations").json
    assert step["element_id"] == "draft_paper"
    # the next version has no such step: the case, which is past it, is moved there
    shorter = MODEL.replace(
        models.user("draft_paper", extra="dudao:deadline='answer'"), ""
    ).replace(
        models.flows("begin>draft_paper", "draft_paper>check_paper"),
        models.flows("begin>check_paper"),
    )
    shorter = shorter.replace("dudao:separateFrom='draft_paper'", "")
    assert "draft_paper" not in shorter
    mia = world.browser("mia")
    plan = mia.post("/migrations/plan", versions(mia, shorter)).json
    moved = mia.post("/migrations", {**plan, "reason": "新版本"})
    assert moved.status_code == 201, moved.json
    runner.run_all_due(world.engine)
    assert mia.get(f"/migrations/{moved.json['id']}").json["moved"] == 1
    task = cai.get(f"/tasks/{task['id']}").json
    assert cai.get(f"/tasks/{task['id']}/destinations").json == []
    for mode in ("only", "and_back"):
        with unchanged(world):
            answer = sent_back(cai, task, step["task_id"], mode)
        told = problem(answer, 422, "not-on-the-way")
        assert "没有退回" in told["detail"]
        assert told["errors"][0]["pointer"] == "/to"
    with unchanged(world):
        answer = cai.post(
            f"/tasks/{task['id']}/send-back/preview", {"to": step["task_id"], "mode": "only"}
        )
    problem(answer, 422, "not-on-the-way")


def test_a_return_to_a_step_of_another_case_or_without_a_word_is_refused(world: World) -> None:
    world.start()
    done(world.browser("ada"))
    cai = world.browser("cai")
    task = claimed(cai)
    [step] = cai.get(f"/tasks/{task['id']}/destinations").json
    world.start()
    done(world.browser("ada"))
    foreign = [row["id"] for row in world.browser("ada").get("/tasks", tab="done").json["items"]]
    [foreign_id] = set(foreign) - {step["task_id"]}
    with unchanged(world):
        problem(sent_back(cai, task, foreign_id), 422, "not-on-the-way")
        problem(sent_back(cai, task, task["id"]), 422, "not-on-the-way")
        problem(sent_back(cai, task, "0" * 32), 422, "not-on-the-way")
        empty = {"to": step["task_id"], "mode": "only", "opinion": "  "}
        problem(
            cai.post(f"/tasks/{task['id']}/send-back", empty, revision=task["revision"]),
            422,
            "invalid",
        )
        problem(sent_back(cai, task, step["task_id"], "sideways"), 422, "invalid")
        problem(sent_back(cai, {**task, "revision": 99}, step["task_id"]), 412, "stale")
        problem(sent_back(world.browser("bob"), task, step["task_id"]), 403, "not-a-candidate")


def test_a_delegation_to_oneself_or_in_a_circle_is_refused(world: World) -> None:
    cai, ada, bob = (world.browser(name) for name in ("cai", "ada", "bob"))
    with unchanged(world):
        told = problem(cai.post("/delegations", given(world, "cai")), 422, "delegation-invalid")
    assert [(f["pointer"], f["detail"], f["code"]) for f in told["errors"]] == [
        ("/to", "不能委托给本人。", "delegation-to-oneself")
    ]
    assert cai.post("/delegations", given(world, "ada")).status_code == 201
    assert ada.post("/delegations", given(world, "bob")).status_code == 201
    for window, to in ((bob, "cai"), (ada, "cai"), (bob, "ada")):
        with unchanged(world):
            told = problem(window.post("/delegations", given(world, to)), 409, "delegation-circle")
        assert "会形成循环" in told["detail"]
        assert "改换受托人或日期" in told["detail"]


def test_a_calendar_with_a_day_twice_or_a_year_half_filled_is_refused(world: World) -> None:
    sam = world.browser("sam")
    twice = NOTICE + "2027-10-10,上班\n"
    half = "\n".join(line for line in NOTICE.splitlines() if "-10-" not in line) + "\n"
    for text, says in (
        (twice, "已经写过"),
        (half, "国庆节（2027-10-01）是法定节假日，没有列为放假"),
    ):
        for path, more in (("checks", {}), ("years", {"reason": "通知"})):
            with unchanged(world):
                answer = sam.post(f"/calendars/cn/{path}", {"text": text, **more})
            told = problem(answer, 422, "invalid-calendar")
            assert any(says in fault["detail"] for fault in told["errors"]), told


@pytest.mark.parametrize("amount", [-1, -30, 1.5, "ten"])
def test_a_negative_deadline_is_refused(world: World, amount: object) -> None:
    body = {"family": "tests", "key": "answer", "amount": amount, "unit": "days"}
    sam = world.browser("sam")
    for path, more in (("changes", {"source": "x"}), ("previews", {})):
        sent = {**body, **more}
        with unchanged(world):
            told = problem(sam.post(f"/deadline-rules/{path}", sent), 422, "invalid")
        assert [fault["pointer"] for fault in told["errors"]] == ["/amount"]


def test_a_family_with_a_negative_deadline_is_not_deployed(world: World) -> None:
    mia = world.browser("mia")
    text = "[[deadlines]]\nkey = 'late'\nname = '晚'\namount = -3\nunit = 'days'\n"
    text += "start_event = '收到'\nbinds = 'unit'\non_lapse = '无'\nlaw = false\nmark = 'C'\n"
    text += "source = '默认值，无法定期限'\n"
    parts = {"family": "tests", "files": [(io.BytesIO(text.encode()), "deadlines.toml")]}
    with unchanged(world):
        told = problem(mia.send("POST", "/deployments", data=parts), 422, "model-faults")
    assert any("late" in fault["detail"] for fault in told["errors"]), told


def test_nothing_is_taken_back_once_somebody_has_begun_what_follows(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    done(ada)
    mine = only(ada, "done")
    claimed(world.browser("cai"))
    with unchanged(world):
        told = problem(ada.post(f"/tasks/{mine['id']}/take-back", {}), 403, "followed-up")
    assert told["detail"]
