"""Numbers that tell who somebody is, taken out of what everybody reads.

Two people checked a text before it was published (supervision/publications.py); this is the net below
them, not instead of them: it knows numbers and addresses, never names.
"""

from __future__ import annotations

import re

#: 居民身份证: six digits of a place, a date of birth, a serial number, a check digit.
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
#: Debit and credit cards by their length; 18 digits are an identity or a unit's credit code.
_CARD = re.compile(r"(?<![0-9A-Za-z])(?:\d{16}|\d{19})(?![0-9A-Za-z])")

_MASKS = (
    (_IDENTITY, "［身份证号已隐去］"),
    (_MOBILE, "［手机号已隐去］"),
    (_CARD, "［银行卡号已隐去］"),
    (_MAIL, "［邮箱已隐去］"),
)


def masked(text: str) -> str:
    """The text without numbers of identity cards, mobile telephones and bank cards, and mail addresses."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
