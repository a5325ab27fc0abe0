"""`dudao serve`: several web processes behind one address, few threads for many open pages."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.ops.programs import COMMAND, children, environ, free_port, succeed

TOKEN = "of-this-test"  # noqa: S105
PASSWORD = "eleven blue herons"  # noqa: S105


@contextmanager
def serving(folder: Path, port: int, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The command until the block ends; its temporary folder is below `folder`."""
    process = subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=folder,
        env=environ(DUDAO_PORT=str(port), TMPDIR=str(folder), **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    """One request on a connection of its own: any of the web processes may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def wait_for(port: int) -> None:
    """Until it answers, for a minute at most."""
    until = time.monotonic() + 60
    while True:
        try:
            get(port, "/api/v1/health")
            return
        except OSError:
            assert time.monotonic() < until, "no answer within 60 s"
            time.sleep(0.1)


def counted(text: str) -> float:
    line = r'dudao_requests_total\{method="GET",rule="/api/v1/health",status="200"\} (\S+)'
    found = re.search(line, text)
    return float(found.group(1)) if found else 0.0


def test_the_figures_are_those_of_all_web_processes(tmp_path: Path) -> None:
    succeed(tmp_path, "migrate")
    port = free_port()
    with serving(tmp_path, port, DUDAO_WEB_WORKERS="2", DUDAO_METRICS_TOKEN=TOKEN) as process:
        wait_for(port)
        assert len(children(process.pid)) == 2
        before = counted(get(port, "/metrics", Authorization=f"Bearer {TOKEN}")[1])
        for _ in range(20):
            assert get(port, "/api/v1/health")[0] == 200
        for _ in range(4):  # whichever process answers
            status, text = get(port, "/metrics", Authorization=f"Bearer {TOKEN}")
            assert status == 200
            assert counted(text) - before == 20
        assert get(port, "/metrics")[0] == 404
        [folder] = tmp_path.glob("dudao-metrics-*")
    assert not folder.exists()


def ask(pages: list[http.client.HTTPConnection], **headers: str) -> list[http.client.HTTPResponse]:
    """All ask for news before the first answer is read."""
    for page in pages:
        page.request("GET", "/api/v1/pulse", headers=headers)
    answers = [page.getresponse() for page in pages]
    for answer in answers:
        answer.read()
    return answers


def test_sixty_open_pages_ask_for_news_and_hold_none_of_two_threads(tmp_path: Path) -> None:
    """What an open page costs is one small question every half minute (web/src/queries/desk.ts)."""
    succeed(tmp_path, "migrate")
    succeed(tmp_path, "user", "add", "zhang", "--name", "张三", "--stdin", typed=PASSWORD)
    port = free_port()
    with serving(
        tmp_path, port, DUDAO_WEB_WORKERS="1", DUDAO_WEB_THREADS="2", DUDAO_METRICS_TOKEN=TOKEN
    ):
        wait_for(port)
        pages = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(60)]
        who = json.dumps({"username": "zhang", "password": PASSWORD})
        pages[0].request("POST", "/api/v1/session", who, {"Content-Type": "application/json"})
        signed_in = pages[0].getresponse()
        signed_in.read()
        cookie = (signed_in.getheader("Set-Cookie") or "").partition(";")[0]
        tag = ask(pages[:1], Cookie=cookie)[0].getheader("ETag") or ""
        assert tag
        answers = ask(pages, **{"Cookie": cookie, "If-None-Match": tag})
        assert {(answer.status, answer.length) for answer in answers} == {(304, 0)}
        # all sixty are still open, and who comes now is served
        assert get(port, "/api/v1/health")[0] == 200
        text = get(port, "/metrics", Authorization=f"Bearer {TOKEN}")[1]
        line = r'dudao_requests_total\{method="GET",rule="/api/v1/pulse",status="304"\} (\S+)'
        found = re.search(line, text)
        assert found is not None
        assert float(found.group(1)) == 60
        for page in pages:
            page.close()
