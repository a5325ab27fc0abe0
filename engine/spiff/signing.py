"""`dudao:signOff` of a user task: how several people sign it (会签、顺序会签、或签、票签), as data.

An instance keeps the terms under which a task of its came (`Terms.as_dict`): a later version of the
model does not change them. engine/signoff/tallies.py counts by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from engine.spiff.names import bpmn, dudao

ALL, IN_ORDER, ANY, VOTE = "all", "in_order", "any", "vote"
#: A task of one person to which others were added while it ran (加签); no model says so.
ALONE = "alone"
RULES = (ALL, IN_ORDER, ANY, VOTE)

ORGANISATION, POST, PERSON = "organisation", "post", "person"
UNITS = (ORGANISATION, POST, PERSON)

AT_LEAST, MORE_THAN = "at_least", "more_than"
DECIDES, COUNTS = "decides", "counts"
CERTAIN, HEARD = "certain", "heard"
CAST = "cast"
COUNTED, ADVICE = "counted", "advice"
SIGNERS = "signers"

AGREE, REFUSE, ABSTAIN = "agree", "refuse", "abstain"
VOTES = (AGREE, REFUSE, ABSTAIN)
AGREED, REFUSED = "agreed", "refused"

#: What each attribute may say; the first is meant where it is left out. Others are free text.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "rule": RULES,
    "per": UNITS,
    "shareIs": (AT_LEAST, MORE_THAN),
    "shareOf": (ALL, CAST),
    "refusal": ("", DECIDES, COUNTS),
    "ends": (CERTAIN, HEARD),
    "abstain": ("false", "true"),
    "addSigner": ("true", "false"),
    "added": ("", COUNTED, ADVICE),
}
_FRACTION = re.compile(r"[0-9]{1,4}/[0-9]{1,4}|[0-9]{1,3}(\.[0-9]{1,6})?%?")
TEXTS = ("signers", "share", "quorum", "weight", "veto", "opinion", "result", "removeBy", "least")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a task is signed. Texts of fractions are as written (`2/3`); names are lists."""

    rule: str = ALL
    per: str = ORGANISATION
    signers: str = ""  #: FEEL: a list of organisations or persons, in place of the candidates
    share: str = ""  #: of a vote: how much must agree
    share_is: str = AT_LEAST
    share_of: str = ALL
    quorum: str = ""  #: how much must have voted before anything is decided early
    weight: str = ""  #: FEEL over `signer`: whole numbers from 1
    veto: tuple[str, ...] = ()  #: roles whose refusal refuses
    refusal: str = DECIDES
    ends: str = CERTAIN
    may_abstain: bool = False
    opinion: tuple[str, ...] = (REFUSE,)  #: votes that need a written opinion
    result: str = "outcome"
    may_add: bool = True
    added: str = COUNTED
    remove_by: tuple[str, ...] = ()  #: roles that may remove signers of the model
    least: int = 1

    def as_dict(self) -> dict[str, Any]:
        """As a row keeps it."""
        return asdict(self)


def of_dict(kept: Mapping[str, Any]) -> Terms:
    """The terms that a row kept."""
    lists = {key: tuple(value) for key, value in kept.items() if isinstance(value, list)}
    return Terms(**{**kept, **lists})


def read(node: Any) -> Terms | None:
    """The terms of a user task; None where one person does it. `checks` refuses what is misspelt."""
    row = node.find(f"{bpmn('extensionElements')}/{dudao('signOff')}")
    if row is None:
        return None
    rule = row.get("rule", ALL)
    is_vote = rule == VOTE
    return Terms(
        rule=rule,
        per=row.get("per", ORGANISATION),
        signers=row.get("signers", ""),
        share=row.get("share", "1/2" if is_vote else ""),
        share_is=row.get("shareIs", AT_LEAST),
        share_of=row.get("shareOf", ALL),
        quorum=row.get("quorum", ""),
        weight=row.get("weight", ""),
        veto=_names(row.get("veto", "")),
        refusal=row.get("refusal", COUNTS if is_vote else DECIDES),
        ends=row.get("ends", CERTAIN),
        may_abstain=row.get("abstain") == "true",
        opinion=_names(row.get("opinion", REFUSE)),
        result=row.get("result", "outcome"),
        may_add=row.get("addSigner", "true") == "true",
        added=row.get("added", COUNTED if rule in (ALL, IN_ORDER) else ADVICE),
        remove_by=_names(row.get("removeBy", "")),
        least=int(row.get("least", "1")) if row.get("least", "1").isdecimal() else 1,
    )


NAMES: Mapping[str, str] = {
    ALL: "会签",
    IN_ORDER: "顺序会签",
    ANY: "或签",
    VOTE: "票签",
    ALONE: "加签",
}


def sentence(terms: Terms) -> str:
    """How it is signed, as people read it."""
    parts = [_core(terms)]
    if terms.quorum:
        parts.append(f"参加表决的不少于{terms.quorum}")
    if terms.veto:
        parts.append("有一票否决")
    if terms.rule == VOTE and terms.refusal == DECIDES:
        parts.append("有一方不同意即不通过")
    if terms.ends == HEARD:
        parts.append("听取全部意见后得出结论")
    return f"{NAMES[terms.rule]}：{'；'.join(parts)}"


def _core(terms: Terms) -> str:
    if terms.rule == ANY:
        return "先签署者决定" if terms.refusal == DECIDES else "有一方同意即可"
    if terms.rule == VOTE:
        how = "多于" if terms.share_is == MORE_THAN else "不少于"
        of = "所投" if terms.share_of == CAST else "应投"
        return f"同意的票{how}{of}票的{terms.share}"
    if terms.rule == ALONE:
        return "加签人提出意见，由办理人办结"
    return "依次签署，须全部同意" if terms.rule == IN_ORDER else "须全部同意"


def fraction(text: str) -> Fraction | None:
    """`2/3`, `0.5` or `60%` as a fraction, more than 0 and at most 1; None for anything else."""
    stripped = text.strip()
    if not _FRACTION.fullmatch(stripped):
        return None
    above, _, below = stripped.removesuffix("%").partition("/")
    if below and int(below) == 0:
        return None
    found = Fraction(above) / (int(below) if below else 1)
    if stripped.endswith("%"):
        found /= 100
    return found if 0 < found <= 1 else None


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
