"""Model drafts over HTTP: saved, locked, put back, checked, compared, deployed, and by whom."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.api.browser import Browser, problem
from tests.api.conftest import MODEL, World

MODEL_FILE = "bpmn/m0.bpmn"


def _draft(window: Browser, **details: Any) -> dict[str, Any]:
    body = {"family": "tests", "name": "改版", **details}
    answer = window.post("/model-drafts", body)
    assert answer.status_code == 201, answer.json
    assert answer.headers["Location"].endswith(answer.json["id"])
    return dict(answer.json)


def _part(draft: dict[str, Any], path: str = MODEL_FILE) -> dict[str, Any]:
    return next(part for part in draft["parts"] if part["path"] == path)


def _save(
    window: Browser, draft: dict[str, Any], part: dict[str, Any], content: str, **more: Any
) -> TestResponse:
    return window.put(
        f"/model-drafts/{draft['id']}/parts/{part['id']}",
        {"content": content, **more},
        revision=part["revision"],
    )


def test_a_draft_begins_with_the_live_version_and_keeps_what_is_saved(world: World) -> None:
    mia = world.browser("mia")
    draft = _draft(mia)
    assert (draft["base_version"], draft["live_version"], draft["is_behind"]) == (1, 1, False)
    assert {part["state"] for part in draft["parts"]} == {"same"}
    part = _part(draft)
    assert (part["kind"], part["name"], part["size"]) == ("bpmn", "main", len(MODEL.encode()))
    changed = MODEL.replace("name='check_paper'", "name='复核'")
    saved = _save(mia, draft, part, changed)
    assert saved.status_code == 200, saved.json
    assert (saved.json["revision"], saved.headers["ETag"]) == (2, '"2"')
    assert (saved.json["state"], saved.json["changed_by"]["name"]) == ("changed", "mia")
    assert mia.get(f"/model-drafts/{draft['id']}/parts/{part['id']}").json["content"] == changed
    problem(_save(mia, draft, part, "older"), 412, "stale")
    seen = mia.get("/model-drafts", family="tests").json
    assert [(row["id"], row["lock"]["is_mine"]) for row in seen] == [(draft["id"], True)]


def test_only_who_may_deploy_knows_of_drafts(world: World) -> None:
    draft = _draft(world.browser("mia"))
    for name in ("ada", "sec", "aud"):
        window = world.browser(name)
        for answer in (
            window.get("/model-drafts"),
            window.get(f"/model-drafts/{draft['id']}"),
            window.post("/model-drafts", {"family": "tests", "name": "x"}),
            window.post(f"/model-drafts/{draft['id']}/check", {}),
            window.send("DELETE", f"/model-drafts/{draft['id']}"),
        ):
            problem(answer, 403, "duty-required")


def test_one_edits_at_a_time_and_who_is_silent_has_let_go(world: World) -> None:
    mia, sam = world.browser("mia"), world.browser("sam")
    draft = _draft(mia)
    at = f"/model-drafts/{draft['id']}"
    taken = mia.post(f"{at}/lock", {}).json
    assert taken["lock"]["holder"]["name"] == "mia"
    refused = problem(sam.post(f"{at}/lock", {}), 409, "draft-locked")
    assert "mia" in refused["detail"]
    problem(_save(sam, draft, _part(draft), "x"), 409, "draft-locked")
    assert sam.get(at).json["allowed_acts"] == ["check", "compare", "rehearse", "take_over"]
    world.clock.advance(minutes=4)
    mia.post(f"{at}/lock", {})
    world.clock.advance(minutes=4)
    problem(sam.post(f"{at}/lock", {}), 409, "draft-locked")
    world.clock.advance(minutes=1)
    assert sam.get(at).json["lock"] is None
    assert sam.post(f"{at}/lock", {}).json["lock"]["is_mine"]
    assert sam.send("DELETE", f"{at}/lock").status_code == 204
    assert sam.get(at).json["lock"] is None


def test_who_loses_a_draft_to_another_is_told(world: World) -> None:
    mia, sam = world.browser("mia"), world.browser("sam")
    draft = _draft(mia)
    at = f"/model-drafts/{draft['id']}"
    mia.post(f"{at}/lock", {})
    assert sam.post(f"{at}/lock", {"take_over": True}).json["lock"]["holder"]["name"] == "sam"
    problem(mia.post(f"{at}/lock", {}), 409, "draft-locked")
    told = mia.get("/notifications").json["items"]
    assert [(each["kind"], each["data"]) for each in told] == [
        ("model_draft.taken_over", {"draft": "改版", "by": "sam"})
    ]
    assert told[0]["text"].startswith("sam接手编辑模型草稿“改版”")
    assert sam.get("/notifications").json["items"] == []


def test_the_history_keeps_what_was_and_puts_it_back(world: World) -> None:
    mia = world.browser("mia")
    draft = _draft(mia)
    part = _part(draft)
    at = f"/model-drafts/{draft['id']}/parts/{part['id']}"
    assert mia.get(f"{at}/versions").json == []
    for text in ("<one/>", "<two/>"):
        part = _save(mia, draft, part, text).json
    part = _save(mia, draft, part, "<three/>", note="第一稿").json
    world.clock.advance(minutes=11)
    part = _save(mia, draft, part, "<four/>").json
    rows = mia.get(f"{at}/versions").json
    assert [(row["number"], row["kind"], row["note"]) for row in rows] == [
        (4, "saved", ""),
        (3, "saved", "第一稿"),
        (2, "saved", ""),
        (1, "base", ""),
    ]
    assert mia.get(f"{at}/versions/2").json["content"] == "<two/>", "one sitting is one version"
    problem(mia.get(f"{at}/versions/9"), 404, "version-not-found")
    back = mia.post(f"{at}/restore", {"number": 1}, revision=part["revision"])
    assert (back.json["content"], back.json["state"]) == (MODEL, "same")
    assert mia.get(f"{at}/versions").json[0]["note"] == "恢复到第1次"


def test_files_are_added_and_taken_out_within_bounds(world: World) -> None:
    mia = world.browser("mia")
    draft = _draft(mia, start="empty")
    states = {part["path"]: part["state"] for part in draft["parts"]}
    assert (states["manifest.toml"], states[MODEL_FILE]) == ("same", "removed")
    at = f"/model-drafts/{draft['id']}/parts"
    added = mia.post(at, {"path": "dmn/new.dmn", "content": "<x/>"})
    assert (added.status_code, added.json["state"], added.headers["ETag"]) == (201, "added", '"1"')
    for path, code in (("dmn/new.dmn", "part-exists"), ("../x", "path"), ("bpmn/a.json", "path")):
        status = 409 if code == "part-exists" else 422
        problem(mia.post(at, {"path": path, "content": ""}), status, code)
    huge = mia.post(at, {"path": "dmn/huge.dmn", "content": "说" * 1_500_000})
    problem(huge, 422, "too-large")
    manifest = _part(draft, "manifest.toml")
    problem(mia.send("DELETE", f"{at}/{manifest['id']}"), 422, "needed")
    assert mia.send("DELETE", f"{at}/{added.json['id']}").status_code == 204
    assert mia.get(f"{at}/{added.json['id']}").json["content"] is None


def test_a_draft_is_checked_compared_and_deployed_and_goes_on_from_there(world: World) -> None:
    mia = world.browser("mia")
    draft = _draft(mia)
    at = f"/model-drafts/{draft['id']}"
    broken = MODEL.replace("candidateGroups='head'", "candidateGroups='nobody_knows'")
    part = _save(mia, draft, _part(draft), broken).json
    faults = mia.post(f"{at}/check", {}).json["faults"]
    assert [(each["element_id"], each["rule"]) for each in faults] == [
        ("check_paper", "unknown-group")
    ]
    assert "/bpmn/m0.bpmn/check_paper" in [
        each["pointer"]
        for each in problem(mia.get(f"{at}/comparison"), 422, "model-faults")["errors"]
    ]
    problem(mia.post(f"{at}/deployments", {}), 422, "model-faults")
    _save(mia, draft, part, MODEL.replace("name='check_paper'", "name='复核'"))
    assert mia.post(f"{at}/check", {}).json["faults"] == []
    changes = mia.get(f"{at}/comparison").json["changes"]
    assert [each["sentence"] for each in changes] == ["“check_paper”改名为“复核”。"]
    done = mia.post(f"{at}/deployments", {"note": "改名"})
    assert (done.status_code, done.json["version"]) == (201, 2)
    after = mia.get(at).json
    assert (after["base_version"], after["is_behind"]) == (2, False)
    assert _part(after)["state"] == "same"
    assert mia.get(f"{at}/comparison").json["changes"] == []


def test_a_draft_behind_the_live_version_is_not_deployed_but_follows_it(world: World) -> None:
    mia, sam = world.browser("mia"), world.browser("sam")
    mine, theirs = _draft(mia), _draft(sam, name="另一个")
    form = "forms/tests/note.json"
    _save(mia, mine, _part(mine), MODEL.replace("name='check_paper'", "name='复核'"))
    _save(sam, theirs, _part(theirs), MODEL.replace("name='read_reply'", "name='阅'"))
    text = sam.get(f"/model-drafts/{theirs['id']}/parts/{_part(theirs, form)['id']}").json[
        "content"
    ]
    _save(sam, theirs, _part(theirs, form), text.replace("说明", "情况说明"))
    assert sam.post(f"/model-drafts/{theirs['id']}/deployments", {}).status_code == 201
    at = f"/model-drafts/{mine['id']}"
    assert mia.get(at).json["is_behind"]
    problem(mia.post(f"{at}/deployments", {}), 409, "draft-behind")
    rebased = mia.post(f"{at}/rebase", {}).json
    assert rebased["conflicts"] == [MODEL_FILE]
    assert not rebased["draft"]["is_behind"]
    followed = mia.get(f"{at}/parts/{_part(mine, form)['id']}").json
    assert "情况说明" in followed["content"]
    assert followed["state"] == "same"
    assert mia.post(f"{at}/deployments", {}).json["version"] == 3


def test_what_happened_to_a_draft_is_in_the_journal(world: World) -> None:
    mia, sam = world.browser("mia"), world.browser("sam")
    draft = _draft(mia)
    mia.post(f"/model-drafts/{draft['id']}/lock", {})
    sam.post(f"/model-drafts/{draft['id']}/lock", {"take_over": True})
    problem(mia.send("DELETE", f"/model-drafts/{draft['id']}"), 409, "draft-locked")
    assert sam.send("DELETE", f"/model-drafts/{draft['id']}").status_code == 204
    problem(sam.get(f"/model-drafts/{draft['id']}"), 404, "draft-not-found")
    entries = world.browser("aud").get("/journal", subject_id=draft["id"]).json["items"]
    assert [(each["kind"], each["actor_name"]) for each in entries] == [
        ("model_draft.deleted", "sam"),
        ("model_draft.taken_over", "sam"),
        ("model_draft.made", "mia"),
    ]


def test_the_vocabulary_has_what_the_check_knows_of_the_live_version_or_of_a_draft(
    world: World,
) -> None:
    mia = world.browser("mia")
    found = mia.get("/modelling/vocabulary", family="tests").json
    assert {row["key"] for row in found["groups"]} >= {"staff", "head", "unit"}
    assert [row["key"] for row in found["forms"]] == ["tests/note"]
    assert {field["key"] for field in found["forms"][0]["fields"]} == {"note", "opinion", "amount"}
    assert [(row["key"], row["guard"]) for row in found["handlers"]] == [("file_paper", False)]
    assert [use["element_id"] for use in found["handlers"][0]["used_by"]] == ["file_paper"]
    assert [(row["key"], row["name"], row["by_hand"]) for row in found["messages"]] == [
        ("reply", "转达复函", True)
    ]
    assert "answer" in {row["key"] for row in found["deadlines"]}
    user = next(row for row in found["elements"] if row["kind"] == "userTask")
    keys = {row["key"]: row for row in user["attributes"]}
    assert keys["camunda:candidateGroups"]["type"] == "group_list"
    assert [row["value"] for row in keys["dudao:signOff/rule"]["choices"]] == [
        "all",
        "in_order",
        "any",
        "vote",
    ]
    draft = _draft(mia)
    more = {"path": "bpmn/more.bpmn", "content": MODEL.replace('"main"', '"more"')}
    assert mia.post(f"/model-drafts/{draft['id']}/parts", more).status_code == 201
    broken = {"path": "bpmn/broken.bpmn", "content": "<x"}
    assert mia.post(f"/model-drafts/{draft['id']}/parts", broken).status_code == 201
    found = mia.get("/modelling/vocabulary", family="tests", draft=draft["id"]).json
    assert [row["key"] for row in found["processes"]] == ["main", "more"]
    problem(world.browser("ada").get("/modelling/vocabulary", family="tests"), 403, "duty-required")
    problem(mia.get("/modelling/vocabulary", family="none"), 422, "unknown-family")
