"""Who signs a task of several, by its terms: units, posts or persons, each with weight and veto."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.administration.duties import ADMINISTRATORS
from engine.errors import ProcessFault
from engine.identity.posts import in_force
from engine.permission import assignment
from engine.spiff import signing
from engine.spiff.expressions import Scope
from engine.spiff.model import Element
from engine.spiff.signing import Terms
from engine.tables import Organisation, Post, TaskCandidate, User

if TYPE_CHECKING:
    from engine.advance import Step

#: More signers than this are a slip in an expression.
MOST_SIGNERS = 200
_MOST_WEIGHT = 1_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """One signature: posts of an organisation, or a person (with the posts that led to them)."""

    organisation_id: str | None = None
    groups: tuple[str, ...] = ()
    user_id: str | None = None
    weight: int = 1
    has_veto: bool = False

    def candidates(self, task_id: str) -> list[TaskCandidate]:
        """The rows to insert for the signer's task."""
        return candidates(task_id, self.organisation_id, self.groups, self.user_id)


def candidates(
    task_id: str, organisation_id: str | None, groups: Sequence[str], user_id: str | None
) -> list[TaskCandidate]:
    """A person's seat is for them alone; a unit's is for whoever holds the post on the day."""
    if user_id is not None:
        return [TaskCandidate(task_id=task_id, user_id=user_id)]
    return [
        TaskCandidate(task_id=task_id, group=group, organisation_id=organisation_id)
        for group in groups
    ]


def places(step: Step, element: Element, terms: Terms, scope: Scope) -> list[Place]:
    """In the order in which they sign. ProcessFault where nobody could, or too many would."""
    if terms.signers:
        named, people = _listed(step, element, terms, scope)
    else:
        found = assignment.resolve(step.uow, step.instance, step.bundle.manifest, element, scope)
        named, people = _in_code_order(step, element, found.groups), list(found.user_ids)
    if terms.per == signing.PERSON:
        units = _persons(step, named)
    elif terms.per == signing.POST:
        units = [Place(organisation_id=o, groups=(g,)) for g, o in named]
    else:
        units = _organisations(named)
    known = {place.user_id for place in units}
    units += [Place(user_id=user_id) for user_id in people if user_id not in known]
    if not 0 < len(units) <= MOST_SIGNERS:
        raise _fault(element, f"应有1至{MOST_SIGNERS}个签署方，实为{len(units)}个", "nobody-to-act")
    return [_weighed(step, element, terms, scope, place) for place in units]


def _listed(
    step: Step, element: Element, terms: Terms, scope: Scope
) -> tuple[list[tuple[str, str]], list[str]]:
    """An expression's list: organisations by id (with the roles of the model), others are persons."""
    value = scope.evaluate_json(terms.signers)
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise _fault(element, f"{terms.signers} 没有得出单位或人员的列表", "bad-signers")
    ids = list(dict.fromkeys(value))
    query = sa.select(Organisation.id).where(Organisation.id.in_(ids))
    organisations = set(step.uow.session.scalars(query))
    if organisations and not element.candidate_groups:
        raise _fault(element, "列出了单位，但没有写由其哪个岗位签署", "bad-signers")
    named = [(g, o) for o in ids if o in organisations for g in element.candidate_groups]
    people = [assignment.user(step.uow, element, i) for i in ids if i not in organisations]
    return named, list(dict.fromkeys(people))


def _in_code_order(
    step: Step, element: Element, groups: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Roles as the model lists them, within a role organisations by code."""
    query = sa.select(Organisation.id, Organisation.code).where(
        Organisation.id.in_({organisation_id for _, organisation_id in groups})
    )
    codes = {row.id: row.code for row in step.uow.session.execute(query)}
    order = {group: n for n, group in enumerate(element.candidate_groups)}
    return sorted(set(groups), key=lambda pair: (order[pair[0]], codes[pair[1]]))


def _organisations(named: Sequence[tuple[str, str]]) -> list[Place]:
    found: dict[str, list[str]] = {}
    for group, organisation_id in named:
        found.setdefault(organisation_id, []).append(group)
    return [Place(organisation_id=key, groups=tuple(groups)) for key, groups in found.items()]


def _persons(step: Step, named: Sequence[tuple[str, str]]) -> list[Place]:
    """Everybody who holds one of the posts today: the persons of that day, each once."""
    uow = step.uow
    administrators = sa.select(Post.user_id).where(
        Post.group.in_(sorted(ADMINISTRATORS)), in_force(uow)
    )
    found: dict[str, Place] = {}
    for group, organisation_id in named:
        query = (
            sa.select(User.id)
            .join(Post, Post.user_id == User.id)
            .where(
                Post.group == group,
                Post.organisation_id == organisation_id,
                in_force(uow),
                User.is_active,
                User.id.not_in(administrators),
            )
            .order_by(User.username)
        )
        for user_id in uow.session.scalars(query).unique():
            had = found.get(user_id)
            groups = (*had.groups, group) if had is not None else (group,)
            found[user_id] = Place(
                organisation_id=organisation_id,
                user_id=user_id,
                groups=tuple(dict.fromkeys(groups)),
            )
    return list(found.values())


def _weighed(step: Step, element: Element, terms: Terms, scope: Scope, place: Place) -> Place:
    has_veto = not set(terms.veto).isdisjoint(place.groups)
    if not terms.weight:
        return replace(place, has_veto=has_veto)
    signer = _described(step, place)
    weight = replace(scope, variables={**scope.variables, "signer": signer}).evaluate_json(
        terms.weight
    )
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not is_number or weight != int(weight) or not 0 < weight <= _MOST_WEIGHT:
        raise _fault(element, f"票权 {terms.weight} 得出 {weight}，应为1至1000的整数", "bad-weight")
    return replace(place, weight=int(weight), has_veto=has_veto)


def _described(step: Step, place: Place) -> dict[str, Any]:
    """What an expression for the weight sees of a signer."""
    session = step.uow.session
    organisation = session.get(Organisation, place.organisation_id or "")
    user = session.get(User, place.user_id or "")
    return {
        "organisation": place.organisation_id,
        "organisation_code": organisation.code if organisation is not None else None,
        "roles": list(place.groups),
        "user": user.username if user is not None else None,
    }


def nobody(element: Element) -> ProcessFault:
    """Every seat is void: whoever would sign keeps out of the case, or of this step."""
    return _fault(element, "应签署的人员都须回避或与已办环节分开", "nobody-to-act")


def _fault(element: Element, what: str, code: str) -> ProcessFault:
    detail = f"“{element.name}”无法发起会签：{what}。请改正后重试。"
    return ProcessFault(detail, element_id=element.id, code=code)
