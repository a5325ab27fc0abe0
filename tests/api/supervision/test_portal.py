"""The public portal: everybody reads what was published to society, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import store
from supervision import documents, problems, publications, suggestions
from supervision.problems import Card
from supervision.tables import Document, Suggestion, SupervisionCase
from supervision.terms import Audience, Disclosure, DocumentKind, DocumentState, PublishScope
from tests.api.supervision.conftest import UNIT, Desk
from tests.factories import SYSTEM

BODY = (
    "存在的问题：食堂台账不全。\n"
    "联系人手机 138 0000 0000，身份证号 11010119900307761X，邮箱 a.b@example.cn。"
)


@dataclass
class Public:
    """The portal without a session, and a case whose texts are published one by one."""

    desk: Desk
    web: FlaskClient
    case_id: str

    def publish(
        self,
        title: str,
        *,
        kind: DocumentKind = DocumentKind.SUPERVISION_REPORT,
        scope: PublishScope = PublishScope.SOCIETY,
        on: date = date(2026, 3, 2),
        is_published: bool = True,
        number: str = "",
    ) -> str:
        """A text drafted by one of the Office and published by another; its id."""
        office = self.desk.office
        with office.engine.begin(office.actor("county_staff1")) as uow:
            paper = documents.draft(
                uow,
                self.case(uow),
                kind,
                fields={"inside": "内部讨论"},
                title=title,
                audience=Audience.UNIT,
                disclosure=Disclosure.ACTIVE,
            )
            paper.number = number or f"测督〔2026〕{paper.seq}号"
            paper.state, paper.issued_on = DocumentState.ISSUED, on
            found = publications.draft(
                uow, self.case(uow), paper, scope=scope, title=title, body=BODY
            ).id
        if is_published:
            with office.engine.begin(office.actor("county_staff2")) as uow:
                row = publications.get(uow, found)
                publications.publish(
                    uow,
                    self.case(uow),
                    row,
                    channel="portal、media",
                    published_on=on,
                    privacy_checked=True,
                )
        return found

    def case(self, uow: Any) -> SupervisionCase:
        found: SupervisionCase = uow.session.get_one(SupervisionCase, self.case_id)
        store.lock(uow, found.instance_id)
        return found

    def page(self, path: str, status: int = 200) -> str:
        answer = self.web.get(path)
        assert answer.status_code == status, answer.text
        assert answer.mimetype == "text/html"
        return answer.text

    def titles(self, **conditions: str) -> list[str]:
        answer = self.web.get("/portal.json", query_string=conditions)
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json["items"]]  # type: ignore[index]  # JSON

    def write(self, **fields: str) -> TestResponse:
        return self.web.post("/portal/suggestions/new", data=fields)

    def letters(self) -> list[Suggestion]:
        with self.desk.office.engine.read(SYSTEM) as uow:
            return list(uow.session.scalars(sa.select(Suggestion)))


@pytest.fixture
def public(desk: Desk) -> Public:
    instance_id = desk.office.open("county_staff1", UNIT, title="食堂专项督导")
    case = desk.office.case(instance_id)
    return Public(desk=desk, web=desk.app.test_client(), case_id=case.id)


def test_an_office_that_has_published_nothing_says_what_would_stand_here(public: Public) -> None:
    assert "还没有公开信息" in public.page("/portal")
    assert "Nothing has been published yet" in public.page("/portal?lang=en")


def test_drafts_and_what_is_told_to_some_stay_inside(public: Public) -> None:
    hidden = [
        public.publish("还在拟稿", is_published=False),
        public.publish("系统内通报", scope=PublishScope.SYSTEM),
        public.publish("内部通报", scope=PublishScope.INTERNAL),
    ]
    assert public.titles() == []
    for publication_id in hidden:
        assert "没有找到" in public.page(f"/portal/publications/{publication_id}", 404)
        answer = public.web.get(f"/portal/publications/{publication_id}.json")
        assert (answer.status_code, answer.json["code"]) == (404, "publication-not-found")  # type: ignore[index]  # JSON
        refused = public.write(text="关于这份通报", publication=publication_id)
        assert refused.status_code == 404
    assert public.letters() == []


def test_a_published_text_is_shown_with_its_paper_and_without_numbers_of_people(
    public: Public,
) -> None:
    found = public.publish("食堂督导报告", number="津教督委〔2026〕9号")
    page = public.page(f"/portal/publications/{found}")
    for said in ("食堂督导报告", "津教督委〔2026〕9号", "2026年3月2日", "督导公开网站，新闻媒体"):
        assert said in page
    for hidden in ("138 0000 0000", "11010119900307761X", "a.b@example.cn", "内部讨论"):
        assert hidden not in page
    told = public.web.get(f"/portal/publications/{found}.json").json
    assert told is not None
    assert told["body"] == (
        "存在的问题：食堂台账不全。\n"
        "联系人手机 ［手机号已隐去］，身份证号 ［身份证号已隐去］，邮箱 ［邮箱已隐去］。"
    )
    assert told["is_sample"] is True
    assert "case_id" not in told
    assert told["rectification"] is None


def test_the_pages_load_nothing_but_the_style_sheet_and_set_no_cookie(public: Public) -> None:
    found = public.publish("食堂督导报告")
    for path in ("/portal", f"/portal/publications/{found}", "/portal/suggestions/new"):
        answer = public.web.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text
        assert "<img" not in answer.text
        assert answer.text.count("stylesheet") == 1
    assert public.web.get("/portal/portal.css").mimetype == "text/css"
    again = public.web.get(
        "/portal", headers={"If-None-Match": public.web.get("/portal").headers["ETag"]}
    )
    assert again.status_code == 304


def test_conditions_narrow_the_list_and_wrong_ones_are_named(public: Public) -> None:
    public.publish("食堂督导报告", on=date(2026, 2, 3), number="津教督委〔2026〕1号")
    public.publish("食堂公开批评", kind=DocumentKind.CRITICISM_NOTICE, number="津教督办〔2026〕7号")
    assert public.titles() == ["食堂公开批评", "食堂督导报告"]
    assert public.titles(kind="report") == ["食堂督导报告"]
    assert public.titles(q="督办〔2026〕7") == ["食堂公开批评"]
    assert public.titles(q="100%") == []
    assert public.titles(year="2025") == []
    assert public.titles(severity="grave") == []
    assert "没有符合条件的公开信息" in public.page("/portal?q=没有的单位")
    refused = public.page("/portal?year=26&kind=secret", 422)
    assert "年份应为四位数字" in refused
    assert "没有这个类别" in refused
    assert public.web.get("/portal.json?cursor=zzz").status_code == 422


def test_a_long_list_goes_on_over_the_page(public: Public) -> None:
    titles = [f"报告{number:02}" for number in range(23)]
    for title in titles:
        public.publish(title)
    first = public.web.get("/portal.json?kind=report&lang=en").json
    assert first is not None
    second = public.web.get(first["next"]).json
    assert second is not None
    shown = [item["title"] for item in [*first["items"], *second["items"]]]
    assert len(first["items"]) == 20
    assert sorted(shown) == titles
    assert second["next"] is None


def test_a_text_that_was_taken_back_keeps_its_dates_and_loses_its_words(public: Public) -> None:
    found = public.publish("食堂督导报告")
    office = public.desk.office
    with office.engine.begin(office.actor("county_staff1")) as uow:
        publications.withdraw(uow, publications.get(uow, found), reason="数据有误，另行公布")
    page = public.page(f"/portal/publications/{found}")
    assert "数据有误，另行公布" in page
    assert "食堂台账不全" not in page


def test_how_far_rectification_is_shows_once_the_letter_is_public(public: Public) -> None:
    found = public.publish("食堂督导报告")
    public.publish("督导意见书", kind=DocumentKind.OPINION_LETTER)
    with public.desk.office.engine.begin(SYSTEM) as uow:
        case = public.case(uow)
        cards = [Card(title=title, facts="事实") for title in ("台账不全", "留样不足")]
        written = problems.write(uow, case, cards)
        written[0].state = "closed"
    page = public.page(f"/portal/publications/{found}")
    assert "意见书列明问题 2 项，已销号（或移交）1 项" in page
    assert "整改结果尚未公布" in page
    with public.desk.office.engine.begin(SYSTEM) as uow:
        kind = DocumentKind.OPINION_LETTER.value
        uow.session.scalars(
            sa.select(Document).where(Document.kind == kind)
        ).one().disclosure = "on_request"
    assert "意见书列明问题" not in public.page(f"/portal/publications/{found}")


def test_an_opinion_reaches_the_office_and_nobody_else(public: Public) -> None:
    found = public.publish("食堂督导报告")
    sent = public.write(text="食堂的留样柜不够用。", publication=found, contact="022-00000000")
    assert sent.status_code == 303
    assert "意见已收到" in public.page(sent.headers["Location"])
    own = public.desk.browser("county_staff1").get("/supervision/suggestions").json["items"]
    assert [(row["text"], row["publication"]) for row in own] == [
        ("食堂的留样柜不够用。", "食堂督导报告")
    ]
    for other in ("city_staff1", "county_inspector1", "school_head"):
        window = public.desk.browser(other)
        assert window.get("/supervision/suggestions").json["items"] == []
        refused = window.post(f"/supervision/suggestions/{own[0]['id']}/handle", {"note": "看过"})
        assert refused.status_code == 404
    window = public.desk.browser("county_staff2")
    done = window.post(f"/supervision/suggestions/{own[0]['id']}/handle", {"note": "已转学校核实"})
    assert (done.status_code, done.json["note"]) == (200, "已转学校核实")
    again = window.post(f"/supervision/suggestions/{own[0]['id']}/handle", {"note": "又一次"})
    assert (again.status_code, again.json["code"]) == (409, "suggestion-handled")
    assert window.get("/supervision/suggestions", is_handled="false").json["items"] == []


def test_a_refused_opinion_comes_back_with_all_that_was_written(public: Public) -> None:
    refused = public.write(text="短", office="x", writer="王" * 81, contact="c")
    assert refused.status_code == 422
    for said in (
        "请写 5 至 2000 个字",
        "请选择收件的督导办公室",
        "最多 80 个字",
        "短</textarea>",
        "王" * 81,
    ):
        assert said in refused.text
    assert public.letters() == []


def test_programs_and_floods_are_kept_out(public: Public) -> None:
    with public.desk.office.engine.read(SYSTEM) as uow:
        office = suggestions.offices(uow)[0][0]
    assert public.write(text="自动填写的内容", office=office, website="http://x").status_code == 303
    assert public.letters() == []
    for number in range(5):
        assert public.write(text=f"第{number}条意见", office=office).status_code == 303
    refused = public.write(text="第六条意见，不应丢失", office=office)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "第六条意见，不应丢失" in refused.text
    assert len(public.letters()) == 5


def test_markup_in_what_is_published_or_asked_is_shown_as_text(public: Public) -> None:
    found = public.publish("<b>报告</b>")
    assert "<b>报告" not in public.page(f"/portal/publications/{found}")
    assert "<script>" not in public.page("/portal?q=<script>alert(1)</script>&_external=1")
