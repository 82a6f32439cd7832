"""What the browser's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from comfyui_server import ComfyUIServer
from editor_page import Editors, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium; the tests that ask for it are skipped where there is none."""
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="session")
def _all_editors(browser: Any, comfyui: ComfyUIServer) -> Editors:
    return Editors(browser, comfyui.url)


@pytest.fixture(scope="module")
def editors(_all_editors: Editors) -> Iterator[Editors]:
    """The pages of the graph editor."""
    yield _all_editors
    _all_editors.wake(None)


@pytest.fixture(scope="module", params=["classic", "vue"])
def vue(request: pytest.FixtureRequest) -> bool:
    """Whether it is Nodes 2.0: the tests that ask for it run in both renderers."""
    return bool(request.param == "vue")
