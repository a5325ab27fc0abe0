"""What a model may say of how a task is signed, and how a slip is pointed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.repository import definitions
from engine.spiff import signing
from engine.spiff.signing import Terms
from tests.council import joint
from tests.models import family

SOUND = (
    "",
    "rule='in_order' per='post' ends='heard'",
    "rule='any' refusal='counts' ends='heard'",
    "rule='vote' share='60%' shareIs='more_than' shareOf='cast' quorum='1/2' veto='head'"
    " weight='= if signer.user = null then 2 else 1' abstain='true' opinion='none'",
    "rule='all' signers='= members' addSigner='false' removeBy='head' least='2' result='joint'",
)


@pytest.mark.parametrize("attributes", SOUND)
def test_a_sound_sign_off_has_no_faults(tmp_path: Path, attributes: str) -> None:
    assert definitions.check(family(tmp_path, joint(attributes))) == []


@pytest.mark.parametrize(
    ("rule", "attributes"),
    [
        ("sign-off-choice", "rule='some'"),
        ("sign-off-choice", "rule=''"),
        ("sign-off-choice", "per='office'"),
        ("sign-off-choice", "abstain='yes'"),
        ("sign-off-choice", "rule='vote' refusal=''"),
        ("sign-off-fraction", "rule='vote' share='3/2'"),
        ("sign-off-fraction", "rule='vote' quorum='一半'"),
        ("sign-off-fraction", "rule='vote' share='1e999999999'"),
        ("sign-off-least", "least='0'"),
        ("sign-off-least", "least='-1'"),
        ("sign-off-result", "result='结果 1'"),
        ("sign-off-opinion", "opinion='no'"),
        ("unknown-group", "rule='vote' veto='nobody'"),
        ("unknown-group", "removeBy='nobody'"),
        ("unknown-attribute", "shares='1/2'"),
        ("sign-off-idle", "rule='all' share='1/2'"),
        ("sign-off-idle", "rule='in_order' refusal='counts'"),
        ("sign-off-idle", "rule='any' weight='= 2'"),
        ("sign-off-ends", "rule='any' ends='heard'"),
        ("bad-expression", "rule='vote' weight='= 1 +'"),
        ("bad-expression", "signers='= ['"),
    ],
)
def test_a_slip_is_named_with_its_element_and_a_mend(
    tmp_path: Path, rule: str, attributes: str
) -> None:
    found = definitions.check(family(tmp_path, joint(attributes)))
    assert [(fault.rule, fault.element_id) for fault in found] == [(rule, "joint")]
    assert found[0].mend


def test_only_user_tasks_are_signed_once_and_by_several(tmp_path: Path) -> None:
    sound = joint("rule='all'")
    twice = sound.replace("<dudao:signOff rule='all'/>", "<dudao:signOff/><dudao:signOff/>")
    alone = sound.replace("<userTask id='joint'", "<userTask camunda:assignee='ada' id='joint'")
    ended = sound.replace(
        "<endEvent id='end'/>",
        "<endEvent id='end'><extensionElements><dudao:signOff/></extensionElements></endEvent>",
    )
    for number, (text, rule) in enumerate(
        ((twice, "several-sign-offs"), (alone, "sign-off-assignee"), (ended, "sign-off-here"))
    ):
        found = definitions.check(family(tmp_path / str(number), text))
        assert rule in {fault.rule for fault in found}


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        (Terms(), "会签：须全部同意"),
        (Terms(rule=signing.ANY), "或签：先签署者决定"),
        (
            Terms(rule=signing.VOTE, share="2/3", quorum="1/2", veto=("head",), refusal="counts"),
            "票签：同意的票不少于应投票的2/3；参加表决的不少于1/2；有一票否决",
        ),
    ],
)
def test_the_terms_read_as_a_sentence(terms: Terms, text: str) -> None:
    assert signing.sentence(terms) == text
    assert signing.of_dict(terms.as_dict()) == terms
