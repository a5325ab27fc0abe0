"""The one way a command ends early: a single line for the person, and exit code 1."""

from __future__ import annotations

from ops.messages import text


class Refusal(Exception):
    """The command cannot go on; `str()` is the line that says what happened and what to do."""

    def __init__(self, key: str, **data: object) -> None:
        super().__init__(text(key, **data))
        self.key = key
        self.data = data
