"""The live count of PromptClamp77 in a real browser, in both node renderers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

LONG = "a glass of iced americano on a stone table, " + ", ".join(f"thing number {i}" for i in range(40))
_BUILD = """() => {
  app.canvas.setGraph(app.rootGraph ?? app.graph)
  app.graph.clear()
  app.graph.last_node_id = Math.floor(Math.random() * 1e6)
  const node = LiteGraph.createNode('PromptClamp77')
  node.pos = [60, 60]
  app.graph.add(node)
  app.canvas.ds.scale = 1
  app.canvas.ds.offset = [60, 60]
  app.canvas.setDirty(true, true)
}"""
_NODE = "app.graph.nodes.find((n) => n.type === 'PromptClamp77')"


class CounterPage(EditorPage):
    """A graph with one PromptClamp77."""

    def __init__(self, editors: Editors, *, vue: bool, locale: str = "en") -> None:
        super().__init__(editors, vue=vue, locale=locale)

    def build(self) -> None:
        self.page.evaluate(_BUILD)
        self.page.wait_for_selector(".fit-ad-counter")

    def fill(self, **values: Any) -> None:
        script = f"(values) => {{ for (const w of {_NODE}.widgets) if (w.name in values) w.value = values[w.name] }}"
        self.page.evaluate(script, values)

    def status(self, text: str) -> None:
        """Wait until the status says it."""
        self.line.filter(has_text=text).wait_for()

    @property
    def line(self) -> Any:
        return self.page.locator(".fit-ad-counter").get_by_role("status")

    def texts(self, tag: str) -> list[str]:
        return list(self.page.locator(f".fit-ad-counter-phrases {tag}").all_text_contents())


@pytest.fixture(scope="module")
def opened(editors: Editors, vue: bool) -> CounterPage:
    return CounterPage(editors, vue=vue)


@pytest.fixture
def counter(opened: CounterPage) -> Iterator[CounterPage]:
    opened.errors.clear()
    opened.build()
    yield opened
    assert opened.errors == []


def test_typing_counts(counter: CounterPage) -> None:
    counter.status("2 / 77 CLIP · T5 whole")
    area = counter.page.locator("textarea:visible").first
    area.click()
    area.press_sequentially("a red cup")
    counter.status("5 / 77 CLIP · T5 whole")
    assert counter.texts("del") == []


@pytest.mark.front_end
def test_what_is_dropped_is_struck_through_and_musts_are_marked(counter: CounterPage) -> None:
    counter.fill(text=LONG, must_keep="thing number 39")
    counter.status("phrases dropped · T5 whole")
    dropped, musts = counter.texts("del"), counter.texts("mark")
    assert musts == ["thing number 39"]
    assert dropped == [f"thing number {i}" for i in range(39 - len(dropped), 39)]
    state = counter.page.locator(".fit-ad-counter").get_attribute("data-state")
    line = counter.line.text_content()
    assert (state, line) == ("dropped", f"77 / 77 CLIP · {len(dropped)} phrases dropped · T5 whole")
    shown = counter.page.locator(".fit-ad-counter-phrases").bounding_box()
    assert shown["height"] >= 40


def test_choices_and_impossible_musts_are_told(counter: CounterPage) -> None:
    counter.fill(text="a {red|light blue} cup")
    counter.status("up to 6 / 77 CLIP · T5 whole")
    counter.fill(must_keep="one two three four", max_tokens=4)
    counter.status("must_keep needs 6 tokens, but only 4 are allowed")


def test_a_text_over_a_link_is_not_counted(counter: CounterPage) -> None:
    counter.page.evaluate(
        f"""() => {{
        const source = LiteGraph.createNode('AdCopyLLM')
        app.graph.add(source)
        source.connect(3, {_NODE}, 'text')
    }}"""
    )
    counter.status("The text comes from another node.")
    counter.page.evaluate(f"() => {_NODE}.disconnectInput({_NODE}.inputs.findIndex((i) => i.name === 'text'))")
    counter.status("2 / 77 CLIP")


def test_nothing_of_it_is_saved_or_sent(counter: CounterPage) -> None:
    counter.fill(text="a cup")
    counter.status("4 / 77 CLIP")
    saved = counter.page.evaluate(f"() => {_NODE}.serialize().widgets_values")
    sent = counter.page.evaluate("async () => Object.values((await app.graphToPrompt()).output)[0].inputs")
    assert saved == ["a cup", "", 77]
    assert sent == {"text": "a cup", "must_keep": "", "max_tokens": 77}


def test_a_late_answer_to_an_old_question_is_dropped(counter: CounterPage) -> None:
    counter.status("2 / 77 CLIP")
    asked: list[str] = []

    def slow(route: Any) -> None:
        asked.append(route.request.post_data_json["text"])
        if asked == ["old text here"]:
            time.sleep(0.5)
        route.continue_()

    counter.page.route("**/fit_ad/clamp", slow)
    counter.fill(text="old text here")
    counter.page.wait_for_timeout(400)
    counter.fill(text="new")
    counter.status("3 / 77 CLIP")
    counter.page.wait_for_timeout(600)
    counter.status("3 / 77 CLIP")
    counter.page.unroute("**/fit_ad/clamp")
    assert asked == ["old text here", "new"]


def test_it_speaks_korean(editors: Editors) -> None:
    counter = CounterPage(editors, vue=True, locale="ko")
    counter.build()
    counter.fill(text="빨간 컵", must_keep="")
    counter.status("T5는 전체 · CLIP은 영어만 읽어요.")
    assert counter.errors == []
