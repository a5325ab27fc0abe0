"""The tables of English sentences: whole, with nothing left over, well formed, and used as they say."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from api import english, language

ROOT = Path(__file__).resolve().parents[3]
TABLES = sorted((ROOT / "api").rglob("english/*.toml"))
CHINESE = re.compile("[\u3400-\u9fff]")
MARKS = "。；，！？、：\n"
#: What is quoted stays: names of columns, of things that people typed, of laws; numbers of papers.
LAWS = re.compile("《[^》]*》(?:、?第[^条]{1,5}条)*")
QUOTED = re.compile("“[^”]*”|〔[^号]*号|" + LAWS.pattern)

PACKAGES = ("engine", "feel", "dmn", "forms", "processes", "supervision", "api")
#: Modules whose Chinese is no sentence of the program, and why. All others are in the tables.
NOT_SAID: Mapping[str, str] = {
    "api/openapi.py": "describes the interface, in Chinese",
    "api/supervision/portal/words.py": "writes a date as each language does",
    "engine/actor.py": "joins names of people, as the record keeps them",
    "engine/calendars/cn.py": "is how a notice of holidays reads",
    "engine/filing/files.py": "marks names of files, as the record keeps them",
    "engine/handover/delegation_imports.py": "has headings that a file may have",
    "engine/identity/imports.py": "has headings that a file may have",
    "engine/identity/passwords.py": "has words that no password is made of",
    "engine/spiff/dialect.py": "has its English beside it",
    "engine/record/protection.py": "marks protected words, as the record keeps them",
    "supervision/form_data": "drafts documents, which are Chinese",
    "supervision/masking.py": "masks published texts, which are Chinese",
    "supervision/pack.py": "makes names of organs",
    "supervision/registration.py": "has headings that a file may have",
}
#: Words that stand inside sentences alone, which the tables have whole, or that are looked for.
PARTS = frozenset(
    re.findall(
        r"\S+",
        """
        一二三四五六日 {}放假 周{} 放假 上班 休息 调休上班 遇 顺延 提前至前一工作日 年份 {}前后
        日 个工作日 个月 小时 分钟 个工作时 第 第{}条 此前一条 等{}个 {}至{} 或 （无） 无日期
        新增 删去 多于 不少于 所投 应投 中止 恢复 {}到期 {}正在办理 已存的草稿作废
        发表 发表意见 提问 回复
        """,
    )
)
#: Sentences whose gaps hold such words: the tables have each as it comes out.
JOINED = frozenset(
    line.strip()
    for line in """
        自{}前一日起倒数{}{}
        自{}次日起算{}{}
        末日{}为{}{}
        自{}起算{}{}，至{}止
        还剩{}{}
        已逾期{}{}
        没有{}：请写明理由
        请写明{}的理由
        {}{}{}，没有停用
        取消任务“{}”{}{}
        产生任务“{}”{}
        开始计算“{}”{}
        同意的票{}{}票的{}
        {}的{}
        连线“{}→{}”
        决策“{}”的{}
        期限“{}”的{}
        清单的{}
        表单 {} 栏目“{}”的{}
        表单 {} {}栏目“{}”
        {} 的 {}
        就“{}”{}
        撤回就“{}”的{}：{}
        {}的内容按“{}”删除：{}
        {}签收{}
        向{}{}{}
        向{}{}{}（送达日期{}）
    """.splitlines()
)
#: Names that reach us in notices of holidays, which nothing of ours says.
HOLIDAYS = frozenset(
    re.findall(r"\S+", "元旦 春节 清明 清明节 劳动节 端午 端午节 中秋 中秋节 国庆 国庆节")
)
#: Calls whose arguments are patterns, or titles in the interface's description.
_NO_SENTENCE = frozenset({"compile", "Routes"})


def sentences(module: Path) -> Iterator[str]:
    """The Chinese texts that a module says, each gap as `{}`, without a mark at the end.

    None are docstrings, names of laws, patterns, descriptions of the interface, and what stands
    beside its English.
    """
    nodes = list(ast.walk(ast.parse(module.read_text("utf-8"))))
    other = {id(part) for node in nodes for part in _other(node)}
    for node in nodes:
        text = "" if id(node) in other else _text(node)
        if CHINESE.search(LAWS.sub("", text)):
            yield re.sub(r"\{\w*\}", "{}", re.sub("^[a-z_]+: ", "", text)).strip(MARKS + " ")


def _other(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node is no sentence of its own."""
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
        yield node.body[0].value  # type: ignore[attr-defined]  # a docstring is one
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1 and _is_english(node.elts[-1]):
        yield node.elts[-2]
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if key and _text(key) == "description")
    elif isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        yield from node.args if called in _NO_SENTENCE else ()
        given = {word.arg: word.value for word in node.keywords}
        yield from (v for k, v in given.items() if k == "description" or f"{k}_en" in given)
        yield from [given["zh"]] if {"zh", "en"} <= given.keys() else []


