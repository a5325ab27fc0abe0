"""Who people are: organisations, accounts, posts, sign-ins, and the actor that a person becomes.

`users`, `posts`, `organisations`, `sign_ins`, `tokens`, `second_factors` and `recoveries` are modules
of verbs: `identity.posts.grant(uow, …)`.
"""

from engine.identity import organisations, posts, second_factors, sign_ins, tokens, users
from engine.identity.people import may_take, people_for
from engine.identity.posts import actor_of
from engine.identity.sign_ins import (
    extend,
    resolve,
    revoke,
    sign_in,
    sign_out,
    sweep,
)
from engine.identity.tokens import create_token

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
    "second_factors",
    "sign_in",
    "sign_ins",
    "sign_out",
    "sweep",
    "tokens",
    "users",
]
