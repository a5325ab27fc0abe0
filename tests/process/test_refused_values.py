"""What a verb refuses of a form's values is pointed at in the request, like what the form refuses."""

from __future__ import annotations

import pytest

from engine.errors import Invalid
from tests.process.office import Office


def test_a_fault_that_a_verb_finds_points_below_the_values_that_were_sent(office: Office) -> None:
    office.open("county_staff1", "129901-S1")
    office.do("approve_case", by="county_head", outcome="approved")
    options = [row["value"] for row in office.context("form_group")["inspector_options"]]
    with pytest.raises(Invalid) as refused:
        office.do("form_group", by="county_staff1", members=options[:3], leader=options[3])
    [fault] = refused.value.errors
    assert (fault.pointer, fault.code) == ("/values/leader", "not-a-member")
    assert office.waiting() == ["form_group"]
