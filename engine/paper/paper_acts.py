"""Acts done on paper, recorded by the Office (代录): one person prepares, another compares, then it counts.

A task of a role that stands outside the case's Office (`on_paper` in the manifest) is completed as
the act of whoever signed the paper, on the road of every completion, when a second person of the same
Office has compared the record with its scan. Until then nothing happens. docs/access.md; decision 0010.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from engine import store, tasks
from engine.actor import Actor, OnPaper, PostRef
from engine.administration import proposals
from engine.administration.proposals import Kind
from engine.clock import LOCAL_ZONE, local_date
from engine.errors import Conflict, Fault, Invalid, PreconditionMissing, Stale
from engine.filing import files
from engine.handover import approval_sheets
from engine.identity import people, posts
from engine.paper import paper_seats
from engine.paper.paper_seats import PaperSeat
from engine.permission import access
from engine.record import protection
from engine.tables import File, PaperAct, Post, Proposal, Recusal, Task, TaskCandidate, User, new_id
from engine.unit_of_work import UnitOfWork

MAX_SCANS = 10
MAX_NAME, MAX_TITLE = 40, 80
#: What a scan may be.
SCAN_TYPES = ("application/pdf", "image/")
_SUBJECT = "paper_act"
_LAST_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the paper says: who acted in which post, and when; and the scans that show it."""

    group: str
    name: str
    title: str
    acted_on: date
    scans: tuple[str, ...]
    #: Where the post is, if the task waits for that post in several organisations.
    organisation_id: str | None = None
    #: The account of whoever signed, if there is one.
    user_id: str | None = None
    #: The local hour, where the paper says one.
    acted_time: time | None = None
    #: The approval sheet (呈批件) that was signed.
    sheet_id: str | None = None


def propose(
    uow: UnitOfWork,
    task_id: str,
    paper: Paper,
    values: Mapping[str, Any],
    *,
    reason: str,
    revision: int | None,
) -> Proposal:
    """Write down what was done on paper, for a second person of the Office to compare.

    It could be completed now, which is tried and taken back. Invalid with pointers into the request
    (`/values/…` for the form); whatever the completion itself would raise.
    """
    if revision is None:
        raise PreconditionMissing("请先读取任务，再带上它的版本号提交。")
    task = tasks.lock(uow, task_id, revision)
    access.require_act(uow, task, "record_on_paper")
    seat = _checked(uow, task, paper)
    named = sorted(tasks.texts(values) & files.usable(uow, task))
    content = {
        "task": {"name": task.name, "item": task.item_name, "element_id": task.element_id},
        "values": _sealed(uow, task, values),
        "paper": _as_json(replace(paper, organisation_id=seat.organisation_id)),
        "role": seat.role.name,
        "is_before_arrival": _is_before_arrival(task, paper),
        "attachments": named,
        "revision": task.revision,
        "office_id": min(paper_seats.offices_of(uow, task.instance)),
    }
    row = proposals.propose(
        uow,
        KIND,
        subject=("task", task.id),
        title=f"代录：{task.name}（{paper.name}）",
        reason=reason,
        content=content,
        instance_id=task.instance_id,
    )
    _rehearse(uow, row, task)
    # the second person must be able to open them, and no sweep may take them meanwhile
    files.bind(uow, paper.scans, task=task, subject=(_SUBJECT, task.id), audience="internal")
    if named:
        files.bind(uow, named, task=task, audience="internal")
    return row


def holders(uow: UnitOfWork, task: Task, seat: PaperSeat) -> list[User]:
    """People with an account who could have signed in this post, by name."""
    return [row for row in people.people_for(uow, task) if _holds(uow, row.id, seat)]


def of_tasks(uow: UnitOfWork, task_ids: Collection[str]) -> dict[str, PaperAct]:
    """The marks of those tasks that were done on paper, by task id."""
    if not task_ids:
        return {}
    rows = uow.session.scalars(sa.select(PaperAct).where(PaperAct.task_id.in_(task_ids)))
    return {row.task_id: row for row in rows}


def by_id(uow: UnitOfWork, ids: Collection[str | None]) -> dict[str, PaperAct]:
    """The marks with these ids; absent ones are left out."""
    wanted = {id_ for id_ in ids if id_}
    if not wanted:
        return {}
    rows = uow.session.scalars(sa.select(PaperAct).where(PaperAct.id.in_(wanted)))
    return {row.id: row for row in rows}


