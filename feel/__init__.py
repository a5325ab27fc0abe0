"""FEEL, the expression language of conditions, timers, decision cells, assignments and forms.

Pure: reads no clock, no file, no network, and imports nothing else of the house. See docs/feel.md.
"""

from feel.budget import Budget
from feel.errors import FeelError, FeelSyntaxError
from feel.expression import Expression, compile
from feel.interchange import from_json, to_json, unwrap
from feel.values import Range, YearsMonths

__all__ = [
    "Budget",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "Range",
    "YearsMonths",
    "compile",
    "from_json",
    "to_json",
    "unwrap",
]
