"""A process family: its manifest, its files, the handlers its models may name.

Found by the entry-point group `dudao.process_packages`; each entry is a module with `PACKAGE`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from engine.reminding import rungs
from engine.reminding.rungs import LadderDefault
from engine.timing import periods
from engine.timing.periods import DeadlineDefault, Enclosure, ParameterDefault

if TYPE_CHECKING:
    from engine.permission.parties import Party
    from engine.signoff.verdicts import Verdict
    from engine.tables import Event, Instance, Job, Task
    from engine.unit_of_work import UnitOfWork

#: A single file larger than this is refused when a family is read or deployed.
MAX_FILE_BYTES = 4 * 1024 * 1024

ENTRY_POINT_GROUP = "dudao.process_packages"


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """What a handler is given. `variables` is read-only; `values` is what the person entered."""

    uow: UnitOfWork
    instance: Instance
    element_id: str
    token_id: str
    variables: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    task: Task | None = None
    #: Of a task that several signed: what they came to. `values` are then those of the last vote.
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A named step of the domain. A `guard` refuses the act that led to it instead of failing later.

    One that is `repeatable` may be called again for the same step, as if it had not been before: only
    over such steps is a task sent back (engine/handover/returns.py).
    """

    call: Callable[[StepContext], Mapping[str, Any] | None]
    guard: bool = False
    repeatable: bool = False


Listener = Callable[["UnitOfWork", "Event"], None]
JobHandler = Callable[["UnitOfWork", "Job"], None]
ItemName = Callable[["UnitOfWork", str], str]
StartData = Callable[["UnitOfWork"], Mapping[str, Any]]
Opener = Callable[["UnitOfWork", Mapping[str, Any]], "Instance"]
#: Over the key of a process.
EventParties = Callable[["UnitOfWork", str], "Sequence[Party]"]
FormData = Callable[["UnitOfWork", "Task"], Mapping[str, Any]]
#: Over Instance: those of the family that stand at a stage, as far as the actor may know of it.
AtStage = Callable[["UnitOfWork", str], Any]
#: Papers of the family whose number or title has this text and that the actor reads: at most so many.
FindPapers = Callable[["UnitOfWork", str, int], Sequence["FoundPaper"]]
#: What the actor may do with a row: names of acts.
Acts = Callable[["UnitOfWork", Any], Iterable[str]]


#: What a role's `on_paper` may say.
NOT_ON_PAPER, BY_NAME, BY_ACCOUNT = "", "by_name", "by_account"


@dataclass(frozen=True, kw_only=True)
class FoundPaper:
    """A paper that a search found, and the instance it lies in."""

    id: str
    number: str
    title: str
    instance_id: str


@dataclass(frozen=True, kw_only=True)
class Role:
    """A candidate group of the models; its posts belong to the organisation in `relation`."""

    key: str
    name: str
    relation: str
    #: Whether who holds such a post signs in with a second factor.
    second_factor: bool = False
    #: Whether what it does on paper may be recorded by the Office (engine/paper/paper_acts.py): never, of
    #: anybody by name, or only of who holds the post with an account.
    on_paper: str = NOT_ON_PAPER
    #: Whether its holders head their organisation, and keep its ready sentences (engine/handover/phrases.py).
    is_head: bool = False


@dataclass(frozen=True, kw_only=True)
class Relation:
    """How an organisation may stand to an instance, and which audiences it then reads."""

    key: str
    name: str
    audiences: frozenset[str]
    needs_notice: bool = False
    groups: frozenset[str] = frozenset()  # empty: every post of the organisation
    #: Whoever stands in it reads nothing internal, by no other relation and no task.
    bars_internal: bool = False


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that people send to an instance by hand, e.g. from a task's page."""

    key: str
    name: str
    #: Only parties in these relations send it, and of them only posts in `groups`, if any are named.
    relations: frozenset[str]
    groups: frozenset[str] = frozenset()
    #: What is asked before it is sent.
    confirmation: str = ""
    #: Whether the sender must say why.
    needs_note: bool = False


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """A rule by which what events said may be taken away, so many days after the end of the case."""

    key: str
    name: str
    kinds: frozenset[str]
    after_days: int
    #: The law that asks for it; the days are then the law's only if it says so.
    ground: str = "默认值，无法定期限"
    #: Whether the bytes of the case's files go as well.
    files: bool = False


