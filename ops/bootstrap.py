"""Where the parts are put together: settings → database, clock, families → engine → application.

Called once in each process: cli, web process, worker.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet

from engine.actor import Actor
from engine.calendars import working_calendar
from engine.clock import Clock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.package import discover
from ops import mail, migrate, provider, retention, troupe
from ops.errors import Refusal
from ops.settings import Settings

if TYPE_CHECKING:
    from flask import Flask


def install(settings: Settings) -> None:
    """Bring the database to this program's version and give it what no installation can do without.

    Running it again changes nothing but what a newer program brings, e.g. another calendar year.
    """
    migrate.run(settings)
    database = Database(settings.database_url, pool_size=1)
    try:
        with Engine(database, SystemClock()).begin(Actor.system("dudao migrate")) as uow:
            working_calendar.seed(uow)
    finally:
        database.dispose()


def build_engine(settings: Settings, *, clock: Clock | None = None) -> Engine:
    """The engine of this installation, with every installed family."""
    # each thread of a web process holds at most one connection
    database = Database(settings.database_url, pool_size=settings.web_threads)
    engine = Engine(
        database,
        clock or SystemClock(),
        retention.with_own_rules(settings, discover()),
        settings.files_dir,
        digest=settings.chain_digest,
    )
    engine.secrets_key = secrets_key(settings)
    engine.sandboxes_dir = settings.sandboxes_dir
    engine.sandbox_days = settings.sandbox_days
    engine.troupe = troupe.Troupe()
    engine.letters = mail.letters(settings)
    return engine


def secrets_key(settings: Settings) -> bytes | None:
    """What seals the secrets of authenticators. Refusal for a file that holds no Fernet key."""
    if settings.secrets_key is None:
        return None
    try:
        key = settings.secrets_key.read_bytes().strip()
        Fernet(key)
    except (OSError, ValueError):
        raise Refusal("secrets.key", path=settings.secrets_key) from None
    return key


def build_app(engine: Engine, settings: Settings) -> Flask:
    """The web application over this engine."""
    from api.app import ApiSettings, create_app

    return create_app(
        engine,
        ApiSettings(
            max_upload=settings.max_upload_mib * 1024 * 1024,
            cookie_secure=settings.https,
            proxies=settings.proxies,
            require_second_factor=settings.require_second_factor,
            requests_per_minute=settings.requests_per_minute,
            static_dir=built_web(),
            metrics_token=settings.metrics_token,
            provider=provider.read(settings, engine.packages.values()),
        ),
    )


def built_web() -> Path | None:
    """The folder of the built web page; None where nobody built it."""
    folder = Path(str(files("web") / "dist"))
    return folder if (folder / "index.html").is_file() else None
