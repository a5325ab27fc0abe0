"""The tables of English sentences: whole for the modules named here, well formed, and used as they say."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import english

ROOT = Path(__file__).resolve().parents[3]
TABLES = sorted((ROOT / "api").rglob("english/*.toml"))
CHINESE = re.compile("[\u3400-\u9fff]")
#: What is quoted stays: names of columns, of things that people typed, of laws.
LAWS = re.compile("《[^》]*》(?:、?第[^条]{1,5}条)*")
QUOTED = re.compile("“[^”]*”|" + LAWS.pattern)

#: Modules all of whose sentences are in the tables. Another one is added when its sentences are.
WHOLE = (
    "engine/handover/bulk.py",
    "engine/handover/circulation.py",
    "engine/handover/comments.py",
    "engine/handover/phrases.py",
    "engine/handover/urging.py",
    "engine/desk",
    "engine/filing/spreadsheets.py",
    "engine/timing/extension_requests.py",
    "engine/timing/deadline_acts.py",
    "engine/timing/corrections.py",
    "engine/administration",
    "engine/migrating",
    "engine/paper",
    "engine/permission",
    "engine/calendars/calendar.py",
    "engine/calendars/hours.py",
    "engine/calendars/notices.py",
    "engine/calendars/statutory.py",
    "engine/calendars/year.py",
    "engine/filing/media.py",
    "engine/handover/approval_sheets.py",
    "engine/handover/delegations.py",
    "engine/handover/departures.py",
    "engine/handover/handovers.py",
    "engine/handover/returns.py",
    "engine/identity/activations.py",
    "engine/identity/appointments.py",
    "engine/identity/attempts.py",
    "engine/identity/federation.py",
    "engine/identity/organisations.py",
    "engine/identity/outside.py",
    "engine/identity/posts.py",
    "engine/identity/recoveries.py",
    "engine/identity/sealing.py",
    "engine/identity/second_factors.py",
    "engine/identity/sign_ins.py",
    "engine/identity/texts.py",
    "engine/identity/tokens.py",
    "engine/operating/incidents.py",
    "engine/operating/mend_plans.py",
    "engine/operating/mending.py",
    "engine/operating/operator_sight.py",
    "engine/operating/retries.py",
    "engine/operating/traffic.py",
    "engine/record/checkpoints.py",
    "engine/record/disclosures.py",
    "engine/record/redaction_proposals.py",
    "engine/record/redactions.py",
    "engine/rehearsing/answers.py",
    "engine/rehearsing/forking.py",
    "engine/rehearsing/rehearsals.py",
    "engine/rehearsing/sandboxes.py",
    "engine/rehearsing/trials.py",
    "engine/reminding/ladders.py",
    "engine/reminding/mails.py",
    "engine/reminding/notifications.py",
    "engine/reminding/rungs.py",
    "engine/timing/deadline_rules.py",
    "engine/timing/deadlines.py",
    "engine/timing/extensions.py",
    "engine/timing/recounts.py",
    "api/auth.py",
    "api/idempotency.py",
    "api/limits.py",
    "api/pagination.py",
    "api/parsing.py",
    "api/preconditions.py",
    "api/shown/people.py",
    "api/static.py",
    "api/workbooks.py",
    "processes/leave_request/package.py",
)
#: The same of the domain, where it is installed.
WHOLE_OF_DOMAIN = (
    "supervision/accountability.py",
    "supervision/appeals.py",
    "supervision/approvals.py",
    "supervision/cases.py",
    "supervision/clues.py",
    "supervision/dashboard.py",
    "supervision/decisions.py",
    "supervision/defences.py",
    "supervision/dossier.py",
    "supervision/extensions.py",
    "supervision/filings.py",
    "supervision/handlers",
    "supervision/hard_stops",
    "supervision/inspectors.py",
    "supervision/interviews.py",
    "supervision/ledger.py",
    "supervision/measures.py",
    "supervision/numbers.py",
    "supervision/organisations.py",
    "supervision/portal.py",
    "supervision/problems.py",
    "supervision/publications.py",
    "supervision/rules.py",
    "supervision/suggestions.py",
    "supervision/terms.py",
    "supervision/urging.py",
)


def sentences(module: Path) -> Iterator[str]:
    """The Chinese texts of a module, each gap as `{}`; docstrings and names of laws are none."""
    tree = ast.parse(module.read_text("utf-8"))
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            inside.add(id(node.body[0].value))  # type: ignore[attr-defined]  # a docstring is one
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        text = _text(node)
        if CHINESE.search(LAWS.sub("", text)):
            yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def modules() -> Iterator[Path]:
    is_there = (ROOT / "supervision").is_dir()
    for name in WHOLE + (WHOLE_OF_DOMAIN if is_there else ()):
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


@pytest.mark.parametrize("module", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_of_a_module_has_its_english(module: Path) -> None:
    own = "supervision" in module.relative_to(ROOT).parts
    tables = [path for path in TABLES if own or "supervision" not in path.relative_to(ROOT).parts]
    known = {chinese for path in tables for chinese in tomllib.loads(path.read_text("utf-8"))}
    missing = [text for text in sentences(module) if text not in known]  # without the domain, too
    assert missing == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_is_english_and_names_its_gaps(path: Path) -> None:
    for chinese, said in tomllib.loads(path.read_text("utf-8")).items():
        assert not CHINESE.search(QUOTED.sub("", said)), said
        gaps = {int(number) for number in re.findall(r"\{[~=]?(\d)\}", said)}
        assert gaps <= set(range(chinese.count("{}"))), chinese


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("还剩3个工作日", "3 working days left"),
        (
            "开学，自2026-04-20次日起算5日，至2026-04-25止；依据《若干措施》第九条。",
            "开学, 5 days from the day after 2026-04-20, until 2026-04-25; By 《若干措施》第九条.",
        ),
        (
            "没有办理：您办理了“拟稿”，按岗位分离的规定，这项任务须由另一人办理。",
            "Nothing was done: You did “拟稿”; by the separation of duties somebody else must do this task.",
        ),
        ("第3行：没有代码为“甲”的单位。", "Line 3: There is no unit with the code “甲”."),
        ("关于校舍安全的来文", "关于校舍安全的来文"),
        ("消防通道堆放杂物。限期清理。", "消防通道堆放杂物。限期清理。"),
    ],
)
def test_a_sentence_is_said_as_far_as_the_tables_go(chinese: str, said: str) -> None:
    assert english.of(chinese) == said
