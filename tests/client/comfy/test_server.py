"""The API queue against a real ComfyUI: websocket, progress, failures by title, cancelling."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from comfyui_server import ComfyUIServer
from fit_ad.client.comfy.queue import ComfyServer
from fit_ad.client.comfy.status import ask
from fit_ad.client.failures import NodeFailedError, TimedOutError
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow
from PIL import Image

pytestmark = pytest.mark.comfyui


def node(class_type: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title}}


def picture(color: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(buffer, "PNG")
    return buffer.getvalue()


def graph(photo: str, prefix: str = "queue") -> dict[str, dict[str, Any]]:
    return {
        "1": node("LoadImage", "Photo", image=photo),
        "2": node("ImageInvert", "Turn", image=["1", 0]),
        "3": node("SaveImage", "Keep", images=["2", 0], filename_prefix=prefix),
        "4": node("PreviewImage", "Look", images=["1", 0]),
    }


def test_there_and_back(comfyui: ComfyUIServer) -> None:
    heard: list[tuple[str, float]] = []
    with ComfyServer(comfyui.url, lambda _, title, share: heard.append((title, share))) as server:
        assert server.version()[0].isdigit()
        wanted = graph(server.upload(picture((255, 0, 10))))
        for _ in range(2):  # the second time everything is cached, and the outputs come all the same
            shown = server.run(wanted, ["3"])
            assert set(shown) == {"3"}
            result = Image.open(io.BytesIO(server.fetch(shown["3"]["images"][0])))
            assert result.convert("RGB").getpixel((5, 5)) == (0, 255, 245)
    assert [title for title, _ in heard][:3] == ["Photo", "Turn", "Keep"]
    shares = [share for _, share in heard]
    assert all(0 <= share <= 1 for share in shares)


def test_refused_by_title(comfyui: ComfyUIServer) -> None:
    with ComfyServer(comfyui.url) as server:
        with pytest.raises(NodeFailedError, match=r"^Photo: .*fit_ad/none\.png"):
            server.run(graph("fit_ad/none.png"), ["3"])
        assert not server.has_node("NoSuchNode")


def test_a_failing_node_by_title(comfyui: ComfyUIServer) -> None:
    with ComfyServer(comfyui.url) as server:
        photo = server.upload(picture((1, 2, 3)))
        with pytest.raises(NodeFailedError, match=r"^Keep \(SaveImage\): .*outside the output folder"):
            server.run(graph(photo, "../../away"), ["3"])


def test_a_time_limit(comfyui: ComfyUIServer) -> None:
    with ComfyServer(comfyui.url, time_limit_s=0.001) as server:
        photo = server.upload(picture((3, 2, 1)))
        with pytest.raises(TimedOutError):
            server.run(graph(photo, "late"), ["3"])


def test_express_by_its_roles(comfyui: ComfyUIServer, tmp_path: Path) -> None:
    photo = Path(__file__).resolve().parents[3] / "samples" / "coffee.png"
    values = {"photo": str(photo), "shop": "카페 봄날", "offer": "라떼 1+1", "format": "FEED-1x1", "seed": "5"}
    (file,) = run_workflow(RunRequest("express", values, comfyui.url, tmp_path)).files["ad"]
    with Image.open(file) as ad:
        assert ad.size == (1080, 1080)
    record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert (record["workflow_mode"], record["seed"], record["roles"]["format"]) == ("express", 5, "feed-1x1")
    assert record["nodes"]
    assert record["versions"]["comfyui"] == ask(comfyui.url)["versions"]["comfyui"]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8, 5])
def test_a_phones_photo_arrives_upright(comfyui: ComfyUIServer, tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (64, 96), (250, 250, 250))
    upright.paste((220, 20, 30), (0, 0, 32, 48))  # red at the top left
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    stored[5] = Image.Transpose.TRANSPOSE
    pixels = upright.transpose(stored[orientation]) if orientation in stored else upright
    pixels.save(tmp_path / "phone.jpg", exif=exif, quality=95)
    with ComfyServer(comfyui.url) as server:
        name = server.put_picture(str(tmp_path / "phone.jpg"))
        shown = server.run({"1": node("LoadImage", "Photo", image=name), **saver(orientation)}, ["3"])
        seen = Image.open(io.BytesIO(server.fetch(shown["3"]["images"][0]))).convert("RGB")
    assert seen.size == (64, 96)
    assert seen.getpixel((10, 10))[1] < 90
    assert min(seen.getpixel((50, 80))) > 200


def saver(orientation: int) -> dict[str, dict[str, Any]]:
    return {"3": node("SaveImage", "Keep", images=["1", 0], filename_prefix=f"upright{orientation}")}
