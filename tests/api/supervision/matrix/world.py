"""The world of the matrix: four matters of one Office, and everybody who stands near or far.

- `main`: the school was told, an accountability decision was issued, an appeal lies with the City
- `appeal`: the instance of that appeal; the City's decision is drafted and not issued
- `third`: another school was told and has to answer
- `quiet`: a private school that has not been told yet; the group is formed
"""

from __future__ import annotations

import io
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from api.app import ApiSettings, create_app
from engine import identity
from engine.actor import Actor
from engine.clock import ManualClock
from engine.database import Database
from engine.engine import Engine
from engine.handover import delegations
from engine.permission import recusals
from engine.tables import (
    Base,
    Deadline,
    Definition,
    Deployment,
    File,
    Incident,
    Instance,
    Job,
    Organisation,
    Post,
    Proposal,
    ProtectedValue,
    SignIn,
    Task,
    User,
)
from engine.unit_of_work import UnitOfWork
from processes.supervision.package import PACKAGE
from supervision import suggestions
from supervision.tables import Document, SupervisionCase
from tests.api.browser import Browser
from tests.api.supervision.matrix.playing import MarkingOffice, mark
from tests.conftest import START
from tests.process import phases
from tests.process.conftest import Template
from tests.process.office import SYSTEM

#: Beside the sample people: those who stand in no relation, or in one that the samples lack.
EXTRA: Mapping[str, tuple[tuple[str, str], ...]] = {
    "other_staff": (("office_staff", "120101-OFF"), ("district_office", "120101-OFF")),
    "other_head": (("district_office_head", "120101-OFF"), ("upper_office", "120101-OFF")),
    "other_chair": (("district_chair", "120101-CMT"),),
    "judge": (("judiciary", "120000-GOV"), ("outside_office", "CN-ESO")),
    "no_post": (),
    "former_staff": (),
}

#: Who acts for whom in every request, and in whose column it stands what they are answered: who keeps
#: out of all the matters is answered as a colleague of the absent person who does.
STAND_INS: Mapping[str, tuple[str, str]] = {
    "handler_stand_in": ("county_staff1", "county_staff1"),
    "approver_stand_in": ("county_chair", "county_chair"),
    "recused_stand_in": ("county_staff2", "county_staff3"),
}
RECUSED = ("county_staff3", "recused_stand_in")

UNITS = {"main": "129901-S1", "third": "129901-S2", "quiet": "129901-P1"}


@dataclass
class Staged:
    """The world, played through, and how to find one's way in it."""

    path: Path
    kept: Path
    app: Flask
    engine: Engine
    #: What a subject of the tables stands for: `instance main` → id.
    subjects: dict[str, str] = field(default_factory=dict)
    #: What a row id belongs to: id → `main task internal draft_circular`.
    rows: dict[str, str] = field(default_factory=dict)
    windows: dict[str, Browser] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        with self.engine.read(SYSTEM) as uow:
            user = identity.users.by_username(uow, username)
            assert user is not None, username
            return identity.actor_of(uow, user.id)

    def window(self, username: str) -> Browser:
        """One window for each person; `signed_out` has no session."""
        if username not in self.windows:
            window = Browser(self.app)
            if username != "signed_out":
                window.admit(self.engine, self.actor(username))
                window.get("/session")  # the day's mark of its use is made
            if username in STAND_INS:
                window.acting_for = str(self.actor(STAND_INS[username][0]).user_id)
            self.windows[username] = window
        return self.windows[username]

    def keep(self) -> None:
        """What `restore` goes back to."""
        _copy(self.path, self.kept)
        shutil.copytree(self.sandboxes, self.sandboxes.with_name("kept"))

    def restore(self) -> None:
        """Undo whatever was written, under the open connections."""
        _copy(self.kept, self.path)
        shutil.rmtree(self.sandboxes)
        shutil.copytree(self.sandboxes.with_name("kept"), self.sandboxes)

    @property
    def sandboxes(self) -> Path:
        """Where cases are rehearsed."""
        assert self.engine.sandboxes_dir is not None
        return self.engine.sandboxes_dir


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as read, sqlite3.connect(target) as write:
        read.backup(write)
    read.close()
    write.close()


