"""`fit-ad run` and `fit-ad status` against a server that misbehaves in every way there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_comfyui import Step, fake_comfyui
from fit_ad.client.cli.run import parse_values
from fit_ad.client.comfy.status import ask, lines
from fit_ad.client.failures import BadUseError, MemoryFailedError, NodeFailedError
from fit_ad.client.runs import out_of_memory
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow
from fit_ad.core.errors import FitAdError
from fit_ad.core.telemetry import runlog
from mini_workflow import GOOD, INFO, Q4, Q8, STARTED, write_workflow
from simulated_comfyui import SimulatedComfyUI

NO_ROOM = {
    "node_id": "3",
    "node_type": "AdSave",
    "exception_type": "torch.OutOfMemoryError",
    "exception_message": "Allocation on device",
    "current_inputs": {"key": ["sk-canary-123456789"]},
}
OOM: list[Step] = [*STARTED, ("error", NO_ROOM)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workflow and a photo."""
    return write_workflow(tmp_path)


def run(folder: Path, url: str = "simulated", heard: Any = None, **given: Any) -> Any:
    values = {"photo": str(folder / "photo.png"), **given}
    return run_workflow(RunRequest(str(folder / "mini.json"), values, url, folder / "out"), heard)


def test_roles_in_files_and_record_out(folder: Path) -> None:
    titles: list[str] = []
    with fake_comfyui(INFO, GOOD) as server:
        result = run(
            folder,
            server.url,
            lambda _, title, __: titles.append(title),
            format="PNG",
            count="2",
            words="sk-canary-12345",
        )
    sent = server.posted("prompt")[0]
    inputs = sent["prompt"]["3"]["inputs"]
    assert (inputs["format"], inputs["n"], inputs["copies"]) == ("png", 2, "sk-canary-12345")
    assert sent["prompt"]["1"]["inputs"]["image"] == "fit_ad/stored.png"
    assert inputs["filename_prefix"].startswith("fit_ad/mini-")
    assert titles == ["Photo", "Save"]
    (file,) = result.files["ad"]
    assert file.read_bytes() == b"picture bytes"
    assert "#tag" in file.with_suffix(".txt").read_text(encoding="utf-8")
    record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["workflow_mode"] == "mini"
    assert record["roles"] == {"photo": "photo.png", "format": "png", "words": "…", "count": 2, "seed": 7}
    assert record["models"] == [{"model_name": "flux1-dev-q8", "file": Q8}]
    assert record["seed"] == 7
    assert record["prompt_id"] == sent["prompt_id"]
    assert [node["node"] for node in record["nodes"]] == ["Photo", "Save"]
    assert str(folder) not in json.dumps(record)


