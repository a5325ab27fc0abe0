"""The sentences of the verbs in English: tables of Chinese sentences with gaps, and what they are there.

Verbs, manifests of our own and stored records speak Chinese. Whoever asks in English is answered
from the tables beside this module and in the rooms of api/ (`english/*.toml`), so that a sentence
that was stored reads in both languages. In a table `{}` is a gap; the English names the gaps `{0}`,
`{1}`, in any order, and `{~0}` where what stands there is itself said in English. What no table has
stays as it is: names, titles and what people wrote are nobody's to translate.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

_CHINESE = re.compile("[\u3400-\u9fff]")
_GAP = re.compile(r"\{(~?)(\d)\}")
#: Where a text may be cut, when it is several sentences of the tables one after the other.
_END = re.compile("(?<=[。；！？])")


def of(text: str) -> str:
    """The text in English, as far as the tables go."""
    return text if _CHINESE.search(text) is None else _said(text)


@lru_cache(maxsize=4096)
def _said(text: str) -> str:
    found = _whole(text)
    if found is not None:
        return found
    parts = [part for part in _END.split(text) if part]
    if len(parts) == 1:
        return text
    said = [_longest(parts, at) for at in _starts(parts)]
    return " ".join(said)


def _whole(text: str) -> str | None:
    """The sentence as a table has it, the one with the fewest gaps; None for none."""
    plain, gapped = tables()
    if text in plain:
        return plain[text]
    for pattern, english in gapped:
        match = pattern.fullmatch(text)
        if match is not None:
            return _filled(english, match.groups())
    return None


def _starts(parts: list[str]) -> Iterator[tuple[int, int]]:
    """From where to where each sentence goes: the longest run that a table has, else one part."""
    at = 0
    while at < len(parts):
        ends = range(len(parts), at, -1)
        end = next((end for end in ends if _whole("".join(parts[at:end])) is not None), at + 1)
        yield at, end
        at = end


def _longest(parts: list[str], run: tuple[int, int]) -> str:
    text = "".join(parts[run[0] : run[1]])
    return _whole(text) or text


def _filled(english: str, gaps: tuple[str, ...]) -> str:
    def gap(match: re.Match[str]) -> str:
        given = gaps[int(match[2])]
        return of(given) if match[1] else given

    return _GAP.sub(gap, english)


@cache
def tables() -> tuple[Mapping[str, str], list[tuple[re.Pattern[str], str]]]:
    """Sentences without gaps, and those with some: more of their own words first."""
    plain: dict[str, str] = {}
    gapped: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.rglob("english/*.toml")):
        for chinese, english in tomllib.loads(path.read_text("utf-8")).items():
            (gapped if "{}" in chinese else plain)[chinese] = english
    order = sorted(gapped, key=lambda chinese: (-len(chinese.replace("{}", "")), chinese))
    return plain, [(_pattern(chinese), gapped[chinese]) for chinese in order]


def _pattern(chinese: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in chinese.split("{}")), re.DOTALL)
