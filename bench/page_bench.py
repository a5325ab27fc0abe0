"""How soon the page can be used: signing in, and the first rows of a queue of so many open tasks.

Each time in a new browser with nothing kept: from asking for the address to the first field that takes
a letter, or to the first row that is there. Beside it a page of our own server that has no script
(the public portal), in the same run. Medians.

    python -m bench.page_bench [--open=100000] [--rounds=7]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.auth import COOKIE
from bench.figures import STARTER, actor_called, fill, open_approvals, open_values, prepared
from engine import starting, tasks
from engine.clock import ManualClock
from engine.engine import Engine
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.sandbox import serving


def main(open_tasks: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="dudao-bench-") as folder:
        engine = prepared(f"sqlite:///{folder}/bench.db", Path(folder))
        _one_case(engine)
        clock = ManualClock(engine.clock.now())
        with serving(engine, clock) as sandbox, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            cookie = {"name": COOKIE, "value": sandbox.session_of(STARTER), "url": sandbox.url}
            pages: dict[str, tuple[str, list[dict[str, str]], Callable[[Page], None]]] = {
                "a page without script": ("/portal", [], _has_heading),
                "sign-in takes letters": ("/sign-in", [], _takes_letters),
                "queue, few tasks": ("/tasks?tab=claimable", [cookie], _has_rows),
            }
            for name, (path, cookies, is_there) in pages.items():
                _measure(browser, name, sandbox.url + path, cookies, is_there, rounds)
            fill(engine, open_tasks)
            path, cookies, is_there = pages["queue, few tasks"]
            name = f"queue, {open_tasks} tasks"
            _measure(browser, name, sandbox.url + path, cookies, is_there, rounds)
            browser.close()


def _one_case(engine: Engine) -> None:
    """Started and approved: what comes next waits in the queue."""
    with engine.begin(actor_called(engine, STARTER)) as uow:
        starting.by_person(uow, "supervision", open_values(engine))
    [task_id] = open_approvals(engine)
    with engine.begin(actor_called(engine, "county_head")) as uow:
        revision = tasks.claim(uow, task_id).revision
        values = {"outcome": "approved", "opinion": "同意"}
        tasks.complete(uow, task_id, values, revision=revision)


def _measure(
    browser: Browser,
    name: str,
    address: str,
    cookies: list[dict[str, str]],
    is_there: Callable[[Page], None],
    rounds: int,
) -> None:
    times = []
    for _ in range(rounds + 1):  # the first is the server's own warm-up
        context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        context.add_cookies(cookies)  # type: ignore[arg-type]  # a cookie is a plain dict here
        page = context.new_page()
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        is_there(page)
        times.append(time.perf_counter() - began)
        context.close()
    kept = times[1:]
    print(f"{name:24} median {statistics.median(kept):5.2f} s   slowest {max(kept):5.2f} s")


def _has_heading(page: Page) -> None:
    expect(page.get_by_role("heading").first).to_be_visible()


def _takes_letters(page: Page) -> None:
    field = page.get_by_role("textbox").first
    field.fill("a")
    expect(field).to_have_value("a")


def _has_rows(page: Page) -> None:
    expect(page.get_by_role("row").nth(1)).to_be_visible()


if __name__ == "__main__":
    options = dict(a[2:].split("=") for a in sys.argv[1:] if a.startswith("--"))
    main(int(options.get("open", "100000")), int(options.get("rounds", "7")))
