"""What ComfyUI itself makes of graph-editor files: the front end's prompts and the server's verdicts, recorded once.

    python benchmarks/judge.py FOLDER [--templates DIR]
    python benchmarks/judge.py FOLDER --installed

FOLDER gets ``object_info.json``, ``system_stats.json``, ``prompts/NAME.json`` (what the front end would queue) and
``verdicts/NAME.json`` (what ``POST /prompt`` says of it, as status and body). The templates are those of the installed
package comfyui-workflow-templates-json unless a folder is named. The second command asks a server that has, as empty
files, every model and picture that the recorded prompts name; FOLDER/installed is then a folder of the same kind.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

import comfyui_server as support  # noqa: E402
from editor_page import READY, chromium  # noqa: E402

_CONVERT = """async (workflow) => {
  await app.loadGraphData(workflow, true, false)
  await new Promise((done) => setTimeout(done, 30))
  return (await app.graphToPrompt()).output
}"""


def templates_of(python: Path) -> Path:
    """Return the folder of the official templates that a ComfyUI's Python has."""
    code = "import comfyui_workflow_templates_json as t; print(list(t.__path__)[0])"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()) / "templates"


def graph_files(folder: Path) -> list[Path]:
    """Return the files of a folder that hold a graph of the editor, not an index."""
    found = []
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and isinstance(data.get("nodes"), list):
            found.append(path)
    return found


def link_packs(base: Path, comfyui: Path) -> None:
    """Put this pack and ComfyUI's own into a base folder."""
    others = [one for one in (comfyui / "custom_nodes").iterdir() if (one / "__init__.py").exists() and one.is_dir()]
    for pack in [ROOT, *(one for one in others if one.resolve() != ROOT)]:
        link = base / "custom_nodes" / ("comfyui-fit-ad" if pack == ROOT else pack.name)
        if not link.exists():
            link.symlink_to(pack, target_is_directory=True)


@contextmanager
def server_with_all_nodes(base: Path, *, packs: bool = False) -> Iterator[tuple[str, Path, Path]]:
    """Start ComfyUI with its partner nodes too; give its address, its folder and its Python.

    With ``packs`` this pack and those installed beside ComfyUI are there as well.
    """
    comfyui, reason = support.find_comfyui()
    python, reason = support.find_python(comfyui) if comfyui else (None, reason)
    if comfyui is None or python is None:
        sys.exit(f"not measured: {reason}")
    for name in ("custom_nodes", "input", "output", "user", "temp", "models"):
        (base / name).mkdir(parents=True, exist_ok=True)
    if packs:
        link_packs(base, comfyui)
    port = support.free_port()
    command = [str(python), "main.py", "--cpu", "--port", str(port), "--base-directory", str(base)]
    command += ["--database-url", f"sqlite:///{base / 'db.sqlite'}"]
    with (base / "comfyui.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=comfyui, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        support._wait(support.ComfyUIServer(url, base, base / "comfyui.log", process))
        yield url, comfyui, python
    finally:
        process.terminate()
        process.wait(20)


def open_page(browser: Any, url: str) -> Any:
    """Return a page with the graph editor, ready to load graphs."""
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.set_default_timeout(60_000)
    page.goto(url)
    page.wait_for_function(READY)
    page.evaluate("() => app.extensionManager.setting.set('Comfy.TutorialCompleted', true)")
    page.wait_for_timeout(3000)
    return page


def record_nodes(folder: Path, url: str) -> None:
    """Write what the server says of its nodes and of itself into the folder."""
    for name in ("object_info", "system_stats"):
        answer = httpx.get(f"{url}/{name}", timeout=120).raise_for_status()
        (folder / f"{name}.json").write_text(answer.text, encoding="utf-8")


def record(folder: Path, files: list[Path], browser: Any, url: str) -> None:
    """Write the front end's prompt of every file, or its error, into the folder."""
    prompts = folder / "prompts"
    prompts.mkdir(parents=True, exist_ok=True)
    page = None
    for file in files:
        target = prompts / file.name
        if target.exists():
            continue
        page = page or open_page(browser, url)
        workflow = json.loads(file.read_text(encoding="utf-8"))
        try:
            answer: Any = page.evaluate(_CONVERT, workflow)
        except Exception as exc:  # noqa: BLE001 - whatever the page throws is the answer
            answer = {"_error": str(exc)}
            page.close()
            page = None
        target.write_text(json.dumps(answer, indent=1, ensure_ascii=False), encoding="utf-8")


def ask_server(folder: Path, url: str) -> None:
    """Post every recorded prompt and keep what the server says; what it accepts is dropped from its queue at once."""
    verdicts = folder / "verdicts"
    verdicts.mkdir(exist_ok=True)
    for file in sorted((folder / "prompts").glob("*.json")):
        prompt = json.loads(file.read_text(encoding="utf-8"))
        if "_error" in prompt or (verdicts / file.name).exists():
            continue
        answer = httpx.post(url + "/prompt", json={"prompt": prompt}, timeout=120)
        httpx.post(url + "/queue", json={"clear": True})
        httpx.post(url + "/interrupt", json={})
        body = answer.json() if "json" in answer.headers.get("content-type", "") else {"text": answer.text}
        (verdicts / file.name).write_text(json.dumps({"status": answer.status_code, "body": body}), encoding="utf-8")


def install(folder: Path, base: Path) -> int:
    """Put an empty file under every name that the server missed; return how many."""
    from fit_ad.core.validation.environment import shipped_folders

    folders, count = shipped_folders(), 0
    for file in sorted((folder / "verdicts").glob("*.json")):
        prompt = json.loads((folder / "prompts" / file.name).read_text(encoding="utf-8"))
        for node_id in json.loads(file.read_text(encoding="utf-8"))["body"].get("node_errors") or {}:
            node = prompt[node_id]
            for name, value in node["inputs"].items():
                key = folders.get(f"{node['class_type']}.{name}", "").split("+")[0]
                if not isinstance(value, str) or not Path(value).suffix or len(value) > 150:
                    continue
                target = base / "models" / key / value if key else base / "input" / value
                target.parent.mkdir(parents=True, exist_ok=True)
                count += not target.exists()
                target.touch()
    return count


def record_installed(folder: Path) -> None:
    """Ask a server again that has every file that the recorded prompts name, into FOLDER/installed."""
    again = folder / "installed"
    again.mkdir(exist_ok=True)
    count = install(folder, again / "base")
    if not (again / "prompts").exists():
        (again / "prompts").symlink_to(folder.resolve() / "prompts", target_is_directory=True)
    with server_with_all_nodes(again / "base") as (url, _, _python):
        record_nodes(again, url)
        ask_server(again, url)
    print(f"{count} empty files put where the graphs want them")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--installed", action="store_true", help="ask again with every model and picture in place")
    options = parser.parse_args()
    if options.installed:
        record_installed(options.folder)
        return 0
    start = time.monotonic()
    with server_with_all_nodes(options.folder / "base") as (url, _, python):
        record_nodes(options.folder, url)
        files = graph_files(options.templates or templates_of(python))
        with chromium() as browser:
            record(options.folder, files, browser, url)
        ask_server(options.folder, url)
    print(f"{len(files)} graphs recorded in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
