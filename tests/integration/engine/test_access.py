"""Access against a second reading of its rules in plain Python, over random worlds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import identity
from engine.actor import Actor, StandIn
from engine.administration.duties import ADMINISTRATORS
from engine.clock import ManualClock
from engine.errors import NotFound
from engine.handover.handover_acts import PENDING
from engine.package import Manifest, Relation
from engine.permission import access
from engine.spiff import signing
from engine.states import SignerState, TaskState
from engine.tables import (
    Deadline,
    Event,
    File,
    Instance,
    Job,
    Party,
    Post,
    Recusal,
    Signer,
    SignOff,
    Task,
    TaskCandidate,
    TaskExclusion,
    User,
    new_id,
)
from engine.timing import deadline_rules
from engine.unit_of_work import UnitOfWork
from tests.conftest import EngineFor
from tests.unit.engine.world import SYSTEM, World, packages

PLACES = ("A", "B")
GROUPS = ("staff", "inspector", "unit", "superior", "adviser", "archivist", "driver")
RELATIONS = ("office", "group", "unit", "superior", "adviser", "archive", "rival")
AUDIENCES = ("internal", "unit", "superior", "public")
OPEN = (TaskState.READY, TaskState.CLAIMED)
PEOPLE = 3
#: What one does with a task in hand, or to have it.
_HANDS = frozenset(
    {"claim", "assign", "complete", "vote", "save_draft", "add_signer", "unclaim"}
    | {"transfer", "lend", "give_back", "recall"}
)


@dataclass(frozen=True)
class PartyPlan:
    relation: str
    place: str
    told: bool
    person: int | None


@dataclass(frozen=True)
class TaskPlan:
    audience: str
    state: TaskState
    seats: tuple[tuple[str, str], ...]
    named: int | None
    holder: int | None
    excluded: int | None
    signed: (
        str  # "", "vote": several sign it; "owner": others were asked; "held": before its holder
    )
    #: Who has lent it to its holder (委派).
    lender: int | None = None

    @property
    def is_lent(self) -> bool:
        in_hand = self.holder is not None and self.state in OPEN and not self.signed
        return in_hand and self.lender not in (None, self.holder)


@dataclass(frozen=True)
class CasePlan:
    family: str
    parties: tuple[PartyPlan, ...]
    tasks: tuple[TaskPlan, ...]
    recused: frozenset[int]


@dataclass(frozen=True)
class StandInPlan:
    """Who acts in whose place, with how many of their posts; None: with all that they are."""

    person: int
    principal: int
    posts: int | None


@dataclass(frozen=True)
class Plan:
    posts: tuple[tuple[tuple[str, str], ...], ...]
    cases: tuple[CasePlan, ...]
    stand_in: StandInPlan


def _plans() -> st.SearchStrategy[Plan]:
    somebody = st.none() | st.integers(0, PEOPLE - 1)
    seat = st.tuples(st.sampled_from(GROUPS), st.sampled_from(PLACES))
    post = st.one_of(*[seat] * 9, st.just(("system_admin", "A")))
    party = st.builds(
        PartyPlan,
        relation=st.sampled_from(RELATIONS),
        place=st.sampled_from(PLACES),
        told=st.booleans(),
        person=st.none() | st.none() | somebody,
    )
    task = st.builds(
        TaskPlan,
        audience=st.sampled_from(AUDIENCES),
        state=st.sampled_from([*OPEN, TaskState.COMPLETED, TaskState.CANCELLED]),
        seats=st.lists(seat, max_size=2, unique=True).map(tuple),
        named=somebody,
        holder=somebody,
        excluded=somebody,
        signed=st.sampled_from(["", "", "vote", "owner", "held"]),
        lender=st.none() | somebody,
    )
    case = st.builds(
        CasePlan,
        family=st.sampled_from(["cases", "cases", "others"]),
        parties=st.lists(
            party, max_size=4, unique_by=lambda p: (p.relation, p.place, p.person)
        ).map(tuple),
        tasks=st.lists(task, max_size=3).map(tuple),
        recused=st.frozensets(st.integers(0, PEOPLE - 1), max_size=1),
    )
    posts = st.lists(post, max_size=3, unique=True).map(tuple)
    return st.builds(
        Plan,
        posts=st.lists(posts, min_size=PEOPLE, max_size=PEOPLE).map(tuple),
        cases=st.lists(case, min_size=1, max_size=2).map(tuple),
        stand_in=st.builds(
            StandInPlan,
            person=st.integers(0, PEOPLE - 1),
            principal=st.integers(0, PEOPLE - 1),
            posts=st.none() | st.integers(0, 2),
        ),
    )


@dataclass
class Case:
    """One case of the plan as it lies in the database."""

    plan: CasePlan
    id: str
    tasks: list[str] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    events: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    deadlines: dict[str, str] = field(default_factory=dict)
    job: str = ""


@dataclass
class Reading:
    """The rules, read once more: what one person sees and may do in one case."""

    person: int
    posts: tuple[tuple[str, str], ...]
    case: CasePlan
    manifest: Manifest
    #: Who acts in this person's place, and whether with some of their posts only.
    stand_in: int | None = None
    is_partial: bool = False

    @property
    def persons(self) -> set[int | None]:
        return {self.person} | (set() if self.stand_in is None else {self.stand_in})

    @property
    def is_administrator(self) -> bool:
        return any(group in ADMINISTRATORS for group, _ in self.posts)

    @property
    def is_recused(self) -> bool:
        return not self.persons.isdisjoint(self.case.recused)

    def _parties(self) -> list[tuple[PartyPlan, Relation, bool]]:
        found = []
        for party in self.case.parties:
            relation = self.manifest.relations.get(party.relation)
            if relation is None or party.person not in (None, self.person):
                continue
            if any(
                place == party.place and (not relation.groups or group in relation.groups)
                for group, place in self.posts
            ):
                found.append((party, relation, party.told or not relation.needs_notice))
        return found

    @property
    def open_parties(self) -> list[tuple[PartyPlan, Relation]]:
        if self.is_administrator:
            return []
        return [(party, relation) for party, relation, is_open in self._parties() if is_open]

    @property
    def is_barred(self) -> bool:
        return bool(self._parties()) and not self.open_parties

    def holds(self, task: TaskPlan) -> bool:
        """Of what is in hand a stand-in for some posts knows what a candidate row gives such a post."""
        return task.holder == self.person and (not self.is_partial or self.is_seated(task))

    def is_named(self, task: TaskPlan) -> bool:
        """What was given in person goes with all that the person is, not with some posts."""
        return task.named == self.person and not self.is_partial

    def seats(self, task: TaskPlan) -> list[tuple[tuple[str, str], Relation]]:
        found = []
        for seat in set(task.seats) & set(self.posts):
            role = self.manifest.roles.get(seat[0])
            if role is not None:
                found.append((seat, self.manifest.relations[role.relation]))
        return found

    def is_told(self, seat: tuple[str, str], relation: Relation) -> bool:
        return any(
            party.relation == relation.key
            and party.place == seat[1]
            and party.told
            and party.person in (None, self.person)
            for party in self.case.parties
        )

    def is_seated(self, task: TaskPlan) -> bool:
        return any(
            not relation.needs_notice or self.is_told(seat, relation)
            for seat, relation in self.seats(task)
        )

    def owns(self, task: TaskPlan) -> bool:
        if self.is_administrator or self.is_barred:
            return False
        if self.holds(task) and not (self.is_recused and task.audience == "internal"):
            return True
        may = self.is_seated(task) or self.is_named(task)
        return may and task.state in OPEN and not self.is_recused

    def may_take(self, task: TaskPlan) -> bool:
        is_candidate = (
            self.is_seated(task)
            or self.is_named(task)
            or (self.holds(task) and not task.seats and task.named is None)
        )
        return (
            is_candidate
            and task.state in OPEN
            and task.excluded not in self.persons - {None}
            and not (self.is_administrator or self.is_barred or self.is_recused)
        )

    @property
    def audiences(self) -> set[str]:
        if self.is_administrator:
            return set()
        found: set[str] = set()
        for _, relation in self.open_parties:
            found |= relation.audiences
        if not (self.is_barred or self.is_recused):
            for task in self.case.tasks:
                found |= self._by_task(task)
        is_limited = any(relation.bars_internal for _, relation in self.open_parties)
        return found - {"internal"} if self.is_recused or is_limited else found

    def _by_task(self, task: TaskPlan) -> set[str]:
        found: set[str] = set()
        for seat, relation in self.seats(task):
            is_told = self.holds(task) and self.is_told(seat, relation)
            is_near = task.state in OPEN or self.holds(task)
            if is_told or (is_near and not relation.needs_notice):
                found |= relation.audiences
        in_person = self.holds(task) or (self.is_named(task) and task.state in OPEN)
        if in_person and not task.seats and not self.open_parties:
            found.add(task.audience)
        return found

    @property
    def sees(self) -> bool:
        return bool(self.audiences) or any(self.owns(task) for task in self.case.tasks)


def _build(world: World, plan: Plan) -> tuple[list[Actor], list[Case]]:
    places = {place: world.organisation(place) for place in PLACES}
    with world.engine.begin(SYSTEM) as uow:
        people = [_person(uow, posts, places) for posts in plan.posts]
        cases = [_case(world, uow, case, people, places) for case in plan.cases]
        uow.session.flush()
        actors = [identity.actor_of(uow, user_id) for user_id in people]
    return actors, cases


def _person(uow: UnitOfWork, posts: tuple[tuple[str, str], ...], places: dict[str, str]) -> str:
    user = User(
        id=new_id(),
        username=new_id(),
        name="某人",
        password_hash="-",  # noqa: S106  # nobody signs in here
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    for group, place in posts:
        uow.session.add(
            Post(user_id=user.id, group=group, organisation_id=places[place], from_on=uow.today)
        )
    return user.id


def _case(
    world: World, uow: UnitOfWork, plan: CasePlan, people: list[str], places: dict[str, str]
) -> Case:
    deployment_id, definition_id = world.definitions[plan.family]
    case = Case(plan=plan, id=new_id())
    uow.session.add(
        Instance(
            id=case.id,
            definition_id=definition_id,
            deployment_id=deployment_id,
            family=plan.family,
            started_at=uow.now,
            revision=0,
            history_length=0,
            history_digest="",
        )
    )
    uow.session.flush()
    for party in plan.parties:
        row = Party(
            id=new_id(),
            instance_id=case.id,
            relation=party.relation,
            organisation_id=places[party.place],
            user_id=None if party.person is None else people[party.person],
            notified_at=uow.now if party.told else None,
            created_at=uow.now,
        )
        uow.session.add(row)
        case.parties.append(row.id)
    for person in plan.recused:
        uow.session.add(Recusal(user_id=people[person], instance_id=case.id, decided_at=uow.now))
    for task in plan.tasks:
        case.tasks.append(_task(uow, case.id, task, people, places))
    _things(uow, case)
    return case


def _task(
    uow: UnitOfWork,
    instance_id: str,
    plan: TaskPlan,
    people: list[str],
    places: dict[str, str],
) -> str:
    holder = None if plan.holder is None else people[plan.holder]
    is_done = plan.state == TaskState.COMPLETED
    row = Task(
        id=new_id(),
        instance_id=instance_id,
        token_id=new_id(),
        process_key="case",
        element_id="step",
        name="step",
        audience=plan.audience,
        state=plan.state,
        assignee_id=None if is_done else holder,
        completed_by=holder if is_done else None,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    for group, place in plan.seats:
        uow.session.add(TaskCandidate(task_id=row.id, group=group, organisation_id=places[place]))
    if plan.named is not None:
        uow.session.add(TaskCandidate(task_id=row.id, user_id=people[plan.named]))
    if plan.excluded is not None:
        uow.session.add(
            TaskExclusion(task_id=row.id, user_id=people[plan.excluded], because_of=row.id)
        )
    if plan.signed:
        _sign(uow, row, plan)
    if plan.is_lent:
        row.owner_id, row.lending = people[plan.lender or 0], PENDING
    return row.id


def _sign(uow: UnitOfWork, task: Task, plan: TaskPlan) -> None:
    """The task is one signer's row; what is held is in somebody's hands."""
    rule = signing.ALL if plan.signed == "vote" else signing.ALONE
    sign_off = SignOff(
        id=new_id(),
        instance_id=task.instance_id,
        token_id=task.token_id,
        element_id=task.element_id,
        terms=signing.Terms(rule=rule).as_dict(),
        opened_at=uow.now,
    )
    uow.session.add(sign_off)
    uow.session.flush()
    uow.session.add(
        Signer(sign_off_id=sign_off.id, position=0, task_id=task.id, state=SignerState.OPEN)
    )
    task.sign_off_id = sign_off.id
    if plan.signed == "held" and task.assignee_id is not None:
        task.held_at = uow.now


def _things(uow: UnitOfWork, case: Case) -> None:
    """A row of each kind for each audience."""
    rule = deadline_rules.current(uow, "cases", "plan.submit")
    for audience in AUDIENCES:
        case.events[audience] = uow.record("said", instance_id=case.id, audience=audience).id
        file = File(
            id=new_id(),
            digest="0" * 64,
            size=1,
            media_type="text/plain",
            name="a.txt",
            instance_id=case.id,
            audience=audience,
            is_bound=True,
            uploaded_at=uow.now,
        )
        deadline = Deadline(
            id=new_id(),
            instance_id=case.id,
            rule_id=rule.id,
            key=rule.key,
            audience=audience,
            starts_on=uow.today,
            due_on=uow.today,
            due_at=uow.now,
            why="",
            opened_at=uow.now,
        )
        uow.session.add_all([file, deadline])
        case.files[audience], case.deadlines[audience] = file.id, deadline.id
    job = Job(id=new_id(), kind="timer", instance_id=case.id, due_at=uow.now, created_at=uow.now)
    uow.session.add(job)
    case.job = job.id


def _compare(uow: UnitOfWork, case: Case, reading: Reading, others: list[Reading]) -> None:
    """Every list function against the second reading; `others` are everybody's own."""
    read = reading.audiences
    ids = uow.session.scalars

    def listed(column: sa.ColumnElement[str], condition: sa.ColumnElement[bool]) -> set[str]:
        table = column.table  # type: ignore[attr-defined]  # a mapped column knows its table
        return set(ids(sa.select(column).where(condition, _of_case(table, case.id))))

    assert listed(Instance.id, access.visible_instances(uow)) == (
        {case.id} if reading.sees else set()
    )
    tasks = dict(zip(case.tasks, case.plan.tasks, strict=True))
    within = [case.id]
    for condition in (
        access.visible_tasks(uow),
        access.visible_tasks(uow, few=True),
        access.visible_tasks(uow, within=within),
    ):
        assert listed(Task.id, condition) == {
            task_id
            for task_id, task in tasks.items()
            if task.audience in read or reading.owns(task)
        }
    assert listed(Task.id, access.own_tasks(uow)) == {
        task_id for task_id, task in tasks.items() if reading.holds(task) and reading.owns(task)
    }
    assert listed(Task.id, access.claimable_tasks(uow)) == {
        task_id
        for task_id, task in tasks.items()
        if reading.may_take(task) and (task.holder is None)
    }
    for column, condition, rows in (
        (Event.id, access.visible_events(uow), case.events),
        (File.id, access.visible_files(uow), case.files),
        (Deadline.id, access.visible_deadlines(uow), case.deadlines),
        (Event.id, access.visible_events(uow, within=within), case.events),
        (File.id, access.visible_files(uow, within=within), case.files),
        (Deadline.id, access.visible_deadlines(uow, within=within), case.deadlines),
    ):
        assert listed(column, condition) == {rows[audience] for audience in read}
    assert listed(Job.id, access.visible_jobs(uow)) == (
        {case.job} if "internal" in read or reading.is_administrator else set()
    )
    own = {party for party, _ in reading.open_parties}
    for condition in (access.visible_parties(uow), access.visible_parties(uow, within=within)):
        assert listed(Party.id, condition) == {
            party_id
            for party_id, party in zip(case.parties, case.plan.parties, strict=True)
            if "internal" in read or party in own
        }
    instance = uow.session.get_one(Instance, case.id)
    assert access.audiences(uow, instance) == read
    assert access.relations(uow, instance) == {r.key for _, r in reading.open_parties}
    assert _opens(uow, case.id) == reading.sees
    for task_id, task in tasks.items():
        acts = access.allowed_acts(uow, uow.session.get_one(Task, task_id))
        if task.is_lent:
            assert acts & _HANDS == _of_lent(task, reading, others[task.lender or 0])
            continue
        assert ("claim" in acts) == (reading.may_take(task) and task.holder is None)
        may_work = reading.may_take(task) and reading.holds(task)
        is_free = task.signed != "held"
        assert ("complete" in acts) == (may_work and is_free and task.signed != "vote")
        assert ("vote" in acts) == (may_work and task.signed == "vote")
        assert ("add_signer" in acts) == (may_work and is_free)
        assert ("save_draft" in acts) == (may_work and is_free)
        assert "remove_signer" not in acts  # nobody was added, and the model names no role
        is_at_hand = not acts.isdisjoint({"complete", "vote"})
        assert ("lend" in acts) == is_at_hand
        to_others = bool(task.seats) or task.named not in (None, reading.person)
        assert ("transfer" in acts) == (is_at_hand and to_others)