def test_the_run_log_is_told_of_good_runs_and_bad_ones(folder: Path, simulated: SimulatedComfyUI) -> None:
    handler = runlog.RunLogFile(lambda: folder / "log")
    runlog.records.addHandler(handler)
    try:
        run(folder, words="sk-canary-12345")
        simulated.steps = OOM
        with pytest.raises(MemoryFailedError):
            run(folder)
    finally:
        runlog.records.removeHandler(handler)
    text = (folder / "log" / runlog.FILE).read_text(encoding="utf-8")
    good, bad = map(json.loads, text.splitlines())
    assert (good["kind"], good["workflow_mode"], good["outcome"]) == ("run", "mini", "done")
    assert good["models"] == ["flux1-dev-q8"]
    assert [node["node"] for node in good["nodes"]] == ["LoadImage", "AdSave"]
    assert (good["retries"], good["changes"]) == (0, 0)
    assert (bad["outcome"], bad["error"]) == ("failed", "MemoryFailedError")
    assert not any(told in text for told in ("canary", str(folder), "photo.png"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"foto": "x"}, r"no role 'foto'\. Did you mean photo\?"),
        ({"format": "pgn"}, r"no format 'pgn'\. Did you mean png\?"),
        ({"count": "three"}, "count .*takes a whole number, not 'three'"),
        ({"photo": "none.jpg"}, "none.jpg"),
        ({"photo": None}, r"The role photo has no picture. sample\.jpg is not on the server"),
    ],
)
def test_bad_use_is_found_before_anything_is_queued(
    folder: Path, simulated: SimulatedComfyUI, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(FitAdError, match=message):
        run(folder, **given)
    assert simulated.posted("prompt") == []


def test_missing_nodes_name_their_packs(folder: Path, simulated: SimulatedComfyUI) -> None:
    node = {"id": 2, "type": "UnetLoaderGGUF", "properties": {"cnr_id": "ComfyUI-GGUF", "ver": "1.1.10"}}
    file = folder / "mini.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "nodes": [node]}))
    simulated.info = {name: entry for name, entry in INFO.items() if name != "UnetLoaderGGUF"}
    with pytest.raises(FitAdError) as caught:
        run(folder)
    assert str(caught.value) == (
        f"The ComfyUI at {simulated.url} does not have these nodes of the workflow mini: UnetLoaderGGUF from "
        "ComfyUI-GGUF. "
        "In ComfyUI-Manager install or update ComfyUI-GGUF there, and restart it."
    )


def test_a_value_that_the_server_would_refuse(folder: Path, simulated: SimulatedComfyUI) -> None:
    with pytest.raises(BadUseError) as caught:
        run(folder, count="99")
    assert str(caught.value) == (
        "The value of the role count cannot be used. Save: n is 99; the maximum is 8. Use 8 or less."
    )
    assert simulated.posted("prompt") == []


def test_a_graph_that_the_server_would_refuse(folder: Path, simulated: SimulatedComfyUI) -> None:
    more = {"input": {"required": {**INFO["AdSave"]["input"]["required"], "mask": ["MASK", {}]}}, "output_node": True}
    simulated.info = {**INFO, "AdSave": more}
    with pytest.raises(FitAdError, match=r"^Save: The input mask is not connected\. Connect an output of type MASK"):
        run(folder)
    assert simulated.posted("prompt") == []


def test_what_the_server_would_ignore_is_told(
    folder: Path, simulated: SimulatedComfyUI, caplog: pytest.LogCaptureFixture
) -> None:
    older = {name: spec for name, spec in INFO["AdSave"]["input"]["required"].items() if name != "copies"}
    simulated.info = {
        **INFO,
        "AdSave": {"input": {"required": {**older, "copie": ["STRING", {}]}}, "output_node": True},
    }
    with pytest.raises(FitAdError, match="input copie has no value"):
        run(folder)
    assert "Save: The node has no input copies, so its value is ignored" in caplog.text


def test_words_go_in_as_they_look(folder: Path, simulated: SimulatedComfyUI) -> None:
    run(folder, words="\u1112\u1161\u11ab\u200b글\r\na\ud800\u00a0b")
    assert simulated.posted("prompt")[0]["prompt"]["3"]["inputs"]["copies"] == "한글\na b"


@pytest.mark.parametrize("name", ["expres", "nowhere/mini.json"])
def test_no_such_workflow(name: str) -> None:
    with pytest.raises(BadUseError, match="no workflow"):
        run_workflow(RunRequest(name))


def test_out_of_memory_is_tried_again_with_less(folder: Path, simulated: SimulatedComfyUI) -> None:
    simulated.plays = [OOM, OOM, GOOD]
    result = run(folder)
    sent = [one["prompt"] for one in simulated.posted("prompt")]
    assert [graph["2"]["inputs"]["unet_name"] for graph in sent] == [Q8, Q4, Q4]
    assert [graph["3"]["inputs"]["n"] for graph in sent] == [3, 3, 1]
    assert simulated.posted("free") == [{"unload_models": True, "free_memory": True}] * 2
    assert result.changes == ("flux1-dev-q4 instead of flux1-dev-q8", "1 picture instead of 3")
    assert result.record["retries"] == 2
    assert result.record["models"][0]["model_name"] == "flux1-dev-q4"


def test_out_of_memory_ends_after_two_retries(folder: Path, simulated: SimulatedComfyUI) -> None:
    simulated.steps = OOM
    with pytest.raises(MemoryFailedError) as caught:
        run(folder)
    text = str(caught.value)
    assert text.startswith("Save (AdSave) ran out of memory. Allocation on device. Tried: flux1-dev-q4 instead")
    assert "canary" not in text
    assert len(simulated.posted("prompt")) == 1 + out_of_memory.MAX_RETRIES


def test_no_other_error_is_tried_again(folder: Path, simulated: SimulatedComfyUI) -> None:
    error = {**NO_ROOM, "exception_type": "ValueError", "exception_message": "odd size"}
    simulated.steps = [*STARTED, ("error", error)]
    with pytest.raises(NodeFailedError, match=r"^Save \(AdSave\): odd size"):
        run(folder)
    assert len(simulated.posted("prompt")) == 1
    assert simulated.posted("free") == []


def test_node_errors_fail_the_run_though_it_was_taken(folder: Path, simulated: SimulatedComfyUI) -> None:
    simulated.node_errors = {"3": {"errors": [{"message": "Value too big", "details": "n"}]}}
    with pytest.raises(NodeFailedError, match="Save: Value too big"):
        run(folder)
    assert (simulated.running, simulated.pending) == (None, [])


def test_an_output_that_is_missing(folder: Path, simulated: SimulatedComfyUI) -> None:
    simulated.steps = [*STARTED, ("done", {})]
    with pytest.raises(FitAdError, match="ended without a picture for the output ad"):
        run(folder)
    assert list((folder / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "message"), [(["offer"], "is not ROLE=VALUE"), (["=x"], "ROLE"), (["a=1", "a=2"], "a twice")]
)
def test_wrong_sets(given: list[str], message: str) -> None:
    with pytest.raises(BadUseError, match=message):
        parse_values(given)


def test_values_may_hold_equals_signs() -> None:
    assert parse_values(["offer=1+1=3", " shop ="]) == {"offer": "1+1=3", "shop": ""}


def test_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-123456789")
    with fake_comfyui(INFO, GOOD) as server:
        found = ask(server.url)
    assert found["versions"]["comfyui"] == "0.33.0"
    assert found["queue"] == {"running": 0, "waiting": 0}
    assert found["memory"][1] == {"name": "card", "free_gb": 20.0, "total_gb": 24.0}
    text = "\n".join(lines(found)) + json.dumps(found)
    assert "its nodes are there" in text
    assert "canary" not in text


def test_everything_is_there_for_programs() -> None:
    import fit_ad.client as client

    assert [getattr(client, name).__name__ for name in client.__all__] == client.__all__
