"""The closed vocabularies of the domain. Each member is the stored value with its Chinese label.

The words are those of the office and of the law; rows store the value, screens show the label.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A value with the Chinese word that people read: `Term("open", "待整改")`."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.label = label
        return term


class Level(Term):
    """The tier an organisation belongs to; it decides who approves and where appeals go."""

    NATIONAL = "national", "国家"
    CITY = "city", "市"
    DISTRICT = "district", "区"


class UnitKind(Term):
    """What an organisation is; stored as the engine's `organisation.kind`."""

    REGION = "region", "行政区域"
    COMMITTEE = "committee", "教育督导委员会"
    OFFICE = "office", "教育督导委员会办公室"
    PARTY_COMMITTEE = "party_committee", "党委"
    CITY_GOVERNMENT = "city_government", "市人民政府"
    DISTRICT_GOVERNMENT = "district_government", "区人民政府"
    DEPARTMENT = "department", "部门"
    EDUCATION_BUREAU = "education_bureau", "教育行政部门"
    DISCIPLINE_BODY = "discipline_body", "纪检监察机关"
    MASS_BODY = "mass_body", "群团组织"
    TOWN = "town", "乡镇人民政府、街道办事处"
    INDUSTRY_BODY = "industry_body", "职业院校行业主管部门"
    SCHOOL = "school", "公办学校"
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIVATE_SCHOOL = "private_school", "民办学校"
    TRAINING_INSTITUTION = "training_institution", "校外培训机构"


#: Units that education is given in; a case against them is 督学, against the others 督政 (条例2).
TEACHING_KINDS = frozenset(
    {
        UnitKind.SCHOOL,
        UnitKind.KINDERGARTEN,
        UnitKind.PRIVATE_SCHOOL,
        UnitKind.TRAINING_INSTITUTION,
    }
)

#: Units whose licence comes from an approval organ: branch P of the procedure applies (津13).
LICENSED_KINDS = frozenset({UnitKind.PRIVATE_SCHOOL, UnitKind.TRAINING_INSTITUTION})


class Ownership(Term):
    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"


class InspectorKind(Term):
    FULL_TIME = "full_time", "专职督学"
    PART_TIME = "part_time", "兼职督学"
    RESPONSIBLE = "responsible", "责任督学"


class TieGround(Term):
    """Why an inspector may not supervise a unit (条例10; the wider grounds are configuration)."""

    RELATIVE = "relative", "与被督导单位主要负责人有近亲属关系"
    EMPLOYED = "employed", "本人或近亲属在被督导单位任职、就读，或离职未满三年"
    OTHER = "other", "其他可能影响客观公正实施督导的情形"


class CaseType(Term):
    DUZHENG = "DUZHENG", "督政"
    DUXUE = "DUXUE", "督学"


class CaseForm(Term):
    """The three forms of supervision (条例13)."""

    ROUTINE = "routine", "经常性督导"
    SPECIAL = "special", "专项督导"
    COMPREHENSIVE = "comprehensive", "综合督导"


class StartKind(Term):
    """What a case starts from (procedure A2: five start events)."""

    PLAN = "plan", "年度计划"
    EMERGENCY = "emergency", "突发事件"
    ROUTINE_REPORT = "routine_report", "经常性督导报告"
    COMPLAINT = "complaint", "投诉举报"
    REFERRAL = "referral", "成员单位移送线索"


class CaseStage(Term):
    """The life of a case (procedure 9.4)."""

    DRAFT = "draft", "立项中"
    APPROVED = "approved", "已立项"
    NOTICED = "noticed", "已通知"
    SELF_EVALUATION = "self_eval", "自评中"
    ON_SITE = "on_site", "现场督导"
    DELIBERATION = "deliberation", "评议"
    FEEDBACK = "feedback", "反馈与申辩"
    OPINION_ISSUED = "opinion_issued", "意见书已印发"
    RECTIFYING = "rectifying", "整改中"
    VERIFYING = "verifying", "复查中"
    PRESSURE = "pressure", "督办中"
    CLOSED = "closed", "已结案"
    ARCHIVED = "archived", "已归档"
    REFUSED = "refused", "不予立项"


