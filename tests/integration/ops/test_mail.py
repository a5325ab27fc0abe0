"""Letters go to a real mail server, once each, whatever happens in the middle."""

from __future__ import annotations

import email
import email.policy
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.clock import ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import Conflict
from engine.reminding import mails
from engine.reminding.mails import Letters
from engine.states import MailState
from engine.tables import Mail, User, new_id
from ops import mail
from ops.errors import Refusal
from ops.mail import Postman, Server
from ops.settings import Settings
from tests.driver import SYSTEM
from tests.integration.ops.sending_process import server as plain


@dataclass
class MailServer:
    """The server's port, and the folder where its letters lie."""

    port: int
    folder: Path

    def letters(self) -> list[EmailMessage]:
        read = email.policy.default
        return [
            email.message_from_bytes(path.read_bytes(), policy=read)  # type: ignore[misc]  # of that policy
            for path in sorted(self.folder.glob("*.eml"))
        ]


def serving(folder: Path, *certificate: Path) -> Iterator[MailServer]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    folder.mkdir()
    program = [sys.executable, "-W", "ignore", "-m", "tests.integration.ops.smtp_server"]
    process = subprocess.Popen(
        [*program, str(port), str(folder), *map(str, certificate)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield MailServer(port=port, folder=folder)
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[MailServer]:
    yield from serving(tmp_path / "letters")


@pytest.fixture
def engine(database: Database, clock: ManualClock) -> Engine:
    found = Engine(database, clock)
    found.letters = Letters()
    return found


def write(
    engine: Engine, address: str, *, subject: str = "[Dudao] 待办", body: str = "正文\n"
) -> str:
    with engine.begin(SYSTEM) as uow:
        user = User(
            id=new_id(), username=new_id(), name="李四", password_hash="", created_at=uow.now
        )
        uow.session.add(user)
        uow.session.flush()
        row = Mail(
            key=new_id(),
            user_id=user.id,
            address=address,
            subject=subject,
            body=body,
            due_at=uow.now,
            created_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id


def state(engine: Engine, mail_id: str) -> tuple[str, int, str | None]:
    with engine.read(SYSTEM) as uow:
        row = uow.session.get_one(Mail, mail_id)
        return row.state, row.attempts, row.error


def test_a_letter_is_taken_once(engine: Engine, smtp: MailServer) -> None:
    sent = write(engine, "li.si@example.cn", subject="[Dudao] 待办：“核对”", body="编号：案-1\n")
    postman = Postman(engine, plain(smtp.port))
    assert postman.run()
    assert not postman.run()
    [letter] = smtp.letters()
    assert letter["Subject"] == "[Dudao] 待办：“核对”"
    assert letter["To"] == "li.si@example.cn"
    assert letter["Message-ID"] == f"<{sent}@example.cn>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content() == "编号：案-1\r\n"
    assert state(engine, sent)[0] == MailState.SENT


def test_many_letters_go_in_one_connection_and_one_that_is_refused_stops_no_other(
    engine: Engine, smtp: MailServer
) -> None:
    never = write(engine, "never@example.cn")
    later = write(engine, "later@example.cn")
    good = write(engine, "good@example.cn")
    Postman(engine, plain(smtp.port)).run()
    assert [letter["To"] for letter in smtp.letters()] == ["good@example.cn"]
    assert state(engine, never) == (MailState.FAILED, 1, "550 no such user")
    assert state(engine, later) == (MailState.WAITING, 1, "451 try again later")
    assert state(engine, good)[0] == MailState.SENT


def test_a_letter_refused_for_now_is_tried_again_and_then_given_up(
    engine: Engine, smtp: MailServer, clock: ManualClock
) -> None:
    later = write(engine, "later@example.cn")
    postman = Postman(engine, plain(smtp.port))
    tries = 0
    while state(engine, later)[0] == MailState.WAITING:
        assert postman.run()
        tries += 1
        assert not postman.run()  # not before its time
        clock.advance(hours=5)
    assert tries == len(mails.BACK_OFF) + 1
    assert state(engine, later)[0] == MailState.FAILED
    with engine.begin(SYSTEM) as uow:
        assert [row.id for row in mails.search(uow)] == [later]
        assert mails.retry(uow, later).state == MailState.WAITING
    with pytest.raises(Conflict, match="只有发送失败"), engine.begin(SYSTEM) as uow:
        mails.retry(uow, later)


def test_a_server_that_hangs_up_before_its_answer_is_not_given_the_letter_again(
    engine: Engine, smtp: MailServer, clock: ManualClock
) -> None:
    unclear = write(engine, "hang@example.cn")
    good = write(engine, "good@example.cn")
    postman = Postman(engine, plain(smtp.port))
    postman.run()
    clock.advance(hours=5)
    postman.run()
    assert sorted(letter["To"] for letter in smtp.letters()) == [
        "good@example.cn",
        "hang@example.cn",
    ]
    assert state(engine, unclear)[0] == MailState.UNCERTAIN
    assert state(engine, good)[0] == MailState.SENT


def test_a_server_that_hangs_up_before_the_last_line_gets_it_again_later(
    engine: Engine, smtp: MailServer
) -> None:
    dropped = write(engine, "drop@example.cn")
    Postman(engine, plain(smtp.port)).run()
    assert state(engine, dropped)[:2] == (MailState.WAITING, 1)
    assert smtp.letters() == []


def test_a_server_that_is_away_loses_nothing(engine: Engine, clock: ManualClock) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    waits = write(engine, "good@example.cn")
    Postman(engine, plain(port)).run()
    found_state, tries, error = state(engine, waits)
    assert (found_state, tries) == (MailState.WAITING, 1)
    assert "ConnectionRefusedError" in (error or "")


@pytest.mark.parametrize(
    "address",
    [
        "a@example.cn\r\nBcc: all@example.cn",
        "a b@example.cn",
        "李四@example.cn",
        "@",
        "a@b@c",
        "<x>",
    ],
)
def test_what_is_no_address_is_sent_nowhere(engine: Engine, smtp: MailServer, address: str) -> None:
    row = write(engine, address)
    Postman(engine, plain(smtp.port)).run()
    assert state(engine, row)[0] == MailState.FAILED
    assert smtp.letters() == []


def test_two_processes_send_each_letter_once(database: Database, smtp: MailServer) -> None:
    engine = Engine(database, SystemClock())
    ids = {write(engine, f"reader{number}@example.cn") for number in range(30)}
    url = database.url.render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.integration.ops.sending_process", url, str(smtp.port)]
    racing = [subprocess.Popen([*program, "live"]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in racing] == [0, 0]
    assert len(smtp.letters()) == len(ids)
    assert {letter["Message-ID"] for letter in smtp.letters()} == {f"<{i}@example.cn>" for i in ids}
    with engine.read(SYSTEM) as uow:
        assert set(uow.session.scalars(sa.select(Mail.state))) == {MailState.SENT}


def test_a_sender_killed_before_it_noted_what_it_sent_does_not_send_it_twice(
    database: Database, smtp: MailServer
) -> None:
    engine = Engine(database, SystemClock())
    row = write(engine, "good@example.cn")
    url = database.url.render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.integration.ops.sending_process", url, str(smtp.port)]
    assert subprocess.run([*program, "die"], timeout=60, check=False).returncode == -9
    assert len(smtp.letters()) == 1
    assert state(engine, row)[0] == MailState.HANDING
    late = Engine(database, ManualClock(SystemClock().now() + mails.LEASE + timedelta(seconds=5)))
    Postman(late, plain(smtp.port)).run()
    assert len(smtp.letters()) == 1
    assert state(late, row)[0] == MailState.UNCERTAIN


def test_a_worker_whose_lease_ran_out_while_it_talked_sends_nothing(
    engine: Engine, smtp: MailServer, clock: ManualClock
) -> None:
    row = write(engine, "good@example.cn")
    with engine.begin(SYSTEM) as uow:
        assert mails.claim(uow, worker="slow") == [row]
    clock.advance(minutes=6)
    with engine.begin(SYSTEM) as uow:
        assert mails.claim(uow, worker="quick") == [row]
    with engine.begin(SYSTEM) as uow:
        assert not mails.hand_over(uow, row, worker="slow")
        assert mails.hand_over(uow, row, worker="quick")
        assert not mails.hand_over(uow, row, worker="quick")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "smtp.pem", tmp_path / "smtp.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


@pytest.fixture
def encrypted(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[MailServer]:
    yield from serving(tmp_path / "encrypted", *certificate)


def test_starttls_is_used_and_the_certificate_checked(
    engine: Engine, encrypted: MailServer, certificate: tuple[Path, Path]
) -> None:
    row = write(engine, "good@example.cn")
    safe = replace(plain(encrypted.port), host="localhost", tls="starttls", ca=certificate[0])
    Postman(engine, replace(safe, ca=None)).run()
    assert state(engine, row)[0] == MailState.WAITING
    assert "CERTIFICATE_VERIFY_FAILED" in (state(engine, row)[2] or "")
    with engine.begin(SYSTEM) as uow:
        uow.session.get_one(Mail, row).due_at = uow.now
    Postman(engine, safe).run()
    [letter] = encrypted.letters()
    assert letter["X-Tls"] == "True"
    assert state(engine, row)[0] == MailState.SENT


def test_a_server_without_starttls_gets_nothing_in_the_clear(
    engine: Engine, smtp: MailServer
) -> None:
    row = write(engine, "good@example.cn")
    Postman(engine, replace(plain(smtp.port), tls="starttls")).run()
    assert state(engine, row)[0] == MailState.WAITING
    assert smtp.letters() == []


def test_the_thread_of_the_worker_sends_and_ends(engine: Engine, smtp: MailServer) -> None:
    postman = Postman(engine, plain(smtp.port), poll_seconds=0.05)
    postman.start()
    row = write(engine, "good@example.cn")
    for _ in range(100):
        if state(engine, row)[0] == MailState.SENT:
            break
        time.sleep(0.05)
    postman.stop()
    assert state(engine, row)[0] == MailState.SENT


def settings(port: int, **changed: object) -> Settings:
    told = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "smtp_from": "dudao@example.cn",
        "smtp_password": "hidden-words",
    }
    return Settings(**{**told, **changed})  # type: ignore[arg-type]  # values of their fields


def test_a_test_letter_says_what_the_server_said(smtp: MailServer) -> None:
    mail.test(settings(smtp.port), "good@example.cn")
    assert [letter["To"] for letter in smtp.letters()] == ["good@example.cn"]
    with pytest.raises(Refusal, match="550 no such user") as refused:
        mail.test(settings(smtp.port), "never@example.cn")
    assert "hidden-words" not in str(refused.value)
    with pytest.raises(Refusal, match=r"不是邮件地址|no mail address"):
        mail.test(settings(smtp.port), "a@b\r\nBcc: c@d")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"smtp_from": ""}, "DUDAO_SMTP_FROM"),
        ({"smtp_from": "督导"}, "DUDAO_SMTP_FROM"),
        ({"smtp_host": "192.0.2.1"}, "DUDAO_SMTP_TLS=none"),
        ({"smtp_ca": Path("/nowhere.pem")}, "/nowhere.pem"),
    ],
)
def test_settings_that_cannot_work_are_refused(changed: dict[str, object], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        Server.of(settings(25, **changed))


def test_without_a_host_there_is_no_mail() -> None:
    assert Server.of(Settings()) is None
    assert mail.letters(Settings()) is None
    with pytest.raises(Refusal, match="DUDAO_SMTP_HOST"):
        mail.test(Settings(), "good@example.cn")
