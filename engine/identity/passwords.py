"""Passwords: what is accepted, and how one is kept and checked (argon2id). Pure.

Length is what counts, composition rules only make passwords worse (NIST SP 800-63B, 5.1.1.2).
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import Fault, Invalid

SHORTEST = 12
#: Hashing costs time by length; nobody types more.
LONGEST = 256

_hasher = PasswordHasher()


def check(password: str, *, username: str) -> None:
    """Invalid unless the password is long enough and does not hold the username."""
    text = normal(password)
    faults = []
    if len(text) < SHORTEST:
        faults.append(_fault(f"密码至少{SHORTEST}个字符，可以用一句话。", "too-short"))
    if len(text) > LONGEST:
        faults.append(_fault(f"密码不超过{LONGEST}个字符。", "too-long"))
    if username.casefold() in text.casefold():
        faults.append(_fault("密码中不能含有用户名。", "holds-username"))
    if faults:
        raise Invalid("密码没有修改。", errors=faults, code="password-refused")


def hashed(password: str) -> str:
    """What is stored."""
    return _hasher.hash(normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the one stored. Without a stored one it takes as long, and is not."""
    text = normal(password)[: LONGEST + 1]
    try:
        return _hasher.verify(stored or _decoy(), text) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def normal(password: str) -> str:
    """One spelling for what looks the same, whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def _fault(detail: str, code: str) -> Fault:
    return Fault(pointer="/password", detail=detail, code=code)
