"""Counting votes: what a sign-off comes to, or that it is not decided yet. Pure.

A ballot whose vote is None is still awaited. Whatever the awaited ones say lies between all of them
agreeing and all of them refusing: where both ends come to the same, the outcome is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.spiff import signing
from engine.spiff.signing import ABSTAIN, AGREE, AGREED, REFUSE, REFUSED, Terms


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """One counted signer's vote. `number` says which vote it was; votes are in that order."""

    vote: str | None = None
    number: int = 0
    weight: int = 1
    has_veto: bool = False


def outcome(terms: Terms, ballots: Sequence[Ballot]) -> str | None:
    """`agreed`, `refused`, or None while that is open. Nobody's vote is ever made up."""
    awaited = [ballot for ballot in ballots if ballot.vote is None]
    if not ballots or len(awaited) == len(ballots):
        return None
    if not awaited:
        return final(terms, ballots)
    if terms.ends == signing.HEARD or not _has_quorum(terms, ballots):
        return None
    first = _first(ballots)
    if terms.rule == signing.ANY and terms.refusal == signing.DECIDES and first is not None:
        return AGREED if first.vote == AGREE else REFUSED
    best, worst = (
        final(
            terms,
            [replace(b, vote=vote, number=len(ballots)) if b.vote is None else b for b in ballots],
        )
        for vote in (AGREE, REFUSE)
    )
    return best if best == worst else None


def final(terms: Terms, ballots: Sequence[Ballot]) -> str:
    """What it comes to when all have voted. Where all abstained, nobody agreed."""
    has_refusal = any(ballot.vote == REFUSE for ballot in ballots)
    has_agreement = any(ballot.vote == AGREE for ballot in ballots)
    if terms.rule == signing.ANY and terms.refusal == signing.DECIDES:
        first = _first(ballots)
        return AGREED if first is not None and first.vote == AGREE else REFUSED
    if terms.rule == signing.ANY:
        return AGREED if has_agreement else REFUSED
    if terms.rule == signing.VOTE:
        is_stopped = any(b.has_veto and b.vote == REFUSE for b in ballots)
        is_stopped = is_stopped or (has_refusal and terms.refusal == signing.DECIDES)
        return AGREED if not is_stopped and _reaches_share(terms, ballots) else REFUSED
    return AGREED if has_agreement and not has_refusal else REFUSED


def _first(ballots: Sequence[Ballot]) -> Ballot | None:
    cast = [ballot for ballot in ballots if ballot.vote in (AGREE, REFUSE)]
    return min(cast, key=lambda ballot: ballot.number, default=None)


def _has_quorum(terms: Terms, ballots: Sequence[Ballot]) -> bool:
    quorum = signing.fraction(terms.quorum) if terms.quorum else None
    if quorum is None:
        return True
    return _weight([b for b in ballots if b.vote is not None]) >= quorum * _weight(ballots)


def _reaches_share(terms: Terms, ballots: Sequence[Ballot]) -> bool:
    agreeing = _weight([ballot for ballot in ballots if ballot.vote == AGREE])
    of = [b for b in ballots if b.vote != ABSTAIN] if terms.share_of == signing.CAST else ballots
    share = signing.fraction(terms.share)
    if share is None or not agreeing:
        return False
    wanted = share * _weight(of)
    return agreeing > wanted if terms.share_is == signing.MORE_THAN else agreeing >= wanted


def _weight(ballots: Sequence[Ballot]) -> int:
    return sum(ballot.weight for ballot in ballots)
