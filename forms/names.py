"""What the expressions of a form may name: its fields, and what it declares of the case's data.

A name that is neither is null at run time, in silence: a condition never holds, or always. So it is
a fault when the form is published. Collected by `forms.reader` while it reads; asked at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from feel import syntax
from feel.builtins import BUILTINS
from feel.parser import parse
from forms.expression import Expression
from forms.item import KEY

MAX_DECLARED = 50
#: What form-js adds to the names of an expression; only the first two have members to check.
_SPECIAL = {"this", "parent", "i", "_this_", "_parent_", "_i_"}

Refuse = Callable[[str, str, str], None]


@dataclass(kw_only=True)
class Level:
    """The names of one object: the form itself, or a row of a list."""

    path: str = ""
    names: set[str] = field(default_factory=set)
    #: The fields of a group with a path, under that path.
    groups: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Use:
    """An expression where it stands, with the levels around it, outermost first."""

    at: str
    expression: Expression
    around: tuple[Level, ...]


class Names:
    """Every level of a form, every expression in it, and what is to be said of both."""

    def __init__(self) -> None:
        self.root = Level()
        self.levels = [self.root]
        self._around = [self.root]
        self._uses: list[Use] = []
        self._options: set[str] = set()
        self._protected: set[str] = set()

    def enter(self, path: str) -> Level:
        """A list begins; `leave` ends it."""
        level = Level(path=path)
        self.levels.append(level)
        self._around.append(level)
        return level

    def leave(self) -> None:
        self._around.pop()

    def note_group(self, path: str, names: set[str], *, among: set[str]) -> None:
        """A group with a path; of those inside another group only that one's own path is known."""
        if among is self._around[-1].names:
            self._around[-1].groups[path] = names

    def note_options(self, key: str) -> None:
        """A named list of options is of the case's data."""
        self._options.add(key)

    def note_protected(self, key: str) -> None:
        """A field whose value lies apart: what an expression made of it would not."""
        self._protected.add(key)

    def note(self, at: str, expression: Expression) -> None:
        """An expression stands on the level that is being read."""
        self._uses.append(Use(at=at, expression=expression, around=tuple(self._around)))

    def check(self, declared: set[str], refuse: Refuse) -> None:
        """Refuse what no expression can find; `declared` are names of the case's data."""
        known = self.root.names | self._options | declared | _SPECIAL
        for use in self._uses:
            named = set(use.expression.program.names) | {m for _, m in _all_paths(use)}
            for name in sorted(named & self._protected):
                detail = f"“{name}”受保护，表达式不能使用它，否则会把内容带到别处。"
                refuse(use.at, detail, "protected-name")
            for name in sorted(use.expression.program.names - known):
                detail = f"表达式中的“{name}”不是字段，也不是声明的名称；{self._mend(name, use)}。"
                refuse(use.at, detail, "unknown-name")
            for owner, member, members in _members(use):
                if member not in members:
                    listed = "、".join(sorted(members)) or "无"
                    detail = f"表达式中的“{owner}.{member}”不存在；{owner}的字段有：{listed}。"
                    refuse(use.at, detail, "unknown-name")

    def _mend(self, name: str, use: Use) -> str:
        """How to write it, where the form has a field of this name somewhere else."""
        row = use.around[-1]
        if row is not self.root and name in row.names:
            return f"本行的字段请写作this.{name}"
        for level in (row, self.root):
            for path, names in level.groups.items():
                if name in names:
                    prefix = "" if level is self.root else "this."
                    return f"它在分组“{path}”中，请写作{prefix}{path}.{name}"
        for level in self.levels[1:]:
            if name in level.names:
                return (
                    f"它是列表“{level.path}”中每一行的字段，只能在该列表中以this.{name}使用，"
                    f"或以{level.path}.{name}取得各行"
                )
        return "请核对拼写；如果来自案件数据，请列入表单properties的dudao:names"


def declared(schema: Mapping[str, object], refuse: Refuse) -> set[str]:
    """`dudao:names` of the form's own properties: names of the case's data for its expressions."""
    properties = schema.get("properties")
    given = properties.get("dudao:names") if isinstance(properties, Mapping) else None
    if given is None:
        return set()
    if not isinstance(given, list) or len(given) > MAX_DECLARED:
        detail = f"“dudao:names”应为不超过{MAX_DECLARED}个名称的列表。"
        refuse("/properties/dudao:names", detail, "names")
        return set()
    for index, name in enumerate(given):
        if not isinstance(name, str) or not KEY.fullmatch(name):
            detail = "每个名称应以字母或汉字开头，只含字母、汉字、数字和下划线。"
            refuse(f"/properties/dudao:names/{index}", detail, "names")
    return {name for name in given if isinstance(name, str)}


def _all_paths(use: Use) -> Iterator[tuple[str, str]]:
    return _paths(parse(use.expression.text, functions=frozenset(BUILTINS)))


def _members(use: Use) -> Iterator[tuple[str, str, set[str]]]:
    """`owner.member` as written, where the form itself says which members the owner has."""
    rows = {"this": use.around[-1], "parent": use.around[-2] if len(use.around) > 1 else None}
    for owner, member in _all_paths(use):
        level = rows.get(owner)
        if level is not None and level is not use.around[0]:
            yield owner, member, level.names
        elif owner in use.expression.program.names and owner in use.around[0].groups:
            yield owner, member, use.around[0].groups[owner]


def _paths(node: object) -> Iterator[tuple[str, str]]:
    """Every `name.member` in a tree."""
    if isinstance(node, syntax.Node):
        match node:
            case syntax.Path(operand=syntax.Name(name=name), name=member):
                yield name, member
        for part in fields(node):
            yield from _paths(getattr(node, part.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from _paths(part)
