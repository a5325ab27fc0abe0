"""What an operator sees of requests: an id for each, one line in the log, counts and times.

Never logged or counted: query strings, bodies, names, secrets. The figures lie at `/metrics` in the
text format of Prometheus, for whoever sends the token of the settings; without one nobody reads them.
"""

from __future__ import annotations

import hmac
import logging
import os
import re
from collections.abc import Iterator, Mapping
from time import perf_counter

import structlog
from flask import Flask, Response, abort, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine.actor import Actor
from engine.engine import Engine
from engine.operating import gauges

logger = logging.getLogger("dudao.api")

HEADER = "X-Request-Id"
#: An id that a proxy gave is kept, if it is one.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: What a path names that a log may hold.
_SUBJECTS = ("instance_id", "task_id", "job_id", "incident_id", "proposal_id")
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class _Rows(Collector):
    """The gauges of the database, read when asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> list[Metric]:
        return []  # nothing is read from the database when the collector is registered

    def collect(self) -> Iterator[Metric]:
        with self._engine.read(Actor.system("metrics")) as uow:
            now = gauges.read(uow)
        yield _by_state("dudao_instances", "Instances by state.", now.instances)
        yield _by_state("dudao_jobs", "Jobs by state.", now.jobs)
        for name, text, value in (
            ("dudao_open_tasks", "Open tasks.", now.open_tasks),
            ("dudao_overdue_tasks", "Open tasks past their due date.", now.overdue_tasks),
            ("dudao_job_delay_seconds", "How long the oldest due job has waited.", now.job_delay),
            ("dudao_open_incidents", "Open incidents.", now.open_incidents),
            ("dudao_open_proposals", "Acts that wait for a second person.", now.open_proposals),
        ):
            yield GaugeMetricFamily(name, text, value=value)


def _by_state(name: str, text: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family


def register(app: Flask, engine: Engine, *, token: str) -> None:
    """Observe every request of this application; `token` opens `/metrics`."""
    registry = CollectorRegistry()
    labels = ("method", "rule", "status")
    answered = Counter("dudao_requests", "Requests answered.", labels, registry=registry)
    took = Histogram(
        "dudao_request_seconds",
        "Seconds to answer a request.",
        ("method", "rule"),
        buckets=_BUCKETS,
        registry=registry,
    )
    rows = CollectorRegistry()
    rows.register(_Rows(engine))

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else os.urandom(8).hex()
        g.began = perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        if "began" not in g:  # refused before anything of ours ran
            return response
        rule = request.url_rule.rule if request.url_rule is not None else "unknown"
        seconds = perf_counter() - g.began
        answered.labels(request.method, rule, str(response.status_code)).inc()
        took.labels(request.method, rule).observe(seconds)
        response.headers[HEADER] = g.request_id
        if request.path.startswith("/api/"):
            actor = g.get("actor")
            given = request.view_args or {}
            told = {
                "method": request.method,
                "rule": rule,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "actor": actor.user_id if actor is not None else None,
                **{name: given[name] for name in _SUBJECTS if name in given},
            }
            logger.info("request", extra=told)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(sent.encode(), token.encode()):
            abort(404)
        text = generate_latest(_of_all_processes(registry)) + generate_latest(rows)
        return Response(text, content_type=CONTENT_TYPE_LATEST)


def _of_all_processes(registry: CollectorRegistry) -> CollectorRegistry:
    """Where several web processes keep their counts in a folder, all of them (see ops/serve.py)."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return registry
    merged = CollectorRegistry()
    MultiProcessCollector(merged)  # type: ignore[no-untyped-call]  # partly typed library
    return merged
