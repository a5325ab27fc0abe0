"""DMN: decision tables and requirement graphs, their cells in FEEL. Pure."""

from dmn.decisions import Decisions, Hit, Outcome, parse
from dmn.errors import DecisionError, Fault

__all__ = ["DecisionError", "Decisions", "Fault", "Hit", "Outcome", "parse"]
