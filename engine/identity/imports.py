"""Organisations and people from a list (engine/filing/spreadsheets.py): the whole list or nothing of it.

Each row is done as an administrator would do it by hand, by the same verbs. `check` does it, too, and
takes it back: what it tells is what would happen. What is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from engine.administration import duties
from engine.errors import Conflict, EngineError, Fault, Invalid
from engine.filing import spreadsheets
from engine.filing.spreadsheets import Column, Row
from engine.identity import activations, appointments, organisations, users

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

ADDED, CHANGED, POST_GIVEN, UNCHANGED, FAULTY = OUTCOMES = (
    "added",
    "changed",
    "post_given",
    "unchanged",
    "faulty",
)

ORGANISATION_COLUMNS = (
    Column(key="code", names=("单位代码", "代码", "code"), is_needed=True),
    Column(key="name", names=("单位名称", "名称", "name"), is_needed=True),
    Column(key="kind", names=("类别", "单位类别", "kind"), is_needed=True),
    Column(key="short_name", names=("简称", "short_name")),
    Column(key="parent", names=("上级单位代码", "上级代码", "parent")),
)
PEOPLE_COLUMNS = (
    Column(key="username", names=("用户名", "username"), is_needed=True),
    Column(key="name", names=("姓名", "name"), is_needed=True),
    Column(key="email", names=("邮箱", "电子邮箱", "email")),
    Column(key="phone", names=("电话", "手机", "phone")),
    Column(key="group", names=("角色", "岗位角色", "group")),
    Column(key="organisation", names=("单位代码", "organisation")),
    Column(key="title", names=("职务", "title")),
    Column(key="from_on", names=("起始日", "from")),
    Column(key="until_on", names=("截止日", "until")),
)


@dataclass(kw_only=True)
class Outcome:
    """What one row does, or what is wrong with it; `code` is an activation code, shown once."""

    number: int
    key: str
    outcome: str
    code: str | None = None
    faults: Sequence[Fault] = field(default_factory=tuple)


def import_organisations(uow: UnitOfWork, data: bytes, *, check: bool = False) -> list[Outcome]:
    """Add the organisations of the list; a parent stands above its children or is there already.

    Invalid with every fault by row and column, and nothing is done; with `check` the outcomes tell.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    rows = spreadsheets.read(data, ORGANISATION_COLUMNS)
    return run(uow, rows, "code", _organisation, check=check)


def import_people(uow: UnitOfWork, data: bytes, *, check: bool = False) -> list[Outcome]:
    """Add accounts and posts. Several rows may name one person, each with another post.

    A new account comes with an activation code. Posts of administrators need two people and are
    refused here. Errors as of `import_organisations`.
    """
    duties.require(uow, duties.SECURITY_ADMIN)
    rows = spreadsheets.read(data, PEOPLE_COLUMNS)
    return run(uow, rows, "username", _person, check=check)


def run(
    uow: UnitOfWork,
    rows: Sequence[Row],
    key: str,
    act: Callable[[UnitOfWork, Row, Outcome], None],
    *,
    check: bool,
) -> list[Outcome]:
    """Do `act` for each row; take all back where one failed, and with `check`. Invalid with every fault."""
    mark = uow.after_commit_mark()
    whole = uow.session.begin_nested()
    outcomes = [_tried(uow, row, key, act) for row in rows]
    faults = [fault for outcome in outcomes for fault in outcome.faults]
    if check or faults:
        uow.session.flush()
        whole.rollback()
        uow.after_commit_forget(mark)
    else:
        whole.commit()
    if faults and not check:
        raise Invalid(
            f"没有导入：有 {len(faults)} 处要改正，一行也没有写入。",
            errors=faults,
            code="import-refused",
        )
    if check:
        for outcome in outcomes:
            outcome.code = None  # nobody will be let in with it
    return outcomes


