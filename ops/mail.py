"""Handing letters to the organisation's mail server, outside of every transaction.

What is sent and by whom is decided by rows (engine/reminding/mails.py). Between the last line of a
letter and the server's answer nobody can know whether it was sent: it is then left as it is, never sent again.
"""

from __future__ import annotations

import os
import re
import secrets
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import structlog

from engine.actor import Actor
from engine.clock import SystemClock
from engine.engine import Engine
from engine.errors import Unavailable
from engine.reminding import mails
from engine.reminding.mails import Letters
from engine.tables import Mail, new_id
from ops.errors import Refusal
from ops.messages import text
from ops.settings import Settings, is_loopback

log = structlog.get_logger(__name__)

ACTOR = Actor.system("mail")
#: Letters in one connection.
BATCH = 20
#: How long the server may take for one answer; a letter takes a few, within its lease.
SECONDS = 30.0

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class NotSent(Exception):
    """It was certainly not sent; `for_good`: another try would end alike."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class Unclear(Exception):
    """It was handed over, and no answer came."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """The organisation's mail server, and who we are to it."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: str
    ca: Path | None
    seconds: float = SECONDS

    @classmethod
    def of(cls, settings: Settings) -> Server | None:
        """As set; None where no mail is sent. Refusal for what cannot work, or would not be safe."""
        if not settings.smtp_host:
            return None
        if not _ADDRESS.fullmatch(settings.smtp_from):
            raise Refusal("mail.sender", value=settings.smtp_from)
        if settings.smtp_tls == "none" and not is_loopback(settings.smtp_host):
            raise Refusal("mail.plain", host=settings.smtp_host)
        if settings.smtp_ca is not None and not settings.smtp_ca.is_file():
            raise Refusal("mail.ca", path=settings.smtp_ca)
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password,
            sender=settings.smtp_from,
            ca=settings.smtp_ca,
        )

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    def connect(self) -> smtplib.SMTP:
        """A connection that is encrypted, checked and signed in, as set. NotSent."""
        try:
            return self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(_said(error)) from error

    def _connected(self) -> smtplib.SMTP:
        name = self.domain
        if self.tls == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, name, timeout=self.seconds, context=self._context()
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, name, timeout=self.seconds)
        try:
            if self.tls == "starttls":  # refused where the server does not offer it
                smtp.starttls(context=self._context())
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))


def letters(settings: Settings) -> Letters | None:
    """What the engine is told of mail; None where none is sent."""
    if Server.of(settings) is None:
        return None
    return Letters(address=settings.public_url, digest_hour=settings.digest_hour)


def message(server: Server, row: Mail) -> bytes:
    """The letter byte for byte, the same at each try. NotSent for good where an address is none."""
    if not _ADDRESS.fullmatch(row.address):
        raise NotSent(text("mail.address", address=ascii(row.address)), for_good=True)
    letter = EmailMessage(policy=policy.SMTP)
    try:
        letter["From"] = Address(addr_spec=server.sender)
        letter["To"] = Address(addr_spec=row.address)
        letter["Subject"] = row.subject
    except (ValueError, IndexError, MessageError) as error:
        raise NotSent(text("mail.address", address=ascii(row.address)), for_good=True) from error
    letter["Date"] = row.created_at
    letter["Message-ID"] = f"<{row.id}@{server.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(row.body, charset="utf-8", cte="base64")
    return letter.as_bytes()


def hand(
    smtp: smtplib.SMTP, server: Server, to: str, content: bytes, last: Callable[[], bool]
) -> bool:
    """Send one letter; `last` is asked before its last line, and False takes it back (answered False).

    NotSent, Unclear.
    """
    try:
        smtp.ehlo_or_helo_if_needed()
        _accepted(smtp.mail(server.sender))
        _accepted(smtp.rcpt(to))
        _accepted(smtp.docmd("DATA"), 354)
        # base64 has no line that begins with a dot, headers have none either
        smtp.send(content if content.endswith(b"\r\n") else content + b"\r\n")
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(_said(error)) from error
    if not last():
        smtp.close()  # without its last line the server throws it away
        return False
    try:
        smtp.send(b".\r\n")
        answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise Unclear(_said(error)) from error
    _accepted(answer)
    return True


