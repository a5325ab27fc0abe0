"""Jobs and incidents, for those who run the system."""

from __future__ import annotations

from engine import messages
from engine.actor import Actor
from tests.api.browser import claimed, done, problem
from tests.api.conftest import World


def test_jobs_are_listed_by_due_date_and_only_to_those_concerned(world: World) -> None:
    instance_id = world.start()
    sam = world.browser("sam")
    rows = sam.get("/jobs", state="scheduled").json["items"]
    assert [row["kind"] for row in rows] == ["reminder", "deadline"]
    assert rows[1]["instance_id"] == instance_id
    assert rows[1]["allowed_acts"] == []
    assert len(world.browser("ada").get("/jobs").json["items"]) == 2
    assert world.browser("eve").get("/jobs").json["items"] == []
    assert sam.get("/jobs", instance_id="0" * 32).json["items"] == []


def test_an_incident_is_retried_by_who_runs_the_system(world: World) -> None:
    world.start()
    done(world.browser("ada"))
    incident = done(world.browser("cai"), {"note": "x", "opinion": "fail"})["incident"]
    path = f"/incidents/{incident['id']}/retry"
    why = {"reason": "已找到钥匙"}
    problem(world.browser("cai").post(path, why), 403, "duty-required")
    sam = world.browser("sam")
    problem(sam.post(path, {"reason": " "}), 422, "invalid")
    row = sam.get("/incidents").json["items"][0]
    assert row["allowed_acts"] == ["retry"]
    assert row["state"] == "open"
    again = sam.post(path, why)
    assert again.status_code == 200, again.json
    assert again.json["state"] == "open"  # the cabinet is still locked
    problem(sam.post("/incidents/" + "0" * 32 + "/retry", why), 404, "incident-not-found")


def test_only_a_failed_job_is_retried(world: World) -> None:
    world.start()
    sam = world.browser("sam")
    job_id = sam.get("/jobs").json["items"][0]["id"]
    why = {"reason": "再试"}
    problem(sam.post(f"/jobs/{job_id}/retry", why), 409, "job-not-failed")
    problem(sam.post("/jobs/" + "0" * 32 + "/retry", why), 404, "job-not-found")
    problem(world.browser("ada").post(f"/jobs/{job_id}/retry", why), 403, "duty-required")


def test_what_nobody_took_is_delivered_or_discarded_by_who_runs_the_system(world: World) -> None:
    instance_id = world.start()
    with world.engine.begin(Actor.system("test")) as uow:
        for key in ("one", "two"):
            said = {"secret": "x"}
            messages.send(uow, "reply", instance_id=instance_id, key=key, variables=said)
    sam = world.browser("sam")
    page = sam.get("/messages", limit=1).json
    [kept] = page["items"]
    assert (kept["name"], kept["variables"], kept["keys"]) == ("reply", ["secret"], [])
    assert kept["allowed_acts"] == ["deliver", "discard"]
    [other] = sam.get("/messages", cursor=page["next_cursor"]).json["items"]
    why = {"reason": "对方已补发"}
    problem(sam.post(f"/messages/{kept['id']}/deliver", why), 409, "not-correlated")
    problem(world.browser("cai").post(f"/messages/{kept['id']}/discard", why), 403, "duty-required")
    assert sam.post(f"/messages/{kept['id']}/discard", why).json["allowed_acts"] == []
    problem(sam.post(f"/messages/{kept['id']}/discard", why), 409, "message-not-kept")
    done(world.browser("ada"))
    done(world.browser("cai"))
    assert sam.post(f"/messages/{other['id']}/deliver", why).json["state"] == "succeeded"
    assert sam.get("/messages").json["items"] == []
    world.notify(instance_id)
    assert claimed(world.browser("uma"))["element_id"] == "read_reply"
