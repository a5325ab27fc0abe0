"""What other packages rely on: compile, evaluate, names, notes, functions of the host, now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum

import pytest

import feel
from feel.evaluation import Evaluation
from feel.syntax import TypeName
from feel.values import Function

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def evaluate(text: str, **variables: object) -> object:
    return feel.compile(text).evaluate(variables, now=NOW)


def test_the_same_text_is_compiled_once() -> None:
    assert feel.compile("a + 1") is feel.compile("a + 1")


def test_a_text_is_compiled_apart_for_other_functions() -> None:
    compiled = feel.compile("f(1)", functions=frozenset({"f"}))
    assert compiled.evaluate({}, functions={"f": lambda x: x + 1}) == 2
    with pytest.raises(feel.FeelSyntaxError, match="没有名为“f”的函数"):
        feel.compile("f(1)")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('outcome = "approve"', {"outcome"}),
        ("a.b.c + d", {"a", "d"}),
        ("for i in xs return i * k", {"xs", "k"}),
        ("for i in xs, j in i return j", {"xs"}),
        ("some x in xs satisfies x > y", {"xs", "y"}),
        ("{a: 1, b: a + c}.b", {"c"}),
        ("(function(x) x + y)(z)", {"y", "z"}),
        ("count(xs) > 0", {"xs"}),
        ("today() > date(到期日)", {"到期日"}),
        ("xs[item > 1]", {"xs"}),
        ("item", {"item"}),
        ("1 + 1", set()),
    ],
)
def test_names_are_the_variables_of_the_host(text: str, names: set[str]) -> None:
    assert feel.compile(text).names == names


def test_a_name_in_a_filter_may_be_a_member_and_is_not_among_the_names() -> None:
    assert feel.compile("problems[level = threshold]").names == {"problems"}


def test_a_name_in_a_filter_that_is_no_member_is_the_variable() -> None:
    problems = [{"level": "major"}, {"level": "minor"}]
    found = evaluate("problems[level = threshold]", problems=problems, threshold="major")
    assert found == [{"level": "major"}]


def test_names_of_several_words_are_recognised_where_they_are_told() -> None:
    compiled = feel.compile("monthly salary * 12", names=frozenset({"monthly salary"}))
    assert compiled.names == {"monthly salary"}
    assert compiled.evaluate({"monthly salary": 10}) == 120
    with pytest.raises(feel.FeelSyntaxError, match="缺少运算符"):
        feel.compile("monthly salary * 12")


def test_names_with_signs_are_recognised_where_they_are_told() -> None:
    names = frozenset({"Pre-bureau risk", "term 2.1", "terms and so", "a"})
    given = {"Pre-bureau risk": 5, "term 2.1": 7, "terms and so": True, "a": 1}
    compiled = feel.compile(
        "if terms and so then Pre-bureau  risk - term 2.1 - a else 0", names=names
    )
    assert compiled.evaluate(given) == -3
    assert compiled.names == set(given)
    assert feel.compile("Pre-bureau risky", names=frozenset({"Pre", "bureau risky"})).names == {
        "Pre",
        "bureau risky",
    }


def test_a_function_keeps_what_was_bound_where_it_was_written() -> None:
    adder = feel.compile("function(x) x + k", names=frozenset({"k"}))
    run = Evaluation(
        {}, functions={}, now=NOW, zone=UTC, budget=feel.Budget(), is_strict=False, notes=None
    )
    with run.bound({"k": Decimal(5)}):
        function = adder.apply(run)
    assert isinstance(function, Function)
    with run.bound({"k": Decimal(100)}):
        assert function.call([Decimal(1)], {}) == 6


def test_types_of_the_host_are_known_by_name() -> None:
    person = TypeName(0, "context", (("full name", TypeName(0, "string")),))
    compiled = feel.compile('{full name: "张"} instance of a person', types={"a person": person})
    assert compiled.evaluate({}) is True
    with pytest.raises(feel.FeelSyntaxError, match="不认识的类型"):
        feel.compile("1 instance of a person")


def test_a_variable_goes_before_the_built_in_of_its_name() -> None:
    assert evaluate("count + 1", count=2) == 3
    assert evaluate("count(count)", count=[1, 2]) == 2


def test_values_of_the_host_become_values_of_the_language() -> None:
    class Grade(StrEnum):
        GOOD = "good"

    class Number(Enum):
        ONE = 1

    assert evaluate("x", x=0.1) == Decimal("0.1")
    assert evaluate("x", x=True) is True
    assert evaluate("x", x=(1, "a")) == [Decimal(1), "a"]
    assert type(evaluate("x", x=Grade.GOOD)) is str
    assert evaluate("x + 1", x=Number.ONE) == 2
    assert evaluate("x.a.b", x={"a": {"b": {"$decimal": "1.50"}}}) == Decimal("1.5")
    assert evaluate("x.year", x=date(2026, 1, 31)) == 2026
    assert evaluate("x.hour", x=time(10, 30)) == 10
    assert evaluate("x", x=timedelta(hours=36)) == timedelta(days=1, hours=12)


def test_a_moment_of_the_host_is_read_in_local_time() -> None:
    assert evaluate("date(x)", x=NOW) == date(2026, 11, 23)
    assert evaluate("x = now()", x=NOW) is True


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", float("nan"), float("inf"), Decimal("sNaN"), {1: 2}, {"$decimal": "x"}],
)
def test_a_value_without_meaning_is_refused(value: object) -> None:
    with pytest.raises(feel.FeelError):
        evaluate("x", x=value)


def test_a_variable_nested_without_end_is_refused() -> None:
    nest: list[object] = []
    nest.append(nest)
    with pytest.raises(feel.FeelError, match="嵌套"):
        evaluate("x", x=nest)


def test_only_variables_that_are_read_are_looked_at() -> None:
    class Reading(Mapping[str, object]):
        read: list[str] = []  # noqa: RUF012 (one test, one instance)

        def __getitem__(self, name: str) -> object:
            self.read.append(name)
            return 1

        def __iter__(self) -> Iterator[str]:
            raise AssertionError

        def __len__(self) -> int:
            raise AssertionError

    variables = Reading()
    assert feel.compile("a + a").evaluate(variables) == 2
    assert variables.read == ["a"]


def test_now_and_today_are_the_pinned_ones_in_local_time() -> None:
    assert evaluate("today()") == date(2026, 11, 23)
    assert evaluate("now().hour") == 1
    assert feel.compile("today()").evaluate({}, now=NOW, zone=UTC) == date(2026, 11, 22)


def test_without_a_pinned_now_there_is_no_now() -> None:
    with pytest.raises(feel.FeelError, match="当前时间"):
        feel.compile("now()").evaluate({})
    with pytest.raises(feel.FeelError, match="当前时间"):
        feel.compile("now()").evaluate({}, now=datetime(2026, 11, 23))  # noqa: DTZ001 (refused)


def test_a_function_of_the_host_may_have_a_name_of_several_words() -> None:
    compiled = feel.compile(
        "working days after(date(d), 5) > today()", functions=frozenset({"working days after"})
    )

    def after(on: date, days: Decimal) -> date:
        return on + timedelta(days=int(days))

    functions = {"working days after": after}
    assert compiled.evaluate({"d": "2026-11-23"}, functions=functions, now=NOW) is True


def test_a_function_of_the_host_takes_named_arguments() -> None:
    compiled = feel.compile('deadline(key: "plan")', functions=frozenset({"deadline"}))
    assert compiled.evaluate({}, functions={"deadline": lambda key: f"{key}!"}) == "plan!"


@pytest.mark.parametrize("call", ["f()", "f(1, 2)", "f(wrong: 1)"])
def test_arguments_that_a_function_of_the_host_does_not_take_are_refused(call: str) -> None:
    compiled = feel.compile(call, functions=frozenset({"f"}))
    with pytest.raises(feel.FeelError, match="函数“f”的参数"):
        compiled.evaluate({}, functions={"f": lambda x: x})


def test_a_function_of_the_host_that_was_not_given_is_refused() -> None:
    with pytest.raises(feel.FeelError, match="没有提供函数“f”"):
        feel.compile("f()", functions=frozenset({"f"})).evaluate({})


def test_what_a_function_of_the_host_raises_passes_through() -> None:
    class Gone(Exception):
        pass

    def fail() -> object:
        raise Gone

    with pytest.raises(Gone):
        feel.compile("f()", functions=frozenset({"f"})).evaluate({}, functions={"f": fail})


def test_what_a_function_of_the_host_gives_becomes_a_value_of_the_language() -> None:
    compiled = feel.compile("f() + 0.1", functions=frozenset({"f"}))
    assert compiled.evaluate({}, functions={"f": lambda: 0.2}) == Decimal("0.3")


def test_why_something_became_null_is_noted() -> None:
    notes: list[str] = []
    assert feel.compile('grade > "60"').evaluate({"grade": 70}, notes=notes) is None
    assert notes == [
        "数字与文本不能比较大小。文本可用 number(x)、date(x)、date and time(x) 转换后再比较"
    ]


def test_a_missing_variable_is_null_and_noted_once() -> None:
    notes: list[str] = []
    assert feel.compile("a = null and a = null").evaluate({}, notes=notes) is True
    assert notes == ["变量“a”没有值"]


def test_a_strict_evaluation_refuses_what_would_be_null() -> None:
    with pytest.raises(feel.FeelError, match="变量“a”没有值") as refused:
        feel.compile("a > 1").evaluate({}, strict=True)
    assert refused.value.code == "strict"


def test_a_strict_evaluation_lets_an_empty_list_be_filtered() -> None:
    assert feel.compile("xs[a > 1]").evaluate({"xs": []}, strict=True) == []


def test_one_expression_serves_many_threads() -> None:
    compiled = feel.compile("sum(for i in 1..n return i)")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: compiled.evaluate({"n": n}), range(1, 200)))
    assert found == [n * (n + 1) // 2 for n in range(1, 200)]


def test_the_variables_are_left_as_they_were() -> None:
    variables = {"xs": [3, 1, 2], "c": {"a": 1}}
    feel.compile('[sort(xs), append(xs, 4), context put(c, "a", 2)]').evaluate(variables)
    assert variables == {"xs": [3, 1, 2], "c": {"a": 1}}
