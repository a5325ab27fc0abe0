"""Protected values and files: a mark everywhere, the value only by a reasoned, recorded read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.clock import ManualClock
from engine.permission import recusals
from engine.record import history
from engine.repository import definitions
from engine.tables import Base, ProtectedValue
from tests.api.browser import Browser, claimed, done, only, problem
from tests.api.conftest import Furnished, World, furnished_in, worlds
from tests.factories import SYSTEM

pytestmark = pytest.mark.xdist_group("protection")

SAID = "王举报 13900001234"
PDF = b"%PDF-1.4\n%%EOF\n"
TABLES = """
[protected.source]
name = "投诉举报人"
readers = ["head"]
"""
KEPT = {"dudao:protected": "source"}
COMPONENTS = (
    {
        "type": "textfield",
        "id": "f_source",
        "key": "source",
        "label": "举报人",
        "validate": {"minLength": 4},
        "properties": KEPT,
    },
    {
        "type": "dynamiclist",
        "id": "f_witnesses",
        "path": "witnesses",
        "label": "证人",
        "components": [
            {
                "type": "textfield",
                "id": "f_name",
                "key": "name",
                "label": "姓名",
                "properties": KEPT,
            }
        ],
    },
    {
        "type": "filepicker",
        "id": "f_papers",
        "key": "papers",
        "label": "举报材料",
        "multiple": True,
        "properties": KEPT,
    },
)
MARK = re.compile("〔受保护：投诉举报人·([0-9a-f]{10})〕")


@pytest.fixture(scope="session")
def protecting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    folder = tmp_path_factory.mktemp("protecting")
    return furnished_in(folder, sqlite_template, tables=TABLES, components=COMPONENTS)


@pytest.fixture
def world(protecting: Furnished, clock: ManualClock, tmp_path: Path) -> Iterator[World]:
    with worlds(protecting, tmp_path, clock) as build:
        yield build()


def _reported(world: World, **values: Any) -> tuple[str, str]:
    """A case in whose first task ada entered who reported: its id, and the code of the mark."""
    instance_id = world.start()
    ada = world.browser("ada")
    task = done(ada, {"note": "受理举报", "source": SAID, **values})["task"]
    return instance_id, _code(ada.get(f"/tasks/{task['id']}").json["values"]["source"])


def _code(text: str) -> str:
    found = MARK.fullmatch(text)
    assert found is not None, text
    return found.group(1)


def _read(window: Browser, instance_id: str, code: str, reason: str = "核实举报内容") -> Any:
    path = f"/instances/{instance_id}/disclosures"
    return window.post(path, {"codes": [code], "reason": reason})


def rows(world: World) -> str:
    """All rows of all tables, as text."""
    with world.engine.read(SYSTEM) as uow:
        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            if table.name != ProtectedValue.__tablename__
            for row in uow.session.execute(sa.select(table))
        )


def test_no_row_of_a_case_holds_what_is_protected(world: World) -> None:
    instance_id, code = _reported(world, witnesses=[{"name": "李见证"}])
    told = rows(world)
    assert SAID not in told
    assert "李见证" not in told
    assert code in told
    for person in ("ada", "bob", "cai"):
        window = world.browser(person)
        for path in ("", "/events", "/diagram"):
            answer = window.get(f"/instances/{instance_id}{path}")
            assert answer.status_code == 200
            assert SAID not in answer.get_data(as_text=True)


def test_a_named_reader_opens_it_with_a_reason_which_the_history_keeps(world: World) -> None:
    instance_id, code = _reported(world)
    cai = world.browser("cai")
    found = _read(cai, instance_id, code)
    assert found.status_code == 200, found.json
    (item,) = found.json["items"]
    assert (item["value"], item["label"], item["kind_name"]) == (SAID, "举报人", "投诉举报人")
    last = cai.get(f"/instances/{instance_id}/events").json["items"][-1]
    assert (last["kind"], last["audience"]) == ("protected.read", "internal")
    assert last["text"] == "查阅受保护的信息（投诉举报人）：核实举报内容"
    assert last["actor"]["name"] == "cai"
    assert SAID not in rows(world)
    with world.engine.read(SYSTEM) as uow:
        assert list(history.verify(uow, instance_id)) == []


def test_who_is_no_reader_opens_nothing(world: World) -> None:
    instance_id, code = _reported(world)
    problem(_read(world.browser("ada"), instance_id, code), 403, "protected-not-reader")
    for outsider in ("uma", "eve", "sam", "sec", "aud", "mia"):
        problem(_read(world.browser(outsider), instance_id, code), 404, "instance-not-found")
    world.notify(instance_id)
    problem(_read(world.browser("uma"), instance_id, code), 404, "instance-not-found")


def test_a_reader_who_keeps_out_of_the_case_opens_nothing(world: World) -> None:
    instance_id, code = _reported(world)
    with world.engine.begin(SYSTEM) as uow:
        user_id = world.people["cai"].user_id
        assert user_id is not None
        recusals.add(uow, instance_id, user_id, reason="近亲属")
    assert _read(world.browser("cai"), instance_id, code).status_code in (403, 404)


def test_a_reader_of_one_case_does_not_open_another_by_its_code(world: World) -> None:
    _, code = _reported(world)
    other = world.start()
    problem(_read(world.browser("cai"), other, code), 404, "protected-not-found")


@pytest.mark.parametrize("reason", ["", "   ", "理" * 301])
def test_a_read_without_a_proper_reason_is_refused(world: World, reason: str) -> None:
    instance_id, code = _reported(world)
    problem(_read(world.browser("cai"), instance_id, code, reason), 422, "invalid")


def test_the_answer_is_not_kept_under_a_key_and_each_read_counts(world: World) -> None:
    instance_id, code = _reported(world)
    cai = world.browser("cai")
    for _ in range(2):
        answer = cai.post(
            f"/instances/{instance_id}/disclosures",
            {"codes": [code], "reason": "核实"},
            headers={"Idempotency-Key": "same"},
        )
        assert answer.status_code == 200
    events = cai.get(f"/instances/{instance_id}/events").json["items"]
    assert [event["kind"] for event in events].count("protected.read") == 2
    assert SAID not in rows(world)


def test_who_writes_a_draft_reads_it_and_a_successor_hands_it_in_unread(world: World) -> None:
    world.start()
    ada, bob = world.browser("ada"), world.browser("bob")
    task = claimed(ada)
    path = f"/tasks/{task['id']}"
    draft = {"note": "受理", "source": SAID, "witnesses": [{"name": "甲某"}]}
    saved = ada.put(f"{path}/draft", {"values": draft}, revision=task["revision"])
    assert saved.status_code == 200, saved.json
    assert ada.get(path).json["values"]["source"] == SAID
    # saved again and again, a draft keeps one row for each value, and none for what was deleted
    again = ada.put(
        f"{path}/draft", {"values": {**draft, "witnesses": []}}, revision=saved.json["revision"]
    )
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(ProtectedValue.content)).all() == [SAID]
    given = ada.post(f"{path}/unclaim", revision=again.json["revision"])
    assert given.status_code == 200, given.json
    task = claimed(bob)
    values = bob.get(path).json["values"]
    code = _code(values["source"])
    assert values["note"] == "受理"
    answer = bob.post(f"{path}/complete", {"values": values}, revision=task["revision"])
    assert answer.status_code == 200, answer.json
    assert _code(bob.get(path).json["values"]["source"]) == code
    # handed in, it is a mark for who entered it as well
    assert _code(ada.get(path).json["values"]["source"]) == code
    found = _read(world.browser("cai"), task["instance"]["id"], code)
    assert found.json["items"][0]["value"] == SAID


def test_a_protected_value_is_checked_like_any_other(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    task = claimed(ada)
    body = {"values": {"note": "受理", "source": "王"}}
    answer = ada.post(f"/tasks/{task['id']}/complete", body, revision=task["revision"])
    found = problem(answer, 422, "form-invalid")
    assert [fault["pointer"] for fault in found["errors"]] == ["/values/source"]
    with world.engine.read(SYSTEM) as uow:
        assert uow.session.scalars(sa.select(ProtectedValue)).all() == []


def test_a_mark_that_somebody_types_opens_nothing_of_another_case(world: World) -> None:
    _, code = _reported(world)
    other = world.start()
    ada, cai = world.browser("ada"), world.browser("cai")
    typed = f"〔受保护：投诉举报人·{code}〕"
    task = done(ada, {"note": "受理", "source": typed})["task"]
    own = _code(ada.get(f"/tasks/{task['id']}").json["values"]["source"])
    assert own != code
    assert _read(cai, other, own).json["items"][0]["value"] == typed


def test_a_start_form_protects_from_the_first_moment(world: World) -> None:
    ada = world.browser("ada")
    started = ada.post(
        "/instances", {"family": "tests", "values": {"note": "来访", "source": SAID}}
    )
    assert started.status_code == 201, started.json
    assert SAID not in rows(world)
    with world.engine.read(SYSTEM) as uow:
        (row,) = uow.session.scalars(sa.select(ProtectedValue)).all()
        assert (row.instance_id, row.is_kept) == (started.json["id"], True)
        code = row.code
    assert _read(world.browser("cai"), started.json["id"], code).status_code == 200


def test_the_chain_covers_what_lies_apart(world: World) -> None:
    instance_id, code = _reported(world)
    with world.engine.read(SYSTEM) as uow:
        links = list(history.links(uow, instance_id))
        (kept,) = uow.session.scalars(sa.select(ProtectedValue)).all()
    proof = history.payload_digest(kept.salt, {"content": kept.content})
    assert any(link.payload is not None and proof in link.payload.text for link in links)
    assert code == kept.code


def paper(window: Browser, **more: Any) -> dict[str, Any]:
    sent = {"file": (io.BytesIO(PDF), "王举报的来信.pdf"), **more}
    answer = window.send("POST", "/files", data=sent)
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize("at_upload", [True, False])
def test_a_protected_file_is_fetched_only_after_a_reason(world: World, at_upload: bool) -> None:
    instance_id = world.start()
    ada, cai = world.browser("ada"), world.browser("cai")
    letter = paper(ada, **({"protected": "source"} if at_upload else {}))
    assert letter["name"] == "王举报的来信.pdf"  # nobody else sees it yet
    assert ada.get(f"/files/{letter['id']}/content").status_code == 200
    done(ada, {"note": "受理", "papers": [letter["id"]]})
    assert "王举报" not in rows(world).replace(_row_of_file(world, letter["id"]), "")
    path = f"/files/{letter['id']}"
    for window in (ada, cai):
        problem(window.get(f"{path}/content"), 403, "file-protected")
    shown = cai.get(path).json
    assert shown["name"] == "〔受保护：投诉举报人〕.pdf"
    assert shown["protected"] == {"kind": "source", "name": "投诉举报人", "may_open": True}
    assert ada.get(path).json["protected"]["may_open"] is False
    problem(ada.post(f"{path}/disclosures", {"reason": "看看"}), 403, "protected-not-reader")
    problem(cai.post(f"{path}/disclosures", {"reason": " "}), 422, "invalid")
    opened = cai.post(f"{path}/disclosures", {"reason": "核对来信"})
    assert opened.status_code == 200, opened.json
    content = cai.get(f"{path}/content")
    assert content.data == PDF
    assert "%E7%8E%8B" not in content.headers["Content-Disposition"]
    problem(ada.get(f"{path}/content"), 403, "file-protected")
    last = cai.get(f"/instances/{instance_id}/events").json["items"][-1]
    assert last["text"] == "查阅受保护的信息（投诉举报人）：核对来信"
    world.clock.advance(minutes=16)
    problem(cai.get(f"{path}/content"), 403, "file-protected")


def _row_of_file(world: World, file_id: str) -> str:
    table = Base.metadata.tables["file"]
    with world.engine.read(SYSTEM) as uow:
        return str(tuple(uow.session.execute(sa.select(table).where(table.c.id == file_id)).one()))


def test_a_file_that_protects_nobody_needs_no_reason(world: World) -> None:
    world.start()
    ada = world.browser("ada")
    letter = paper(ada)
    problem(
        ada.post(f"/files/{letter['id']}/disclosures", {"reason": "x"}), 409, "file-not-protected"
    )
    sent = {"file": (io.BytesIO(PDF), "a.pdf"), "protected": "nobody"}
    problem(ada.send("POST", "/files", data=sent), 422, "unknown-protected")


def test_the_auditor_lists_the_reads_and_nothing_of_the_case(world: World) -> None:
    instance_id, code = _reported(world)
    _read(world.browser("cai"), instance_id, code, "第一次")
    world.clock.advance(minutes=1)
    _read(world.browser("cai"), instance_id, code, "第二次")
    aud = world.browser("aud")
    first = aud.get("/disclosures", limit=1).json
    rest = aud.get("/disclosures", limit=1, cursor=first["next_cursor"]).json
    listed = first["items"] + rest["items"]
    assert [row["reason"] for row in listed] == ["第二次", "第一次"]
    assert {(row["person"]["name"], row["values"], row["is_file"]) for row in listed} == {
        ("cai", 1, False)
    }
    assert SAID not in str(listed)
    assert rest["next_cursor"] is None
    for other in ("ada", "cai", "sam", "sec", "mia", "uma"):
        problem(world.browser(other).get("/disclosures"), 403, "duty-required")


def test_who_gains_a_reader_s_post_reads_from_now_on(world: World) -> None:
    instance_id, code = _reported(world)
    problem(_read(world.browser("bob"), instance_id, code), 403, "protected-not-reader")
    world.grant("bob", "head")
    assert _read(world.browser("bob"), instance_id, code).status_code == 200


def test_a_form_that_protects_whom_the_manifest_does_not_name_is_not_deployed(
    protecting: Furnished,
) -> None:
    files = dict(protecting.package.files)
    files["manifest.toml"] = files["manifest.toml"].replace(b"[protected.source]", b"[protected.x]")
    (fault,) = definitions.check(protecting.package, files)
    assert fault.rule == "unknown-protected"
    assert "source" in fault.detail


def test_readers_that_are_no_roles_are_not_deployed(protecting: Furnished) -> None:
    files = dict(protecting.package.files)
    manifest = files["manifest.toml"].decode()
    for readers in ('["nobody"]', "[]"):
        text = manifest.replace('readers = ["head"]', f"readers = {readers}")
        (fault,) = definitions.check(protecting.package, {**files, "manifest.toml": text.encode()})
        assert fault.rule == "bad-manifest"


def test_the_next_task_does_not_show_the_value(world: World) -> None:
    _reported(world)
    cai = world.browser("cai")
    task = only(cai, "claimable")
    assert SAID not in cai.get(f"/tasks/{task['id']}").get_data(as_text=True)
