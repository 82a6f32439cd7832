"""Photos as their colour profile says they look: LoadImage takes all colours for sRGB, a phone's Display P3 too."""

from __future__ import annotations

import functools
import inspect
import logging
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from comfy_api.latest import io

from ._images import arrays
from ._running import graph_around

_LOADERS = ("LoadImage", "LoadImageOutput")
_MASK_SLOT = 1
_log = logging.getLogger("fit_ad.inputs")


def with_profiles(node: type[io.ComfyNode]) -> type[io.ComfyNode]:
    """Return the node, which from now on gets photos of LoadImage in sRGB."""
    inner = node.execute.__func__

    @functools.cache
    def kinds() -> Mapping[str, str]:
        return {one.id: one.get_io_type() for one in node.define_schema().inputs}

    @functools.wraps(inner)
    def execute(cls: Any, *args: Any, **inputs: Any) -> Any:
        return inner(cls, *args, **_right(inputs, kinds()))

    @functools.wraps(inner)
    async def execute_async(cls: Any, *args: Any, **inputs: Any) -> Any:
        return await inner(cls, *args, **_right(inputs, kinds()))

    node.execute = classmethod(execute_async if inspect.iscoroutinefunction(inner) else execute)
    return node


def _right(inputs: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    graph, node_id = graph_around()
    wired = _inputs_of(graph, node_id)
    right = dict(inputs)
    for name, value in inputs.items():
        loader = _loader(graph, wired.get(name))
        if kinds.get(name) == "IMAGE" and loader is not None and loader[1] != _MASK_SLOT:
            right[name] = _in_srgb(value, loader[0])
    return right


def _inputs_of(graph: Mapping[str, Any], node_id: str) -> Mapping[str, Any]:
    node = graph.get(node_id)
    inputs = node.get("inputs") if isinstance(node, Mapping) else None
    return inputs if isinstance(inputs, Mapping) else {}


def _loader(graph: Mapping[str, Any], wire: Any) -> tuple[Mapping[str, Any], int] | None:
    """Return the inputs of the LoadImage at the other end of a wire, and the output that it leaves from."""
    if not isinstance(wire, list) or len(wire) != 2 or not isinstance(wire[1], int):
        return None
    source = graph.get(str(wire[0]))
    if not isinstance(source, Mapping) or source.get("class_type") not in _LOADERS:
        return None
    return _inputs_of(graph, str(wire[0])), wire[1]


def _in_srgb(value: Any, loader: Mapping[str, Any]) -> Any:
    """Return pictures as the profile of their file says they look."""
    from ..core.raster.color_profile import profile_name, to_srgb, wide_profile

    file = _file(loader.get("image"))
    profile = None if file is None else wide_profile(file)
    if profile is None or not isinstance(value, torch.Tensor):
        return value
    _log.info("The colours of the picture are turned from %s into sRGB", profile_name(profile) or "its own profile")
    return torch.from_numpy(np.stack([to_srgb(picture, profile) for picture in arrays(value)]))


def warn_of_profiles() -> None:
    """Say in the log which photo of the graph that runs has colours that another pack's node took for sRGB."""
    from ..core.raster.color_profile import profile_name, wide_profile

    graph, node_id = graph_around()
    for loader in _loaders_of_others(graph, node_id):
        file = _file(loader.get("image"))
        profile = None if file is None else wide_profile(file)
        if file is not None and profile is not None:
            _log.warning(
                "%s is in %s, and the node that it goes to takes its colours for sRGB: they come out pale. Save it as "
                "sRGB, or connect it to a Fit-AD node first",
                file.name,
                profile_name(profile) or "a colour space of its own",
            )


def _loaders_of_others(graph: Mapping[str, Any], node_id: str) -> Iterator[Mapping[str, Any]]:
    """Yield the inputs of every LoadImage before a node that another pack's node is wired to."""
    left, seen = [node_id], set()
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        for wire in _inputs_of(graph, one).values():
            loader = _loader(graph, wire)
            if loader is not None and loader[1] != _MASK_SLOT and not _is_ours(graph[one].get("class_type")):
                yield loader[0]
            left += [str(wire[0])] if isinstance(wire, list) and wire else []


def _is_ours(class_type: Any) -> bool:
    cls = getattr(sys.modules.get("nodes"), "NODE_CLASS_MAPPINGS", {}).get(class_type)
    return str(getattr(cls, "CATEGORY", "")).startswith("Fit-AD")


def _file(name: Any) -> Path | None:
    """Return the file that a LoadImage shows; None for one that lies outside ComfyUI's folders."""
    import folder_paths

    try:
        file = Path(folder_paths.get_annotated_filepath(str(name))).resolve()
        roots = [folder_paths.get_input_directory(), folder_paths.get_output_directory()]
        roots.append(folder_paths.get_temp_directory())
    except (OSError, ValueError, AttributeError):
        return None
    return file if any(file.is_relative_to(Path(root).resolve()) for root in roots) and file.is_file() else None
