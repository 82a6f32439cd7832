"""One ad from one photo: what is checked before any work, the look of a tone, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fit_ad.client.failures import BadUseError
from fit_ad.client.runs import make, results
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.core.errors import FitAdError
from fit_ad.core.workflow.card import as_card
from PIL import Image

GRAPH: dict[str, dict[str, Any]] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "x.png"}},
    "2": {"class_type": "Words", "inputs": {"shop": "", "offer": "", "tone": "friendly", "font": "A"}},
    "3": {"class_type": "AdSave", "inputs": {"image": ["1", 0], "filename_prefix": "Fit-AD"}},
    "4": {"class_type": "AdSave", "inputs": {"image": ["1", 0], "filename_prefix": "more"}},
}
TEXT = ["STRING", {}]
INFO: dict[str, Any] = {
    "LoadImage": {"input": {"required": {"image": [["x.png"], {}]}}, "output": ["IMAGE", "MASK"]},
    "Words": {"input": {"optional": dict.fromkeys(("shop", "offer", "tone", "font", "backdrop"), TEXT)}, "output": []},
    "AdSave": {
        "input": {"required": {"image": ["IMAGE", {}], "filename_prefix": TEXT}},
        "output": [],
        "output_node": True,
    },
}
ROLES = {name: {"node": "2", "input": name, "kind": "text"} for name in ("shop", "offer", "tone", "font", "backdrop")}
CARD = as_card(
    {
        "name": "express",
        "mode": "express",
        "version": "1.0.0",
        "inputs": {
            **ROLES,
            "tone": {"node": "2", "input": "tone", "kind": "choice", "default": "friendly"},
            "photo": {"node": "1", "input": "image", "kind": "image"},
        },
        "outputs": {"more": {"node": "4", "kind": "image"}, "ad": {"node": "3", "kind": "image"}},
    },
    "express",
)


class FakeRunner:
    """Stands for either runner; remembers the graph it was given and the pictures it was shown."""

    name, place, is_server = "here", "Fit-AD here", False
    prompt_id, node_seconds = "abc", {}  # type: ignore[var-annotated]
    graph: Mapping[str, Any] = {}
    shown: dict[str, dict[str, Any]] = {  # noqa: RUF012
        "3": {"images": [{"filename": "Fit-AD_00001_.jpg", "subfolder": "sub"}], "text": ["copy", "#tag"]}
    }

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def close(self) -> None: ...

    def system(self) -> dict[str, Any]:
        return {}

    def has_node(self, class_type: str) -> bool:
        return True

    def node_info(self, class_type: str) -> dict[str, Any]:
        return INFO[class_type]

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        return {"font": ("A", "Nanum Pen", "Black Han Sans"), "tone": tuple(make.TONES.values())}.get(input_name)

    def put_picture(self, path: str) -> str:
        return f"put/{Path(path).name}"

    def run(self, graph: Any, targets: Any = None, extra: Any = None) -> dict[str, dict[str, Any]]:
        FakeRunner.graph = graph
        assert targets == ["3"]
        return self.shown

    def fetch(self, image: Mapping[str, Any]) -> bytes:
        return b"jpeg bytes"

    def companions(self, image: Mapping[str, Any]) -> dict[str, bytes]:
        return {".txt": b"the node's", ".psd": b"layers", ".sh": b"evil"}


class FakeServer(FakeRunner):
    is_server = True

    def companions(self, image: Mapping[str, Any]) -> dict[str, bytes]:
        return {}


@pytest.fixture(autouse=True)
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(make, "load_workflow", lambda name: (json.loads(json.dumps(GRAPH)), CARD))
    monkeypatch.setattr("fit_ad.client.local.local_runner.LocalRunner", FakeRunner)
    monkeypatch.setattr("fit_ad.client.comfy.queue.ComfyServer", FakeServer)
    monkeypatch.setattr(make, "tone_looks", lambda: {"friendly": {"font": "Nanum Pen", "backdrop": "radial", "zzz": 1}})
    Image.new("RGB", (40, 40)).save(tmp_path / "photo.png")
    return tmp_path


def run(folder: Path, server: str = "", photo: str = "photo.png", **values: Any) -> make.Ad:
    return make_ad(AdRequest(folder / photo, values, folder / "out", server))


def test_in_process(bundle: Path) -> None:
    ad = run(bundle, shop=" 카페 봄날\r\n", offer="1+1\x00")
    assert ad.files == (bundle / "out" / "Fit-AD_00001_.jpg",)
    assert (ad.copies, ad.hashtags) == ("copy", "#tag")
    assert sorted(file.suffix for file in (bundle / "out").iterdir()) == [".jpg", ".psd", ".txt"]
    assert FakeRunner.graph["1"]["inputs"]["image"] == "put/photo.png"
    said = FakeRunner.graph["2"]["inputs"]
    assert (said["shop"], said["offer"]) == ("카페 봄날", "1+1")


def test_facts_that_are_left_out_are_not_the_samples(bundle: Path) -> None:
    run(bundle, shop="s")
    assert FakeRunner.graph["2"]["inputs"]["offer"] == ""


def test_on_a_server(bundle: Path) -> None:
    ad = run(bundle, "127.0.0.1:8188", shop="s")
    assert FakeRunner.graph["1"]["inputs"]["image"] == "put/photo.png"
    assert FakeRunner.graph["3"]["inputs"]["filename_prefix"].startswith("fit_ad/express-")
    assert ad.files == (bundle / "out" / "Fit-AD_00001_.jpg",)
    assert ad.files[0].read_bytes() == b"jpeg bytes"
    assert (bundle / "out/Fit-AD_00001_.txt").read_text(encoding="utf-8") == "copy\n\n#tag\n"
    assert run(bundle, "127.0.0.1:8188", shop="s").files[0].name == "Fit-AD_00002_.jpg"


def test_a_server_cannot_choose_where_files_go(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = {"3": {"images": [{"filename": "../../evil.sh"}]}}
    monkeypatch.setattr(FakeRunner, "shown", evil)
    with pytest.raises(FitAdError, match="is not an image"):
        run(bundle, "127.0.0.1:8188", shop="s")


def test_the_look_of_the_tone_and_what_wins(bundle: Path) -> None:
    run(bundle, shop="s")
    assert FakeRunner.graph["2"]["inputs"]["font"] == "Nanum Pen"
    assert FakeRunner.graph["2"]["inputs"]["backdrop"] == "radial"
    run(bundle, shop="s", font="black han sans")
    assert FakeRunner.graph["2"]["inputs"]["font"] == "Black Han Sans"
    run(bundle, shop="s", tone="감성적")
    assert FakeRunner.graph["2"]["inputs"]["tone"] == "emotional"
    assert FakeRunner.graph["2"]["inputs"]["font"] == "A"


def test_a_look_that_is_not_installed_is_left_out(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "tone_looks", lambda: {"friendly": {"font": "Gone"}})
    run(bundle, shop="s")
    assert FakeRunner.graph["2"]["inputs"]["font"] == "A"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "shop and offer are both empty"),
        ({"shop": "  ", "offer": "\n"}, "shop and offer are both empty"),
        ({"shop": "s", "tone": "frendly"}, r"no tone 'frendly'\. Did you mean friendly"),
        ({"shop": "s", "font": "Nanum Pan"}, r"no font 'Nanum Pan'\. Did you mean Nanum Pen"),
        ({"shop": "s", "shpo": "x"}, r"no role 'shpo'\. Did you mean shop"),
        ({"shop": "s", "offer": "x" * 3000}, "--offer has 3,000 characters"),
    ],
)
def test_bad_use(bundle: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(BadUseError, match=message):
        run(bundle, **values)


def test_a_bad_photo_is_bad_use(bundle: Path) -> None:
    with pytest.raises(BadUseError, match=r"Did you mean photo\.png"):
        run(bundle, photo="phto.png", shop="s")


def test_a_file_where_the_folder_should_be(bundle: Path) -> None:
    (bundle / "out").write_text("x")
    with pytest.raises(FitAdError, match=r"Nothing can be saved in .*out is a file\. Choose another folder"):
        run(bundle, shop="s")
    (bundle / "out").unlink()


def test_a_read_only_folder(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(results.tempfile, "TemporaryFile", refuse)
    with pytest.raises(FitAdError, match=r"Nothing can be saved in .*Permission denied"):
        run(bundle, shop="s")


def test_a_disk_that_fills_up_during_the_run(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fit_ad.core.export.destination.write_new_file", full)
    with pytest.raises(FitAdError, match="the disk is full"):
        run(bundle, shop="s")
    assert list((bundle / "out").iterdir()) == []


@pytest.mark.parametrize("shown", [{}, {"3": {}}, {"3": {"images": ["x"]}}, {"3": {"images": [{}]}}])
def test_a_run_without_a_picture(bundle: Path, monkeypatch: pytest.MonkeyPatch, shown: dict[str, Any]) -> None:
    monkeypatch.setattr(FakeRunner, "shown", shown)
    with pytest.raises(FitAdError, match="without a picture"):
        run(bundle, shop="s")


@pytest.mark.parametrize(("text", "found"), [("friendly:\n  font: A\n", {"friendly": {"font": "A"}}), ("[]", {})])
def test_looks_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: Any) -> None:
    monkeypatch.undo()
    assert make.tone_looks(tmp_path) == {}
    (tmp_path / "looks.yaml").write_text(text)
    assert make.tone_looks(tmp_path) == found
    (tmp_path / "looks.yaml").write_text("a: [")
    with pytest.raises(FitAdError, match="cannot be read"):
        make.tone_looks(tmp_path)
