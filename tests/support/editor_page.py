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


class EditorPage:
    """A page of the graph editor in one of its two node renderers. ``errors`` holds what its scripts have thrown."""

    def __init__(self, browser: Any, url: str, *, vue: bool, size: tuple[int, int]) -> None:
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.set_default_timeout(LIMIT_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)
        self.page.wait_for_function(READY)
        self.set("Comfy.VueNodes.Enabled", vue)
        self.set("Comfy.TutorialCompleted", True)
        self.set("Comfy.Locale", "en")

    def set(self, name: str, value: Any) -> None:
        """Change a setting of the editor's."""
        self.page.evaluate("([name, value]) => app.extensionManager.setting.set(name, value)", [name, value])

    def reload(self) -> None:
        """Load the page anew and close what opens by itself."""
        self.page.reload()
        self.page.wait_for_function(READY)
        self.page.wait_for_timeout(_SETTLED_MS)
        self.page.keyboard.press("Escape")
