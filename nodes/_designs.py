"""The designs that the nodes offer, and what the shop of the settings brings to them."""

from __future__ import annotations

from pathlib import Path

from . import _settings

FOLDER = ("fit_ad", "designs")


def folders() -> tuple[Path, ...]:
    """Return where users keep designs of their own: ``fit_ad/designs`` in ComfyUI's user folder."""
    user = _settings.user_folder()
    return () if user is None else (user.joinpath(*FOLDER),)


def names() -> tuple[str, ...]:
    """Return the names of all designs, the bundled ones and the user's own."""
    from ..core.design.design_names import design_names

    return design_names(folders())
