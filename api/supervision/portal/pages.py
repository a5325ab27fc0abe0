"""Addresses of the portal. Each page is there as JSON, too; only the form for opinions writes.

Everything shown comes from `supervision.portal`, which knows published texts only; nobody is signed
in, so no unit of work has a person as its actor here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from api import limits, pagination, problems
from api.supervision.portal.words import Language, day, language, words
from api.transaction import engine
from engine.actor import Actor
from engine.errors import EngineError, Fault, Invalid, NotFound, TooMany
from supervision import portal, suggestions
from supervision.portal import Entry, Filters, Whole
from supervision.terms import PublicKind, Severity

READER = Actor.system("portal")

PAGE = 20
_LISTING = "portal"
#: Pages may be kept by the browser and by proxies for as long as a withdrawal may take to show.
KEPT = "public, max-age=60"
#: Opinions from one address in an hour.
MOST_SUGGESTIONS = 5
_NUMBER = 8

pages = Blueprint("portal", __name__, template_folder="templates")


@pages.get("/portal")
def index() -> Response:
    """The list, by unit, year, kind, severity and words."""
    spoken = language()
    filters = _filters(request.args)
    items, cursor = _search(filters)
    with engine().read(READER) as uow:
        years = portal.years(uow)
    return _page(
        "index.html",
        spoken,
        items=items,
        filters=filters,
        years=years,
        following=_following("portal.index", cursor),
        as_json=_address("portal.index_json", request.args.to_dict()),
    )


@pages.get("/portal.json")
def index_json() -> Response:
    """The same list as data, with the address of the next page."""
    items, cursor = _search(_filters(request.args))
    following = _following("portal.index_json", cursor)
    return _data({"items": [_told(item) for item in items], "next": following})


@pages.get("/portal/publications/<id:publication_id>")
def publication(publication_id: str) -> Response:
    """One text with its dates, its office, how far rectification is, and what was said later."""
    with engine().read(READER) as uow:
        found = portal.get(uow, publication_id)
    return _page("publication.html", language(), found=found, entry=found.entry)


@pages.get("/portal/publications/<id:publication_id>.json")
def publication_json(publication_id: str) -> Response:
    """The same text as data."""
    with engine().read(READER) as uow:
        found = portal.get(uow, publication_id)
    return _data(_told_whole(found))


@pages.get("/portal/suggestions/new")
def suggestion() -> Response:
    """The form for an opinion."""
    return _form({}, {})


@pages.post("/portal/suggestions/new", endpoint="suggest")
def suggest() -> Response:
    """Take an opinion in; what is refused comes back with everything that was written."""
    sent = {name: _clean(request.form.get(name, "")) for name in _FIELDS}
    if sent.pop("website"):  # hidden from people: a program filled it in
        return _sent("0" * _NUMBER)
    try:
        with (
            limits.anonymous(
                engine(), "suggestion", most=MOST_SUGGESTIONS, code="too-many-suggestions"
            ),
            engine().begin(READER) as uow,
        ):
            number = suggestions.send(
                uow,
                text=sent["text"],
                publication_id=sent["publication"],
                office_id=sent["office"],
                writer=sent["writer"],
                contact=sent["contact"],
            ).id[:_NUMBER]
    except Invalid as error:
        wrong = [fault.pointer.lstrip("/") for fault in error.errors]
        said = words(language())
        return _form(sent, {name: said[f"fault_{name}"] for name in wrong}, status=422)
    except TooMany as error:
        answer = _form(sent, {"": words(language())["suggest_limited"]}, status=429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return _sent(number)


@pages.get("/portal/suggestions/sent")
def sent() -> Response:
    """That it has arrived; the number is for asking about it."""
    number = "".join(c for c in request.args.get("number", "")[:_NUMBER] if c.isalnum())
    return _page("sent.html", language(), number=number)


@pages.get("/portal/portal.css")
def style() -> Response:
    """The portal's style sheet, without a font or an image from anywhere."""
    text = (files("api.supervision.portal") / "portal.css").read_text("utf-8")
    return Response(text, mimetype="text/css", headers={"Cache-Control": "public, max-age=3600"})


@pages.errorhandler(EngineError)
def failed(error: EngineError) -> Response:
    """An error as a page, with a way back; as data where data was asked for."""
    if request.path.endswith(".json"):
        return problems.render(error)
    status = problems.render(error).status_code
    said = words(language())
    faults = []
    if isinstance(error, Invalid):
        faults = [said[f"fault_{fault.pointer.lstrip('/')}"] for fault in error.errors]
    return _page(
        "failed.html",
        language(),
        is_missing=isinstance(error, NotFound),
        faults=faults,
        status=status,
    )


_FIELDS = ("text", "publication", "office", "writer", "contact", "website")


