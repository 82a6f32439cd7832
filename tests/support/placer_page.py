"""A page of the graph editor with a TextPlacer, driven as a user would."""

from __future__ import annotations

import base64
import io
from typing import Any, NamedTuple

import numpy as np
from editor_page import EditorPage, Editors
from PIL import Image

FIELDS = ("x", "y", "width", "height", "anchor", "rotation", "keep_aspect", "edited")

_BUILD = """async ({photo, lettering}) => {
  const add = (type, x, y) => {
    const node = LiteGraph.createNode(type)
    node.pos = [x, y]
    app.graph.add(node)
    return node
  }
  app.canvas.setGraph(app.rootGraph ?? app.graph)
  app.graph.clear()
  app.graph.last_node_id = Math.floor(Math.random() * 1e6) // fields are kept by the node's id, also after clear()
  const load = add('LoadImage', -1400, 40)
  load.widgets.find((w) => w.name === 'image').value = photo
  const placer = add('TextPlacer', 40, 40)
  load.connect(0, placer, 'background')
  if (lettering) {
    const words = add('CalligraphyRender', -800, 40)
    words.widgets.find((w) => w.name === 'text').value = lettering
    words.connect(0, placer, 'overlay')
  }
  const shown = add('PreviewImage', 900, 40)
  placer.connect(0, shown, 0)
  placer.setSize([600, 960])
  app.extensionManager.workflow.activeWorkflow?.changeTracker?.reset?.(app.graph.serialize())
}"""
_CHAIN = """async ({photos, words}) => {
  const add = (type, x, y, values = {}) => {
    const node = LiteGraph.createNode(type)
    node.pos = [x, y]
    app.graph.add(node)
    for (const [name, value] of Object.entries(values)) node.widgets.find((w) => w.name === name).value = value
    return node
  }
  app.canvas.setGraph(app.rootGraph ?? app.graph)
  app.graph.clear()
  app.graph.last_node_id = Math.floor(Math.random() * 1e6)
  const loads = photos.map((image, at) => add('LoadImage', -3000, 400 * at, { image }))
  let photo = loads[0]
  for (const other of loads.slice(1)) {
    const batch = add('ImageBatch', -2600, 40)
    photo.connect(0, batch, 'image1')
    other.connect(0, batch, 'image2')
    photo = batch
  }
  let [below, layers] = [photo, null]
  words.forEach((text, at) => {
    const x = -2200 + 1100 * at
    const advisor = add('Qwen2VLLayoutAdvisor', x, 40, { text })
    const placer = add('TextPlacer', x + 450, 40, { text })
    below.connect(0, advisor, 'image')
    below.connect(0, placer, 'background')
    advisor.connect(0, placer, 'layout')
    if (layers) layers.connect(2, placer, 'layers')
    placer.setSize([600, 960])
    below = layers = placer
  })
  below.connect(0, add('PreviewImage', 900, 40), 0)
  app.extensionManager.workflow.activeWorkflow?.changeTracker?.reset?.(app.graph.serialize())
}"""
_LOOK_MS = 350  # it looks every 200 ms, and asks after a pause of 60
_RUN_LIMIT_MS = 120_000
_RUN = """async () => {
  const { api } = window.comfyAPI.api
  const [done, failed] = ['execution_success', 'execution_error']
  const ended = new Promise((resolve, reject) => {
    api.addEventListener(done, resolve, { once: true })
    api.addEventListener(failed, ({ detail }) => reject(new Error(detail.exception_message)), { once: true })
  })
  app.nodeOutputs = {}
  window.ran = null
  await app.queuePrompt(0, 1)
  ended.then(() => (window.ran = 'ended'), (error) => (window.ran = error.message))
}"""


