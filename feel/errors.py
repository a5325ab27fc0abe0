"""What can go wrong with an expression: it does not read, or it cannot be carried out."""

from __future__ import annotations


class FeelError(Exception):
    """An expression that cannot be carried out.

    `message` says what is wrong and `mend` what to do about it, both in Chinese for the person who
    wrote the expression; `code` is a slug: `syntax`, `budget`, `function`, `pattern`, `value`,
    `strict`.
    """

    def __init__(self, message: str, *, mend: str = "", code: str = "value") -> None:
        super().__init__(message, mend)
        self.message = message
        self.mend = mend
        self.code = code

    def __str__(self) -> str:
        return f"{self.message}。{self.mend}" if self.mend else self.message


class FeelSyntaxError(FeelError):
    """A text that is not an expression; `position` counts characters of `text` from 0."""

    def __init__(self, position: int, message: str, *, mend: str = "", text: str = "") -> None:
        super().__init__(message, mend=mend, code="syntax")
        self.position = position
        self.text = text

    def __str__(self) -> str:
        near = self.text[self.position : self.position + 20].split("\n", 1)[0]
        place = f"第 {self.position + 1} 个字符" + (f"“{near}”处" if near else "处")
        return f"{place}：{super().__str__()}"