def stage(template: Template, folder: Path) -> Staged:
    """Play the four matters and write down who is who."""
    path = folder / "matrix.db"
    shutil.copy(template.path, path)
    (folder / "files").mkdir()
    clock = ManualClock(START)
    engine = Engine(Database(f"sqlite:///{path}"), clock, [PACKAGE], folder / "files")
    engine.specs = template.specs
    engine.sandboxes_dir = folder / "sandboxes"
    office = MarkingOffice(engine=engine, clock=clock)
    _hire(engine)
    _entrust(office)
    instances = _play(office)
    app = create_app(engine, ApiSettings())
    staged = Staged(path=path, kept=folder / "kept.db", app=app, engine=engine)
    _break_something(engine, instances["quiet"])
    _propose(staged)
    _rehearse(staged, instances["main"])
    _draft(staged)
    _write_in(staged)
    _name(staged, instances)
    staged.rows = _belongings(engine, instances)
    return staged


def _hire(engine: Engine) -> None:
    with engine.begin(SYSTEM) as uow:
        for username, posts in (EXTRA | dict.fromkeys(STAND_INS, ())).items():
            user = User(
                username=username,
                name=username,
                password_hash="none",  # noqa: S106  # it fits no password
                created_at=uow.now,
            )
            uow.session.add(user)
            uow.session.flush()
            for group, code in posts:
                _post(uow, user.id, group, code)
            if username == "former_staff":
                _post(uow, user.id, "office_staff", "129901-OFF", ended=True)


def _entrust(office: MarkingOffice) -> None:
    """For longer than the matters take."""
    for stand_in, (principal, _) in STAND_INS.items():
        with office.engine.begin(office.actor(principal)) as uow:
            delegations.give(
                uow,
                to=str(office.actor(stand_in).user_id),
                from_on=uow.today,
                until_on=uow.today + delegations.LONGEST,
                reason="离岗",
            )


def _post(uow: UnitOfWork, user_id: str, group: str, code: str, *, ended: bool = False) -> None:
    place = uow.session.scalars(sa.select(Organisation).where(Organisation.code == code)).one()
    today = uow.today
    uow.session.add(
        Post(
            user_id=user_id,
            group=group,
            organisation_id=place.id,
            title="",
            from_on=today - timedelta(days=400),
            until_on=today - timedelta(days=30) if ended else None,
        )
    )


def _play(office: MarkingOffice) -> dict[str, str]:
    found = {}
    office.case = "main"
    found["main"] = office.open(
        "county_staff1", UNITS["main"], title="主案", matter=mark("main:opening")
    )
    phases.prepare(office, visit_on="2026-04-20")
    phases.inspect(office, visit_on="2026-04-20")
    clue = {**phases.CLUE, "activity_ended_on": "2026-04-20", "problem_ids": []}
    phases.conclude(office, clue=clue)
    phases.report(office)
    phases.order_rectification(office)
    phases.rectify(office)
    phases.finish_rectification(office)
    phases.investigate(office)
    phases.hear(office)
    phases.propose_decision(office)
    phases.decide(office)
    office.do("seek_remedy", remedy="appeal")
    office.case = "appeal"
    office.do("decide_appeal", by="city_staff1", result="revoked")

    office.case = "third"
    found["third"] = office.open(
        "county_staff1", UNITS["third"], title="另案", matter=mark("third:opening")
    )
    day = (office.today + timedelta(days=30)).isoformat()
    _until_approved(office, found["third"])
    office.do("draft_notice", instance_id=found["third"], visit_from=day, visit_until=day)
    _serve(office, found["third"])

    office.case = "quiet"
    found["quiet"] = office.open(
        "county_staff2",
        UNITS["quiet"],
        title=mark("quiet:title"),
        matter=mark("quiet:opening"),
    )
    _until_approved(office, found["quiet"])

    with office.engine.begin(SYSTEM) as uow:
        for instance_id in found.values():
            for username in RECUSED:
                recused = identity.users.by_username(uow, username)
                assert recused is not None
                recusals.add(uow, instance_id, recused.id, reason=mark("recusal"))
        appeal = uow.session.scalars(
            sa.select(Instance.id).where(
                Instance.family == "supervision", Instance.id.not_in(list(found.values()))
            )
        ).one()
    return {**found, "appeal": appeal}


