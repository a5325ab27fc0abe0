"""What can go wrong, as seen by a caller of the engine.

Raised once where it is found and rendered once, in `api/problems.py`. `detail` is for the person who
acted, in Chinese: what happened, what was kept, what to do. `code` is a stable slug for programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One wrong value: `pointer` is an RFC 6901 JSON pointer into what was sent."""

    pointer: str
    detail: str
    code: str


class EngineError(Exception):
    """Base of all errors that a caller may meet."""

    default_code = "engine-error"

    def __init__(self, detail: str, *, code: str | None = None, **data: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.data = data


class NotFound(EngineError):
    """The object does not exist, or the actor may not know that it does."""

    default_code = "not-found"


class NotAllowed(EngineError):
    """The actor may see the object but not do this."""

    default_code = "not-allowed"


class Invalid(EngineError):
    """The values do not fit; nothing was changed."""

    default_code = "invalid"

    def __init__(
        self, detail: str, *, errors: Sequence[Fault] = (), code: str | None = None, **data: object
    ) -> None:
        super().__init__(detail, code=code, **data)
        self.errors = tuple(errors)


class Conflict(EngineError):
    """The object is not in a state that permits this."""

    default_code = "conflict"


class Stale(EngineError):
    """The object has changed since the actor read it."""

    default_code = "stale"


class PreconditionMissing(EngineError):
    """The request must say which revision it is about (If-Match)."""

    default_code = "precondition-missing"


class Unavailable(EngineError):
    """Not now; `retry_after` seconds from now perhaps."""

    default_code = "unavailable"

    def __init__(self, detail: str, *, retry_after: int = 5, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class TooMany(EngineError):
    """Too often in too short a time; `retry_after` seconds from now again."""

    default_code = "too-many-requests"

    def __init__(self, detail: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class ProcessFault(EngineError):
    """A script, handler or model failed while the process ran by itself: it becomes an incident.

    `may_pass`: nobody refused, something broke; a job that met it is tried again before that.
    """

    default_code = "process-fault"

    def __init__(
        self,
        detail: str,
        *,
        element_id: str,
        token_id: str | None = None,
        code: str | None = None,
        may_pass: bool = False,
    ) -> None:
        super().__init__(detail, code=code)
        self.element_id = element_id
        self.token_id = token_id
        self.may_pass = may_pass


class BpmnError(Exception):
    """Raised by a handler to take the model's error path with this error code (BPMN 2.0, 10.5.6)."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
