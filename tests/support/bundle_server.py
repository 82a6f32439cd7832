"""ComfyUI with the packs and the model folders of its own installation, for tests that run the bundle's graphs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comfyui_server import ROOT, ComfyUIServer, comfyui_or_skip, comfyui_server

OLD_TOGGLES = ROOT / "tests" / "support" / "packs" / "old-toggles"
PACKS = ("ComfyUI-GGUF", "ComfyUI-Impact-Pack", "ComfyUI-Impact-Subpack")


@contextmanager
def bundle_server(base: Path, *more: Path) -> Iterator[ComfyUIServer]:
    """Start it, with more packs where wanted, or skip the test where there is no ComfyUI."""
    folder, python = comfyui_or_skip()
    packs = [folder / "custom_nodes" / name for name in PACKS if (folder / "custom_nodes" / name).is_dir()]
    with comfyui_server(folder, python, base, [*packs, *more], folder / "models") as server:
        yield server
