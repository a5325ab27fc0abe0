"""Who acts: a person with the posts held today, or the system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PostRef:
    """A post that a person holds: a group (role) in an organisation, with the title on the door."""

    group: str
    organisation_id: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class OnPaper:
    """The mark of an act that was done on paper and recorded afterwards (代录): engine/paper/paper_acts.py."""

    paper_act_id: str
    acted_on: date
    #: The instant that counts for deadlines: the hour on the paper, else the end of that day.
    acted_at: datetime
    #: It was done before the task was there: on another text, perhaps.
    is_before_arrival: bool
    recorded_by: str
    recorder_name: str
    confirmed_by: str
    confirmer_name: str

    def as_dict(self) -> dict[str, Any]:
        """As events carry it."""
        return {
            "paper_act": self.paper_act_id,
            "acted_on": self.acted_on.isoformat(),
            "recorded_by": self.recorded_by,
            "recorder_name": self.recorder_name,
            "confirmed_by": self.confirmed_by,
            "confirmer_name": self.confirmer_name,
        }


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who really acts, in the place of the actor (代理): engine/handover/delegations.py."""

    user_id: str
    name: str
    delegation_id: str
    #: User ids of those who passed it on, when they are away, too.
    through: tuple[str, ...] = ()
    #: Only some of the actor's posts were entrusted.
    is_partial: bool = False


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who begins a unit of work: a person, the system, or whoever signed a paper.

    Without a `user_id` it is the system, or somebody on paper who has no account.
    """

    user_id: str | None
    name: str
    posts: tuple[PostRef, ...] = ()
    locale: str = "zh-CN"
    on_paper: OnPaper | None = None
    stand_in: StandIn | None = None

    @classmethod
    def system(cls, name: str) -> Actor:
        """The system itself, e.g. `Actor.system("timer")`: it may see all, and records its name."""
        return cls(user_id=None, name=name)

    @property
    def is_system(self) -> bool:
        return self.user_id is None and self.on_paper is None

    @property
    def account_id(self) -> str | None:
        """The account behind this act: of a paper act the recorder's, in another's place the stand-in's."""
        if self.stand_in is not None:
            return self.stand_in.user_id
        return self.user_id if self.on_paper is None else self.on_paper.recorded_by

    @property
    def signature(self) -> str:
        """Both names where one acts for another: 李四（代张三）."""
        if self.stand_in is not None:
            return f"{self.stand_in.name}（代{self.name}）"
        return self.name + ("" if self.on_paper is None else "（代录）")

    @property
    def stand_in_id(self) -> str | None:
        """Who really acts, where it is another; for rows that say who acted."""
        return None if self.stand_in is None else self.stand_in.user_id

    @property
    def persons(self) -> frozenset[str]:
        """Everybody who must not be kept out of what is done: the person, and who acts for them."""
        found = {self.user_id} if self.user_id is not None else set()
        if self.stand_in is not None:
            found |= {self.stand_in.user_id, *self.stand_in.through}
        return frozenset(found)

    @property
    def paper_act_id(self) -> str | None:
        """The record of the paper, for rows that say who acted."""
        return None if self.on_paper is None else self.on_paper.paper_act_id

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(post.group for post in self.posts)

    @property
    def organisation_ids(self) -> frozenset[str]:
        return frozenset(post.organisation_id for post in self.posts)

    def holds(self, group: str, organisation_id: str | None = None) -> bool:
        """Whether the actor holds a post in this group (in this organisation, if given)."""
        return any(
            post.group == group
            and (organisation_id is None or post.organisation_id == organisation_id)
            for post in self.posts
        )