def _may_confirm(uow: UnitOfWork, proposal: Proposal) -> bool:
    """Another recorder of the same Office, who neither keeps out of the case nor signed the paper."""
    task, signed = uow.session.get(Task, proposal.subject_id), proposal.content["paper"]
    if task is None or uow.actor.user_id == signed["user_id"] or uow.actor.name == signed["name"]:
        return False
    return proposal.content["office_id"] in paper_seats.offices_of(uow, task.instance)


def _carry_out(uow: UnitOfWork, proposal: Proposal) -> Mapping[str, Any]:
    """`uow` is the recorder's; what is done is the act of whoever signed."""
    content = proposal.content
    instance = store.lock(uow, proposal.instance_id or "")
    if content["office_id"] not in paper_seats.offices_of(uow, instance):
        raise Conflict(
            "登记人已不在承办岗位上，或者应当回避本案，不能代录。请拒绝，由他人重新登记。",
            code="recorder-gone",
        )
    try:
        task = tasks.lock(uow, proposal.subject_id, content["revision"])
    except Stale as error:
        raise Stale(
            "登记之后，这项任务又有人认领、填写或者改派，没有代录。请拒绝，由登记人核对后重新登记。"
        ) from error
    # they were bound only so that two people could see them
    own = File.uploaded_by == uow.actor.user_id
    for row in uow.session.scalars(sa.select(File).where(File.id.in_(content["attachments"]), own)):
        row.is_bound = False
    return {"task": task.id, "paper_act": _complete(uow, proposal, task)}


def _complete(uow: UnitOfWork, proposal: Proposal, task: Task) -> str:
    """The task as the act of whoever signed; the id of its mark. `uow` is the recorder's."""
    paper = _from_json(proposal.content["paper"])
    try:
        seat = _checked(uow, task, paper)
        if paper.sheet_id is not None:
            approval_sheets.require_usable(uow, task, paper.sheet_id)
    except Invalid as error:
        if proposal.decided_by is None:
            raise
        wrong = "".join(fault.detail for fault in error.errors)
        raise Conflict(
            f"登记之后情况有变，没有代录：{wrong}请拒绝，由登记人核对后重新登记。",
            code="record-outdated",
        ) from error
    act = _act(uow, task, paper, seat, proposal)
    uow.session.add(act)
    uow.session.flush()
    if paper.sheet_id is not None:
        approval_sheets.sign(uow, task, paper.sheet_id, act.id)
    confirmer = uow.session.get_one(User, act.confirmed_by)
    acting = replace(uow, actor=_signer(uow, paper, seat, _mark(uow, act, confirmer)))
    tasks.finish(acting, task, proposal.content["values"])
    return act.id


def _rehearse(uow: UnitOfWork, proposal: Proposal, task: Task) -> None:
    """Complete it and take it back: what is wrong is said to whoever writes it in."""
    callbacks = uow.after_commit_mark()
    savepoint = uow.session.begin_nested()
    try:
        _complete(uow, proposal, task)
    finally:
        savepoint.rollback()
        uow.after_commit_forget(callbacks)


def _act(
    uow: UnitOfWork, task: Task, paper: Paper, seat: PaperSeat, proposal: Proposal
) -> PaperAct:
    return PaperAct(
        id=new_id(),
        instance_id=task.instance_id,
        task_id=task.id,
        proposal_id=proposal.id,
        group=seat.role.key,
        organisation_id=seat.organisation_id,
        name=paper.name.strip(),
        title=paper.title.strip(),
        user_id=paper.user_id,
        acted_on=paper.acted_on,
        acted_at=min(_acted_at(paper), uow.now),
        is_before_arrival=_is_before_arrival(task, paper),
        scans=list(paper.scans),
        reason=proposal.reason,
        recorded_by=proposal.proposed_by,
        recorded_at=proposal.proposed_at,
        confirmed_by=proposal.decided_by or proposal.proposed_by,  # not yet, while it is tried
        confirmed_at=uow.now,
    )