class VisitKind(Term):
    VISIT = "visit", "现场督导"
    RECHECK = "recheck", "复查（回头看）"


class OpinionMethod(Term):
    """How the public was asked (条例19)."""

    QUESTIONNAIRE = "questionnaire", "问卷"
    MEETING = "meeting", "座谈会"
    INTERVIEW = "interview", "个别访谈"
    OTHER = "other", "其他形式"


class DefenceOutcome(Term):
    """What became of an opportunity to defend (条例20；问责14): on record, never assumed."""

    GIVEN = "given", "已提出申辩"
    WAIVED = "waived", "书面放弃申辩"
    LAPSED = "lapsed", "逾期未申辩"


class ProblemClass(Term):
    """How long rectification may take; the days are parameters (procedure 7, mark C)."""

    A = "A", "立行立改"
    B = "B", "限期整改"
    C = "C", "阶段整改"
    D = "D", "长期整改"


class Severity(Term):
    ORDINARY = "ordinary", "一般"
    SERIOUS = "serious", "较重"
    GRAVE = "grave", "严重"


class ProblemState(Term):
    """The life of one ledger item (procedure 9.4)."""

    OPEN = "open", "待整改"
    IN_PROGRESS = "in_progress", "整改中"
    REPORTED = "reported", "已报告"
    VERIFIED_OK = "verified_ok", "复查完成"
    BASIC = "basic", "基本完成"
    FAILED = "failed", "未完成"
    REBOUND = "rebound", "反弹"
    CLOSED = "closed", "已销号"


class RecheckResult(Term):
    """What a recheck finds of one problem (procedure C5)."""

    DONE = "done", "完成"
    BASIC = "basic", "基本完成"
    FAILED = "failed", "未完成"
    REBOUND = "rebound", "反弹"


class MeasureKind(Term):
    """Pressure (procedure 8.4) and accountability measures are distinct kinds with own documents.

    The second of each pair (约谈, 通报) opens review and appeal; the first never does.
    """

    SUPERVISION_NOTICE = "supervision_notice", "督办单"
    RECTIFY_INTERVIEW = "rectify_interview", "约谈（督促整改）"
    RECTIFY_CIRCULAR = "rectify_circular", "督导通报（督促整改）"
    OPEN_CRITICISM = "open_criticism", "公开批评"
    RESOURCE_ADJUSTMENT = "resource_adjustment", "资源调整建议"
    LICENCE_PROPOSAL = "licence_proposal", "处理建议（吊销办学许可证等）"
    ACCOUNTABILITY_INTERVIEW = "accountability_interview", "约谈（问责）"
    ACCOUNTABILITY_CIRCULAR = "accountability_circular", "督导通报（问责）"
    WRITTEN_REVIEW = "written_review", "责令检查"
    PERSONAL_CRITICISM = "personal_criticism", "通报批评"
    ORGANISATIONAL_HANDLING = "organisational_handling", "组织处理"
    DISCIPLINE = "discipline", "处分"
    PENALTY = "penalty", "行政处罚"
    REFERRAL = "referral", "移送纪检监察或司法机关"


class MeasureState(Term):
    PROPOSED = "proposed", "拟采取"
    OMITTED = "omitted", "不采取"
    DRAFTED = "drafted", "已拟稿"
    APPROVED = "approved", "已批准"
    ISSUED = "issued", "已印发"
    DONE = "done", "已落实"
    CANCELLED = "cancelled", "已取消"


class AccountabilityState(Term):
    """The life of an accountability record (procedure 9.4)."""

    CLUE = "clue", "线索"
    INVESTIGATING = "investigating", "调查认定中"
    NOT_STARTED = "not_started", "不启动问责"
    NOTIFIED = "notified", "已告知"
    DEFENDED = "defended", "已申辩"
    CONSULTING = "consulting", "征求意见中"
    APPROVING = "approving", "审定中"
    REFUSED = "refused", "审定不予问责"
    ISSUED = "issued", "决定已印发"
    EXECUTING = "executing", "执行中"
    REMEDY_OPEN = "remedy_open", "救济期内"
    FINAL = "final", "已生效终结"
    ARCHIVED = "archived", "已归档"
    REVOKED = "revoked", "已撤销"


