"""Forms, terms and form_data agree: options are stored values, read-only fields have a source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from processes.supervision.package import PACKAGE
from supervision import terms
from supervision.form_data import OF_FORM, labels
from supervision.form_data.options import OPTIONS

FORMS = {
    path.removeprefix("forms/supervision/").removesuffix(".json"): orjson.loads(content)
    for path, content in PACKAGE.files.items()
    if path.startswith("forms/")
}

#: Fields whose options are stored as they are, and the vocabulary that they come from.
STORED: dict[str, type[terms.Term]] = {
    "severity": terms.Severity,
    "type": terms.ProblemType,
    "limit_class": terms.ProblemClass,
    "trigger": terms.Trigger,
    "triggers": terms.Trigger,
    "kind": terms.MeasureKind,
    "start_kind": terms.StartKind,
    "form": terms.CaseForm,
    "ground": terms.TieGround,
    "verification": terms.RecheckResult,
    "disclosure": terms.Disclosure,
    "scope": terms.PublishScope,
    "mode": terms.DeliveryMode,
    "object_kind": terms.ObjectKind,
}


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, however deep."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])


@pytest.mark.parametrize("name", sorted(FORMS))
def test_options_that_are_stored_are_values_of_the_domain(name: str) -> None:
    for component in walk(FORMS[name]["components"]):
        vocabulary = STORED.get(str(component.get("key")))
        if vocabulary is not None and component.get("values"):
            offered = {option["value"] for option in component["values"]}
            assert offered <= {term.value for term in vocabulary}, component["key"]


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_list_that_a_form_chooses_from_is_supplied(name: str) -> None:
    wanted = {c["valuesKey"] for c in walk(FORMS[name]["components"]) if c.get("valuesKey")}
    assert wanted <= OPTIONS.keys()


def test_form_data_speaks_of_no_form_that_does_not_exist() -> None:
    assert OF_FORM.keys() <= FORMS.keys()


def test_a_documents_text_has_the_labels_of_its_form_and_the_words_of_its_options() -> None:
    schema = PACKAGE.files["forms/supervision/visit_record.json"]
    text = labels.lines(
        schema,
        {
            "place": "样例学校",
            "danger": "none",
            "inspectors": ["u1"],
            "problems": [{"title": "问题", "severity": "serious", "is_safety": True}],
            "evidence": ["file"],
        },
        lambda _name: {"u1": "韩立新"},
    )
    assert "地点：样例学校" in text
    assert "韩立新" in text
    assert "较重" in text
    assert "file" not in text


def test_a_document_without_a_form_still_shows_its_fields() -> None:
    assert labels.lines(None, {"title": "标题", "empty": ""}, lambda _name: {}) == "title：标题"
