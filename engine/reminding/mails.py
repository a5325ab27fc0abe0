"""Mail as rows: written with what it tells of, claimed under a lease, handed over once.

Who sends is ops/mail.py. A letter is handed over between two commits: `hand_over` says that it begins,
`sent` that it is done. A worker that dies between them leaves it `handing`, and it becomes `uncertain`
instead of being sent a second time: an operator sees it, and the notification stands in the system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import pages
from engine.administration import duties, oversight
from engine.calendars.calendar import YearNotLoaded
from engine.clock import LOCAL_ZONE
from engine.database import insert
from engine.errors import Conflict, NotFound
from engine.reminding import tidings
from engine.states import MailState
from engine.tables import Instance, Mail, MailPreference, Notification, User, new_id
from engine.timing import reckoning

if TYPE_CHECKING:
    from engine.unit_of_work import UnitOfWork

#: How a person may want it.
MODES = IMMEDIATE, DIGEST, OFF = ("immediate", "digest", "off")

#: How long a worker may talk to the mail server about one letter.
LEASE = timedelta(minutes=5)
#: Before the next try, by attempt; after the last one it has failed.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))


@dataclass(frozen=True, kw_only=True)
class Letters:
    """That mail is sent, and how: where links lead, at which local hour of working days digests go."""

    address: str = ""
    digest_hour: int = 8

    def link(self, task_id: str | None, instance_id: str | None) -> str:
        if not self.address:
            return ""
        place = f"tasks/{task_id}" if task_id else f"cases/{instance_id}"
        return f"{self.address.rstrip('/')}/{place}"


def write(
    uow: UnitOfWork, rows: Sequence[Mapping[str, Any]], instance: Instance, *, binding: bool
) -> None:
    """The mail of new notifications of one case, as each person wants it; `binding`: at once to all."""
    letters = uow.engine.letters
    if letters is None:
        return
    ids = [row["user_id"] for row in rows]
    modes = _modes(uow, ids)
    query = sa.select(User).where(User.id.in_(ids), User.email.is_not(None), User.is_active)
    users = {user.id: user for user in uow.session.scalars(query)}
    for row in rows:
        user = users.get(row["user_id"])
        mode = IMMEDIATE if binding else modes.get(row["user_id"], IMMEDIATE)
        if user is None or mode == OFF:
            continue
        if mode == DIGEST:
            _put_off(uow, row["id"], _digest_at(uow, instance.family, letters.digest_hour))
            continue
        subject, body = tidings.letter(
            row["kind"],
            row["data"],
            number=instance.business_key or "",
            link=letters.link(row["task_id"], instance.id),
            locale=user.locale,
        )
        _add(uow, row["key"], user, subject, body)


def write_to_owner(
    uow: UnitOfWork, user: User, key: str, kind: str, data: Mapping[str, Any], *, to: str | None
) -> None:
    """What happened to somebody's account: at once, whatever they chose; `to` another address."""
    letters, address = uow.engine.letters, to or user.email
    if letters is None or not address or not user.is_active:
        return
    subject, body = tidings.letter_to_owner(kind, data, locale=user.locale)
    _add(uow, key, user, subject, body, to=address)


def mode_of(uow: UnitOfWork) -> str:
    """How the actor wants their mail."""
    me = uow.actor.account_id or ""
    return _modes(uow, [me]).get(me, IMMEDIATE)


def prefer(uow: UnitOfWork, mode: str) -> str:
    """Choose how the actor gets mail from now on. Notifications in the system always come."""
    me = uow.actor.account_id
    row = insert(uow.session, MailPreference).values(user_id=me, mode=mode, changed_at=uow.now)
    changed = {"mode": mode, "changed_at": uow.now}
    uow.session.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=changed))
    return mode


