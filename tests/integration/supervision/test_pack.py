"""The data pack and the samples, on every database: complete, idempotent, without a case."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.engine import Engine
from engine.tables import Organisation, Post, User
from processes.supervision.package import PACKAGE
from supervision import organisations, pack, rules, sample
from supervision.tables import CommitteeMember, Inspector, SupervisedOrganisation, SupervisionCase
from supervision.terms import Level, UnitKind
from tests.conftest import EngineFor
from tests.factories import SYSTEM
from tests.unit.supervision.conftest import add_user

#: The roles of procedure 9.3 that sign in, with the four administrators.
ROLES = {
    "city_gov_chair",
    "city_gov_vice",
    "city_office_head",
    "chief_inspector",
    "deputy_chief",
    "lead_class_inspector",
    "office_staff",
    "inspector",
    "resp_inspector",
    "member_unit_liaison",
    "district_chair",
    "district_vice",
    "district_office_head",
    "district_office",
    "unit_head",
    "unit_contact",
    "superior_dept",
    "local_party_gov",
    "government",
    "org_dept",
    "discipline_supervision",
    "enforcement_dept",
    "upper_office",
    "system_admin",
    "security_admin",
    "audit_admin",
    "model_editor",
}


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    return engine_for(PACKAGE)


def test_the_pack_holds_sixteen_districts_and_twenty_one_member_units(engine: Engine) -> None:
    with engine.begin(SYSTEM) as uow:
        pack.load(uow)
        offices = uow.session.scalars(
            sa.select(SupervisedOrganisation)
            .join(Organisation, Organisation.id == SupervisedOrganisation.organisation_id)
            .where(Organisation.kind == UnitKind.OFFICE)
        ).all()
        levels = [row.level for row in offices]
        city = organisations.by_code(uow, "120000-CMT")
        assert city is not None
        members = organisations.members_of(uow, city.organisation_id)
        assert levels.count(Level.DISTRICT) == 16
        assert levels.count(Level.CITY) == 1
        assert len(members) == 21
        assert members[0].organisation.short_name == "市委组织部"
        assert members[-1].organisation.short_name == "市残联"
        assert not uow.session.scalar(sa.select(Organisation.id).where(Organisation.is_sample))


def test_every_office_has_its_committee_its_host_and_the_office_above(engine: Engine) -> None:
    with engine.begin(SYSTEM) as uow:
        pack.load(uow)
        pack.load_samples(uow)
        for row in uow.session.scalars(
            sa.select(SupervisedOrganisation).where(
                SupervisedOrganisation.committee_id.is_not(None)
            )
        ):
            upper = organisations.appeal_authority(uow, row.organisation_id)
            assert Level(upper.level) is rules.appeal_level(Level(row.level))
            assert organisations.host_of(uow, row.organisation_id) is not None
            assert row.number_mark


def test_every_unit_has_an_office_of_the_right_level_and_three_authorities(
    engine: Engine,
) -> None:
    with engine.begin(SYSTEM) as uow:
        pack.load(uow)
        pack.load_samples(uow)
        supervised = uow.session.scalars(
            sa.select(SupervisedOrganisation)
            .join(Organisation, Organisation.id == SupervisedOrganisation.organisation_id)
            .where(SupervisedOrganisation.office_id.is_not(None))
            .where(Organisation.kind.not_in([UnitKind.COMMITTEE, UnitKind.OFFICE]))
        ).all()
        assert len(supervised) > 50
        for row in supervised:
            office = organisations.office_for(uow, row.organisation_id)
            wanted = rules.handling_level(organisations.kind_of(row), Level(row.level))
            assert Level(office.level) is wanted
            assert len(organisations.addressees(uow, row.organisation_id).ids) >= 2


def test_loading_the_samples_twice_changes_nothing_and_makes_no_case(engine: Engine) -> None:
    first = sample.load(engine, add_user=add_user)
    with engine.read(SYSTEM) as uow:
        before = [uow.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in _COUNTED]
    second = sample.load(engine, add_user=add_user)
    with engine.read(SYSTEM) as uow:
        after = [uow.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in _COUNTED]
        assert uow.session.scalar(sa.select(sa.func.count()).select_from(SupervisionCase)) == 0
    assert len(first) > 40
    assert second == []
    assert before == after


_COUNTED = (Organisation, SupervisedOrganisation, CommitteeMember, User, Post, Inspector)


def test_every_role_has_a_demo_account_and_each_password_is_its_own(engine: Engine) -> None:
    accounts = sample.load(engine, add_user=add_user)
    assert len({account.password for account in accounts}) == len(accounts)
    assert all(len(account.password) >= 12 for account in accounts)
    with engine.read(SYSTEM) as uow:
        groups = set(uow.session.scalars(sa.select(Post.group).distinct()))
        assert groups >= ROLES
        assert all(uow.session.scalars(sa.select(User.is_demo)))
        for office in ("120000-OFF", "129901-OFF"):
            row = organisations.by_code(uow, office)
            assert row is not None
            serving = uow.session.scalars(
                sa.select(Inspector).where(Inspector.organisation_id == row.organisation_id)
            ).all()
            assert len(serving) >= 3


def test_no_administrator_holds_another_post(engine: Engine) -> None:
    sample.load(engine, add_user=add_user)
    administrators = {"system_admin", "security_admin", "audit_admin", "model_editor"}
    with engine.read(SYSTEM) as uow:
        for user_id in uow.session.scalars(
            sa.select(Post.user_id).where(Post.group.in_(administrators))
        ):
            posts = uow.session.scalars(sa.select(Post).where(Post.user_id == user_id)).all()
            assert len(posts) == 1
