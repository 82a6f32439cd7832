"""Asks one profile's image model for one picture, and takes only a picture for an answer."""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..llm.call_errors import CallFailure, ModelError
from ..llm.calling import HttpCall, RetryingCaller
from ..llm.exception_reasons import never_arrived, reason_in
from ..raster.photo import Photo, read_photo
from .frames import pad_to
from .sizes import Size, best_size, is_openai, standard_size

Array = NDArray[Any]  # float32, or what an operation widens it to

QUALITIES = ("auto", "low", "medium", "high")

_MOST_BYTES = 64_000_000  # of one answer on the wire: 8 megapixels as PNG in base64 have about 33 million
_USUAL_S = 25.0  # what a picture takes, for a progress that never quite ends
_DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,")
_MOST_WORDS = 1000
_GATEWAY_TIMEOUT = 504  # the model behind the gateway may still be at work
_FACTS = ("size", "quality", "background")
_FACT = re.compile(r"[\w.×-]{1,32}")

# What to do where it is another thing than for words.
FIXES = {
    CallFailure.TIME: "Raise limits: image_seconds in the settings, or choose a lower quality",
    CallFailure.UNKNOWN: "Check image_model and base_url in the settings; not every server makes pictures",
    CallFailure.CONNECTION: "Check that the server runs. If the connection broke, it may have charged already",
    CallFailure.SERVER: "Try again in a minute. At status 504 it may have charged already",
    CallFailure.REQUEST: "Check that image_model in the settings can do what the node asks for",
}


@dataclass(frozen=True)
class ImageRequest:
    """What is to be seen.

    Attributes:
        prompt: In words.
        size: Width and height of the finished picture, in px.
        quality: One of ``QUALITIES``.
        transparent: Whether the subject is to stand on nothing.
        seed: Another number, another picture; no model is told of it.
    """

    prompt: str
    size: Size
    quality: str = "auto"
    transparent: bool = False
    seed: int = 0


@dataclass(frozen=True)
class EditTarget:
    """A picture to be changed, float32 [H,W,3 or 4] of the wish's size, and where: mask [H,W], 1 = may change."""

    picture: Array
    mask: Array | None = None


@dataclass(frozen=True)
class ProviderImage:
    """A picture as the model gave it, and what it said about it.

    Attributes:
        photo: Its pixels.
        asked: The size that it was asked for.
        facts: ``usage``, ``cost``, ``size``, ``quality``, ``background``, ``revised_prompt``, as far as they are told.
        notes: What was asked for otherwise than wished.
    """

    photo: Photo
    asked: Size
    facts: Mapping[str, Any]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _PictureForm:
    """One way to ask: the size, and whether with what only some servers know."""

    size: Size
    whole: bool


class ImageClient(RetryingCaller):
    """Asks for one picture, within the settings' ``image_seconds``.

    A request that broke off on its way back is not sent again: the picture may be made, and paid for, already.
    """

    most_bytes: ClassVar[int] = _MOST_BYTES

    def __post_init__(self) -> None:
        super().__post_init__()
        self._broke_off = False

    def error(self, exc: BaseException) -> ModelError:
        self._broke_off = not never_arrived(exc) and getattr(exc, "status_code", _GATEWAY_TIMEOUT) == _GATEWAY_TIMEOUT
        return super().error(exc)

    @property
    def seconds(self) -> float:
        return self.limits.image_seconds

    @property
    def model(self) -> str:
        return self.profile.image_model

    def fail(self, failure: CallFailure, said: str = "", wait_s: float = 0.0) -> ModelError:
        return ModelError(
            self.profile.name,
            failure,
            self.secrets.hidden(said),
            wait_s,
            gave="made no picture",
            fix=FIXES.get(failure, ""),
        )

    def paint(self, wish: ImageRequest, subject: EditTarget | None = None) -> ProviderImage:
        """Return the picture.

        Raises:
            ModelError: There is none within the limits.
        """
        plans, tries = _plans(self.model, wish), 0
        while True:
            try:
                return self.done(_ImageCall(self, wish, subject, plans[0]))
            except ModelError as error:
                tries += 1
                if error.failure is CallFailure.REQUEST and len(plans) > 1:
                    plans = plans[1:]
                elif error.failure in (CallFailure.CONNECTION, CallFailure.SERVER) and self._broke_off:
                    raise
                else:
                    self.wait_for_next(error, tries)


