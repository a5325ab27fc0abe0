"""Whose turn it is, over random votes, additions and removals: somebody always may go on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.signoff import signers
from engine.signoff.signers import Board
from engine.spiff import signing
from engine.spiff.signing import Terms
from engine.states import SignerState
from engine.tables import Signer, SignOff

RULES = (signing.ALL, signing.IN_ORDER, signing.ANY, signing.VOTE, signing.ALONE)

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["agree", "refuse", "before", "after", "parallel", "remove"]),
        st.integers(0, 7),
    ),
    max_size=14,
)


def _signer(number: int, **details: object) -> Signer:
    return Signer(id=str(number), position=number, state=SignerState.WAITING, **details)


def _board(rule: str, size: int) -> Board:
    added = signing.COUNTED if rule in (signing.ALL, signing.IN_ORDER) else signing.ADVICE
    terms = Terms(rule=rule, added=added, share="2/3", refusal=signing.COUNTS)
    count = 1 if rule == signing.ALONE else size
    rows = [_signer(n, counts=True, weight=1, has_veto=False) for n in range(count)]
    return Board(sign_off=SignOff(terms=terms.as_dict(), votes=0), signers=rows)


def _call(board: Board) -> list[Signer]:
    """Open whoever's turn has come; those who may vote now."""
    for row in board.signers:
        if row.state == SignerState.WAITING and board.has_turn(row):
            row.state = SignerState.OPEN
    return [
        row for row in board.signers if row.state == SignerState.OPEN and not board.is_held(row)
    ]


def _do(board: Board, act: str, ready: list[Signer], which: int) -> None:
    me = ready[which % len(ready)]
    if act in ("agree", "refuse"):
        board.sign_off.votes += 1
        me.state, me.vote, me.number = SignerState.VOTED, act, board.sign_off.votes
        if board.is_alone and board.objection() is not None and board.owner.state == "voted":
            board.owner.state, board.owner.vote = SignerState.OPEN, None
    elif act == "remove":
        added = [row for row in board.awaited() if row.beside_id is not None]
        if added:
            gone = added[which % len(added)]
            for row in [gone, *board.below(gone)]:
                if row in board.awaited():
                    row.state = SignerState.REMOVED
    elif len(board.signers) < 9:
        counts = board.terms.added == signing.COUNTED
        new = _signer(
            len(board.signers),
            beside_id=me.id,
            placement=act,
            counts=counts,
            weight=1,
            has_veto=False,
        )
        board.signers = [*board.signers, new]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(RULES), st.integers(1, 4), ACTS)
def test_until_it_is_decided_somebody_may_vote(
    rule: str, size: int, acts: list[tuple[str, int]]
) -> None:
    board = _board(rule, size)
    for act, which in acts:
        ready = _call(board)
        if board.outcome() is not None:
            return
        assert ready, [(row.id, row.state, row.placement, row.beside_id) for row in board.signers]
        _do(board, act, ready, which)
    for _ in range(20):  # all who are left agree: it comes to an end
        ready = _call(board)
        if board.outcome() is not None:
            return
        assert ready
        _do(board, "agree", ready, 0)
    raise AssertionError("it never ends")


def test_nobody_votes_before_those_whom_they_asked_first() -> None:
    board = _board(signing.ALL, 2)
    first, second = board.signers
    assert _call(board) == [first, second]
    asked = _signer(2, beside_id=first.id, placement=signers.BEFORE, counts=True)
    board.signers = [first, second, asked]
    assert _call(board) == [second, asked]
    asked.state, asked.vote = SignerState.VOTED, signing.AGREE
    assert _call(board) == [first, second]
