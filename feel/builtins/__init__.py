"""The built-in functions, by topic; importing a topic declares its functions."""

from feel.builtins import (
    booleans,
    contexts,
    conversion,
    dates,
    lists,
    numbers,
    ranges,
    sorting,
    statistics,
    strings,
)
from feel.builtins.registry import BUILTINS, bind

__all__ = [
    "BUILTINS",
    "bind",
    "booleans",
    "contexts",
    "conversion",
    "dates",
    "lists",
    "numbers",
    "ranges",
    "sorting",
    "statistics",
    "strings",
]
