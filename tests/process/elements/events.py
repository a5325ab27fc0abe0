"""Events of every kind, where they stand, with the plays that show them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.process import test_conformance_basics as basics
from tests.process import test_conformance_events as events
from tests.process import test_conformance_scopes as scopes
from tests.process import test_conformance_undoing as undoing
from tests.process.elements.rows import NO, UNSAID, YES, Element, by, row

_WAITS = basics.test_a_token_waits_until_what_it_waits_for_has_come
_BORDER = basics.test_an_event_on_the_border_of_a_step
_INSTEAD = events.test_an_interrupting_event_sub_process_takes_the_place_of_its_scope
_BESIDE = events.test_a_non_interrupting_event_sub_process_runs_beside_its_scope
_CONDITION = events.test_a_conditional_event_waits_until_its_condition_begins_to_hold
_ESCALATION = events.test_an_escalation_is_caught_by_the_nearest_boundary_through_a_call
_TOLD = basics.test_an_escalation_leaves_alone_what_it_tells_of
_ENDS_LATE = events.test_an_escalation_end_event_may_interrupt_what_it_ends
_SHOUT = events.test_a_signal_reaches_all_who_wait_in_the_instance_that_throws_it
_SIGNAL_END = events.test_a_signal_end_event_is_heard_before_its_scope_ends
_MESSAGES = events.test_thrown_messages_are_sent_by_their_handler
_ERROR = events.test_an_error_starts_the_event_sub_process_of_the_nearest_scope
_ERROR_END = basics.test_an_error_end_is_caught_at_the_border_of_its_scope
_BEGINS = basics.test_a_case_begins_at_the_start_event_that_heard
_UNDONE = undoing.test_what_was_done_is_undone_in_the_opposite_order_before_the_flow_goes_on
_CANCELLED = undoing.test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event
_REGRETTED = undoing.test_an_event_sub_process_undoes_the_sub_process_around_it_when_that_has_ended
_THROWN = events.test_what_is_thrown_within_a_scope_takes_its_place
_LINE = basics.test_a_task_is_done_before_the_next_one_begins

#: What Flowable names as able to start an event sub-process; of others it says that they are not.
_FLOWABLE = {"message": YES, "signal": YES, "timer": YES, "condition": UNSAID}
_NAMES = {"message": "message", "signal": "signal", "timer": "timer", "condition": "conditional"}

START = (
    row("plain start", by(_LINE, "start")),
    row("message start", by(_BEGINS, "heard", kind="message")),
    row("signal start", by(_BEGINS, "heard", kind="signal")),
    row("timer start", by(_BEGINS, "heard", kind="timer")),
)

EVENT_SUB_PROCESSES = (
    *(
        row(
            f"event sub-process, {name}, interrupting",
            by(_INSTEAD, "on", kind=kind, nested=False),
            by(_INSTEAD, "heard@isInterrupting=false", kind=kind, nested=False),
            by(_INSTEAD, "on", kind=kind, nested=True),
            flowable=NO if kind == "condition" else YES,
        )
        for kind, name in _NAMES.items()
    ),
    *(
        row(
            f"event sub-process, {name}, not interrupting",
            by(_BESIDE, "on", kind=kind),
            by(_BESIDE, "heard@isInterrupting=true", kind=kind),
            flowable=NO if kind in {"condition", "escalation"} else YES,
        )
        for kind, name in {**_NAMES, "escalation": "escalation"}.items()
    ),
    row(
        "event sub-process, error",
        by(_ERROR, "on"),
        by(_THROWN, "on", kind="error", nested=False),
        by(_THROWN, "tell/errorEventDefinition", kind="error", nested=True),
    ),
    row(
        "event sub-process, escalation, interrupting",
        by(_THROWN, "on", kind="escalation", nested=False),
        by(_THROWN, "on", kind="escalation", nested=True),
        by(_THROWN, "heard@isInterrupting=false", kind="escalation", nested=True),
        flowable=NO,
    ),
    row("event sub-process, compensation", by(_REGRETTED, "regret", with_rung=False), flowable=NO),
    row(
        "event sub-process, compensation, of each item",
        by(undoing.test_each_item_is_undone_by_the_event_sub_process_within_it, "regret"),
        camunda=UNSAID,
        flowable=NO,
    ),
    row(
        "event sub-process, armed again and again",
        by(events.test_a_non_interrupting_event_sub_process_is_armed_again_and_again, "on"),
    ),
    row(
        "event sub-process of a called process",
        by(scopes.test_a_called_process_has_its_own_event_sub_processes, "on"),
    ),
    row(
        "event sub-process of each item",
        by(scopes.test_each_item_has_its_own_event_sub_processes, "on"),
        camunda=UNSAID,
        flowable=UNSAID,
    ),
)

BOUNDARY = (
    *(
        row(
            f"{name} at the border, {'interrupting' if interrupts else 'not interrupting'}",
            by(_BORDER, "heard", kind=kind, interrupts=interrupts),
            by(
                _BORDER,
                f"heard@cancelActivity={'false' if interrupts else 'true'}",
                kind=kind,
                interrupts=interrupts,
            ),
            flowable=_FLOWABLE[kind],
        )
        for kind, name in _NAMES.items()
        for interrupts in (True, False)
    ),
    row(
        "timer cycle at the border",
        by(basics.test_a_cycle_fires_again_and_again_beside_its_step, "urge"),
    ),
    row("error at the border", by(_ERROR_END, "refused")),
    row(
        "escalation at the border, interrupting",
        by(_ENDS_LATE, "told"),
        by(_ENDS_LATE, "told@cancelActivity=false"),
        flowable=UNSAID,
    ),
    row(
        "escalation at the border, not interrupting",
        by(_TOLD, "told"),
        by(_TOLD, "told@cancelActivity=true"),
        by(_ESCALATION, "told"),
        flowable=UNSAID,
    ),
    row("compensation at the border", by(_UNDONE, "hotel_c"), by(_UNDONE, "flight_c")),
    row(
        "compensation at the border of a sub-process",
        by(
            undoing.test_a_sub_process_with_a_step_that_undoes_it_is_undone_by_that_alone,
            "trip_c",
        ),
        flowable=NO,
    ),
    row("cancel at the border", by(_CANCELLED, "gone", refused="cancel-here")),
)

BETWEEN = (
    row("message, caught", by(_WAITS, "wait", kind="message")),
    row("signal, caught", by(_WAITS, "wait", kind="signal"), by(_SHOUT, "hear")),
    row("timer, caught", by(_WAITS, "wait", kind="timer")),
    row("conditional, caught", by(_CONDITION, "enough"), flowable=UNSAID),
    row(
        "event-based gateway",
        *(
            by(events.test_an_event_gateway_takes_the_first_of_its_events, "first", kind=kind)
            for kind in ("message", "signal", "timer", "condition")
        ),
    ),
    row(
        "link, thrown and caught",
        by(
            events.test_a_link_goes_on_at_its_partner,
            "from_a/linkEventDefinition",
            refused="dead-end",
        ),
        by(events.test_a_link_goes_on_at_its_partner, "to", refused="unsupported-event"),
        flowable=UNSAID,
    ),
    row("plain, passed", by(basics.test_a_plain_event_on_the_way_is_passed, "passed")),
    row("message, thrown", by(_MESSAGES, "tell/messageEventDefinition"), flowable=UNSAID),
    row("signal, thrown", by(_SHOUT, "shout/signalEventDefinition")),
    row(
        "escalation, thrown",
        by(_TOLD, "tell/escalationEventDefinition"),
        by(_ESCALATION, "tell/escalationEventDefinition"),
        flowable=UNSAID,
    ),
    row(
        "compensation, thrown",
        by(_UNDONE, "last/compensateEventDefinition"),
        by(
            undoing.test_what_was_done_in_a_sub_process_that_has_ended_is_undone_with_it,
            "hotel_c",
        ),
        by(undoing.test_a_loop_is_undone_round_by_round, "pay_c"),
    ),
    row(
        "compensation of one activity",
        by(
            undoing.test_a_compensation_of_one_activity_undoes_just_this,
            "last/compensateEventDefinition@activityRef",
        ),
    ),
    row("compensation activity", by(_UNDONE, "undo_hotel", refused="no-compensation")),
    row(
        "compensation thrown in an event sub-process",
        *(
            by(
                undoing.test_an_event_sub_process_undoes_what_its_scope_had_done,
                "tell/compensateEventDefinition",
                how=how,
            )
            for how in ("error", "message")
        ),
    ),
)

END = (
    row("plain end", by(_LINE, "end")),
    row(
        "terminate end",
        by(
            events.test_a_terminate_end_ends_what_event_sub_processes_do_beside,
            "end/terminateEventDefinition",
        ),
    ),
    row("error end", by(_ERROR_END, "refuse/errorEventDefinition")),
    row("message end", by(_MESSAGES, "told/messageEventDefinition"), flowable=UNSAID),
    row("signal end", by(_SIGNAL_END, "shout/signalEventDefinition"), flowable=UNSAID),
    row("escalation end", by(_ENDS_LATE, "tell/escalationEventDefinition"), flowable=UNSAID),
    row(
        "compensation end",
        by(
            undoing.test_what_was_done_in_a_sub_process_that_has_ended_is_undone_with_it,
            "over/compensateEventDefinition",
        ),
        flowable=UNSAID,
    ),
    row("cancel end", by(_CANCELLED, "e3/cancelEventDefinition")),
)

TOPICS: Mapping[str, tuple[Element, ...]] = {
    "Start events": START,
    "Event sub-processes": EVENT_SUB_PROCESSES,
    "Events at the border of an activity": BOUNDARY,
    "Events on the way": BETWEEN,
    "End events": END,
}