def _until_approved(office: MarkingOffice, instance_id: str) -> None:
    head = phases.COUNTY["head"]
    office.do("approve_case", by=head, instance_id=instance_id, outcome="approved")
    options = office.context("form_group")["inspector_options"]
    chosen = [row["value"] for row in options[:3]]
    office.do("form_group", instance_id=instance_id, members=chosen, leader=chosen[0])
    office.do_each("declare_recusal", declaration="none")
    office.do("decide_recusal", by=head, instance_id=instance_id, outcome="clear")


def _serve(office: MarkingOffice, instance_id: str) -> None:
    """Approve and deliver the papers of this matter only; its receipts stay open."""
    for element in ("approve_by_office_head", "approve_by_lead", "deliver_document"):
        if any(
            task.element_id == element and task.instance_id == instance_id
            for task in office.open_tasks()
        ):
            values = {} if element == "deliver_document" else {"outcome": "approved"}
            office.do(element, instance_id=instance_id, **values)


def _break_something(engine: Engine, instance_id: str) -> None:
    """A failed job and an incident in the matter that nobody outside may know of."""
    with engine.begin(SYSTEM) as uow:
        job = Job(
            kind="tell",
            instance_id=instance_id,
            due_at=uow.now,
            state="failed",
            attempts=3,
            max_attempts=3,
            error=mark("quiet:job"),
            created_at=uow.now,
        )
        uow.session.add(job)
        uow.session.flush()
        uow.session.add(
            Incident(
                instance_id=instance_id,
                job_id=job.id,
                element_id="draft_notice",
                message=mark("quiet:incident"),
                state="open",
                opened_at=uow.now,
            )
        )


def _propose(staged: Staged) -> None:
    """A deployment that waits for its second person, a token and an unbound file."""
    answer = staged.window("modeleditor").post(
        "/deployments/proposals", {"family": "supervision", "note": mark("proposal")}
    )
    assert answer.status_code == 201, answer.json
    expires = (staged.engine.clock.now() + timedelta(days=5)).isoformat()
    answer = staged.window("county_staff1").post(
        "/tokens", {"name": mark("token"), "scopes": ["read"], "expires_at": expires}
    )
    assert answer.status_code == 201, answer.json
    sent = (io.BytesIO(mark("unbound").encode()), f"{mark('unbound')}.txt")
    answer = staged.window("county_staff1").send("POST", "/files", data={"file": sent})
    assert answer.status_code == 201, answer.json
    staged.subjects["file unbound"] = answer.json["id"]


def _write_in(staged: Staged) -> None:
    """An opinion from the portal to the county's Office."""
    with staged.engine.begin(SYSTEM) as uow:
        office = uow.session.scalars(
            sa.select(Organisation.id).where(Organisation.code == "129901-OFF")
        ).one()
        letter = suggestions.send(uow, text=mark("suggestion"), office_id=office)
        staged.subjects["suggestion"] = letter.id


def _rehearse(staged: Staged, instance_id: str) -> None:
    """The first of the matters in a sandbox."""
    answer = staged.window("county_staff1").post(
        f"/instances/{instance_id}/rehearsals", {"reason": mark("rehearsal")}
    )
    assert answer.status_code == 201, answer.json
    staged.subjects["rehearsal"] = answer.json["id"]
    staged.subjects["rehearsal task"] = answer.json["tasks"][0]["id"]


def _draft(staged: Staged) -> None:
    """A model draft, and one of its files."""
    window = staged.window("modeleditor")
    answer = window.post("/model-drafts", {"family": "supervision", "name": "改版"})
    assert answer.status_code == 201, answer.json
    part = next(each for each in answer.json["parts"] if each["path"] == "bpmn/prepare.bpmn")
    staged.subjects["model draft"] = answer.json["id"]
    staged.subjects["model draft part"] = part["id"]
    saved = window.put(
        f"/model-drafts/{answer.json['id']}/parts/{part['id']}", {"content": "<x/>"}, revision="*"
    )
    assert saved.status_code == 200, saved.json
    path = f"/model-drafts/{answer.json['id']}/parts/{part['id']}/restore"
    assert window.post(path, {"number": 1}, revision="*").status_code == 200
    assert window.send("DELETE", f"/model-drafts/{answer.json['id']}/lock").status_code == 204


