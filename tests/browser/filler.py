"""Fills a form by clicking and typing, component by component, as its schema lists them.

What the form does not show (hidden, read-only) is left alone; what already stands there is not
typed again. Values are those that a client would send; options are found by their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from engine.rehearsing.answers import small_pdf
from tests.browser.desk import appear


@dataclass(frozen=True, kw_only=True)
class Filler:
    """One form on one page. `context` is what the case supplies: option lists by name."""

    page: Page
    context: Mapping[str, Any]

    def fill(
        self, components: Sequence[Mapping[str, Any]], values: Mapping[str, Any], rows: str = ""
    ) -> None:
        """`rows` are the positions in the lists around, as form-js appends them to an id (_0_2)."""
        for component in components:
            if component["type"] == "group":
                path = component.get("path")
                inner = values.get(path, {}) if path else values
                self.fill(component["components"], inner or {}, rows)
            elif component["type"] == "dynamiclist":
                self._list(component, values.get(component["path"]), rows)
            elif component.get("key") in values:
                self._field(component, values[component["key"]], rows)

    def _list(self, component: Mapping[str, Any], wanted: Any, rows: str) -> None:
        if not isinstance(wanted, list):
            return
        group = self.page.locator(".fjs-form-field-dynamiclist").filter(
            has=self.page.locator(f'[id$="-{component["id"]}{rows}"]')
        )
        if component.get("allowAddRemove") is not False:
            self._resize(group.last, len(wanted))
        for number, value in enumerate(wanted):
            self.fill(component["components"], value, f"{rows}_{number}")

    def _resize(self, group: Locator, wanted: int) -> None:
        removes = group.locator(".fjs-repeat-row-remove")
        while removes.count() < wanted:
            before = removes.count()
            group.locator(".fjs-repeat-render-add").last.click()
            expect(removes).to_have_count(before + 1)
        while removes.count() > wanted:
            before = removes.count()
            removes.last.click()
            expect(removes).to_have_count(before - 1)

    def _field(self, component: Mapping[str, Any], value: Any, rows: str) -> None:
        write = WRITERS.get(component["type"])
        if write is None or component.get("readonly") is True or value is None:
            return
        write(self, component, value, f'[id$="-{component["id"]}{rows}')

    def _text(self, _component: Mapping[str, Any], value: Any, prefix: str) -> None:
        field = self.page.locator(f'{prefix}"]')
        if field.is_visible() and field.is_editable():
            field.fill(str(value))

    def _moment(self, component: Mapping[str, Any], value: str, prefix: str) -> None:
        day, _, time = value.partition("T")
        if component["subtype"] == "time":
            day, time = "", value
        for part, text in (("date", day), ("time", time)):
            field = self.page.locator(f'{prefix}-{part}"]')
            if text and field.is_visible() and field.is_editable():
                field.fill(text)
                field.press("Enter")
                field.press("Escape")

    def _checkbox(self, _component: Mapping[str, Any], value: bool, prefix: str) -> None:
        field = self.page.locator(f'{prefix}"]')
        if field.is_visible():
            field.set_checked(value)

    def _radio(self, component: Mapping[str, Any], value: Any, prefix: str) -> None:
        field = self.page.locator(f'{prefix}-{self._place(component, value)}"]')
        if field.is_visible():
            field.check()

    def _checklist(self, component: Mapping[str, Any], value: Sequence[Any], prefix: str) -> None:
        for place, option in enumerate(self._options(component)):
            field = self.page.locator(f'{prefix}-{place}"]')
            if field.is_visible():
                field.set_checked(option["value"] in value)

    def _select(self, component: Mapping[str, Any], value: Any, prefix: str) -> None:
        field = self._around("select", prefix)
        if not field.is_visible() or "fjs-readonly" in (field.get_attribute("class") or ""):
            return
        field.locator(".fjs-input-group").click()
        label = self._options(component)[self._place(component, value)]["label"]
        field.locator(".fjs-dropdownlist-item").get_by_text(label, exact=True).click()

    def _taglist(self, component: Mapping[str, Any], value: Sequence[Any], prefix: str) -> None:
        field = self._around("taglist", prefix)
        if not field.is_visible():
            return
        tags = field.locator(".fjs-taglist-tag")
        wanted = [self._options(component)[self._place(component, one)]["label"] for one in value]
        for label in tags.locator(".fjs-taglist-tag-label").all_inner_texts():
            if label not in wanted:
                tags.filter(has_text=label).locator("button").click()
        for label in wanted:
            if tags.filter(has_text=label).count() == 0:
                field.locator(".fjs-taglist-input").fill(label)
                field.locator(".fjs-dropdownlist-item").get_by_text(label, exact=True).click()
        field.locator(".fjs-taglist-input").press("Escape")

    def _files(self, _component: Mapping[str, Any], value: Any, prefix: str) -> None:
        """Values are names here; each is uploaded as a small PDF."""
        names = value if isinstance(value, list) else [value]
        payloads = [
            FilePayload(name=name, mimeType="application/pdf", buffer=small_pdf(name))
            for name in names
        ]
        self.page.locator(f'{prefix}"]').set_input_files(payloads)
        for name in names:
            appear(self.page.locator(".file-field-list").get_by_text(name))

    def _around(self, kind: str, prefix: str) -> Locator:
        """The field whose (often hidden) input has this id."""
        inner = self.page.locator(f'{prefix}"]').or_(self.page.locator(f'{prefix}-search"]'))
        return self.page.locator(f".fjs-form-field-{kind}").filter(has=inner)

    def _options(self, component: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        if "valuesKey" in component:
            return list(self.context.get(component["valuesKey"], ()))
        return list(component.get("values", ()))

    def _place(self, component: Mapping[str, Any], value: Any) -> int:
        values = [option["value"] for option in self._options(component)]
        return values.index(value)


WRITERS: Mapping[str, Callable[[Filler, Mapping[str, Any], Any, str], None]] = {
    "textfield": Filler._text,
    "textarea": Filler._text,
    "number": Filler._text,
    "datetime": Filler._moment,
    "checkbox": Filler._checkbox,
    "radio": Filler._radio,
    "checklist": Filler._checklist,
    "select": Filler._select,
    "taglist": Filler._taglist,
    "filepicker": Filler._files,
}
