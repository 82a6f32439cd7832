"""The graph editor in a real browser: the system's Chromium, pages that are loaded once, and what is done with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
READY = "window.app?.graph && window.app?.extensionManager?.workflow?.activeWorkflow"
LIMIT_MS = 30_000
LOAD_LIMIT_MS = 60_000
_RESTORED_MS = 1500  # the editor is there before the graph that it brings back
SIZE = (1500, 1150)
_VIEWPORT = {"width": SIZE[0], "height": SIZE[1]}
_STILL = """async (selector) => {
  let [last, same] = ['', 0]
  for (let frame = 0; frame < 200 && same < 3; frame++) {
    await new Promise(requestAnimationFrame)
    const { x, y, width } = document.querySelector(selector)?.getBoundingClientRect() ?? {}
    const now = [x, y, width].join()
    same = width && now === last ? same + 1 : 0
    last = now
  }
}"""


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the system's Chromium; skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium found")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=program, args=QUIET)


@dataclass
class LoadedPage:
    """A page that has loaded the graph editor in one of its two node renderers and one language.

    Attributes:
        errors: What its scripts have thrown.
    """

    page: Any
    url: str
    vue: bool
    locale: str = "en"
    errors: list[str] = field(default_factory=list)
    state: str = "active"

    def let(self, state: str) -> None:
        """Let the page be ``active`` or ``frozen``: one that nobody looks at still draws, which costs a core."""
        if self.page.url == "about:blank" or state == self.state:
            return
        self.page.context.new_cdp_session(self.page).send("Page.setWebLifecycleState", {"state": state})
        self.state = state

    def load(self) -> None:
        """Load it, anew where it was loaded; the settings are there before, so nothing opens by itself."""
        settings = {"Comfy.VueNodes.Enabled": self.vue, "Comfy.TutorialCompleted": True, "Comfy.Locale": self.locale}
        httpx.post(self.url + "/api/settings", json=settings, timeout=60).raise_for_status()
        self.page.goto(self.url) if self.page.url == "about:blank" else self.page.reload()
        self.page.wait_for_function(READY, timeout=LOAD_LIMIT_MS)


class Editors:
    """The editor's pages that all files of tests share, one for each renderer and language: loading takes seconds."""

    def __init__(self, browser: Any, url: str) -> None:
        self._browser, self._url = browser, url
        self._pages: dict[tuple[bool, str], LoadedPage] = {}

    def page(self, vue: bool, locale: str = "en") -> LoadedPage:
        """Return the page, loaded when it is first wanted."""
        if found := self._pages.get((vue, locale)):
            # front end 1.39 shows no nodes in Nodes 2.0 once a graph that had a subgraph was cleared by a script
            if vue and found.page.evaluate("window.__COMFYUI_FRONTEND_VERSION__").startswith("1.39."):
                found.let("active")
                found.load()
        else:
            loaded = LoadedPage(self._browser.new_page(viewport=_VIEWPORT), self._url, vue, locale)
            loaded.page.on("pageerror", lambda error: loaded.errors.append(str(error)))
            loaded.load()
            self._pages[vue, locale] = loaded
        return self._pages[vue, locale]

    def wake(self, page: LoadedPage | None) -> None:
        """Let one page work and the others rest; all of them with None."""
        for other in self._pages.values():
            if other is not page:
                other.let("frozen")
        if page is not None:
            page.let("active")


class EditorPage:
    """What is done with a page. ``errors`` holds what its scripts have thrown."""

    def __init__(self, editors: Editors, *, vue: bool, size: tuple[int, int] = SIZE, locale: str = "en") -> None:
        self._editors = editors
        self.loaded = editors.page(vue, locale)
        self.errors = self.loaded.errors
        self.errors.clear()
        self.page.set_default_timeout(LIMIT_MS)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.keyboard.press("Escape")  # closes a dialog that was left open

    @property
    def page(self) -> Any:
        """Playwright's page, awake."""
        self._editors.wake(self.loaded)
        return self.loaded.page

    def set(self, name: str, value: Any) -> None:
        """Change a setting of the editor's."""
        self.page.evaluate("([name, value]) => app.extensionManager.setting.set(name, value)", [name, value])

    def reload(self) -> None:
        """Load the page anew, with the graph that was open."""
        self.loaded.load()
        self.page.wait_for_timeout(_RESTORED_MS)

    def still(self, selector: str) -> None:
        """Wait until an element is shown and no longer moves."""
        self.page.evaluate(_STILL, selector)

    def close_panel(self) -> None:
        """Close what is open at the side of the graph."""
        self.page.evaluate(
            "() => { const { sidebarTab } = app.extensionManager; const open = sidebarTab.activeSidebarTabId; "
            "if (open) sidebarTab.toggleSidebarTab(open) }"
        )
