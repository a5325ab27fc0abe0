"""A model that the modeller opens and saves says what it said before.

Runs where the web packages and Node are installed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from engine.package import ProcessPackage
from engine.repository import definitions, model_imports
from engine.spiff import drawn
from processes.leave_request.package import PACKAGE as LEAVE_REQUEST
from processes.supervision.package import PACKAGE as SUPERVISION

ROOT = Path(__file__).parents[3]
WEB = ROOT / "web"
NODE = shutil.which("node", path=str(ROOT / ".venv" / "bin")) or shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not (WEB / "node_modules" / "bpmn-moddle").exists(),
    reason="the web packages are not installed",
)

#: Every attribute and extension that is honoured and that no shipped model needs to use.
RARE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:dudao="https://dudao.example/bpmn"
 xmlns:other="https://other.example/ns" id="d" targetNamespace="t">
 <process id="rare" isExecutable="true">
  <startEvent id="a"/>
  <userTask id="sign" name="x" camunda:formKey="f" camunda:candidateGroups="g" camunda:priority="60"
    camunda:dueDate="P3D" camunda:followUpDate="P1D" camunda:candidateUsers="ada"
    dudao:bulk="true" dudao:opinionFor="returned" dudao:outcomeField="o" dudao:opinionField="p"
    dudao:sendBack="previous" other:colour="red">
   <extensionElements>
    <dudao:signOff rule="vote" per="post" share="2/3" shareIs="more_than" shareOf="cast"
      quorum="1/2" weight="1" veto="g" refusal="decides" ends="heard" abstain="true"
      opinion="refuse,abstain" result="r" addSigner="false" added="advice" removeBy="g" least="2"/>
    <other:note text="kept"><other:line>kept too</other:line></other:note>
   </extensionElements>
  </userTask>
  <serviceTask id="run" camunda:delegateExpression="${h}" camunda:asyncBefore="true"/>
  <receiveTask id="get" messageRef="m" dudao:correlation="${k}"/>
  <endEvent id="z"/>
  <sequenceFlow id="f1" sourceRef="a" targetRef="sign"/>
  <sequenceFlow id="f2" sourceRef="sign" targetRef="run"/>
  <sequenceFlow id="f3" sourceRef="run" targetRef="get"/>
  <sequenceFlow id="f4" sourceRef="get" targetRef="z"/>
 </process>
 <message id="m" name="m"/>
</definitions>
"""


def resaved(folder: Path, models: dict[str, bytes]) -> dict[str, bytes]:
    """The same models after the modeller's reader and writer, under the same paths."""
    given, written = folder / "given", folder / "written"
    given.mkdir()
    for path, content in models.items():
        (given / path.removeprefix("bpmn/")).write_bytes(content)
    script = Path(__file__).parent / "resave.mjs"
    subprocess.run([str(NODE), str(script), str(WEB), str(given), str(written)], check=True)
    return {path: (written / path.removeprefix("bpmn/")).read_bytes() for path in models}


@pytest.mark.parametrize("package", [LEAVE_REQUEST, SUPERVISION], ids=lambda p: p.family)
def test_a_shipped_model_is_saved_without_a_change(package: ProcessPackage, tmp_path: Path) -> None:
    models = {path: data for path, data in package.files.items() if path.startswith("bpmn/")}
    after = resaved(tmp_path, models)
    assert definitions.check(package, {**package.files, **after}) == []
    assert drawn.read(after) == drawn.read(models)


def test_what_no_shipped_model_uses_is_kept_too(tmp_path: Path) -> None:
    after = resaved(tmp_path, {"bpmn/rare.bpmn": RARE})
    before, now = drawn.read({"bpmn/rare.bpmn": RARE}), drawn.read(after)
    assert now.elements == before.elements
    text = after["bpmn/rare.bpmn"].decode()
    assert 'other:colour="red"' in text
    assert "kept too" in text


FOREIGN = ROOT / "tests/fixtures/foreign"
#: What a file need not say, because the standard says it (BPMN 2.0.2, clause 10).
UNSAID = {
    ("completionQuantity", "1"),
    ("expressionLanguage", "http://www.w3.org/1999/XPath"),
    ("isClosed", "false"),
    ("isForCompensation", "false"),
    ("maximum", "1"),
    ("minimum", "0"),
    ("processType", "None"),
    ("startQuantity", "1"),
    ("typeLanguage", "http://www.w3.org/2001/XMLSchema"),
}


def parts(content: bytes) -> Counter[tuple[str, frozenset[tuple[str, str]], str]]:
    """Every element of a file with its attributes and its text, whatever their order and prefixes."""
    return Counter(
        (
            node.tag,
            frozenset(
                (name, _plain(value))
                for name, value in node.attrib.items()
                if (name, value) not in UNSAID
            ),
            (node.text or "").strip().rpartition(":")[2],
        )
        for node in etree.fromstring(content).iter("{*}*")
    )


def _plain(value: str) -> str:
    """A value in one of the spellings that XML Schema has for it."""
    return {"0": "false", "1": "true"}.get(value, value.rpartition(":")[2].removesuffix(".0"))


def test_models_of_other_tools_keep_every_element_extension_and_shape(tmp_path: Path) -> None:
    models = {
        f"bpmn/{path.name}": model_imports.text_of(path.name, path.read_bytes()).encode()
        for path in FOREIGN.glob("*.bpmn")
    }
    after = resaved(tmp_path, models)
    for path, content in models.items():
        assert parts(after[path]) == parts(content), path
