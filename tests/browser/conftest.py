"""Report pages opened in a real browser; skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_checks import Open, Opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Route

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WATCH = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is niet geïnstalleerd")
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("er is geen Chromium op deze machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def _only_files(route: Route) -> None:
    if route.request.url.startswith("file:"):
        route.continue_()
    else:
        route.abort()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file in a new window of the browser that reaches nothing outside it."""
    contexts: list[BrowserContext] = []

    def opened(file: Path, *, width: int = 1400, dark: bool = False) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        context.route("**/*", _only_files)
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.set_default_timeout(10_000)
        made = Opened(page, file.as_uri())
        page.on("request", lambda request: made.requests.append(request.url))
        page.on("dialog", made.refuse)
        page.on("pageerror", lambda error: made.errors.append(str(error)))
        page.goto(made.address)
        return made

    yield opened
    for context in contexts:
        context.close()
