"""The panel of Ad Copy in a real browser: what was recognised, the copies to choose among, the lines to change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

_NODE = "app.graph.nodes.find((n) => n.type === 'AdCopyLLM')"
_BUILD = """() => {
  app.graph.clear()
  const node = LiteGraph.createNode('AdCopyLLM')
  node.pos = [60, 60]
  app.graph.add(node)
  app.canvas.ds.scale = 1
  app.canvas.ds.offset = [0, 0]
  app.canvas.setDirty(true, true)
}"""


class PartsPage(EditorPage):
    """A graph with one AdCopyLLM, in Korean."""

    def __init__(self, editors: Editors, *, vue: bool) -> None:
        super().__init__(editors, vue=vue, size=(1000, 1200), locale="ko")
        self.page.evaluate(_BUILD)
        self.page.wait_for_selector(".fit-ad-parts")

    def value(self, name: str) -> Any:
        return self.page.evaluate(f"(name) => {_NODE}.widgets.find((w) => w.name === name).value", name)

    def ran(self, parts: list[dict[str, str]]) -> None:
        """Have the node say that it ran."""
        self.page.evaluate(f"(o) => {_NODE}.onExecuted(o)", {"fit_ad_parts": [json.dumps(part) for part in parts]})


@pytest.fixture(params=["classic", "vue"])
def opened(request: pytest.FixtureRequest, editors: Editors) -> PartsPage:
    return PartsPage(editors, vue=request.param == "vue")


def test_facts_are_shown_copies_chosen_and_lines_changed(opened: PartsPage) -> None:
    panel = opened.page.locator(".fit-ad-parts")
    panel.get_by_text("가게 이름, 혜택, 특징이 비어 있어").wait_for()
    parts = [{"headline": f"제목 {letter}", "product": "라떼", "price_now": "5,000원"} for letter in "ABC"]
    opened.ran(parts)
    assert panel.locator(".fit-ad-parts-chip").all_text_contents() == ["상품 라떼", "가격 5,000원"]
    panel.get_by_role("radio", name="B 상품").click()
    assert opened.value("pick") == 2
    headline = panel.get_by_label("제목")
    assert headline.input_value() == "제목 B"
    headline.fill("새 제목")
    headline.press("Tab")
    assert json.loads(opened.value("edits")) == {"2": {"headline": "새 제목"}}
    panel.get_by_role("button", name="고친 것 되돌리기").click()
    assert opened.value("edits") == ""
    assert headline.input_value() == "제목 B"
