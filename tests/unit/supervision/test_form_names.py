"""What the family's forms may ask in their expressions, held at deployment."""

from __future__ import annotations

from engine.repository import definitions
from processes.supervision.package import PACKAGE


def test_a_family_with_such_a_form_is_not_deployed() -> None:
    """The very fault that made the fact material ask for a note that nobody owed."""
    path = "forms/supervision/fact_finding.json"
    sound = PACKAGE.files[path]
    wrong = sound.replace(b"conduct.hid_truth or conduct.retaliated", b"hid_truth or retaliated")
    assert wrong != sound
    faults = definitions.check(PACKAGE, {**PACKAGE.files, path: wrong})
    assert [fault.file for fault in faults] == [path]
    assert "请写作conduct.hid_truth" in faults[0].detail
