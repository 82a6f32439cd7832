"""Finds a ComfyUI folder and runs it on the CPU with this pack, in folders of its own.

The tests of one process share a server (``tests/conftest.py``): starting one takes ten seconds and more. It has the
packs of ``tests/support/packs``, those of the installation that the bundle needs, links to the installation's models,
and a settings file that a test may write for a while (``ComfyUIServer.configured``).
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 120
REQUIREMENTS = ("cv2", "uharfbuzz", "yaml")
# The keys that the shared server has in its environment, each a canary of the tests that look for it.
KEYS = {
    "PAINT_KEY": "sk-canary-5b8e31f7a0",
    "SECRETS_KEY": "sk-proj-canaryEnv83c1f0a7d2b94e",
    "SETTINGS_KEY": "sk-canary-99e1b7",
    "WORDS_KEY": "sk-canary-7d1f09c2e4",
}
TEST_PACKS = sorted(path for path in (ROOT / "tests/support/packs").iterdir() if path.is_dir())
PACKS = ("ComfyUI-GGUF", "ComfyUI-Impact-Pack", "ComfyUI-Impact-Subpack")
# Models that decide what a cut-out or an advisor does by default are left out of the links.
_OWN_MODELS = ("background_removal", "BEN2", "ben2", "LLM", "RMBG", "rembg", "u2net", "VLM")


def find_comfyui() -> tuple[Path | None, str]:
    """Return ComfyUI's folder, or None and where it was looked for."""
    wanted = os.environ.get("COMFYUI_PATH")
    above = ROOT.parent.parent if ROOT.parent.name == "custom_nodes" else None
    candidates = [Path(wanted).expanduser()] if wanted else [*([above] if above else []), Path.home() / "comfy/ComfyUI"]
    for folder in candidates:
        if (folder / "main.py").is_file() and (folder / "comfy_api").is_dir():
            return folder, ""
    places = " and ".join(["$COMFYUI_PATH", "the folder above custom_nodes", "~/comfy/ComfyUI"])
    return None, f"no ComfyUI found in {places}"


def find_python(comfyui: Path) -> tuple[Path | None, str]:
    """Return the Python that has ComfyUI's requirements and the pack's, or None and why not."""
    names = ("Scripts/python.exe",) if os.name == "nt" else ("bin/python",)
    candidates = [comfyui / venv / name for venv in (".venv", "venv") for name in names]
    wanted = os.environ.get("COMFYUI_PYTHON")
    for python in [Path(wanted)] if wanted else [c for c in candidates if c.exists()] or [Path(sys.executable)]:
        probe = "import torch, aiohttp, comfyui_frontend_package, " + ", ".join(REQUIREMENTS)
        done = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, timeout=120)
        if done.returncode == 0:
            return python, ""
        reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no reason given"
    return None, f"{comfyui.name}'s Python lacks what ComfyUI or this pack's requirements.txt needs: {reason}"


def comfyui_or_skip() -> tuple[Path, Path]:
    """Return ComfyUI's folder and its Python; skip the test, with the reason, where there is none."""
    import pytest

    folder, reason = find_comfyui()
    python, why = find_python(folder) if folder else (None, reason)
    if folder is None or python is None:
        pytest.skip(why)
    return folder, python


