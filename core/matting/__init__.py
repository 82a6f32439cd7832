"""Cut-outs: who finds the subject (engines), and how its edge is finished.

:func:`cut` is the one call, :func:`cut_all` for a batch; everything they need is imported when they run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazily import homes
from .engine_names import AUTO_ORDER, ENGINES, REMBG_MODELS, USABLE

if TYPE_CHECKING:
    from .cutout import Batch, Cutout, cut, cut_all, masks_of
    from .edges import EdgeOptions
    from .engines import InstalledModels
    from .hints import Hints
    from .protected import ProtectedAreas, find_protected

__getattr__ = homes(
    __name__,
    {
        "Batch": "cutout",
        "Cutout": "cutout",
        "EdgeOptions": "edges",
        "Hints": "hints",
        "InstalledModels": "engines",
        "ProtectedAreas": "protected",
        "cut": "cutout",
        "cut_all": "cutout",
        "find_protected": "protected",
        "masks_of": "cutout",
    },
)

__all__ = [
    "AUTO_ORDER",
    "ENGINES",
    "REMBG_MODELS",
    "USABLE",
    "Batch",
    "Cutout",
    "EdgeOptions",
    "Hints",
    "InstalledModels",
    "ProtectedAreas",
    "cut",
    "cut_all",
    "find_protected",
    "masks_of",
]
