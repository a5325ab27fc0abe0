"""A decision model as it is evaluated: decisions, their requirements and their logic, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from dmn.index import Column
from dmn.types import Types
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
    type_name: str = ""


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
    """`columns` are the conditions once more, column by column, ready to be looked up."""

    id: str
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Literal:
    id: str
    expression: Expression


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Named steps; a last one without a name is the result, else all of them together."""

    id: str
    entries: tuple[tuple[Parameter, Logic], ...]


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
    """A call of a function, mostly a knowledge model or a service, with named arguments."""

    id: str
    function: Expression
    arguments: tuple[tuple[str, Logic], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A name with the type of its value; empty for any type."""

    name: str
    type_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionOf:
    """A function written as a box."""

    id: str
    parameters: tuple[Parameter, ...]
    logic: Logic


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditional:
    """if, then, else as boxes (DMN 1.4)."""

    id: str
    test: Logic
    then: Logic
    otherwise: Logic


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """The elements of a list for which a box comes to true (DMN 1.4)."""

    id: str
    source: Logic
    condition: Logic


@dataclass(frozen=True, kw_only=True, slots=True)
class Iteration:
    """for, some or every as boxes (DMN 1.4)."""

    id: str
    kind: str
    variable: str
    source: Logic
    body: Logic
    #: Whether the body speaks of the results so far.
    uses_partial: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """A decision that people make elsewhere: its result is a variable of its name."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A box that says what type its value has."""

    id: str
    type_name: str
    logic: Logic


Logic: TypeAlias = (
    Table
    | Literal
    | Context
    | ListOf
    | Relation
    | Invocation
    | FunctionOf
    | Conditional
    | Filter
    | Iteration
    | Outside
    | Typed
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """Input data: a variable that is given to the decisions."""

    id: str
    name: str
    type_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions call by its name."""

    id: str
    name: str
    parameters: tuple[Parameter, ...]
    logic: Logic
    requires: tuple[str, ...] = ()
    type_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`name` is that of its variable, under which other decisions see the result."""

    id: str
    name: str
    logic: Logic
    type_name: str = ""
    #: Ids of the input data, of the decisions, and of the knowledge models and services.
    inputs: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """Decisions offered as one function: what is given to it, and what it gives, by ids."""

    id: str
    name: str
    inputs: tuple[str, ...]
    #: Decisions whose result is given, not made.
    input_decisions: tuple[str, ...]
    outputs: tuple[str, ...]
    type_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What is in a file, by id, in the order of the file."""

    name: str
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    inputs: Mapping[str, Given] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    types: Types = field(default_factory=Types)
