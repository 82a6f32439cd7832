"""The placement editor in a real browser, in both node renderers: fields, prompt, picture and output agree."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from comfyui_server import ComfyUIServer
from editor_page import Editors
from PIL import Image
from placer_page import PlacerPage

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CANVAS = (600, 400)  # of coffee.png


@pytest.fixture(scope="module")
def opened(editors: Editors, vue: bool) -> PlacerPage:
    return PlacerPage(editors, vue=vue)


@pytest.fixture
def placer(opened: PlacerPage, comfyui: ComfyUIServer) -> Iterator[PlacerPage]:
    opened.errors.clear()
    opened.build(comfyui.upload(SAMPLES / "coffee.png"))
    yield opened
    assert opened.errors == []


def px_of_frame(placer: PlacerPage) -> float:
    """Return the screen px of one percent of the picture's width."""
    return placer.rect(".fit-ad-world").width / 100


def test_it_works_before_the_first_run(placer: PlacerPage) -> None:
    assert placer.exact().shape == (400, 600, 3)
    assert placer.frame_percent() == pytest.approx((8, 5, 84, 22), abs=0.3)


def test_a_drag_moves_the_box(placer: PlacerPage) -> None:
    placer.drag("frame", (0, 20 * px_of_frame(placer)), keys="Alt")
    fields = placer.fields()
    assert fields["x"] == 50
    assert fields["y"] == pytest.approx(16 + 20 * 600 / 400, abs=0.4)
    assert fields["y"] == round(fields["y"], 1)
    assert placer.prompt() == fields
    assert placer.frame_percent()[1] == pytest.approx(fields["y"] - 11, abs=0.3)


def test_a_drag_snaps_to_the_centre_exactly(placer: PlacerPage) -> None:
    placer.drag("frame", (3, 2 + 34 * 4 * px_of_frame(placer) / 6), drop=False)
    placer.page.wait_for_timeout(50)
    guides = placer.find(".fit-ad-guide[data-kind=center]").count()
    placer.page.mouse.up()
    placer.page.wait_for_timeout(50)
    assert guides == 2
    assert (placer.fields()["x"], placer.fields()["y"]) == (50, 50)
    assert placer.find(".fit-ad-guide").count() == 0


def test_escape_cancels_a_drag(placer: PlacerPage) -> None:
    before = placer.fields()
    placer.drag("frame", (40, 90), drop=False)
    dragged = placer.fields()
    placer.press("Escape")
    cancelled = placer.fields()
    placer.page.mouse.up()
    assert dragged != before
    assert cancelled == placer.fields() == before


def test_a_handle_resizes_and_the_opposite_side_stays(placer: PlacerPage) -> None:
    placer.drag("handle:w", (10 * px_of_frame(placer), 30), keys="Alt")
    fields = placer.fields()
    assert fields["width"] == pytest.approx(74, abs=0.2)
    assert fields["x"] + fields["width"] / 2 == pytest.approx(92, abs=0.15)
    assert (fields["y"], fields["height"]) == (16, 22)


def test_a_corner_keeps_the_proportions_and_shift_frees_them(placer: PlacerPage) -> None:
    placer.drag("handle:se", (-60, -20), keys="Alt")
    fields = placer.fields()
    assert fields["width"] / fields["height"] == pytest.approx(84 / 22, rel=0.01)
    placer.drag("handle:se", (-60, 0), keys="Shift")
    assert placer.fields()["height"] == fields["height"]
    assert placer.fields()["width"] < fields["width"] - 5


def test_the_grip_turns_and_shift_takes_15_degrees(placer: PlacerPage) -> None:
    placer.drag("turn", (70, 30), keys="Shift")
    turned = placer.fields()["rotation"]
    assert turned > 0
    assert turned % 15 == 0
    assert placer.prompt()["rotation"] == turned


def test_arrow_keys_move_by_pixels_of_the_picture(placer: PlacerPage) -> None:
    placer.find(".fit-ad-stage").focus()
    placer.press("ArrowRight", "Shift+ArrowDown")
    fields = placer.fields()
    assert fields["x"] == pytest.approx(50 + 100 / CANVAS[0], abs=5e-4)
    assert fields["y"] == pytest.approx(16 + 1000 / CANVAS[1], abs=5e-4)
    placer.settle()
    assert placer.prompt() == placer.fields() == fields


