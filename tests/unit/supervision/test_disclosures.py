"""公开属性: every kind of document has one, asked of its drafter or by its kind, with a reason."""

from __future__ import annotations

import pytest

from supervision import disclosures
from supervision.terms import Disclosure, DocumentKind


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_has_an_attribute_and_what_is_withheld_a_reason(kind: DocumentKind) -> None:
    disclosure, reason = disclosures.default_of(kind)
    assert bool(reason) is (disclosure is Disclosure.NONE)


def test_no_kind_is_withheld_that_the_data_spells_wrongly() -> None:
    withheld = disclosures.withheld()
    assert withheld <= set(DocumentKind)
    assert DocumentKind.DELIBERATION_RECORD in withheld
    assert DocumentKind.ACCOUNTABILITY_DECISION not in withheld
