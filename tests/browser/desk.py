"""What a person does at the screen, in the words of the office: sign in, open a task, fill, submit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

from tests.factories import PASSWORD

#: The browser itself reports every 4xx answer; those are asserted where they matter.
_EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Desk:
    """One person's browser window on the sandbox."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._note_message)
        self.page.on("pageerror", self._note_error)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _EXPECTED.search(message.text):
            self.faults.append(message.text)

    def _note_error(self, error: Error) -> None:
        self.faults.append(str(error))

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """From the sign-in page to the queue."""
        self.go("/sign-in")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("heading", name="任务", exact=True)).to_be_visible()

    def sign_out(self) -> None:
        self.page.get_by_role("banner").get_by_role("button").click()
        self.page.get_by_role("menuitem", name="退出登录").click()
        expect(self.page.get_by_label("账号")).to_be_visible()

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("navigation", name="任务分类").get_by_role(
            "link", name=re.compile(f"^{name}")
        ).click()

    def row(self, text: str) -> Locator:
        """The row of the queue that has this text."""
        return self.page.get_by_role("row").filter(has_text=text)

    def open_task(self, step: str) -> None:
        """Claims the task if need be, and opens it; its form is drawn."""
        self.page.get_by_role("link", name=step).first.click()
        expect(self.page.get_by_role("heading", level=1, name=step)).to_be_visible()
        claim = self.page.get_by_role("button", name="认领")
        expect(self.page.locator(".fjs-form")).to_be_visible()
        if claim.is_visible():
            claim.click()
            expect(self.submit_button).to_be_visible()

    @property
    def submit_button(self) -> Locator:
        return self.page.get_by_role("button", name="提交", exact=True)

    def submit(self) -> None:
        """Sends the form; it must be accepted."""
        self.submit_button.click()
        expect(
            self.page.get_by_text("记录已写入流转记录").or_(
                self.page.get_by_text("本案流程已全部办结")
            )
        ).to_be_visible()

    def choose(self, label: str, option: str) -> None:
        """Picks from a drop-down of the form (form-js hides the input that bears the label)."""
        choose(self.page, label, option)


def choose(page: Page, label: str, option: str) -> None:
    field = page.locator(".fjs-form-field-select").filter(has_text=label)
    field.locator(".fjs-input-group").click()
    field.locator(".fjs-dropdownlist-item").filter(has_text=option).click()