def _of_lent(task: TaskPlan, reading: Reading, owner: Reading) -> set[str]:
    """The borrower prepares and gives back, the owner may have it back; nobody else, but if it is stuck."""
    if not reading.may_take(task):
        return set()
    if task.holder == reading.person:
        return {"save_draft", "give_back"}
    if task.lender == reading.person:
        return {"recall"}
    return set() if owner.may_take(task) else {"assign"}


def _entrusted(
    plan: StandInPlan, actors: list[Actor], readings: list[Reading]
) -> tuple[Actor, Reading] | None:
    """One in the place of another; None where that cannot be."""
    able = [reading for reading in readings if not reading.is_administrator]
    if len(able) < 2:
        return None
    absent = able[plan.principal % len(able)]
    present = next(one for one in able[plan.person % len(able) :] + able if one is not absent)
    is_partial = plan.posts is not None
    groups = {group for group, _ in absent.posts[: plan.posts]}
    posts = tuple(post for post in actors[absent.person].posts if post.group in groups)
    stand_in = StandIn(
        user_id=str(actors[present.person].user_id),
        name="代办",
        through=(),
        is_partial=is_partial,
        delegation_id=new_id(),
    )
    return (
        replace(actors[absent.person], posts=posts, stand_in=stand_in),
        replace(
            absent,
            posts=tuple(post for post in absent.posts if post[0] in groups),
            stand_in=present.person,
            is_partial=is_partial,
        ),
    )