@pytest.mark.front_end
def test_undo_in_the_editor_is_not_the_graphs(placer: PlacerPage) -> None:
    start = placer.fields()
    placer.drag("frame", (0, 60), keys="Alt")
    moved = placer.fields()
    placer.evaluate("window.same = n")
    placer.press("Control+z")
    placer.page.wait_for_timeout(250)  # the graph's undo comes a frame later
    assert placer.fields() == start
    assert placer.page.evaluate("app.graph.nodes.includes(window.same)")
    placer.press("Control+Shift+z")
    placer.page.wait_for_timeout(150)
    assert placer.fields() == moved
    assert placer.page.evaluate("app.graph.nodes.includes(window.same)")


def test_undo_from_a_button_is_the_editors_too(placer: PlacerPage) -> None:
    start = placer.fields()
    placer.drag("frame", (0, 60), keys="Alt")
    placer.evaluate("window.same = n")
    placer.find(".fit-ad-zoom button").first.focus()
    placer.press("Control+z")
    placer.page.wait_for_timeout(250)  # the graph's undo comes a frame later
    assert placer.fields() == start
    assert placer.page.evaluate("app.graph.nodes.includes(window.same)")


def test_what_another_node_feeds_cannot_be_pulled(placer: PlacerPage) -> None:
    placer.evaluate(
        "const other = LiteGraph.createNode('ComfyMathExpression'); app.graph.add(other); "
        "other.connect(0, n, n.inputs.findIndex((input) => input.name === 'rotation'))"
    )
    placer.look()
    placer.settle()
    turn = placer.find("[data-part=turn]")
    assert turn.evaluate("(e) => getComputedStyle(e).cursor") == "not-allowed"
    before = placer.fields()
    placer.drag("turn", (70, 30))
    assert placer.fields() == before
    assert placer.find("output.fit-ad-hidden").text_content() == turn.text_content() != ""
    placer.find(".fit-ad-stage").focus()
    placer.press("Control+Shift+ArrowRight")
    assert placer.fields()["width"] == pytest.approx(84 + 1000 / CANVAS[0], abs=1e-3)


@pytest.mark.front_end
def test_the_graphs_undo_brings_the_fields_back(placer: PlacerPage) -> None:
    start = placer.fields()
    placer.page.wait_for_timeout(300)
    placer.drag("frame", (0, 60), keys="Alt")
    placer.page.evaluate("() => app.extensionManager.command.execute('Comfy.Undo')")
    placer.page.wait_for_timeout(400)
    assert placer.fields() == start
    placer.look()
    placer.settle()
    assert placer.frame_percent() == pytest.approx((8, 5, 84, 22), abs=0.3)


def test_a_field_moves_the_frame_and_the_picture(placer: PlacerPage) -> None:
    before = placer.exact()
    placer.evaluate("for (const [k, v] of [['y', 70], ['anchor', 'top']]) { w(k).value = v; w(k).callback?.(v) }")
    placer.settle()
    assert placer.frame_percent() == pytest.approx((8, 70, 84, 22), abs=0.3)
    changed = np.abs(placer.exact() - before).max(axis=2) > 60
    rows = np.flatnonzero(changed.any(axis=1))
    assert rows[0] < 0.27 * 400
    assert 0.70 * 400 - 30 <= rows[-1] <= 0.92 * 400 + 30
    placer.find(".fit-ad-stage").focus()
    placer.press("Control+z")
    placer.page.wait_for_timeout(300)
    assert (placer.fields()["y"], placer.fields()["anchor"]) == (16, "center")


def test_a_safe_zone_holds_the_box(placer: PlacerPage) -> None:
    placer.evaluate("w('safe_zone').value = 'story'")
    placer.find(".fit-ad-zone-edge").wait_for()
    left, top, *_ = placer.frame_percent()
    assert (left, top) == pytest.approx((8, 14), abs=0.3)
    placer.drag("frame", (0, 900), keys="Alt")
    _, top, _, height = placer.frame_percent()
    assert top + height == pytest.approx(80, abs=0.3)
    assert placer.fields()["y"] == pytest.approx(69, abs=0.1)


