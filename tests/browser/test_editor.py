"""The graph editor in a real browser: the express template opens from the list, runs, and shows its result."""

from __future__ import annotations

from typing import Any

import pytest
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

LIMIT_MS = 60_000


@pytest.fixture(scope="module")
def editor(editors: Editors) -> EditorPage:
    editor = EditorPage(editors, vue=False, size=(2600, 1100))
    editor.page.set_default_timeout(LIMIT_MS)
    return editor


@pytest.fixture(scope="module")
def page(editor: EditorPage) -> Any:
    editor.errors.clear()
    open_express(editor.page)
    return editor.page


def open_express(page: Any) -> None:
    """Open the template by hand, as a user would: from the list, by its card."""
    page.evaluate("() => { app.graph.clear(); void app.extensionManager.command.execute('Comfy.BrowseTemplates') }")
    page.get_by_text("comfyui-fit-ad", exact=True).first.click()
    page.get_by_text("express", exact=True).last.click()
    page.wait_for_function("window.app.graph.nodes.some((node) => node.type === 'AdSave')")


def test_the_template_opens_with_nothing_missing(page: Any, editor: EditorPage) -> None:
    missing = page.evaluate(
        "window.app.graph.nodes.filter((n) => !LiteGraph.registered_node_types[n.type]).map((n) => n.type)"
    )
    assert missing == []
    assert page.get_by_text("missing", exact=False).count() == 0
    assert [error for error in editor.errors if "fit-ad" in error.lower()] == []


def test_it_runs_and_shows_the_ad_and_its_words(page: Any, editor: EditorPage) -> None:
    page.evaluate("() => { app.nodeOutputs = {}; void app.queuePrompt(0, 1) }")
    page.wait_for_function("Object.values(window.app.nodeOutputs ?? {}).some((o) => o?.text && o?.images)")
    panel = page.get_by_role("textbox", name="Copy and hashtags")
    page.wait_for_function("document.querySelector('textarea[aria-label=\"Copy and hashtags\"]')?.value")
    words = panel.input_value()
    assert "아메리카노 1+1" in words
    assert words.count("#") == 15
    assert editor.errors == []
