"""What is built is what runs: the wheel, alone in a fresh environment, migrates and serves."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import engine
from tests import trees

PACKAGES = {"feel", "dmn", "engine", "forms", "processes", "supervision", "api", "ops"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: setuptools leaves its traces where it builds."""
    tree = trees.copy_tree(tmp_path_factory.mktemp("wheel") / "tree")
    built = trees.ROOT / "web/dist"
    assert (built / "index.html").is_file(), "the web page is not built: run `make web` first"
    shutil.copytree(built, tree / "web/dist")
    out = tree.parent / "out"
    trees.run(
        str(trees.UV), "build", "--quiet", "--wheel", "--no-build-isolation",
        "--python", sys.executable, "--out-dir", str(out), str(tree),
    )  # fmt: skip
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path) -> Path:
    """The programs of an environment with nothing but the wheel and what it needs."""
    found = trees.environment(wheel.parent / "environment", "requirements.lock")
    trees.install(found, "--no-deps", str(wheel))
    return found


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    files = [name for name in trees.listed() if name.split("/")[0] in PACKAGES]
    assert {Path(name).suffix for name in files} >= {".py", ".bpmn", ".dmn", ".json", ".toml"}
    assert set(files) <= shipped, sorted(set(files) - shipped)


def test_the_wheel_holds_the_built_page(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    built = {
        path.relative_to(trees.ROOT).as_posix()
        for path in (trees.ROOT / "web/dist").rglob("*")
        if path.is_file()
    }
    # the build's own notes (.vite/) are not served
    assert {name for name in built if "/." not in name} <= shipped


def test_the_wheel_holds_no_tests_and_no_sources_of_the_page(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert not tops & {"tests", "bench", "docs", "tools"}
    assert {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("web/")} == {
        name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("web/dist/")
    } | {"web/__init__.py"}


def test_the_installed_wheel_migrates_and_serves(programs: Path, tmp_path: Path) -> None:
    dudao = str(programs / "dudao")
    assert engine.__version__ in trees.run(dudao, "--version", cwd=tmp_path)
    trees.run(dudao, "migrate", cwd=tmp_path)
    with serving(dudao, tmp_path) as port:
        status, body = get(port, "/api/v1/health")
        assert status == http.client.OK
        assert json.loads(body)["status"] == "ok"
        status, page = get(port, "/")
        assert status == http.client.OK
        assert b"<div id=" in page


@contextmanager
def serving(dudao: str, folder: Path) -> Iterator[int]:
    """`dudao serve` on a free port; its end by SIGTERM must be orderly."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [dudao, "serve"],
            cwd=folder,
            env=trees.clean_environ(DUDAO_PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            wait_until_it_answers(process, port, log)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, log.read_text()


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            get(port, "/api/v1/health")
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"no answer within 30 s\n{log.read_text()}")


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
