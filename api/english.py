"""The sentences of the verbs in English: tables of Chinese sentences with gaps, and what they are there.

Verbs, manifests of our own and stored records speak Chinese. Whoever asks in English is answered
from the tables beside this module and in the rooms of api/ (`english/*.toml`), so that a sentence
that was stored reads in both languages. In a table `{}` is a gap; the English names the gaps `{0}`,
`{1}`, in any order, `{~0}` where what stands there is itself said in English, `{=0}` where the
sentence is meant only if that is possible, and `{!0}` only if a table has just that. Names of our own
steps and deadlines (`english/steps.toml`) are said in English where a sentence quotes them.
What no table has stays as it is: names, titles and what people wrote are nobody's to translate.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

_CHINESE = re.compile("[\u3400-\u9fff]")
_GAP = re.compile(r"\{([~=!]?)(\d)\}")
#: Where a text may be cut, when it is several sentences or clauses of the tables, and what stands there.
_MARKS = {"。": ".", "；": ";", "，": ",", "！": "!", "？": "?", "、": ","}
_CUT = re.compile("(?<=[。；，！？])")


def of(text: str) -> str:
    """The text in English, as far as the tables go."""
    return text if _CHINESE.search(text) is None else _said(text)


def name(text: str) -> str:
    """A name in English, where a table has just that one; what people named stays."""
    plain, _ = tables()
    mark = _MARKS.get(text[-1:], "")
    said = plain.get(text[:-1] if mark else text)
    return text if said is None else said[0].upper() + said[1:] + mark


@lru_cache(maxsize=4096)
def _said(text: str) -> str:
    """The text as a table has it; else the longest runs of its clauses that one has."""
    whole = _run(text)
    if whole is not None:
        return whole
    parts = [part for part in _CUT.split(text) if part]
    kept = [_kept(part) for part in parts]
    said, at = [], 0
    while at < len(parts):
        ends = range(len(parts), at, -1)
        runs = ((end, _run("".join(parts[at:end]))) for end in ends)
        end, run = next(((end, run) for end, run in runs if run), (at + 1, kept[at]))
        said.append(run)
        at = end
    return text if said == kept else " ".join(said)


def _kept(text: str) -> str:
    """A clause that no table has, between English ones: only its mark is theirs."""
    return text[:-1] + _MARKS.get(text[-1], text[-1])


def _run(text: str) -> str | None:
    """A run of clauses as a table has it, whatever mark is at its end; None for none.

    Of several the one with the fewest gaps.
    """
    mark = _MARKS.get(text[-1], "")
    bare = text[:-1] if mark else text
    plain, gapped = tables()
    if bare in plain:
        return plain[bare] + mark
    for pattern, english in gapped:
        match = pattern.fullmatch(bare)
        said = None if match is None else _filled(english, match.groups())
        if said is not None:
            return said + mark
    return None


def _filled(english: str, gaps: tuple[str, ...]) -> str | None:
    """The English with what stands in its gaps; None where a gap holds what it is not meant for."""
    said = {}
    for sign, place in _GAP.findall(english):
        given = gaps[int(place)]
        whole = tables()[0].get(given) if sign == "!" else None
        known = _run(given) if sign and sign != "!" and given else whole
        if sign in ("=", "!") and known is None:
            return None
        if sign:
            said[sign + place] = known or of(given)
        else:
            said[place] = _steps().get(given, given) if f"“{{{place}}}”" in english else given
    return _GAP.sub(lambda gap: said[gap[1] + gap[2]], english)


@cache
def tables() -> tuple[Mapping[str, str], list[tuple[re.Pattern[str], str]]]:
    """Sentences without gaps, and those with some: more of their own words first; no marks at ends."""
    plain: dict[str, str] = {}
    gapped: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.rglob("english/*.toml")):
        for chinese, english in tomllib.loads(path.read_text("utf-8")).items():
            bare = chinese.rstrip("".join(_MARKS))
            (gapped if "{}" in bare else plain)[bare] = english.rstrip(".;,!?")
    order = sorted(gapped, key=lambda chinese: (-len(chinese.replace("{}", "")), chinese))
    return plain, [(_pattern(chinese), gapped[chinese]) for chinese in order]


@cache
def _steps() -> Mapping[str, str]:
    """Names of steps and deadlines of ours, which sentences quote."""
    return {
        chinese: english
        for path in sorted(Path(__file__).parent.rglob("english/steps.toml"))
        for chinese, english in tomllib.loads(path.read_text("utf-8")).items()
    }


def _pattern(chinese: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in chinese.split("{}")), re.DOTALL)
