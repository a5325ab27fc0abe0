"""What a model may not contain, found before anything is stored: every fault, with the mend.

Never silently wrong: what this engine does not run is refused here by name.
"""

from engine.spiff.checks.faults import ERROR, WARNING, Known, ModelFault
from engine.spiff.checks.files import check, known_of

__all__ = ["ERROR", "WARNING", "Known", "ModelFault", "check", "known_of"]
