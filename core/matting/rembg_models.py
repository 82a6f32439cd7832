"""rembg's models from a file that is already there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError

Array = NDArray[np.float32]


def predict(name: str, path: Path, rgb: Array) -> Array:
    """Return the alpha [H,W] that a rembg model gives for one picture.

    Raises:
        FitAdError: The file is not a usable model of that name.
    """
    return run(open_session(name, path), rgb)


def open_session(name: str, path: Path) -> Any:
    """Return a rembg session on ``path``.

    rembg's sessions ask their own ``download_models`` for the file; ours answers with the path, so
    that nothing is fetched, wherever the file lies.

    Raises:
        FitAdError: The file is not a usable model of that name.
    """
    import onnxruntime
    from rembg.sessions import sessions_class

    try:
        base = next(kind for kind in sessions_class if kind.name() == name)
    except StopIteration:
        raise FitAdError(f"The installed rembg does not have the model {name}", fix="pip install -U rembg") from None
    answer = classmethod(lambda cls, *args, **kwargs: str(path))
    local = type(f"Local{base.__name__}", (base,), {"download_models": answer})
    try:
        return local(name, onnxruntime.SessionOptions())
    except Exception as exc:  # onnxruntime has a dozen unrelated exception classes
        raise FitAdError(
            f"The model file {path} cannot be used",
            why=_first_line(exc),
            fix="Download the file again; it may be incomplete",
        ) from exc


def run(session: Any, rgb: Array) -> Array:
    """Return the alpha [H,W] of one picture from an open session."""
    from PIL import Image

    picture = Image.fromarray(np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8))
    mask = session.predict(picture)[0].convert("L")
    return np.asarray(mask, dtype=np.float32) / np.float32(255)


def _first_line(exc: Exception) -> str:
    return (str(exc).splitlines() or [type(exc).__name__])[0]
