"""Runs of TextPlacer that are kept ready for its editor: of each node the pictures of its latest two runs."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from typing import Any, NamedTuple

_MOST_BYTES = 256 * 1024 * 1024
_MOST_RUNS = 2  # of a node: the one that its editor shows, and the one before, which ComfyUI may take up again
_MOST_PICTURES = 8  # of a run: an editor that shows one after the other needs no more


class PreviewRun(NamedTuple):
    """What TextPlacer had for one picture: its stage, and the values of its inputs."""

    stage: Any  # core.placement.placer_preview.PreviewStage
    inputs: dict[str, Any]


class RunOrigin(NamedTuple):
    """Where a picture comes from.

    Attributes:
        node: Which node of which workflow.
        run: Which run of the graph; the pictures of one run stay or go together.
    """

    node: str
    run: str


class _Kept(NamedTuple):
    run: PreviewRun
    origin: RunOrigin
    place: int  # among the pictures of its run


class PreviewRuns:
    """The pictures of the latest runs: a few of each node, in all as many as fit in the memory that is set apart.

    Attributes:
        wanted: Whether there is anyone who can ask for them.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self.wanted = False
        self._most = most_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # the one that was used last is the last
        self._runs: OrderedDict[RunOrigin, int] = OrderedDict()  # how many pictures came; the newest run is the last
        self._lock = threading.Lock()

    def takes(self, origin: RunOrigin | None) -> bool:
        """Whether one more picture of a run would be kept."""
        return self.wanted and (origin is None or self._runs.get(origin, 0) < _MOST_PICTURES)

    def keep(self, run: PreviewRun, token: str | None = None, origin: RunOrigin | None = None) -> str:
        """Keep a picture; return the token it is asked for by.

        What is kept goes where there is no room: earlier runs of a node first, then further pictures of a run, then
        what was used longest ago.

        Args:
            run: What the node had.
            token: Of one that is kept again.
            origin: Where it comes from; older runs of the same node go, but for one.
        """
        with self._lock:
            token = token or uuid.uuid4().hex
            before = self._kept.pop(token, None)
            self._kept[token] = self._new(run, origin) if before is None else before._replace(run=run)
            self._drop_old_runs()
            self._make_room()
        return token

    def get(self, token: str) -> PreviewRun | None:
        """Return the picture of a token, which counts as used now."""
        with self._lock:
            if token not in self._kept:
                return None
            self._kept.move_to_end(token)
            return self._kept[token].run

    def _new(self, run: PreviewRun, origin: RunOrigin | None) -> _Kept:
        origin = origin or RunOrigin("", uuid.uuid4().hex)
        place = self._runs.setdefault(origin, 0)
        self._runs[origin] += 1
        return _Kept(run, origin, place)

    def _drop_old_runs(self) -> None:
        of_node: dict[str, list[RunOrigin]] = {}
        for origin in self._runs:
            of_node.setdefault(origin.node, []).append(origin)
        gone = {origin for node, runs in of_node.items() if node for origin in runs[:-_MOST_RUNS]}
        self._kept = OrderedDict((token, kept) for token, kept in self._kept.items() if kept.origin not in gone)
        there = {kept.origin for kept in self._kept.values()}
        self._runs = OrderedDict((origin, count) for origin, count in self._runs.items() if origin in there)

    def _make_room(self) -> None:
        newest = {origin.node: origin for origin in self._runs if origin.node}
        order = sorted(self._kept, key=lambda token: self._worth(self._kept[token], newest))
        size = sum(kept.run.stage.nbytes for kept in self._kept.values())
        for token in order[:-1]:
            if size <= self._most:
                break
            size -= self._kept.pop(token).run.stage.nbytes

    @staticmethod
    def _worth(kept: _Kept, newest: dict[str, RunOrigin]) -> tuple[bool, bool]:
        """Return what goes first as the lowest; of equals, sorted as they are, the one used longest ago goes first."""
        return newest.get(kept.origin.node, kept.origin) == kept.origin, kept.place == 0
