"""Accounts, posts, organisations, sign-ins."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine import identity
from engine.actor import Actor
from engine.administration import duties
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.identity import attempts, passwords, sign_ins
from engine.tables import SignIn, User, new_id
from tests.conftest import EngineFor
from tests.factories import PASSWORD
from tests.unit.engine.world import SYSTEM, World, packages


@pytest.fixture
def world(engine_for: EngineFor, clock: ManualClock, tmp_path: Path) -> World:
    return World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()


def _username(world: World, name: str) -> str:
    user_id = world.people[name].user_id
    with world.engine.read(SYSTEM) as uow:
        return uow.session.get_one(User, user_id).username


def _refused(engine: Engine, username: str, password: str) -> str:
    with pytest.raises(NotAllowed) as caught:
        identity.sign_in(engine, username, password)
    assert caught.value.code == "sign-in-refused"
    return caught.value.detail


# -- passwords -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "too-short"),
        ("x" * 129, "too-long"),
        ("my name is ADA.LEE", "holds-username"),
        ("ａｄａ.lee in full width", "holds-username"),
        ("里面有李阿达的一句话就不行", "holds-name"),
        ("Dudao 2026 for everybody", "holds-product"),
        ("aaaaaaaaaaaa", "pattern"),
        ("abc1abc1abc1abc1", "pattern"),
        ("123456789012", "pattern"),
        ("qwertyuiop123456", "pattern"),
        ("1qaz2wsx3edc", "pattern"),
        ("abcdefgh87654321x", "pattern"),
        ("chickenwing101", "common"),
        ("CounterStrike", "common"),
        ("sunshine20260101", "common"),
        ("2026!princess!", "common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.check(password, username="ada.lee", name="李阿达")
    assert [fault.code for fault in caught.value.errors] == [code]


@pytest.mark.parametrize(
    "password",
    [
        "一句很长的话也可以当作密码",
        "a b c d e f g",
        "1234 horses eat grass",
        "banana banana tree",
        "sunshine over the sea",
        "sunshine830184756",
        "a sentence that just fits in " * 4 + "128 signs...",
    ],
)
def test_length_is_all_that_a_password_needs(password: str) -> None:
    passwords.check(password, username="ada.lee")


def test_a_password_is_the_same_however_it_was_typed() -> None:
    stored = passwords.hashed("café au lait bitte")
    assert passwords.verify(stored, "cafe\u0301 au lait bitte")
    assert not passwords.verify(stored, "cafe au lait bitte")
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize("stored", ["", "none", "$argon2id$v=19$broken"])
def test_what_is_no_hash_matches_nothing(stored: str) -> None:
    assert not passwords.verify(stored, "nobody has this password")


def test_an_unknown_person_takes_as_long_as_a_known_one() -> None:
    stored = passwords.hashed(PASSWORD)
    passwords.verify(None, PASSWORD)  # the decoy is made once

    def spent(value: str | None) -> float:
        start = time.process_time()
        for _ in range(3):
            assert not passwords.verify(value, "a wrong password")
        return time.process_time() - start

    known, unknown = spent(stored), spent(None)
    assert 0.4 < unknown / known < 2.5


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_check_of_a_password(text: str) -> None:
    assert not passwords.verify("$argon2id$nonsense", text)


# -- accounts --------------------------------------------------------------------------------


def test_an_account_is_found_whatever_the_case_of_its_name(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow:
        user = identity.users.add(uow, username=" Ada.Lee ", name="李阿达", password=PASSWORD)
        assert user.username == "ada.lee"
        assert identity.users.by_username(uow, "ADA.LEE") is user
        assert identity.users.search(uow, "阿达") == [user]
        with pytest.raises(Conflict):
            identity.users.add(uow, username="ada.LEE", name="另一人", password=PASSWORD)


@pytest.mark.parametrize("username", ["", "ab", "-ada", "ada lee", "阿达", "ada/../root", "x" * 65])
def test_a_username_of_another_form_is_refused(world: World, username: str) -> None:
    with world.engine.begin(SYSTEM) as uow, pytest.raises(Invalid) as caught:
        identity.users.add(uow, username=username, name="某人", password=PASSWORD)
    assert "/username" in {fault.pointer for fault in caught.value.errors}


def test_only_a_security_administrator_makes_accounts_posts_and_organisations(
    world: World,
) -> None:
    ada = world.person("Ada", "staff@Office")
    sam = world.person("Sam", "system_admin@Office")
    sec = world.person("Sec", "security_admin@Office")
    office = world.organisations["Office"]
    for actor in (ada, sam):
        with world.engine.begin(actor) as uow:
            with pytest.raises(NotAllowed):
                identity.users.add(uow, username="eve.x", name="夏娃", password=PASSWORD)
            with pytest.raises(NotAllowed):
                identity.posts.grant(uow, ada.user_id or "", "chair", office)
            with pytest.raises(NotAllowed):
                identity.organisations.add(uow, code="x", name="x", kind="x")
            with pytest.raises(NotAllowed):
                identity.users.set_password(uow, sec.user_id or "", "another long password")
    with world.engine.begin(sec) as uow:
        eve = identity.users.add(uow, username="eve.x", name="夏娃", password=PASSWORD)
        identity.posts.grant(uow, eve.id, "staff", office)
        assert identity.actor_of(uow, eve.id).holds("staff", office)


def test_a_new_password_ends_every_session_and_token(world: World) -> None:
    ada = world.person("Ada")
    secret, _ = identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)
    with world.engine.begin(ada) as uow:
        token, _ = identity.create_token(
            uow,
            ada.user_id or "",
            name="脚本",
            scopes=["read"],
            expires_at=uow.now + timedelta(days=9),
        )
        with pytest.raises(NotAllowed):
            identity.users.set_password(uow, ada.user_id or "", "another long password")
        identity.users.set_password(
            uow, ada.user_id or "", "another long password", current=PASSWORD
        )
    with world.engine.read(SYSTEM) as uow:
        assert identity.resolve(uow, secret) is None
        assert identity.resolve(uow, token) is None
    identity.sign_in(world.engine, _username(world, "Ada"), "another long password")


# -- posts -----------------------------------------------------------------------------------


def test_a_post_is_held_from_its_first_to_its_last_day(world: World) -> None:
    world.person("Ada")
    user_id = world.people["Ada"].user_id or ""
    office = world.organisation("Office")
    with world.engine.begin(SYSTEM) as uow:
        today = uow.today
        identity.posts.grant(
            uow,
            user_id,
            "staff",
            office,
            title="科员",
            from_on=today + timedelta(days=1),
            until_on=today + timedelta(days=2),
        )
    held = []
    for _ in range(4):
        with world.engine.read(SYSTEM) as uow:
            held.append([post.title for post in identity.actor_of(uow, user_id).posts])
        world.clock.advance(days=1)
    assert held == [[], ["科员"], ["科员"], []]


def test_granting_what_is_held_changes_nothing_and_ending_is_at_once(world: World) -> None:
    world.person("Ada", "staff@Office")
    user_id, office = world.people["Ada"].user_id or "", world.organisations["Office"]
    with world.engine.begin(SYSTEM) as uow:
        (post,) = identity.posts.of(uow, user_id)
        assert identity.posts.grant(uow, user_id, "staff", office) is post
        identity.posts.end(uow, post.id)
        assert identity.posts.of(uow, user_id) == []
        identity.posts.end(uow, post.id, last_day=uow.today + timedelta(days=9))
        assert identity.posts.of(uow, user_id) == []
        renewed = identity.posts.grant(uow, user_id, "staff", office)
        assert renewed.id != post.id


def test_nobody_is_two_of_the_administrators_that_are_kept_apart(world: World) -> None:
    world.person("Ada", f"{duties.SYSTEM_ADMIN}@Office")
    user_id, office = world.people["Ada"].user_id or "", world.organisations["Office"]
    for other in (duties.SECURITY_ADMIN, duties.AUDIT_ADMIN):
        with pytest.raises(Conflict) as caught, world.engine.begin(SYSTEM) as uow:
            identity.posts.grant(uow, user_id, other, office)
        assert caught.value.code == "duties-kept-apart"
    with world.engine.begin(SYSTEM) as uow:
        # a model editor is none of the three
        identity.posts.grant(uow, user_id, duties.MODEL_EDITOR, office)
        (held,) = (p for p in identity.posts.of(uow, user_id) if p.group == duties.SYSTEM_ADMIN)
        identity.posts.end(uow, held.id, last_day=uow.today + timedelta(days=9))
        # the next duty begins when the last one is over
        for days, is_free in ((9, False), (10, True)):
            start = uow.today + timedelta(days=days)
            if is_free:
                identity.posts.grant(uow, user_id, duties.AUDIT_ADMIN, office, from_on=start)
            else:
                with pytest.raises(Conflict):
                    identity.posts.grant(uow, user_id, duties.AUDIT_ADMIN, office, from_on=start)


def test_a_post_of_nobody_or_nowhere_is_refused(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow, pytest.raises(Invalid) as caught:
        identity.posts.grant(
            uow, new_id(), " ", new_id(), from_on=date(2026, 3, 2), until_on=date(2026, 3, 1)
        )
    assert len(caught.value.errors) == 4


def test_a_closed_account_is_no_actor(world: World) -> None:
    ada = world.person("Ada", "staff@Office")
    secret, _ = identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)
    with world.engine.begin(SYSTEM) as uow:
        identity.users.close(uow, ada.user_id or "")
        assert identity.resolve(uow, secret) is None
        with pytest.raises(NotAllowed):
            identity.actor_of(uow, ada.user_id or "")
        with pytest.raises(NotFound):
            identity.actor_of(uow, new_id())
    _refused(world.engine, _username(world, "Ada"), PASSWORD)


# -- organisations ---------------------------------------------------------------------------


def test_a_subtree_holds_the_node_and_all_below_it(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow:
        add = identity.organisations.add
        city = add(uow, code="C", name="市", kind="government")
        district = add(uow, code="D", name="区", kind="government", parent_id=city.id)
        school = add(uow, code="S", name="第一小学", kind="school", parent_id=district.id)
        add(uow, code="E", name="邻区", kind="government", parent_id=city.id)
        assert school.path == f"/{city.id}/{district.id}/{school.id}/"
        below = identity.organisations.subtree(uow, district.id)
        assert [row.code for row in below] == ["D", "S"]
        assert len(identity.organisations.subtree(uow, city.id)) == 4


def test_organisations_are_found_by_a_part_of_their_name_or_code(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow:
        add = identity.organisations.add
        add(uow, code="S1", name="第一小学", short_name="一小", kind="school")
        add(uow, code="S2", name="100%小学_", kind="school")
        add(uow, code="K1", name="幼儿园", kind="kindergarten")
        search = identity.organisations.search
        assert [row.code for row in search(uow, "小学")] == ["S1", "S2"]
        assert [row.code for row in search(uow, "一小")] == ["S1"]
        assert [row.code for row in search(uow, "s2")] == ["S2"]
        assert [row.code for row in search(uow, "%")] == ["S2"]  # no wildcard
        assert [row.code for row in search(uow, "_")] == ["S2"]
        assert [row.code for row in search(uow, kind="kindergarten")] == ["K1"]


def test_a_code_is_used_once_and_a_parent_must_exist(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow:
        identity.organisations.add(uow, code="S1", name="一小", kind="school")
        with pytest.raises(Conflict):
            identity.organisations.add(uow, code="S1", name="二小", kind="school")
        with pytest.raises(Invalid):
            identity.organisations.add(
                uow, code="S3", name="三小", kind="school", parent_id=new_id()
            )


def test_the_tree_has_a_bottom(world: World) -> None:
    with world.engine.begin(SYSTEM) as uow:
        parent: str | None = None
        for level in range(identity.organisations.DEEPEST):
            parent = identity.organisations.add(
                uow, code=f"L{level}", name="级", kind="x", parent_id=parent
            ).id
        with pytest.raises(Invalid):
            identity.organisations.add(uow, code="deep", name="级", kind="x", parent_id=parent)


# -- sign-in ---------------------------------------------------------------------------------


def test_a_session_gives_the_actor_with_the_posts_of_the_day(world: World) -> None:
    world.person("Ada", "staff@Office")
    secret, row = identity.sign_in(world.engine, _username(world, "Ada").upper(), PASSWORD)
    assert row.csrf_token
    assert secret not in (row.secret_digest, row.csrf_token)
    with world.engine.read(SYSTEM) as uow:
        found = identity.resolve(uow, secret)
        assert found is not None
        actor, sign_in = found
        assert actor.holds("staff", world.organisations["Office"])
        assert sign_in.id == row.id
        assert identity.resolve(uow, secret + "x") is None
        assert identity.resolve(uow, "") is None
        assert identity.resolve(uow, "\ud800") is None


def test_a_session_in_use_slides_but_not_for_ever(world: World) -> None:
    world.person("Ada")
    secret, row = identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)
    began = world.clock.now()

    def alive() -> bool:
        with world.engine.begin(SYSTEM) as uow:
            found = identity.resolve(uow, secret)
            return found is not None and (identity.extend(uow, found[1].id) or True)

    with world.engine.begin(SYSTEM) as uow:
        assert not identity.extend(uow, row.id)  # too early to write again
    while world.clock.now() < began + timedelta(hours=22):
        assert alive()
        world.clock.advance(hours=2)
    assert alive()
    world.clock.set(began + sign_ins.LONGEST_SESSION)
    assert not alive()


def test_a_session_left_alone_ends(world: World) -> None:
    world.person("Ada")
    secret, _ = identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)
    world.clock.advance(hours=12)
    with world.engine.begin(SYSTEM) as uow:
        assert identity.resolve(uow, secret) is None
    world.clock.advance(days=181)
    with world.engine.begin(SYSTEM) as uow:
        assert identity.sweep(uow) == 1
        assert uow.session.scalars(sa.select(SignIn)).all() == []


def test_signing_out_ends_the_session(world: World) -> None:
    world.person("Ada")
    secret, _ = identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)
    with world.engine.begin(SYSTEM) as uow:
        identity.sign_out(uow, secret)
        identity.sign_out(uow, "unknown")
    with world.engine.read(SYSTEM) as uow:
        assert identity.resolve(uow, secret) is None


def test_every_refusal_is_the_same_answer(world: World) -> None:
    world.person("Ada")
    username = _username(world, "Ada")
    answers = {
        _refused(world.engine, username, "wrong"),
        _refused(world.engine, "nobody.here", PASSWORD),
        _refused(world.engine, "", ""),
        _refused(world.engine, username, PASSWORD + " "),
    }
    assert len(answers) == 1


def test_wrong_passwords_lock_for_longer_and_longer(world: World) -> None:
    world.person("Ada")
    username = _username(world, "Ada")
    for _ in range(attempts.FREE_ATTEMPTS):
        _refused(world.engine, username, "wrong")
    identity.sign_in(world.engine, username, PASSWORD)  # these cost nothing, and are forgotten
    for _ in range(attempts.FREE_ATTEMPTS + 1):
        _refused(world.engine, username, "wrong")
    _refused(world.engine, username, PASSWORD)
    world.clock.advance(seconds=29)
    _refused(world.engine, username, PASSWORD)
    world.clock.advance(seconds=1)
    _refused(world.engine, username, "wrong")
    world.clock.advance(seconds=59)
    _refused(world.engine, username, PASSWORD)
    world.clock.advance(seconds=1)
    identity.sign_in(world.engine, username, PASSWORD)


def test_knocking_on_a_locked_account_does_not_lengthen_the_lock(world: World) -> None:
    world.person("Ada")
    username = _username(world, "Ada")
    for _ in range(attempts.FREE_ATTEMPTS + 1):
        _refused(world.engine, username, "wrong")
    for _ in range(5):
        _refused(world.engine, username, "wrong")
    world.clock.advance(seconds=30)
    identity.sign_in(world.engine, username, PASSWORD)


def test_a_lock_is_never_longer_than_its_limit(world: World) -> None:
    world.person("Ada")
    with world.engine.begin(SYSTEM) as uow:
        uow.session.get_one(User, world.people["Ada"].user_id).failed_attempts = 10_000
    _refused(world.engine, _username(world, "Ada"), "wrong")
    world.clock.advance(minutes=15)
    identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)


def test_a_hash_of_weaker_parameters_is_renewed_at_sign_in(world: World) -> None:
    from argon2 import PasswordHasher

    world.person("Ada")
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with world.engine.begin(SYSTEM) as uow:
        uow.session.get_one(User, world.people["Ada"].user_id).password_hash = weak
    identity.sign_in(world.engine, _username(world, "Ada"), PASSWORD)
    with world.engine.read(SYSTEM) as uow:
        stored = uow.session.get_one(User, world.people["Ada"].user_id).password_hash
    assert stored != weak
    assert passwords.verify(stored, PASSWORD)


# -- tokens ----------------------------------------------------------------------------------


def _token(world: World, actor: Actor, expires_at: datetime, **changed: object) -> str:
    details = {"name": "脚本", "scopes": ["read", "act"], **changed}
    with world.engine.begin(actor) as uow:
        secret, row = identity.create_token(
            uow,
            actor.user_id or "",
            expires_at=expires_at,
            **details,  # type: ignore[arg-type]
        )
        assert row.scopes == ["act", "read"]
        assert row.csrf_token is None
    return secret


def test_a_token_is_good_until_its_day_or_its_end(world: World) -> None:
    ada = world.person("Ada")
    bob = world.person("Bob")
    first = _token(world, ada, world.clock.now() + timedelta(days=2))
    second = _token(world, ada, world.clock.now() + timedelta(days=9))
    with world.engine.begin(SYSTEM) as uow:
        found = identity.resolve(uow, first)
        assert found is not None
        assert not identity.extend(uow, found[1].id)
        token_ids = [row.id for row in identity.tokens.tokens(uow, ada.user_id or "")]
    assert len(token_ids) == 2
    with world.engine.begin(bob) as uow, pytest.raises(NotFound):
        identity.revoke(uow, token_ids[0])
    world.clock.advance(days=3)
    with world.engine.begin(ada) as uow:
        assert identity.resolve(uow, first) is None
        (left,) = identity.tokens.tokens(uow, ada.user_id or "")
        identity.revoke(uow, left.id)
        assert identity.resolve(uow, second) is None


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"scopes": []}, {"scopes": ["No Scope!"]}, {"days": -1}, {"days": 400}],
)
def test_a_token_without_name_scope_or_near_end_is_refused(
    world: World, wrong: dict[str, object]
) -> None:
    ada = world.person("Ada")
    days = wrong.get("days", 5)
    assert isinstance(days, int)
    details = {key: value for key, value in wrong.items() if key != "days"}
    with pytest.raises(Invalid):
        _token(world, ada, world.clock.now() + timedelta(days=days), **details)


def test_nobody_makes_a_token_for_another(world: World) -> None:
    ada = world.person("Ada")
    sec = world.person("Sec", "security_admin@Office")
    with world.engine.begin(sec) as uow, pytest.raises(NotAllowed):
        identity.create_token(uow, ada.user_id or "", name="x", scopes=["read"], expires_at=uow.now)


# -- people for a task -----------------------------------------------------------------------


def test_people_for_a_task_are_its_candidates_by_name(world: World) -> None:
    from engine.tables import Task

    for name in ("Cleo", "Ada", "Bob"):
        world.person(name, "staff@Office")
    world.person("Zoe", "staff@Elsewhere")
    world.person("Sam", "staff@Office", "audit_admin@Office")
    world.person("Eva")
    case = world.instance("office@Office")
    task_id = world.task(case, "staff@Office", "Eva")
    with world.engine.begin(SYSTEM) as uow:
        task = uow.session.get_one(Task, task_id)
        names = [person.name for person in identity.people_for(uow, task)]
        assert names == ["Ada", "Bob", "Cleo", "Eva"]
        assert [p.name for p in identity.people_for(uow, task, q="cle")] == ["Cleo"]
        assert len(identity.people_for(uow, task, limit=2)) == 2
        identity.users.close(uow, world.people["Bob"].user_id or "")
        assert not identity.may_take(uow, task, world.people["Bob"].user_id or "")


def test_a_database_without_the_person_is_no_error(database: Database, world: World) -> None:
    with world.engine.read(SYSTEM) as uow:
        assert identity.users.by_username(uow, "nobody") is None
        with pytest.raises(NotFound):
            identity.users.get(uow, new_id())
        with pytest.raises(NotFound):
            identity.organisations.get(uow, new_id())
