"""The engines by name, a list that is fixed so that a graph is valid on every machine, and when to trust their work."""

from __future__ import annotations

REMBG_MODELS = (
    "birefnet-general",
    "birefnet-portrait",
    "isnet-general-use",
    "u2net",
    "silueta",
    "u2netp",
)

ENGINES = ("auto", "ben2", "grabcut", *REMBG_MODELS)

AUTO_ORDER = ("birefnet-general", "isnet-general-use", "u2net", "silueta", "u2netp")
"""The rembg models that ``auto`` tries, the best first; the portrait model only suits portraits."""

OPENCV_MODELS = ("u2net", "silueta", "u2netp")
"""Those that OpenCV runs, so that the package rembg is not needed for them."""

SHIPPED = "u2netp"
"""The one that comes with the pack."""

USABLE = 0.5
"""The confidence from which a cut-out is good enough for an ad; below it the photo is better taken whole."""
