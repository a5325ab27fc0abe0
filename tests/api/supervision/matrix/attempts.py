"""What is tried at each endpoint: of which subject, with which body. `@…` stands for a subject's id.

A row of cells.csv belongs to each attempt; the answers are not written here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from tests.api.browser import Browser

#: No row has it.
MADE_UP_ID = "0123456789abcdef0123456789abcdef"
MADE_UP_TEXT = "没有这样的案件"

_SUBJECT = re.compile(r"@([^@]+)@")


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One way of asking one endpoint."""

    method: str
    rule: str
    subject: str = "-"
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    file: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    #: Such a request is counted or recorded even where it is refused.
    is_recorded: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.method, self.rule, self.subject

    @property
    def names_subject(self) -> bool:
        """Something in it is looked up, so that a made-up one can be put in its place."""
        return _SUBJECT.search(repr((self.path, self.query, self.json, self.fields))) is not None

    @property
    def shape(self) -> str:
        """Alike for attempts that become the same request when their subjects are made up."""
        ask = repr((self.rule, self.path, self.query, self.json, self.fields))
        return _SUBJECT.sub(lambda found: _meant(found[1], {}, True), ask)

    def texts(self, subjects: Mapping[str, str]) -> list[str]:
        """The texts that are sent, which an answer may repeat."""
        names = _SUBJECT.findall(repr((self.query, self.json)))
        return [subjects[name] for name in names if name.startswith(("title", "key"))]

    def send(
        self, window: Browser, subjects: Mapping[str, str], *, made_up: bool = False
    ) -> TestResponse:
        """The request by this person; with `made_up` of a subject that does not exist."""

        def known(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {name: known(inner) for name, inner in value.items()}
            if isinstance(value, list):
                return [known(inner) for inner in value]
            if not isinstance(value, str):
                return value
            return _SUBJECT.sub(lambda found: _meant(found[1], subjects, made_up), value)

        path = re.sub(r"<[a-z:]+?:?([a-z_]+)>", lambda m: known(self.path[m[1]]), self.rule)
        more: dict[str, Any] = {}
        if self.file:
            sent = (io.BytesIO(b"a plain text"), "note.txt")
            more["data"] = {"file": sent, **known(self.fields)}
        elif self.json is not None:
            more["json"] = known(self.json)
        return window.send(self.method, path, query_string=known(self.query), revision="*", **more)


def _meant(subject: str, subjects: Mapping[str, str], made_up: bool) -> str:
    if not made_up:
        return subjects[subject]
    return MADE_UP_TEXT if subject.startswith(("title", "key")) else MADE_UP_ID


CASES = ("main", "appeal", "third", "quiet")
TASKS = (
    "task main draft_circular",
    "task main submit_filing",
    "task main draft_accountability_opinion",
    "task main form_working_group",
    "task main reply_consultation",
    "task main seek_remedy",
    "task appeal decide_appeal",
    "task appeal approve_by_office_head",
    "task third sign_receipt",
    "task quiet draft_notice",
    "task quiet decide_recusal",
)
#: Those that are also tried with every act; of the others reading tells enough.
ACTED_ON = (
    "task main submit_filing",
    "task main draft_accountability_opinion",
    "task main seek_remedy",
    "task appeal approve_by_office_head",
    "task third sign_receipt",
    "task quiet draft_notice",
)
DOCUMENTS = (
    "document main inspection_notice",
    "document main opinion_letter",
    "document main group_notice",
    "document main accountability_opinion",
    "document main accountability_notice",
    "document main accountability_decision",
    "document main appeal_application",
    "document main appeal_decision",
    "document third inspection_notice",
    "document quiet opening_form",
)
#: A clock of each audience that runs, and of the matter that nobody outside may know of.
CLOCKS = (
    "deadline main review.apply",
    "deadline main publish.organ",
    "deadline appeal appeal.decide",
    "deadline third receipt.sign",
    "deadline quiet office.step",
)
FILES = (
    "file main draft_notice",
    "file main deliberate",
    "file main form_working_group",
    "file main draft_accountability_opinion",
    "file main reply_consultation",
    "file main submit_account_defence",
    "file main seek_remedy",
    "file main urge_rectification",
    "file appeal decide_appeal",
    "file third draft_notice",
    "file unbound",
)
#: What protects somebody: opened with a reason, by named posts.
CODES = ("code main investigator", "code main pupil")
PROTECTED_FILE = "file main record_visit protected"
REASON = {"reason": "试一试"}
VALUES = {"values": {}}


def attempts() -> Iterator[Attempt]:
    """Every attempt, in the order of the table."""
    api = "/api/v1"
    yield from _session()
    for method, rule, task in (
        (method, f"{api}/tasks/<id:task_id>{end}", task)
        for method, end in (
            ("GET", ""),
            ("POST", "/claim"),
            ("POST", "/unclaim"),
            ("POST", "/assign"),
            ("PUT", "/draft"),
            ("POST", "/complete"),
        )
        for task in (ACTED_ON if end else TASKS)
    ):
        body = {"user_id": "@user county_staff1@"} if rule.endswith("assign") else VALUES
        takes = rule.rsplit("/", 1)[1] in {"assign", "draft", "complete"}
        yield Attempt(
            method=method,
            rule=rule,
            subject=task,
            path={"task_id": f"@{task}@"},
            json=body if takes else None,
        )
    yield from _returns(api)
    yield from _handovers(api)
    yield from _desk(api)
    yield from _notifications(api)
    yield from _signing(api)
    yield from _paper_acts(api)
    for tab in ("mine", "claimable", "started", "done"):
        yield Attempt(method="GET", rule=f"{api}/tasks", subject=tab, query={"tab": tab})
    for q in ("title quiet", "key quiet", "title third", "key main"):
        yield Attempt(
            method="GET",
            rule=f"{api}/tasks",
            subject=f"q={q}",
            query={"tab": "claimable", "q": f"@{q}@"},
        )
    yield Attempt(method="GET", rule=f"{api}/tasks/counts")
    yield from _instances(api)
    yield from _deadlines(api)
    yield from _calendars(api)
    yield from _files(api)
    yield from _disclosures(api)
    yield from _people(api)
    yield from _administered(api)
    yield from _definitions(api)
    yield from _model_drafts(api)
    yield from _trials(api)
    yield from _operations(api)
    yield from _mending(api)
    yield from _migrations(api)
    yield from _administration(api)
    yield from _delegations(api)
    yield from _supervision(api)


def _returns(api: str) -> Iterator[Attempt]:
    back = {"to": "@task main submit_filing@", "mode": "only"}
    for method, end, body in (
        ("GET", "/destinations", None),
        ("POST", "/send-back/preview", back),
        ("POST", "/send-back", {**back, "opinion": "试一试"}),
        ("POST", "/take-back", REASON),
    ):
        for task in ACTED_ON:
            yield Attempt(
                method=method,
                rule=f"{api}/tasks/<id:task_id>{end}",
                subject=task,
                path={"task_id": f"@{task}@"},
                json=body,
            )


def _signing(api: str) -> Iterator[Attempt]:
    """Nobody votes on these; a colleague is asked to sign by whoever has one in hand."""
    ask = {"user_id": "@user county_staff1@", "placement": "after", "question": "试一试"}
    for method, end, body in (
        ("POST", "/vote", {"vote": "agree", "values": {}}),
        ("GET", "/possible-signers", None),
        ("POST", "/signers", ask),
        ("POST", f"/signers/{MADE_UP_ID}/remove", REASON),
    ):
        for task in ACTED_ON:
            yield Attempt(
                method=method,
                rule=f"{api}/tasks/<id:task_id>{end}".replace(MADE_UP_ID, "<id:signer_id>"),
                subject=task,
                path={"task_id": f"@{task}@", "signer_id": MADE_UP_ID},
                json=body,
            )


def _paper_acts(api: str) -> Iterator[Attempt]:
    """Who may record is asked for a scan that there is; nobody else gets that far."""
    paper = {
        "group": "unit_contact",
        "name": "王某",
        "title": "联系人",
        "acted_on": "2026-01-05",
        "scans": [MADE_UP_ID],
    }
    for method, end, body in (
        ("GET", "/paper-seats", None),
        ("POST", "/paper-acts", {**paper, **VALUES, **REASON}),
    ):
        for task in ACTED_ON:
            yield Attempt(
                method=method,
                rule=f"{api}/tasks/<id:task_id>{end}",
                subject=task,
                path={"task_id": f"@{task}@"},
                json=body,
            )


def _handovers(api: str) -> Iterator[Attempt]:
    opinion, reason = {"opinion": "试一试"}, {"reason": "试一试"}
    passed_on = {"user_id": "@user county_staff1@", **opinion}
    acts: tuple[tuple[str, str, Any], ...] = (
        ("GET", "/takers", None),
        ("POST", "/transfer", passed_on),
        ("POST", "/lend", passed_on),
        ("POST", "/give-back", opinion),
        ("POST", "/recall", reason),
        ("POST", "/urge", {}),
        ("GET", "/possible-readers", None),
        ("POST", "/copies", {"user_ids": ["@user county_staff1@"]}),
        ("POST", "/copies/read", None),
        ("GET", "/comments", None),
        ("POST", "/comments", {"text": "试一试"}),
        ("GET", "/sheets", None),
        ("POST", "/sheets", {"title": "试一试", "proposed": "试一试"}),
    )
    for method, end, body in acts:
        for task in ACTED_ON[:1] + ACTED_ON[-2:]:
            yield Attempt(
                method=method,
                rule=f"{api}/tasks/<id:task_id>{end}",
                subject=task,
                path={"task_id": f"@{task}@"},
                json=body,
            )
    rows = [{"task_id": f"@{task}@", "revision": 1} for task in ACTED_ON]
    yield Attempt(
        method="POST",
        rule=f"{api}/tasks/bulk",
        subject="claim",
        json={"act": "claim", "items": rows},
    )
    nothing: Mapping[str, Any] = {"subject": "nothing"}
    yield Attempt(
        method="POST",
        rule=f"{api}/tasks/batches",
        json={"act": "claim", "items": [{"task_id": MADE_UP_ID, "revision": 1}]},
        **nothing,
    )
    yield Attempt(method="GET", rule=f"{api}/tasks/batches")
    batch: Mapping[str, Any] = {"path": {"batch_id": MADE_UP_ID}, **nothing}
    yield Attempt(method="GET", rule=f"{api}/tasks/batches/<id:batch_id>", **batch)
    yield Attempt(method="POST", rule=f"{api}/tasks/batches/<id:batch_id>/stop", **batch)
    yield Attempt(
        method="POST",
        rule=f"{api}/comments/<id:comment_id>/withdraw",
        path={"comment_id": MADE_UP_ID},
        json=reason,
        **nothing,
    )
    yield Attempt(
        method="GET", rule=f"{api}/sheets/<id:sheet_id>", path={"sheet_id": MADE_UP_ID}, **nothing
    )
    yield Attempt(method="GET", rule=f"{api}/phrases")
    yield Attempt(method="POST", rule=f"{api}/phrases", json={"text": "同意"})
    yield Attempt(
        method="DELETE",
        rule=f"{api}/phrases/<id:phrase_id>",
        path={"phrase_id": MADE_UP_ID},
        **nothing,
    )


def _desk(api: str) -> Iterator[Attempt]:
    """What a desk keeps, who has a task open, what may still come."""
    yield Attempt(method="GET", rule=f"{api}/saved-filters")
    yield Attempt(method="POST", rule=f"{api}/saved-filters", json={"name": "试一试"})
    yield Attempt(
        method="DELETE",
        rule=f"{api}/saved-filters/<id:filter_id>",
        subject="nothing",
        path={"filter_id": MADE_UP_ID},
    )
    yield Attempt(method="GET", rule=f"{api}/account/settings")
    yield Attempt(method="PUT", rule=f"{api}/account/settings", json={"opens_next": True})
    yield Attempt(method="GET", rule=f"{api}/pulse")
    yield Attempt(method="GET", rule=f"{api}/delegations/candidates")
    for task in ACTED_ON:
        yield Attempt(
            method="PUT",
            rule=f"{api}/tasks/<id:task_id>/presence",
            subject=task,
            path={"task_id": f"@{task}@"},
            json={},
        )


def _notifications(api: str) -> Iterator[Attempt]:
    for end in ("", "/counts"):
        yield Attempt(method="GET", rule=f"{api}/notifications{end}")
    yield Attempt(method="POST", rule=f"{api}/notifications/read", json={})
    yield Attempt(
        method="POST",
        rule=f"{api}/notifications/<id:notification_id>/read",
        subject="nothing",
        path={"notification_id": MADE_UP_ID},
    )
    yield Attempt(method="GET", rule=f"{api}/account/mail")
    yield Attempt(method="POST", rule=f"{api}/account/mail", json={"mode": "digest"})
    yield Attempt(method="GET", rule=f"{api}/mails")
    yield Attempt(
        method="POST",
        rule=f"{api}/mails/<id:mail_id>/retry",
        subject="nothing",
        path={"mail_id": MADE_UP_ID},
    )
    family = {"family": "supervision"}
    key = {**family, "key": "plan.submit"}
    yield Attempt(method="GET", rule=f"{api}/ladders", query=family)
    yield Attempt(method="GET", rule=f"{api}/ladders/versions", query=key)
    yield Attempt(
        method="POST",
        rule=f"{api}/ladders/changes",
        json={**key, "rungs": [], "source": "试一试"},
    )


def _session() -> Iterator[Attempt]:
    api = "/api/v1"
    wrong = {"username": "county_staff1", "password": "not the password at all"}
    yield Attempt(method="GET", rule=f"{api}/session")
    yield Attempt(
        method="POST", rule=f"{api}/session", subject="wrong", json=wrong, is_recorded=True
    )
    yield Attempt(
        method="POST",
        rule=f"{api}/session/recovery",
        subject="wrong",
        json={**wrong, "halves": ["A" * 26, "B" * 26]},
        is_recorded=True,
    )
    yield Attempt(method="DELETE", rule=f"{api}/session")
    yield Attempt(method="GET", rule=f"{api}/session/provider")
    yield Attempt(method="POST", rule=f"{api}/session/oidc", json={})
    yield Attempt(method="GET", rule=f"{api}/session/oidc/callback")
    yield Attempt(method="POST", rule=f"{api}/session/oidc/code", json={"code": "000000"})
    yield Attempt(method="POST", rule=f"{api}/session/oidc/logout")
    yield Attempt(method="POST", rule=f"{api}/session/oidc/sign-out")
    account = f"{api}/account"
    yield Attempt(
        method="POST",
        rule=f"{account}/password",
        subject="wrong",
        json={"current": "not the password at all", "password": "another long password"},
        is_recorded=True,
    )
    yield Attempt(method="GET", rule=f"{account}/second-factor")
    for end, body in (
        ("", {"password": "not the password at all"}),
        ("/confirm", {"code": "000000"}),
        ("/recovery-codes", {"password": "not the password at all", "code": "000000"}),
        ("/remove", {"password": "not the password at all", "code": "000000"}),
    ):
        yield Attempt(
            method="POST",
            rule=f"{account}/second-factor{end}",
            subject="wrong",
            json=body,
            is_recorded=True,
        )
    yield Attempt(method="GET", rule=f"{account}/sign-ins")
    yield Attempt(
        method="DELETE",
        rule=f"{account}/sign-ins/<id:sign_in_id>",
        subject="session county_staff1",
        path={"sign_in_id": "@session county_staff1@"},
    )
    yield Attempt(method="POST", rule=f"{account}/sign-ins/revoke-others")
    yield Attempt(method="GET", rule=f"{api}/tokens")
    yield Attempt(
        method="POST",
        rule=f"{api}/tokens",
        json={"name": "x", "scopes": ["read"], "expires_at": "2099-01-01T00:00:00+08:00"},
    )
    yield Attempt(
        method="DELETE",
        rule=f"{api}/tokens/<id:token_id>",
        subject="token county_staff1",
        path={"token_id": "@token county_staff1@"},
    )


def _instances(api: str) -> Iterator[Attempt]:
    yield Attempt(
        method="POST",
        rule=f"{api}/instances",
        json={"family": "supervision", "values": {}},
    )
    yield Attempt(method="GET", rule=f"{api}/instances")
    for case in CASES:
        yield Attempt(
            method="GET",
            rule=f"{api}/instances",
            subject=f"q=title {case}",
            query={"q": f"@title {case}@", "family": "supervision", "state": "active"},
        )
    for end in ("", "/events", "/diagram", "/outlook"):
        for case in CASES:
            yield Attempt(
                method="GET",
                rule=f"{api}/instances/<id:instance_id>{end}",
                subject=f"instance {case}",
                path={"instance_id": f"@instance {case}@"},
            )
    yield from _rehearsals(api)
    for end in ("/suspend", "/resume", "/cancel"):
        for case in CASES:
            yield Attempt(
                method="POST",
                rule=f"{api}/instances/<id:instance_id>{end}",
                subject=f"instance {case}",
                path={"instance_id": f"@instance {case}@"},
                json=REASON,
            )


def _disclosures(api: str) -> Iterator[Attempt]:
    for code in CODES:
        yield Attempt(
            method="POST",
            rule=f"{api}/instances/<id:instance_id>/disclosures",
            subject=code,
            path={"instance_id": "@instance main@"},
            json={"codes": [f"@{code}@"], **REASON},
        )
    for end in ("", "/content"):
        yield Attempt(
            method="GET",
            rule=f"{api}/files/<id:file_id>{end}",
            subject=PROTECTED_FILE,
            path={"file_id": f"@{PROTECTED_FILE}@"},
        )
    for name in (PROTECTED_FILE, FILES[0]):
        yield Attempt(
            method="POST",
            rule=f"{api}/files/<id:file_id>/disclosures",
            subject=name,
            path={"file_id": f"@{name}@"},
            json=REASON,
        )
    yield Attempt(method="GET", rule=f"{api}/disclosures")


def _deadlines(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/deadlines")
    for case in CASES:
        yield Attempt(
            method="GET",
            rule=f"{api}/deadlines",
            subject=f"instance {case}",
            query={"instance_id": f"@instance {case}@", "state": "all"},
        )
    rule = f"{api}/deadlines/<id:deadline_id>"
    for name in CLOCKS:
        path = {"deadline_id": f"@{name}@"}
        yield Attempt(method="GET", rule=rule, subject=name, path=path)
        days = {"due_on": "2027-01-15"}
        for end, body in (
            ("/pause", REASON),
            ("/resume", REASON),
            ("/extension-requests", {**REASON, "until_on": "2027-01-15"}),
            ("/corrections/preview", days),
            ("/corrections", {**days, **REASON}),
        ):
            yield Attempt(method="POST", rule=rule + end, subject=name, path=path, json=body)
    asked = {"request_id": MADE_UP_ID}
    rule = f"{api}/extension-requests/<id:request_id>"
    yield Attempt(
        method="POST",
        rule=f"{rule}/decide",
        subject="nothing",
        path=asked,
        json={"is_granted": False, "opinion": "x"},
    )
    yield Attempt(method="POST", rule=f"{rule}/withdraw", subject="nothing", path=asked)
    yield Attempt(
        method="GET",
        rule=f"{api}/deadline-plans",
        query={"family": "supervision", "on": "2026-05-11"},
    )


def _calendars(api: str) -> Iterator[Attempt]:
    years = f"{api}/calendars/<slug:calendar>/years"
    path = {"calendar": "cn"}
    yield Attempt(method="GET", rule=years, path=path)
    yield Attempt(method="GET", rule=f"{years}/<int:year>", path={**path, "year": "2027"})
    half = {
        "year": 2027,
        "source": "x",
        "rows": [{"days": "2027-01-01", "kind": "放假", "name": "元旦"}],
    }
    yield Attempt(
        method="POST", rule=f"{api}/calendars/<slug:calendar>/checks", path=path, json=half
    )
    yield Attempt(method="POST", rule=years, path=path, json={**half, **REASON})
    yield Attempt(method="GET", rule=f"{api}/recounts")
    for end in ("", "/moves"):
        yield Attempt(
            method="GET",
            rule=f"{api}/recounts/<id:recount_id>{end}",
            subject="nothing",
            path={"recount_id": MADE_UP_ID},
        )
    for end in ("/pause", "/resume"):
        yield Attempt(
            method="POST",
            rule=f"{api}/recounts/<id:recount_id>{end}",
            subject="nothing",
            path={"recount_id": MADE_UP_ID},
        )
    family = {"family": "supervision"}
    clock = {**family, "key": "plan.submit"}
    count = {**family, "key": "plan.max_redo"}
    for noun, which in (("deadline-rules", clock), ("parameters", count)):
        yield Attempt(method="GET", rule=f"{api}/{noun}", query=family)
        yield Attempt(method="GET", rule=f"{api}/{noun}/versions", query=which)
    more = {**clock, "amount": 16, "unit": "working_days"}
    yield Attempt(method="POST", rule=f"{api}/deadline-rules/previews", json=more)
    yield Attempt(method="POST", rule=f"{api}/deadline-rules/changes", json={**more, "source": "x"})
    yield Attempt(method="POST", rule=f"{api}/deadline-rules/recounts", json={**clock, **REASON})
    yield Attempt(
        method="POST", rule=f"{api}/parameters/changes", json={**count, "value": 2, "source": "x"}
    )


def _files(api: str) -> Iterator[Attempt]:
    yield Attempt(method="POST", rule=f"{api}/files", file=True)
    for task in ACTED_ON:
        yield Attempt(
            method="POST",
            rule=f"{api}/files",
            subject=task,
            file=True,
            fields={"task_id": f"@{task}@"},
        )
    for method, end in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        for name in FILES[2:] if method == "DELETE" else FILES:
            yield Attempt(
                method=method,
                rule=f"{api}/files/<id:file_id>{end}",
                subject=name,
                path={"file_id": f"@{name}@"},
            )


def _people(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/users")
    for task in ACTED_ON:
        yield Attempt(
            method="GET",
            rule=f"{api}/users",
            subject=task,
            query={"task_id": f"@{task}@"},
        )
    yield Attempt(method="GET", rule=f"{api}/organisations")
    user = {"user_id": "@user county_staff1@"}
    yield Attempt(
        method="GET",
        rule=f"{api}/users/<id:user_id>/sign-ins",
        subject="user county_staff1",
        path=user,
    )
    yield Attempt(
        method="DELETE",
        rule=f"{api}/users/<id:user_id>/sign-ins/<id:sign_in_id>",
        subject="session county_staff1",
        path={**user, "sign_in_id": "@session county_staff1@"},
    )
    yield Attempt(
        method="POST",
        rule=f"{api}/users/<id:user_id>/sign-ins/revoke-all",
        subject="user county_staff1",
        path=user,
    )
    yield Attempt(
        method="GET",
        rule=f"{api}/users/<id:user_id>/identities",
        subject="user county_staff1",
        path=user,
    )
    yield Attempt(
        method="POST",
        rule=f"{api}/users/<id:user_id>/identities",
        subject="user county_staff1",
        path=user,
        json={**REASON, "subject": "somebody"},
    )
    yield Attempt(
        method="DELETE",
        rule=f"{api}/users/<id:user_id>/identities/<id:identity_id>",
        subject="user county_staff1",
        path={**user, "identity_id": MADE_UP_ID},
    )
    yield Attempt(
        method="POST",
        rule=f"{api}/users/<id:user_id>/recovery",
        subject="user county_staff1",
        path=user,
        json=REASON,
    )


def _administered(api: str) -> Iterator[Attempt]:
    """People, posts and organisations, as administrators keep them."""
    user = {"user_id": "@user county_staff1@"}
    about = {"subject": "user county_staff1", "path": user}
    yield Attempt(method="GET", rule=f"{api}/accounts")
    yield Attempt(method="POST", rule=f"{api}/accounts", json={"username": "new", "name": "新人"})
    yield Attempt(method="POST", rule=f"{api}/accounts/import", file=True)
    one = f"{api}/accounts/<id:user_id>"
    for end in ("", "/closing", "/access"):
        yield Attempt(method="GET", rule=one + end, **about)
    yield Attempt(method="PUT", rule=one, json={"name": "别名"}, **about)
    for end in ("/activation", "/close", "/reopen"):
        yield Attempt(method="POST", rule=one + end, **about)
    yield Attempt(method="GET", rule=f"{api}/account/events")
    wrong = {"username": "county_staff1", "code": "A" * 20, "password": "not the password at all"}
    yield Attempt(
        method="POST",
        rule=f"{api}/session/activation",
        subject="wrong",
        json=wrong,
        is_recorded=True,
    )
    yield Attempt(method="GET", rule=f"{api}/roles")
    yield Attempt(method="GET", rule=f"{api}/posts")
    yield Attempt(method="GET", rule=f"{api}/posts", subject="user county_staff1", query=user)
    given = {**user, "organisation_id": "@unit main@"}
    for end, group, more in (("", "office_staff", {}), ("/proposals", "model_editor", REASON)):
        yield Attempt(
            method="POST",
            rule=f"{api}/posts{end}",
            subject="user county_staff1",
            json={**given, "group": group, **more},
        )
    yield Attempt(
        method="POST",
        rule=f"{api}/posts/<id:post_id>/end",
        subject="post county_staff1",
        path={"post_id": "@post county_staff1@"},
        json={},
    )
    for case in CASES:
        yield Attempt(
            method="GET",
            rule=f"{api}/instances/<id:instance_id>/readers",
            subject=f"instance {case}",
            path={"instance_id": f"@instance {case}@"},
        )
    place = {"subject": "unit main", "path": {"organisation_id": "@unit main@"}}
    yield Attempt(
        method="POST",
        rule=f"{api}/organisations",
        json={"code": "new", "name": "新单位", "kind": "school"},
    )
    yield Attempt(method="POST", rule=f"{api}/organisations/import", file=True)
    unit = f"{api}/organisations/<id:organisation_id>"
    yield Attempt(method="GET", rule=unit, **place)
    yield Attempt(method="GET", rule=f"{unit}/closing", **place)
    yield Attempt(method="PUT", rule=f"{unit}/name", json={"name": "别名"}, **place)
    yield Attempt(method="PUT", rule=f"{unit}/parent", json={"parent_id": None}, **place)
    yield Attempt(method="POST", rule=f"{unit}/close", json={}, **place)
    yield Attempt(method="POST", rule=f"{unit}/reopen", **place)
    entered = f"{api}/supervision/organisations/<id:organisation_id>"
    yield Attempt(method="GET", rule=entered, **place)
    yield Attempt(method="PUT", rule=entered, json={"level": "district"}, **place)
    yield Attempt(method="POST", rule=f"{api}/supervision/organisations/import", file=True)


def _definitions(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/families")
    yield Attempt(method="GET", rule=f"{api}/definitions", query={"key": "accountability_case"})
    for end in ("", "/xml"):
        yield Attempt(
            method="GET",
            rule=f"{api}/definitions/<id:definition_id>{end}",
            subject="definition",
            path={"definition_id": "@definition@"},
        )
    yield Attempt(
        method="GET",
        rule=f"{api}/forms/<slug:folder>/<slug:name>",
        path={"folder": "supervision", "name": "case_opening"},
    )
    for end in ("/check", "", "/proposals"):
        yield Attempt(
            method="POST",
            rule=f"{api}/deployments{end}",
            json={"family": "supervision", "note": "x"},
            is_recorded=end != "/check",
        )


def _model_drafts(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/modelling/vocabulary", query={"family": "supervision"})
    new = {"family": "supervision", "name": "改版"}
    yield Attempt(method="POST", rule=f"{api}/model-drafts", json=new, is_recorded=True)
    yield Attempt(method="GET", rule=f"{api}/model-drafts")
    rule = f"{api}/model-drafts/<id:draft_id>"
    where: Mapping[str, Any] = {
        "subject": "model draft",
        "path": {"draft_id": "@model draft@", "part_id": "@model draft part@", "number": "1"},
    }
    asked = {"reason": "试", "story": "no_such_story"}
    for method, end, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "改名"}),
        ("POST", "/lock", {"take_over": True}),
        ("POST", "/parts", {"path": "bpmn/more.bpmn", "content": "<x/>"}),
        ("GET", "/parts/<id:part_id>", None),
        ("PUT", "/parts/<id:part_id>", {"content": "<x/>"}),
        ("GET", "/parts/<id:part_id>/versions", None),
        ("GET", "/parts/<id:part_id>/versions/<int:number>", None),
        ("POST", "/parts/<id:part_id>/restore", {"number": 1}),
        ("POST", "/check", {}),
        ("GET", "/comparison", None),
        ("GET", "/rehearsals", None),
        ("POST", "/rehearsals", asked),
        ("POST", "/rebase", {}),
        ("POST", "/deployments", {"note": "x"}),
        ("POST", "/proposals", {"note": "x"}),
        ("DELETE", "/parts/<id:part_id>", None),
        ("DELETE", "/lock", None),
        ("DELETE", "", None),
    ):
        yield Attempt(method=method, rule=rule + end, json=body, is_recorded=True, **where)


def _trials(api: str) -> Iterator[Attempt]:
    """Without a case; one that is not there is asked for, since making one takes seconds."""
    asked = {"reason": "试", "story": "no_such_story"}
    rule = f"{api}/families/<slug:family>"
    family: Mapping[str, Any] = {"path": {"family": "supervision"}}
    yield Attempt(method="GET", rule=f"{rule}/stories", **family)
    yield Attempt(method="GET", rule=f"{rule}/rehearsals", **family)
    yield Attempt(method="POST", rule=f"{rule}/rehearsals", json=asked, **family)
    candidate = {"family": "supervision", **asked}
    yield Attempt(method="POST", rule=f"{api}/deployments/rehearsals", json=candidate)


def _operations(api: str) -> Iterator[Attempt]:
    for noun in ("jobs", "incidents"):
        yield Attempt(method="GET", rule=f"{api}/{noun}")
        for case in CASES:
            yield Attempt(
                method="GET",
                rule=f"{api}/{noun}",
                subject=f"instance {case}",
                query={"instance_id": f"@instance {case}@"},
            )
    yield Attempt(
        method="POST",
        rule=f"{api}/jobs/<id:job_id>/retry",
        subject="job quiet",
        path={"job_id": "@job quiet@"},
        json=REASON,
    )
    yield Attempt(
        method="POST",
        rule=f"{api}/incidents/<id:incident_id>/retry",
        subject="incident quiet",
        path={"incident_id": "@incident quiet@"},
        json=REASON,
    )
    yield Attempt(method="GET", rule=f"{api}/messages")
    for act in ("deliver", "discard"):
        yield Attempt(
            method="POST",
            rule=f"{api}/messages/<id:job_id>/{act}",
            subject="nothing",
            path={"job_id": MADE_UP_ID},
            json=REASON,
        )
    for case in CASES:
        for name, value in (("instance_id", f"instance {case}"), ("business_key", f"key {case}")):
            if case == "appeal" and name == "business_key":
                continue
            yield Attempt(
                method="POST",
                rule=f"{api}/messages",
                subject=value,
                json={"name": "danger_found", "note": "x", name: f"@{value}@"},
            )


def _mending(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/incidents/groups")
    yield Attempt(
        method="POST",
        rule=f"{api}/incidents/retry",
        subject="incident quiet",
        json={**REASON, "ids": ["@incident quiet@"]},
    )
    yield Attempt(
        method="GET",
        rule=f"{api}/incidents/retries/<id:batch_id>",
        subject="nothing",
        path={"batch_id": MADE_UP_ID},
    )
    yield Attempt(method="GET", rule=f"{api}/incidents/retries")
    yield Attempt(
        method="POST",
        rule=f"{api}/incidents/retries/<id:batch_id>/stop",
        subject="nothing",
        path={"batch_id": MADE_UP_ID},
    )
    where: Mapping[str, Any] = {
        "subject": "instance quiet",
        "path": {"instance_id": "@instance quiet@"},
    }
    rule = f"{api}/operations/instances/<id:instance_id>"
    yield Attempt(method="GET", rule=f"{api}/operations/instances")
    yield Attempt(method="GET", rule=f"{api}/operations/definitions")
    for end in ("/counts", "/heat"):
        yield Attempt(
            method="GET",
            rule=f"{api}/operations/definitions/<id:definition_id>{end}",
            subject="definition",
            path={"definition_id": "@definition@"},
        )
    yield Attempt(method="GET", rule=rule, **where)
    plan = {"act": "skip", "incident_id": "@incident quiet@"}
    yield Attempt(method="POST", rule=f"{rule}/previews", json=plan, **where)
    proposal = {**plan, **REASON}
    yield Attempt(method="POST", rule=f"{rule}/proposals", json=proposal, is_recorded=True, **where)
    for end in ("/suspend", "/resume", "/hold"):
        yield Attempt(method="POST", rule=rule + end, json=REASON, **where)
    yield Attempt(method="GET", rule=f"{rule}/redaction", **where)
    for end in ("/redaction/proposals", "/hold/lift-proposals"):
        yield Attempt(method="POST", rule=rule + end, json=REASON, **where)


def _migrations(api: str) -> Iterator[Attempt]:
    deployment = {"deployment_id": "@deployment@"}
    yield Attempt(method="GET", rule=f"{api}/deployments", query={"family": "supervision"})
    yield Attempt(
        method="GET",
        rule=f"{api}/deployments/<id:deployment_id>/comparison",
        subject="deployment",
        path=deployment,
        query={"with": "@deployment@"},
    )
    versions = {"from": "@deployment@", "to": "@deployment@"}
    plan = {**versions, "pairs": [], "instances": ["@instance quiet@"]}
    for end, body in (
        ("/plan", versions),
        ("/check", plan),
        ("/rehearsal", plan),
        ("/proposals", {**plan, **REASON}),
        ("", {**plan, **REASON}),
    ):
        yield Attempt(
            method="POST",
            rule=f"{api}/migrations{end}",
            subject="instance quiet",
            json=body,
            is_recorded=end in {"/proposals", ""},
        )
    yield Attempt(method="GET", rule=f"{api}/migrations")
    where: Mapping[str, Any] = {"subject": "nothing", "path": {"migration_id": MADE_UP_ID}}
    rule = f"{api}/migrations/<id:migration_id>"
    for end in ("", "/items"):
        yield Attempt(method="GET", rule=rule + end, **where)
    for end in ("/pause", "/resume"):
        yield Attempt(method="POST", rule=rule + end, **where)
    yield Attempt(
        method="POST",
        rule=f"{rule}/revert",
        subject="nothing",
        path={"migration_id": MADE_UP_ID},
        json=REASON,
    )
    yield Attempt(
        method="POST",
        rule=f"{rule}/items/<id:item_id>/revert",
        subject="nothing",
        path={"migration_id": MADE_UP_ID, "item_id": MADE_UP_ID},
        json=REASON,
    )


def _delegations(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/delegations")
    yield Attempt(method="GET", rule=f"{api}/delegations/principals")
    yield Attempt(method="POST", rule=f"{api}/delegations/import", file=True)
    day = "2020-01-01"  # long over, so that it is never given
    given = {"to": "@user county_staff1@", "from_on": day, "until_on": day, **REASON}
    yield Attempt(
        method="POST", rule=f"{api}/delegations", subject="user county_staff1", json=given
    )
    yield Attempt(
        method="POST",
        rule=f"{api}/delegations/<id:delegation_id>/revoke",
        subject="nothing",
        path={"delegation_id": MADE_UP_ID},
    )


def _rehearsals(api: str) -> Iterator[Attempt]:
    for case in CASES:
        about: Mapping[str, Any] = {
            "subject": f"instance {case}",
            "path": {"instance_id": f"@instance {case}@"},
        }
        rule = f"{api}/instances/<id:instance_id>"
        yield Attempt(method="GET", rule=f"{rule}/rehearsals", **about)
        yield Attempt(method="POST", rule=f"{rule}/rehearsals", json=REASON, **about)
        yield Attempt(method="POST", rule=f"{rule}/replays", json={"versions": [1, 9]}, **about)
    where: Mapping[str, Any] = {
        "subject": "rehearsal",
        "path": {"rehearsal_id": "@rehearsal@"},
    }
    rule = f"{api}/rehearsals/<id:rehearsal_id>"
    yield Attempt(method="GET", rule=rule, **where)
    yield Attempt(method="POST", rule=f"{rule}/step", **where)
    late = {"until": "2020-01-01T00:00:00Z"}
    yield Attempt(method="POST", rule=f"{rule}/run", json=late, **where)
    task = {**where, "path": {**where["path"], "task_id": "@rehearsal task@"}}
    rule = f"{rule}/tasks/<id:task_id>"
    yield Attempt(method="GET", rule=rule, **task)
    yield Attempt(method="POST", rule=f"{rule}/complete", json={"values": {}}, **task)
    opened = f"{api}/rehearsals/<id:rehearsal_id>"
    yield Attempt(method="GET", rule=f"{opened}/start", **where)
    begin = {"person_id": MADE_UP_ID}
    yield Attempt(method="POST", rule=f"{opened}/start", json=begin, **where)
    yield Attempt(method="POST", rule=f"{opened}/story", json={"steps": 1}, **where)
    # the last: its file is gone then
    yield Attempt(method="DELETE", rule=f"{api}/rehearsals/<id:rehearsal_id>", **where)


def _administration(api: str) -> Iterator[Attempt]:
    yield Attempt(method="GET", rule=f"{api}/proposals")
    where: Mapping[str, Any] = {"subject": "proposal", "path": {"proposal_id": "@proposal@"}}
    rule = f"{api}/proposals/<id:proposal_id>"
    for end in ("", "/comparison"):
        yield Attempt(method="GET", rule=rule + end, **where)
    for end in ("/confirm", "/refuse"):
        yield Attempt(method="POST", rule=rule + end, json={"note": "x"}, is_recorded=True, **where)
    for end in ("/withdraw", "/recovery-half"):
        yield Attempt(method="POST", rule=rule + end, **where)
    yield Attempt(method="GET", rule=f"{api}/journal")
    yield Attempt(method="GET", rule=f"{api}/health")
    yield Attempt(method="GET", rule=f"{api}/docs")
    yield Attempt(method="GET", rule=f"{api}/openapi.json")


def _supervision(api: str) -> Iterator[Attempt]:
    cases = f"{api}/supervision/cases"
    yield Attempt(method="GET", rule=cases)
    for case in CASES:
        yield Attempt(
            method="GET",
            rule=cases,
            subject=f"instance {case}",
            query={"instance_id": f"@instance {case}@"},
        )
    for case in ("main", "third", "quiet"):
        for name, value in (("unit_id", f"unit {case}"), ("q", f"title {case}")):
            yield Attempt(
                method="GET", rule=cases, subject=f"{name}={value}", query={name: f"@{value}@"}
            )
    for stage in ("opinion_issued", "approved", "closed"):
        yield Attempt(method="GET", rule=cases, subject=f"stage={stage}", query={"stage": stage})
    yield Attempt(method="POST", rule=cases, json=VALUES)
    for end in ("", "/problems"):
        for case in ("main", "third", "quiet"):
            yield Attempt(
                method="GET",
                rule=f"{cases}/<id:case_id>{end}",
                subject=f"case {case}",
                path={"case_id": f"@case {case}@"},
            )
    for name in DOCUMENTS:
        yield Attempt(
            method="GET",
            rule=f"{api}/supervision/documents/<id:document_id>",
            subject=name,
            path={"document_id": f"@{name}@"},
        )
        yield Attempt(
            method="POST",
            rule=f"{api}/supervision/documents/<id:document_id>/disclosure",
            subject=name,
            path={"document_id": f"@{name}@"},
            json={"disclosure": "none", **REASON},
        )
    for noun in ("obligations", "deliveries", "submissions"):
        yield Attempt(method="GET", rule=f"{api}/supervision/{noun}")
    yield from _ledger(f"{api}/supervision/problems")
    yield from _searched(api)
    dashboard = f"{api}/supervision/dashboard"
    for end in ("", "/export"):
        yield Attempt(method="GET", rule=dashboard + end)
    for end in ("/rows", "/rows/export"):
        for figure in ("open", "problems"):
            yield Attempt(
                method="GET", rule=dashboard + end, subject=figure, query={"figure": figure}
            )
    yield Attempt(method="GET", rule=f"{api}/supervision/suggestions")
    yield Attempt(
        method="POST",
        rule=f"{api}/supervision/suggestions/<id:suggestion_id>/handle",
        subject="suggestion",
        path={"suggestion_id": "@suggestion@"},
        json={"note": "看过"},
    )
    yield Attempt(method="GET", rule=f"{api}/supervision/units")


def _ledger(problems: str) -> Iterator[Attempt]:
    for end in ("", "/counts", "/export"):
        yield Attempt(method="GET", rule=problems + end)
        for case in ("main", "quiet"):
            yield Attempt(
                method="GET",
                rule=problems + end,
                subject=f"unit_id=unit {case}",
                query={"unit_id": f"@unit {case}@"},
            )


def _searched(api: str) -> Iterator[Attempt]:
    """The search box, the workbook of cases and the filters of both lists."""
    found = f"{api}/search"
    for case in ("main", "third", "quiet"):
        for name in ("title", "key"):
            subject = f"{name} {case}"
            yield Attempt(method="GET", rule=found, subject=subject, query={"q": f"@{subject}@"})
    yield Attempt(method="GET", rule=found, subject="initials", query={"q": "qh"})
    yield Attempt(method="GET", rule=found, subject="numbers", query={"q": "〔2026〕"})
    for end in ("", "/export"):
        if end:
            yield Attempt(method="GET", rule=f"{api}/instances/export")
        for case in ("main", "quiet"):
            yield Attempt(
                method="GET",
                rule=f"{api}/instances{end}",
                subject=f"unit_id=unit {case}",
                query={"unit_id": f"@unit {case}@"},
            )
    for name, value in (("stage", "opinion_issued"), ("mine", "true"), ("overdue", "true")):
        yield Attempt(
            method="GET", rule=f"{api}/instances", subject=f"{name}={value}", query={name: value}
        )
    for case in CASES:
        yield Attempt(
            method="GET",
            rule=f"{api}/instances/<id:instance_id>/comments",
            subject=f"instance {case}",
            path={"instance_id": f"@instance {case}@"},
        )
    for whose in ("mine", "office"):
        yield Attempt(
            method="GET", rule=f"{api}/deadlines", subject=f"whose={whose}", query={"whose": whose}
        )
