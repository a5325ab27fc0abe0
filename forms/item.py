"""One component of a schema while it is read: its raw properties with typed, fault-noting access.

Used by `forms.reader` only. `at` arguments are paths inside the component, parts joined by `/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from feel import FeelError, browser_differences
from forms.expression import Expression, compiled, is_expression, template_expressions
from forms.faults import pointer
from forms.pattern import Pattern, PatternError

KEY = re.compile(r"[^\W\d]\w{0,63}")
MAX_ITEMS = 200
MAX_LENGTH = 1_000_000
MAX_OPTIONS = 1_000
_RESERVED = {"this", "parent", "i", "_this_", "_parent_", "_i_"}
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?|\d{2}:\d{2}")
_TEMPLATES = ("label", "description", "text", "dateLabel", "timeLabel")
_PROPERTIES = {"dudao:source", "dudao:options", "dudao:requiredIf"}
_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_PRESETS = {
    "email": (
        r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*$",
        "应为电子邮箱地址",
    ),
    "phone": (r"^(\+|00)[1-9][0-9]{6,19}$", "应为带国家代码的电话号码，如+862288880000"),
}


class Item:
    """Typed access to one raw component.

    What does not fit is handed to `refuse`, every compiled expression to `note`, both with the
    place inside the component.
    """

    def __init__(
        self,
        raw: Mapping[str, object],
        *,
        kind: str,
        refuse: Callable[[str, str, str], None],
        note: Callable[[str, Expression], None],
    ) -> None:
        self.raw = raw
        self.kind = kind
        self._refuse = refuse
        self._note = note
        self.validate = self.mapping("validate")
        self.properties = self.mapping("properties")

    def refuse(self, at: str, detail: str, code: str) -> None:
        """Note a fault at `at` inside this component."""
        self._refuse(_inside(at), detail, code)

    def mapping(self, name: str) -> Mapping[str, object]:
        """A JSON object, empty where there is none."""
        value = self.raw.get(name)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.refuse(name, f"“{name}”应为JSON对象。", "object")
        return {}

    def text(self, name: str) -> str:
        """A text, empty where there is none."""
        value = self.raw.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.refuse(name, f"“{name}”应为文本。", "text")
        return ""

    def flag(self, at: str) -> bool:
        """A true or false, false where there is none."""
        value = self._value(at)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.refuse(at, f"“{at}”应为true或false。", "flag")
        return False

    def number(self, at: str) -> Decimal | None:
        """A number (form-js also keeps numbers as text)."""
        value = self._value(at)
        if value in (None, ""):
            return None
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if isinstance(value, bool) or not found.is_finite() or abs(found.adjusted()) > 20:
            self.refuse(at, f"“{at}”应为数字。", "number")
            return None
        return found

    def count(self, at: str, most: int) -> int | None:
        """A whole number from 0 to `most`."""
        value = self._value(at)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.refuse(at, f"“{at}”应为0到{most}之间的整数。", "number")
            return None
        return value

    def name(self, at: str, taken: set[str], *, required: bool) -> str:
        """A key or path: one name, free in its object; it is taken then."""
        value = self.raw.get(at)
        if value in ("", None) and not required:
            return ""
        if not isinstance(value, str) or not KEY.fullmatch(value):
            rule = "应以字母或汉字开头，只含字母、汉字、数字和下划线；分层请用带路径的分组"
            self.refuse(at, f"“{at}”{rule}。", "key")
            return ""
        if value in _RESERVED:
            self.refuse(at, f"“{value}”是表达式的保留名称，请换一个。", "key")
        elif value in taken:
            self.refuse(at, f"名称“{value}”在同一层中重复。", "duplicate-key")
        taken.add(value)
        return value

    def expression(self, at: str) -> Expression | None:
        """A compiled `=…`, None where there is none.

        A plain text there would be ignored by the browser, so it is a fault.
        """
        value = self._value(at)
        if value in (None, ""):
            return None
        if not is_expression(value):
            self.refuse(at, "应为以“=”开头的FEEL表达式。", "expression")
            return None
        return self._compiled(str(value), at)

    def number_limit(self, at: str) -> Decimal | Expression | None:
        """A number, or an expression for one."""
        return self.expression(at) if is_expression(self._value(at)) else self.number(at)

    def length_limit(self, at: str) -> int | Expression | None:
        """A length, or an expression for one."""
        if is_expression(self._value(at)):
            return self.expression(at)
        return self.count(at, MAX_LENGTH)

    def moment_limit(self, at: str) -> str | Expression | None:
        """A date or time in ISO form, or an expression for one."""
        value = self._value(at)
        if value is None or is_expression(value):
            return self.expression(at)
        if isinstance(value, str) and _DATE.fullmatch(value):
            return value
        self.refuse(at, "应为2026-01-31形式的日期，或以“=”开头的表达式。", "date")
        return None

    def read_only(self) -> bool | Expression:
        """`disabled` and `readonly` alike: the value is the case's, not the client's."""
        if self.flag("disabled"):
            return True
        if is_expression(self.raw.get("readonly")):
            return self.expression("readonly") or True
        return self.flag("readonly")

    def items(self) -> tuple[int | None, int | None]:
        """`dudao:minItems` and `dudao:maxItems`."""
        low = self.count("properties/dudao:minItems", MAX_ITEMS)
        high = self.count("properties/dudao:maxItems", MAX_ITEMS)
        if low is not None and high is not None and low > high:
            self.refuse("properties/dudao:minItems", "最少项数大于最多项数。", "limits")
        return low, high

    def protected(self) -> None:
        """`dudao:protected`: whom the value protects, a key of the manifest's `protected`."""
        kind = self.properties.get("dudao:protected")
        if kind is not None and not (isinstance(kind, str) and _KIND.fullmatch(kind)):
            detail = "“dudao:protected”应为manifest.toml中protected的一个名称（小写字母和下划线）。"
            self.refuse("properties/dudao:protected", detail, "protected")

    def pattern(self) -> tuple[Pattern | None, str]:
        """The pattern of a text and what to say where it does not match."""
        source, message = self.validate.get("pattern"), self.validate.get("patternErrorMessage")
        preset = self.validate.get("validationType")
        if isinstance(preset, str) and preset in _PRESETS:
            source, message = _PRESETS[preset]
        elif preset not in (None, "", "custom"):
            self.refuse("validate/validationType", "只支持email、phone、custom。", "validate")
        if source in (None, ""):
            return None, ""
        if not isinstance(source, str) or not isinstance(message, str | None):
            self.refuse("validate/pattern", "格式规则及其提示应为文本。", "pattern")
            return None, ""
        try:
            return Pattern(source), message or ""
        except PatternError as error:
            self.refuse("validate/pattern", f"格式规则无法使用：{error}。", "pattern")
            return None, ""

    def check_names(self, part: str, allowed: Iterable[str]) -> None:
        """Refuse members of `validate` or `properties` that nobody would honour.

        Properties without our prefix belong to others and are kept as they are.
        """
        known = {*allowed, *(_PROPERTIES if part == "properties" else ())}
        found = self.validate if part == "validate" else self.properties
        for name in found:
            ours = part == "validate" or name.startswith("dudao:")
            if ours and name not in known:
                listed = "、".join(sorted(known)) or "无"
                detail = f"此组件没有“{name[:40]}”；可用的有：{listed}。"
                self.refuse(f"{part}/{name}", detail, part)

    def check_templates(self) -> None:
        """Texts shown to the user: their FEEL parts compile, they hold no markup."""
        for name in _TEMPLATES:
            text = self.text(name)
            if _MARKUP.search(text):
                self.refuse(name, "不允许HTML标记，请用纯文本或Markdown。", "markup")
            for part in template_expressions(text):
                self._compiled(part, name)

    def static_options(self) -> tuple[object, ...]:
        """The values of a list of options written into the form."""
        values = self.raw.get("values")
        if not isinstance(values, list) or len(values) > MAX_OPTIONS:
            self.refuse("values", f"选项应为不超过{MAX_OPTIONS}项的列表。", "options")
            return ()
        found: list[object] = []
        for index, option in enumerate(values):
            value = option.get("value") if isinstance(option, Mapping) else option
            labelled = not isinstance(option, Mapping) or isinstance(option.get("label"), str)
            if not isinstance(value, str | int | float) or value == "" or not labelled:
                self.refuse(f"values/{index}", "每个选项应有文本label和非空的value。", "options")
            elif value in found:
                self.refuse(f"values/{index}", f"选项值“{str(value)[:40]}”重复。", "options")
            else:
                found.append(value)
        return tuple(found)

    def _value(self, at: str) -> object:
        """The raw value at a path of one or two parts."""
        first, _, second = at.partition("/")
        if not second:
            return self.raw.get(first)
        found = self.raw.get(first)
        return found.get(second) if isinstance(found, Mapping) else None

    def _compiled(self, text: str, at: str) -> Expression | None:
        try:
            found = compiled(text)
        except FeelError as error:
            self.refuse(at, f"表达式无法编译：{error}。", "expression")
            return None
        for difference in browser_differences(found.text):
            self.refuse(
                at, f"{difference.what}，浏览器里算得不同：{difference.mend}。", "browser-differs"
            )
        if not self._is_looped(at):
            self._note(_inside(at), found)
        return found

    def _is_looped(self, at: str) -> bool:
        """Inside `{{#loop}}` of a text the names are those of the list that is gone through."""
        return at in _TEMPLATES and "{{#loop" in str(self.raw.get(at)).replace(" ", "")


def _inside(at: str) -> str:
    """A path inside the component as a JSON pointer."""
    where = ""
    for part in at.split("/") if at else ():
        where = pointer(where, part)
    return where