def _of_case(table: sa.FromClause, instance_id: str) -> sa.ColumnElement[bool]:
    column = table.c.id if table.name == "instance" else table.c.instance_id  # type: ignore[attr-defined]
    return column == instance_id  # type: ignore[no-any-return]


def _opens(uow: UnitOfWork, instance_id: str) -> bool:
    try:
        access.require_instance(uow, instance_id)
    except NotFound:
        return False
    return True


def _examine(world: World, plan: Plan) -> None:
    actors, cases = _build(world, plan)
    for case in cases:
        manifest = world.engine.package(case.plan.family).manifest
        readings = [
            Reading(person=n, posts=plan.posts[n], case=case.plan, manifest=manifest)
            for n in range(PEOPLE)
        ]
        in_place = _entrusted(plan.stand_in, actors, readings)
        seen = [*zip(actors, readings, strict=True), *([in_place] if in_place else [])]
        for actor, reading in seen:
            with world.engine.read(actor) as uow:
                _compare(uow, case, reading, readings)
                if reading.is_barred:
                    assert not reading.sees  # a unit learns nothing before it is told
        with world.engine.read(SYSTEM) as uow:
            for task_id, task in zip(case.tasks, case.plan.tasks, strict=True):
                if task.state in OPEN:
                    row = uow.session.get_one(Task, task_id)
                    able = {person.id for person in identity.people_for(uow, row)}
                    known = {actor.user_id for actor in actors}  # others are of earlier worlds
                    assert able & known == {
                        actor.user_id
                        for actor, reading in zip(actors, readings, strict=True)
                        if reading.may_take(task)
                    }


def test_every_list_agrees_with_a_second_reading_of_the_rules(
    engine_for: EngineFor, clock: ManualClock, tmp_path: Path
) -> None:
    world = World(engine=engine_for(*packages(tmp_path)), clock=clock).set_up()

    @settings(
        max_examples=40 if world.engine.database.dialect == "sqlite" else 15,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # an example takes a second: shrinking one would take minutes
    )
    @given(_plans())
    def examine(plan: Plan) -> None:
        _examine(world, plan)

    examine()
