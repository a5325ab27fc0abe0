"""Who acts: a person with the posts held today, or the system."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PostRef:
    """A post that a person holds: a group (role) in an organisation, with the title on the door."""

    group: str
    organisation_id: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who begins a unit of work. `user_id` is None only for the system."""

    user_id: str | None
    name: str
    posts: tuple[PostRef, ...] = ()
    locale: str = "zh-CN"

    @classmethod
    def system(cls, name: str) -> Actor:
        """The system itself, e.g. `Actor.system("timer")`: it may see all, and records its name."""
        return cls(user_id=None, name=name)

    @property
    def is_system(self) -> bool:
        return self.user_id is None

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
