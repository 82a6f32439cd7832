"""What the browser's tests share: one browser, and one page for each renderer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from comfyui_server import ComfyUIServer
from editor_page import LoadedPage, chromium, load_page


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium; the tests that ask for it are skipped where there is none."""
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="session")
def loaded_in(browser: Any, comfyui: ComfyUIServer) -> Callable[[str], LoadedPage]:
    """Return the page for ``classic``, ``vue``, or ``korean``, which is in Nodes 2.0 too; loaded when first wanted."""
    pages: dict[str, LoadedPage] = {}

    def loaded(name: str) -> LoadedPage:
        if name not in pages:
            locale = "ko" if name == "korean" else "en"
            pages[name] = load_page(browser, comfyui.url, vue=name != "classic", locale=locale)
        return pages[name]

    return loaded


@pytest.fixture(scope="module", params=["classic", "vue"])
def loaded(request: pytest.FixtureRequest, loaded_in: Callable[[str], LoadedPage]) -> LoadedPage:
    """The page in each of the two renderers."""
    return loaded_in(request.param)
