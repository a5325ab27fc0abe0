"""Settings: environment variables `DUDAO_*`, read once when a command begins.

A misspelt name is refused, naming its nearest neighbour: a setting that is silently ignored is
worse than none. docs/operating.md lists them; a test keeps the two alike.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.record import digests
from engine.record.digests import SHA256
from ops.errors import Refusal

PREFIX = "DUDAO_"

#: Names that this program does not read, but its Makefile, its tests or the page's build do.
BUILD_SWITCHES = frozenset(
    {
        "DUDAO_API",
        "DUDAO_APT",
        "DUDAO_DIALECT",
        "DUDAO_GUIDE_IMAGES",
        "DUDAO_MATRIX",
        "DUDAO_RANDOM_STEPS",
        "DUDAO_TEST_CHROMIUM",
        "DUDAO_TEST_WEB",
    }
)

DEFAULT_DATABASE = "sqlite:///var/dudao.db"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs. The environment name is `DUDAO_` + the upper-case field name."""

    #: Where the rows are: sqlite:///relative/path, sqlite:////absolute/path or postgresql://…
    database_url: str = DEFAULT_DATABASE
    #: Where attachments lie, by digest.
    files_dir: Path = Path("var/files")
    #: Where the list of demo accounts is kept.
    state_dir: Path = Path("var")
    #: The address to listen on.
    host: str = "127.0.0.1"
    port: int = 8000
    #: Whether people come by https (a proxy in front): the cookie is then sent over nothing else.
    https: bool = False
    #: Proxies in front, each of which adds to X-Forwarded-For the address that called it.
    proxies: int = 0
    #: Whether posts that ask for a second factor are refused until it is enrolled.
    require_second_factor: bool = True
    #: The file of the key that seals the secrets of authenticators; without it they are not sealed.
    secrets_key: Path | None = None
    #: Requests that one account may send in a minute.
    requests_per_minute: int = 1200
    #: MiB of an uploaded file, its wrapping included.
    max_upload_mib: int = 64
    #: Web processes, and threads in each.
    web_workers: int = 1
    web_threads: int = 8
    #: Seconds after which a worker looks for due work even if nothing woke it.
    worker_poll_seconds: int = 1
    #: Jobs that a worker takes at once.
    worker_batch: int = 20
    #: Percent of its time that a worker spends on jobs while many are due; the rest is users'.
    worker_share: int = 50
    #: What new links of the chains are made with, see engine/record/digests.py.
    chain_digest: str = SHA256
    #: The file of the key that signs checkpoints; outside the database.
    audit_key: Path | None = None
    #: Minutes from one checkpoint to the next; 0: only when somebody asks for one.
    checkpoint_minutes: int = 0
    #: Where each checkpoint is written as a file too.
    checkpoint_dir: Path | None = None
    #: What a monitoring system sends as bearer token to read /metrics; empty: nobody reads them.
    metrics_token: str = ""
    #: Where people's browsers find this installation, e.g. https://dudao.example.
    public_url: str = ""
    #: The organisation's own sign-in (OpenID Connect); without an issuer there is none.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    #: What the button says.
    oidc_name: str = "统一认证"
    #: The claim that lists a person's groups, and the file that says what posts they give.
    oidc_groups_claim: str = "groups"
    oidc_groups: Path | None = None
    #: Values of amr or acr that count as a second factor, separated by commas.
    oidc_second_factor: str = ""
    #: The organisation's mail server; without a host no mail is sent.
    smtp_host: str = ""
    smtp_port: int = 587
    #: starttls, tls (from the first byte) or none (a server on this machine only).
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    #: From whom the letters are.
    smtp_from: str = ""
    #: The certificates that the mail server's is checked against; unset: those of this machine.
    smtp_ca: Path | None = None
    #: The local hour of working days at which digests are sent.
    digest_hour: int = 8
    #: Days that ended sign-ins are kept: six months at least (《网络安全法》 of the logs of a network).
    keep_days: int = 180
    #: The file of this office's own rules of redaction; unset: there are none but the families'.
    redactions: Path | None = None
    #: Days that a rehearsal of a case is kept.
    sandbox_days: int = 14
    #: debug, info, warning or error.
    log_level: str = "info"

    @property
    def accounts_file(self) -> Path:
        return self.state_dir / "demo-accounts.txt"

    @property
    def sandboxes_dir(self) -> Path:
        """Where cases are rehearsed, a database file each; beside the database, and no part of it."""
        return self.state_dir / "sandboxes"

    @property
    def url(self) -> URL:
        return make_url(self.database_url)

    @property
    def database_name(self) -> str:
        """The database as shown to a person: never with its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, when it is one."""
        name = self.url.database
        if self.url.get_backend_name() != "sqlite" or name in (None, "", ":memory:"):
            return None
        return Path(str(name))

    @property
    def web_address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