def _is_english(node: ast.AST) -> bool:
    text = _text(node)
    return bool(re.search("[A-Z]| ", text)) and not CHINESE.search(text)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def said(package: str) -> Iterator[Path]:
    """The modules of a package that say something."""
    for path in sorted((ROOT / package).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if not any(name == no or name.startswith(f"{no}/") for no in NOT_SAID):
            yield path


@cache
def known(*, with_domain: bool) -> frozenset[str]:
    """What the tables have, without a mark at the end."""
    return frozenset(
        chinese.strip(MARKS + " ")
        for path in TABLES
        if with_domain or "supervision" not in path.relative_to(ROOT).parts
        for chinese in tomllib.loads(path.read_text("utf-8"))
    )


def is_known(text: str, tables: frozenset[str]) -> bool:
    """Whether a table has the text, each of its clauses, or what it comes out as."""
    if text in JOINED:
        return text in tables or any(map(_pattern(text).fullmatch, tables))
    clauses = [part.strip(MARKS) for part in re.split("(?<=[。；，！？])", text)]
    return text in tables | PARTS or all(
        part in tables or not CHINESE.search(part) for part in clauses
    )


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in text.split("{}")), re.DOTALL)


@pytest.mark.parametrize("package", [each for each in PACKAGES if (ROOT / each).is_dir()])
def test_every_sentence_has_its_english(package: str) -> None:
    missing = set()
    for path in said(package):
        name = path.relative_to(ROOT)
        tables = known(with_domain="supervision" in name.parts)  # others are said without it, too
        missing |= {f"{name}: {text}" for text in sentences(path) if not is_known(text, tables)}
    assert "\n".join(sorted(missing)) == ""


def test_every_english_sentence_is_one_that_is_said() -> None:
    everything = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    texts = {text for path in everything for text in sentences(path)} | in_data()
    runs = {run for text in texts for run in _runs(text)}
    long = {run for run in runs if len(CHINESE.findall(run)) > 3}
    gapped = [(_pattern(run), run in long) for run in runs if "{}" in run and CHINESE.search(run)]
    left = []
    for key in known(with_domain=True) - HOLIDAYS:
        if not CHINESE.search(key) or is_made_of(key, runs | PARTS):
            continue
        if any(run in key for run in long):  # with something before or behind it
            continue
        if not any(p.search(key) if alone else p.fullmatch(key) for p, alone in gapped):
            left.append(key)
    assert "\n".join(sorted(left)) == ""


def is_made_of(key: str, texts: Collection[str]) -> bool:
    """Whether the key is one of the texts, or says of something what is wrong with it, or joins some."""
    bare = key.removeprefix("{}：")
    parts = [part.strip(MARKS) for part in key.split("{}")]
    return (
        key in texts
        or bare in texts
        or bare.removesuffix("：{}") in texts
        or all(part in texts or not CHINESE.search(part) for part in parts)
    )


def _runs(text: str) -> Iterator[str]:
    """The text, and every run of its clauses: each may be answered by itself."""
    parts = re.split("(?<=[。；，！？])", text)
    for first in range(len(parts)):
        for last in range(first + 1, len(parts) + 1):
            yield "".join(parts[first:last]).strip(MARKS + " ")


