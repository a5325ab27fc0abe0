"""The forms of the accountability chain against their rows of the procedure (fields.toml)."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import forms
from forms import components as c
from forms.definition import Form, fields, parse, walk
from forms.validation import check
from tests.unit.forms.samples import FILE, context_for, sample

FOLDER = Path(forms.__file__).parent / "supervision"
if not FOLDER.is_dir():
    pytest.skip("without the accountability domain", allow_module_level=True)

ROWS: dict[str, Any] = tomllib.loads((FOLDER / "fields.toml").read_text("utf-8"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def read(name: str) -> Form:
    return parse((FOLDER / f"{name}.json").read_bytes())


def items_of(row: dict[str, Any]) -> dict[str, bool]:
    """Each item of the row, and whether a source requires it."""
    return {item.replace("**", ""): "**" in item for item in row["items"]}


def test_every_form_has_its_row_and_every_row_its_form() -> None:
    assert sorted(ROWS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_form_holds_the_fields_of_its_row_and_no_others(name: str) -> None:
    wanted = {(field["at"], field["label"], field["source"]) for field in ROWS[name]["fields"]}
    held = {(info.pointer, info.label, info.source) for info in fields(read(name))}
    assert held == wanted


@pytest.mark.parametrize("name", NAMES)
def test_every_item_of_the_row_is_in_the_form(name: str) -> None:
    row = ROWS[name]
    served = {field["item"] for field in row["fields"]} - {""}
    assert served == set(items_of(row))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_source_requires_cannot_be_left_out(name: str) -> None:
    row = ROWS[name]
    needed = {info.pointer for info in fields(read(name)) if info.required or info.read_only}
    for item, is_required in items_of(row).items():
        at = {field["at"] for field in row["fields"] if field["item"] == item}
        assert not is_required or at & needed, item


@pytest.mark.parametrize("name", NAMES)
def test_every_row_and_field_names_its_source(name: str) -> None:
    row = ROWS[name]
    assert row["title"]
    assert row["row"].startswith("§")
    assert row["source"]
    assert all(field["source"] for field in row["fields"])


def test_documents_that_are_issued_leave_number_seal_and_date_to_the_system() -> None:
    for name in NAMES:
        held = {info.pointer: info for info in fields(read(name))}
        if "/issued_on" in held:
            assert {"/number", "/signed_by", "/issued_on"} <= set(held), name
            assert all(held[at].read_only for at in ("/number", "/signed_by", "/issued_on")), name


TERMS = {
    ("case_opening", "start_kind"): "StartKind",
    ("case_opening", "form"): "CaseForm",
    ("recusal_declaration", "ground"): "TieGround",
    ("visit_record", "type"): "ProblemType",
    ("visit_record", "severity"): "Severity",
    ("public_opinion", "method"): "OpinionMethod",
    ("opinion_letter", "limit_class"): "ProblemClass",
    ("opinion_letter", "disclosure"): "Disclosure",
    ("verification", "verification"): "RecheckResult",
    ("clue_triage", "trigger"): "Trigger",
    ("measure_choice", "kind"): "MeasureKind",
    ("accountability_opinion", "kind"): "MeasureKind",
    ("accountability_opinion", "target"): "ObjectKind",
    ("fact_finding", "triggers"): "Trigger",
    ("consultation_reply", "reply"): "ConsultationReply",
    ("decision_publication", "scope"): "PublishScope",
    ("delivery", "mode"): "DeliveryMode",
    ("approval", "outcome"): "ApprovalOutcome",
    ("accountability_approval", "outcome"): "ApprovalOutcome",
}


@pytest.mark.parametrize(("place", "term"), TERMS.items(), ids=lambda value: str(value))
def test_choices_are_words_of_the_domain(place: tuple[str, str], term: str) -> None:
    terms = pytest.importorskip("supervision.terms")
    name, key = place
    choice = next(
        component
        for component in walk(read(name).components)
        if isinstance(component, c.Choice) and component.key == key
    )
    assert set(choice.options.values or ()) <= {str(word) for word in getattr(terms, term)}


def test_fewer_than_three_inspectors_are_no_group() -> None:
    form = read("group")
    values = sample(form, now=NOW)
    values["members"] = values["members"][:2]
    faults = check(form, values, context=context_for(form), now=NOW).faults
    assert [(fault.pointer, fault.code) for fault in faults] == [("/members", "too-few")]


def test_a_self_evaluation_has_at_most_5000_characters() -> None:
    form = read("self_evaluation")
    values = sample(form, now=NOW)
    values |= {"achievements": "成" * 3000, "problems": "题" * 1500, "next_steps": "步" * 500}
    assert check(form, values, now=NOW).faults == ()
    values["next_steps"] += "步"
    faults = check(form, values, now=NOW).faults
    assert [(fault.pointer, fault.detail) for fault in faults] == [
        ("/next_steps", "“下一步打算”最多500个字，现有501个。")
    ]


def test_a_plan_cannot_promise_later_than_the_order_allows() -> None:
    form = read("rectification_plan")
    context = context_for(form)
    for row in context["items"]:
        row["limit_on"] = "2026-11-22"
    values = sample(form, now=NOW)
    faults = check(form, values, context=context, files={FILE}, now=NOW).faults
    assert [(fault.pointer, fault.code) for fault in faults] == [
        ("/items/0/due_on", "too-late"),
        ("/items/1/due_on", "too-late"),
    ]


def test_a_measure_chosen_against_the_proposal_needs_a_reason() -> None:
    form = read("measure_choice")
    context = {
        "measures": [
            {"kind": "rectify_interview", "is_proposed": True},
            {"kind": "rectify_circular", "is_proposed": False},
        ]
    }
    values: dict[str, Any] = {
        "accountability": "no",
        "measures": [
            {"kind": "rectify_interview", "choice": "omit", "is_proposed": False},
            {"kind": "rectify_circular", "choice": "omit"},
        ],
    }
    faults = check(form, values, context=context, now=NOW).faults
    assert [(fault.pointer, fault.code) for fault in faults] == [("/measures/0/reason", "required")]


def test_the_decision_repeats_what_was_approved() -> None:
    opinion_form, form = read("accountability_opinion"), read("accountability_decision")
    opinion = check(
        opinion_form,
        sample(opinion_form, now=NOW, turn=1),
        context=context_for(opinion_form),
        now=NOW,
    ).values
    values = sample(form, now=NOW, context=opinion)
    values |= {"facts": "改写的事实", "measures": [{"kind": "discipline", "detail": "开除"}]}
    checked = check(form, values, context=opinion, files={FILE}, now=NOW)
    assert checked.faults == ()
    for key in ("facts", "basis", "measures"):
        assert checked.values[key] == opinion[key]