class Postman:
    """Sends what waits, in a thread of the worker. Any number may run, in any number of processes."""

    def __init__(self, engine: Engine, server: Server, *, poll_seconds: float = 1) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._engine = engine
        self._server = server
        self._poll = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, name="postman")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the letter in hand, begin no other."""
        self._stopping.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._stopping.is_set():
            try:
                more = self.run()
            except Unavailable as error:
                log.warning("database unavailable", exc_info=error)
                more = False
            if not more:
                self._stopping.wait(self._poll)

    def run(self) -> bool:
        """One round: collect digests that are due, send a batch. Whether there was anything."""
        with self._engine.read(ACTOR) as uow:
            if not mails.is_due(uow):
                return False
        with self._engine.begin(ACTOR) as uow:
            mails.write_digests(uow)
        with self._engine.begin(ACTOR) as uow:
            ids = mails.claim(uow, worker=self.id, limit=BATCH)
        if ids:
            self._send(ids)
        return True

    def _send(self, ids: list[str]) -> None:
        smtp: smtplib.SMTP | None = None
        try:
            for mail_id in ids:
                try:
                    if smtp is None or smtp.sock is None:
                        smtp = self._server.connect()
                    self._one(smtp, mail_id)
                except NotSent as error:
                    self._put_back(mail_id, error)
                    smtp = _reset(smtp)
                except Unclear as error:
                    log.warning("mail uncertain", mail=mail_id, reason=str(error))
                    with self._engine.begin(ACTOR) as uow:
                        mails.unclear(uow, mail_id, str(error), worker=self.id)
        finally:
            if smtp is not None:
                _quit(smtp)

    def _one(self, smtp: smtplib.SMTP, mail_id: str) -> None:
        with self._engine.read(ACTOR) as uow:
            row = uow.session.get_one(Mail, mail_id)

        def last() -> bool:
            with self._engine.begin(ACTOR) as uow:
                return mails.hand_over(uow, mail_id, worker=self.id)

        if hand(smtp, self._server, row.address, message(self._server, row), last):
            with self._engine.begin(ACTOR) as uow:
                mails.sent(uow, mail_id, worker=self.id)
            log.info("mail sent", mail=mail_id)

    def _put_back(self, mail_id: str, error: NotSent) -> None:
        log.warning("mail not sent", mail=mail_id, reason=str(error), for_good=error.for_good)
        with self._engine.begin(ACTOR) as uow:
            mails.put_back(uow, mail_id, str(error), worker=self.id, for_good=error.for_good)


def test(settings: Settings, address: str) -> None:
    """Send one letter now, to see whether it works. Refusal with what the server said."""
    server = Server.of(settings)
    if server is None:
        raise Refusal("mail.unset")
    row = Mail(
        id=new_id(),
        address=address,
        subject="[Dudao] " + text("mail.test.subject"),
        body=text("mail.test.body") + "\n",
        created_at=SystemClock().now(),
    )
    try:
        content = message(server, row)
        smtp = server.connect()
        try:
            hand(smtp, server, address, content, lambda: True)
        finally:
            _quit(smtp)
    except (NotSent, Unclear) as error:
        raise Refusal("mail.refused", host=server.host, reason=str(error)) from error


def _accepted(answer: tuple[int, bytes], *codes: int) -> None:
    """NotSent unless the server said yes; for good where it said never (5xx)."""
    code, said = answer
    if code not in (codes or (250, 251)):
        words = said.decode(errors="replace")[:300]
        raise NotSent(f"{code} {words}", for_good=500 <= code < 600)


def _said(error: Exception) -> str:
    """What went wrong, never with what was sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {words}"[:300]
    return f"{type(error).__name__}: {error}"[:300]


def _reset(smtp: smtplib.SMTP | None) -> smtplib.SMTP | None:
    """The connection for the next letter; None where there is none any more."""
    try:
        if smtp is not None and smtp.sock is not None and smtp.rset()[0] == 250:
            return smtp
    except (OSError, smtplib.SMTPException):
        pass
    if smtp is not None:
        smtp.close()
    return None


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        if smtp.sock is not None:
            smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
