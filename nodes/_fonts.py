"""The fonts that the nodes offer: bundled, the ``fonts`` model folder, those of the settings, the system's."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import FitAdError
from ..core.text.fonts import DEFAULT_FONT, FontFace, catalogue, find
from . import _settings

FOLDER_KEY = "fonts"


def fonts() -> list[FontFace]:
    """Return every font at hand, the bundled ones first."""
    import folder_paths

    # adds models/fonts unless someone, such as extra_model_paths.yaml, names it already
    folder_paths.add_model_folder_path(FOLDER_KEY, str(Path(folder_paths.models_dir) / FOLDER_KEY))
    folders = [*folder_paths.get_folder_paths(FOLDER_KEY), *_settings.lenient().fonts]
    return catalogue([Path(folder).expanduser() for folder in folders])


def default_font() -> str:
    """Return the shop's own font, where the settings name one that is here; else the pack's default."""
    try:
        return find(_settings.lenient().shop.font or DEFAULT_FONT, fonts()).id
    except FitAdError:
        return DEFAULT_FONT