def test_keys_and_wheel_outside_reach_the_graph_and_inside_stay(placer: PlacerPage) -> None:
    placer.find(".fit-ad-stage").click(position={"x": 5, "y": 5})
    placer.press("Delete", "Backspace")
    assert placer.page.evaluate("app.graph.nodes.some((n) => n.type === 'TextPlacer')")
    x, y = placer.rect(".fit-ad-stage").middle
    placer.page.mouse.move(x, y)
    scale = placer.page.evaluate("app.canvas.ds.scale")
    placer.page.keyboard.down("Control")
    placer.page.mouse.wheel(0, -300)
    placer.page.keyboard.up("Control")
    placer.page.wait_for_timeout(300)
    assert placer.page.evaluate("app.canvas.ds.scale") == scale
    assert int(placer.find(".fit-ad-percent").inner_text()[:-1]) > 150
    placer.find(".fit-ad-percent").click()
    placer.page.mouse.move(x, y)
    placer.page.mouse.wheel(0, -100)
    placer.page.wait_for_timeout(300)
    assert placer.page.evaluate("app.canvas.ds.scale") != scale


def test_a_reload_keeps_it(placer: PlacerPage) -> None:
    placer.drag("frame", (0, 60), keys="Alt")
    placer.drag("turn", (30, 20), keys="Shift")
    fields = placer.fields()
    placer.page.wait_for_timeout(1500)  # ComfyUI keeps a draft of the graph after a while
    placer.reload()
    placer.look()
    placer.settle()
    assert placer.fields() == fields == placer.prompt()


def test_the_saved_graph_holds_the_fields_and_no_more(placer: PlacerPage) -> None:
    placer.drag("frame", (0, 60), keys="Alt")
    saved = placer.evaluate("return n.serialize().widgets_values")
    assert saved == placer.evaluate("return n.widgets.filter((w) => w.name !== 'placement').map((w) => w.value)")


def test_a_copy_has_its_own_editor(placer: PlacerPage) -> None:
    placer.drag("frame", (0, 60), keys="Alt")
    original = placer.fields()
    placer.page.evaluate(
        "() => { const c = app.canvas; const n = c.graph.nodes.find((n) => n.type === 'TextPlacer'); "
        "c.deselectAll?.(); c.selectItems ? c.selectItems([n]) : c.selectNodes([n]); c.copyToClipboard(); "
        "c.graph_mouse[0] = 700; c.graph_mouse[1] = 1200; c.pasteFromClipboard({ connectInputs: true }) }"
    )
    placer.page.wait_for_timeout(500)
    assert placer.page.evaluate("app.graph.nodes.filter((n) => n.type === 'TextPlacer').length") == 2
    placer.look()
    placer.settle()
    assert placer.fields() == original
    placer.find(".fit-ad-stage").focus()
    placer.press("Shift+ArrowLeft")
    assert placer.fields() != original
    first = placer.page.evaluate(
        "() => { const n = app.graph.nodes.find((n) => n.type === 'TextPlacer'); "
        "return Object.fromEntries(n.widgets.map((w) => [w.name, w.value])) }"
    )
    assert {name: first[name] for name in original} == original


def test_another_tab_and_back(placer: PlacerPage) -> None:
    placer.drag("frame", (0, 60), keys="Alt")
    fields = placer.fields()
    workflows = "app.extensionManager.workflow"
    place = placer.page.evaluate(f"{workflows}.openWorkflows.indexOf({workflows}.activeWorkflow)")
    placer.page.evaluate("() => app.extensionManager.command.execute('Comfy.NewBlankWorkflow')")
    placer.page.wait_for_timeout(1000)
    assert placer.page.evaluate("app.graph.nodes.some((n) => n.type === 'TextPlacer')") is False
    placer.page.locator(".workflow-tabs .workflow-label, .workflow-tabs .p-togglebutton-label").nth(place).click()
    placer.page.wait_for_function("app.graph.nodes.some((n) => n.type === 'TextPlacer')")
    placer.look()
    placer.settle()
    assert placer.fields() == fields


def test_app_mode_and_back(placer: PlacerPage) -> None:
    placer.drag("frame", (0, 60), keys="Alt")
    fields = placer.fields()
    toggle = "() => app.extensionManager.command.execute('Comfy.ToggleLinear')"
    placer.page.evaluate(toggle)
    placer.page.wait_for_timeout(1000)
    skip = placer.page.get_by_text("Skip", exact=True)
    if skip.count():
        skip.first.click()
    placer.page.evaluate(toggle)
    placer.page.wait_for_timeout(1000)
    placer.look()
    placer.settle()
    placer.find(".fit-ad-stage").focus()
    placer.press("Shift+ArrowDown")
    assert placer.fields()["y"] == pytest.approx(fields["y"] + 1000 / CANVAS[1], abs=1e-3)


