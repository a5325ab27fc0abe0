"""Asks axe-core what keeps people out of a page: WCAG 2.1 A and AA, outside third-party canvases.

The rules are put into the page by the debugger, not by the page: the content policy stays in force.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

#: Drawn by bpmn-js and form-js editors; a list beside each says the same.
CANVASES = [[".djs-container"], [".bio-properties-panel"], [".fjs-editor-container"]]

_RUN = """async (canvases) => {
  const answer = await window.axe.run(
    { exclude: canvases },
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] },
  );
  return answer.violations.map((one) => ({
    rule: one.id,
    help: one.help,
    where: one.nodes.map((node) => node.target.join(' ') + ' ' + node.html.slice(0, 160)),
  }));
}"""


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page as it is now, dialogs and all; empty when nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE.read_text())
    found: list[dict[str, Any]] = page.evaluate(_RUN, CANVASES)
    return found
