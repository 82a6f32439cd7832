"""Cut-outs: who finds the subject (engines), and how its edge is finished.

:func:`cut` is the one call; everything it needs is imported when it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .names import AUTO_ORDER, ENGINES, REMBG_MODELS

if TYPE_CHECKING:
    from .cutout import Cutout as Cutout
    from .cutout import cut as cut
    from .edges import EdgeOptions as EdgeOptions
    from .engines import Shelf as Shelf

__all__ = ["AUTO_ORDER", "ENGINES", "REMBG_MODELS", "Cutout", "EdgeOptions", "Shelf", "cut"]


def __getattr__(name: str) -> object:
    if name in ("Cutout", "cut"):
        from . import cutout

        return getattr(cutout, name)
    if name == "EdgeOptions":
        from .edges import EdgeOptions

        return EdgeOptions
    if name == "Shelf":
        from .engines import Shelf

        return Shelf
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
