"""FEEL, the expression language of conditions, timers, decision cells, assignments and forms.

Pure: reads no clock, no file, no network, and imports nothing else of the house. See docs/feel.md.
"""

from feel.budget import Budget
from feel.errors import FeelError, FeelSyntaxError
from feel.expression import Expression, compile
from feel.interchange import from_json, to_json, unwrap
from feel.portability import Difference, browser_differences
from feel.values import Range, YearsMonths

__all__ = [
    "Budget",
    "Difference",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "Range",
    "YearsMonths",
    "browser_differences",
    "compile",
    "from_json",
    "to_json",
    "unwrap",
]
