"""Passwords: what is accepted, and how one is kept and checked (argon2id). Pure.

Length is what counts, composition rules only make passwords worse (NIST SP 800-63B, 5.1.1.2). Refused
are names, patterns (a repetition, a row of neighbours), and those that leaked most often.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import Fault, Invalid
from engine.identity import common_passwords

SHORTEST = 12
#: Hashing costs time by length; nobody types more.
LONGEST = 128
#: Of what is offered at sign-in so much is looked at: longer ones were once accepted.
_LONGEST_KEPT = 256

#: A block of so few characters, again and again, is as good as the block alone.
LONGEST_BLOCK = 6
FEWEST_DIFFERENT = 5
#: From this length on neighbours in a row count as one character.
SHORTEST_ROW = 4
#: So many characters must be left beside such rows.
FEWEST_OUTSIDE_ROWS = 5

#: Names that everybody tries here first.
PRODUCT_NAMES = ("dudao", "督导")

_KEYBOARD = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")

_hasher = PasswordHasher()


def check(password: str, *, username: str, name: str = "") -> None:
    """Invalid unless the password is long enough, no pattern, not common, without names."""
    text = normal(password)
    faults = []
    if len(text) < SHORTEST:
        faults.append(_fault(f"密码至少{SHORTEST}个字符，可以用一句话。", "too-short"))
    if len(text) > LONGEST:
        faults.append(_fault(f"密码不超过{LONGEST}个字符。", "too-long"))
    if username.casefold() in text.casefold():
        faults.append(_fault("密码中不能含有用户名。", "holds-username"))
    if len(name.strip()) > 1 and normal(name).strip().casefold() in text.casefold():
        faults.append(_fault("密码中不能含有自己的姓名。", "holds-name"))
    if any(word in text.casefold() for word in PRODUCT_NAMES):
        faults.append(_fault("密码中不能含有本系统的名称。", "holds-product"))
    if not faults and is_pattern(text):
        faults.append(_fault("密码是重复或连续的字符，容易被猜中。", "pattern"))
    elif not faults and common_passwords.holds(text):
        faults.append(_fault("这是常见的密码（或者只在前后加了几位数字），最先被猜到。", "common"))
    if faults:
        raise Invalid("密码没有修改。", errors=faults, code="password-refused")


def is_pattern(password: str) -> bool:
    """Whether it is a short block repeated, or hardly more than rows such as 12345678 or qwertyui."""
    text = password.casefold()
    if len(set(text)) < FEWEST_DIFFERENT:
        return True
    blocks = (text[:size] for size in range(1, LONGEST_BLOCK + 1))
    if any((block * len(text))[: len(text)] == text for block in blocks):
        return True
    outside, row = 0, 1
    for before, char in zip(text, [*text[1:], ""], strict=True):
        if char and _are_neighbours(before, char):
            row += 1
            continue
        outside += 1 if row >= SHORTEST_ROW else row
        row = 1
    return outside < FEWEST_OUTSIDE_ROWS


def _are_neighbours(one: str, other: str) -> bool:
    if abs(ord(one) - ord(other)) <= 1:
        return True
    return any(one + other in keys or other + one in keys for keys in _KEYBOARD)


def hashed(password: str) -> str:
    """What is stored."""
    return _hasher.hash(normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the one stored. Without a stored one it takes as long, and is not."""
    text = normal(password)[: _LONGEST_KEPT + 1]
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
