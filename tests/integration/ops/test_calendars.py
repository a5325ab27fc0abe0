"""The year's notice at the command line: looked at, brought in, refused with its lines."""

from __future__ import annotations

from pathlib import Path

from tests.integration.ops.programs import refuse, succeed
from tests.unit.engine.test_notices import NOTICE


def test_a_notice_is_looked_at_brought_in_and_refused(tmp_path: Path) -> None:
    succeed(tmp_path, "migrate")
    (tmp_path / "2027.csv").write_text(NOTICE, "utf-8")
    looked = succeed(tmp_path, "calendar", "check", "2027.csv")
    assert "2027-02-14  weekend → make_up" in looked
    assert "0 would move" in looked
    assert "(provisional: no notice yet)" in succeed(tmp_path, "calendar", "list")
    done = succeed(tmp_path, "calendar", "import", "2027.csv", "--reason", "国办通知已公布")
    assert "2027, version 2, is in force" in done
    assert "(provisional" not in succeed(tmp_path, "calendar", "list")
    (tmp_path / "wrong.csv").write_text(NOTICE.replace("2027-06-09,放假", "2027-06-10,放假"))
    said = refuse(tmp_path, "calendar", "import", "wrong.csv", "--reason", "x")
    assert "Dragon Boat (2027-06-09) is a holiday by law" in said
    assert "nothing changes" in refuse(tmp_path, "calendar", "import", "2027.csv", "--reason", "x")
    assert "names no single case" in refuse(tmp_path, "deadline", "list", "没有")