def _name(staged: Staged, instances: Mapping[str, str]) -> None:
    """Subjects by the words of the tables."""
    found = staged.subjects
    with staged.engine.read(SYSTEM) as uow:
        s = uow.session
        for case, instance_id in instances.items():
            instance = s.get_one(Instance, instance_id)
            found[f"instance {case}"] = instance_id
            found[f"title {case}"] = instance.title
            for task in s.scalars(
                sa.select(Task).where(Task.instance_id == instance_id).order_by(Task.created_at)
            ):
                found[f"task {case} {task.element_id}"] = task.id
            for file in s.scalars(sa.select(File).where(File.instance_id == instance_id)):
                about = file.name.removeprefix(f"MK-{case}_").removesuffix("-KM.pdf")
                kept = " protected" if file.protected else ""
                found[f"file {case} {about}{kept}"] = file.id
            for value in s.scalars(
                sa.select(ProtectedValue).where(ProtectedValue.instance_id == instance_id)
            ):
                found[f"code {case} {value.kind}"] = value.code
            for clock in s.scalars(
                sa.select(Deadline)
                .where(Deadline.instance_id == instance_id)
                .order_by(Deadline.state != "open", Deadline.opened_at.desc())
            ):
                found.setdefault(f"deadline {case} {clock.key}", clock.id)
            for job in s.scalars(sa.select(Job).where(Job.instance_id == instance_id)):
                found[f"job {case}"] = job.id
            if instance.business_key:
                found[f"key {case}"] = instance.business_key
        for case_row in s.scalars(sa.select(SupervisionCase)):
            case = next(k for k, v in instances.items() if v == case_row.instance_id)
            found[f"case {case}"] = case_row.id
            found[f"unit {case}"] = case_row.unit_id
            for paper in s.scalars(sa.select(Document).where(Document.case_id == case_row.id)):
                found[f"document {case} {paper.kind}"] = paper.id
        found["incident quiet"] = s.scalars(sa.select(Incident.id)).one()
        found["proposal"] = s.scalars(sa.select(Proposal.id)).one()
        found["deployment"] = s.scalars(sa.select(Deployment.id)).one()
        found["definition"] = s.scalars(
            sa.select(Definition.id).where(Definition.key == "accountability_case")
        ).one()
        staff = identity.users.by_username(uow, "county_staff1")
        assert staff is not None
        found["user county_staff1"] = staff.id
        found["post county_staff1"] = identity.posts.of(uow, staff.id)[0].id
        for row in s.scalars(sa.select(SignIn).where(SignIn.user_id == staff.id)):
            found[f"{row.kind} county_staff1"] = row.id


def _belongings(engine: Engine, instances: Mapping[str, str]) -> dict[str, str]:
    """Every row id of the matters, with the matter, the table, the audience and what it is about."""
    known: dict[str, tuple[str, str]] = {v: (k, "") for k, v in instances.items()}
    found = {v: f"{k} instance" for k, v in instances.items()}
    links = (
        "instance_id", "case_id", "task_id", "document_id", "accountability_id", "problem_id",
        "measure_id", "clue_id", "event_id", "consultation_id", "remedy_id", "deadline_id",
    )  # fmt: skip
    with engine.read(SYSTEM) as uow:
        for _ in range(4):  # rows that hang on rows
            for table in Base.metadata.sorted_tables:
                if "id" not in table.c or table.name in {"user_account", "organisation", "post"}:
                    continue
                for row in uow.session.execute(sa.select(table)).mappings():
                    owner = next(
                        (known[row[c]] for c in links if c in row and row[c] in known), None
                    )
                    if owner is None or row["id"] in known or not isinstance(row["id"], str):
                        continue
                    about = row.get("element_id") or row.get("kind") or row.get("key") or "-"
                    audience = row.get("audience") or "-"
                    known[row["id"]] = owner
                    found[row["id"]] = f"{owner[0]} {table.name} {audience} {about}"
    return found
