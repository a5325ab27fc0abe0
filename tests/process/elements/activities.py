"""Tasks, flows, gateways, sub-processes and their markers, with the plays that show them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.process import test_conformance_basics as basics
from tests.process import test_conformance_gateways as gateways
from tests.process import test_conformance_loops as loops
from tests.process import test_conformance_scopes as scopes
from tests.process.elements.rows import NO, UNSAID, Element, by, row

_STEP = basics.test_a_step_that_runs_by_itself_gives_what_it_came_to
_SPLIT = gateways.test_an_inclusive_split_takes_what_holds_and_its_join_waits_for_just_these
_EARLY = gateways.test_items_end_early_when_it_is_enough
_COLLECTED = gateways.test_what_each_item_gives_is_collected_in_the_order_of_the_items
_CALL = scopes.test_a_called_process_has_its_own_event_sub_processes
_AD_HOC = scopes.test_the_steps_of_an_ad_hoc_sub_process_are_there_until_it_is_enough
_IMPLIED = scopes.test_without_start_and_end_events_all_that_stands_first_begins
_OF_STEP = gateways.test_conditions_on_flows_out_of_a_step_are_taken_as_they_hold
_LOOP = "multiInstanceLoopCharacteristics"
_CHOICE = basics.test_an_exclusive_gateway_takes_one_way
_ITEMS = basics.test_a_step_is_done_for_each_item

TASKS = (
    row("user task", by(basics.test_a_task_is_done_before_the_next_one_begins, "two")),
    row("service task", by(_STEP, "work", kind="service")),
    row("send task", by(_STEP, "work", kind="send"), flowable=UNSAID),
    row("script task", by(_STEP, "work", kind="script")),
    row("business rule task", by(_STEP, "work", kind="rule")),
    row(
        "receive task",
        by(basics.test_a_token_waits_until_what_it_waits_for_has_come, "wait", kind="receive"),
    ),
    row(
        "multi-instance, parallel",
        by(_ITEMS, f"each/{_LOOP}", how="parallel"),
        by(_ITEMS, f"each/{_LOOP}@isSequential=true", how="parallel"),
    ),
    row(
        "multi-instance, sequential",
        by(_ITEMS, f"each/{_LOOP}", how="sequential"),
        by(_ITEMS, f"each/{_LOOP}@isSequential", how="sequential"),
    ),
    row(
        "multi-instance, no items",
        by(basics.test_without_items_the_flow_goes_on, f"each/{_LOOP}"),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
    row(
        "multi-instance, loop cardinality",
        by(
            gateways.test_a_number_says_how_many_items_there_are,
            "each/loopCardinality",
            refused="no-collection",
        ),
    ),
    row(
        "multi-instance, completion condition",
        *(
            by(_EARLY, "each/completionCondition", how=how, enough=enough)
            for how in ("parallel", "sequential")
            for enough in (
                "nrOfCompletedInstances / nrOfInstances >= 0.5",
                "numberOfCompletedInstances >= numberOfInstances / 2",
            )
        ),
    ),
    row(
        "multi-instance, loop data input",
        by(_COLLECTED, "each/loopDataInputRef", refused="no-collection"),
    ),
    row(
        "multi-instance, loop data output",
        by(_COLLECTED, "each/loopDataOutputRef", refused="no-result-item"),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
    row(
        "multi-instance, interrupted at its border",
        *(
            by(gateways.test_items_are_interrupted_together, "stop", how=how)
            for how in ("boundary", "error", "escalation")
        ),
    ),
    row(
        "multi-instance within multi-instance",
        by(loops.test_items_within_items_each_know_their_own, f"look/{_LOOP}", sequential=False),
        by(loops.test_items_within_items_each_know_their_own, f"rows/{_LOOP}", sequential=True),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
    row(
        "multi-instance transaction, cancelled",
        *(
            by(
                loops.test_items_of_a_transaction_are_left_together_when_one_is_cancelled,
                "e3/cancelEventDefinition",
                sequential=sequential,
            )
            for sequential in (False, True)
        ),
    ),
    row(
        "multi-instance sub-process of 500 items",
        by(gateways.test_five_hundred_items_are_one_join, f"each/{_LOOP}"),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
)

FLOWS = (
    row("several flows out of a step", by(basics.test_all_flows_out_of_a_step_are_taken, "a")),
    row("conditional flow out of a step", by(_OF_STEP, "ask_to_more/conditionExpression")),
    row(
        "default flow of a step",
        by(_OF_STEP, "ask@default"),
    ),
    row(
        "exclusive gateway",
        by(_CHOICE, "which", amount=3, taken="many"),
        by(_CHOICE, "join", amount=3, taken="many"),
    ),
    row(
        "default flow of a gateway",
        by(_CHOICE, "which@default", refused="no-condition no-default", amount=0, taken="none"),
    ),
    row(
        "loop drawn with gateways",
        by(
            gateways.test_an_inclusive_join_in_a_loop_joins_in_every_round,
            "enough_to_again",
        ),
    ),
    row(
        "parallel gateway, split",
        by(basics.test_a_parallel_gateway_goes_all_ways_and_waits_for_all, "fork"),
    ),
    row(
        "parallel gateway, join",
        by(basics.test_a_parallel_gateway_goes_all_ways_and_waits_for_all, "join"),
    ),
    row(
        "inclusive gateway, split",
        by(_SPLIT, "some", amount=3, taken=["a", "b"]),
        by(_SPLIT, "some@default", refused="no-condition no-default", amount=1, taken=["c"]),
    ),
    row(
        "inclusive gateway, join",
        by(_SPLIT, "all", amount=3, taken=["a", "b"]),
        by(gateways.test_an_inclusive_join_goes_on_when_a_token_takes_another_way, "all"),
        by(gateways.test_an_inclusive_join_in_a_loop_joins_in_every_round, "all"),
        by(gateways.test_an_inclusive_join_waits_for_a_token_inside_a_sub_process, "all"),
    ),
)

SCOPES = (
    row("sub-process", by(basics.test_a_sub_process_ends_when_all_within_has_ended, "scope")),
    row(
        "sub-process without start and end events",
        by(_IMPLIED, "scope"),
        by(_IMPLIED, "y"),
        camunda=NO,
        flowable=NO,
    ),
    row("call activity", by(_CALL, "call")),
    row(
        "ad-hoc sub-process",
        by(scopes.test_an_ad_hoc_sub_process_ends_when_all_its_steps_are_done, "hoc"),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
    row(
        "ad-hoc sub-process, completion condition",
        by(_AD_HOC, "hoc/completionCondition", begins_true=False),
        by(_AD_HOC, "hoc/completionCondition", begins_true=True),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
    row(
        "transaction",
        by(scopes.test_a_transaction_that_nobody_cancels_is_a_sub_process, "deal"),
    ),
)

TOPICS: Mapping[str, tuple[Element, ...]] = {
    "Tasks and their markers": TASKS,
    "Flows and gateways": FLOWS,
    "Sub-processes and calls": SCOPES,
}
