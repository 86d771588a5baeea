"""A report page that is open in a browser, and what the tests check of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page


@dataclass
class Opened:
    """A page in the browser, with all that it asked for, ran or broke."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def quiet(self) -> bool:
        """Whether nothing but the page itself was asked for, nothing popped up, broke or was refused."""
        own = [address.split("#")[0] for address in self.requests]
        refused = self.page.evaluate("window.refused")
        return (set(own), self.dialogs, self.errors, refused) == ({self.address}, [], [], [])

    def refuse(self, dialog: Dialog) -> None:
        """Note a dialog and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def visible(self, selector: str) -> list[str]:
        """The text of every element that ``selector`` finds and that is not hidden, on one line each."""
        found: list[str] = self.page.eval_on_selector_all(
            selector, "all => all.filter(e => e.checkVisibility()).map(e => e.textContent)"
        )
        return [" ".join(text.split()) for text in found]

    def in_view(self, selector: str) -> bool:
        """Whether the top of an element is on the screen."""
        script = "e => { const t = e.getBoundingClientRect().top; return t >= -1 && t < innerHeight }"
        return bool(self.page.locator(selector).evaluate(script))

    def focus(self) -> dict[str, Any]:
        """What has the focus: its tag, text, address (``href``) and whether one sees that it has it."""
        script = """() => {
          const e = document.activeElement, shown = getComputedStyle(e);
          return {tag: e.tagName, text: e.textContent.trim(), href: e.getAttribute('href'),
                  id: e.id, seen: shown.outlineStyle !== 'none' && parseFloat(shown.outlineWidth) > 1};
        }"""
        found: dict[str, Any] = self.page.evaluate(script)
        return found

    def tab_to(self, wanted: Callable[[dict[str, Any]], bool], most: int = 200) -> dict[str, Any]:
        """Press Tab until the focus is on what is ``wanted``."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if wanted(found := self.focus()):
                return found
        raise AssertionError("not reached with the Tab key")


def choose_time(page: Page, select: str, value: str) -> float:
    """How many seconds the page takes to show what fits when ``value`` is chosen in a list."""
    script = """([id, value]) => {
      const list = document.querySelector(id), start = performance.now();
      list.value = value;
      list.dispatchEvent(new Event('change'));
      document.body.offsetHeight;
      return (performance.now() - start) / 1000;
    }"""
    return float(page.evaluate(script, [select, value]))


Open = Callable[..., Opened]


def axe_findings(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe-core finds of WCAG 2.1 AA that is serious or critical: the rule and the first element."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is niet geïnstalleerd")
    tags = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    colours = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    limits = {"runOnly": colours if colours_only else tags}
    found = axe.Axe().run(page, options={**limits, "resultTypes": ["violations"]}).response
    assert found["passes"]
    return [
        f"{item['id']}: {item['nodes'][0]['html'][:200]}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
    ]
