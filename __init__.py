"""Fit-AD for ComfyUI: from a phone photo and a few facts to an advertisement that can be posted.

ComfyUI loads this file by path and asks :func:`comfy_entrypoint` for the nodes; ``pip`` installs
the same folder as the package ``fit_ad``. Nothing is imported before it is needed.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes.extension import FitAdExtension

__version__ = "0.1.0"

WEB_DIRECTORY = "./js"


async def comfy_entrypoint() -> FitAdExtension:
    """Return the extension; a failure is logged with its traceback, which ComfyUI would drop."""
    try:
        from .nodes.extension import FitAdExtension
    except Exception:
        logging.getLogger("fit_ad").exception("Fit-AD could not load its nodes")
        raise
    return FitAdExtension()


__all__ = ["WEB_DIRECTORY", "comfy_entrypoint"]