class Rect(NamedTuple):
    """A rectangle on the page in px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class PlacerPage(EditorPage):
    """The latest TextPlacer of the graph that is open, with its editor; another one after ``turn_to``."""

    def __init__(self, editors: Editors, *, vue: bool) -> None:
        self.which = -1
        super().__init__(editors, vue=vue)

    def build(self, photo: str, lettering: str = "오늘의 특가") -> None:
        """Make a graph: a photo and lettering into a TextPlacer into a preview; wait for the editor's picture."""
        self.which = -1
        self.page.evaluate(_BUILD, {"photo": photo, "lettering": lettering})
        self.look()
        self.settle()

    def build_chain(self, photos: list[str], words: list[str]) -> None:
        """Make a graph: photos as a batch, and for each of the words an advisor and a TextPlacer on top of the last."""
        self.which = -1
        self.page.evaluate(_CHAIN, {"photos": photos, "words": words})

    def run(self) -> None:
        """Run the graph to its end."""
        self.page.evaluate(_RUN)
        self.page.wait_for_function("window.ran", timeout=_RUN_LIMIT_MS)
        assert self.page.evaluate("window.ran") == "ended"

    def turn_to(self, which: int) -> None:
        """Go on with the TextPlacer of that number."""
        self.which = which
        self.look()
        self.settle()

    @property
    def node(self) -> str:
        # By their number: a click brings a node to the end of the list.
        placers = "app.canvas.graph.nodes.filter((n) => n.type === 'TextPlacer').sort((a, b) => a.id - b.id)"
        return f"{placers}.at({self.which})"

    def look(self) -> None:
        """Bring the node into view at full size, at the editor's end, and the pointer away from it."""
        self.page.evaluate(
            f"() => {{ const n = {self.node}; app.canvas.ds.scale = 1; "
            "document.querySelectorAll('[data-tested]').forEach((e) => e.removeAttribute('data-tested')); "
            "n.widgets.find((w) => w.name === 'placement').element.dataset.tested = ''; "
            "app.canvas.ds.offset = [-n.pos[0] + 120, -n.pos[1] - n.size[1] + 1060]; app.canvas.setDirty(true, true) }"
        )
        self.still("[data-tested]")

    def settle(self) -> None:
        """Wait until the editor has looked at the fields, and the exact picture is shown."""
        self.page.wait_for_timeout(_LOOK_MS)
        self.page.wait_for_function(
            "() => { const e = document.querySelector('[data-tested] .fit-ad-exact'); "
            "return e?.src && e.style.visibility !== 'hidden' }"
        )

    def find(self, selector: str) -> Any:
        """Return the elements of the node's editor."""
        return self.page.locator(f"[data-tested] {selector}")

    def evaluate(self, script: str) -> Any:
        """Run a script that knows the node as ``n`` and a field by ``w('name')``."""
        return self.page.evaluate(
            f"() => {{ const n = {self.node}; const w = (name) => n.widgets.find((w) => w.name === name); {script} }}"
        )

    def fields(self) -> dict[str, Any]:
        """What the node's fields hold."""
        values = self.page.evaluate(f"() => Object.fromEntries({self.node}.widgets.map((w) => [w.name, w.value]))")
        return {name: values[name] for name in FIELDS}

    def prompt(self) -> dict[str, Any]:
        """What would be sent to the server for it."""
        sent = self.page.evaluate("async () => (await app.graphToPrompt()).output")
        inputs = [node["inputs"] for node in sent.values() if node["class_type"] == "TextPlacer"][-1]
        return {name: inputs[name] for name in FIELDS}

    def part(self, name: str) -> Rect:
        """Where a part of the editor is: ``frame``, ``turn``, ``handle:se`` …"""
        return Rect(**self.find(f'[data-part="{name}"]').bounding_box())

    def rect(self, selector: str) -> Rect:
        return Rect(**self.find(selector).bounding_box())

    def frame_percent(self) -> tuple[float, float, float, float]:
        """Where the frame is drawn, in percent of the drawn picture: left, top, width, height."""
        frame, world = self.part("frame"), self.rect(".fit-ad-world")
        left, top = (frame.x - world.x) / world.width * 100, (frame.y - world.y) / world.height * 100
        return left, top, frame.width / world.width * 100, frame.height / world.height * 100

    def drag(self, name: str, by: tuple[float, float], *, keys: str = "", drop: bool = True) -> None:
        """Drag a part by px of the screen, in steps, with a modifier key held."""
        x, y = self.part(name).middle
        mouse = self.page.mouse
        if keys:
            self.page.keyboard.down(keys)
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + by[0], y + by[1], steps=5)
        if drop:
            mouse.up()
        if keys:
            self.page.keyboard.up(keys)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def exact(self) -> np.ndarray:
        """The exact picture in the editor, [h,w,3] 0..255."""
        url = self.find(".fit-ad-exact").get_attribute("src")
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"), np.float32)