class ObjectKind(Term):
    UNIT = "unit", "单位"
    PERSON = "person", "责任人"


class ConsultationReply(Term):
    """What a member unit said. Silence is 未反馈, never agreement (procedure F6)."""

    AGREE = "agree", "同意"
    COMMENT = "comment", "有修改意见"
    OBJECT = "object", "不同意"
    NONE = "none", "未反馈"


class ExecutionState(Term):
    PENDING = "pending", "待执行"
    PROPOSED = "proposed", "已送有权机关"
    DONE = "done", "已执行"
    DECLINED = "declined", "有权机关不予处理"


class DocumentState(Term):
    DRAFTED = "drafted", "拟稿"
    APPROVED = "approved", "已审签"
    ISSUED = "issued", "已印发"
    DELIVERED = "delivered", "已送达"
    RECEIVED = "received", "已签收"
    WITHDRAWN = "withdrawn", "已撤销"


class DocumentKind(Term):
    """Every document of the chain (procedure 10.1) is a record with number, fields and receipts."""

    OPENING_FORM = "opening_form", "立项审批表"
    INSPECTION_NOTICE = "inspection_notice", "督导通知书"
    UNANNOUNCED_APPROVAL = "unannounced_approval", "不预先通知督导审批表"
    SELF_EVALUATION = "self_evaluation", "自评报告"
    VISIT_RECORD = "visit_record", "现场督导记录"
    URGENT_ORDER = "urgent_order", "紧急整改通知"
    PUBLIC_OPINION_SUMMARY = "public_opinion_summary", "公众意见汇总"
    PRELIMINARY_OPINION = "preliminary_opinion", "初步督导意见反馈函"
    DEFENCE = "defence", "申辩意见"
    OPINION_LETTER = "opinion_letter", "督导意见书"
    TRANSFER_LETTER = "transfer_letter", "移交函"
    SUPERVISION_REPORT = "supervision_report", "督导报告"
    RECTIFICATION_ORDER = "rectification_order", "整改决定"
    RECTIFICATION_PLAN = "rectification_plan", "整改方案"
    RECTIFICATION_REPORT = "rectification_report", "整改报告"
    VERIFICATION_OPINION = "verification_opinion", "核查意见"
    SUPERVISION_NOTICE = "supervision_notice", "督办单"
    URGING_REPORT = "urging_report", "督促报告"
    RECTIFY_INTERVIEW_NOTICE = "rectify_interview_notice", "约谈通知书（督促整改）"
    RECTIFY_INTERVIEW_RECORD = "rectify_interview_record", "约谈记录（督促整改）"
    RECTIFY_CIRCULAR = "rectify_circular", "督导通报（督促整改）"
    CRITICISM_NOTICE = "criticism_notice", "公开批评通告"
    RESOURCE_LETTER = "resource_letter", "资源调整建议函"
    HANDLING_PROPOSAL = "handling_proposal", "处理建议函"
    GROUP_NOTICE = "group_notice", "调查认定工作组通知"
    FACT_MATERIAL = "fact_material", "事实材料"
    START_DECISION = "start_decision", "启动（不启动）问责决定"
    ACCOUNTABILITY_NOTICE = "accountability_notice", "问责告知书"
    STATEMENT = "statement", "陈述申辩材料"
    ACCOUNTABILITY_OPINION = "accountability_opinion", "问责意见"
    ACCOUNTABILITY_DECISION = "accountability_decision", "问责决定书"
    ACCOUNTABILITY_INTERVIEW_NOTICE = "accountability_interview_notice", "约谈通知书（问责）"
    ACCOUNTABILITY_INTERVIEW_RECORD = "accountability_interview_record", "约谈记录（问责）"
    ACCOUNTABILITY_CIRCULAR = "accountability_circular", "督导通报（问责）"
    WRITTEN_REVIEW_ORDER = "written_review_order", "责令检查通知"
    PERSONAL_CRITICISM_NOTICE = "personal_criticism_notice", "通报批评"
    MEASURE_PROPOSAL = "measure_proposal", "组织处理、处分建议函"
    REFERRAL_LETTER = "referral_letter", "移送函"
    PUBLIC_NOTICE = "public_notice", "公开通告"
    REVIEW_APPLICATION = "review_application", "复核申请书"
    REVIEW_DECISION = "review_decision", "复核决定书"
    APPEAL_APPLICATION = "appeal_application", "申诉书"
    APPEAL_DECISION = "appeal_decision", "申诉处理决定书"
    CORRECTION = "correction", "更正（撤销）决定"
    RESULT_LETTER = "result_letter", "结果通报函"
    MONITORING_RECORD = "monitoring_record", "问责后整改监督记录"


