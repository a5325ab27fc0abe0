"""Who owns an account gets a letter of what happens to it, by a real mail server, and reads it here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from engine import identity
from engine.actor import Actor
from engine.administration import journal
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.identity import second_factors, users
from engine.identity.sign_ins import Origin
from engine.reminding.mails import OFF, Letters, prefer
from engine.reminding.notifications import search, told
from engine.tables import JournalEntry, Notification, User
from ops.mail import Postman
from tests.driver import SYSTEM
from tests.integration.ops.sending_process import server
from tests.integration.ops.test_mail import MailServer, serving

PASSWORD = "rain on the old roof"  # noqa: S105  # of a test
NEXT = "snow on the new bridge"
HOME = Origin(address="192.0.2.7", agent="Firefox/140.0")


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[MailServer]:
    yield from serving(tmp_path / "letters")


@pytest.fixture
def engine(database: Database, clock: ManualClock) -> Engine:
    found = Engine(database, clock)
    found.letters = Letters(address="https://dudao.example")
    return found


@pytest.fixture
def owner(engine: Engine) -> Actor:
    """李四, who wants no mail."""
    with engine.begin(SYSTEM) as uow:
        user = users.add(
            uow, username="li.si", name="李四", password=PASSWORD, email="li.si@example.cn"
        )
        actor = identity.actor_of(uow, user.id)
    with engine.begin(actor) as uow:
        prefer(uow, OFF)
    return actor


def read(engine: Engine, owner: Actor) -> list[str]:
    """The kinds of what the owner was told here, oldest first."""
    with engine.read(owner) as uow:
        rows = told(uow, search(uow))
        assert all(one.is_visible for one in rows)
        return [one.row.kind for one in rows][::-1]


def test_a_new_password_is_told_at_once_to_who_wants_no_mail(
    engine: Engine, smtp: MailServer, owner: Actor
) -> None:
    assert read(engine, owner) == []
    with engine.begin(owner) as uow:
        users.set_password(uow, str(owner.user_id), NEXT, current=PASSWORD)
    Postman(engine, server(smtp.port)).run()
    [letter] = smtp.letters()
    assert (letter["To"], letter["Subject"]) == ("li.si@example.cn", "[Dudao] 您的密码已修改")
    text = letter.get_content()
    assert "2026-03-02 09:00" in text
    assert "安全管理员" in text
    assert "http" not in text, "a letter that asks to follow a link can be forged"
    assert NEXT not in text
    assert read(engine, owner) == ["account.password_set"]
    Postman(engine, server(smtp.port)).run()
    assert len(smtp.letters()) == 1


def test_a_new_address_is_told_at_the_old_one(
    engine: Engine, smtp: MailServer, owner: Actor
) -> None:
    with engine.begin(SYSTEM) as uow:
        user = users.get(uow, str(owner.user_id))
        old, user.email = users.terms(user), "thief@example.cn"
        subject = ("user", user.id)
        journal.record(
            uow, "account.changed", subject=subject, name="x", before=old, after=users.terms(user)
        )
        journal.record(
            uow, "account.changed", subject=subject, name="x", before={"name": "李"}, after={}
        )
    Postman(engine, server(smtp.port)).run()
    assert [letter["To"] for letter in smtp.letters()] == ["li.si@example.cn"]
    assert read(engine, owner) == ["account.changed"]


def test_factors_are_told_when_they_come_and_go(
    engine: Engine, smtp: MailServer, owner: Actor
) -> None:
    with engine.begin(owner) as uow:
        secret, _ = second_factors.begin(uow)
    with engine.begin(owner) as uow:
        code = pyotp.TOTP(secret).at(engine.clock.now())
        second_factors.confirm(uow, code)
    with engine.begin(SYSTEM) as uow:
        second_factors.remove(uow, str(owner.user_id))
    Postman(engine, server(smtp.port)).run()
    # told at the same instant of a clock that stands still
    assert sorted(read(engine, owner)) == ["second_factor.enrolled", "second_factor.removed"]
    subjects = {letter["Subject"] for letter in smtp.letters()}
    assert subjects == {"[Dudao] 您的账号已绑定验证器", "[Dudao] 您账号的验证器已解除"}
    assert not [letter for letter in smtp.letters() if secret in letter.get_content()]


@pytest.mark.parametrize(
    ("origin", "is_news"),
    [
        (HOME, False),
        (Origin(address="192.0.2.7", agent="Firefox/141.0"), False),
        (Origin(address="192.0.2.7", agent="Chrome/140.0"), True),
        (Origin(address="198.51.100.1", agent="Firefox/140.0"), True),
        (Origin(), False),
    ],
)
def test_a_sign_in_from_elsewhere_is_told_and_one_from_where_they_sit_is_not(
    engine: Engine, owner: Actor, origin: Origin, is_news: bool
) -> None:
    identity.sign_in(engine, "li.si", PASSWORD, origin=HOME)
    assert read(engine, owner) == [], "there is nothing yet to compare the first with"
    identity.sign_in(engine, "li.si", PASSWORD, origin=origin)
    assert read(engine, owner) == (["sign_in.elsewhere"] if is_news else [])
    if is_news:
        with engine.read(owner) as uow:
            [row] = search(uow)
            assert row.data["address"] == origin.address


def test_another_machine_of_the_same_ipv6_network_is_no_news(engine: Engine, owner: Actor) -> None:
    for address in ("2001:db8:1:2::5", "2001:db8:1:2:aaaa::9"):
        identity.sign_in(engine, "li.si", PASSWORD, origin=Origin(address=address, agent="F"))
    assert read(engine, owner) == []
    identity.sign_in(engine, "li.si", PASSWORD, origin=Origin(address="2001:db8:1:3::5", agent="F"))
    assert read(engine, owner) == ["sign_in.elsewhere"]


def test_nobody_else_is_told_and_without_an_address_it_stands_here_alone(
    engine: Engine, smtp: MailServer, owner: Actor
) -> None:
    with engine.begin(SYSTEM) as uow:
        uow.session.get_one(User, owner.user_id).email = None
        users.set_password(uow, str(owner.user_id), NEXT)
    Postman(engine, server(smtp.port)).run()
    assert smtp.letters() == []
    with engine.read(SYSTEM) as uow:
        told_to = set(uow.session.scalars(sa.select(Notification.user_id)))
        kinds = set(uow.session.scalars(sa.select(JournalEntry.kind)))
    assert told_to == {owner.user_id}
    assert {"account.added", "account.password_set"} <= kinds
