"""Complainants and investigators in a case of supervision; whether a paper is made public."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import Conflict
from engine.tables import Base, ProtectedValue
from supervision import documents, publications
from supervision.tables import Document, Publication, SupervisionCase
from supervision.terms import Audience, Disclosure, PublishScope
from tests.api.browser import problem
from tests.api.supervision.conftest import UNIT, Desk
from tests.process import phases
from tests.process.office import SYSTEM
from tests.process.test_accountability import case_with_clue

SAID = "王举报 13900001234"
MARK = re.compile("〔受保护：([^·]+)·([0-9a-f]{10})〕")


def _complaint(desk: Desk) -> dict[str, Any]:
    values = {
        "title": "食堂食品安全专项督导",
        "matter": "食品留样不规范",
        "start_kind": "complaint",
        "start_note": "群众来电",
        "complainant": SAID,
        "form": "special",
        "visit_on": "2026-04-20",
        "unit_id": desk.office.organisation(UNIT),
    }
    answer = desk.browser("county_staff1").post("/supervision/cases", {"values": values})
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def _rows(desk: Desk) -> str:
    """All rows but those that hold what is protected."""
    with desk.office.engine.read(SYSTEM) as uow:
        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            if table.name != ProtectedValue.__tablename__
            for row in uow.session.execute(sa.select(table))
        )


def _read(desk: Desk, who: str, instance_id: str, code: str) -> Any:
    body = {"codes": [code], "reason": "核实投诉"}
    return desk.browser(who).post(f"/instances/{instance_id}/disclosures", body)


def test_who_complained_is_read_by_the_office_alone_and_by_a_reasoned_act(desk: Desk) -> None:
    case = _complaint(desk)
    instance_id = case["instance_id"]
    phases.prepare(desk.office, visit_on="2026-04-20")
    assert SAID not in _rows(desk)
    staff = desk.browser("county_staff1")
    paper = next(row for row in case["documents"] if row["kind"] == "opening_form")
    told = staff.get(f"/supervision/documents/{paper['id']}").json
    (text,) = [row["value"] for row in told["fields"] if row["key"] == "complainant"]
    found = MARK.fullmatch(text)
    assert found is not None
    assert found.group(1) == "投诉举报人"
    code = found.group(2)
    answer = _read(desk, "county_head", instance_id, code)
    assert answer.status_code == 200, answer.json
    assert answer.json["items"][0]["value"] == SAID
    # who decides, and who inspects, does so without the name; nor does the unit get at it
    for other in ("county_chair", "county_inspector1"):
        problem(_read(desk, other, instance_id, code), 403, "protected-not-reader")
    problem(_read(desk, "school_head", instance_id, code), 404, "instance-not-found")
    for stranger in ("private_head", "city_staff1", "sysadmin"):
        problem(_read(desk, stranger, instance_id, code), 404, "instance-not-found")
    rows = desk.browser("auditadmin").get("/disclosures").json["items"]
    assert [(row["kinds"], row["reason"]) for row in rows] == [(["投诉举报人"], "核实投诉")]


def test_the_working_group_stands_as_a_mark_in_paper_record_and_history(desk: Desk) -> None:
    office = desk.office
    instance_id = case_with_clue(office)
    phases.investigate(office)
    with office.engine.read(SYSTEM) as uow:
        (kept,) = uow.session.scalars(sa.select(ProtectedValue)).all()
        ids, code = kept.content, kept.code
        (notice,) = uow.session.scalars(
            sa.select(Document).where(Document.kind == "group_notice")
        ).all()
        assert len(ids) >= 2
        assert not any(member in str(notice.fields) for member in ids)
    [record] = desk.dossier(desk.browser("county_staff1"), instance_id)["accountability"]
    marks = [name for name in record["members"] if MARK.fullmatch(name)]
    assert len(marks) == 1
    answer = _read(desk, "county_head", instance_id, code)
    assert answer.status_code == 200, answer.json
    (item,) = answer.json["items"]
    assert (item["value"], set(item["names"])) == (ids, set(ids))
    problem(_read(desk, "county_inspector1", instance_id, code), 403, "protected-not-reader")


def _notice(desk: Desk) -> tuple[str, dict[str, Any]]:
    instance_id = desk.office.open("county_staff1", UNIT)
    phases.prepare(desk.office, visit_on="2026-04-20")
    rows = desk.dossier(desk.browser("county_staff1"), instance_id)["documents"]
    found: dict[str, Any] = next(row for row in rows if row["kind"] == "inspection_notice")
    return instance_id, found


def test_the_head_changes_whether_a_paper_is_public_with_a_reason_on_record(desk: Desk) -> None:
    instance_id, paper = _notice(desk)
    path = f"/supervision/documents/{paper['id']}"
    head, staff = desk.browser("county_head"), desk.browser("county_staff1")
    shown = head.get(path).json
    assert (shown["disclosure"], shown["allowed_acts"]) == ("active", ["disclose"])
    assert staff.get(path).json["allowed_acts"] == []
    body = {"disclosure": "none", "reason": "属于内部事务信息"}
    problem(staff.post(f"{path}/disclosure", body), 403, "not-allowed")
    problem(desk.browser("school_head").post(f"{path}/disclosure", body), 403, "not-allowed")
    problem(
        desk.browser("private_head").post(f"{path}/disclosure", body), 404, "document-not-found"
    )
    problem(head.post(f"{path}/disclosure", {**body, "reason": "  "}), 422, "invalid")
    problem(head.post(f"{path}/disclosure", {**body, "disclosure": "x"}), 422, "invalid")
    same = {"disclosure": "active", "reason": "再看"}
    problem(head.post(f"{path}/disclosure", same), 409, "same-disclosure")
    answer = head.post(f"{path}/disclosure", body)
    assert answer.status_code == 200, answer.json
    assert (answer.json["disclosure"], answer.json["disclosure_reason"]) == (
        "none",
        "属于内部事务信息",
    )
    events = staff.get(f"/instances/{instance_id}/events", limit=200).json["items"]
    (told,) = [row for row in events if row["kind"] == "document.disclosure_changed"]
    assert "由“主动公开”改为“不予公开”：属于内部事务信息" in told["text"]
    assert told["audience"] == "internal"


def test_a_draft_has_its_attribute_from_its_form_alone(desk: Desk) -> None:
    desk.office.open("county_staff1", UNIT)
    head = desk.browser("county_head")
    with desk.office.engine.read(SYSTEM) as uow:
        (opening,) = uow.session.scalars(sa.select(Document)).all()
    body = {"disclosure": "none", "reason": "x"}
    path = f"/supervision/documents/{opening.id}"
    assert head.get(path).json["allowed_acts"] == []
    problem(head.post(f"{path}/disclosure", body), 403, "not-allowed")


def test_what_is_not_made_public_is_not_published_to_society(desk: Desk) -> None:
    _, paper = _notice(desk)
    office = desk.office
    with office.engine.begin(office.actor("county_staff1")) as uow:
        document = uow.session.get_one(Document, paper["id"])
        case = uow.session.get_one(SupervisionCase, document.case_id)
        row = publications.draft(
            uow, case, document, scope=PublishScope.SOCIETY, title="公告", body="正文"
        )
        documents.disclose(uow, document, Disclosure.NONE, reason="涉及个人")
        row_id = row.id
    with office.engine.begin(office.actor("county_staff2")) as uow:
        row = uow.session.get_one(Publication, row_id)
        case = uow.session.get_one(SupervisionCase, row.case_id)
        given = {"channel": "门户", "published_on": uow.today, "privacy_checked": True}
        with pytest.raises(Conflict) as refused:
            publications.publish(uow, case, row, **given)
        assert refused.value.code == "not-for-public"
        document = uow.session.get_one(Document, row.document_id)
        documents.disclose(uow, document, Disclosure.ACTIVE, reason="已隐去个人信息")
        assert publications.publish(uow, case, row, **given).published_on == uow.today


def test_who_reads_what_is_public_reads_only_what_is_made_public(desk: Desk) -> None:
    _, paper = _notice(desk)
    with desk.office.engine.begin(SYSTEM) as uow:
        document = uow.session.get_one(Document, paper["id"])
        document.audience = Audience.PUBLIC.value
        uow.session.flush()
        for disclosure in Disclosure:
            document.disclosure, document.disclosure_reason = disclosure.value, "理由"
            uow.session.flush()
            rows = documents.of_case(uow, document.case_id, audiences=[Audience.PUBLIC])
            assert [row.id for row in rows] == (
                [document.id] if disclosure is Disclosure.ACTIVE else []
            )
