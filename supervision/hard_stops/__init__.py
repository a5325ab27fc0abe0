"""The hard-stops of the law (procedure 15): what no model, form or person can skip.

Each is one named check that reads rows and raises a Conflict with its own code and article. The
verbs of the domain call them; a model only decides when it asks. A clock in the list stops nothing
by being late: what stops is the missing act.
"""

from supervision.hard_stops.closing import (
    require_decisions_filed,
    require_decisions_known,
    require_every_problem_closed,
    require_failures_answered,
    require_interview_filed,
    require_interviews_filed,
    require_measures_settled,
    require_notice_or_reason,
    require_remedies_over,
    require_report_known,
    require_second_person,
    require_verified,
)
from supervision.hard_stops.decision import (
    latest_approval,
    require_chair_approval,
    require_consulted,
    require_decision_contents,
    require_defence_before_decision,
    require_group,
    require_group_in_time,
    require_not_signed_as_head,
    require_ours_to_issue,
    require_publication_wide_enough,
    require_started,
)
from supervision.hard_stops.issuing import before_issue, require_approved
from supervision.hard_stops.opinion import (
    require_defence_before_opinion,
    require_limits,
    require_public_heard,
    require_visit,
)
from supervision.hard_stops.preparation import (
    group_of,
    is_serving,
    registered_tie,
    require_cleared_group,
    require_no_conflict,
    require_notice_before_visit,
    require_three_inspectors,
)
from supervision.hard_stops.refusal import refuse

__all__ = [
    "before_issue",
    "group_of",
    "is_serving",
    "latest_approval",
    "refuse",
    "registered_tie",
    "require_approved",
    "require_chair_approval",
    "require_cleared_group",
    "require_consulted",
    "require_decision_contents",
    "require_decisions_filed",
    "require_decisions_known",
    "require_defence_before_decision",
    "require_defence_before_opinion",
    "require_every_problem_closed",
    "require_failures_answered",
    "require_group",
    "require_group_in_time",
    "require_interview_filed",
    "require_interviews_filed",
    "require_limits",
    "require_measures_settled",
    "require_no_conflict",
    "require_not_signed_as_head",
    "require_notice_before_visit",
    "require_notice_or_reason",
    "require_ours_to_issue",
    "require_public_heard",
    "require_publication_wide_enough",
    "require_remedies_over",
    "require_report_known",
    "require_second_person",
    "require_started",
    "require_three_inspectors",
    "require_verified",
    "require_visit",
]
