"""AdImageAPI in a real ComfyUI: who is asked and when, nothing paid twice, Cancel cancels, and the key is nowhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import KEYS, ROOT, ComfyUIServer
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow
from fit_ad.core.errors import FitAdError
from model_server import Asked, ModelServer, body, failing, hang, model_server
from pictures import fields, painting
from waiting import until

pytestmark = pytest.mark.comfyui

KEY = KEYS["PAINT_KEY"]
REFUSAL = {"code": "moderation_blocked", "message": f"key {KEY}: safety_violations=[violence]."}


@dataclass
class Scene:
    comfyui: ComfyUIServer
    model: ModelServer

    def prompts(self) -> list[str]:
        """What was asked for since the last call."""
        asked, self.model.asked[:] = [fields(one)["prompt"] for one in self.model.asked], []
        return asked


@pytest.fixture(scope="module")
def scene(comfyui: ComfyUIServer) -> Iterator[Scene]:
    with model_server(painting(background=KEY)) as model:
        profile = (
            f"base_url: 'http://127.0.0.1:{model.port}/v1', model: m, image_model: gpt-image-2, key_env: PAINT_KEY"
        )
        rest = "default_profile: rules\nlimits: {retries: 0}\n"
        with comfyui.configured(f"profiles:\n  mine: {{{profile}}}\n{rest}"):
            yield Scene(comfyui, model)


@pytest.fixture(autouse=True)
def painter(scene: Scene) -> Iterator[None]:
    """Let every test begin and end with a model that paints."""
    yield
    scene.model.behaviour = painting(background=KEY)
    scene.prompts()


def asking(prompt: str, **changes: Any) -> dict[str, Any]:
    inputs = {"prompt": prompt, "profile": "mine", "width": 320, "height": 400, "quality": "low", "prefer": "local"}
    return {"class_type": "AdImageAPI", "inputs": {**inputs, **changes}}


def graph(prompt: str, local: str = "", **changes: Any) -> dict[str, Any]:
    """A picture, saved with everything that is written into it; ``local`` is the prompt of the branch before it."""
    nodes: dict[str, Any] = {"2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 1]}}}
    if local:
        nodes["9"] = asking(local)
        changes["local"] = ["9", 0]
    nodes["1"] = asking(prompt, **changes)
    nodes["3"] = {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "cloud"}}
    return nodes


def report_of(entry: dict[str, Any]) -> dict[str, Any]:
    assert entry["status"]["status_str"] == "success", json.dumps(entry["status"], ensure_ascii=False)[-2000:]
    return json.loads(entry["outputs"]["2"]["text"][0])


def test_only_profiles_that_ask_for_pictures_are_offered(scene: Scene) -> None:
    spec = scene.comfyui.get("/object_info/AdImageAPI")["AdImageAPI"]["input"]
    options = spec["required"]["profile"]
    assert (options[1]["options"] if "options" in options[1] else options[0]) == ["auto", "mine"]
    assert spec["optional"]["local"][1]["lazy"] is True


def test_the_local_branch_is_taken_and_the_cloud_not_asked(scene: Scene) -> None:
    report = report_of(scene.comfyui.run(graph("cloud one", local="branch one"))[0])
    assert (report["source"], scene.prompts()) == ("local", ["branch one"])


def test_the_cloud_first_leaves_the_branch_alone_unless_it_fails(scene: Scene) -> None:
    report = report_of(scene.comfyui.run(graph("cloud two", local="branch two", prefer="cloud"))[0])
    assert (report["source"], report["answer"], scene.prompts()) == ("cloud", "new", ["cloud two"])

    def broken(handler: Any, asked: Asked, number: int) -> None:
        if "cloud" in fields(asked)["prompt"]:
            body(handler, 500, "{}", "application/json")
        else:
            painting()(handler, asked, number)

    scene.model.behaviour = broken
    made = graph("cloud three", local="branch three", prefer="cloud")
    report = report_of(scene.comfyui.run(made)[0])
    assert (report["source"], scene.prompts()) == ("local", ["cloud three", "branch three"])
    assert "The server failed" in report["notes"][0]
    scene.model.behaviour = painting(background=KEY)
    report = report_of(scene.comfyui.run(made)[0])  # the same graph once more: what failed is asked again
    assert (report["source"], scene.prompts()) == ("cloud", ["cloud three"])


def test_several_formats_at_once_are_one_request_each(scene: Scene) -> None:
    made = graph("formats", local="branch", prefer="cloud", width=["5", 0], height=["5", 1])
    made["5"] = {
        "class_type": "AdCanvas",
        "inputs": {"format": "feed-1x1", "width": 64, "height": 64, "also": "story"},
    }
    entry, _ = scene.comfyui.run(made)
    assert [json.loads(text)["size"] for text in entry["outputs"]["2"]["text"]] == [[1080, 1080], [1080, 1920]]
    assert scene.prompts() == ["formats"] * 2


def test_nothing_is_paid_twice_after_the_memory_is_gone(scene: Scene) -> None:
    assert report_of(scene.comfyui.run(graph("kept"))[0])["answer"] == "new"
    httpx.post(scene.comfyui.url + "/free", json={"unload_models": True, "free_memory": True}, timeout=10)
    assert report_of(scene.comfyui.run(graph("kept"))[0])["answer"] in ("new", "kept")
    assert report_of(scene.comfyui.run(graph("kept", transparent=False))[0])["answer"] == "kept"
    assert scene.prompts() == ["kept"]


def test_a_refusal_is_told_in_words(scene: Scene) -> None:
    scene.model.behaviour = failing(400, json.dumps({"error": REFUSAL}))
    entry, _ = scene.comfyui.run(graph("refused"))
    name, said = entry["status"]["messages"][-1]
    assert name == "execution_error"
    assert "made no picture. The server's safety check refused the request: violence." in said["exception_message"]


def test_a_profile_of_another_machine_is_refused_in_words_unless_there_is_a_picture(scene: Scene) -> None:
    answer = httpx.post(scene.comfyui.url + "/prompt", json={"prompt": graph("theirs", profile="theirs")}, timeout=60)
    assert answer.status_code == 400
    assert "There is no profile 'theirs' in the settings" in answer.text
    report = report_of(scene.comfyui.run(graph("theirs", local="branch four", profile="theirs"))[0])
    assert (report["source"], scene.prompts()) == ("local", ["branch four"])


@pytest.mark.parametrize("prefer", ["local", "cloud"])
def test_cancel_ends_the_waiting(scene: Scene, prefer: str) -> None:
    scene.model.behaviour = hang
    done: list[dict[str, Any]] = []
    made = graph(f"cancelled {prefer}", prefer=prefer)
    if prefer == "cloud":
        made["1"]["inputs"]["local"] = ["8", 0]
        made["8"] = {"class_type": "EmptyImage", "inputs": {"width": 9, "height": 9, "batch_size": 1, "color": 255}}
    thread = threading.Thread(target=lambda: done.append(scene.comfyui.run(made)[0]))
    thread.start()
    until(lambda: scene.model.asked, "the model was asked")
    httpx.post(scene.comfyui.url + "/interrupt", timeout=60)
    thread.join(60)
    assert done, "the run waits for an answer that never comes"
    assert any(message[0] == "execution_interrupted" for message in done[0]["status"]["messages"])


@pytest.mark.parametrize(("name", "pictures"), [("t2i", 1), ("product", 2)])
def test_a_workflow_whose_models_are_not_there_is_painted_in_the_cloud(
    scene: Scene, name: str, pictures: int, tmp_path: Path
) -> None:
    values: dict[str, Any] = {"prompt": f"a cup for {name}", "shop": "봄날 카페"}
    if name == "product":
        values["photo"] = ROOT / "js/assets/fit-ad-coffee.jpg"
    request = RunRequest(name, values, scene.comfyui.url, tmp_path)
    with pytest.raises(FitAdError):
        run_workflow(request)
    result = run_workflow(replace(request, cloud=True))
    assert len(result.files["ad"]) == 1
    assert len(result.changes) == pictures
    assert all("painted in the cloud" in change for change in result.changes)
    assert scene.prompts() == [f"a cup for {name}"] * pictures
    sidecar = result.files["ad"][0].with_suffix(".json").read_text(encoding="utf-8")
    assert "AdImageAPI" in sidecar
    assert KEY not in sidecar
    assert str(scene.model.port) not in sidecar


def test_key_and_address_are_nowhere(scene: Scene) -> None:
    """Runs last, after answers and errors that repeated the key."""
    report_of(scene.comfyui.run(graph("nowhere"))[0])
    places = {path: json.dumps(scene.comfyui.get(path)) for path in ("/history", "/object_info/AdImageAPI", "/queue")}
    address = f"127.0.0.1:{scene.model.port}"
    assert [path for path, text in places.items() if KEY in text or address in text] == []
    files = [file for file in scene.comfyui.base.rglob("*") if file.is_file() and not file.is_symlink()]
    files = [file for file in files if "custom_nodes" not in file.parts]
    assert any(file.suffix == ".png" and b'"profile": "mine"' in file.read_bytes() for file in files)
    assert any(file.parent.name == "pictures" for file in files)
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []
    assert [file for file in files if address.encode() in file.read_bytes()] == []
