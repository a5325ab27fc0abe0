"""Every screen is visited once: as the guides show it, on a phone, at 200 % zoom, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, county, guide
from tests.browser.county import County
from tests.browser.desk import Desk, appear
from tests.browser.visiting import PHONE
from tests.process.conftest import Template, sample_template
from tests.unit.docs import guides

__all__ = ["sample_template"]

OpenWindow = Callable[..., Desk]
ROUTER = Path(__file__).resolve().parents[2] / "web" / "src" / "router.tsx"

#: A desk of the day, half of it (200 % zoom), and the smallest phone.
DESK = {"viewport": {"width": 1280, "height": 800}}
NARROW = (640, 360)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A screen: its route, the rest of its address, the guide's picture of it."""

    route: str
    search: str = ""
    picture: str = ""
    #: a word of the dictionary whose button is pressed before the picture is taken
    opens: str = ""
    is_printed: bool = False
    #: of the window for the picture, where the usual one shows too little
    height: int = 800
    #: what is drawn last
    drawn: str = ""


#: Who goes where. Everybody has one window; `$…` of a route are names of the county.
ROUNDS: Mapping[str, tuple[Stop, ...]] = {
    "county_staff1": (
        Stop(route="/tasks", search="?tab=claimable", picture="queue"),
        Stop(route="/tasks/$order", picture="task"),
        Stop(route="/cases"),
        Stop(route="/cases/new"),
        Stop(route="/cases/$canteen", picture="case", is_printed=True),
        Stop(route="/cases/$canteen", search="?panel=history"),
        Stop(route="/problems", picture="ledger", is_printed=True),
        Stop(route="/calendar", search="?month=2026-05&view=list"),
        Stop(route="/dashboard"),
        Stop(route="/dashboard/rows", search="?figure=open"),
        Stop(route="/wall"),
        Stop(route="/delegations"),
        Stop(route="/account"),
        Stop(route="/definitions"),
        Stop(route="/admin/suggestions"),
    ),
    "county_head": (
        Stop(route="/tasks/$approval", picture="approval"),
        Stop(route="/tasks/$approval", picture="return", opens="act.send_back"),
        Stop(route="/tasks/$approval/sheets/$sheet", picture="sheet", is_printed=True, height=1240),
    ),
    "school_head": (
        Stop(route="/our-unit", picture="owed"),
        Stop(route="/our-unit", search="?panel=rights", picture="rights"),
        Stop(route="/our-unit", search="?panel=served", picture="served"),
    ),
    "county_finance": (Stop(route="/tasks/$reply", picture="consultation"),),
    "modeleditor": (
        Stop(route="/models"),
        Stop(route="/models/$draft", search="?part=$part", picture="modeler"),
        Stop(
            route="/models/$draft",
            search="?step=compare",
            picture="compare",
            drawn=".djs-element.is-changed",
        ),
    ),
    "sysadmin": (
        Stop(route="/operations", picture="operations"),
        Stop(route="/operations/cases/$canteen", picture="operated"),
        Stop(route="/operations/cases"),
        Stop(route="/operations/migrations"),
        Stop(route="/operations/migrations/new"),
        Stop(route="/admin/proposals"),
        Stop(route="/admin/periods", picture="periods"),
        Stop(route="/admin/ladders"),
        Stop(route="/admin/calendar"),
    ),
    "secadmin": (
        Stop(route="/admin/users", search="?q=county_", picture="users"),
        Stop(route="/admin/organisations"),
    ),
    "auditadmin": (Stop(route="/admin/journal", picture="journal"),),
    "": (
        Stop(route="/portal", picture="portal"),
        Stop(route="/portal/publications/$publication", picture="publication"),
        Stop(route="/portal/suggestions/new", picture="opinion"),
        Stop(route="/sign-in"),
    ),
}

#: Led on from at once, or only with what a round does not have: a migration, a proposal.
NOT_VISITED = {
    "/", "/admin", "/definitions/$definitionId",
    "/models/proposals/$proposalId", "/operations/migrations/$migrationId",
}  # fmt: skip


@pytest.fixture(scope="module")
def here(sample_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with county.opened(sample_template, tmp_path_factory.mktemp("county")) as found:
        yield found


@pytest.mark.parametrize("language", guide.LANGUAGES)
@pytest.mark.parametrize("username", ROUNDS)
def test_every_screen_is_as_its_guide_shows_it_and_fits(
    here: County, open_window: OpenWindow, username: str, language: str
) -> None:
    size = PHONE if username == "school_head" else DESK
    desk = open_window(here.sandbox, **size)
    desk.page.add_init_script(f"localStorage.setItem('dudao.language', '{SPOKEN[language]}')")
    if username:
        desk.admit(here.sandbox.session_of(username))
    for stop in ROUNDS[username]:
        visit(desk, here, stop, language)
        for width in NARROW:
            fits(desk.page, width)
        if stop.is_printed:
            is_ready_for_paper(desk.page, language)
        desk.page.set_viewport_size(size["viewport"])  # type: ignore[arg-type]  # literals above


SPOKEN = {"zh": "zh-CN", "en": "en"}


def visit(desk: Desk, here: County, stop: Stop, language: str) -> None:
    """Go there, as a reader of this language, and wait until all of it has come."""
    page = desk.page
    address = re.sub(r"\$(\w+)", lambda name: here.ids[name[1]], stop.route + stop.search)
    if stop.route.startswith("/portal"):
        address += f"?lang={language}"
    if stop.height != DESK["viewport"]["height"]:
        page.set_viewport_size({"width": DESK["viewport"]["width"], "height": stop.height})
    desk.go(address)
    appear(page.get_by_role("heading", level=1).first)
    if stop.drawn:
        appear(page.locator(stop.drawn).first)
    expect(
        page.get_by_role("status").filter(has_text=guides.texts(language)["waiting"])
    ).to_have_count(0)
    if stop.opens:
        page.get_by_role("button", name=guides.texts(language)[stop.opens], exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
    if stop.picture:
        guide.picture(page, language, stop.picture)


def fits(page: Page, width: int) -> None:
    """Nothing is cut off or to be scrolled sideways; what needs room scrolls in itself."""
    page.set_viewport_size({"width": width, "height": 740})
    found = page.evaluate(_WIDTH, width)
    assert found["width"] <= width, f"{page.url} at {width}: {found}"


#: Looks at each frame until the page has settled, ten seconds at most.
_WIDTH = """async (wanted) => {
  const root = document.documentElement;
  const end = performance.now() + 10000;
  while (root.scrollWidth > wanted && performance.now() < end)
    await new Promise(requestAnimationFrame);
  const wide = [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > wanted + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
  return { width: root.scrollWidth, wide };
}"""


def is_ready_for_paper(page: Page, language: str) -> None:
    """What is to be read is printed, with the banner of samples; what is to be pressed is not."""
    assert axe.findings(page) == []
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    banner = page.get_by_role("complementary", name=guides.texts(language)["sample.title"])
    expect(banner).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="screen")


def test_the_rounds_come_by_every_route() -> None:
    text = ROUTER.read_text("utf-8")
    routes = {
        f"/admin{path}" if parent == "admin" else path
        for parent, path in re.findall(r"getParentRoute: \(\) => (\w+),\s+path: '([^']+)'", text)
    }
    visited = {_shape(stop.route) for stops in ROUNDS.values() for stop in stops}
    left = {route for route in routes - NOT_VISITED if _shape(route) not in visited}
    assert left <= {"/admin/"}


def _shape(route: str) -> str:
    """A route without the names of its parts."""
    return re.sub(r"\$\w+", "$", route)
