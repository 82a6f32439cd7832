"""Nulls from API clients. ComfyUI makes the word "None" of one that comes for a text; here it means: as by default."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from comfy_api.latest import io


def install(nodes: Iterable[type[io.ComfyNode]]) -> None:
    """Look through every prompt that ComfyUI's server gets, before it is checked; nothing where there is no server."""
    server: Any = getattr(getattr(sys.modules.get("server"), "PromptServer", None), "instance", None)
    if server is not None and hasattr(server, "add_on_prompt_handler"):
        server.add_on_prompt_handler(partial(filled, {node.GET_SCHEMA().node_id: node for node in nodes}))


def filled(nodes: Mapping[str, type[io.ComfyNode]], request: dict[str, Any]) -> dict[str, Any]:
    """Return what a client has sent, with the defaults of these nodes' inputs in the place of nulls.

    An input without a default is taken out, so that ComfyUI says that it is missing.
    """
    prompt = request.get("prompt") if isinstance(request, dict) else None
    for node in prompt.values() if isinstance(prompt, dict) else ():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        if isinstance(inputs, dict) and None in inputs.values() and str(node.get("class_type")) in nodes:
            _fill(inputs, nodes[str(node["class_type"])])
    return request


def _fill(inputs: dict[str, Any], node: type[io.ComfyNode]) -> None:
    defaults = {item.id: getattr(item, "default", None) for item in node.GET_SCHEMA().inputs}
    for name in [name for name, value in inputs.items() if value is None]:
        if defaults.get(name) is None:
            del inputs[name]
        else:
            inputs[name] = defaults[name]
