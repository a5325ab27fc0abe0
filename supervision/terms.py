"""The closed vocabularies of the domain. Each member is the stored value with its Chinese label.

The words are those of the office and of the law; rows store the value, screens show the label.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A value with the Chinese word that people read: `Term("open", "待整改")`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
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
    ORGAN = "organ", "函告对象（未登记的机关）"


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
    JOINT_DUTY = "joint_duty", "连带责任"


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
    REJECTED = "rejected", "不予立项"


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
    MINOR = "minor", "一般"
    SERIOUS = "serious", "较重"
    GRAVE = "grave", "严重"


class ProblemState(Term):
    """The life of one ledger item (procedure 9.4)."""

    OPEN = "open", "待整改"
    IN_PROGRESS = "in_progress", "整改中"
    REPORTED = "reported", "已报告"
    NOT_REPORTED = "not_reported", "未报告"
    VERIFIED_OK = "verified_ok", "复查完成"
    BASIC = "basic", "基本完成"
    FAILED = "failed", "未完成"
    REBOUND = "rebound", "反弹"
    CLOSED = "closed", "已销号"
    TRANSFERRED = "transferred", "已移交"


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
    LICENCE_PROPOSAL = "licence_proposal", "办学许可处理建议"
    ACCOUNTABILITY_INTERVIEW = "accountability_interview", "约谈（问责）"
    ACCOUNTABILITY_CIRCULAR = "accountability_circular", "督导通报（问责）"
    WRITTEN_REVIEW = "written_review", "责令检查"
    PERSONAL_CRITICISM = "personal_criticism", "通报批评"
    ORGANISATIONAL_HANDLING = "organisational_handling", "组织处理建议"
    DISCIPLINE = "discipline", "处分建议"
    PENALTY = "penalty", "行政处罚建议"
    REFERRAL = "referral", "移送纪检监察或司法机关"


class Phase(Term):
    """In which of the two meanings a measure is taken (procedure 15: 约谈 and 通报 have two)."""

    RECTIFY = "rectify", "督促整改"
    ACCOUNTABILITY = "accountability", "问责"


class MeasureState(Term):
    PROPOSED = "proposed", "拟采取"
    OMITTED = "omitted", "不采取"
    ISSUED = "issued", "已印发"
    ANSWERED = "answered", "已答复"
    UNANSWERED = "unanswered", "未答复"
    DONE = "done", "已落实"
    WITHDRAWN = "withdrawn", "已撤销"


class LapseKind(Term):
    """What somebody owed and did not do; an input to pressure, joint duty or aggravation."""

    NO_SELF_EVALUATION = "no_self_evaluation", "未提交自评报告"
    FALSE_SELF_EVALUATION = "false_self_evaluation", "自评弄虚作假"
    NO_PLAN = "no_plan", "逾期未提交整改方案"
    NO_PROBLEM_REPORT = "no_problem_report", "逾期未报告整改结果"
    NO_REPORT = "no_report", "逾期未提交整改报告"
    NO_PUBLICATION = "no_publication", "逾期未公布整改结果"
    NO_URGING = "no_urging", "上级主管部门未督促"
    NO_SHOW = "no_show", "无正当理由不参加约谈"
    NO_REPLY = "no_reply", "逾期未答复建议"
    NO_SELF_REVIEW = "no_self_review", "拒不检查"
    REBOUND = "rebound", "整改反弹"
    UNCORRECTED = "uncorrected", "被问责后仍未整改到位"


class ClueSource(Term):
    """Where a clue for accountability came from."""

    TRIAGE = "triage", "线索分流"
    PRESSURE = "pressure", "督办施压"


class Trigger(Term):
    """The eight triggers of accountability (津13)."""

    WEAK_EXECUTION = "weak_execution", "贯彻落实党中央教育决策部署不力"
    DUTIES_UNFULFILLED = "duties_unfulfilled", "履行教育职责不到位"
    POOR_RECTIFICATION = "poor_rectification", "整改不力"
    NOT_COOPERATING = "not_cooperating", "不配合教育督导"
    RETALIATION = "retaliation", "打击报复"
    MASS_INCIDENTS = "mass_incidents", "群体性事件多发且处置不力"
    PUBLIC_COMPLAINT = "public_complaint", "社会反映强烈"
    MAJOR_ACCIDENT = "major_accident", "严重失职造成重大安全事故或者恶性案件"


class ProblemType(Term):
    """What a problem is about; the decision table names the member unit that it belongs to."""

    FUNDS = "funds", "经费"
    STAFFING = "staffing", "编制、人员、待遇"
    LAND = "land", "用地、规划"
    BUILDING = "building", "校舍建设"
    FOOD = "food", "食品安全"
    HEALTH = "health", "卫生健康"
    CAMPUS_ORDER = "campus_order", "校园秩序、欺凌、侵害"
    FIRE_SAFETY = "fire_safety", "消防、安全生产"
    DISABLED_PUPILS = "disabled_pupils", "残疾学生"
    PRIVATE_REGISTRATION = "private_registration", "民办机构登记"
    CADRE = "cadre", "干部管理"
    OTHER = "other", "其他"


class Approver(Term):
    """Whose approval a draft goes to; `approved`: the decision behind it was approved already."""

    OFFICE_HEAD = "office_head", "办公室主任"
    LEAD = "lead", "办公室主任或者总督学"
    CHAIR = "chair", "委员会主任或者副主任"
    APPROVED = "approved", "已审定"


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
    SELF_EVALUATION_REVIEW = "self_evaluation_review", "自评审核意见"
    VISIT_RECORD = "visit_record", "现场督导记录"
    URGENT_ORDER = "urgent_order", "紧急整改通知"
    PUBLIC_OPINION_SUMMARY = "public_opinion_summary", "公众意见汇总"
    DELIBERATION_RECORD = "deliberation_record", "评议记录"
    PRELIMINARY_OPINION = "preliminary_opinion", "初步督导意见反馈函"
    DEFENCE = "defence", "申辩意见"
    OPINION_LETTER = "opinion_letter", "督导意见书"
    OPINION_REVIEW_APPLICATION = "opinion_review_application", "意见书复核申请"
    OPINION_REVIEW_REPLY = "opinion_review_reply", "意见书复核答复"
    TRANSFER_LETTER = "transfer_letter", "移交函"
    SUPERVISION_REPORT = "supervision_report", "督导报告"
    RECTIFICATION_ORDER = "rectification_order", "整改决定"
    RECTIFICATION_PLAN = "rectification_plan", "整改方案"
    PLAN_ENDORSEMENT = "plan_endorsement", "整改方案把关意见"
    PLAN_REVIEW = "plan_review", "整改方案审核意见"
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
    WRITTEN_REVIEW = "written_review", "书面检查"
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
    ARCHIVE_RECORD = "archive_record", "归档记录"
    JOINT_DUTY_ASSESSMENT = "joint_duty_assessment", "连带责任认定"


class OrganKind(Term):
    """What an organ is that a letter goes to; the relation in which it stands to the case."""

    ORG_DEPT = "org_dept", "组织人事部门"
    DISCIPLINE_SUPERVISION = "discipline_supervision", "纪检监察机关"
    JUDICIARY = "judiciary", "司法机关"
    ENFORCEMENT = "enforcement", "执法部门（其他行政机关）"


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
    UNANNOUNCED_VISIT = "unannounced_visit", "不发通知督导"
    RECUSAL = "recusal", "回避决定"
    DOCUMENT = "document", "文书审签"
    EXTENSION = "extension", "延期"
    OMISSION = "omission", "不发督办单"
    MEASURES = "measures", "选定措施"
    LATE_GROUP = "late_group", "逾期成立工作组的理由"
    START = "start", "是否启动问责"
    DECISION = "decision", "审定问责意见"
    PUBLICATION = "publication", "公开复核"


class ApprovalOutcome(Term):
    APPROVED = "approved", "同意"
    RETURNED = "returned", "退回"
    REFUSED = "refused", "不同意"


class FilingKind(Term):
    REPORT_UPWARD = "inspection_report", "督导报告备案"
    DECISION_UPWARD = "accountability_decision", "问责决定备案"


class PublishScope(Term):
    """How far an accountability result is made known (问责18)."""

    INTERNAL = "internal", "内部"
    SYSTEM = "system", "教育系统内"
    SOCIETY = "society", "向社会公开"


class PublicKind(Term):
    """What a published text is to its readers on the portal (津8, 津9, 津13)."""

    REPORT = "report", "督导报告"
    RECTIFICATION = "rectification", "整改结果"
    CRITICISM = "criticism", "公开批评"
    DECISION = "decision", "问责决定"
    CORRECTION = "correction", "更正"
    OTHER = "other", "其他"


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
