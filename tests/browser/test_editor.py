"""The graph editor in a real browser: the express template opens from the list, runs, and shows its result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from comfyui_server import ComfyUIServer
from editor_page import READY

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
LIMIT_MS = 60_000


@pytest.fixture(scope="module")
def page(browser: Any, comfyui: ComfyUIServer) -> Iterator[Any]:
    """The express template, opened from the list in a browser that is new to this ComfyUI."""
    page = browser.new_page(viewport={"width": 2600, "height": 1100})
    page.set_default_timeout(LIMIT_MS)
    page.fit_ad_errors = []
    page.on("pageerror", lambda error: page.fit_ad_errors.append(str(error)))
    page.goto(comfyui.url)
    page.wait_for_function(READY)
    page.evaluate("window.app.extensionManager.setting.set('Comfy.Locale', 'en')")  # another test may have changed it
    page.reload()
    page.wait_for_function(READY)
    open_express(page)
    yield page
    page.close()


def open_express(page: Any) -> None:
    """Open the template by hand, as a user would: from the list, by its card."""
    page.wait_for_timeout(1500)  # on a first visit the list opens by itself
    if not page.get_by_text("comfyui-fit-ad", exact=True).count():
        page.evaluate("window.app.extensionManager.command.execute('Comfy.BrowseTemplates')")
    page.get_by_text("comfyui-fit-ad", exact=True).first.click()
    page.get_by_text("express", exact=True).last.click()
    page.wait_for_function("window.app.graph.nodes.some((node) => node.type === 'AdSave')")
    page.wait_for_timeout(1500)


def test_the_template_opens_with_nothing_missing(page: Any) -> None:
    missing = page.evaluate(
        "window.app.graph.nodes.filter((n) => !LiteGraph.registered_node_types[n.type]).map((n) => n.type)"
    )
    assert missing == []
    assert page.get_by_text("missing", exact=False).count() == 0
    assert [error for error in page.fit_ad_errors if "fit-ad" in error.lower()] == []


def test_it_runs_and_shows_the_ad_and_its_words(page: Any, tmp_path: Path) -> None:
    page.evaluate("window.app.queuePrompt(0, 1)")
    page.wait_for_function("Object.values(window.app.nodeOutputs ?? {}).some((o) => o?.text && o?.images)")
    panel = page.get_by_role("textbox", name="Copy and hashtags")
    page.wait_for_function("document.querySelector('textarea[aria-label=\"Copy and hashtags\"]')?.value")
    words = panel.input_value()
    assert "아메리카노 1+1" in words
    assert words.count("#") == 15
    page.evaluate("window.app.canvas.ds.fitToBounds?.(window.app.graph.nodes[0].boundingRect)")
    page.evaluate("window.app.extensionManager.command.execute('Comfy.Canvas.FitView')")
    page.wait_for_timeout(1000)
    page.screenshot(path=str(tmp_path / "express.png"))
    assert page.fit_ad_errors == []
