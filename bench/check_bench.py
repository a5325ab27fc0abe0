"""How long the check of a 3 MB model with 1 500 nodes takes, whatever is wrong with it, and its memory.

Run: python bench/check_bench.py

Each model is checked in a process of its own. Reference: lxml parsing the same file in the same
process. The bound is 5 s and 300 MB (of the whole process, its imports included). Seconds are those
of the processor: nothing here waits.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from lxml import etree

from engine.repository import definitions
from tests.models import bpmn, family, flows, user

NODES = 1_500
BYTES = 3 * 1024 * 1024
START, END = "<startEvent id='start'/>", "<endEvent id='end'/>"
UNDO = "<compensateEventDefinition/>"
TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"


def main() -> None:
    print(f"{'seconds':>8} {'MB':>6} {'lxml s':>8} {'faults':>7}  model")
    for name in MODELS:
        command = [sys.executable, __file__, name]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")  # noqa: S603


def one(name: str) -> None:
    """Check one model and print its line."""
    content = padded(MODELS[name]()).encode()
    with tempfile.TemporaryDirectory() as folder:
        package = family(Path(folder), content.decode())
        began = time.process_time()
        faults = definitions.check(package)
        checked = time.process_time() - began
    began = time.process_time()
    etree.fromstring(content)
    parsed = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{checked:8.2f} {peak:6.0f} {parsed:8.3f} {len(faults):7}  {name}")


def padded(model: str) -> str:
    """The model as large as the bound, by the diagram that tools write beside it."""
    shape = (
        "<bpmndi:BPMNShape id='shape_{0}' bpmnElement='n{0}'><dc:Bounds x='{0}' y='{0}' width='100'"
        " height='80'/></bpmndi:BPMNShape>"
    )
    head = (
        "<bpmndi:BPMNDiagram xmlns:bpmndi='http://www.omg.org/spec/BPMN/20100524/DI'"
        " xmlns:dc='http://www.omg.org/spec/DD/20100524/DC'><bpmndi:BPMNPlane>"
    )
    tail = "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    room = BYTES - len(model) - len(head) - len(tail)
    shapes = (shape.format(number) for number in range(max(0, room // len(shape.format(99999)))))
    return model.removesuffix("</definitions>") + head + "".join(shapes) + tail + "</definitions>"


def clean() -> str:
    """Chains of a task, a choice and a fork each, one after the other."""
    return bpmn("main", "".join(_blocks(NODES // 6)))


def _blocks(count: int) -> Iterator[str]:
    yield START + flows("start>x0")
    for at in range(count):
        yield (
            f"<exclusiveGateway id='x{at}' default='x{at}_to_y{at}'/>"
            + user(f"n{at}")
            + f"<exclusiveGateway id='y{at}'/><parallelGateway id='f{at}'/>"
            + user(f"m{at}")
            + f"<parallelGateway id='j{at}'/>"
            + flows(f"x{at}>n{at}: amount > {at}", f"x{at}>y{at}", f"n{at}>y{at}", f"y{at}>f{at}")
            + flows(f"f{at}>m{at}", f"m{at}>j{at}", f"f{at}>j{at}")
            + flows(f"j{at}>x{at + 1}" if at + 1 < count else f"j{at}>end")
        )
    yield END


def wrong_references() -> str:
    """Nothing that is referred to is there."""
    parts = (
        f"<userTask id='n{at}' default='z' camunda:candidateGroups='z' camunda:formKey='z'"
        " dudao:completion='z' dudao:deadline='z' dudao:separateFrom='z'/>"
        f"<boundaryEvent id='b{at}' attachedToRef='z'><messageEventDefinition messageRef='z'/>"
        f"</boundaryEvent><callActivity id='c{at}' calledElement='z'/>"
        + flows(f"z{at}>n{at}", f"n{at}>z", f"b{at}>z")
        for at in range(NODES // 3)
    )
    return bpmn("main", START + END + "".join(parts))


def duplicate_ids() -> str:
    """Everything is called the same."""
    return bpmn("main", (user("n") + flows("n>n")) * NODES)


def unreachable() -> str:
    """No flow at all."""
    return bpmn("main", START + END + "".join(user(f"n{at}") for at in range(NODES)))


def one_deadlock() -> str:
    """One choice of 1 400 ways, all of which a parallel join waits for."""
    ways = range(NODES - 100)
    return bpmn(
        "main",
        START
        + END
        + "<exclusiveGateway id='x' default='x_to_n0'/><parallelGateway id='j'/>"
        + "".join(user(f"n{at}") for at in ways)
        + flows("start>x", "x>n0", "j>end", *(f"n{at}>j" for at in ways))
        + flows(*(f"x>n{at}: amount > {at}" for at in ways[1:])),
    )


def deadlocks_in_a_row() -> str:
    """375 choices, each followed by a join that cannot be passed."""
    count = NODES // 4
    parts = (
        f"<exclusiveGateway id='x{at}' default='x{at}_to_n{at}'/>"
        + user(f"n{at}")
        + user(f"m{at}")
        + f"<parallelGateway id='j{at}'/>"
        + flows(f"x{at}>n{at}", f"x{at}>m{at}: a > {at}", f"n{at}>j{at}", f"m{at}>j{at}")
        + flows(f"j{at}>x{at + 1}" if at + 1 < count else f"j{at}>end")
        for at in range(count)
    )
    return bpmn("main", START + END + flows("start>x0") + "".join(parts))


def parallel_gateways() -> str:
    """1 500 of them, each with two ways to the next two."""
    parts = (f"<parallelGateway id='n{at}'/>" for at in range(NODES))
    ways = (
        flows(f"n{at}>n{at + step}") for at in range(NODES) for step in (1, 2) if at + step < NODES
    )
    return bpmn(
        "main",
        START + END + flows("start>n0", f"n{NODES - 1}>end") + "".join(parts) + "".join(ways),
    )


def choices_and_joins() -> str:
    """750 choices that all lead to each of the next joins, and back again."""
    count = NODES // 2
    parts = (
        f"<exclusiveGateway id='n{at}' default='n{at}_to_j{at}'/><parallelGateway id='j{at}'/>"
        + flows(
            f"n{at}>j{at}", f"n{at}>j{(at + 7) % count}: a > 1", f"n{at}>n{(at + 1) % count}: b"
        )
        + flows(f"j{at}>n{(at + 3) % count}")
        for at in range(count)
    )
    return bpmn("main", START + END + flows("start>n0") + "".join(parts))


def nested() -> str:
    """Sub-processes in each other, as deep as files may be, with tasks in each."""
    depth, each = 50, NODES // 50 - 3
    inner = user("deepest")
    for level in range(depth):
        tasks = "".join(user(f"n{level}_{at}") for at in range(each))
        chain = [f"s{level}", *(f"n{level}_{at}" for at in range(each)), f"u{level}", f"e{level}"]
        way = flows(*(f"{a}>{b}" for a, b in pairwise(chain)))
        body = f"<subProcess id='u{level}'>{inner}</subProcess>{tasks}{way}"
        inner = f"<startEvent id='s{level}'/><endEvent id='e{level}'/>{body}"
    return bpmn("main", inner)


def side_by_side() -> str:
    """375 sub-processes, one after the other."""
    count = NODES // 4
    parts = (
        f"<subProcess id='u{at}'><startEvent id='s{at}'/>{user(f'n{at}')}<endEvent id='e{at}'/>"
        + flows(f"s{at}>n{at}", f"n{at}>e{at}")
        + "</subProcess>"
        + flows(f"u{at}>u{at + 1}" if at + 1 < count else f"u{at}>end")
        for at in range(count)
    )
    return bpmn("main", START + END + flows("start>u0") + "".join(parts))


def guarded() -> str:
    """500 steps that people must decide, each with a timer that may not decide, all forked at once."""
    count = NODES // 3
    parts = (
        user(f"n{at}", extra="dudao:neverAuto='true'")
        + f"<boundaryEvent id='b{at}' attachedToRef='n{at}' cancelActivity='false'>{TIMER}"
        + f"</boundaryEvent><intermediateCatchEvent id='t{at}'>{TIMER}</intermediateCatchEvent>"
        + flows(f"f>n{at}", f"f>t{at}", f"n{at}>end", f"t{at}>end", f"b{at}>end")
        for at in range(count)
    )
    return bpmn(
        "main", START + END + "<parallelGateway id='f'/>" + flows("start>f") + "".join(parts)
    )


def guarded_in_a_row() -> str:
    """As before, one after the other, each step with its timer beside it."""
    count = NODES // 4
    parts = (
        f"<parallelGateway id='f{at}'/>"
        + user(f"n{at}", extra="dudao:neverAuto='true'")
        + f"<intermediateCatchEvent id='t{at}'>{TIMER}</intermediateCatchEvent>"
        + f"<parallelGateway id='j{at}'/>"
        + flows(f"f{at}>n{at}", f"f{at}>t{at}", f"n{at}>j{at}", f"t{at}>j{at}")
        + flows(f"j{at}>f{at + 1}" if at + 1 < count else f"j{at}>end")
        for at in range(count)
    )
    return bpmn("main", START + END + flows("start>f0") + "".join(parts))


def undone() -> str:
    """500 compensation boundary events that lead nowhere, and 500 throws of what is not there."""
    parts = (
        user(f"n{at}")
        + f"<boundaryEvent id='b{at}' attachedToRef='n{at}'>{UNDO}</boundaryEvent>"
        + f"<intermediateThrowEvent id='t{at}'><compensateEventDefinition activityRef='z{at}'/>"
        + f"</intermediateThrowEvent><association id='a{at}' sourceRef='b{at}' targetRef='z'/>"
        + flows(f"n{at}>t{at}", f"t{at}>n{at + 1}" if at + 1 < NODES // 3 else f"t{at}>end")
        for at in range(NODES // 3)
    )
    return bpmn("main", START + END + flows("start>n0") + "".join(parts))


def bad_expressions() -> str:
    """Every condition is cut off after a kilobyte."""
    text = " + ".join(["a"] * 300) + " +"
    parts = (
        f"<exclusiveGateway id='n{at}'/>" + flows(f"n{at}>n{at + 1}: {text}", f"n{at}>end: {text}")
        for at in range(NODES)
    )
    return bpmn("main", START + END + flows("start>n0") + "".join(parts))


def messages() -> str:
    """1 500 receive tasks, each of a message of its own."""
    declared = "".join(f"<message id='m{at}' name='m{at}'/>" for at in range(NODES))
    parts = (
        f"<receiveTask id='n{at}' messageRef='m{at}'/>"
        + flows(f"n{at}>n{at + 1}" if at + 1 < NODES else f"n{at}>end")
        for at in range(NODES)
    )
    return bpmn("main", START + END + flows("start>n0") + "".join(parts), extra=declared)


MODELS: dict[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        clean,
        wrong_references,
        duplicate_ids,
        unreachable,
        one_deadlock,
        deadlocks_in_a_row,
        parallel_gateways,
        choices_and_joins,
        nested,
        side_by_side,
        guarded,
        guarded_in_a_row,
        undone,
        bad_expressions,
        messages,
    )
}


if __name__ == "__main__":
    one(sys.argv[1]) if len(sys.argv) > 1 else main()