def write_digests(uow: UnitOfWork, *, limit: int = 50) -> int:
    """One letter to each person whose digest is due; how many people. Called by the sender.

    What somebody may no longer see, has read or has since switched off is left out.
    """
    due = Notification.digest_at.is_not(None) & (Notification.digest_at <= uow.now)
    query = sa.select(Notification.user_id).where(due).distinct()
    people = list(uow.session.scalars(query.order_by(Notification.user_id).limit(limit)))
    for user_id in people:
        # whoever else collects them meanwhile gets no row, and writes nothing
        taken = uow.session.execute(
            sa.update(Notification)
            .where(due, Notification.user_id == user_id)
            .values(digest_at=None)
            .returning(Notification.id)
            .execution_options(synchronize_session=False)
        )
        _digest(uow, user_id, list(taken.scalars()))
    return len(people)


def claim(uow: UnitOfWork, *, worker: str, limit: int = 20, lease: timedelta = LEASE) -> list[str]:
    """Take up to `limit` letters that are due; the ids. One that was being handed over is not taken."""
    uow.session.execute(
        sa.update(Mail)
        .where(Mail.state == MailState.HANDING, Mail.lease_until < uow.now)
        .values(
            state=MailState.UNCERTAIN,
            error="交给邮件服务器时中断，可能已经发出；为免重复不再发送。",
        )
        .execution_options(synchronize_session=False)
    )
    ids = list(
        uow.session.scalars(
            sa.select(Mail.id)
            .where(
                sa.or_(
                    sa.and_(Mail.state == MailState.WAITING, Mail.due_at <= uow.now),
                    sa.and_(Mail.state == MailState.CLAIMED, Mail.lease_until < uow.now),
                )
            )
            .order_by(Mail.due_at, Mail.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    if ids:
        uow.session.execute(
            sa.update(Mail)
            .where(Mail.id.in_(ids))
            .values(
                state=MailState.CLAIMED,
                worker=worker,
                lease_until=uow.now + lease,
                attempts=Mail.attempts + 1,
            )
            .execution_options(synchronize_session=False)
        )
    return ids


def is_due(uow: UnitOfWork) -> bool:
    """Whether there is anything to send or to collect: a glance at two indexes."""
    waits = sa.select(Mail.id).where(
        sa.or_(
            sa.and_(Mail.state == MailState.WAITING, Mail.due_at <= uow.now),
            sa.and_(
                Mail.state.in_((MailState.CLAIMED, MailState.HANDING)), Mail.lease_until < uow.now
            ),
        )
    )
    digest = sa.select(Notification.id).where(
        Notification.digest_at.is_not(None), Notification.digest_at <= uow.now
    )
    return any(uow.session.scalar(query.limit(1)) is not None for query in (waits, digest))


def hand_over(uow: UnitOfWork, mail_id: str, *, worker: str) -> bool:
    """From this commit on it is never sent again. False where another worker has it meanwhile."""
    return _move(uow, mail_id, worker, MailState.CLAIMED, state=MailState.HANDING)


def sent(uow: UnitOfWork, mail_id: str, *, worker: str) -> bool:
    """The mail server has it. Also where the lease ran out meanwhile: it is known now."""
    done = {"state": MailState.SENT, "sent_at": uow.now, "error": None}
    if _move(uow, mail_id, worker, MailState.HANDING, **done):
        return True
    return _move(uow, mail_id, worker, MailState.UNCERTAIN, **done)


def put_back(uow: UnitOfWork, mail_id: str, error: str, *, worker: str, for_good: bool) -> None:
    """It was certainly not sent: another try later, or none."""
    row = uow.session.get_one(Mail, mail_id)
    over = for_good or row.attempts > len(BACK_OFF)
    wait = timedelta() if over else BACK_OFF[row.attempts - 1]
    changed: dict[str, Any] = {
        "state": MailState.FAILED if over else MailState.WAITING,
        "due_at": uow.now + wait,
        "lease_until": None,
        "error": error[:1000],
    }
    for state in (MailState.CLAIMED, MailState.HANDING):
        _move(uow, mail_id, worker, state, **changed)


def unclear(uow: UnitOfWork, mail_id: str, error: str, *, worker: str) -> None:
    """It was handed over, and no answer came."""
    _move(uow, mail_id, worker, MailState.HANDING, state=MailState.UNCERTAIN, error=error[:1000])


def search(
    uow: UnitOfWork,
    *,
    states: Sequence[str] = (MailState.FAILED, MailState.UNCERTAIN),
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> list[Mail]:
    """Letters, the newest first. Only who runs the system; what they say is not shown."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    query = sa.select(Mail).where(Mail.state.in_(list(states)))
    newest = pages.keyset(query, Mail.created_at, Mail.id, descending=True, after=after)
    return list(uow.session.scalars(newest.limit(limit)))


def retry(uow: UnitOfWork, mail_id: str) -> Mail:
    """Send a failed or uncertain one again, now. Only who runs the system. NotFound, Conflict."""
    duties.require(uow, duties.SYSTEM_ADMIN)
    row = uow.session.scalars(
        sa.select(Mail).where(Mail.id == mail_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("没有这封邮件。", code="mail-not-found")
    if row.state not in (MailState.FAILED, MailState.UNCERTAIN):
        raise Conflict("只有发送失败或结果不明的邮件可以重发。", code="mail-not-failed")
    row.state, row.due_at, row.attempts, row.error = MailState.WAITING, uow.now, 0, None
    return row


def _modes(uow: UnitOfWork, ids: Sequence[str]) -> dict[str, str]:
    query = sa.select(MailPreference.user_id, MailPreference.mode)
    rows = uow.session.execute(query.where(MailPreference.user_id.in_(ids)))
    return {row.user_id: row.mode for row in rows}


def _put_off(uow: UnitOfWork, notification_id: str, at: datetime) -> None:
    uow.session.execute(
        sa.update(Notification)
        .where(Notification.id == notification_id)
        .values(digest_at=at)
        .execution_options(synchronize_session=False)
    )


def _digest_at(uow: UnitOfWork, family: str, hour: int) -> datetime:
    """The next digest: at its hour of a working day."""
    calendar = reckoning.calendar_of(uow, family)
    day = uow.today
    while True:
        at = datetime.combine(day, time(hour), LOCAL_ZONE)
        try:
            is_worked = calendar.is_working_day(day)
        except YearNotLoaded:
            is_worked = day.weekday() < 5
        if is_worked and at > uow.now:
            return at
        day += timedelta(days=1)


def _digest(uow: UnitOfWork, user_id: str, ids: list[str]) -> None:
    from engine.reminding import notifications

    letters, user = uow.engine.letters, uow.session.get_one(User, user_id)
    modes = _modes(uow, [user_id])
    if letters is None or not user.is_active or not user.email or modes.get(user_id) == OFF:
        return
    query = sa.select(Notification).where(Notification.id.in_(ids), Notification.read_at.is_(None))
    rows = list(uow.session.scalars(query.order_by(Notification.created_at, Notification.id)))
    with oversight.in_the_place_of(uow, user) as theirs:
        seen = [told for told in notifications.told(theirs, rows) if told.is_visible]
    lines = [
        (
            told.row.kind,
            told.data,
            (told.instance.business_key or "") if told.instance is not None else "",
            letters.link(told.row.task_id, told.row.instance_id),
        )
        for told in seen
    ]
    if lines:
        subject, body = tidings.digest(lines, locale=user.locale)
        _add(uow, f"digest:{seen[-1].row.id}", user, subject, body)


def _add(
    uow: UnitOfWork, key: str, user: User, subject: str, body: str, *, to: str | None = None
) -> None:
    row = {
        "id": new_id(),
        "key": key,
        "user_id": user.id,
        "address": to or user.email,
        "subject": subject,
        "body": body,
        "state": MailState.WAITING,
        "due_at": uow.now,
        "attempts": 0,
        "created_at": uow.now,
    }
    uow.session.execute(insert(uow.session, Mail).values(row).on_conflict_do_nothing())


def _move(uow: UnitOfWork, mail_id: str, worker: str, state_now: str, **changed: Any) -> bool:
    moved = uow.session.execute(
        sa.update(Mail)
        .where(Mail.id == mail_id, Mail.worker == worker, Mail.state == state_now)
        .values(**changed)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount) == 1  # type: ignore[attr-defined]  # of a statement that changes rows