def in_data() -> set[str]:
    """Names and sentences of the models, manifests and parameters that come with the program."""
    found: set[str] = set()
    for folder in ("processes", "forms", "supervision"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".toml", ".bpmn", ".dmn", ".form", ".json"}:
                found |= set(re.findall('[">]([^"<>\n]+)["<]', path.read_text("utf-8")))
    return {text.strip(MARKS + " ") for text in found if CHINESE.search(text)}


def test_what_our_models_call_their_parts_has_its_english() -> None:
    missing = set()
    for path, name in names_of_models():
        with_domain = "supervision" in path.parts
        if CHINESE.search(LAWS.sub("", name)) and name.strip(MARKS) not in known(
            with_domain=with_domain
        ):
            missing.add(f"{path.relative_to(ROOT)}: {name}")
    assert "\n".join(sorted(missing)) == ""


def names_of_models() -> Iterator[tuple[Path, str]]:
    """Steps and what holds them, deadlines, and what forms say to people."""
    drawn = re.compile(
        r"<(?:\w+:)?(?:\w*[tT]ask|process|callActivity|subProcess) [^>]*?name=\"([^\"]+)"
    )
    for path in sorted((ROOT / "processes").rglob("*.bpmn")):
        yield from ((path, name) for name in drawn.findall(path.read_text("utf-8")))
    for path in sorted((ROOT / "processes").rglob("*.toml")):
        rules = tomllib.loads(path.read_text("utf-8")).get("deadlines", [])
        yield from ((path, rule["name"]) for rule in rules)
    for path in sorted((ROOT / "forms").rglob("*.json")):
        yield from ((path, words) for words in _words(json.loads(path.read_text("utf-8"))))


def _words(part: Any) -> Iterator[str]:
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, dict | list):
            yield from _words(value)
        elif key in language.WORDS:
            yield value


def test_a_sentence_is_in_one_table() -> None:
    count = Counter(
        chinese.strip(MARKS)
        for path in TABLES
        for chinese in tomllib.loads(path.read_text("utf-8"))
    )
    assert [chinese for chinese, times in count.items() if times > 1] == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_is_english_and_names_its_gaps(path: Path) -> None:
    for chinese, said in tomllib.loads(path.read_text("utf-8")).items():
        assert not CHINESE.search(QUOTED.sub("", said)), said
        gaps = {int(number) for number in re.findall(r"\{[~=!]?(\d)\}", said)}
        assert gaps <= set(range(chinese.count("{}"))), chinese


@pytest.mark.parametrize(
    ("chinese", "said"),
    [
        ("还剩3个工作日", "3 working days left"),
        (
            "开学，自2026-04-20次日起算5日，至2026-04-25止；依据《若干措施》第九条。",
            "开学, 5 days from the day after 2026-04-20, until 2026-04-25; By 《若干措施》第九条.",
        ),
        (
            "没有办理：您办理了“拟稿”，按岗位分离的规定，这项任务须由另一人办理。",
            "Nothing was done: You did “拟稿”; by the separation of duties somebody else must do this task.",
        ),
        ("第3行：没有代码为“甲”的单位。", "Line 3: There is no unit with the code “甲”."),
        (
            "新增连线“甲的初稿→归档”的条件“x > 1”。",
            "flow “甲的初稿→归档”, condition: “x > 1” was added.",
        ),
        (
            "开学，自2026-04-20次日起算5日，至2026-04-25止，其后有2次延期、中止或更正。",
            "开学, 5 days from the day after 2026-04-20, until 2026-04-25, "
            "extended, paused or corrected 2 times since.",
        ),
        ("办理“经理审批”", "Did “Decision of the manager”"),
        ("关于校舍安全的来文", "关于校舍安全的来文"),
        ("消防通道堆放杂物。限期清理。", "消防通道堆放杂物。限期清理。"),
    ],
)
def test_a_sentence_is_said_as_far_as_the_tables_go(chinese: str, said: str) -> None:
    assert english.of(chinese) == said
