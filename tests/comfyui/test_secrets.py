"""A day with two keys, one in the environment and one in the file: neither key nor address stays anywhere after it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import KEYS, ROOT, ComfyUIServer
from fit_ad.client.batch.run_batch import BatchRequest, run_batch
from fit_ad.client.cli.main import app
from fit_ad.client.runs.run_workflow import RunRequest, run_workflow
from fit_ad.core.errors import FitAdError
from model_server import Asked, ModelServer, body, model_server, speak
from pictures import painting
from typer.testing import CliRunner

pytestmark = pytest.mark.comfyui

CANARIES = {"mine": KEYS["SECRETS_KEY"], "filed": "sk-proj-canaryFile52ad9e61f08c7b"}
PHOTO = ROOT / "js/assets/fit-ad-coffee.jpg"
EXPRESS = json.loads((ROOT / "workflows/api/express.json").read_text(encoding="utf-8"))


@dataclass
class Day:
    """What runs, and where; ``told`` is all that was answered, printed or raised."""

    comfyui: ComfyUIServer
    model: ModelServer
    folder: Path
    told: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, data: Mapping[str, Any]) -> httpx.Response:
        answer = httpx.post(self.comfyui.url + path, json=data, timeout=60)
        self.told[f"{path} {len(self.told)}"] = answer.text + str(answer.headers)
        return answer

    def command(self, *arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments))
        self.told[" ".join(arguments)[:60]] = done.output + str(done.exception)
        return done.output

    def error(self, request: RunRequest) -> str:
        with pytest.raises(FitAdError) as caught:
            run_workflow(request)
        self.told[f"error {len(self.told)}"] = str(caught.value) + repr(caught.value.__cause__)
        return str(caught.value)


def chatty(handler: Any, asked: Asked, number: int) -> None:
    """Repeat the key that came: in words, in a picture's facts, and in errors."""
    key = asked.headers.get("authorization", "").removeprefix("Bearer ")
    address = asked.headers.get("host", "")
    if "/images/" not in asked.path:
        speak(handler, asked, json.dumps({"copies": [{"headline": key, "body": f"아메리카노 1+1 {address}"}]}))
    elif b"refused" in asked.raw:
        error = {"error": {"message": f"{key} at http://{address}/v1 is wrong", "code": key}}
        body(handler, 400, json.dumps(error), "application/json")
    else:
        painting(background=key, quality=address)(handler, asked, number)


def settings_of(port: int) -> str:
    both = f"base_url: 'http://127.0.0.1:{port}/v1', model: m, image_model: gpt-image-2"
    mine, filed = f"{{{both}, key_env: SECRETS_KEY}}", f"{{{both}, key: {CANARIES['filed']}}}"
    return f"default_profile: mine\nprofiles:\n  mine: {mine}\n  filed: {filed}\nlimits: {{retries: 0}}\n"


@pytest.fixture(scope="module")
def day(comfyui: ComfyUIServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with (
        model_server(chatty) as model,
        comfyui.configured(settings_of(model.port)) as file,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("FIT_AD_CONFIG", str(file))  # of the commands, which run in this process
        patch.setenv("FIT_AD_CACHE", str(comfyui.base / "cache"))
        patch.setenv("SECRETS_KEY", CANARIES["mine"])
        yield Day(comfyui, model, tmp_path_factory.mktemp("secrets"))


def test_the_addresses_of_the_pack(day: Day) -> None:
    shown = day.post("/fit_ad/settings", {}).json()
    assert {one["name"]: one["key"] for one in shown["profiles"]}["filed"] == "in file"
    changed = day.post("/fit_ad/settings", {"changes": {"default_profile": "filed", "name": "봄날 카페"}})
    assert changed.json()["default_profile"] == "filed"
    assert day.post("/fit_ad/settings", {"changes": {"default_profile": CANARIES["mine"][:6]}}).status_code == 400
    graph = json.loads(json.dumps(EXPRESS))
    words = next(node for node in graph.values() if node["class_type"] == "AdCopyLLM")
    words["inputs"]["features"] = CANARIES["mine"]
    found = day.post("/fit_ad/validate", {"graph": graph, "scrub": True})
    assert '"secret"' in found.text


def test_runs_batches_and_what_they_leave(day: Day) -> None:
    asked = len(day.model.asked)
    request = RunRequest("express", {"photo": PHOTO, "offer": "아메리카노 1+1"}, day.comfyui.url, day.folder / "out")
    assert run_workflow(request).record["workflow_mode"] == "express"
    day.error(replace(request, workflow="t2i", values={"prompt": "refused"}, cloud=True))
    painted = run_workflow(replace(request, workflow="t2i", values={"prompt": "a cup"}, cloud=True))
    assert painted.changes
    jobs = day.folder / "jobs.csv"
    jobs.write_text(f"photo,offer\n{PHOTO},라떼 1+1\n{PHOTO},쿠키 2+1\n{PHOTO}.no,빵\n", encoding="utf-8")
    result = run_batch(BatchRequest(jobs, servers=(day.comfyui.url,), out=day.folder / "batch"))
    assert (result.made, len(result.failures)) == (2, 1)
    used = {one.headers["authorization"] for one in day.model.asked[asked:]}
    assert used == {f"Bearer {CANARIES['filed']}"}


def test_commands_tell_nothing(day: Day) -> None:
    assert "********" in day.command("config", "show")
    assert "filed" in day.command("config", "check")
    assert "mine" in day.command("status", "--server", day.comfyui.url)
    day.command("run", "t2i", "--cloud", "--set", "prompt=refused", "--server", day.comfyui.url)
    page, log = day.folder / "page.html", str(day.comfyui.base / "user/fit_ad")
    day.command("report", "--log", log, "--out", str(page))
    assert page.stat().st_size > 1000
    day.command("report", "--log", log, "--json")


def test_neither_key_nor_address_stays_anywhere(day: Day) -> None:
    secrets = {**CANARIES, "address": f"127.0.0.1:{day.model.port}"}
    for path in ("/history", "/queue", "/object_info", "/system_stats"):
        day.told[path] = json.dumps(day.comfyui.get(path))
    assert len(day.told) >= 13
    shown = "config show"  # masks keys, but shows addresses to the one whose file they stand in
    told = {name: text.encode() for name, text in day.told.items() if not name.startswith(shown)}
    assert leaks(told, secrets) == []
    places = [file for folder in (day.folder, day.comfyui.base) for file in folder.rglob("*")]
    files = {str(file): file for file in places if file.is_file() and not file.is_symlink()}
    settings = list(day.comfyui.config.parent.glob("config*"))
    assert [file.stat().st_mode & 0o077 for file in settings] == [0, 0]
    files = {name: file for name, file in files.items() if "custom_nodes" not in name}
    kinds = {Path(name).suffix for name in files}
    assert {".json", ".jpg", ".png", ".jsonl", ".sqlite3", ".html", ".log"} <= kinds
    assert any("journal" in name for name in files)
    assert leaks({name: file.read_bytes() for name, file in files.items()}, secrets) == []


def leaks(places: Mapping[str, bytes], secrets: Mapping[str, str]) -> list[str]:
    return [
        f"{kind} in {name}" for name, data in places.items() for kind, one in secrets.items() if one.encode() in data
    ]
