"""The graph editor in a real browser: the system's Chromium, and a page that has loaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
READY = "window.app?.graph && window.app?.extensionManager?.workflow?.activeWorkflow"
LIMIT_MS = 15_000
LOAD_LIMIT_MS = 60_000


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

    def __init__(self, browser: Any, url: str, *, vue: bool, size: tuple[int, int], locale: str = "en") -> None:
        # Set before the page is loaded, so that it is loaded once and nothing opens by itself.
        settings = {"Comfy.VueNodes.Enabled": vue, "Comfy.TutorialCompleted": True, "Comfy.Locale": locale}
        httpx.post(url + "/api/settings", json=settings, timeout=60).raise_for_status()
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.set_default_timeout(LIMIT_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)
        self.page.wait_for_function(READY, timeout=LOAD_LIMIT_MS)

    def set(self, name: str, value: Any) -> None:
        """Change a setting of the editor's."""
        self.page.evaluate("([name, value]) => app.extensionManager.setting.set(name, value)", [name, value])

    def reload(self) -> None:
        """Load the page anew."""
        self.page.reload()
        self.page.wait_for_function(READY, timeout=LOAD_LIMIT_MS)
