"""An office's own rule of redaction (`DUDAO_REDACTIONS`) takes away what an ended case of it holds."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engine import instances
from engine.handover import comments
from engine.tables import Comment, Event, EventPayload, JournalEntry, StartEntry
from tests.integration.ops.programs import dudao
from tests.process.office import Office

RULE = """
[supervision.words]
name = "内部意见保存期满"
kinds = ["task.commented", "instance.started"]
after_days = 1
ground = "试验档案室规定第1号"
"""


def test_redact_follows_the_rule_that_the_office_wrote(office: Office, tmp_path: Path) -> None:
    instance_id = office.open("county_staff1", "129901-S1")
    task = office.open_tasks()[0]
    with office.engine.begin(office.actor("county_head")) as uow:
        comments.add(uow, task.id, "opinion", "涉及个人隐私")
    with office.engine.begin(office.actor("county_staff1")) as uow:
        instances.cancel(uow, instance_id, reason="重复")
    rules = tmp_path / "redactions.toml"
    rules.write_text(RULE, "utf-8")
    own = {
        "DUDAO_DATABASE_URL": str(office.engine.database.engine.url),
        "DUDAO_FILES_DIR": str(tmp_path / "files"),
        "DUDAO_REDACTIONS": str(rules),
    }

    without = dudao(tmp_path, "redact", "--check", **{**own, "DUDAO_REDACTIONS": str(rules)[:0]})
    assert "DUDAO_REDACTIONS" in without.stderr, "an empty name is no name of a file"
    due = dudao(tmp_path, "redact", "--check", **own)
    assert (due.returncode, "试验档案室规定第1号" in due.stdout) == (0, True), due
    assert "2 entries" in due.stdout
    done = dudao(tmp_path, "redact", "--reason", "期满", **own)
    assert done.returncode == 0, done
    assert dudao(tmp_path, "audit", "verify", **own).returncode == 0

    [said] = office.rows(Comment)
    assert (said.text, said.author_id) == ("", office.actor("county_head").user_id)
    assert office.rows(StartEntry) == []
    kept = office.rows(EventPayload)
    assert not [row for row in kept if "涉及个人隐私" in str(row.content)]
    [told] = [e for e in office.rows(JournalEntry) if e.kind == "case.redacted"]
    assert told.after["ground"] == "试验档案室规定第1号"
    gone = office.rows(Event, Event.id.not_in(sa.select(EventPayload.event_id)))
    assert {event.kind for event in gone} == {"task.commented", "instance.started"}