#: name → (least, most)
NUMBERS = {
    "port": (1, 65535),
    "max_upload_mib": (1, 4096),
    "proxies": (0, 8),
    "requests_per_minute": (60, 100_000),
    "web_workers": (1, 64),
    "web_threads": (1, 256),
    "worker_poll_seconds": (1, 3600),
    "worker_batch": (1, 1000),
    "worker_share": (10, 100),
    "checkpoint_minutes": (0, 10080),
    "keep_days": (180, 36500),
    "sandbox_days": (1, 366),
    "smtp_port": (1, 65535),
    "digest_hour": (0, 23),
}

PATHS = (
    "files_dir",
    "state_dir",
    "secrets_key",
    "audit_key",
    "checkpoint_dir",
    "oidc_groups",
    "smtp_ca",
    "redactions",
)

SWITCHES = ("https", "require_second_factor")

SMTP_TLS = ("starttls", "tls", "none")

LOG_LEVELS = ("debug", "info", "warning", "error")


def names() -> frozenset[str]:
    """Every environment name that is a setting."""
    return frozenset(PREFIX + field.name.upper() for field in fields(Settings))


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this environment. Refusal for an unknown name or a value that cannot be."""
    given: dict[str, object] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in BUILD_SWITCHES:
            continue
        if name not in names():
            raise Refusal("setting.unknown", name=name, nearest=nearest(name))
        field = name.removeprefix(PREFIX).lower()
        given[field] = _value(name, field, environ[name].strip())
    return Settings(**given)  # type: ignore[arg-type]  # each value was made for its field above


def nearest(name: str) -> str:
    """The known name that looks most like this one."""
    known = sorted(names() | BUILD_SWITCHES)
    return difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`, whatever that name resolves to."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(row[4][0]).is_loopback for row in found)


def _value(name: str, field: str, value: str) -> object:
    if field in NUMBERS:
        return _number(name, value, *NUMBERS[field])
    if field == "database_url":
        return _database_url(name, value)
    if not value:
        raise Refusal("setting.empty", name=name)
    if field in PATHS:
        return Path(value)
    if field in SWITCHES:
        return _choice(name, value, ("0", "1")) == "1"
    if field == "chain_digest":
        return _choice(name, value, digests.ALGORITHMS)
    if field in ("public_url", "oidc_issuer"):
        return _web_address(name, value)
    if field == "smtp_tls":
        return _choice(name, value, SMTP_TLS)
    if field == "log_level":
        return _choice(name, value, LOG_LEVELS)
    return value


def _choice(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refusal("setting.choice", name=name, value=value, known=", ".join(known))
    return value


def _number(name: str, value: str, least: int, most: int) -> int:
    # str.isdecimal accepts digits of other scripts, and int() would read them
    if not (value.isascii() and value.isdecimal()) or not least <= int(value) <= most:
        raise Refusal("setting.number", name=name, value=value, least=least, most=most)
    return int(value)


def _web_address(name: str, value: str) -> str:
    """An address to which browsers carry secrets: https, but on this machine http will do."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Refusal("setting.web_address", name=name, value=value) from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    is_bare = not (parts.query or parts.fragment or parts.username or parts.password)
    if not (host and is_safe and is_bare and value.isascii() and value.isprintable()):
        raise Refusal("setting.web_address", name=name, value=value)
    return value


def _database_url(name: str, value: str) -> str:
    try:
        url = make_url(value)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        # the value may hold a password: only what stands before it is repeated
        raise Refusal("setting.address", name=name, value=value.split(":")[0]) from None
    if backend not in ("sqlite", "postgresql"):
        raise Refusal("setting.backend", name=name, value=backend)
    return value
