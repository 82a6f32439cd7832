"""The list of cut-out engines in the editor says which are not installed, in both renderers and languages."""

from __future__ import annotations

import pytest
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.browser, pytest.mark.comfyui]

LABELS = """() => {
  const node = LiteGraph.createNode('AdCutout')
  app.graph.add(node)
  const { values, getOptionLabel } = node.widgets.find((widget) => widget.name === 'engine').options
  return Object.fromEntries(values.map((value) => [value, getOptionLabel(value)]))
}"""


@pytest.mark.parametrize("vue", [False, True], ids=["classic", "vue"])
@pytest.mark.parametrize(("locale", "mark"), [("en", "not installed"), ("ko", "설치되지 않음")])
def test_engines_that_are_not_installed_are_marked(editors: Editors, vue: bool, locale: str, mark: str) -> None:
    editor = EditorPage(editors, vue=vue, locale=locale)
    labels = editor.page.evaluate(LABELS)
    assert labels["ben2"].endswith(f"({mark})")
    assert mark not in labels["auto"] + labels["grabcut"]
    assert editor.errors == []
