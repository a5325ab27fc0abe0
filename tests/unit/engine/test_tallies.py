"""Votes counted, against a plain reading that tries out everything that may still be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.signoff import tallies
from engine.signoff.tallies import Ballot
from engine.spiff import signing
from engine.spiff.signing import Terms

SHARES = ("1/3", "1/2", "2/3", "60%", "1")


def _terms() -> st.SearchStrategy[Terms]:
    plain = st.builds(
        Terms,
        rule=st.sampled_from([signing.ALL, signing.IN_ORDER]),
        ends=st.sampled_from([signing.CERTAIN, signing.HEARD]),
    )
    first = st.just(Terms(rule=signing.ANY, refusal=signing.DECIDES))
    one = st.builds(
        Terms,
        rule=st.just(signing.ANY),
        refusal=st.just(signing.COUNTS),
        ends=st.sampled_from([signing.CERTAIN, signing.HEARD]),
    )
    counted = st.builds(
        Terms,
        rule=st.just(signing.VOTE),
        share=st.sampled_from(SHARES),
        share_is=st.sampled_from([signing.AT_LEAST, signing.MORE_THAN]),
        share_of=st.sampled_from([signing.ALL, signing.CAST]),
        quorum=st.sampled_from(["", "1/2", "2/3", "1"]),
        refusal=st.sampled_from([signing.COUNTS, signing.DECIDES]),
        ends=st.sampled_from([signing.CERTAIN, signing.HEARD]),
    )
    return st.one_of(plain, first, one, counted, counted)


def _ballots() -> st.SearchStrategy[list[Ballot]]:
    vote = st.sampled_from([*signing.VOTES, None])
    rows = st.lists(
        st.tuples(vote, st.integers(1, 4), st.booleans()), min_size=1, max_size=5
    ).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows)))))
    return rows.map(
        lambda found: [
            Ballot(vote=vote, number=number + 1 if vote else 0, weight=weight, has_veto=has_veto)
            for (vote, weight, has_veto), number in zip(found[0], found[1], strict=True)
        ]
    )


def _plainly(terms: Terms, votes: Sequence[tuple[str, int, bool]]) -> str:
    """When all have voted, in the order of their votes: the rule in words."""
    said = [vote for vote, _, _ in votes if vote != "abstain"]
    if not said:
        return "refused"
    if terms.rule in ("all", "in_order"):
        return "agreed" if set(said) == {"agree"} else "refused"
    if terms.rule == "any":
        if terms.refusal == "decides":
            return "agreed" if said[0] == "agree" else "refused"
        return "agreed" if "agree" in said else "refused"
    if terms.refusal == "decides" and "refuse" in said:
        return "refused"
    if any(vote == "refuse" and has_veto for vote, _, has_veto in votes):
        return "refused"
    agree = sum(weight for vote, weight, _ in votes if vote == "agree")
    whole = sum(weight for vote, weight, _ in votes if terms.share_of == "all" or vote != "abstain")
    above, _, below = terms.share.removesuffix("%").partition("/")
    share = Fraction(int(above), int(below or 1)) / (100 if terms.share.endswith("%") else 1)
    reached = Fraction(agree, whole)
    return (
        "agreed"
        if reached > share or (reached == share and terms.share_is == "at_least")
        else "refused"
    )


def _completions(ballots: Sequence[Ballot]) -> Iterator[list[tuple[str, int, bool]]]:
    cast = sorted((b for b in ballots if b.vote), key=lambda b: b.number)
    awaited = [b for b in ballots if not b.vote]
    for votes in product(signing.VOTES, repeat=len(awaited)):
        yield [
            *((b.vote or "", b.weight, b.has_veto) for b in cast),
            *((v, b.weight, b.has_veto) for v, b in zip(votes, awaited, strict=True)),
        ]


@settings(max_examples=500, deadline=None)
@given(_terms(), _ballots())
def test_it_is_decided_exactly_when_nothing_that_may_come_changes_it(
    terms: Terms, ballots: list[Ballot]
) -> None:
    possible = {_plainly(terms, votes) for votes in _completions(ballots)}
    awaited = [b for b in ballots if b.vote is None]
    present = sum(b.weight for b in ballots if b.vote)
    quorum = signing.fraction(terms.quorum) or Fraction(0)
    may_end = terms.ends == "certain" and present >= quorum * sum(b.weight for b in ballots)
    if not awaited:
        assert tallies.outcome(terms, ballots) == possible.pop()
    elif len(awaited) == len(ballots) or not may_end or len(possible) > 1:
        assert tallies.outcome(terms, ballots) is None
    else:
        assert tallies.outcome(terms, ballots) == possible.pop()


def test_nobody_heard_decides_nothing() -> None:
    assert tallies.outcome(Terms(), []) is None
    assert tallies.outcome(Terms(rule=signing.ANY), [Ballot(), Ballot()]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("2/3", Fraction(2, 3)), ("0.5", Fraction(1, 2)), ("60%", Fraction(3, 5)), ("1", Fraction(1))],
)
def test_fractions_are_read_exactly(text: str, value: Fraction) -> None:
    assert signing.fraction(text) == value


@pytest.mark.parametrize(
    "text", ["", "0", "3/2", "1/0", "-1/2", "两成", "101%", "1e9", "0x1", "1/2/3"]
)
def test_what_is_no_share_is_none(text: str) -> None:
    assert signing.fraction(text) is None
