"""One request, one transaction: unsafe methods in `engine.begin`, the others in `engine.read`.

Only leaving the `with` commits; the answer is written inside it: what cannot be shown is not done.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, current_app

from api import auth, idempotency
from engine.engine import Engine

#: A view that was given its schema: takes the unit of work first and answers a Response.
View = Callable[..., Response]


def engine() -> Engine:
    """The engine that this application serves."""
    return cast(Engine, current_app.extensions["dudao"])


def reading(view: View) -> View:
    """The view in a transaction that is rolled back whatever happens."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        with engine().read(auth.actor()) as uow:
            return view(uow, *args, **kwargs)

    return wrapper


def writing(view: View) -> View:
    """The view in a transaction that commits once, its answer kept under the Idempotency-Key."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        asked = idempotency.asked()
        if asked is None:
            with engine().begin(auth.actor()) as uow:
                return view(uow, *args, **kwargs)
        return idempotency.once(
            engine(), auth.actor(), asked, lambda uow: view(uow, *args, **kwargs)
        )

    return wrapper