class _ImageCall(HttpCall[ProviderImage]):
    """One picture, asked for in a thread of its own."""

    def __init__(
        self, painter: ImageClient, wish: ImageRequest, subject: EditTarget | None, plan: _PictureForm
    ) -> None:
        super().__init__(painter)
        self.wish, self.subject, self.plan = wish, subject, plan
        self.began = time.monotonic()

    def share(self) -> float:
        return 1 - exp((self.began - time.monotonic()) / _USUAL_S)

    def answer(self, client: Any) -> ProviderImage:
        request = _request(self.caller.model, self.wish, self.plan)
        images = client.images.with_raw_response
        if self.subject is None:
            raw = images.generate(**request)
        else:
            raw = images.edit(**request, **_files(self.subject, self.plan.size))
        data = self._object(raw.content)
        if data.get("error"):
            raise self.caller.fail(*reason_in(data["error"]))
        photo = self._photo(_picture(data))
        notes = () if self.plan.whole or self.wish.quality == "auto" else ("the server takes no quality",)
        return ProviderImage(photo, self.plan.size, self._facts(data), notes)

    def _object(self, content: bytes) -> dict[str, Any]:
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise self.caller.fail(CallFailure.ANSWER, "it is not a JSON object")
        return data

    def _photo(self, found: bytes | str) -> Photo:
        if isinstance(found, str):
            raise self.caller.fail(CallFailure.ANSWER, found)
        try:
            return _read(found)
        except FitAdError:
            raise self.caller.fail(CallFailure.ANSWER, "it holds no picture that can be read") from None

    def _facts(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the server says about the picture: numbers, and words scrubbed."""
        usage = _numbers(data.get("usage"))
        found: dict[str, Any] = {"usage": usage} if usage else {}
        cost = data.get("cost", usage.get("cost"))
        if isinstance(cost, (int, float)) and not isinstance(cost, bool):
            found["cost"] = cost
        words = {name: data[name] for name in _FACTS if isinstance(data.get(name), str) and _FACT.fullmatch(data[name])}
        revised = next((i["revised_prompt"] for i in _items(data) if isinstance(i.get("revised_prompt"), str)), "")
        words |= {"revised_prompt": revised} if revised.strip() else {}
        return found | {name: self.caller.secrets.hidden(text)[:_MOST_WORDS] for name, text in words.items()}


# --- what is asked ---


def _plans(model: str, wish: ImageRequest) -> list[_PictureForm]:
    """Return the ways to ask, the best first; none that leaves out what was wished for in so many words."""
    best, standard = best_size(model, wish.size), standard_size(wish.size)
    plans = [_PictureForm(best, True), _PictureForm(standard, True)]
    if not is_openai(model) and not wish.transparent:
        plans.append(_PictureForm(standard, False))
    return list(dict.fromkeys(plans))


def _request(model: str, wish: ImageRequest, plan: _PictureForm) -> dict[str, Any]:
    request: dict[str, Any] = {"model": model, "prompt": wish.prompt, "n": 1, "size": f"{plan.size[0]}x{plan.size[1]}"}
    if not plan.whole:
        return request
    extra = {"quality": wish.quality} if wish.quality != "auto" else {}
    extra |= {"background": "transparent"} if wish.transparent else {}
    if is_openai(model):  # these always answer in base64 and refuse to be told so
        extra |= {"output_format": "png"}
    else:
        request["response_format"] = "b64_json"
    return {**request, "extra_body": extra} if extra else request


def _files(subject: EditTarget, size: Size) -> dict[str, Any]:
    """Return picture and mask as PNG in the size that is asked for; the mask is clear where the picture may change."""
    picture = _png(pad_to(subject.picture, size))
    if subject.mask is None:
        return {"image": ("image.png", picture, "image/png")}
    kept = 1 - pad_to(subject.mask, size)
    mask = _png(np.dstack([*(np.zeros_like(kept),) * 3, kept]))
    return {"image": ("image.png", picture, "image/png"), "mask": ("mask.png", mask, "image/png")}


def _png(picture: Array) -> bytes:
    pixels = (np.clip(np.nan_to_num(picture), 0, 1) * 255 + 0.5).astype(np.uint8)
    return Photo(pixels, Path(), (pixels.shape[1], pixels.shape[0])).png()


# --- what comes back ---


def _items(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = data.get("data")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _picture(data: Mapping[str, Any]) -> bytes | str:
    """Return the first picture in an answer as the bytes of a file, or why there is none."""
    for item in _items(data):
        for text in (item.get("b64_json"), item.get("url")):
            found = _decoded(text) if isinstance(text, str) else None
            if found:
                return found
    if any(isinstance(item.get("url"), str) for item in _items(data)):
        return "it is an address, which is not followed; let the server answer with b64_json"
    return "it holds no picture"


def _decoded(text: str) -> bytes | None:
    head = _DATA_URL.match(text)
    if "://" in text[:16]:
        return None
    try:
        return base64.b64decode(text[head.end() :] if head else text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _read(data: bytes) -> Photo:
    """Return the pixels of a picture file; nothing else that the file says is kept."""
    with TemporaryDirectory(prefix="fit-ad-") as folder:
        file = Path(folder) / "picture"
        file.write_bytes(data)
        return read_photo(file)


def _numbers(data: Any, depth: int = 2) -> dict[str, Any]:
    """Return the numbers in a JSON object, by their names."""
    found: dict[str, Any] = {}
    for name, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and re.fullmatch(r"\w{1,40}", str(name)):
            found[name] = value
        elif depth and _numbers(value, depth - 1):
            found[str(name)[:40]] = _numbers(value, depth - 1)
    return found
