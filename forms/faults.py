"""Faults: what is wrong, where, and what to do, for values and for form schemas alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault; `pointer` is an RFC 6901 JSON pointer, `detail` is Chinese, `code` a slug."""

    pointer: str
    detail: str
    code: str


class FormError(Exception):
    """A schema that cannot be published; `faults` lists all that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "；".join(f"{fault.pointer or '/'} {fault.detail}" for fault in self.faults)
        )


def pointer(parent: str, name: str | int) -> str:
    """`parent` continued by one member name or index, escaped as RFC 6901 asks."""
    return f"{parent}/{str(name).replace('~', '~0').replace('/', '~1')}"
