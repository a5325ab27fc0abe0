"""Supervision.

Version 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "committee_member",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("matters", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["organisation.id"], name=op.f("fk_committee_member_committee_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_committee_member_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint(
            "committee_id",
            "organisation_id",
            name=op.f("uq_committee_member_committee_id_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_committee_member_organisation_id"),
        "committee_member",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "inspector",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("certificate_no", sa.String(length=40), nullable=False),
        sa.Column("term_number", sa.Integer(), nullable=False),
        sa.Column("term_from_on", sa.Date(), nullable=False),
        sa.Column("term_until_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_inspector_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_inspector_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector")),
        sa.UniqueConstraint(
            "user_id",
            "organisation_id",
            "term_from_on",
            name=op.f("uq_inspector_user_id_organisation_id_term_from_on"),
        ),
    )
    op.create_index(
        op.f("ix_inspector_organisation_id"), "inspector", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_inspector_user_id"), "inspector", ["user_id"], unique=False)
    op.create_table(
        "inspector_tie",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_inspector_tie_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_inspector_tie_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_tie")),
        sa.UniqueConstraint(
            "user_id",
            "organisation_id",
            "ground",
            name=op.f("uq_inspector_tie_user_id_organisation_id_ground"),
        ),
    )
    op.create_index(
        op.f("ix_inspector_tie_organisation_id"), "inspector_tie", ["organisation_id"], unique=False
    )
    op.create_table(
        "number_series",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_number_series_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint(
            "organisation_id",
            "series",
            "year",
            name=op.f("uq_number_series_organisation_id_series_year"),
        ),
    )
    op.create_table(
        "supervised_organisation",
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("ownership", sa.String(length=16), nullable=True),
        sa.Column("superior_id", sa.String(length=32), nullable=True),
        sa.Column("party_committee_id", sa.String(length=32), nullable=True),
        sa.Column("government_id", sa.String(length=32), nullable=True),
        sa.Column("office_id", sa.String(length=32), nullable=True),
        sa.Column("committee_id", sa.String(length=32), nullable=True),
        sa.Column("hosts_office_id", sa.String(length=32), nullable=True),
        sa.Column("number_mark", sa.String(length=20), nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["organisation.id"],
            name=op.f("fk_supervised_organisation_committee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["government_id"],
            ["organisation.id"],
            name=op.f("fk_supervised_organisation_government_id"),
        ),
        sa.ForeignKeyConstraint(
            ["hosts_office_id"],
            ["organisation.id"],
            name=op.f("fk_supervised_organisation_hosts_office_id"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_supervised_organisation_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_supervised_organisation_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_committee_id"],
            ["organisation.id"],
            name=op.f("fk_supervised_organisation_party_committee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["superior_id"],
            ["organisation.id"],
            name=op.f("fk_supervised_organisation_superior_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_supervised_organisation")),
    )
    op.create_index(
        op.f("ix_supervised_organisation_hosts_office_id"),
        "supervised_organisation",
        ["hosts_office_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supervised_organisation_office_id"),
        "supervised_organisation",
        ["office_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supervised_organisation_superior_id"),
        "supervised_organisation",
        ["superior_id"],
        unique=False,
    )
    op.create_table(
        "supervision_case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("start_kind", sa.String(length=24), nullable=False),
        sa.Column("start_note", sa.Text(), nullable=False),
        sa.Column("is_unannounced", sa.Boolean(), nullable=False),
        sa.Column("asks_self_evaluation", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("committee_id", sa.String(length=32), nullable=False),
        sa.Column("superior_id", sa.String(length=32), nullable=True),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("origin_case_id", sa.String(length=32), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.Column("visit_ended_on", sa.Date(), nullable=True),
        sa.Column("deliberated_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("archive_until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["organisation.id"], name=op.f("fk_supervision_case_committee_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_supervision_case_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_supervision_case_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["origin_case_id"],
            ["supervision_case.id"],
            name=op.f("fk_supervision_case_origin_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["superior_id"], ["organisation.id"], name=op.f("fk_supervision_case_superior_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_supervision_case_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_case")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_supervision_case_instance_id")),
        sa.UniqueConstraint("number", name=op.f("uq_supervision_case_number")),
    )
    op.create_index(
        "ix_supervision_case_office_id_stage",
        "supervision_case",
        ["office_id", "stage"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supervision_case_origin_case_id"),
        "supervision_case",
        ["origin_case_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supervision_case_superior_id"), "supervision_case", ["superior_id"], unique=False
    )
    op.create_index(
        "ix_supervision_case_unit_id_opened_on",
        "supervision_case",
        ["unit_id", "opened_on"],
        unique=False,
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("approver_id", sa.String(length=32), nullable=False),
        sa.Column("approver_name", sa.String(length=80), nullable=False),
        sa.Column("post_group", sa.String(length=64), nullable=False),
        sa.Column("post_organisation_id", sa.String(length=32), nullable=False),
        sa.Column("post_title", sa.String(length=80), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["user_account.id"], name=op.f("fk_approval_approver_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_approval_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["post_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_approval_post_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_approver_id"), "approval", ["approver_id"], unique=False)
    op.create_index("ix_approval_case_id", "approval", ["case_id"], unique=False)
    op.create_index(
        "ix_approval_subject_kind_subject_id_step",
        "approval",
        ["subject_kind", "subject_id", "step"],
        unique=False,
    )
    op.create_table(
        "clue",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("trigger_kind", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("activity_ended_on", sa.Date(), nullable=False),
        sa.Column("activity_reason", sa.Text(), nullable=False),
        sa.Column("problem_ids", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["supervision_case.id"], name=op.f("fk_clue_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue")),
    )
    op.create_index(op.f("ix_clue_case_id"), "clue", ["case_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("issuer_id", sa.String(length=32), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("form_key", sa.String(length=100), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("disclosure", sa.String(length=16), nullable=False),
        sa.Column("disclosure_reason", sa.String(length=300), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("approver", sa.String(length=16), nullable=False),
        sa.Column("addressee_id", sa.String(length=32), nullable=True),
        sa.Column("subject_kind", sa.String(length=24), nullable=True),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("drafted_by", sa.String(length=32), nullable=True),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "disclosure <> 'none' OR disclosure_reason <> ''",
            name=op.f("ck_document_secrecy_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["organisation.id"], name=op.f("fk_document_addressee_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_document_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_document_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["organisation.id"], name=op.f("fk_document_issuer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("issuer_id", "number", name=op.f("uq_document_issuer_id_number")),
    )
    op.create_index("ix_document_case_id_kind", "document", ["case_id", "kind"], unique=False)
    op.create_index(op.f("ix_document_instance_id"), "document", ["instance_id"], unique=False)
    op.create_index(op.f("ix_document_subject_id"), "document", ["subject_id"], unique=False)
    op.create_table(
        "group_member",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("inspector_id", sa.String(length=32), nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_group_member_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["inspector.id"], name=op.f("fk_group_member_inspector_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
        sa.UniqueConstraint(
            "case_id", "inspector_id", name=op.f("uq_group_member_case_id_inspector_id")
        ),
    )
    op.create_index(op.f("ix_group_member_case_id"), "group_member", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_group_member_inspector_id"), "group_member", ["inspector_id"], unique=False
    )
    op.create_table(
        "problem",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("is_safety", sa.Boolean(), nullable=False),
        sa.Column("limit_class", sa.String(length=1), nullable=True),
        sa.Column("limit_key", sa.String(length=64), nullable=False),
        sa.Column("limit_from", sa.Date(), nullable=True),
        sa.Column("limit_on", sa.Date(), nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("lead_unit", sa.String(length=100), nullable=False),
        sa.Column("responsible_person", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "limit_class IS NULL OR limit_class IN ('A','B','C','D')",
            name=op.f("ck_problem_limit_class"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_problem_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_problem_case_id_seq")),
    )
    op.create_index("ix_problem_case_id_state", "problem", ["case_id", "state"], unique=False)
    op.create_table(
        "public_opinion",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("managers_left", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_public_opinion_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_opinion")),
    )
    op.create_index(op.f("ix_public_opinion_case_id"), "public_opinion", ["case_id"], unique=False)
    op.create_table(
        "recusal_declaration",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_recusal_declaration_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recusal_declaration_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal_declaration")),
    )
    op.create_index(
        "ix_recusal_declaration_case_id_user_id",
        "recusal_declaration",
        ["case_id", "user_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_recusal_declaration_user_id"), "recusal_declaration", ["user_id"], unique=False
    )
    op.create_table(
        "urging_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reported_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_urging_report_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_urging_report_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urging_report")),
    )
    op.create_index(op.f("ix_urging_report_case_id"), "urging_report", ["case_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("inspectors", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_visit_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_case_id_kind", "visit", ["case_id", "kind"], unique=False)
    op.create_table(
        "accountability",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("object_kind", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("person_name", sa.String(length=80), nullable=False),
        sa.Column("person_post", sa.String(length=80), nullable=False),
        sa.Column("clue_id", sa.String(length=32), nullable=False),
        sa.Column("activity_ended_on", sa.Date(), nullable=False),
        sa.Column("activity_reason", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("group_due_on", sa.Date(), nullable=True),
        sa.Column("group_formed_on", sa.Date(), nullable=True),
        sa.Column("group_members", sa.Text(), nullable=False),
        sa.Column("group_late_reason", sa.Text(), nullable=False),
        sa.Column("group_late_by", sa.String(length=32), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("triggers", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("suggestion", sa.String(length=16), nullable=False),
        sa.Column("facts_extension_reason", sa.Text(), nullable=False),
        sa.Column("is_facts_extended", sa.Boolean(), nullable=False),
        sa.Column("conduct", sa.Text(), nullable=False),
        sa.Column("aggravations", sa.Text(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("is_started", sa.Boolean(), nullable=True),
        sa.Column("start_reason", sa.Text(), nullable=False),
        sa.Column("started_by", sa.String(length=32), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("notice_id", sa.String(length=32), nullable=True),
        sa.Column("opinion_id", sa.String(length=32), nullable=True),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("is_executed", sa.Boolean(), nullable=False),
        sa.Column("amendment", sa.Text(), nullable=False),
        sa.Column("remedies_end_on", sa.Date(), nullable=True),
        sa.Column("final_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_accountability_case_id")
        ),
        sa.ForeignKeyConstraint(["clue_id"], ["clue.id"], name=op.f("fk_accountability_clue_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["document.id"], name=op.f("fk_accountability_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["document.id"], name=op.f("fk_accountability_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["document.id"], name=op.f("fk_accountability_opinion_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_accountability_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_accountability_visit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accountability")),
        sa.UniqueConstraint("clue_id", name=op.f("uq_accountability_clue_id")),
    )
    op.create_index(
        "ix_accountability_case_id_state", "accountability", ["case_id", "state"], unique=False
    )
    op.create_index(
        "ix_accountability_organisation_id_issued_on",
        "accountability",
        ["organisation_id", "issued_on"],
        unique=False,
    )
    op.create_table(
        "defence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'given' OR content <> ''", name=op.f("ck_defence_given_defence_has_content")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_defence_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_defence_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defence")),
        sa.UniqueConstraint("document_id", name=op.f("uq_defence_document_id")),
    )
    op.create_index(op.f("ix_defence_case_id"), "defence", ["case_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=True),
        sa.Column("recipient_name", sa.String(length=200), nullable=False),
        sa.Column("is_copy", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_delivery_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["organisation.id"], name=op.f("fk_delivery_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "document_id", "recipient_name", name=op.f("uq_delivery_document_id_recipient_name")
        ),
    )
    op.create_index(op.f("ix_delivery_document_id"), "delivery", ["document_id"], unique=False)
    op.create_index(op.f("ix_delivery_recipient_id"), "delivery", ["recipient_id"], unique=False)
    op.create_table(
        "extension",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("problem_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_until_on", sa.Date(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("applied_by", sa.String(length=32), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("granted_until_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_extension_problem_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index("ix_extension_problem_id", "extension", ["problem_id"], unique=False)
    op.create_table(
        "filing",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("recipient_id", sa.String(length=32), nullable=True),
        sa.Column("recipient_name", sa.String(length=200), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.String(length=32), nullable=True),
        sa.Column("receipt_no", sa.String(length=80), nullable=False),
        sa.Column("receipt_on", sa.Date(), nullable=True),
        sa.Column("receipt_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_filing_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_filing_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["organisation.id"], name=op.f("fk_filing_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index("ix_filing_case_id_kind", "filing", ["case_id", "kind"], unique=False)
    op.create_index(op.f("ix_filing_document_id"), "filing", ["document_id"], unique=False)
    op.create_table(
        "lapse",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=True),
        sa.Column("problem_id", sa.String(length=32), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_lapse_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_lapse_organisation_id")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_lapse_problem_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapse")),
    )
    op.create_index("ix_lapse_case_id_kind", "lapse", ["case_id", "kind"], unique=False)
    op.create_table(
        "problem_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("problem_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("remaining", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reported_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_report_problem_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_report")),
    )
    op.create_index(
        op.f("ix_problem_report_problem_id"), "problem_report", ["problem_id"], unique=False
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("names_reason", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(length=32), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_publication_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_publication_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_case_id"), "publication", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_publication_document_id"), "publication", ["document_id"], unique=False
    )
    op.create_index(
        "ix_publication_scope_published_on", "publication", ["scope", "published_on"], unique=False
    )
    op.create_table(
        "recheck",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("problem_id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("verifiers", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_recheck_problem_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_recheck_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        sa.UniqueConstraint("problem_id", "round", name=op.f("uq_recheck_problem_id_round")),
    )
    op.create_index(op.f("ix_recheck_problem_id"), "recheck", ["problem_id"], unique=False)
    op.create_index(op.f("ix_recheck_visit_id"), "recheck", ["visit_id"], unique=False)
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("organ", sa.String(length=100), nullable=False),
        sa.Column("law", sa.String(length=300), nullable=False),
        sa.Column("clue", sa.Text(), nullable=False),
        sa.Column("problem_id", sa.String(length=32), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.String(length=80), nullable=False),
        sa.Column("receipt_no", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_transfer_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_transfer_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_transfer_problem_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(op.f("ix_transfer_case_id"), "transfer", ["case_id"], unique=False)
    op.create_table(
        "consultation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("accountability_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("reply", sa.String(length=16), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("replied_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["accountability_id"],
            ["accountability.id"],
            name=op.f("fk_consultation_accountability_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consultation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint(
            "accountability_id",
            "organisation_id",
            name=op.f("uq_consultation_accountability_id_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_consultation_accountability_id"),
        "consultation",
        ["accountability_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_consultation_organisation_id"), "consultation", ["organisation_id"], unique=False
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("accountability_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("person_name", sa.String(length=80), nullable=False),
        sa.Column("person_post", sa.String(length=80), nullable=False),
        sa.Column("problem_ids", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("omit_reason", sa.Text(), nullable=False),
        sa.Column("omitted_by", sa.String(length=32), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("organ", sa.String(length=100), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_kind", sa.String(length=80), nullable=False),
        sa.Column("result_document", sa.String(length=100), nullable=False),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state <> 'omitted' OR omit_reason <> ''", name=op.f("ck_measure_omission_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["accountability_id"], ["accountability.id"], name=op.f("fk_measure_accountability_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_measure_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_measure_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["organisation.id"], name=op.f("fk_measure_subject_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(
        op.f("ix_measure_accountability_id"), "measure", ["accountability_id"], unique=False
    )
    op.create_index("ix_measure_case_id_kind", "measure", ["case_id", "kind"], unique=False)
    op.create_table(
        "remedy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("accountability_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("authority_id", sa.String(length=32), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("applied_by", sa.String(length=32), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("apply_until_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("refusal_reason", sa.Text(), nullable=False),
        sa.Column("refused_by", sa.String(length=32), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_received_on", sa.Date(), nullable=True),
        sa.Column("correction_id", sa.String(length=32), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["accountability_id"], ["accountability.id"], name=op.f("fk_remedy_accountability_id")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_remedy_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["document.id"], name=op.f("fk_remedy_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["document.id"], name=op.f("fk_remedy_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_remedy_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    op.create_index(
        "ix_remedy_accountability_id_kind", "remedy", ["accountability_id", "kind"], unique=False
    )
    op.create_index(op.f("ix_remedy_instance_id"), "remedy", ["instance_id"], unique=False)
    op.create_table(
        "interview",
        sa.Column("measure_id", sa.String(length=32), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("interviewee", sa.String(length=80), nullable=False),
        sa.Column("interviewee_post", sa.String(length=80), nullable=False),
        sa.Column("leads_government", sa.Boolean(), nullable=False),
        sa.Column("interviewers", sa.Text(), nullable=False),
        sa.Column("was_attended", sa.Boolean(), nullable=True),
        sa.Column("absence_reason", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("record_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_interview_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["document.id"], name=op.f("fk_interview_record_id")
        ),
        sa.PrimaryKeyConstraint("measure_id", name=op.f("pk_interview")),
    )


def downgrade() -> None:
    op.drop_table("interview")
    op.drop_index(op.f("ix_remedy_instance_id"), table_name="remedy")
    op.drop_index("ix_remedy_accountability_id_kind", table_name="remedy")
    op.drop_table("remedy")
    op.drop_index("ix_measure_case_id_kind", table_name="measure")
    op.drop_index(op.f("ix_measure_accountability_id"), table_name="measure")
    op.drop_table("measure")
    op.drop_index(op.f("ix_consultation_organisation_id"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_accountability_id"), table_name="consultation")
    op.drop_table("consultation")
    op.drop_index(op.f("ix_transfer_case_id"), table_name="transfer")
    op.drop_table("transfer")
    op.drop_index(op.f("ix_recheck_visit_id"), table_name="recheck")
    op.drop_index(op.f("ix_recheck_problem_id"), table_name="recheck")
    op.drop_table("recheck")
    op.drop_index("ix_publication_scope_published_on", table_name="publication")
    op.drop_index(op.f("ix_publication_document_id"), table_name="publication")
    op.drop_index(op.f("ix_publication_case_id"), table_name="publication")
    op.drop_table("publication")
    op.drop_index(op.f("ix_problem_report_problem_id"), table_name="problem_report")
    op.drop_table("problem_report")
    op.drop_index("ix_lapse_case_id_kind", table_name="lapse")
    op.drop_table("lapse")
    op.drop_index(op.f("ix_filing_document_id"), table_name="filing")
    op.drop_index("ix_filing_case_id_kind", table_name="filing")
    op.drop_table("filing")
    op.drop_index("ix_extension_problem_id", table_name="extension")
    op.drop_table("extension")
    op.drop_index(op.f("ix_delivery_recipient_id"), table_name="delivery")
    op.drop_index(op.f("ix_delivery_document_id"), table_name="delivery")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_defence_case_id"), table_name="defence")
    op.drop_table("defence")
    op.drop_index("ix_accountability_organisation_id_issued_on", table_name="accountability")
    op.drop_index("ix_accountability_case_id_state", table_name="accountability")
    op.drop_table("accountability")
    op.drop_index("ix_visit_case_id_kind", table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_urging_report_case_id"), table_name="urging_report")
    op.drop_table("urging_report")
    op.drop_index(op.f("ix_recusal_declaration_user_id"), table_name="recusal_declaration")
    op.drop_index("ix_recusal_declaration_case_id_user_id", table_name="recusal_declaration")
    op.drop_table("recusal_declaration")
    op.drop_index(op.f("ix_public_opinion_case_id"), table_name="public_opinion")
    op.drop_table("public_opinion")
    op.drop_index("ix_problem_case_id_state", table_name="problem")
    op.drop_table("problem")
    op.drop_index(op.f("ix_group_member_inspector_id"), table_name="group_member")
    op.drop_index(op.f("ix_group_member_case_id"), table_name="group_member")
    op.drop_table("group_member")
    op.drop_index(op.f("ix_document_subject_id"), table_name="document")
    op.drop_index(op.f("ix_document_instance_id"), table_name="document")
    op.drop_index("ix_document_case_id_kind", table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_clue_case_id"), table_name="clue")
    op.drop_table("clue")
    op.drop_index("ix_approval_subject_kind_subject_id_step", table_name="approval")
    op.drop_index("ix_approval_case_id", table_name="approval")
    op.drop_index(op.f("ix_approval_approver_id"), table_name="approval")
    op.drop_table("approval")
    op.drop_index("ix_supervision_case_unit_id_opened_on", table_name="supervision_case")
    op.drop_index(op.f("ix_supervision_case_superior_id"), table_name="supervision_case")
    op.drop_index(op.f("ix_supervision_case_origin_case_id"), table_name="supervision_case")
    op.drop_index("ix_supervision_case_office_id_stage", table_name="supervision_case")
    op.drop_table("supervision_case")
    op.drop_index(
        op.f("ix_supervised_organisation_superior_id"), table_name="supervised_organisation"
    )
    op.drop_index(
        op.f("ix_supervised_organisation_office_id"), table_name="supervised_organisation"
    )
    op.drop_index(
        op.f("ix_supervised_organisation_hosts_office_id"), table_name="supervised_organisation"
    )
    op.drop_table("supervised_organisation")
    op.drop_table("number_series")
    op.drop_index(op.f("ix_inspector_tie_organisation_id"), table_name="inspector_tie")
    op.drop_table("inspector_tie")
    op.drop_index(op.f("ix_inspector_user_id"), table_name="inspector")
    op.drop_index(op.f("ix_inspector_organisation_id"), table_name="inspector")
    op.drop_table("inspector")
    op.drop_index(op.f("ix_committee_member_organisation_id"), table_name="committee_member")
    op.drop_table("committee_member")