@pytest.mark.front_end
def test_it_works_inside_a_subgraph(placer: PlacerPage) -> None:
    placer.page.evaluate(
        "() => { const g = app.graph; const n = g.nodes.find((n) => n.type === 'TextPlacer'); "
        "const { subgraph } = g.convertToSubgraph(new Set([n])); app.canvas.setGraph(subgraph) }"
    )
    placer.page.wait_for_function("app.canvas.graph !== (app.rootGraph ?? app.graph)")
    placer.look()
    placer.settle()
    assert placer.frame_percent() == pytest.approx((8, 5, 84, 22), abs=0.3)
    placer.drag("frame", (0, 60), keys="Alt")
    assert placer.fields()["y"] > 20
    assert placer.prompt() == placer.fields()


@pytest.mark.front_end
def test_a_field_on_the_subgraph_node_agrees(placer: PlacerPage) -> None:
    placer.evaluate(
        "const { subgraph, node } = app.graph.convertToSubgraph(new Set([n])); const inner = subgraph.nodes[0]; "
        "window.host = node; subgraph.addInput('y', 'FLOAT'); "
        "subgraph.inputNode.slots.at(-1).connect(inner.inputs.find((i) => i.name === 'y'), inner); "
        "app.canvas.setGraph(subgraph)"
    )
    placer.page.wait_for_function("app.canvas.graph !== (app.rootGraph ?? app.graph)")
    placer.look()
    placer.settle()
    placer.drag("frame", (0, 60), keys="Alt")
    field = "host.widgets.find((w) => w.name === 'y')"
    moved = placer.page.evaluate(f"{field}.value")
    assert moved > 20
    assert placer.prompt()["y"] == moved
    assert placer.frame_percent()[1] == pytest.approx(moved - 11, abs=0.3)
    placer.page.evaluate(f"() => {{ const w = {field}; w.value = 70; w.callback?.(70) }}")
    placer.page.wait_for_timeout(500)
    assert placer.frame_percent()[1] == pytest.approx(59, abs=0.3)


def test_what_is_queued_is_what_was_seen(placer: PlacerPage, comfyui: ComfyUIServer) -> None:
    placer.drag("handle:s", (0, 40), keys="Alt")
    placer.drag("frame", (-20, 90), keys="Alt")
    placer.settle()
    seen, fields = placer.exact(), placer.fields()
    placer.page.evaluate("() => { app.nodeOutputs = {} }")
    placer.page.evaluate("() => app.queuePrompt(0, 1)")
    placer.page.wait_for_function("Object.values(app.nodeOutputs).some((o) => o?.images?.length)")
    made = placer.page.evaluate("() => Object.values(app.nodeOutputs).find((o) => o?.images?.length).images[0]")
    answer = httpx.get(comfyui.url + "/view", params=made, timeout=60).raise_for_status()
    output = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"), np.float32)
    assert output.shape == seen.shape
    assert float(np.abs(output - seen).mean()) < 2.5
    assert float(np.quantile(np.abs(output - seen).max(axis=2), 0.99)) < 20
    placer.settle()
    assert placer.fields() == fields
    assert float(np.abs(placer.exact() - seen).mean()) < 2.5


def test_the_contrast_is_said_in_words_too(placer: PlacerPage) -> None:
    badge = placer.find(".fit-ad-contrast")
    assert badge.get_attribute("data-legible") == "true"
    assert "legible" in badge.inner_text()
    assert "needs at least" in str(badge.get_attribute("title"))


def test_a_screen_reader_hears_where_the_frame_is(placer: PlacerPage) -> None:
    stage = placer.find(".fit-ad-stage")
    assert stage.get_attribute("role") == "application"
    stage.focus()
    placer.press("Shift+ArrowDown")
    placer.page.wait_for_timeout(800)
    assert placer.find("output.fit-ad-hidden").text_content() == ("position 50.0 %, 18.5 %; size 84.0 % × 22.0 %")
    names = "() => [...document.querySelectorAll('.fit-ad-bar button')].map((b) => b.ariaLabel || b.textContent)"
    assert all(placer.page.evaluate(names))
