#!/usr/bin/env python3
"""Write core/validation/catalogue.json: signatures of the bundle's nodes and ComfyUI's own, and the folders they read.

    python benchmarks/catalogue.py FOLDER

FOLDER is scratch. A real ComfyUI is started with one marked file in every model folder; the lists of choices then tell
which field reads which folder. Files' names never go into the catalogue.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from derive_catalogue import CATALOGUE, MARK, OPEN, catalogue_text, entries  # noqa: E402


def marked_folders(models: Path, names: list[str]) -> None:
    """Put a file named after its folder into each model folder."""
    for name in names:
        for suffix in (".safetensors", ".gguf", ".pt", ".onnx"):
            file = models / name / f"{MARK}{name}{suffix}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()


def bundled_classes() -> set[str]:
    """Return the classes of all nodes in the bundle's workflows."""
    found = set()
    for file in (ROOT / "workflows/api").glob("*.json"):
        found |= {node["class_type"] for node in json.loads(file.read_text(encoding="utf-8")).values()}
    return found


def folders_of(info: dict[str, Any]) -> dict[str, str]:
    """Return which folders each field reads, by ``Class.input``; several are joined by "+"."""
    found = {}
    for class_name, one in sorted(info.items()):
        for name, choices in _choices(one.get("input") or {}):
            keys = [_key(str(choice)) for choice in choices if MARK in str(choice)]
            if keys and f"{class_name}.{name}" not in OPEN:
                found[f"{class_name}.{name}"] = "+".join(dict.fromkeys(keys))
    return found


def _key(choice: str) -> str:
    """Return the key of the folder that a marked file lies in; GGUF files are listed under keys of their own."""
    folder, suffix = choice[choice.index(MARK) + len(MARK) :].rsplit(".", 1)
    key = {"unet": "diffusion_models", "clip": "text_encoders", "t2i_adapter": "controlnet"}.get(folder, folder)
    return {"diffusion_models": "unet_gguf", "text_encoders": "clip_gguf"}.get(key, key) if suffix == "gguf" else key


def _choices(inputs: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    for group in ("required", "optional"):
        for name, spec in (inputs.get(group) or {}).items():
            options = spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
            yield prefix + name, spec[0] if isinstance(spec[0], list) else options.get("options") or []
            if spec[0] == "COMFY_DYNAMICCOMBO_V3":
                for one in options.get("options") or []:
                    yield from _choices(one.get("inputs") or {}, f"{prefix}{name}.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    from fit_ad.core.validation.model_files import of_comfyui
    from judge import server_with_all_nodes

    (folder / "base" / "models").mkdir(parents=True, exist_ok=True)
    marked_folders(folder / "base" / "models", [*of_comfyui(folder / "base").roots, "unet", "clip", "sams"])
    for kind in ("bbox", "segm"):
        file = folder / "base/models/ultralytics" / kind / f"{MARK}ultralytics.pt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    with server_with_all_nodes(folder / "base", packs=True) as (url, _, _python):
        info = httpx.get(url + "/object_info", timeout=120).raise_for_status().json()
        version = httpx.get(url + "/system_stats", timeout=60).raise_for_status().json()["system"]["comfyui_version"]
    missing = bundled_classes() - info.keys()
    if missing:
        print(f"not installed: {', '.join(sorted(missing))}", file=sys.stderr)
    names = sorted((bundled_classes() | own_classes(info) | _OTHERS) & info.keys())
    nodes = entries({name: info[name] for name in names})
    folders = folders_of(info)
    text = catalogue_text(version, folders, nodes)
    CATALOGUE.write_text(text, encoding="utf-8")
    print(f"{len(nodes)} classes, {len(folders)} fields of models, {len(text) / 1000:.0f} kB")
    return 0


def own_classes(info: dict[str, Any]) -> set[str]:
    """Return ComfyUI's own classes, without those of its partners, and this pack's."""
    found = {name for name, one in info.items() if one["python_module"].startswith(("nodes", "comfy_extras"))}
    return found | {name for name, one in info.items() if one["python_module"].endswith("comfyui-fit-ad")}


# Loaders and detailers of packs that the bundle's own graphs are made for.
_OTHERS = {"UnetLoaderGGUF", "DualCLIPLoaderGGUF", "CLIPLoaderGGUF", "FaceDetailer", "SAMLoader"}
_OTHERS |= {"UltralyticsDetectorProvider"}


if __name__ == "__main__":
    sys.exit(main())
