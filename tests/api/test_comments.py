"""Opinions, questions and replies around a task, and ready sentences."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa

from engine.permission import recusals
from engine.tables import Comment, Event, EventPayload
from tests.api.browser import Browser, claimed, problem
from tests.api.conftest import World
from tests.factories import SYSTEM


def say(window: Browser, task: dict[str, Any], text: str = "数字请再核", **body: Any) -> Any:
    return window.post(f"/tasks/{task['id']}/comments", {"text": text, **body})


def test_a_question_is_answered_in_its_thread(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    asked = say(bob, task, "几月的数？", kind="question")
    assert asked.status_code == 201, asked.json
    world.clock.advance(minutes=1)
    said = say(ada, task, "六月的", kind="reply", reply_to=asked.json["id"])
    assert said.status_code == 201, said.json
    rows = bob.get(f"/tasks/{task['id']}/comments").json
    assert [(row["kind"], row["reply_to"]) for row in rows] == [
        ("question", None),
        ("reply", asked.json["id"]),
    ]
    assert rows[0]["allowed_acts"] == ["reply", "withdraw"]
    assert rows[1]["allowed_acts"] == ["reply"]
    assert ada.get(f"/tasks/{task['id']}").json["comments"] == 2


def test_what_is_withdrawn_leaves_a_trace_and_no_text(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    row = say(ada, task, "说错了的话").json
    path = f"/comments/{row['id']}/withdraw"
    problem(bob.post(path, {"reason": "不妥"}), 403, "not-the-author")
    problem(ada.post(path, {"reason": " "}), 422, "invalid")
    assert ada.post(path, {"reason": "数字有误"}).status_code == 200
    problem(ada.post(path, {"reason": "再撤"}), 409, "already-withdrawn")
    [seen] = bob.get(f"/tasks/{task['id']}/comments").json
    assert (seen["text"], seen["withdrawn_by"]["name"], seen["reason"]) == (None, "ada", "数字有误")
    assert seen["allowed_acts"] == []
    problem(say(bob, task, "再说", kind="reply", reply_to=row["id"]), 422, "comment-invalid")
    history = bob.get(f"/instances/{task['instance']['id']}/events")
    assert "说错了的话" not in history.get_data(as_text=True)


def test_bad_words_are_refused_with_a_pointer(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    for body, pointer in (
        ({"text": "  "}, "/text"),
        ({"text": "长" * 2001}, "/text"),
        ({"text": "a\x07b"}, "/text"),
        ({"text": "好", "kind": "shout"}, "/kind"),
        ({"text": "好", "kind": "reply"}, "/reply_to"),
        ({"text": "好", "reply_to": "0" * 32}, "/reply_to"),
        ({"text": "好", "kind": "reply", "reply_to": "0" * 32}, "/reply_to"),
        ({"text": "好", "colour": "red"}, "/colour"),
    ):
        answer = ada.post(f"/tasks/{task['id']}/comments", body)
        assert answer.status_code == 422, (body, answer.json)
        assert answer.json["errors"][0]["pointer"] == pointer
    assert ada.get(f"/tasks/{task['id']}/comments").json == []
    problem(ada.post(f"/comments/{'0' * 32}/withdraw", {"reason": "x"}), 404, "comment-not-found")


def test_strangers_and_the_recused_read_nothing_and_say_nothing(world: World) -> None:
    instance_id = world.start()
    world.notify(instance_id)
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    row = say(ada, task).json
    for who in ("uma", "eve", "sam", "aud"):
        window = world.browser(who)
        problem(window.get(f"/tasks/{task['id']}/comments"), 404, "task-not-found")
        problem(say(window, task), 404, "task-not-found")
        refused = window.post(f"/comments/{row['id']}/withdraw", {"reason": "x"})
        problem(refused, 404, "comment-not-found")
    user_id = world.people["bob"].user_id
    assert user_id is not None
    with world.engine.begin(SYSTEM) as uow:
        recusals.add(uow, instance_id, user_id, reason="亲属")
    problem(bob.get(f"/tasks/{task['id']}/comments"), 404, "task-not-found")


def test_no_text_changes_unseen(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    say(ada, task, "原话")
    with world.engine.read(SYSTEM) as uow:
        said = uow.session.scalar(
            sa.select(EventPayload.content)
            .join(Event, Event.id == EventPayload.event_id)
            .where(Event.kind == "task.commented")
        )
        text = uow.session.scalar(sa.select(Comment.text))
    assert said is not None
    assert text is not None
    assert said["digest"] == hashlib.sha256(text.encode()).hexdigest()


def test_one_keeps_ones_own_sentences(world: World) -> None:
    ada, bob = world.browser("ada"), world.browser("bob")
    kept = ada.post("/phrases", {"text": " 拟同意，\t请领导审示。 "})
    problem(kept, 422, "invalid")  # a tab is none of a line
    kept = ada.post("/phrases", {"text": " 拟同意，请领导审示。 "})
    assert kept.status_code == 201, kept.json
    assert kept.json["text"] == "拟同意，请领导审示。"
    problem(ada.post("/phrases", {"text": "拟同意，请领导审示。"}), 409, "phrase-known")
    assert bob.get("/phrases").json["items"] == []
    problem(bob.send("DELETE", f"/api/v1/phrases/{kept.json['id']}"), 404, "phrase-not-found")
    assert ada.send("DELETE", f"/api/v1/phrases/{kept.json['id']}").status_code == 204
    assert ada.get("/phrases").json["items"] == []


def test_a_unit_s_sentences_are_kept_by_its_head_and_read_by_all_of_it(world: World) -> None:
    ada, cai, eve = (world.browser(name) for name in ("ada", "cai", "eve"))
    body = {"text": "请依规办理。", "organisation_id": world.office_id}
    problem(ada.post("/phrases", body), 403, "not-the-head")
    problem(cai.post("/phrases", {**body, "organisation_id": world.unit_id}), 403, "not-the-head")
    assert [row["id"] for row in cai.get("/phrases").json["headed"]] == [world.office_id]
    kept = cai.post("/phrases", body)
    assert kept.status_code == 201, kept.json
    [seen] = ada.get("/phrases").json["items"]
    assert (seen["organisation"]["name"], seen["allowed_acts"]) == ("督导办", [])
    assert eve.get("/phrases").json["items"] == []
    problem(ada.send("DELETE", f"/api/v1/phrases/{kept.json['id']}"), 403, "not-the-head")
    problem(eve.send("DELETE", f"/api/v1/phrases/{kept.json['id']}"), 404, "phrase-not-found")
    assert cai.send("DELETE", f"/api/v1/phrases/{kept.json['id']}").status_code == 204
