"""What is shown of cases, their ledger and papers. A slug stands beside the word that people read."""

from __future__ import annotations

from marshmallow import fields

from api.fields import Answer, Identifier, Instant, Name, Sentence
from api.routes.files import FileSchema
from api.routes.paper_acts import OnPaperSchema
from api.routes.people import OrganisationSchema, PersonSchema
from api.routes.tasks import FormSchema


class CaseSummarySchema(Answer):
    id = Identifier()
    number = fields.String()
    title = fields.String()
    type = fields.String()
    type_name = Sentence()
    form = fields.String()
    form_name = Name()
    state = fields.String(metadata={"enum": ["active", "suspended", "completed", "cancelled"]})
    stage = fields.String(metadata={"description": "单位和其他外部人员看到的只到已送达的文书为止"})
    stage_name = Sentence()
    unit = fields.Nested(OrganisationSchema)
    office = fields.Nested(OrganisationSchema)
    superior = fields.Nested(OrganisationSchema, allow_none=True)
    instance_id = Identifier()
    opened_on = fields.Date()
    closed_on = fields.Date(allow_none=True)


class CaseProblemSchema(Answer):
    id = Identifier()
    number = fields.Integer()
    title = fields.String()
    facts = fields.String()
    basis = fields.String()
    requirement = fields.String()
    severity = fields.String()
    severity_name = Sentence()
    state = fields.String()
    state_name = Sentence()
    limit_class = fields.String(
        allow_none=True, data_key="class", attribute="class", metadata={"description": "A 至 D 类"}
    )
    class_name = Sentence(allow_none=True)
    limit_on = fields.Date(allow_none=True)
    is_overdue = fields.Boolean()
    failures = fields.Integer(metadata={"description": "复查未通过的次数"})
    lead_unit = fields.String()
    responsible_person = fields.String()
    closed_on = fields.Date(allow_none=True)


class DeliverySchema(Answer):
    recipient_name = fields.String()
    is_copy = fields.Boolean()
    mode = fields.String()
    mode_name = Sentence()
    delivered_on = fields.Date()
    received_on = fields.Date(allow_none=True)
    received_by = fields.String()
    on_paper = fields.Nested(OnPaperSchema, allow_none=True)


class CaseDocumentSchema(Answer):
    id = Identifier()
    kind = fields.String()
    kind_name = Sentence()
    number = fields.String(allow_none=True)
    title = Sentence()
    state = fields.String()
    state_name = Sentence()
    audience = fields.String()
    issued_on = fields.Date(allow_none=True)
    delivered_on = fields.Date(allow_none=True)
    received_on = fields.Date(allow_none=True)


class DocumentFieldSchema(Answer):
    key = fields.String()
    label = Name()
    value = fields.Raw(allow_none=True)


class ApprovalSchema(Answer):
    id = Identifier()
    subject_kind = fields.String()
    subject_id = Identifier()
    step = fields.String()
    step_name = Name()
    outcome = fields.String()
    outcome_name = Sentence()
    opinion = fields.String()
    approver = fields.Nested(PersonSchema)
    post_title = fields.String()
    at = Instant()
    on_paper = fields.Nested(OnPaperSchema, allow_none=True)


class CaseDocumentWholeSchema(CaseDocumentSchema):
    """One paper with what it says."""

    case_id = Identifier()
    basis = fields.String()
    disclosure = fields.String()
    disclosure_name = Sentence()
    disclosure_reason = fields.String()
    issuer = fields.Nested(OrganisationSchema)
    form = fields.Nested(FormSchema, allow_none=True)
    names = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "内容中的编号所指的人、单位和问题"},
    )
    fields_ = fields.List(fields.Nested(DocumentFieldSchema), data_key="fields", attribute="fields")
    on_paper = fields.Nested(OnPaperSchema, allow_none=True)
    deliveries = fields.List(fields.Nested(DeliverySchema))
    approvals = fields.List(fields.Nested(ApprovalSchema))
    attachments = fields.List(fields.Nested(FileSchema))
    allowed_acts = fields.List(fields.String(metadata={"enum": ["disclose"]}))


class MeasureSchema(Answer):
    id = Identifier()
    kind = fields.String()
    kind_name = Sentence()
    phase = fields.String()
    phase_name = Sentence()
    state = fields.String()
    state_name = Sentence()
    target = fields.String()
    detail = Sentence()
    organ = fields.String(metadata={"description": "由哪个机关答复"})
    result = fields.String()
    document_id = Identifier(allow_none=True)
    decided_on = fields.Date(allow_none=True)


class FilingSchema(Answer):
    id = Identifier()
    kind = fields.String()
    kind_name = Sentence()
    document_id = Identifier()
    recipient_name = fields.String()
    filed_on = fields.Date()
    receipt_no = fields.String()
    receipt_on = fields.Date(allow_none=True)


class PublicationSchema(Answer):
    id = Identifier()
    document_id = Identifier(allow_none=True, metadata={"description": "不可查看时为 null"})
    scope = fields.String()
    scope_name = Sentence()
    title = fields.String()
    channel = fields.String()
    address = fields.String()
    published_on = fields.Date(allow_none=True)
    withdrawn_on = fields.Date(allow_none=True)
    withdrawn_reason = fields.String()


class AccountabilitySchema(Answer):
    id = Identifier()
    state = fields.String()
    state_name = Sentence()
    object_kind = fields.String()
    target = fields.String()
    severity = fields.String(allow_none=True)
    severity_name = Sentence(allow_none=True)
    members = fields.List(fields.String(), metadata={"description": "调查认定工作组"})
    notice_id = Identifier(allow_none=True)
    decision_id = Identifier(allow_none=True)
    issued_on = fields.Date(allow_none=True)
    effective_on = fields.Date(allow_none=True)
    remedies_end_on = fields.Date(allow_none=True)
    final_on = fields.Date(allow_none=True)
    amendment = fields.String()


class AppealSchema(Answer):
    id = Identifier()
    accountability_id = Identifier()
    kind = fields.String()
    kind_name = Sentence()
    state = fields.String()
    state_name = Sentence()
    result = fields.String(allow_none=True)
    result_name = Sentence(allow_none=True)
    instance_id = Identifier(allow_none=True)
    received_on = fields.Date()
    is_late = fields.Boolean()
    decided_on = fields.Date(allow_none=True)


class LinkedCaseSchema(Answer):
    link = fields.String(
        metadata={
            "enum": ["origin", "following", "same_unit"],
            "description": "由它引出本案、由本案引出、涉及同一单位",
        }
    )
    case = fields.Nested(CaseSummarySchema)


class CaseSchema(CaseSummarySchema):
    matter = fields.String(metadata={"description": "从外部看为空"})
    problems = fields.List(fields.Nested(CaseProblemSchema))
    documents = fields.List(fields.Nested(CaseDocumentSchema))
    measures = fields.List(fields.Nested(MeasureSchema))
    approvals = fields.List(fields.Nested(ApprovalSchema))
    filings = fields.List(fields.Nested(FilingSchema))
    publications = fields.List(fields.Nested(PublicationSchema))
    accountability = fields.List(fields.Nested(AccountabilitySchema))
    appeals = fields.List(fields.Nested(AppealSchema))
    linked = fields.List(fields.Nested(LinkedCaseSchema))
    allowed_acts = fields.List(fields.String(metadata={"enum": ["cancel", "suspend", "resume"]}))


class UnitSchema(Answer):
    id = Identifier()
    name = fields.String()
    code = fields.String()
    kind = fields.String()
    kind_name = Sentence()
    level = fields.String()
    superior = fields.Nested(OrganisationSchema, allow_none=True)
