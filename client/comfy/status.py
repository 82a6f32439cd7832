"""What a ComfyUI server is, does and has: versions, queue, memory, models; and the profiles of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PureWindowsPath
from typing import Any

from ...core.infra.paths import comfyui_user_folder, environment
from ...core.models.registry import registry
from ...core.settings import Profile, load
from .queue import ComfyServer

_GIB = 2**30


def ask(address: str) -> dict[str, Any]:
    """Return the state of a server as plain data, without secrets and folders.

    Raises:
        ServerAwayError: Nothing answers there.
    """
    from ... import __version__

    with ComfyServer(address) as server:
        stats = server.system()
        system = stats.get("system") or {}
        queued = server.queued()
        return {
            "server": server.name,
            "versions": {
                "fit_ad": __version__,
                "comfyui": system.get("comfyui_version"),
                "python": str(system.get("python_version", "")).split(" ")[0],
                "pytorch": system.get("pytorch_version"),
            },
            "queue": {"running": len(queued[0]), "waiting": len(queued[1])} if queued else None,
            "memory": _memory(system, stats.get("devices")),
            "nodes": bool(server.has_node("AdSave")),
            "models": _models(server),
            "profiles": _profiles(),
        }


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the state of a server for people."""
    versions, queue = found["versions"], found["queue"]
    yield f"{found['server']}: ComfyUI {versions['comfyui']}"
    yield f"  Python {versions['python']}, PyTorch {versions['pytorch']}"
    yield f"  Fit-AD {versions['fit_ad']} here; its nodes are {'there' if found['nodes'] else 'not there'}"
    yield f"  queue: {queue['running']} running, {queue['waiting']} waiting" if queue else "  queue: not known"
    for entry in found["memory"]:
        yield f"  {entry['name']}: {entry['free_gb']:.1f} of {entry['total_gb']:.1f} GB free"
    models = [f"{model} ({', '.join(files)})" for model, files in found["models"].items()]
    yield "  models: " + ("" if models else "none from the registry")
    yield from (f"    {model}" for model in models)
    yield "  profiles here:"
    yield from (f"    {one['name']}: {one['model']}, {one['key']}" for one in found["profiles"])


def _memory(system: Mapping[str, Any], devices: Any) -> list[dict[str, Any]]:
    entries = [("memory", system.get("ram_free"), system.get("ram_total"))]
    for device in devices if isinstance(devices, list) else ():
        if isinstance(device, dict) and device.get("type") != "cpu":
            entries.append((str(device.get("name", "card")), device.get("vram_free"), device.get("vram_total")))
    return [
        {"name": name, "free_gb": round(free / _GIB, 2), "total_gb": round(total / _GIB, 2)}
        for name, free, total in entries
        if isinstance(free, (int, float)) and isinstance(total, (int, float))
    ]


def _models(server: ComfyServer) -> dict[str, list[str]]:
    """Return the registry's models that the server has, id -> its files there."""
    folders = {model.folder for model in registry().values() if model.folder}
    in_folder = {folder: server.model_files(folder) for folder in folders}
    found = {}
    for model in registry().values():
        names = {file.name for file in model.files}
        there = [name for name in in_folder.get(model.folder, ()) if PureWindowsPath(name).name in names]
        if there:
            found[model.id] = there
    return found


def _profiles() -> list[dict[str, str]]:
    settings = load(comfyui_user_folder(environment()), environment())
    return [{"name": one.name, "model": one.model, "key": key_state(one)} for one in settings.profiles.values()]


def key_state(profile: Profile) -> str:
    """Return where a profile's key comes from, or that it is lacking; never the key."""
    if profile.key:
        return "key in the file"
    if not profile.key_env:
        return "needs no key"
    return f"key in {profile.key_env}" if profile.ready(environment()) else f"{profile.key_env} is not set"
