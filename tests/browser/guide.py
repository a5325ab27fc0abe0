"""Pictures of the guides (docs/guide/), made by the test that visits the screens, so that they stay true.

`DUDAO_GUIDE_IMAGES=1` writes them anew, in both languages. Else what the guide says of a picture is
looked for on the screen, and the picture must be there.
"""

from __future__ import annotations

import base64
import os

from playwright.sync_api import Page, expect

from tests.unit.docs import guides
from tests.unit.docs.guides import Picture

IS_WRITING = os.environ.get("DUDAO_GUIDE_IMAGES") == "1"
#: English says the same by its own words, which a test of the dictionaries compares.
LANGUAGES = guides.LANGUAGES if IS_WRITING else ("zh",)

#: Of WebP; texts stay sharp.
QUALITY = 72


def picture(page: Page, language: str, name: str) -> None:
    """Look at the page as the guide shows it; write the picture where pictures are asked for."""
    shown = _named(language, name)
    for text in shown.shows:
        expect(page.get_by_text(text).filter(visible=True).first, text).to_be_visible()
    if IS_WRITING:
        _write(page, shown)
    assert shown.path.is_file(), f"DUDAO_GUIDE_IMAGES=1 makes {shown.path.name}"


def _named(language: str, name: str) -> Picture:
    found = [one for one in guides.pictures(language) if one.name == name]
    assert found, f"no guide in {language} shows {name}"
    return found[0]


def _write(page: Page, shown: Picture) -> None:
    page.mouse.move(0, 0)
    session = page.context.new_cdp_session(page)
    answer = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    shown.path.parent.mkdir(parents=True, exist_ok=True)
    shown.path.write_bytes(base64.b64decode(answer["data"]))