def _mark(uow: UnitOfWork, act: PaperAct, confirmer: User) -> OnPaper:
    return OnPaper(
        paper_act_id=act.id,
        acted_on=act.acted_on,
        acted_at=act.acted_at,
        is_before_arrival=act.is_before_arrival,
        recorded_by=act.recorded_by,
        recorder_name=uow.actor.name,
        confirmed_by=act.confirmed_by,
        confirmer_name=confirmer.name,
    )


def _signer(uow: UnitOfWork, paper: Paper, seat: PaperSeat, mark: OnPaper) -> Actor:
    """Whoever signed, in the post on the paper; with an account also their other posts."""
    post = PostRef(
        group=seat.role.key, organisation_id=seat.organisation_id, title=paper.title.strip()
    )
    if paper.user_id is None:
        return Actor(user_id=None, name=paper.name.strip(), posts=(post,), on_paper=mark)
    person = posts.actor_of(uow, paper.user_id)
    others = tuple(
        held
        for held in person.posts
        if (held.group, held.organisation_id) != (post.group, post.organisation_id)
    )
    return replace(person, posts=(post, *others), on_paper=mark)


def _checked(uow: UnitOfWork, task: Task, paper: Paper) -> PaperSeat:
    """The post in which it was done. Invalid with everything that is wrong with the record."""
    faults = [*_wording(paper), *_dates(uow, task, paper), *_scans(uow, task, paper)]
    seats = [
        seat
        for seat in paper_seats.of_task(uow, task)
        if seat.role.key == paper.group
        and paper.organisation_id in (None, seat.organisation_id)
        and (paper.user_id is None or _holds(uow, paper.user_id, seat))
    ]
    if len(seats) != 1:
        several = "请指明是哪个单位。" if seats else "这项任务不由此人的这一岗位办理，请核对。"
        pointer = "/organisation_id" if seats else "/group"
        faults.append(Fault(pointer=pointer, detail=several, code="no-such-seat"))
    else:
        faults += _person(uow, task, paper, seats[0])
    if faults:
        raise Invalid("没有登记：请改正后再提交。", errors=faults, code="paper-invalid")
    return seats[0]


def _wording(paper: Paper) -> Iterator[Fault]:
    for pointer, text, most, what in (
        ("/name", paper.name, MAX_NAME, "签署人姓名"),
        ("/title", paper.title, MAX_TITLE, "签署人职务"),
    ):
        if not 0 < len(text.strip()) <= most:
            detail = f"请写明{what}（{most}字以内）。"
            yield Fault(pointer=pointer, detail=detail, code="required")


def _dates(uow: UnitOfWork, task: Task, paper: Paper) -> Iterator[Fault]:
    """Not in the future, not before the case. Before the task is possible, and is marked."""
    began_on = local_date(task.instance.started_at)
    if paper.acted_on > uow.today:
        yield Fault(
            pointer="/acted_on", detail=f"不能晚于今天（{uow.today}）。", code="out-of-range"
        )
    elif paper.acted_on < began_on:
        detail = f"不能早于案件发起的日期（{began_on}）。"
        yield Fault(pointer="/acted_on", detail=detail, code="out-of-range")
    elif paper.acted_time is not None and _acted_at(paper) > uow.now:
        yield Fault(pointer="/acted_time", detail="不能晚于现在。", code="out-of-range")


def _scans(uow: UnitOfWork, task: Task, paper: Paper) -> Iterator[Fault]:
    if not 0 < len(set(paper.scans)) <= MAX_SCANS:
        detail = f"请附纸质件的扫描件（PDF 或者图片，最多{MAX_SCANS}份）。"
        yield Fault(pointer="/scans", detail=detail, code="required")
        return
    found = {
        row.id: row
        for row in uow.session.scalars(sa.select(File).where(File.id.in_(set(paper.scans))))
    }
    for number, file_id in enumerate(paper.scans):
        row, pointer = found.get(file_id), f"/scans/{number}"
        if row is None or row.uploaded_by != uow.actor.user_id:
            detail = "没有找到您上传的这份文件，请重新上传。"
            yield Fault(pointer=pointer, detail=detail, code="file-not-found")
        elif row.is_bound and (row.subject_kind, row.subject_id) != (_SUBJECT, task.id):
            detail = "这份文件已用于别处，请重新上传。"
            yield Fault(pointer=pointer, detail=detail, code="file-bound")
        elif not row.media_type.startswith(SCAN_TYPES):
            detail = "扫描件应为 PDF 或者图片。"
            yield Fault(pointer=pointer, detail=detail, code="file-type")