def _filters(args: Mapping[str, str]) -> Filters:
    year, kind, severity = (args.get(name, "").strip() for name in ("year", "kind", "severity"))
    wrong = []
    if year and not (year.isascii() and year.isdecimal() and len(year) == 4 and year > "1900"):
        wrong.append("year")
    if kind and kind not in {item.value for item in PublicKind}:
        wrong.append("kind")
    if severity and severity not in {item.value for item in Severity}:
        wrong.append("severity")
    if wrong:
        said = words(language())
        faults = [Fault(pointer=f"/{w}", detail=said[f"fault_{w}"], code="choice") for w in wrong]
        raise Invalid(said["bad_request"], errors=faults)
    return Filters(
        q=_clean(args.get("q", ""))[:80],
        unit_id=_clean(args.get("unit", ""))[:32],
        year=int(year) if year else None,
        kind=PublicKind(kind) if kind else None,
        severity=Severity(severity) if severity else None,
    )


def _search(filters: Filters) -> tuple[list[Entry], str | None]:
    after = pagination.decode(_LISTING, request.args.get("cursor"), date)
    with engine().read(READER) as uow:
        found = portal.search(uow, filters, after=after, limit=PAGE + 1)
    shown = list(found[:PAGE])
    more = len(found) > PAGE
    return shown, pagination.encode(
        _LISTING, shown[-1].published_on, shown[-1].id
    ) if more else None


def _following(endpoint: str, cursor: str | None) -> str | None:
    """The address of the page after this one, with the same conditions."""
    if cursor is None:
        return None
    return _address(endpoint, {**request.args.to_dict(), "cursor": cursor})


def _address(endpoint: str, arguments: Mapping[str, Any]) -> str:
    """`url_for`, where an argument may be called like one of Flask's own."""
    plain = {name: value for name, value in arguments.items() if not name.startswith("_")}
    return url_for(endpoint, **plain)


def _told(entry: Entry) -> dict[str, Any]:
    """An entry as data; the case's own id stays inside."""
    told = {name: value for name, value in asdict(entry).items() if name != "case_id"}
    dates = {name: value.isoformat() for name, value in told.items() if isinstance(value, date)}
    return told | dates | {"url": url_for("portal.publication", publication_id=entry.id)}


def _told_whole(found: Whole) -> dict[str, Any]:
    status = None
    if found.rectification is not None:
        status = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(found.rectification).items()
        }
    return _told(found.entry) | {
        "body": found.body,
        "channels": list(found.channels),
        "address": found.address,
        "rectification": status,
        "others": [_told(other) for other in found.others],
    }


def _form(written: Mapping[str, str], faults: Mapping[str, str], *, status: int = 200) -> Response:
    about = written.get("publication") or _clean(request.args.get("publication", ""))[:32]
    with engine().read(READER) as uow:
        found = portal.get(uow, about).entry if about else None
        offices = suggestions.offices(uow)
    return _page(
        "suggest.html",
        language(),
        about=found,
        offices=offices,
        written=written,
        faults=faults,
        most=suggestions,
        status=status,
    )


def _sent(number: str) -> Response:
    """A reload must not send it again."""
    address = _address("portal.sent", {"number": number, **_lang_of(language())})
    return Response(status=303, headers={"Location": address})


def _page(name: str, spoken: Language, *, status: int = 200, **data: Any) -> Response:
    other: Language = "zh" if spoken == "en" else "en"
    here = request.endpoint if request.method == "GET" else None
    arguments = {**request.args.to_dict(), **(request.view_args or {}), "lang": other}
    switched = _address(here or "portal.index", arguments if here else {"lang": other})
    text = render_template(
        f"portal/{name}",
        w=words(spoken),
        lang=spoken,
        day=lambda value: day(value, spoken),
        # a link goes on in the language that was chosen, and says so only where it was
        link=lambda endpoint, **more: _address(f"portal.{endpoint}", more | _lang_of(spoken)),
        switched=switched,
        **data,
    )
    answer = Response(text, status=status, mimetype="text/html")
    answer.headers["Content-Language"] = "en" if spoken == "en" else "zh-CN"
    answer.vary.add("Accept-Language")
    if status == 200 and request.method == "GET":
        answer.headers["Cache-Control"] = KEPT
        answer.add_etag()
        answer.make_conditional(request)
    else:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _lang_of(spoken: Language) -> dict[str, str]:
    return {"lang": spoken} if "lang" in request.args else {}


def _data(value: Any) -> Response:
    answer = jsonify(value)
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Content-Disposition"] = "inline"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _clean(text: str) -> str:
    """Without characters that nobody can see or type."""
    return "".join(c for c in text if c >= " " or c in "\r\n\t").replace("\x7f", "").strip()
