"""What is kept without meaning: a small model for each, that runs alike without it."""

from __future__ import annotations

from tests.models import user
from tests.process.elements.refused import LINE, model
from tests.process.elements.rows import DRAWN as KEPT
from tests.process.elements.rows import NO, UNSAID, Other


def kept(name: str, content: str, without: str, *, camunda: str = UNSAID) -> Other:
    """What is stored and exported as it came, and says nothing to the engine."""
    return Other(name=name, content=content, element=without, camunda=camunda, flowable=UNSAID)


SILENT = (
    kept(
        "pool",
        model(
            LINE, "<collaboration id='c'><participant id='pool' processRef='main'/></collaboration>"
        ),
        "pool",
        camunda=KEPT,
    ),
    kept(
        "message flow",
        model(
            LINE,
            "<collaboration id='c'><participant id='ours' processRef='main'/>"
            "<participant id='theirs'/>"
            "<messageFlow id='letter' sourceRef='theirs' targetRef='ours'/></collaboration>",
        ),
        "letter",
    ),
    kept(
        "lane",
        model(
            "<laneSet id='set'><lane id='lane'><flowNodeRef>ask</flowNodeRef></lane></laneSet>"
            + LINE
        ),
        "lane",
        camunda=KEPT,
    ),
    kept(
        "data object that no step reads or writes",
        model(LINE + "<dataObject id='data'/>"),
        "data",
        camunda=NO,
    ),
    kept(
        "data store that no step reads or writes",
        model(LINE + "<dataStoreReference id='archive'/>"),
        "archive",
        camunda=NO,
    ),
    kept(
        "text annotation",
        model(LINE + "<textAnnotation id='note'><text>x</text></textAnnotation>"),
        "note",
        camunda=KEPT,
    ),
    kept("group", model(LINE + "<group id='group'/>"), "group", camunda=KEPT),
    kept(
        "association",
        model(
            LINE
            + "<textAnnotation id='note'/>"
            + "<association id='to_note' sourceRef='ask' targetRef='note'/>"
        ),
        "to_note",
    ),
    kept(
        "documentation",
        model(
            LINE.replace(
                user("ask"), user("ask", inner="<documentation id='said'>x</documentation>")
            )
        ),
        "said",
        camunda=KEPT,
    ),
    kept(
        "extension elements of strangers",
        model(
            LINE.replace(
                user("ask"),
                user(
                    "ask",
                    inner="<extensionElements><o:colour xmlns:o='urn:other' id='red'/>"
                    "</extensionElements>",
                ),
            )
        ),
        "red",
    ),
)
