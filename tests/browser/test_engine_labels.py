"""The list of cut-out engines in the editor says which are not installed, in both renderers and languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from comfyui_server import ComfyUIServer
from editor_page import EditorPage

pytestmark = [pytest.mark.browser, pytest.mark.comfyui]

LABELS = """() => {
  const node = LiteGraph.createNode('AdCutout')
  app.graph.add(node)
  const { values, getOptionLabel } = node.widgets.find((widget) => widget.name === 'engine').options
  return Object.fromEntries(values.map((value) => [value, getOptionLabel(value)]))
}"""


@pytest.fixture(params=[False, True], ids=["canvas", "vue"])
def editor(request: pytest.FixtureRequest, browser: Any, comfyui: ComfyUIServer) -> Iterator[EditorPage]:
    page = EditorPage(browser, comfyui.url, vue=request.param, size=(1280, 800))
    yield page
    assert page.errors == []
    page.page.close()


@pytest.mark.parametrize(("locale", "mark"), [("en", "not installed"), ("ko", "설치되지 않음")])
def test_engines_that_are_not_installed_are_marked(editor: EditorPage, locale: str, mark: str) -> None:
    editor.set("Comfy.Locale", locale)
    editor.reload()
    labels = editor.page.evaluate(LABELS)
    assert labels["ben2"].endswith(f"({mark})")
    assert mark not in labels["auto"] + labels["grabcut"]
