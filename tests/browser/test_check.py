"""The check of graphs in a real browser, in both node renderers: findings, places, fixes, undo, queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from check_page import KEY, SETTING, CheckPage
from editor_page import Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

FAULTS = [
    ("error", "Empty Latent Image", "out-of-range · width"),
    ("error", "KSampler", "bad-value · sampler_name"),
    ("error", "KSampler", "bad-value · scheduler"),
    ("error", "Load Checkpoint", "model-missing · ckpt_name"),
    ("error", "Note", "secret · text"),
]
ROUTE = "**/fit_ad/validate"


@pytest.fixture(scope="module")
def opened(editors: Editors, vue: bool) -> Iterator[CheckPage]:
    page = CheckPage(editors, vue=vue)
    yield page
    page.leave()


@pytest.fixture
def checked(opened: CheckPage) -> Iterator[CheckPage]:
    """The graph with faults, checked."""
    opened.errors.clear()
    opened.set(SETTING, False)
    opened.build()
    opened.check()
    yield opened
    assert opened.errors == []


@pytest.mark.front_end
def test_the_findings_are_named(checked: CheckPage) -> None:
    assert set(checked.found()) == set(FAULTS)
    assert checked.find("[role=status]").text_content() == "5 errors"
    assert KEY not in checked.find(".fit-ad-check-body").text_content()


@pytest.mark.front_end
def test_wires_and_nodes_that_are_not_there(checked: CheckPage) -> None:
    images = "made[6].inputs.find((one) => one.name === 'images')"
    checked.page.evaluate(f"{images}.link = 9999")
    checked.page.evaluate("made[5].type = 'NoSuchNode'")
    told = checked.page.evaluate("app.graph.serialize().nodes.some((n) => n.inputs?.some((one) => one.link === 9999))")
    checked.check()
    codes = {code for _, _, code in checked.found()}
    assert "unknown-node" in codes
    assert ("dangling-link · images" in codes) == told  # since front end 1.58 such a wire is not told to anybody


def test_a_click_centres_the_node_and_rings_it(checked: CheckPage) -> None:
    checked.page.evaluate("app.canvas.ds.offset = [-4000, -4000]; app.canvas.ds.scale = 0.2")
    checked.row("model-missing").click()
    ring = checked.page.locator(".fit-ad-check-ring")
    ring.wait_for()
    checked.page.wait_for_timeout(400)
    box, scale = ring.bounding_box(), checked.page.evaluate("app.canvas.ds.scale")
    width = checked.page.evaluate("made[2].boundingRect[2]")
    assert checked.off_centre("made[2]") == pytest.approx((0, 0), abs=1.5)
    assert scale == pytest.approx(0.7)
    assert box["width"] == pytest.approx(width * scale + 14, abs=1.5)
    assert checked.page.evaluate("made[2].selected || app.canvas.selectedItems.has(made[2])")
    ring.wait_for(state="detached")


@pytest.mark.front_end
def test_a_click_opens_the_subgraph(checked: CheckPage) -> None:
    checked.page.evaluate("() => { app.graph.convertToSubgraph(new Set([made[3], made[5]])) }")
    checked.check()
    inside = [one for one in checked.found() if one[2] == "bad-value · sampler_name"]
    assert [title for _, title, _ in inside] == ["KSampler"]
    checked.row("bad-value · sampler_name").click()
    checked.page.wait_for_function("app.canvas.graph !== app.rootGraph")
    assert checked.page.evaluate("app.canvas.graph.nodes.length") == 2
    checked.page.wait_for_timeout(500)  # the view moves there
    node = "app.canvas.graph.nodes.find((one) => one.type === 'KSampler')"
    assert checked.off_centre(node) == pytest.approx((0, 0), abs=1.5)
    checked.fix("bad-value · sampler_name").click()
    checked.settle()
    assert checked.page.evaluate(f"{node}.widgets.find((w) => w.name === 'sampler_name').value") == "euler"
    checked.row("model-missing").click()
    checked.page.wait_for_function("app.canvas.graph === app.rootGraph")


def test_a_fix_changes_one_value_and_undo_brings_it_back(checked: CheckPage) -> None:
    checked.fix("bad-value · sampler_name").click()
    checked.settle()
    assert (checked.value("3", "sampler_name"), checked.value("3", "scheduler")) == ("euler", "KARRAS")
    assert ("error", "KSampler", "bad-value · sampler_name") not in checked.found()
    assert checked.find("[role=status]").text_content() == "1 fix made. Undo takes it back. 4 errors"
    checked.undo()
    assert checked.value("3", "sampler_name") == "Euler"
    checked.find(".fit-ad-check-notice").wait_for(state="visible")


def test_all_safe_fixes_are_one_step(checked: CheckPage) -> None:
    checked.button("Make 2 safe fixes").click()
    checked.settle()
    assert (checked.value("3", "sampler_name"), checked.value("3", "scheduler")) == ("euler", "karras")
    assert checked.value("1", "width") == 8
    checked.undo()
    assert (checked.value("3", "sampler_name"), checked.value("3", "scheduler")) == ("Euler", "KARRAS")


@pytest.mark.front_end
def test_a_node_of_another_name_is_exchanged_and_undo_brings_it_back(checked: CheckPage) -> None:
    """T2IAdapterLoader is in the table of ComfyUI itself."""
    graph = {
        "nodes": [
            {
                "id": 1,
                "type": "T2IAdapterLoader",
                "pos": [0, 0],
                "widgets_values": ["none.safetensors"],
                "inputs": [],
                "outputs": [{"name": "CONTROL_NET", "type": "CONTROL_NET", "links": None}],
            }
        ],
        "links": [],
        "version": 0.4,
    }
    checked.page.evaluate("async (graph) => await app.loadGraphData(graph)", graph)
    checked.page.wait_for_timeout(200)
    checked.page.keyboard.press("Escape")
    checked.check()
    types = "app.graph.nodes.map((one) => [one.id, one.type].join(' '))"
    assert checked.page.evaluate(types) == ["1 T2IAdapterLoader"]
    checked.fix("unknown-node").click()
    checked.page.wait_for_function("app.graph.nodes[0]?.type === 'ControlNetLoader'")
    checked.settle()
    assert checked.page.evaluate(types) == ["1 ControlNetLoader"]
    assert checked.page.evaluate("app.graph.nodes[0].widgets[0].value") == "none.safetensors"
    assert "unknown-node" not in {code for _, _, code in checked.found()}
    checked.undo()
    assert checked.page.evaluate(types) == ["1 T2IAdapterLoader"]


def test_after_an_edit_the_findings_are_said_to_be_old(checked: CheckPage) -> None:
    notice = checked.find(".fit-ad-check-notice")
    assert not notice.is_visible()
    checked.page.evaluate("made[1].pos = [60, 120]")
    checked.page.mouse.click(1000, 960)
    checked.page.wait_for_timeout(500)
    assert not notice.is_visible()
    checked.page.evaluate("made[1].widgets.find((w) => w.name === 'width').value = 512")
    checked.page.mouse.click(1000, 960)
    notice.wait_for(state="visible")
    notice.get_by_role("button").click()
    checked.settle()
    assert not notice.is_visible()
    assert len(checked.found()) == 4


def test_another_workflow_is_checked_when_it_is_opened(checked: CheckPage) -> None:
    graph = {"nodes": [{"id": 1, "type": "PreviewImage", "pos": [0, 0], "inputs": []}], "links": [], "version": 0.4}
    checked.page.evaluate("async (graph) => await app.loadGraphData(graph)", graph)
    checked.page.wait_for_selector('.fit-ad-check-go[title="missing-input · images"]')
    assert [code for _, _, code in checked.found()] == ["missing-input · images"]


def test_nothing_found_and_an_empty_graph(checked: CheckPage) -> None:
    checked.build(faults=False)
    checked.check()
    assert checked.find(".fit-ad-check-body").text_content() == "Nothing foundThis graph is ready to run."
    checked.page.evaluate("app.graph.clear()")
    checked.check()
    assert checked.find(".fit-ad-check-body strong").text_content() == "The graph is empty"
    assert checked.find("[role=status]").text_content().startswith("The graph is empty ")


@pytest.mark.parametrize(
    ("status", "what"),
    [(0, "ComfyUI does not answer"), (404, "This ComfyUI does not know the check yet"), (503, "The check failed")],
)
def test_a_server_that_fails_is_told(checked: CheckPage, status: int, what: str) -> None:
    told = {"error": {"what": "The check failed", "why": "it took too long", "fix": "Try again"}}
    page = checked.page
    page.route(ROUTE, lambda route: route.fulfill(status=status, json=told) if status else route.abort())
    checked.check()
    page.unroute(ROUTE)
    assert what in checked.find(".fit-ad-check-body").text_content()
    checked.button("Try again").click()
    checked.settle()
    assert len(checked.found()) == 5


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Findings as text", "findings.txt"),
        ("Findings as JSON", "findings.json"),
        ("Findings as SARIF", "findings.sarif"),
        ("Workflow without keys and private paths", "clean.json"),
    ],
)
def test_findings_are_saved(checked: CheckPage, name: str, file: str, tmp_path: Path) -> None:
    checked.find(".fit-ad-check-saver summary").click()
    with checked.page.expect_download() as waiting:
        checked.button(name).click()
    waiting.value.save_as(tmp_path / "saved")
    text = (tmp_path / "saved").read_text(encoding="utf-8")
    assert waiting.value.suggested_filename.endswith("." + file)
    assert KEY not in text
    if file == "findings.txt":
        assert "error model-missing: The model shop/none.safetensors is not installed" in text
    elif file == "clean.json":
        assert len(json.loads(text)["nodes"]) == 7
    else:
        assert text.count('"model-missing"') >= 1


def test_the_queue_is_guarded_where_that_is_wanted(checked: CheckPage) -> None:
    page, dialog = checked.page, checked.page.locator(".fit-ad-check-dialog")
    page.evaluate("window.queued = app.queuePrompt(0, 1)")
    page.evaluate("window.queued")
    assert len(checked.prompts) == 1
    checked.find(".fit-ad-check-foot input").check()
    assert page.evaluate("(name) => app.extensionManager.setting.get(name)", SETTING) is True
    page.evaluate("void app.extensionManager.command.execute('Comfy.QueuePrompt')")
    dialog.wait_for()
    assert "Empty Latent Image" in dialog.text_content()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.evaluate("void (window.queued = app.queuePrompt(0, 1))")
    dialog.wait_for()
    assert "The model shop/none.safetensors is not installed" in dialog.text_content()
    assert "API key" not in dialog.text_content()
    page.keyboard.press("Escape")
    assert page.evaluate("window.queued") is False
    page.evaluate("void (window.queued = app.queuePrompt(0, 1))")
    dialog.get_by_role("button", name="Queue anyway").click()
    page.evaluate("window.queued")
    assert len(checked.prompts) == 2
    page.evaluate("void (window.queued = app.queuePrompt(0, 1, [String(made[1].id)]))")
    dialog.get_by_role("button", name="Show findings").click()
    assert page.evaluate("window.queued") is False
    assert len(checked.prompts) == 2


def test_a_graph_that_runs_is_queued_without_a_question(checked: CheckPage) -> None:
    checked.build(faults=False)
    checked.set(SETTING, True)
    checked.page.evaluate("() => app.queuePrompt(0, 1)")
    assert len(checked.prompts) == 1
    checked.page.route(ROUTE, lambda route: route.abort())
    checked.page.evaluate("() => app.queuePrompt(0, 1)")
    checked.page.unroute(ROUTE)
    assert len(checked.prompts) == 2


@pytest.mark.front_end
def test_an_ad_without_shop_and_offer_is_asked_about_before_the_run(checked: CheckPage) -> None:
    page, dialog = checked.page, checked.page.locator(".fit-ad-check-dialog")
    page.evaluate(
        "() => { app.graph.clear(); const add = (type, x) => { const n = LiteGraph.createNode(type); n.pos = [x, 100]; "
        "app.graph.add(n); return n }; window.copy = add('AdCopyLLM', 40); copy.connect(0, add('PreviewAny', 640), 0) }"
    )
    checked.prompts.clear()
    page.evaluate("void (window.queued = app.queuePrompt(0, 1))")
    dialog.get_by_role("button", name="Fill in").click()
    assert page.evaluate("window.queued") is False
    page.locator(".fit-ad-check-ring").wait_for()
    assert page.evaluate("copy.selected || app.canvas.selectedItems.has(copy)")
    page.evaluate("void (window.queued = app.queuePrompt(0, 1))")
    dialog.get_by_role("button", name="Queue anyway").click()
    page.evaluate("window.queued")
    page.evaluate("() => app.queuePrompt(0, 1)")
    assert len(checked.prompts) == 2


def test_what_cannot_be_saved_is_told(checked: CheckPage) -> None:
    checked.page.route(ROUTE, lambda route: route.abort())
    checked.find(".fit-ad-check-saver summary").click()
    checked.button("Findings as SARIF").click()
    checked.page.wait_for_timeout(300)
    checked.page.unroute(ROUTE)
    assert checked.find("[role=status]").text_content() == "It could not be saved: ComfyUI does not answer."


def test_a_new_list_leaves_the_keyboard_and_what_was_folded(checked: CheckPage) -> None:
    checked.row("bad-value · scheduler").focus()
    checked.page.evaluate("made[1].widgets.find((w) => w.name === 'width').value = 512")
    checked.page.keyboard.press("Shift")  # the editor looks for changes when a key is let go
    checked.find(".fit-ad-check-notice").wait_for(state="visible")
    assert checked.row("bad-value · scheduler").evaluate("(row) => row === document.activeElement")
    checked.find("summary.fit-ad-check-heading").first.click()
    checked.check()
    assert not checked.row("bad-value · scheduler").is_visible()
    checked.find("summary.fit-ad-check-heading").first.click()


def test_the_keyboard_goes_from_finding_to_finding(checked: CheckPage) -> None:
    page = checked.page
    assert page.evaluate("document.activeElement.textContent") == "Check graph"
    checked.find("summary.fit-ad-check-heading").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    rows = checked.find("button.fit-ad-check-go")
    assert rows.nth(1).evaluate("(row) => row === document.activeElement")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator(".fit-ad-check-ring").wait_for()


@pytest.mark.front_end
def test_the_menu_has_it_and_it_speaks_korean(editors: Editors) -> None:
    checked = CheckPage(editors, vue=True, locale="ko")
    checked.build()
    checked.check()
    assert checked.find(".fit-ad-check-name").text_content() == "그래프 검사"
    assert checked.find("[role=status]").text_content() == "오류 5개"
    assert "모델 shop/none.safetensors가 설치되어 있지 않습니다" in checked.row("model-missing").text_content()
    checked.page.locator(".comfy-menu-button-wrapper, [data-testid=comfy-menu-button]").first.click()
    entry = checked.page.get_by_role("menuitem", name="그래프 검사")
    for _ in range(10):  # the menu takes no notice of the pointer while it unfolds
        checked.page.get_by_text("Fit-AD", exact=True).first.hover()
        checked.page.wait_for_timeout(150)
        if entry.is_visible():
            break
        checked.page.mouse.move(1400, 900)
    entry.wait_for()
    checked.page.keyboard.press("Escape")
    checked.leave()
    assert checked.errors == []


def test_nothing_is_cut_off_in_a_narrow_panel(checked: CheckPage) -> None:
    long = "very-long-name-without-a-break-" * 6
    checked.page.evaluate("(name) => { made[2].widgets[0].value = name + '.safetensors' }", long)
    checked.check()
    widths = "(e) => [e.clientWidth, Math.max(...[...e.querySelectorAll('*')].map((one) => one.scrollWidth))]"
    panel, widest = checked.page.locator(".fit-ad-check").evaluate(widths)
    assert widest <= panel <= 340
