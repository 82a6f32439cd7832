"""The pack's routes on ComfyUI's server, one module each."""

from __future__ import annotations


def register_all() -> None:
    """Add every route to ComfyUI's server; where there is none, as in tests and in the command, nothing happens."""
    from . import _previews, clamp, cutout, place, settings, validate
    from ._registration import freeze_at_start, register

    routes = (place.ROUTE, clamp.ROUTE, cutout.ROUTE, cutout.MODELS, validate.ROUTE, settings.ROUTE)
    added = {route.path: register(route) for route in routes}
    _previews.RUNS.wanted = added[place.ROUTE.path]
    freeze_at_start()
