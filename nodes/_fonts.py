"""The fonts that the nodes offer: bundled, the ``fonts`` model folder, the system's."""

from __future__ import annotations

from pathlib import Path

from ..core.fonts import FontFace, catalogue

FOLDER_KEY = "fonts"


def fonts() -> list[FontFace]:
    """Return every font at hand, the bundled ones first."""
    import folder_paths

    # adds models/fonts unless someone, such as extra_model_paths.yaml, names it already
    folder_paths.add_model_folder_path(FOLDER_KEY, str(Path(folder_paths.models_dir) / FOLDER_KEY))
    return catalogue([Path(folder) for folder in folder_paths.get_folder_paths(FOLDER_KEY)])
