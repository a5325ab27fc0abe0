"""`dudao package check` lists every fault with element, reason and mend, and needs no database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.integration.ops.programs import dudao, refuse, succeed
from tests.trees import ROOT

FAMILY = ROOT / "processes/leave_request"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sample family that may be spoilt."""
    return Path(shutil.copytree(FAMILY, tmp_path / "leave_request"))


def test_the_sample_family_has_no_fault(tmp_path: Path) -> None:
    assert "no fault" in succeed(tmp_path, "package", "check", str(FAMILY))
    assert not (tmp_path / "var").exists()


def test_a_copy_is_checked_with_the_handlers_of_the_installed_family(copy: Path) -> None:
    assert "no fault" in succeed(copy, "package", "check", ".")


def test_every_fault_is_listed_with_element_and_mend(copy: Path) -> None:
    model = copy / "bpmn/leave_request.bpmn"
    groups = 'camunda:candidateGroups="'
    spoilt = model.read_text(encoding="utf-8").replace(groups, groups + "no_")
    model.write_text(spoilt, encoding="utf-8")
    done = dudao(copy, "package", "check", ".")
    assert done.returncode == 1
    faults = [line for line in done.stdout.splitlines() if line.startswith("error ")]
    assert len(faults) == spoilt.count("no_")
    assert all("bpmn/leave_request.bpmn: " in line and "mend: " in line for line in faults)
    assert all("consequence: " in line and line.endswith("[unknown-group]") for line in faults)


def test_faults_are_listed_as_json_with_what_would_happen(copy: Path) -> None:
    model = copy / "bpmn/leave_request.bpmn"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace('camunda:formKey="', 'camunda:formKey="no_'), encoding="utf-8")
    done = dudao(copy, "package", "check", "--json", ".")
    assert done.returncode == 1
    faults = json.loads(done.stdout)["faults"]
    assert {fault["rule"] for fault in faults} == {"unknown-form"}
    assert all(fault["element_id"] and fault["element_name"] for fault in faults)
    assert {fault["consequence"] for fault in faults} == {"任务打不开表单，无法办理。"}
    assert all(fault["mend"] and fault["severity"] == "error" for fault in faults)


def test_a_model_that_is_not_xml_is_a_fault_and_not_a_crash(copy: Path) -> None:
    (copy / "bpmn/leave_request.bpmn").write_text("<definitions", encoding="utf-8")
    done = dudao(copy, "package", "check", ".")
    assert done.returncode == 1
    assert "bpmn/leave_request.bpmn" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_file_of_200_mb_is_refused_unread(copy: Path) -> None:
    with (copy / "bpmn/leave_request.bpmn").open("wb") as huge:
        huge.truncate(200 * 1024 * 1024)
    assert "16 MB" in refuse(copy, "package", "check", ".")


def test_only_the_faults_of_the_file_that_was_named_are_listed(copy: Path) -> None:
    (copy / "bpmn/other.bpmn").write_text("<definitions", encoding="utf-8")
    done = dudao(copy, "package", "check", "bpmn/leave_request.bpmn")
    assert "other.bpmn" not in done.stdout


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    assert "manifest.toml" in refuse(tmp_path, "package", "check", ".")


def test_a_manifest_that_cannot_be_read_is_refused(copy: Path) -> None:
    (copy / "manifest.toml").write_text("[family", encoding="utf-8")
    assert "not a process package" in refuse(copy, "package", "check", ".")
