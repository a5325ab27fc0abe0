"""What goes into a step and comes out of it, with the plays that show it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.process import test_conformance_data as data
from tests.process import test_conformance_scopes as scopes
from tests.process.elements.rows import UNSAID, Element, by, row

_PARAMETERS = data.test_input_parameters_are_known_in_their_step_alone_and_output_parameters_outside
_CALL = scopes.test_a_called_process_has_its_own_event_sub_processes
_LISTED = data.test_a_call_passes_all_or_what_it_lists_and_the_same_number
_COPIED = data.test_associations_copy_data_objects_into_a_step_and_its_outputs_back
_ITEMS = data.test_items_as_the_standard_has_them_come_from_data_and_go_to_data

DATA = (
    row(
        "call activity, variables in and out",
        by(_CALL, "call/in"),
        by(_CALL, "call/out"),
        by(_LISTED, "call/in"),
        by(_LISTED, "call/out"),
    ),
    row(
        "input parameters of a step",
        by(_PARAMETERS, "call/inputParameter"),
        by(data.test_a_person_works_on_what_the_step_was_handed, "ask/inputParameter"),
        by(data.test_parameters_of_a_sub_process_hold_for_all_its_steps, "scope/inputParameter"),
        flowable=UNSAID,
    ),
    row(
        "input parameters of each item",
        by(data.test_each_item_has_its_own_input_parameters, "call/inputParameter"),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
    row("output parameters of a step", by(_PARAMETERS, "call/outputParameter"), flowable=UNSAID),
    *(
        row(name, *shown, camunda=UNSAID, flowable=UNSAID)
        for name, shown in {
            "data object, read and written": (
                by(_COPIED, "ask/dataInputAssociation"),
                by(_COPIED, "ask/dataOutputAssociation"),
            ),
            "data association, transformation": (by(_COPIED, "ask/transformation"),),
            "data association, assignment": (by(_COPIED, "ask/assignment"),),
            "data output of a message that is caught": (
                by(
                    data.test_what_a_message_brings_goes_where_the_catch_event_says,
                    "wait/dataOutputAssociation",
                ),
            ),
            "data of each item, in and out": (
                by(_ITEMS, "ask/dataInputAssociation", sequential="true"),
                by(_ITEMS, "ask/dataOutputAssociation", sequential="false"),
            ),
        }.items()
    ),
)

TOPICS: Mapping[str, tuple[Element, ...]] = {"Data": DATA}