@dataclass(frozen=True, kw_only=True)
class Protected:
    """People whose names and words lie apart, and the posts that may open them with a reason."""

    key: str
    name: str
    readers: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`manifest.toml`, read."""

    key: str
    name: str
    start: str
    calendar: str
    accountable: bool
    roles: Mapping[str, Role]
    relations: Mapping[str, Relation]
    deadlines: Mapping[str, DeadlineDefault]
    parameters: Mapping[str, ParameterDefault] = field(default_factory=dict)
    enclosures: Mapping[str, Enclosure] = field(default_factory=dict)
    ladders: Mapping[str, LadderDefault] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    redactions: Mapping[str, Redaction] = field(default_factory=dict)
    protected: Mapping[str, Protected] = field(default_factory=dict)
    #: Posts that confirm what an administrator proposes: a deployment, or a mend in their own case.
    second_persons: frozenset[str] = frozenset()
    #: Posts that record what others did on paper, and confirm each other's records.
    recorders: frozenset[str] = frozenset()
    #: Elements that no operator skips or moves a token past, beside those with a guard handler.
    fixed: frozenset[str] = frozenset()

    @cached_property
    def second_factor_roles(self) -> frozenset[str]:
        """Posts that ask for a second factor."""
        return frozenset(role.key for role in self.roles.values() if role.second_factor)


@dataclass(frozen=True, kw_only=True)
class ProcessPackage:
    """A family as installed: files below `root`, forms below `forms_root`, and Python handlers."""

    root: Traversable
    forms_root: Traversable | None = None
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    jobs: Mapping[str, JobHandler] = field(default_factory=dict)
    form_data: FormData | None = None
    #: By table name (`instance`, `supervision_case`), or `family` for the package itself: see
    #: `access.allowed_acts`.
    acts: Mapping[str, Acts] = field(default_factory=dict)
    #: Kinds of events by which a paper comes into being: a rehearsal lists them.
    document_events: frozenset[str] = frozenset()
    #: What people call the item of a multi-instance task (a problem's title for its id).
    item_name: ItemName | None = None
    #: The form that starts an instance, if people start one directly.
    start_form: str | None = None
    #: What the start form chooses from (units, matters), for this actor.
    start_data: StartData | None = None
    #: Starts an instance from the checked values of the start form, where the domain writes rows of
    #: its own; without it the values become the instance's variables.
    opener: Opener | None = None
    #: Who is a party of a case of this process that a time or a signal begins; nobody without it.
    event_parties: EventParties | None = None
    #: Where the family's cases stand at stages of its own.
    at_stage: AtStage | None = None
    find_papers: FindPapers | None = None
    #: What this installation lets go beside the rules of the manifest.
    own_redactions: Mapping[str, Redaction] = field(default_factory=dict)

    @property
    def redactions(self) -> Mapping[str, Redaction]:
        """By what rules the words of ended cases may go: the family's, and the installation's own."""
        return {**self.manifest.redactions, **self.own_redactions}

    @property
    def family(self) -> str:
        return self.manifest.key

    @cached_property
    def manifest(self) -> Manifest:
        return parse_manifest(self.files["manifest.toml"], self.files.get("deadlines.toml"))

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """path → bytes of everything that a deployment stores, in a fixed order."""
        found: dict[str, bytes] = {}
        for name in ("manifest.toml", "deadlines.toml"):
            if (self.root / name).is_file():
                found[name] = (self.root / name).read_bytes()
        for folder, suffix in (("bpmn", ".bpmn"), ("dmn", ".dmn")):
            found |= _folder(self.root / folder, folder, suffix)
        if self.forms_root is not None:
            found |= _folder(self.forms_root, f"forms/{self._forms_name}", ".json")
        return found

    @property
    def _forms_name(self) -> str:
        return self.forms_root.name if self.forms_root is not None else ""


def discover() -> list[ProcessPackage]:
    """The families installed here, by entry point."""
    return [point.load().PACKAGE for point in entry_points(group=ENTRY_POINT_GROUP)]


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over paths and bytes, in path order."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return total.hexdigest()


def parse_manifest(text: bytes, deadlines: bytes | None = None) -> Manifest:
    """Read `manifest.toml` and `deadlines.toml`. ValueError names what is missing.

    What is misspelt in them is found before a deployment, see `engine/repository/manifests.py`.
    """
    document = tomllib.loads(text.decode())
    family = document.get("family", {})
    told = tomllib.loads(deadlines.decode()) if deadlines is not None else {}
    rows: Sequence[Mapping[str, Any]] = [*document.get("deadlines", []), *told.get("deadlines", [])]
    try:
        manifest = Manifest(
            key=family["key"],
            name=family["name"],
            start=family["start"],
            calendar=family.get("calendar", "cn"),
            accountable=family.get("accountable", False),
            roles={key: _role(key, row) for key, row in document.get("roles", {}).items()},
            relations={
                key: _relation(key, row) for key, row in document.get("relations", {}).items()
            },
            deadlines={row["key"]: periods.read_deadline(row) for row in rows},
            parameters={
                row["key"]: periods.read_parameter(row) for row in told.get("parameters", [])
            },
            enclosures={
                row["key"]: periods.read_enclosure(row) for row in told.get("enclosures", [])
            },
            ladders={row["key"]: rungs.read_ladder(row) for row in told.get("ladders", [])},
            messages={key: _message(key, row) for key, row in document.get("messages", {}).items()},
            redactions={
                key: _redaction(key, row) for key, row in document.get("redactions", {}).items()
            },
            protected={
                key: Protected(key=key, name=row["name"], readers=frozenset(row["readers"]))
                for key, row in document.get("protected", {}).items()
            },
            second_persons=frozenset(family.get("second_persons", ())),
            fixed=frozenset(family.get("fixed", ())),
            recorders=frozenset(family.get("recorders", ())),
        )
    except KeyError as missing:
        raise ValueError(f"manifest.toml: the entry {missing} is missing") from missing
    _check_senders(manifest)
    _check_second_persons(manifest)
    _check_recorders(manifest)
    _check_redactions(manifest)
    _check_readers(manifest)
    return manifest


def _role(key: str, row: Mapping[str, Any]) -> Role:
    return Role(
        key=key,
        name=row["name"],
        relation=row["relation"],
        second_factor=row.get("second_factor", False),
        on_paper=row.get("on_paper", NOT_ON_PAPER),
        is_head=row.get("head", False),
    )


def _relation(key: str, row: Mapping[str, Any]) -> Relation:
    return Relation(
        key=key,
        name=row["name"],
        audiences=frozenset(row["audiences"]),
        needs_notice=row.get("needs_notice", False),
        bars_internal=row.get("bars_internal", False),
        groups=frozenset(row.get("groups", ())),
    )


def _message(key: str, row: Mapping[str, Any]) -> Message:
    return Message(
        key=key,
        name=row["name"],
        relations=frozenset(row["relations"]),
        groups=frozenset(row.get("groups", ())),
        confirmation=row.get("confirmation", ""),
        needs_note=row.get("needs_note", False),
    )


def _check_redactions(manifest: Manifest) -> None:
    for rule in manifest.redactions.values():
        if not rule.kinds or rule.after_days < 0:
            raise ValueError(f"manifest.toml: redactions.{rule.key} needs kinds and days from 0")


def _redaction(key: str, row: Mapping[str, Any]) -> Redaction:
    return Redaction(
        key=key,
        name=row["name"],
        kinds=frozenset(row["kinds"]),
        after_days=row["after_days"],
        ground=row.get("ground", Redaction.ground),
        files=row.get("files", False),
    )


def _check_second_persons(manifest: Manifest) -> None:
    unknown = sorted(manifest.second_persons - manifest.roles.keys())
    if unknown:
        raise ValueError(f"manifest.toml: second_persons names unknown {', '.join(unknown)}")


def _check_readers(manifest: Manifest) -> None:
    for kind in manifest.protected.values():
        unknown = sorted(kind.readers - manifest.roles.keys())
        if unknown or not kind.readers:
            what = f"names unknown {', '.join(unknown)}" if unknown else "names no reader"
            raise ValueError(f"manifest.toml: protected.{kind.key} {what}")


def _check_recorders(manifest: Manifest) -> None:
    """Who records for others never records for their own Office: there people have accounts."""
    unknown = sorted(manifest.recorders - manifest.roles.keys())
    if unknown:
        raise ValueError(f"manifest.toml: recorders names unknown {', '.join(unknown)}")
    own = {manifest.roles[key].relation for key in manifest.recorders}
    for role in manifest.roles.values():
        if role.on_paper and not manifest.recorders:
            raise ValueError(f"manifest.toml: roles.{role.key} is on_paper, but recorders is empty")
        if role.on_paper and role.relation in own:
            raise ValueError(f"manifest.toml: roles.{role.key} is on_paper and of the recorders")


def _check_senders(manifest: Manifest) -> None:
    """A message that nobody could ever send is a slip of the pen."""
    for message in manifest.messages.values():
        unknown = sorted(message.relations - manifest.relations.keys())
        unknown += sorted(message.groups - manifest.roles.keys())
        if unknown or not message.relations:
            what = f"names unknown {', '.join(unknown)}" if unknown else "names no relation"
            raise ValueError(f"manifest.toml: messages.{message.key} {what}")


def _folder(folder: Traversable, prefix: str, suffix: str) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_file() and entry.name.endswith(suffix):
            found[f"{prefix}/{entry.name}"] = entry.read_bytes()
    return found
