"""A decision model as it is evaluated: decisions, their requirements and their logic, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from feel import Expression


class HitPolicy(StrEnum):
    """Which of the rules that match decide."""

    UNIQUE = "UNIQUE"  #: at most one may match
    FIRST = "FIRST"  #: the topmost
    ANY = "ANY"  #: all that match say the same
    PRIORITY = "PRIORITY"  #: the one whose output stands first among the output values
    COLLECT = "COLLECT"  #: all, as a list or aggregated
    RULE_ORDER = "RULE ORDER"  #: all, from top to bottom
    OUTPUT_ORDER = "OUTPUT ORDER"  #: all, in the order of the output values


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs."""

    SUM = "SUM"  #: their sum
    COUNT = "COUNT"  #: how many there are
    MIN = "MIN"  #: the smallest
    MAX = "MAX"  #: the largest


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A column of conditions."""

    id: str
    label: str
    expression: Expression
    type_name: str = ""
    #: A name under which the cells may speak of the input, beside `?`.
    variable: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """A column of results; `values` lists the possible ones by falling priority."""

    id: str
    name: str
    values: Expression | None = None
    default: Expression | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    id: str
    expression: Expression


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """`number` counts from 1, as the modeller shows it."""

    id: str
    number: int
    conditions: tuple[Cell, ...]
    results: tuple[Cell | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    id: str
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Literal:
    id: str
    expression: Expression


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Named steps; a last one without a name is the result, else all of them together."""

    id: str
    entries: tuple[tuple[str, Logic], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListOf:
    id: str
    items: tuple[Logic, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """A list of contexts with the same keys."""

    id: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Logic, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Invocation:
    """A call of a knowledge model with named arguments."""

    id: str
    function: str
    arguments: tuple[tuple[str, Logic], ...]


Logic: TypeAlias = Table | Literal | Context | ListOf | Relation | Invocation


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions call by its name."""

    id: str
    name: str
    parameters: tuple[str, ...]
    logic: Logic
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`name` is that of its variable, under which other decisions see the result."""

    id: str
    name: str
    logic: Logic
    #: Ids of the decisions, and of the knowledge models, that it requires.
    decisions: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """All decisions of a file by id, in the order of the file."""

    name: str
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
