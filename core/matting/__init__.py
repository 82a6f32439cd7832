"""Cut-outs: who finds the subject (engines), and how its edge is finished.

:func:`cut` is the one call, :func:`cut_all` for a batch; everything they need is imported when they run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .names import AUTO_ORDER, ENGINES, REMBG_MODELS

if TYPE_CHECKING:
    from .cutout import Batch as Batch
    from .cutout import Cutout as Cutout
    from .cutout import cut as cut
    from .cutout import cut_all as cut_all
    from .cutout import masks_of as masks_of
    from .edges import EdgeOptions as EdgeOptions
    from .engines import Shelf as Shelf

_CUTOUT = ("Batch", "Cutout", "cut", "cut_all", "masks_of")

__all__ = ["AUTO_ORDER", "ENGINES", "REMBG_MODELS", *_CUTOUT, "EdgeOptions", "Shelf"]


def __getattr__(name: str) -> object:
    if name in _CUTOUT:
        from . import cutout

        return getattr(cutout, name)
    if name == "EdgeOptions":
        from .edges import EdgeOptions

        return EdgeOptions
    if name == "Shelf":
        from .engines import Shelf

        return Shelf
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
