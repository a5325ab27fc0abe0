"""Two versions of a family compared: by meaning, in words, for those who may read them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.administration import duties
from engine.engine import Engine
from engine.errors import NotAllowed, NotFound
from engine.package import ProcessPackage
from engine.repository import comparison, definitions
from engine.repository.comparison import Change
from tests import factories, models
from tests.conftest import EngineFor
from tests.factories import SYSTEM
from tests.models import NOTE_FORM, flows, user

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="n"><decision id="who" name="who"><decisionTable id="t" hitPolicy="FIRST">
<input id="i" label="天数"><inputExpression id="ie" typeRef="number"><text>days</text>
</inputExpression></input><output id="o" name="who" typeRef="string"/>
<rule id="r1"><inputEntry id="e1"><text>&lt; 3</text></inputEntry>
<outputEntry id="o1"><text>"a"</text></outputEntry></rule></decisionTable></decision></definitions>
"""

BODY = (
    "<startEvent id='start'/>"
    + user("write", extra="dudao:deadline='answer'")
    + user("check", group="head")
    + "<exclusiveGateway id='way' default='way_to_end'/>"
    + "<endEvent id='end'/>"
    + flows("start>write", "write>check", "check>way", "way>end", "way>write: amount > 3")
)


def package(folder: Path) -> ProcessPackage:
    return models.family(
        folder,
        models.bpmn("main", BODY),
        dmn={"who": TABLE},
        entries='second_persons = ["head"]\n',
    )


def changed(engine: Engine, family: ProcessPackage, **files: bytes) -> list[Change]:
    """What is told after deploying the family, and then again with these files in their place."""
    new = dict(family.files)
    for stem, data in files.items():
        path = next(p for p in new if p.rpartition("/")[2].partition(".")[0] == stem)
        new[path] = data
    with engine.begin(SYSTEM) as uow:
        old = definitions.deploy(uow, family)
        later = definitions.deploy(uow, family, files=new)
        return comparison.compare(uow, old.id, later.id)


def told(changes: list[Change]) -> list[tuple[str, str, str, str]]:
    return [(c.subject, c.what, c.id, c.property) for c in changes]


def model(*replacements: tuple[str, str]) -> bytes:
    text = models.bpmn("main", BODY)
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def test_properties_names_and_conditions_are_told_in_words(
    engine_for: EngineFor, tmp_path: Path
) -> None:
    family = package(tmp_path)
    changes = changed(
        engine_for(family),
        family,
        m0=model(
            ("name='write'", "name='起草'"),
            ("dudao:deadline='answer'", "dudao:separateFrom='check'"),
            ("candidateGroups='head'", "candidateGroups='staff'"),
            ("amount > 3", "amount > 5"),
        ),
    )
    assert told(changes) == [
        ("element", "renamed", "write", ""),
        ("element", "changed", "write", "deadline"),
        ("element", "changed", "write", "separate_from"),
        ("element", "changed", "check", "candidate_groups"),
        ("flow", "changed", "way→write", "condition"),
    ]
    assert [c.sentence for c in changes] == [
        "“write”改名为“起草”。",
        "“起草”（write）：去掉期限“answer”。",
        "“起草”（write）：新增须与之分开办理的环节“check”。",
        "“check”：候选岗位由“head”改为“staff”。",
        "连线“way→起草”的条件由“amount > 3”改为“amount > 5”。",
    ]


def test_elements_added_removed_and_moved_are_told(engine_for: EngineFor, tmp_path: Path) -> None:
    family = package(tmp_path)
    inner = (
        "<subProcess id='part' name='part'><startEvent id='s2'/>"
        + user("check", group="head")
        + "<endEvent id='e2'/>"
        + flows("s2>check", "check>e2")
        + "</subProcess>"
    )
    text = model(
        (user("check", group="head"), inner),
        ("id='write_to_check' sourceRef='write' targetRef='check'",
         "id='write_to_part' sourceRef='write' targetRef='part'"),
        ("id='check_to_way' sourceRef='check'", "id='part_to_way' sourceRef='part'"),
    )  # fmt: skip
    found = told(changed(engine_for(family), family, m0=text))
    assert ("element", "added", "part", "") in found
    assert ("element", "moved", "check", "") in found
    assert ("flow", "removed", "check→way", "") in found
    assert ("flow", "added", "part→way", "") in found
    assert not [row for row in found if row[0] in {"form", "decision", "deadline", "manifest"}]


def test_forms_decisions_and_deadlines_are_compared_too(
    engine_for: EngineFor, tmp_path: Path
) -> None:
    family = package(tmp_path)
    form: Any = copy.deepcopy(NOTE_FORM)
    form["components"][0] |= {"label": "情况说明", "validate": {"required": True}}
    form["components"][1] = {
        "type": "textfield", "id": "f_extra", "key": "extra", "label": "另附",
    }  # fmt: skip
    table = TABLE.replace("&lt; 3", "&lt; 5").encode()
    manifest = family.files["manifest.toml"].replace(b"amount = 5", b"amount = 7")
    changes = changed(
        engine_for(family), family, note=orjson.dumps(form), who=table, manifest=manifest
    )
    assert told(changes) == [
        ("form", "changed", "tests/note/note", "label"),
        ("form", "changed", "tests/note/note", "required"),
        ("form", "added", "tests/note/extra", ""),
        ("form", "removed", "tests/note/outcome", ""),
        ("decision", "changed", "who", "规则 1"),
        ("deadline", "changed", "answer", "amount"),
    ]
    assert changes[4].sentence == '决策“who”的规则 1由“< 3 ⇒ "a"”改为“< 5 ⇒ "a"”。'
    assert changes[5].sentence == "期限“答复期限”的数量由“5”改为“7”。"


def test_white_space_and_order_are_one_line(engine_for: EngineFor, tmp_path: Path) -> None:
    family = package(tmp_path)
    start, check = "<startEvent id='start'/>", user("check", group="head")
    text = model((start, ""), (check, f"\n  {check}\n  {start}"))
    assert told(changed(engine_for(family), family, m0=text)) == [("diagram", "changed", "", "")]


def test_who_has_no_part_in_models_does_not_compare(engine_for: EngineFor, tmp_path: Path) -> None:
    family = package(tmp_path)
    engine = engine_for(family)
    with engine.begin(SYSTEM) as uow:
        version = definitions.deploy(uow, family).id
        office = factories.organisation(uow, "office")
        clerk = factories.person(uow, "clerk", ("staff", office))
        readers = [
            factories.person(uow, name, (name, office))
            for name in ("head", duties.MODEL_EDITOR, duties.SYSTEM_ADMIN)
        ]
    for reader in readers:
        with engine.read(reader) as uow:
            assert comparison.compare(uow, version, version) == []
            assert [row.id for row in comparison.versions(uow, "tests")] == [version]
    with engine.read(clerk) as uow, pytest.raises(NotAllowed):
        comparison.compare(uow, version, version)
    with engine.read(readers[0]) as uow, pytest.raises(NotFound):
        comparison.compare(uow, "0" * 32, version)
