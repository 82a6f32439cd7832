"""The panel of AdCutout in a real browser, in both node renderers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from comfyui_server import ComfyUIServer
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

CUP = Path(__file__).parents[2] / "samples" / "coffee.png"
_BUILD = """(photo) => {
  app.graph.clear()
  const loader = LiteGraph.createNode('LoadImage')
  loader.pos = [40, 60]
  app.graph.add(loader)
  const combo = loader.widgets.find((w) => w.name === 'image')
  if (!combo.options.values.includes?.(photo)) combo.options.values = [photo]
  combo.value = photo
  const node = LiteGraph.createNode('AdCutout')
  node.pos = [420, 60]
  app.graph.add(node)
  loader.connect(0, node, 'image')
  app.canvas.ds.scale = 1
  app.canvas.ds.offset = [20, 20]
  app.canvas.setDirty(true, true)
}"""
_NODE = "app.graph.nodes.find((n) => n.type === 'AdCutout')"
_CHOSEN = f"{_NODE}.widgets.find((w) => w.name === 'chosen').value"


@pytest.fixture(scope="module", params=["classic", "vue"])
def page(request: pytest.FixtureRequest, editors: Editors, comfyui: ComfyUIServer) -> Iterator[EditorPage]:
    opened = EditorPage(editors, vue=request.param == "vue", size=(1000, 800))
    opened.page.evaluate(_BUILD, comfyui.upload(CUP))
    opened.page.wait_for_selector(".fit-ad-cutout")
    yield opened
    assert opened.errors == []


def test_a_click_offers_things_and_a_choice_is_kept_in_the_graph(page: EditorPage) -> None:
    tab = page.page
    tab.get_by_role("button", name="Choose a thing …").click()
    dialog = tab.get_by_role("dialog", name="Choose a thing …")
    dialog.locator(".fit-ad-cutout-stage").click()
    offers = dialog.locator(".fit-ad-cutout-candidate")
    offers.first.wait_for(timeout=60_000)
    if not tab.evaluate(_CHOSEN):  # of several, one has to be picked
        offers.first.click()
    assert offers.first.get_attribute("aria-pressed") == "true"
    ((x, y, size),) = json.loads(tab.evaluate(_CHOSEN))
    assert (x, y) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.5, abs=0.02))
    assert 0 < size <= 1
    dialog.get_by_role("button", name="Done").click()
    tab.get_by_role("button", name="1 chosen").wait_for()
    assert "fit_ad_cutout" not in json.dumps(tab.evaluate("app.graph.serialize()"))


def test_better_models_are_shown_with_file_size_licence_and_address(page: EditorPage) -> None:
    tab = page.page
    tab.get_by_role("button", name="Better models …").click()
    dialog = tab.get_by_role("dialog", name="Models for finer cut-outs")
    words = dialog.inner_text()
    for word in ("BEN2_Base.pth (1.1 GB)", "MIT", "https://huggingface.co/PramaLLC/BEN2/", "u2net.onnx (176 MB)"):
        assert word in words
    assert dialog.get_by_role("link", name="Download 1.1 GB").get_attribute("href").startswith("https://")
    dialog.get_by_role("button", name="Close").click()
    assert dialog.count() == 0


def test_a_verdict_is_shown_in_words(page: EditorPage) -> None:
    told = {"fit_ad_cutout": [{"confidence": 0.2, "engine": "u2netp", "usable": False}]}
    page.page.evaluate(f"(told) => {_NODE}.onExecuted(told)", told)
    page.page.get_by_role("status").filter(has_text="Doubtful cut-out (20 %)").wait_for()
