"""Who people are: organisations, accounts, posts, sign-ins, and the actor that a person becomes.

`users`, `posts`, `organisations` and `sign_ins` are modules of verbs: `identity.posts.grant(uow, …)`.
"""

from engine.identity import organisations, posts, sign_ins, users
from engine.identity.people import may_take, people_for
from engine.identity.posts import actor_of
from engine.identity.sign_ins import (
    create_token,
    extend,
    resolve,
    revoke,
    sign_in,
    sign_out,
    sweep,
)

__all__ = [
    "actor_of",
    "create_token",
    "extend",
    "may_take",
    "organisations",
    "people_for",
    "posts",
    "resolve",
    "revoke",
    "sign_in",
    "sign_ins",
    "sign_out",
    "sweep",
    "users",
]
