"""`dudao model import` and `export`: a drawing of another tool goes in, is listed, and comes out unchanged."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.integration.ops.programs import refuse, succeed
from tests.trees import ROOT

DRAWING = ROOT / "tests/fixtures/foreign/signavio.bpmn"


def installation(folder: Path) -> Path:
    """An empty database with one organisation and its model editor."""
    succeed(folder, "migrate")
    succeed(folder, "organisation", "add", "J", "教育局", "--kind", "unit")
    (folder / "people.csv").write_text(
        "用户名,姓名,角色,单位代码\nmia,米亚,model_editor,J\nlisi,李四,,\n", "utf-8"
    )
    succeed(folder, "user", "import", "people.csv")
    return Path(shutil.copy(DRAWING, folder / "从别处来.bpmn"))


def test_a_drawing_that_cannot_run_is_kept_listed_and_written_out_unchanged(
    tmp_path: Path,
) -> None:
    file = installation(tmp_path)
    said = succeed(tmp_path, "model", "import", "leave_request", str(file), "--by", "mia")
    assert "sid-T2 “Sign it” The element manualTask does not run." in said
    told = said.splitlines()[-1]
    assert "2 errors, 0 warnings" in told
    draft, path = told.split("draft ")[1].split(":")[0], told.split("kept as ")[1].split(" of ")[0]
    succeed(tmp_path, "model", "export", draft, path, "out.bpmn", "--by", "mia")
    assert (tmp_path / "out.bpmn").read_bytes() == DRAWING.read_bytes()
    file.write_text("<definitions", "utf-8")
    again = ("model", "import", "leave_request", str(file), "--by", "mia", "--draft", draft)
    assert "1 errors" in succeed(tmp_path, *again)
    refuse(tmp_path, "model", "export", draft, "bpmn/none.bpmn", "x.bpmn", "--by", "mia")
    refuse(tmp_path, *again[:5], "lisi")
    assert "nobody" in refuse(tmp_path, *again[:5], "nobody")
    with file.open("wb") as huge:
        huge.truncate(200 * 1024 * 1024)
    assert "4 MB" in refuse(tmp_path, *again)
