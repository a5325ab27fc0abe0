"""From a form-js schema to components, collecting every fault on the way.

Called by `forms.definition.parse`. Nothing is dropped in silence: what the server cannot honour is
a fault with the mend, so that a published form means the same in the browser and here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypedDict

from forms import components as c
from forms.expression import Expression, compiled
from forms.faults import Fault, pointer
from forms.item import KEY, MAX_ITEMS, Item
from forms.names import Names

MAX_COMPONENTS = 500
MAX_NESTING = 8
_INSTEAD = {
    "html": "请改用文本（text）组件，以Markdown书写",
    "image": "请改用文本（text）组件说明，图片作为附件上传",
    "iframe": "表单不得嵌入外部页面，请删去",
    "documentPreview": "材料在任务页查看，请删去",
}
_SEVERAL = ("dudao:minItems", "dudao:maxItems")
_PROTECTED = "dudao:protected"


class _Common(TypedDict):
    id: str
    type: str
    key: str
    label: str
    hide: Expression | None
    properties: Mapping[str, object]


class _FieldCommon(_Common):
    required: bool
    required_if: Expression | None
    read_only: bool | Expression


class Reader:
    """Reads one schema; `faults` fills up while it reads."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._ids: set[str] = set()
        self._count = 0
        self._nesting = 0
        self._named_options: list[tuple[str, str]] = []
        self.names = Names()

    def form(self, items: object) -> tuple[c.Component, ...]:
        """Read the form's own `components`."""
        taken = self.names.root.names
        found = self.components(items, "/components", taken)
        for at, key in self._named_options:
            if key in taken:
                # The browser keeps values and case data in one object: one would hide the other.
                detail = f"选项名称“{key}”与表单中的字段同名，请改名，如{key}_options。"
                self.refuse(at, detail, "options")
        return found

    def components(self, items: object, at: str, taken: set[str]) -> tuple[c.Component, ...]:
        """Read a `components` list; `taken` are the names used in its object so far."""
        if not isinstance(items, list):
            self.refuse(at, "“components”应为列表。", "components")
            return ()
        if self._nesting > MAX_NESTING:
            self.refuse(at, f"分组超过{MAX_NESTING}层，请减少层次。", "nesting")
            return ()
        found = (
            self._component(item, pointer(at, index), taken) for index, item in enumerate(items)
        )
        return tuple(component for component in found if component is not None)

    def refuse(self, at: str, detail: str, code: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(pointer=at, detail=detail, code=code))

    def _component(self, raw: object, at: str, taken: set[str]) -> c.Component | None:
        self._count += 1
        if self._count > MAX_COMPONENTS:
            if self._count == MAX_COMPONENTS + 1:
                self.refuse(at, f"组件超过{MAX_COMPONENTS}个，请拆分为几个表单。", "count")
            return None
        if not isinstance(raw, Mapping):
            self.refuse(at, "组件应为JSON对象。", "component")
            return None
        kind = str(raw.get("type"))
        read = self._readers().get(kind)
        if read is None:
            mend = _INSTEAD.get(kind, f"可用的有：{'、'.join(sorted(self._readers()))}")
            self.refuse(pointer(at, "type"), f"不支持组件“{kind[:40]}”；{mend}。", "type")
            return None
        item = Item(
            raw,
            kind=kind,
            refuse=lambda inner, detail, code: self.refuse(at + inner, detail, code),
            note=lambda inner, expression: self.names.note(at + inner, expression),
        )
        return read(item, at, taken)

    def _readers(self) -> Mapping[str, Callable[[Item, str, set[str]], c.Component]]:
        return {
            "textfield": self._text,
            "textarea": self._text,
            "number": self._number,
            "checkbox": self._checkbox,
            "select": self._choice,
            "radio": self._choice,
            "checklist": self._choice,
            "taglist": self._choice,
            "datetime": self._moment,
            "filepicker": self._files,
            "expression": self._computed,
            "group": self._group,
            "dynamiclist": self._repeat,
            "table": self._table,
            "text": self._display,
            "separator": self._display,
            "spacer": self._display,
            "button": self._display,
        }

    def _common(self, item: Item, key: str, *properties: str) -> _Common:
        item.check_names("properties", properties)
        item.check_templates()
        label = item.text("label")
        if item.kind == "datetime":
            label = item.text("dateLabel") or item.text("timeLabel") or label
        return {
            "id": self._id(item),
            "type": item.kind,
            "key": key,
            "label": label,
            "hide": item.expression("conditional/hide") if item.mapping("conditional") else None,
            "properties": dict(item.properties),
        }

    def _field(
        self, item: Item, taken: set[str], *properties: str, validate: tuple[str, ...] = ()
    ) -> _FieldCommon:
        item.check_names("validate", ("required", *validate))
        if _PROTECTED in properties:
            item.protected()
        common = self._common(item, item.name("key", taken, required=True), *properties)
        if item.properties.get(_PROTECTED):
            self.names.note_protected(common["key"])
        if not common["label"] and item.kind != "expression":
            item.refuse("label", "请填写字段名称，读屏软件和错误提示都要用到它。", "label")
        return {
            **common,
            "required": item.flag("validate/required"),
            "required_if": item.expression("properties/dudao:requiredIf"),
            "read_only": item.read_only(),
        }

    def _id(self, item: Item) -> str:
        found = item.text("id") or f"component_{self._count}"
        if found in self._ids:
            item.refuse("id", f"组件id“{found[:40]}”重复。", "duplicate-id")
        self._ids.add(found)
        return found

    def _text(self, item: Item, at: str, taken: set[str]) -> c.Text:
        allowed: tuple[str, ...] = ("minLength", "maxLength")
        if item.kind == "textfield":
            allowed += ("pattern", "patternErrorMessage", "validationType")
        field = self._field(item, taken, _PROTECTED, validate=allowed)
        low, high = (item.length_limit(f"validate/{name}") for name in ("minLength", "maxLength"))
        if isinstance(low, int) and isinstance(high, int) and low > high:
            item.refuse("validate/minLength", "最少字数大于最多字数。", "limits")
        pattern, message = item.pattern()
        return c.Text(
            **field,
            multiline=item.kind == "textarea",
            min_length=low,
            max_length=high,
            pattern=pattern,
            pattern_message=message,
        )

    def _number(self, item: Item, at: str, taken: set[str]) -> c.Number:
        field = self._field(item, taken, validate=("min", "max"))
        low, high = item.number_limit("validate/min"), item.number_limit("validate/max")
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            item.refuse("validate/min", "最小值大于最大值。", "limits")
        increment = item.number("increment")
        if increment is not None and increment <= 0:
            item.refuse("increment", "步长应大于0。", "limits")
            increment = None
        return c.Number(
            **field,
            minimum=low,
            maximum=high,
            decimals=item.count("decimalDigits", 10),
            increment=increment,
            as_text=item.flag("serializeToString"),
        )

    def _checkbox(self, item: Item, at: str, taken: set[str]) -> c.Checkbox:
        return c.Checkbox(**self._field(item, taken))

    def _choice(self, item: Item, at: str, taken: set[str]) -> c.Choice:
        several = item.kind in ("checklist", "taglist")
        field = self._field(item, taken, *((*_SEVERAL, _PROTECTED) if several else ()))
        low, high = item.items() if several else (None, None)
        return c.Choice(
            **field, options=self._options(item, at), several=several, min_items=low, max_items=high
        )

    def _options(self, item: Item, at: str) -> c.Options:
        sources = ("values", "valuesKey", "valuesExpression")
        given = [name for name in sources if item.raw.get(name)]
        if len(given) != 1:
            detail = "选项应来自values、valuesKey、valuesExpression三者之一。"
            item.refuse(given[0] if given else "values", detail, "options")
        elif given == ["valuesExpression"]:
            return c.Options(expression=item.expression("valuesExpression"))
        elif given == ["valuesKey"]:
            key = item.text("valuesKey")
            if KEY.fullmatch(key):
                self._named_options.append((pointer(at, "valuesKey"), key))
                self.names.note_options(key)
                return c.Options(key=key)
            item.refuse("valuesKey", "“valuesKey”应为案件数据中的一个名称。", "options")
        else:
            return c.Options(values=item.static_options())
        return c.Options(values=())

    def _moment(self, item: Item, at: str, taken: set[str]) -> c.Moment:
        field = self._field(item, taken, "dudao:min", "dudao:max")
        subtype, zone = item.text("subtype"), item.text("timeSerializingFormat")
        if subtype not in list(c.Subtype):
            item.refuse("subtype", "“subtype”应为date、time、datetime之一。", "subtype")
            subtype = c.Subtype.DATE
        if zone not in ("", *c.Zone):
            known = "、".join(c.Zone)
            item.refuse("timeSerializingFormat", f"应为{known}之一。", "subtype")
            zone = ""
        return c.Moment(
            **field,
            subtype=c.Subtype(subtype),
            zone=c.Zone(zone or c.Zone.NONE),
            not_past=item.flag("disallowPassedDates"),
            earliest=item.moment_limit("properties/dudao:min"),
            latest=item.moment_limit("properties/dudao:max"),
        )

    def _files(self, item: Item, at: str, taken: set[str]) -> c.Files:
        field = self._field(item, taken, *_SEVERAL, _PROTECTED)
        low, high = item.items()
        return c.Files(**field, several=item.flag("multiple"), min_items=low, max_items=high)

    def _computed(self, item: Item, at: str, taken: set[str]) -> c.Computed:
        field = self._field(item, taken)
        expression = item.expression("expression")
        if not item.raw.get("expression"):
            item.refuse("expression", "计算字段应有以“=”开头的表达式。", "expression")
        return c.Computed(**field, expression=expression or compiled("null"))

    def _group(self, item: Item, at: str, taken: set[str]) -> c.Group:
        path = item.name("path", taken, required=False)
        common = self._common(item, path)
        inner = set[str]() if path else taken
        if path:
            self.names.note_group(path, inner, among=taken)
        return c.Group(**common, components=self._children(item, at, inner))

    def _repeat(self, item: Item, at: str, taken: set[str]) -> c.Repeat:
        path = item.name("path", taken, required=True)
        common = self._common(item, path, *_SEVERAL, "dudao:itemKey")
        if item.raw.get("isRepeating") is False:
            item.refuse("isRepeating", "列表应可重复；只有一组字段时请用分组。", "repeat")
        children = self._children(item, at, self.names.enter(path).names)
        self.names.leave()
        low, high = item.items()
        fixed = item.raw.get("allowAddRemove") is False
        key = item.properties.get("dudao:itemKey")
        fields = {child.key: child for child in children if isinstance(child, c.Field)}
        if key is not None and (not isinstance(key, str) or key not in fields):
            detail = "“dudao:itemKey”应为本列表直接包含的一个字段的key。"
            item.refuse("properties/dudao:itemKey", detail, "item-key")
        elif key is None and not fixed and _holds_read_only(children):
            # By position alone an item could take another row's values after a removal.
            detail = (
                "可增删的列表含只读字段时，请用dudao:itemKey指明对应案件中行的字段，或禁止增删。"
            )
            item.refuse("properties/dudao:itemKey", detail, "item-key")
        return c.Repeat(
            **common,
            components=children,
            fixed=fixed,
            item_key=key if isinstance(key, str) else None,
            min_items=low or 0,
            max_items=MAX_ITEMS if high is None else high,
        )

    def _children(self, item: Item, at: str, taken: set[str]) -> tuple[c.Component, ...]:
        self._nesting += 1
        found = self.components(item.raw.get("components"), pointer(at, "components"), taken)
        self._nesting -= 1
        return found

    def _table(self, item: Item, at: str, taken: set[str]) -> c.Display:
        item.expression("dataSource")
        item.expression("columnsExpression")
        return self._display(item, at, taken)

    def _display(self, item: Item, at: str, taken: set[str]) -> c.Display:
        return c.Display(**self._common(item, ""))


def _holds_read_only(components: tuple[c.Component, ...]) -> bool:
    return any(
        (isinstance(child, c.Field) and child.read_only is not False)
        or (isinstance(child, c.Group | c.Repeat) and _holds_read_only(child.components))
        for child in components
    )
