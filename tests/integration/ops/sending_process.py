"""A sender in a process of its own: `python -m tests.integration.ops.sending_process URL PORT MODE`.

MODE is `live` (send until nothing waits), or `die`: killed between handing a letter over and noting it.
"""

from __future__ import annotations

import os
import signal
import sys

from engine.clock import SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.reminding import mails
from engine.reminding.mails import Letters
from ops.mail import Postman, Server


def server(port: int) -> Server:
    """The test's mail server, without encryption."""
    return Server(
        host="127.0.0.1",
        port=port,
        tls="none",
        user="",
        password="",
        sender="dudao@example.cn",
        ca=None,
        seconds=10,
    )


def main(url: str, port: str, mode: str) -> None:
    """Send what waits."""
    if mode == "die":
        mails.sent = lambda *_args, **_named: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,return-value]  # dies where it would note that it sent
    engine = Engine(Database(url), SystemClock())
    engine.letters = Letters()
    postman = Postman(engine, server(int(port)))
    while postman.run():
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
