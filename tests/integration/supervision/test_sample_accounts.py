"""What the samples promise: which organisations, how many of whom, and passwords of this place alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.engine import Engine
from engine.tables import Organisation, Post, User
from processes.supervision.package import PACKAGE
from supervision import pack, sample
from tests.conftest import EngineFor
from tests.factories import SYSTEM
from tests.unit.supervision.conftest import add_user

#: Procedure 12.1, codes of the Ministry of Civil Affairs.
DISTRICTS = {
    "120101": "和平区",
    "120102": "河东区",
    "120103": "河西区",
    "120104": "南开区",
    "120105": "河北区",
    "120106": "红桥区",
    "120110": "东丽区",
    "120111": "西青区",
    "120112": "津南区",
    "120113": "北辰区",
    "120114": "武清区",
    "120115": "宝坻区",
    "120116": "滨海新区",
    "120117": "宁河区",
    "120118": "静海区",
    "120119": "蓟州区",
}

#: Procedure 12.3, in the order of 津1.
MEMBERS = [
    "市委组织部",
    "市委宣传部",
    "市发展改革委",
    "市教委",
    "市科技局",
    "市工业和信息化局",
    "市民族宗教委",
    "市公安局",
    "市民政局",
    "市财政局",
    "市人社局",
    "市规划资源局",
    "市住房城乡建设委",
    "市农业农村委",
    "市文化和旅游局",
    "市卫生健康委",
    "市应急局",
    "市市场监管委",
    "市体育局",
    "团市委",
    "市残联",
]

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin", "model_editor")


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    return engine_for(PACKAGE)


def test_the_districts_and_member_units_are_those_of_the_procedure() -> None:
    data = pack.read("tianjin.toml")
    assert {row["code"]: row["name"] for row in data["districts"]} == DISTRICTS
    assert [row["short_name"] for row in data["members"]] == MEMBERS


def test_each_office_has_three_staff_and_three_inspectors_and_there_are_four_administrators(
    engine: Engine,
) -> None:
    sample.load(engine, add_user=add_user)
    with engine.read(SYSTEM) as uow:
        rows = uow.session.execute(
            sa.select(Post.group, Organisation.code, sa.func.count(sa.distinct(Post.user_id)))
            .join(Organisation, Organisation.id == Post.organisation_id)
            .group_by(Post.group, Organisation.code)
        ).all()
    held = {(group, code): count for group, code, count in rows}
    assert held["office_staff", "120000-OFF"] >= 3
    assert held["district_office", "129901-OFF"] >= 3
    assert held["inspector", "120000-OFF"] >= 3
    assert held["inspector", "129901-OFF"] >= 3
    assert [held[group, "120000-OFF"] for group in ADMINISTRATORS] == [1, 1, 1, 1]


def test_passwords_are_made_anew_for_each_installation(engine: Engine) -> None:
    first = {row.username: row.password for row in sample.load(engine, add_user=add_user)}
    with engine.begin(SYSTEM) as uow:  # the same people, elsewhere
        uow.session.execute(sa.update(User).values(username=User.username + "_of_another_place"))
    again = {row.username: row.password for row in sample.load(engine, add_user=add_user)}
    assert first.keys() == again.keys()
    assert not {name for name in first if first[name] == again[name]}


def test_every_invented_body_is_marked_as_a_sample_and_says_so(engine: Engine) -> None:
    sample.load(engine, add_user=add_user)
    with engine.read(SYSTEM) as uow:
        names = uow.session.scalars(
            sa.select(Organisation.name).where(Organisation.is_sample)
        ).all()
        others = uow.session.scalars(
            sa.select(Organisation.name).where(Organisation.is_sample.is_(False))
        ).all()
    assert len(names) > 15
    assert [name for name in names if "样例" not in name] == []
    assert [name for name in others if "样例" in name or "青禾" in name] == []
