"""Node classes that got another name. The server takes the old name too where its table has it; other tools do not.

Source: comfy_extras/nodes_replacements.py of ComfyUI 0.33; only those whose inputs stay what they were.
"""

from __future__ import annotations

RENAMED: dict[str, str] = {
    "ConditioningAverage ": "ConditioningAverage",
    "Load3DAnimation": "Load3D",
    "Preview3DAnimation": "Preview3D",
    "SDV_img2vid_Conditioning": "SVD_img2vid_Conditioning",
}
