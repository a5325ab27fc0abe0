"""Text to tokens: one pass, no backtracking, full-width punctuation named in the refusal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feel.errors import FeelSyntaxError

TokenKind = Literal["number", "string", "name", "quoted name", "given name", "symbol", "end"]

#: Longest first, so that ".." is not two dots.
_SYMBOLS = (
    ("...",),
    ("**", "..", "<=", ">=", "!=", "==", "&&", "||", "->"),
    tuple("()[]{},:.+-*/<>=?!@%"),
)
_NONE: Mapping[str, Sequence[str]] = {}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}

#: What a Chinese input method writes where the language wants ASCII.
_FULL_WIDTH = {
    "（": "(", "）": ")", "，": ",", "：": ":", "＝": "=", "＞": ">", "＜": "<", "＋": "+",
    "－": "-", "×": "*", "＊": "*", "÷": "/", "／": "/", "【": "[", "】": "]", "［": "[",
    "］": "]", "｛": "{", "｝": "}", "“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "！": "!",
    "？": "?", "。": ".", "．": ".", "、": ",", "；": ",", "≥": ">=", "≤": "<=", "≠": "!=",
    "＆": "&", "｜": "|", "—": "-", "–": "-",
}  # fmt: skip


#: Marks that say which way a text runs; they are white space (Unicode UAX 31, Pattern_White_Space).
_DIRECTION_MARKS = "\u200e\u200f"
_BLANKS = f"\ufeff{_DIRECTION_MARKS}"
#: Characters that turn the order of what is seen; what is seen would not be what is carried out.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Joiners, which some scripts need inside a word (DMN 1.3, 10.3.1.2).
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the decoded string, the name, the digits or the symbol."""

    kind: TokenKind
    text: str
    position: int


def is_name_start(char: str) -> bool:
    return char == "_" or char.isalpha() or ord(char) >= 0x10000


def is_name_part(char: str) -> bool:
    return (
        char == "_"
        or char.isalnum()
        or ord(char) >= 0x10000
        or char in _JOINERS
        or unicodedata.category(char)[0] == "M"
    )


def is_plain(name: str) -> bool:
    """Whether a name is words alone, so that its tokens are those words."""
    return all(
        is_name_start(word[0]) and all(map(is_name_part, word[1:])) for word in name.split(" ")
    )


def scan(text: str, given: Mapping[str, Sequence[str]] = _NONE) -> list[Token]:
    """All tokens of the text, the last of kind `end`. Raises FeelSyntaxError.

    `given` are names that hold more than words ("Pre-bureau risk", "term 2.1"), by their first
    character and the longest first; the longest that fits is one token, as the standard asks.
    """
    _check_order(text)
    tokens: list[Token] = []
    position = 0
    while (position := _skip(text, position)) < len(text):
        token, position = _given(text, position, given) or _next(text, position)
        tokens.append(token)
    tokens.append(Token("end", "", len(text)))
    return tokens


def _check_order(text: str) -> None:
    """Refuse what would make the text read otherwise than it is carried out."""
    if text.isascii() or _REORDERING.isdisjoint(text):
        return
    position = next(at for at, char in enumerate(text) if char in _REORDERING)
    raise FeelSyntaxError(
        position,
        f"有改变显示次序的不可见字符 U+{ord(text[position]):04X}",
        mend=f"请删除；文本中确需时写作 \\u{ord(text[position]):04x}",
        text=text,
    )


def _given(
    text: str, position: int, given: Mapping[str, Sequence[str]]
) -> tuple[Token, int] | None:
    """The longest given name that begins here, blanks in it as many as there are."""
    for name in given.get(text[position], ()):
        end = _end_of(text, position, name)
        if end and not (is_name_part(text[end : end + 1] or " ") and is_name_part(text[end - 1])):
            return Token("given name", name, position), end
    return None


def _end_of(text: str, position: int, name: str) -> int:
    """Where the name that begins here ends; 0 where it is not here."""
    end = position
    for count, part in enumerate(name.split(" ")):
        at = _skip(text, end) if count else end
        if not text.startswith(part, at) or (count and at == end):
            return 0
        end = at + len(part)
    return end


def _skip(text: str, position: int) -> int:
    """The position after white space and comments."""
    while position < len(text):
        if text[position].isspace() or text[position] in _BLANKS:
            position += 1
        elif text.startswith("//", position):
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        elif text.startswith("/*", position):
            end = text.find("*/", position + 2)
            if end < 0:
                raise FeelSyntaxError(position, "注释没有结束", mend="请补上 */", text=text)
            position = end + 2
        else:
            break
    return position


