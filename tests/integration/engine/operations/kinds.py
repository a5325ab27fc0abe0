"""The kinds of task that the matrix plays, each a small process of the same shape, in one family.

Cai does `first`, then comes the task `t`, then `next`. A message takes `t` away (the case goes on at
`instead`), and each `t` has a deadline that passes in five working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.package import Handler, ProcessPackage, StepContext
from tests import models
from tests.models import flows, user

FAMILY = "tests"
WITHDRAWN = "withdrawn"
ITEMS = ["甲", "乙"]

OUTSIDE = """
[roles.mayor]
name = "分管领导"
relation = "committee"
on_paper = "by_account"

[relations.committee]
name = "委员会"
audiences = ["internal", "unit", "superior", "public"]
groups = ["mayor"]
"""

_DEADLINE = "dudao:deadline='answer'"
_MESSAGE = f"<message id='m_withdrawn' name='{WITHDRAWN}'/>"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind: what it is called, what the model says of it, and the elements in its place."""

    key: str
    zh: str
    en: str
    says: str
    #: What stands between `first` and `next`, and its id.
    body: str
    place: str = "t"
    #: A process that it calls.
    called: str = ""
    is_signed: bool = False

    @property
    def process(self) -> str:
        """The key of its process."""
        return f"k_{self.key}"

    @property
    def model(self) -> str:
        """Its file."""
        body = (
            "<startEvent id='start'/>"
            + user("first", group="head")
            + self.body
            + _boundary(self.place)
            + user("instead", group="staff,head")
            + user("next", group="staff,head")
            + "<endEvent id='end'/>"
            + flows(
                "start>first",
                f"first>{self.place}",
                f"{self.place}>next",
                "next>end",
                "gone>instead",
                "instead>end",
            )
        )
        return models.bpmn(self.process, body, extra=_MESSAGE)


def _boundary(place: str) -> str:
    return (
        f"<boundaryEvent id='gone' attachedToRef='{place}'>"
        "<messageEventDefinition messageRef='m_withdrawn'/></boundaryEvent>"
    )


def _task(extra: str = "", *, group: str = "staff", inner: str = "") -> str:
    return user("t", group=group, extra=f"{_DEADLINE} {extra}", inner=inner)


def _given(attribute: str) -> str:
    return f"<userTask id='t' name='t' camunda:formKey='tests/note' {_DEADLINE} {attribute}/>"


def _signed(attributes: str, extra: str = "") -> str:
    terms = f"<extensionElements><dudao:signOff {attributes}/></extensionElements>"
    return _task(extra, inner=terms)


def _items(how: str = "") -> str:
    loop = f"<multiInstanceLoopCharacteristics {how} camunda:collection='items'"
    return _task(inner=f"{loop} camunda:elementVariable='item'/>")


_INNER = (
    "<startEvent id='inner_start'/>"
    + _task()
    + "<endEvent id='inner_end'/>"
    + flows("inner_start>t", "t>inner_end")
)

KINDS: tuple[Kind, ...] = (
    Kind(
        key="plain",
        zh="普通任务",
        en="claimable",
        says='`camunda:candidateGroups`, `dudao:bulk="true"`',
        body=_task("dudao:bulk='true'"),
    ),
    Kind(
        key="chosen",
        zh="候选人",
        en="candidate persons",
        says="`camunda:candidateUsers`",
        body=_given("camunda:candidateUsers='ada,bob'"),
    ),
    Kind(
        key="assigned",
        zh="指定办理人",
        en="assigned",
        says="`camunda:assignee`, nobody else",
        body=_given("camunda:assignee='ada'"),
    ),
    Kind(
        key="sign_all",
        zh="会签",
        en="all sign",
        says='`dudao:signOff rule="all" removeBy="staff"`, `dudao:bulk="true"`',
        body=_signed("rule='all' removeBy='staff'", "dudao:bulk='true'"),
        is_signed=True,
    ),
    Kind(
        key="sign_in_order",
        zh="顺序会签",
        en="sign in order",
        says='`rule="in_order"`; this office is the first',
        body=_signed("rule='in_order'"),
        is_signed=True,
    ),
    Kind(
        key="sign_any",
        zh="或签",
        en="one signs",
        says='`rule="any"`',
        body=_signed("rule='any'"),
        is_signed=True,
    ),
    Kind(
        key="sign_vote",
        zh="票签",
        en="vote",
        says='`rule="vote" share="1/2"`, nobody may be added (`addSigner="false"`)',
        body=_signed("rule='vote' share='1/2' addSigner='false'"),
        is_signed=True,
    ),
    Kind(
        key="item",
        zh="并行逐项",
        en="parallel item",
        says="one item of a multi-instance, the other is open",
        body=_items(),
    ),
    Kind(
        key="item_in_turn",
        zh="依次逐项",
        en="sequential item",
        says='the first item with `isSequential="true"`',
        body=_items("isSequential='true'"),
    ),
    Kind(
        key="called",
        zh="调用流程内",
        en="in a called process",
        says="inside a call activity",
        body="<callActivity id='call' name='call' calledElement='called'/>",
        place="call",
        called=models.bpmn("called", _INNER),
    ),
    Kind(
        key="inside",
        zh="子流程内",
        en="in a sub-process",
        says="inside an embedded sub-process",
        body=f"<subProcess id='sub' name='sub'>{_INNER}</subProcess>",
        place="sub",
    ),
    Kind(
        key="returned",
        zh="退回重办",
        en="sent back",
        says="done before, and sent back to who had done it",
        body=_task(),
    ),
    Kind(
        key="on_paper",
        zh="可代录",
        en="may be recorded",
        says="waits for the staff, or for a post with `on_paper`",
        body=_task(group="staff,mayor"),
    ),
    Kind(
        key="decision",
        zh="须由人决定",
        en="decision",
        says='`dudao:neverAuto="true"`, `dudao:sendBack="none"`, and a handler that makes a record',
        body=_task("dudao:neverAuto='true' dudao:sendBack='none' dudao:completion='seal'"),
    ),
)

#: Played by those who may not do it.
SEPARATE = Kind(
    key="separate",
    zh="岗位分离",
    en="separated duty",
    says='`dudao:separateFrom="first"`',
    body=_task("dudao:separateFrom='first'", group="staff,head"),
)


def family(folder: Path) -> ProcessPackage:
    """All kinds as one family."""
    called = [kind.called for kind in KINDS if kind.called]
    return models.family(
        folder,
        *(kind.model for kind in (*KINDS, SEPARATE)),
        *called,
        start=KINDS[0].process,
        handlers=handlers(),
        entries='recorders = ["staff", "head"]\n',
        manifest=OUTSIDE,
    )


def handlers() -> Mapping[str, Handler]:
    """The one that makes a record."""

    def seal(step: StepContext) -> dict[str, object]:
        return dict(step.values)

    return {"seal": Handler(call=seal)}
