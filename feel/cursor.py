"""A place in the tokens: looking, taking, reading names of several words, refusing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse

from feel.errors import FeelSyntaxError
from feel.lexer import Token, is_plain, scan

#: Words that can never be, or be part of, the name of a variable.
RESERVED = frozenset(
    {
        "and", "or", "between", "in", "instance", "if", "then", "else", "for", "return",
        "some", "every", "satisfies", "function", "true", "false", "null",
    }
)  # fmt: skip
COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
#: Operators that other dialects spell as words; they end a name of several words.
WORD_OPERATORS = {
    "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
_FOREIGN_WORDS = {
    "mod": "取余请写 modulo(a, b)",
    "div": "除法请写 a / b",
    "instanceof": "请写 x instance of number",
    "contains": '请写 contains(x, "…") 或 list contains(x, …)',
    "matches": '请写 matches(x, "…")',
    "is": "请写 = 或 is(a, b)",
    "not": "请写 not(x) 或 x != y",
    "of": "类型判断请写 instance of",
}
_MAX_WORDS = 20
#: What a key of a context may hold beside words (DMN 1.3, 10.3.1.2).
_NAME_SYMBOLS = frozenset(".+-*/")


@dataclass(frozen=True, slots=True)
class Known:
    """Names that may occur: those of several words, and those that their words do not tell."""

    phrases: frozenset[str]
    signed: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=64)
def _known(functions: frozenset[str], names: frozenset[str]) -> Known:
    """A text is read with the same names as many others; they are looked through once.

    Names with signs in them, and variables with a reserved word ("terms and conditions"), go by
    their first character, the longest first.
    """
    both = functions | names
    reserved = {name for name in names if not RESERVED.isdisjoint(name.split(" "))}
    odd = {*filterfalse(is_plain, both), *reserved} - RESERVED
    signed: dict[str, tuple[str, ...]] = {}
    for name in sorted(odd, key=len):
        signed[name[0]] = (name, *signed.get(name[0], ()))
    return Known(frozenset(name for name in both if " " in name), signed)


class Cursor:
    """Tokens and the place among them; `functions`, `names` and `types` are what may occur with
    several words."""

    def __init__(
        self, text: str, functions: frozenset[str], names: frozenset[str], types: Collection[str]
    ) -> None:
        if not names.issuperset(types):
            names |= frozenset(types)
        self.text = text
        self._given = names
        self._known = _known(functions, names)
        self.tokens = scan(text, self._known.signed)
        self.index = 0
        #: Names of several words that hold here alone.
        self._named: set[str] = set()
        #: Types of the host that may be named.
        self.types = types

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def at_symbol(self, *symbols: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in symbols

    def at_word(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text in words

    def accept(self, symbol: str) -> bool:
        if self.at_symbol(symbol):
            self.index += 1
            return True
        return False

    def expect(self, symbol: str, where: str) -> Token:
        if not self.at_symbol(symbol):
            raise self.refuse(f"{where}缺少 {symbol}")
        return self.take()

    def expect_word(self, word: str, where: str) -> Token:
        if not self.at_word(word):
            raise self.refuse(f"{where}缺少 {word}")
        return self.take()

    def refuse(
        self, message: str = "", *, mend: str = "", position: int | None = None
    ) -> FeelSyntaxError:
        """The error at this token (or at `position`), with the mend the token suggests."""
        token = self.token
        if not message:
            shown = "表达式不完整" if token.kind == "end" else f"此处不应出现“{token.text}”"
            message = shown
        if not mend and token.kind == "name":
            mend = _FOREIGN_WORDS.get(token.text, "")
            if not mend and self.index and self.tokens[self.index - 1].kind == "name":
                mend = "两个名称之间缺少运算符；名称中间不能有空格"
        if not mend and token.kind == "symbol" and token.text == "%":
            mend = _FOREIGN_WORDS["mod"]
        at = token.position if position is None else position
        return FeelSyntaxError(at, message, mend=mend, text=self.text)

    @contextmanager
    def naming(self) -> Iterator[Callable[[str], None]]:
        """Names of several words that hold until the end of the block, as they are told."""
        before = frozenset(self._named)
        yield self._named.add
        self._named &= before

    def is_told(self, name: str) -> bool:
        """Whether the host, or the expression itself, has said that there is such a name."""
        return name in self._given or name in self._named

    def known_name(self) -> str | None:
        """Take the longest known name of several words that begins here, if any.

        A name that contains a reserved word ("date and time") counts only before "(".
        """
        words: list[str] = []
        best: tuple[int, str] | None = None
        for count in range(_MAX_WORDS):
            token = self.ahead(count)
            if token.kind != "name" or (count and self.index + count >= len(self.tokens)):
                break
            words.append(token.text)
            name = " ".join(words)
            is_known = name in self._known.phrases or name in self._named
            if count and is_known and self._may_stand(words, count + 1):
                best = count + 1, name
        if best is None:
            return None
        self.index += best[0]
        return best[1]

    def _may_stand(self, words: list[str], count: int) -> bool:
        after = self.ahead(count)
        return RESERVED.isdisjoint(words) or (after.kind == "symbol" and after.text == "(")

    def words(self, where: str) -> str:
        """Take a name of one or more words up to a reserved word, an operator word or a symbol."""
        if self.token.kind in ("quoted name", "given name"):
            return self.take().text
        if self.token.kind != "name":
            raise self.refuse(f"{where}缺少名称")
        taken = [self.take().text]
        while self.token.kind == "name" and self.token.text not in RESERVED:
            if self.token.text in WORD_OPERATORS:
                break
            taken.append(self.take().text)
        return " ".join(taken)

    def label(self) -> str | None:
        """Take `name :` (any words, or a string), if that is what begins here."""
        if self.token.kind in ("string", "quoted name", "given name"):
            after = self.ahead()
            if after.kind == "symbol" and after.text == ":":
                text = self.take().text
                self.take()
                return text
            return None
        count = 0
        while self._may_continue(count):
            count += 1
        after = self.ahead(count)
        if not count or after.kind != "symbol" or after.text != ":":
            return None
        name = " ".join(self.text[self.token.position : after.position].split())
        self.index += count + 1
        return name

    def _may_continue(self, count: int) -> bool:
        """Whether the token that far ahead may be part of a key: a word, later also a sign."""
        token = self.ahead(count)
        if token.kind == "name":
            return True
        return count > 0 and (
            token.kind in ("number", "given name")
            or (token.kind == "symbol" and token.text in _NAME_SYMBOLS)
        )