def _tried(
    uow: UnitOfWork, row: Row, key: str, act: Callable[[UnitOfWork, Row, Outcome], None]
) -> Outcome:
    """One row; what it began is taken back where it fails, and the next is tried all the same."""
    outcome = Outcome(number=row.number, key=row.cells[key], outcome=UNCHANGED)
    savepoint = uow.session.begin_nested()
    try:
        act(uow, row, outcome)
        savepoint.commit()
    except EngineError as error:
        savepoint.rollback()
        outcome.outcome, outcome.code = FAULTY, None
        outcome.faults = [
            Fault(
                pointer=f"/rows/{row.number}{fault.pointer}",
                detail=f"第{row.number}行：{fault.detail}",
                code=fault.code,
            )
            for fault in getattr(error, "errors", ())
            or [Fault(pointer="", detail=error.detail, code=error.code)]
        ]
    return outcome


def _organisation(uow: UnitOfWork, row: Row, outcome: Outcome) -> None:
    cells = row.cells
    parent = None
    if cells["parent"]:
        parent = organisations.by_code(uow, cells["parent"])
        if parent is None:
            detail = f"没有代码为“{cells['parent']}”的单位；上级须在表中排在它的前面。"
            raise _fault("/parent", detail, "unknown-organisation")
    parent_id = parent.id if parent is not None else None
    known = organisations.by_code(uow, cells["code"])
    if known is None:
        organisations.add(
            uow,
            code=cells["code"],
            name=cells["name"],
            kind=cells["kind"],
            short_name=cells["short_name"],
            parent_id=parent_id,
        )
        outcome.outcome = ADDED
    elif (known.name, known.kind, known.parent_id) != (cells["name"], cells["kind"], parent_id):
        detail = f"代码“{cells['code']}”已是“{known.name}”，名称、类别或上级与表中不同。"
        raise _fault("/code", detail, "code-taken")


def _person(uow: UnitOfWork, row: Row, outcome: Outcome) -> None:
    cells = row.cells
    user = users.by_username(uow, cells["username"])
    if user is None:
        user = users.add(
            uow,
            username=cells["username"],
            name=cells["name"],
            password=None,
            email=cells["email"],
            phone=cells["phone"],
        )
        outcome.outcome = ADDED
        outcome.code, _ = activations.issue(uow, user.id)
    elif user.name != cells["name"]:
        detail = f"用户名“{user.username}”已是“{user.name}”的。"
        raise _fault("/username", detail, "username-taken")
    if not (cells["group"] or cells["organisation"]):
        return
    place = organisations.by_code(uow, cells["organisation"])
    if place is None:
        detail = f"没有代码为“{cells['organisation']}”的单位。"
        raise _fault("/organisation", detail, "unknown-organisation")
    start, until = day(row, "from_on"), day(row, "until_on")
    held = appointments.held_then(uow, user.id, cells["group"], place.id, start or uow.today, until)
    if held is not None and held.until_on == until and held.title == cells["title"]:
        return
    if held is not None:
        raise Conflict("此人已有这个岗位，职务或期间与表中不同。", code="post-held")
    appointments.give(
        uow,
        user.id,
        cells["group"],
        place.id,
        title=cells["title"],
        from_on=start,
        until_on=until,
    )
    if outcome.outcome == UNCHANGED:
        outcome.outcome = POST_GIVEN


def day(row: Row, key: str) -> date | None:
    """As people and spreadsheets write it: 2026-01-31, 2026/1/31 or 2026年1月31日."""
    text = row.cells[key]
    if not text:
        return None
    parts = text.rstrip("日").replace("年", "-").replace("月", "-").replace("/", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError as error:
        raise _fault(f"/{key}", f"“{text[:20]}”不是日期，请写成 2026-01-31。", "date") from error


def _fault(pointer: str, detail: str, code: str) -> Invalid:
    return Invalid(detail, errors=[Fault(pointer=pointer, detail=detail, code=code)], code=code)
