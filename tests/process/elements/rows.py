"""A row of docs/bpmn.md: an element of BPMN, the plays that show it, and what two peers say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: What the documentation of a peer says: it runs, it says that it does not, or nothing that we found.
YES, NO, UNSAID, DRAWN = "yes", "no", "not stated", "drawn"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A test that plays a model with the element, and fails when it is gone."""

    test: Callable[..., None]
    #: What is taken out or turned, as tests/process/removal.py reads it.
    without: str
    #: The rules by which the model is refused then, by blank; empty where it still may be deployed.
    refused: str
    #: The arguments of the test beside `play`.
    given: Mapping[str, object]

    @property
    def name(self) -> str:
        """The test, and with which words among its arguments."""
        said = "-".join(str(value) for value in self.given.values() if str(value).isidentifier())
        return f"{self.test.__name__}[{said}]" if said else self.test.__name__


@dataclass(frozen=True, kw_only=True)
class Element:
    """What runs."""

    name: str
    shown: tuple[Shown, ...]
    camunda: str
    flowable: str


@dataclass(frozen=True, kw_only=True)
class Other:
    """What is refused, by `rule`, or is kept and says nothing (no rule); `content` is a whole model."""

    name: str
    content: str
    #: What the fault names, or what is taken out to see that it said nothing.
    element: str
    rule: str = ""
    mend: str = ""
    camunda: str = UNSAID
    flowable: str = UNSAID


def by(test: Callable[..., None], without: str, *, refused: str = "", **given: object) -> Shown:
    """A play; `given` are the arguments of its test."""
    return Shown(test=test, without=without, refused=refused, given=given)


def row(name: str, *shown: Shown, camunda: str = YES, flowable: str = YES) -> Element:
    """An element that runs."""
    return Element(name=name, shown=shown, camunda=camunda, flowable=flowable)
