"""The graph editor in a real browser: the system's Chromium, and a page that has loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
READY = "window.app?.graph && window.app?.extensionManager"
LIMIT_MS = 10_000
_SETTLED_MS = 1500  # what opens by itself on a page's first load has opened by then


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the system's Chromium; skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium found")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=program, args=QUIET)


class Editors:
    """The editor's pages that the tests of all files share, one for each node renderer: loading one takes seconds."""

    def __init__(self, browser: Any, url: str) -> None:
        self._browser, self._url = browser, url
        self._pages: dict[bool, tuple[Any, list[str]]] = {}

    def page(self, vue: bool) -> tuple[Any, list[str]]:
        """Return the page and the list of what its scripts throw."""
        if vue not in self._pages:
            page, errors = self._browser.new_page(), []
            page.set_default_timeout(LIMIT_MS)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(self._url)
            page.wait_for_function(READY)
            self._pages[vue] = page, errors
        return self._pages[vue]


class EditorPage:
    """A page of the graph editor in one of its two node renderers. ``errors`` holds what its scripts have thrown."""

    def __init__(self, editors: Editors, *, vue: bool, size: tuple[int, int]) -> None:
        self.page, self.errors = editors.page(vue)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        for name, value in {
            "Comfy.VueNodes.Enabled": vue,
            "Comfy.TutorialCompleted": True,
            "Comfy.Locale": "en",
        }.items():
            # straight to the server, for another page may have changed there what this one believes to be set
            self.page.evaluate("([name, value]) => app.api.storeSetting(name, value)", [name, value])
        self.reload()

    def set(self, name: str, value: Any) -> None:
        """Change a setting of the editor's."""
        self.page.evaluate("([name, value]) => app.extensionManager.setting.set(name, value)", [name, value])

    def reload(self) -> None:
        """Load the page anew and close what opens by itself."""
        self.page.reload()
        self.page.wait_for_function(READY)
        self.page.wait_for_timeout(_SETTLED_MS)
        self.page.keyboard.press("Escape")
