"""DMN: decision tables and requirement graphs, their cells in FEEL. Pure."""

from dmn.decisions import Decisions, Outcome, parse
from dmn.errors import DecisionError, Fault
from dmn.making import Hit

__all__ = ["DecisionError", "Decisions", "Fault", "Hit", "Outcome", "parse"]
