"""Answers of an image model's endpoint, right and wrong, for ``model_server``."""

from __future__ import annotations

import base64
import io
import json
import re
from http.server import BaseHTTPRequestHandler
from typing import Any

import numpy as np
from model_server import Asked, Behaviour, body
from PIL import Image, PngImagePlugin

USAGE = {"input_tokens": 40, "output_tokens": 1056, "total_tokens": 1096, "input_tokens_details": {"text_tokens": 40}}


def gradient(width: int, height: int, channels: int = 3) -> np.ndarray:
    """uint8 [H,W,C] that tells left from right and top from bottom."""
    columns, rows = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    planes = [columns, rows, np.full_like(rows, 90), np.where(columns > 127, 255, 0)]
    return np.dstack(planes[:channels]).astype(np.uint8)


def file_of(pixels: np.ndarray, kind: str = "PNG", words: str = "") -> bytes:
    """A picture file; ``words`` go into a text chunk of a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", words)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **({"pnginfo": info} if kind == "PNG" else {}))
    return buffer.getvalue()


def answer_of(data: bytes, **more: Any) -> str:
    """The JSON of an answer that holds one picture."""
    return json.dumps({"created": 1, "data": [{"b64_json": base64.b64encode(data).decode()}], "usage": USAGE, **more})


def painting(**more: Any) -> Behaviour:
    """Paint a gradient in the size that is asked for."""

    def behave(handler: BaseHTTPRequestHandler, asked: Asked, number: int) -> None:
        width, height = map(int, fields(asked)["size"].split("x"))
        clear = fields(asked).get("background") == "transparent"
        body(handler, 200, answer_of(file_of(gradient(width, height, 4 if clear else 3)), **more), "application/json")

    return behave


def fields(asked: Asked) -> dict[str, str]:
    """What a request says, whether as JSON or as a form."""
    if asked.body:
        return {name: str(value) for name, value in asked.body.items()}
    return {name: part.decode("utf-8", "replace") for name, (file, part) in parts(asked).items() if not file}


def files(asked: Asked) -> dict[str, np.ndarray]:
    """The pictures in a form."""
    return {
        name: np.asarray(Image.open(io.BytesIO(part)))
        for name, (file, part) in parts(asked).items()
        if file
    }  # fmt: skip


def parts(asked: Asked) -> dict[str, tuple[str, bytes]]:
    """Name -> file name and content of the parts of a form."""
    boundary = re.search(r"boundary=\"?([^\";]+)", asked.headers["content-type"])
    assert boundary
    found = {}
    for part in asked.raw.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
        names = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
        found[names["name"]] = (names.get("filename", ""), content)
    return found