def _person(uow: UnitOfWork, task: Task, paper: Paper, seat: PaperSeat) -> Iterator[Fault]:
    """Who acts by account is checked as if they were here; a name must not hide one that would be."""
    if paper.user_id is None:
        if seat.needs_account:
            detail = f"“{seat.role.name}”须从已登记的人员中选择，以便核对回避和岗位分离。"
            yield Fault(pointer="/user_id", detail=detail, code="account-needed")
        elif _is_known_name(uow, task, paper.name.strip()):
            detail = "本案有同名的账号，请选定该账号；确是另一人的，请在姓名后注明单位。"
            yield Fault(pointer="/user_id", detail=detail, code="account-not-chosen")
        return
    person = uow.session.get_one(User, paper.user_id)  # they hold the post
    if person.id == uow.actor.user_id:
        detail = "纸质件的签署人不能自己登记，请由他人登记。"
        yield Fault(pointer="/user_id", detail=detail, code="signer-records")
    elif person.name != paper.name.strip():
        detail = f"与所选账号的姓名（{person.name}）不一致。"
        yield Fault(pointer="/name", detail=detail, code="name-differs")
    elif not people.may_take(uow, task, person.id):
        detail = "此人不能办理这项任务：应当回避，或者办理过须由另一人核对的步骤。"
        yield Fault(pointer="/user_id", detail=detail, code="not-a-candidate")


def _holds(uow: UnitOfWork, user_id: str, seat: PaperSeat) -> bool:
    return uow.session.get(User, user_id) is not None and any(
        post.group == seat.role.key and post.organisation_id == seat.organisation_id
        for post in posts.of(uow, user_id)
    )


def _is_known_name(uow: UnitOfWork, task: Task, name: str) -> bool:
    """Of the recorder, of a person who keeps out of the case, or of a holder of a candidate post."""
    holders = (
        sa.select(Post.user_id)
        .join(
            TaskCandidate,
            sa.and_(
                TaskCandidate.group == Post.group,
                TaskCandidate.organisation_id == Post.organisation_id,
            ),
        )
        .where(TaskCandidate.task_id == task.id, posts.in_force(uow))
    )
    recused = sa.select(Recusal.user_id).where(Recusal.instance_id == task.instance_id)
    known = sa.or_(User.id == uow.actor.user_id, User.id.in_(holders), User.id.in_(recused))
    query = sa.select(User.id).where(User.name == name, User.is_active, known)
    return uow.session.scalars(query.limit(1)).first() is not None


def _acted_at(paper: Paper) -> datetime:
    """The hour on the paper; without one the end of the day, for a day is kept until it ends."""
    if paper.acted_time is not None:
        return datetime.combine(paper.acted_on, paper.acted_time, LOCAL_ZONE)
    following = paper.acted_on + timedelta(days=1)
    return datetime.combine(following, time(), LOCAL_ZONE) - _LAST_MOMENT


def _is_before_arrival(task: Task, paper: Paper) -> bool:
    return paper.acted_on < local_date(task.created_at)


def _sealed(uow: UnitOfWork, task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is protected lies apart from the record, too: the second person sees its mark."""
    if task.form_key is None:
        return dict(values)
    form = store.form_of(uow, task)
    opened = protection.open_for_check(uow, form, values, instance_id=task.instance_id)
    family = task.instance.family
    return protection.seal(
        uow, form, opened.values, family=family, task=task, marked=opened.rows, keep=True
    ).values


def _as_json(paper: Paper) -> dict[str, Any]:
    at = paper.acted_time
    return {
        **asdict(paper),
        "scans": list(paper.scans),
        "acted_on": paper.acted_on.isoformat(),
        "acted_time": at.isoformat("minutes") if at is not None else None,
    }


def _from_json(said: Mapping[str, Any]) -> Paper:
    at = said["acted_time"]
    return Paper(
        **{
            **said,
            "scans": tuple(said["scans"]),
            "acted_on": date.fromisoformat(said["acted_on"]),
            "acted_time": time.fromisoformat(at) if at is not None else None,
        }
    )


KIND = Kind(
    key="paper_act",
    name="代录",
    may_confirm=_may_confirm,
    carry_out=_carry_out,
    is_of_case=True,
)