@dataclass
class ComfyUIServer:
    """A running ComfyUI. ``log`` holds what it has printed, ``base`` its input, output and user folders."""

    url: str
    base: Path
    log_file: Path
    process: subprocess.Popen[bytes]

    @property
    def config(self) -> Path:
        """Its settings file, beside its folders; it is not there until a test writes it."""
        return self.base.parent / "config.yaml"

    @contextmanager
    def configured(self, text: str) -> Iterator[Path]:
        """Give it a settings file for a while; what it keeps beside it goes as well."""
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o600)
        try:
            yield self.config
        finally:
            for file in self.config.parent.glob("config*"):
                file.unlink()

    @property
    def log(self) -> str:
        return re.sub(r"\x1b\[[0-9;]*m", "", self.log_file.read_text(encoding="utf-8", errors="replace"))

    def get(self, path: str) -> Any:
        return httpx.get(self.url + path, timeout=60).raise_for_status().json()

    def upload(self, photo: Path) -> str:
        with photo.open("rb") as file:
            answer = httpx.post(self.url + "/upload/image", files={"image": (photo.name, file)}, timeout=60)
        return str(answer.raise_for_status().json()["name"])

    def run(self, graph: Mapping[str, Any], limit_s: float = 180) -> tuple[dict[str, Any], float]:
        """Run an API graph to its end; return its history entry and the seconds it took."""
        prompt_id = str(uuid.uuid4())
        body = {"prompt": graph, "client_id": "fit-ad-test", "prompt_id": prompt_id}
        start = time.perf_counter()
        answer = httpx.post(self.url + "/prompt", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        assert not answer.json().get("node_errors"), answer.text
        while time.perf_counter() - start < limit_s:
            entry = self.get(f"/history/{prompt_id}").get(prompt_id)
            if entry and entry["status"]["status_str"]:
                return entry, time.perf_counter() - start
            time.sleep(0.05)
        raise AssertionError(f"the graph did not end within {limit_s} s\n{self.log[-2000:]}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lay_out(base: Path, packs: Iterable[Path] = (), models: Path | None = None) -> None:
    """Make the folders that a ComfyUI of its own needs, with this pack in them."""
    for name in ("custom_nodes", "input", "output", "user", "temp"):
        (base / name).mkdir(parents=True)
    if models is None:
        (base / "models").mkdir(exist_ok=True)
    else:
        (base / "models").symlink_to(models, target_is_directory=True)
    (base / "custom_nodes" / "comfyui-fit-ad").symlink_to(ROOT, target_is_directory=True)
    for pack in packs:
        (base / "custom_nodes" / pack.name).symlink_to(pack, target_is_directory=True)


def launch(comfyui: Path, python: Path, base: Path, port: int) -> ComfyUIServer:
    """Start ComfyUI on loopback in folders that are laid out, and return it once it answers."""
    log_file = base / "comfyui.log"
    command = [str(python), "main.py", "--cpu", "--listen", "127.0.0.1", "--port", str(port)]
    command += [
        "--base-directory",
        str(base),
        "--disable-api-nodes",
        "--database-url",
        f"sqlite:///{base / 'db.sqlite'}",
    ]
    if front_end := os.environ.get("COMFYUI_FRONT_END"):  # the folder "static" of another comfyui-frontend-package
        command += ["--front-end-root", front_end]
    with log_file.open("ab") as log:
        variables = {name: value for name, value in os.environ.items() if name != "FIT_AD_LOG"}  # it keeps its run log
        variables |= {"FIT_AD_CONFIG": str(base.parent / "config.yaml"), "FIT_AD_CACHE": str(base / "cache"), **KEYS}
        process = subprocess.Popen(command, cwd=comfyui, env=variables, stdout=log, stderr=subprocess.STDOUT)
    server = ComfyUIServer(f"http://127.0.0.1:{port}", base, log_file, process)
    try:
        _wait(server)
    except BaseException:
        stop(server)
        raise
    return server


def stop(server: ComfyUIServer) -> None:
    """End it, by force where it does not listen."""
    server.process.terminate()
    try:
        server.process.wait(20)
    except subprocess.TimeoutExpired:
        server.process.kill()


@contextmanager
def comfyui_server(
    comfyui: Path, python: Path, base: Path, packs: Iterable[Path] = (), models: Path | None = None
) -> Iterator[ComfyUIServer]:
    """Start ComfyUI on loopback with this pack, and others where given; stop it at the end."""
    lay_out(base, packs, models)
    server = launch(comfyui, python, base, free_port())
    try:
        yield server
    finally:
        stop(server)


@contextmanager
def shared_server(base: Path) -> Iterator[ComfyUIServer]:
    """Start ComfyUI with the installation's packs and links to its models; skip where there is none."""
    folder, python = comfyui_or_skip()
    _link_models(folder / "models", base / "models")
    with comfyui_server(folder, python, base, [*installed_packs(folder), *TEST_PACKS]) as server:
        yield server


def installed_packs(comfyui: Path) -> list[Path]:
    """Return the folders of the packs that the bundle needs, those that are installed."""
    return [folder for name in PACKS if (folder := comfyui / "custom_nodes" / name).is_dir()]


def _link_models(source: Path, target: Path) -> None:
    for file in sorted(source.rglob("*")):
        place = file.relative_to(source)
        if file.is_file() and place.parts[0] not in _OWN_MODELS:
            (target / place.parent).mkdir(parents=True, exist_ok=True)
            (target / place).symlink_to(file)


def _wait(server: ComfyUIServer) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise AssertionError(f"ComfyUI ended while starting:\n{server.log[-3000:]}")
        try:
            httpx.get(server.url + "/system_stats", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError(f"ComfyUI did not answer within {START_LIMIT_S} s:\n{server.log[-3000:]}")
