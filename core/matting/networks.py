"""Networks run by OpenCV: read from a file or from what comes with the pack, asked one picture at a time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..models.shipped import shipped_bytes, shipped_file

Array = NDArray[Any]  # float32, or what an operation widens it to


class Network:
    """A network that OpenCV has read; threads that ask it at once wait for each other.

    Args:
        net: As cv2.dnn reads it.
        place: Its file, for errors.
    """

    def __init__(self, net: Any, place: Path) -> None:
        self._net = net
        self._asked = Lock()
        self._place = place
        self._names = tuple(net.getUnconnectedOutLayersNames())
        # Winograd takes 130 MB more for U²-Net-P at 320 × 320 and saves 5 % of the time (OpenCV 4.11)
        net.enableWinograd(False)

    def first(self, picture: Array) -> Array:
        """Return the first output, without its batch, for a picture [H,W,C].

        Raises:
            FitAdError: OpenCV cannot run the network on it.
        """
        return self._forward(picture, self._names[0])[0]

    def all(self, picture: Array) -> Mapping[str, Array]:
        """Return every output by its name, without their batch, for a picture [H,W,C].

        Raises:
            FitAdError: OpenCV cannot run the network on it.
        """
        return {name: out[0] for name, out in zip(self._names, self._forward(picture, self._names), strict=True)}

    def convolutions(self) -> list[tuple[Array, Array]]:
        """Return weight and bias of each convolution, in the order in which they run."""
        layers = (self._net.getLayer(self._net.getLayerId(name)) for name in self._net.getLayerNames())
        return [tuple(layer.blobs[:2]) for layer in layers if layer.type == "Convolution" and len(layer.blobs) >= 2]

    def _forward(self, picture: Array, wanted: Any) -> Any:
        try:
            with self._asked:
                self._net.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))  # HWC -> BCHW
                return self._net.forward(wanted)
        except cv2.error as exc:
            raise _unusable(self._place, exc) from exc


@cache
def shipped_network(model_id: str) -> Network:
    """Return a network that comes with the pack, read once in a process: 5 MB and less.

    Raises:
        MissingModelError: Its file is not there.
        FitAdError: Its file is not what the registry says, or OpenCV cannot read it.
    """
    return _read(np.frombuffer(shipped_bytes(model_id), np.uint8), shipped_file(model_id))


def network_from(path: Path) -> Network:
    """Return the network of an ONNX file.

    Raises:
        FitAdError: The file cannot be read, or OpenCV makes nothing of it.
    """
    try:
        content = np.fromfile(path, np.uint8)
    except OSError as exc:
        raise FitAdError(f"The model file {path} cannot be read", why=str(exc.strerror)) from exc
    return _read(content, path)


def _read(content: NDArray[np.uint8], path: Path) -> Network:
    read = cv2.dnn.readNetFromTFLite if path.suffix == ".tflite" else cv2.dnn.readNetFromONNX
    try:
        return Network(read(content), path)
    except (cv2.error, AttributeError) as exc:  # an OpenCV built without dnn or TFLite lacks the function
        raise _unusable(path, exc) from exc


def _unusable(path: Path, exc: Exception) -> FitAdError:
    lines = str(exc).strip().splitlines() or [type(exc).__name__]
    return FitAdError(
        f"OpenCV {cv2.__version__} cannot use the model file {path}",
        why=lines[0],
        fix="Download the file again if it may be incomplete, or update opencv-python-headless to 4.8 or newer",
    )
