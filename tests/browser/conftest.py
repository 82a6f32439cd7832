"""What the browser's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from editor_page import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; the tests that ask for it are skipped where there is none."""
    with chromium() as driver:
        yield driver
