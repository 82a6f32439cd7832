"""The engines by name. The list is fixed, so that a graph is valid on every machine."""

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
