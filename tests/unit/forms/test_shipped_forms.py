"""Every form that is shipped can be read, shown and filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import forms
from forms import components as c
from forms.definition import Form, fields, parse, walk
from forms.validation import check
from tests.unit.forms.samples import FILE, context_for, sample

FOLDER = Path(forms.__file__).parent
NAMES = sorted(str(path.relative_to(FOLDER))[:-5] for path in FOLDER.glob("*/*.json"))
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def read(name: str) -> Form:
    return parse((FOLDER / f"{name}.json").read_bytes())


def test_the_sample_family_has_its_forms() -> None:
    assert {"leave_request/request", "leave_request/approval", "leave_request/handover"} <= set(
        NAMES
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_form_reads_and_is_named_after_its_file(name: str) -> None:
    form = read(name)
    assert form.schema["id"] == name.replace("/", "_")
    assert fields(form)


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_form_can_be_filled_in_whatever_is_chosen(name: str, turn: int) -> None:
    form = read(name)
    values = sample(form, now=NOW, turn=turn)
    checked = check(form, values, context=context_for(form), files={FILE}, now=NOW)
    assert checked.faults == ()
    again = check(form, checked.values, context=context_for(form), files={FILE}, now=NOW)
    assert again == checked


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_form_does_not_accept_nothing(name: str) -> None:
    assert check(read(name), {}, context=context_for(read(name)), now=NOW).faults


@pytest.mark.parametrize("name", NAMES)
def test_texts_of_a_shipped_form_are_limited_in_length(name: str) -> None:
    loose = [
        component.key
        for component in walk(read(name).components)
        if isinstance(component, c.Text)
        and component.read_only is not True
        and component.max_length is None
    ]
    assert loose == []


@pytest.mark.parametrize("name", NAMES)
def test_whoever_refuses_says_why(name: str) -> None:
    """A form with an outcome that sends something back asks for words on that road."""
    form = read(name)
    back = {"returned", "refused", "reject", "object"}
    for component in walk(form.components):
        if not isinstance(component, c.Choice) or component.key != "outcome":
            continue
        chosen = back & set(component.options.values or ())
        for outcome in sorted(map(str, chosen)):
            faults = check(form, {"outcome": outcome}, context=context_for(form), now=NOW).faults
            assert any(
                fault.code == "required" and fault.pointer in ("/opinion", "/reason")
                for fault in faults
            ), outcome


def test_a_leave_is_counted_in_days_and_needs_a_note_for_personal_matters() -> None:
    form = read("leave_request/request")
    values = {
        "applicant": "王五",
        "reason": "personal",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-03",
        "colleagues": [],
    }
    checked = check(form, values, now=NOW)
    assert [(fault.pointer, fault.code) for fault in checked.faults] == [("/note", "required")]
    checked = check(form, values | {"note": "搬家"}, now=NOW)
    assert checked.faults == ()
    assert checked.values["days"] == 3
    turned = check(form, values | {"ends_on": "2026-11-30"}, now=NOW)
    assert ("/ends_on", "too-early") in [(fault.pointer, fault.code) for fault in turned.faults]
