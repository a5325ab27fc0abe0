"""The engine: a database, a clock, the process families, and the door to a transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, OperationalError

from engine.actor import Actor
from engine.clock import Clock
from engine.database import Database
from engine.errors import Conflict, EngineError, Unavailable
from engine.package import Listener, ProcessPackage
from engine.record.digests import SHA256
from engine.tables import Event, Instance
from engine.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from engine.administration.proposals import Kind
    from engine.rehearsing.troupe import Troupe
    from engine.reminding.mails import Letters
    from engine.spiff.cache import SpecCache


class Engine:
    """One per process. Thread-safe: each `begin` has a session of its own."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        packages: Iterable[ProcessPackage] = (),
        files_dir: Path | None = None,
        *,
        digest: str = SHA256,
    ) -> None:
        from engine.administration.four_eyes import KINDS
        from engine.reminding import account_notices, notifications
        from engine.spiff.cache import SpecCache

        self.database = database
        self.clock = clock
        self.packages: Mapping[str, ProcessPackage] = {p.family: p for p in packages}
        self.files_dir = files_dir
        #: What new links of the chains are made with, see engine/record/digests.py.
        self.digest = digest
        #: Seals the secrets of authenticators, see engine/identity/sealing.py; set by ops.
        self.secrets_key: bytes | None = None
        #: Where cases are rehearsed, see engine/rehearsing/sandboxes.py; set by ops. None: nowhere.
        self.sandboxes_dir: Path | None = None
        #: How long a sandbox is kept.
        self.sandbox_days = 14
        #: Who plays the sample stories, see engine/rehearsing/troupe.py; set by ops. None: nobody.
        self.troupe: Troupe | None = None
        #: How mail is written and where it leads; None: none is, see engine/reminding/mails.py. Set by ops.
        self.letters: Letters | None = None
        #: Who is told of what was recorded, before each commit.
        self.tell: Callable[[UnitOfWork, Sequence[Event]], None] = notifications.of_events
        #: Who owns an account is told of what happened to it, where it happens.
        self.tell_owner = account_notices.tell
        #: The acts that need two people; see engine/administration/proposals.py.
        self.proposal_kinds: Mapping[str, Kind] = KINDS
        self.specs: SpecCache = SpecCache()
        #: Set by the worker: called after a commit that scheduled work.
        self.on_work_scheduled: Callable[[], None] | None = None
        self._families: dict[str, str] = {}
        self._families_lock = threading.Lock()

    @contextmanager
    def begin(self, actor: Actor) -> Iterator[UnitOfWork]:
        """A unit of work that commits once when the `with` ends, or rolls back on any exception.

        A lost race leaves as Conflict, a busy or absent database as Unavailable: nothing was changed.
        """
        with self.database.session(write=True) as session:
            uow = UnitOfWork(engine=self, session=session, actor=actor, now=self.clock.now())
            try:
                yield uow
                uow.run_before_commit()
                session.commit()
            except IntegrityError as error:
                session.rollback()
                raise Conflict(
                    "刚才有人做了同样的事，您的操作没有生效，请刷新后再看。", code="lost-race"
                ) from error
            except OperationalError as error:
                session.rollback()
                raise Unavailable("数据库正忙或连不上，您的操作没有生效，请稍后再试。") from error
            except EngineError as refusal:
                session.rollback()
                uow.run_after_refusal(refusal)
                raise
            except BaseException:
                session.rollback()
                raise
        uow.run_after_commit()

    @contextmanager
    def read(self, actor: Actor) -> Iterator[UnitOfWork]:
        """A unit of work that only reads: rolled back whatever happens; its rows stay readable.

        Unavailable where the database is busy or absent.
        """
        with self.database.session(write=False) as session:
            try:
                yield UnitOfWork(engine=self, session=session, actor=actor, now=self.clock.now())
            except OperationalError as error:
                raise Unavailable("数据库正忙或连不上，请稍后再试。") from error
            finally:
                session.expunge_all()  # a rollback would expire every row that was read
                session.rollback()

    def wake(self) -> None:
        """Tell the worker in this process, if there is one, that work was scheduled."""
        if self.on_work_scheduled is not None:
            self.on_work_scheduled()

    def package(self, family: str) -> ProcessPackage:
        """The family's package. KeyError if this installation does not carry it."""
        return self.packages[family]

    def listeners_of(self, uow: UnitOfWork, instance_id: str) -> tuple[Listener, ...]:
        """The listeners of the family that this instance belongs to."""
        with self._families_lock:
            family = self._families.get(instance_id)
        if family is None:
            instance = uow.session.get_one(Instance, instance_id)
            family = instance.family
            with self._families_lock:
                if len(self._families) > 50_000:
                    self._families.clear()
                self._families[instance_id] = family
        package = self.packages.get(family)
        return package.listeners if package else ()
