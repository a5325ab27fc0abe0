"""What guards accounts holds when two try at once, on every database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from engine import identity, rates
from engine.actor import Actor
from engine.administration import proposals
from engine.clock import ManualClock
from engine.engine import Engine
from engine.errors import Conflict, NotAllowed
from engine.identity import attempts, recoveries, second_factors
from engine.tables import RecoveryCode, SignIn, User
from tests import factories
from tests.conftest import EngineFor
from tests.factories import PASSWORD, SYSTEM
from tests.integration.engine.test_races import together

NEW = "quite another long sentence"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Office:
    engine: Engine
    clock: ManualClock
    ada: Actor
    sec: Actor
    sam: Actor


@pytest.fixture
def office(engine_for: EngineFor, clock: ManualClock) -> Office:
    engine = engine_for()
    with engine.begin(SYSTEM) as uow:
        place = factories.organisation(uow, "office")
        return Office(
            engine=engine,
            clock=clock,
            ada=factories.person(uow, "ada"),
            sec=factories.person(uow, "sec", ("security_admin", place)),
            sam=factories.person(uow, "sam", ("system_admin", place)),
        )


def enrol(office: Office) -> tuple[pyotp.TOTP, list[str]]:
    """Ada's phone, with a code that was not used yet, and her recovery codes."""
    with office.engine.begin(office.ada) as uow:
        secret, _ = second_factors.begin(uow)
        phone = pyotp.TOTP(secret)
        codes = second_factors.confirm(uow, phone.at(uow.now))
    office.clock.advance(seconds=30)
    return phone, list(codes)


def sign_in(office: Office, code: str) -> SignIn:
    return identity.sign_in(office.engine, "ada", PASSWORD, code=code)[1]


def test_of_two_who_send_the_same_code_at_once_one_gets_in(office: Office) -> None:
    phone, codes = enrol(office)
    for code in (phone.at(office.clock.now()), codes[0]):
        answers = together(*[lambda code=code: sign_in(office, code)] * 3)
        refused = [answer for answer in answers if isinstance(answer, NotAllowed)]
        assert [answer.code for answer in refused] == ["second-factor-refused"] * 2
        with office.engine.begin(SYSTEM) as uow:
            attempts.forget(uow.session.get_one(User, office.ada.user_id))


def test_confirming_twice_at_once_leaves_one_set_of_recovery_codes(office: Office) -> None:
    with office.engine.begin(office.ada) as uow:
        secret, _ = second_factors.begin(uow)
    code = pyotp.TOTP(secret).at(office.clock.now())

    def confirm() -> object:
        with office.engine.begin(office.ada) as uow:
            return second_factors.confirm(uow, code)

    answers = together(confirm, confirm)
    assert sum(isinstance(answer, list) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    with office.engine.read(SYSTEM) as uow:
        count = uow.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode))
    assert count == second_factors.RECOVERY_CODES


def test_wrong_passwords_that_come_together_are_all_counted(office: Office) -> None:
    def guess() -> object:
        return identity.sign_in(office.engine, "ada", "not the password")

    together(*[guess] * 4)
    with office.engine.read(SYSTEM) as uow:
        assert uow.session.get_one(User, office.ada.user_id).failed_attempts == 4


def test_a_recovery_key_is_used_once_though_two_use_it_at_once(office: Office) -> None:
    with office.engine.begin(office.sec) as uow:
        asked = recoveries.ask(
            uow, office.ada.user_id or "", reason="忘了密码", drops_factor=False
        ).id
    with office.engine.begin(office.sam) as uow:
        proposals.confirm(uow, asked)
    halves = []
    for actor in (office.sec, office.sam):
        with office.engine.begin(actor) as uow:
            halves.append(recoveries.take_half(uow, asked))

    def recover() -> object:
        return recoveries.recover(office.engine, "ada", (halves[0], halves[1]), NEW)

    answers = together(recover, recover)
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, NotAllowed) for answer in answers) == 1
    assert identity.sign_in(office.engine, "ada", NEW)[1].user_id == office.ada.user_id


def test_counts_that_come_together_add_up_and_windows_stand_apart(office: Office) -> None:
    def add() -> object:
        with office.engine.begin(SYSTEM) as uow:
            return rates.add(uow, "somebody", length=MINUTE, count=25)

    assert sorted(together(*[add] * 4)) == [25, 50, 75, 100]  # type: ignore[type-var]  # numbers
    office.clock.advance(seconds=60)
    with office.engine.begin(SYSTEM) as uow:
        assert rates.total(uow, "somebody", length=MINUTE) == 0
        assert rates.add(uow, "somebody", length=MINUTE) == 1
        assert rates.total(uow, "another", length=MINUTE) == 0


def test_ended_sessions_and_a_removed_factor_are_gone(office: Office) -> None:
    phone, _ = enrol(office)
    sign_in(office, phone.at(office.clock.now()))
    with office.engine.begin(office.sec) as uow:
        ada_id = office.ada.user_id or ""
        assert identity.sign_ins.revoke_all(uow, ada_id) == 1
        assert identity.sign_ins.of(uow, ada_id) == []
    with office.engine.begin(office.sam) as uow, pytest.raises(NotAllowed):
        identity.sign_ins.of(uow, ada_id)
    with office.engine.begin(SYSTEM) as uow:
        second_factors.remove(uow, ada_id)
        assert not second_factors.is_enrolled(uow, ada_id)
        assert second_factors.recovery_codes_left(uow, ada_id) == 0
