"""Passwords that leaked most often: the 30,000 that the library zxcvbn carries. Pure.

They are what somebody tries first, also with a few digits or marks around them: 2026 or 123! behind a
word makes it long enough and no better.
"""

from __future__ import annotations

from functools import cache

#: So many digits or marks around a common password are looked through: a whole date.
MOST_AROUND = 8


def holds(password: str) -> bool:
    """Whether it is one of them, as it is or with at most so many digits and marks around it."""
    text = password.casefold()
    if text in _known():
        return True
    start, end = 0, len(text)
    while start < end and not text[start].isalpha():
        start += 1
    while end > start and not text[end - 1].isalpha():
        end -= 1
    return len(text) - (end - start) <= MOST_AROUND and text[start:end] in _known()


@cache
def _known() -> frozenset[str]:
    """Loaded when somebody first sets a password: it takes a tenth of a second and 12 MB."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