class Disclosure(Term):
    """公开属性 of a document; a refusal to publish carries its reason."""

    ACTIVE = "active", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    NONE = "none", "不予公开"


class DeliveryMode(Term):
    DIRECT = "direct", "直接送达"
    PLATFORM = "platform", "平台送达"
    POST = "post", "邮寄送达"
    LEFT = "left", "留置送达"
    ANNOUNCED = "announced", "公告送达"


class ApprovalStep(Term):
    """What is approved. Who may, by level, is `rules.approver_groups`."""

    CASE_OPENING = "case_opening", "立项"
    UNANNOUNCED_VISIT = "unannounced_visit", "不预先通知督导"
    INSPECTION_NOTICE = "inspection_notice", "督导通知书"
    OPINION_LETTER = "opinion_letter", "督导意见书"
    SUPERVISION_REPORT = "supervision_report", "督导报告"
    RECTIFICATION_ORDER = "rectification_order", "整改决定"
    EXTENSION = "extension", "整改延期"
    SUPERVISION_NOTICE = "supervision_notice", "督办单"
    OMISSION = "omission", "不发督办单"
    INTERVIEW = "interview", "约谈"
    CIRCULAR = "circular", "督导通报"
    CRITICISM = "criticism", "公开批评"
    RESOURCE = "resource", "资源调整建议"
    HANDLING = "handling", "处理建议"
    LATE_GROUP = "late_group", "逾期成立工作组"
    OPINION_SIGNATURE = "opinion_signature", "问责意见提请审定"
    DECISION = "decision", "问责决定"
    REVIEW_DECISION = "review_decision", "复核决定"
    APPEAL_DECISION = "appeal_decision", "申诉处理决定"
    CORRECTION = "correction", "更正决定"


class ApprovalOutcome(Term):
    APPROVED = "approved", "同意"
    RETURNED = "returned", "退回"
    REFUSED = "refused", "不同意"


class FilingKind(Term):
    REPORT_TO_GOVERNMENT = "report_to_government", "督导报告报本级政府"
    REPORT_UPWARD = "report_upward", "督导报告报上级备案"
    INTERVIEW_RECORD = "interview_record", "约谈记录报送"
    CIRCULAR = "circular", "督导通报送达"
    DECISION_UPWARD = "decision_upward", "问责情况报上级备案"
    RESULT = "result", "结果送考核"


class PublishScope(Term):
    """How far an accountability result is made known (问责18)."""

    INTERNAL = "internal", "内部"
    SYSTEM = "system", "教育系统内"
    SOCIETY = "society", "向社会公开"


class RemedyKind(Term):
    REVIEW = "review", "复核"
    APPEAL = "appeal", "申诉"


class RemedyState(Term):
    RECEIVED = "received", "已收到"
    ACCEPTED = "accepted", "已受理"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    DECIDED = "decided", "已决定"
    CORRECTED = "corrected", "已纠正"


class RemedyResult(Term):
    UPHELD = "upheld", "维持"
    AMENDED = "amended", "变更"
    REVOKED = "revoked", "撤销"


class Audience(Term):
    """Who may read a row or an event (architecture: who sees what)."""

    INTERNAL = "internal", "内部"
    UNIT = "unit", "被督导单位"
    SUPERIOR = "superior", "上级主管部门"
    PUBLIC = "public", "公众"
