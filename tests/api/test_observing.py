"""Every request has an id and a line in the log; the figures are read with the token alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.browser import API
from tests.api.conftest import World

TOKEN = {"Authorization": "Bearer a-token-of-the-settings"}


@pytest.fixture
def world(build_world: Callable[..., World]) -> World:
    return build_world(metrics_token="a-token-of-the-settings")  # noqa: S106  # of this test


def test_an_answer_names_its_request_and_the_log_tells_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ada, instance_id = world.browser("ada"), world.start()
    with caplog.at_level(logging.INFO, logger="dudao.api"):
        answer = ada.get(f"/instances/{instance_id}", q="not-for-the-log")
    assert len(answer.headers["X-Request-Id"]) == 16
    [line] = [record for record in caplog.records if record.message == "request"]
    told = vars(line)
    assert told["rule"] == f"{API}/instances/<id:instance_id>"
    assert (told["status"], told["instance_id"]) == (200, instance_id)
    assert told["actor"] == world.people["ada"].user_id
    assert "not-for-the-log" not in str(told)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("proxy-1234.abc", True), ("short", False), ("x" * 65, False), ("a b c d e f", False)],
)
def test_the_id_of_a_proxy_is_kept_if_it_is_one(world: World, given: str, is_kept: bool) -> None:
    answer = world.visit(f"{API}/health", {"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) == is_kept


def figures(world: World) -> dict[str, float]:
    answer = world.visit("/metrics", TOKEN)
    assert answer.status_code == 200
    lines = answer.get_data(as_text=True).splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_the_figures_tell_of_cases_tasks_jobs_and_requests(world: World) -> None:
    before = figures(world)
    assert before["dudao_open_tasks"] == 0
    world.start()
    world.browser("ada").get("/tasks")
    now = figures(world)
    assert now['dudao_instances{state="active"}'] == 1
    assert (now["dudao_open_tasks"], now["dudao_overdue_tasks"]) == (1, 0)
    assert now['dudao_jobs{state="scheduled"}'] >= 1
    assert now["dudao_job_delay_seconds"] == 0
    counted = f'dudao_requests_total{{method="GET",rule="{API}/tasks",status="200"}}'
    assert now[counted] == 1

    world.clock.set(world.clock.now() + timedelta(days=30))
    late = figures(world)
    assert late["dudao_overdue_tasks"] == 1
    # no worker runs here: the longest wait is that of the deadline's job
    assert late["dudao_job_delay_seconds"] > timedelta(days=10).total_seconds()


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "é"}])
def test_without_the_token_there_is_nothing_to_read(world: World, sent: dict[str, str]) -> None:
    assert world.visit("/metrics", sent).status_code == 404


def test_without_a_token_in_the_settings_nobody_reads(build_world: Callable[..., World]) -> None:
    assert build_world().visit("/metrics", {"Authorization": "Bearer "}).status_code == 404