def _next(text: str, position: int) -> tuple[Token, int]:
    char = text[position]
    if is_name_start(char):
        end = position + 1
        while end < len(text) and is_name_part(text[end]):
            end += 1
        return Token("name", text[position:end], position), end
    if char.isascii() and char.isdigit():
        return _number(text, position)
    if char == "." and text[position + 1 : position + 2].isdigit():
        return _number(text, position)
    if char in "\"'":
        return _string(text, position)
    if char == "`":
        return _quoted_name(text, position)
    for width, symbols in zip((3, 2, 1), _SYMBOLS, strict=True):
        if text[position : position + width] in symbols:
            return Token("symbol", text[position : position + width], position), position + width
    raise _unexpected(text, position)


def _number(text: str, position: int) -> tuple[Token, int]:
    end = _digits(text, position)
    if text[end : end + 1] == "." and _digits(text, end + 1) > end + 1:
        end = _digits(text, end + 1)
    if text[end : end + 1] in ("e", "E"):
        sign = end + 2 if text[end + 1 : end + 2] in ("+", "-") else end + 1
        if (exponent := _digits(text, sign)) > sign:
            end = exponent
    if end < len(text) and is_name_start(text[end]):
        raise FeelSyntaxError(
            position, "变量名不能以数字开头", mend="请在数字和名称之间加上运算符", text=text
        )
    return Token("number", text[position:end], position), end


def _digits(text: str, position: int) -> int:
    while position < len(text) and text[position] in "0123456789":
        position += 1
    return position


def _string(text: str, position: int) -> tuple[Token, int]:
    quote = text[position]
    parts: list[str] = []
    start = at = position + 1
    while at < len(text):
        if text[at] == quote:
            parts.append(text[start:at])
            return Token("string", "".join(parts), position), at + 1
        if text[at] == "\\":
            char, after = _escape(text, at)
            parts += (text[start:at], char)
            start = at = after
        else:
            at += 1
    raise FeelSyntaxError(position, "文本没有结束", mend=f"请补上 {quote}", text=text)


def _escape(text: str, position: int) -> tuple[str, int]:
    """The character behind a backslash and the position after it.

    An unknown escape keeps its backslash, so that patterns such as "\\d" need no doubling.
    """
    char = text[position + 1 : position + 2]
    if char in _ESCAPES and char:
        return _ESCAPES[char], position + 2
    width = {"u": 4, "U": 6}.get(char, 0)
    digits = text[position + 2 : position + 2 + width]
    if width and _is_hex(digits, width):
        code = int(digits, 16)
        if code > 0x10FFFF:
            raise FeelSyntaxError(position, "没有这个字符编码", text=text)
        return _surrogates(text, position, code, width)
    return "\\", position + 1


def _surrogates(text: str, position: int, code: int, width: int) -> tuple[str, int]:
    """A \\u pair of surrogates is one character; half a pair is none."""
    after = position + 2 + width
    if not 0xD800 <= code <= 0xDFFF:
        return chr(code), after
    low = text[after + 2 : after + 6]
    if code < 0xDC00 and text[after : after + 2] == "\\u" and _is_hex(low, 4):
        second = int(low, 16)
        if 0xDC00 <= second <= 0xDFFF:
            return chr(0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00)), after + 6
    raise FeelSyntaxError(position, "转义字符不成对", mend="请直接写出该字符", text=text)


def _is_hex(digits: str, width: int) -> bool:
    return len(digits) == width and all(digit in "0123456789abcdefABCDEF" for digit in digits)


def _quoted_name(text: str, position: int) -> tuple[Token, int]:
    end = text.find("`", position + 1)
    if end <= position + 1:
        raise FeelSyntaxError(position, "名称的反引号没有结束或为空", mend="请补上 `", text=text)
    return Token("quoted name", text[position + 1 : end], position), end + 1


def _unexpected(text: str, position: int) -> FeelSyntaxError:
    char = text[position]
    ascii_char = _FULL_WIDTH.get(char)
    if ascii_char:
        return FeelSyntaxError(
            position, f"“{char}”是全角或中文标点", mend=f"请改用半角 {ascii_char}", text=text
        )
    if unicodedata.category(char) in ("Cf", "Cc", "Co", "Cn"):
        return FeelSyntaxError(
            position, f"有不可见的字符 U+{ord(char):04X}", mend="请删除该字符", text=text
        )
    mends = {"&": "“并且”请写 and", "|": "“或者”请写 or", "$": "外层的 ${…} 只能包住整个表达式"}
    return FeelSyntaxError(
        position, f"不认识的字符“{char}”", mend=mends.get(char, "请删除或加上引号"), text=text
    )
