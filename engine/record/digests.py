"""The digests that chains may be made with: SHA-256, and SM3 (GB/T 32905) where OpenSSL has it.

Which one is named in every link; what an installation changes to holds for new links alone.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

SHA256 = "sha256"
SM3 = "sm3"

ALGORITHMS = (SHA256, SM3)


def digest(algorithm: str, data: bytes) -> str:
    """The digest in lower-case hex, 64 characters. ValueError for an algorithm that is not here."""
    if algorithm == SHA256:
        return hashlib.sha256(data).hexdigest()
    if algorithm != SM3:
        raise ValueError(f"there is no digest {algorithm!r}")
    try:
        total = hashes.Hash(hashes.SM3())  # not one of the broken ones
    except UnsupportedAlgorithm as error:
        raise ValueError("the OpenSSL of this machine has no SM3") from error
    total.update(data)
    return total.finalize().hex()


def is_available(algorithm: str) -> bool:
    """Whether this program on this machine can compute it."""
    try:
        digest(algorithm, b"")
    except ValueError:
        return False
    return True
