"""Write a file that was not there before: never over another, never half a one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ops.errors import Refusal


def create(path: Path, parts: Iterable[bytes]) -> None:
    """A new file for its owner's eyes; removed again where it could not be written whole."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Refusal("file.unwritten", path=path, reason=error.strerror) from None
