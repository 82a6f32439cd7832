"""ComfyUI with the packs and all model folders of its own installation, to run every graph of the bundle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comfyui_server import PACKS, TEST_PACKS, ComfyUIServer, comfyui_or_skip, comfyui_server, installed_packs

ALL = bool(os.environ.get("FIT_AD_SLOW"))
__all__ = ["ALL", "PACKS", "bundle_server"]


@contextmanager
def bundle_server(base: Path, shared: ComfyUIServer) -> Iterator[ComfyUIServer]:
    """Start one of its own where every graph is run; else the shared server has what the quick ones need."""
    if not ALL:
        yield shared
        return
    folder, python = comfyui_or_skip()
    with comfyui_server(folder, python, base, [*installed_packs(folder), *TEST_PACKS], folder / "models") as server:
        yield server
