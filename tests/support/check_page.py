"""A page of the graph editor with a graph that has faults, and the panel that checks it, driven as a user would."""

from __future__ import annotations

from typing import Any

from editor_page import EditorPage, Editors

KEY = "sk-" + "test" * 8
SETTING = "fit_ad.validate.before-queue"

_NODES = {
    "1": ("EmptyLatentImage", [40, 100], {"width": 8}),
    "2": ("CheckpointLoaderSimple", [40, 340], {"ckpt_name": "shop/none.safetensors"}),
    "3": ("KSampler", [520, 100], {"sampler_name": "Euler", "scheduler": "KARRAS"}),
    "4": ("CLIPTextEncode", [40, 600], {"text": "a cup"}),
    "5": ("VAEDecode", [900, 100], {}),
    "6": ("SaveImage", [1240, 100], {"filename_prefix": "ad"}),
    "7": ("Note", [1240, 700], {"": f"my key is {KEY}"}),
}
_WIRES = [("1", 0, "3", "latent_image"), ("2", 0, "3", "model"), ("2", 1, "4", "clip"), ("2", 2, "5", "vae")]
_WIRES += [("4", 0, "3", "positive"), ("4", 0, "3", "negative"), ("3", 0, "5", "samples"), ("5", 0, "6", "images")]
_CLEAN = {
    "1": ("EmptyImage", [40, 100], {"width": 64, "height": 64}),
    "2": ("PreviewImage", [520, 100], {}),
}
_BUILD = """({nodes, wires}) => {
  const made = {}
  app.canvas.setGraph(app.rootGraph ?? app.graph)
  app.graph.clear()
  for (const [id, [type, pos, values]] of Object.entries(nodes)) {
    const node = (made[id] = LiteGraph.createNode(type))
    node.pos = pos
    app.graph.add(node)
    for (const [name, value] of Object.entries(values)) {
      (name ? node.widgets.find((w) => w.name === name) : node.widgets[0]).value = value
    }
  }
  for (const [source, slot, target, input] of wires) {
    made[source].connect(slot, made[target], made[target].inputs.findIndex((one) => one.name === input))
  }
  window.made = made
  const tracker = app.extensionManager.workflow.activeWorkflow?.changeTracker
  ;(tracker?.captureCanvasState ?? tracker?.checkState)?.call(tracker)
}"""


class CheckPage(EditorPage):
    """The panel, by what is seen of it. ``prompts`` holds what was sent to the queue; none of it reaches the server."""

    def __init__(self, editors: Editors, *, vue: bool, locale: str = "en") -> None:
        super().__init__(editors, vue=vue, locale=locale)
        self.prompts: list[str] = []
        self.page.route("**/api/prompt", self._queued)
        self.set(SETTING, False)

    def leave(self) -> None:
        """Leave the page as it was found."""
        self.page.unroute("**/api/prompt", self._queued)
        self.set(SETTING, False)
        self.close_panel()

    def _queued(self, route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        self.prompts.append(route.request.post_data)
        route.fulfill(json={"prompt_id": f"p{len(self.prompts)}", "number": 1, "node_errors": {}})

    def build(self, *, faults: bool = True) -> None:
        """Make the graph with its faults, or one that runs."""
        nodes, wires = (_NODES, _WIRES) if faults else (_CLEAN, [("1", 0, "2", "images")])
        self.prompts.clear()
        self.page.evaluate(_BUILD, {"nodes": nodes, "wires": wires})

    def check(self) -> None:
        """Check by the key, wherever the keyboard is."""
        self.page.keyboard.press("Alt+k")
        self.settle()

    def settle(self) -> None:
        """Wait until a check is done and drawn."""
        self.page.wait_for_timeout(100)
        self.page.wait_for_selector(".fit-ad-check:not([aria-busy]):not([data-state=running])")
        self.page.wait_for_timeout(50)

    def find(self, selector: str) -> Any:
        return self.page.locator(f".fit-ad-check {selector}")

    def button(self, name: str) -> Any:
        return self.page.locator(".fit-ad-check").get_by_role("button", name=name, exact=True)

    def found(self) -> list[tuple[str, str, str]]:
        """Return what the list shows: severity, node, code with input."""
        script = """(nodes) => nodes.flatMap((node) => [...node.querySelectorAll('.fit-ad-check-go')].map((row) =>
          [node.closest('details').dataset.severity, node.querySelector('h4').firstChild.textContent, row.title]))"""
        return [tuple(one) for one in self.find(".fit-ad-check-node").evaluate_all(script)]

    def row(self, code: str) -> Any:
        """Return the finding of a code."""
        return self.find(f'.fit-ad-check-go[title^="{code}"]').first

    def fix(self, code: str) -> Any:
        """Return the button that mends the finding of a code."""
        return self.find(f'.fit-ad-check-item:has([title^="{code}"]) .fit-ad-check-fix').first

    def value(self, node: str, name: str) -> Any:
        """Return what a field of a node that was made holds; undo makes nodes anew."""
        script = """([id, name]) => (app.rootGraph ?? app.graph).getNodeById(made[id].id).widgets
          .find((w) => w.name === name).value"""
        return self.page.evaluate(script, [node, name])

    def undo(self) -> None:
        self.page.keyboard.press("Control+z")
        self.page.wait_for_timeout(400)

    def off_centre(self, node: str) -> tuple[float, float]:
        """Return how far a node's middle is from the middle of the part of the graph that is seen, in px."""
        script = """(node) => {
          const whole = app.canvas.canvas.getBoundingClientRect()
          const seen = (document.querySelector('.graph-canvas-panel') ?? app.canvas.canvas).getBoundingClientRect()
          const { scale, offset } = app.canvas.ds
          const [x, y, width, height] = node.boundingRect
          return [whole.x + (x + width / 2 + offset[0]) * scale - seen.x - seen.width / 2,
                  whole.y + (y + height / 2 + offset[1]) * scale - seen.y - seen.height / 2]
        }"""
        x, y = self.page.evaluate(f"() => ({script})({node})")
        return x, y
