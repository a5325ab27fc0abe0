"""Initials beside names: written with them, filled in where they are missing."""

from __future__ import annotations

import sqlalchemy as sa

from engine import initials
from engine.tables import Organisation
from tests import factories
from tests.conftest import EngineFor
from tests.factories import SYSTEM


def test_a_name_is_spelt_by_the_first_letters_of_its_sounds() -> None:
    assert initials.of("青禾县第一中学（样例）") == "qhxdyzxyl"
    assert initials.of("ABC 12 食堂") == "abc12st"
    assert initials.of("") == initials.of(None) == ""


def test_rows_without_initials_are_given_them_and_renaming_changes_them(
    engine_for: EngineFor,
) -> None:
    engine = engine_for()
    with engine.begin(SYSTEM) as uow:
        row = factories.organisation(uow, "school", name="第一中学")
        assert row.initials == "dyzx"
        uow.session.execute(sa.update(Organisation).values(initials=None))
    assert initials.fill(engine, [(Organisation, Organisation.name)]) == 1
    assert initials.fill(engine, [(Organisation, Organisation.name)]) == 0
    with engine.begin(SYSTEM) as uow:
        found = uow.session.scalars(sa.select(Organisation)).one()
        assert found.initials == "dyzx"
        found.name = "第二中学"
        uow.session.flush()
        assert found.initials == "dezx"
