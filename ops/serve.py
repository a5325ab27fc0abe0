"""The web processes: gunicorn with threads around the app that api/ makes.

The engine is built after the fork, in each process: a connection pool does not survive one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from ops.bootstrap import build_app, build_engine
from ops.logs import configure
from ops.settings import Settings

#: Seconds that a request may hold a thread, and that open ones are given at a stop.
REQUEST_SECONDS = 60
GRACE_SECONDS = 20


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no type information
    """gunicorn, configured by our settings alone: no command line, no configuration file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        values: dict[str, Any] = {
            "bind": [f"{host}:{settings.port}"],
            "worker_class": "gthread",
            "workers": settings.web_workers,
            "threads": settings.web_threads,
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "loglevel": settings.log_level,
            "proc_name": "dudao",
            # a socket for gunicorn's own remote control: nothing here needs one
            "control_socket_disable": True,
            "child_exit": _forget_counts,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called in each web process."""
        configure(self._settings.log_level)
        return build_app(build_engine(self._settings), self._settings)


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Ends the process: gunicorn calls sys.exit."""
    owner = os.getpid()
    # each web process keeps its counts there, and whichever is asked adds them up
    counts = Path(tempfile.mkdtemp(prefix="dudao-metrics-"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)
    try:
        Server(settings).run()
    finally:
        if os.getpid() == owner:  # gunicorn's children leave by this way, too
            shutil.rmtree(counts, ignore_errors=True)


def _forget_counts(_server: Any, worker: Any) -> None:
    """A web process ended: its gauges count no more."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # partly typed library
