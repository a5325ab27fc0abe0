"""What a person does at the screen, in the words of the office: sign in, open a task, fill, submit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, WebSocket, expect

from api.auth import COOKIE
from tests.factories import PASSWORD

#: The browser itself reports every 4xx answer; those are asserted where they matter.
_EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")

#: What a page may read without asking anybody.
_OWN = ("data:", "blob:", "about:")

#: Tells a page that it is looked at, or not: a hidden one asks the server nothing by itself.
_LOOK = """state => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}"""


@dataclass
class Desk:
    """One person's browser window on the sandbox."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._note_message)
        self.page.on("pageerror", self._note_error)
        self.page.context.on("request", self._note_request)
        self.page.on("websocket", self._note_socket)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _EXPECTED.search(message.text):
            self.faults.append(message.text)

    def _note_error(self, error: Error) -> None:
        self.faults.append(str(error))

    def _note_request(self, request: Request) -> None:
        """Nothing outside the product is ever asked, by whatever page, frame or worker."""
        if not request.url.startswith((f"{self.url}/", *_OWN)):
            self.faults.append(f"asked {request.url}")

    def _note_socket(self, socket: WebSocket) -> None:
        self.faults.append(f"opened {socket.url}")

    def look(self, *, away: bool) -> None:
        """The window goes into the background, or comes back from there."""
        self.page.evaluate(_LOOK, "hidden" if away else "visible")

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """From the sign-in page to the queue."""
        self.go("/sign-in")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_role("button", name="登录").click()
        appear(self.page.get_by_role("heading", name="任务", exact=True))

    def admit(self, session: str) -> None:
        """From now on the window has a session that is open already."""
        self.page.context.add_cookies([{"name": COOKIE, "value": session, "url": self.url}])

    def enter(self, session: str) -> None:
        """The queue, with a session that is open already."""
        self.admit(session)
        self.go("/tasks")
        appear(self.page.get_by_role("heading", name="任务", exact=True))

    def sign_out(self) -> None:
        self.page.get_by_role("banner").locator("[aria-haspopup=menu]").click()
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
        """Opens the first task of this step and claims it if need be; its form is drawn."""
        self._open(self.page.get_by_role("link", name=step).first)
        appear(self.page.get_by_role("heading", level=1, name=step))

    def open_case(self, title: str) -> None:
        """From the list of cases to the page of the one whose title has this text."""
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name="案件").click()
        self.page.get_by_role("table").get_by_role("link", name=title).click()
        appear(self.page.get_by_role("heading", level=1, name=title))

    def open_row(self, task_id: str, tab: str) -> None:
        """The same for one task of several that are called the same."""
        self._show(tab)
        self._open(self.page.locator(f"#task-{task_id}"))

    def expect_no_row(self, task_id: str, tab: str) -> None:
        """The task is not offered to this person."""
        self._show(tab)
        appear(self.page.locator('section[aria-busy="false"]'))
        expect(self.page.locator(f"#task-{task_id}")).to_have_count(0)

    def _show(self, tab: str) -> None:
        self.page.get_by_role("navigation", name="主导航").get_by_role("link", name="任务").click()
        self.open_tab(tab)

    def _open(self, link: Locator) -> None:
        link.click()
        appear(self.page.locator(".fjs-form").or_(self.page.get_by_text("这一步无需填写")))
        appear(self.primary_button)
        claim = self.page.get_by_role("button", name="认领")
        if claim.is_visible():
            claim.click()
            appear(self.submit_button)

    def more(self, act: str) -> None:
        """Chooses an act of the menu 更多."""
        self.page.get_by_role("button", name="更多").click()
        self.page.get_by_role("menuitem", name=act, exact=True).click()

    @property
    def primary_button(self) -> Locator:
        """The one primary act of the page."""
        return self.page.locator("footer .ant-btn-primary")

    @property
    def submit_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^(提交|办结)$"))

    def submit(self) -> None:
        """Sends the form; it must be accepted. A decision is looked at once more before."""
        self.submit_button.click()
        done = self.page.get_by_text("记录已写入流转记录")
        over = self.page.get_by_text("本案流程已全部办结")
        confirm = self.page.get_by_role("button", name="核对无误，提交")
        appear(done.or_(over).or_(confirm))
        if confirm.is_visible():
            confirm.click()
        appear(done.or_(over))


def appear(locator: Locator) -> None:
    """Wait until it is visible; fails like `expect`, which describes the whole page at each look."""
    locator.wait_for()


def choose(page: Page, label: str, option: str) -> None:
    field = page.locator(".fjs-form-field-select").filter(has_text=label)
    field.locator(".fjs-input-group").click()
    field.locator(".fjs-dropdownlist-item").filter(has_text=option).click()
