"""What a node is asked for: one picture, or one for each that is to be changed, all of one size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..llm.calling import Tick
from .frames import center_crop
from .generate import ImageProvider, generate, is_blank
from .provider import EditTarget, ImageRequest
from .sizes import Size

Array = NDArray[Any]  # float32, or what an operation widens it to


@dataclass(frozen=True)
class PictureRequest:
    """A prompt and what goes with it.

    Attributes:
        prompt: What is to be seen, or to change.
        width: Of the finished pictures, in px; 0 is that of the picture to be changed.
        height: As ``width``.
        quality: One of ``QUALITIES``.
        transparent: Whether the subject is to stand on nothing.
        seed: Another number, another picture.
        images: Pictures to be changed, float32 [H,W,3 or 4]; one picture is made for each.
        masks: Where, float32 [H,W], 1 = may change; the last one holds for the rest.
    """

    prompt: str
    width: int
    height: int
    quality: str = "auto"
    transparent: bool = False
    seed: int = 0
    images: Sequence[Array] = ()
    masks: Sequence[Array] = ()


def generate_batch(cloud: ImageProvider, order: PictureRequest, tick: Tick) -> tuple[list[Array], dict[str, Any]]:
    """Return the pictures of an order, all of one size and channel count, and a report as plain JSON data.

    Raises:
        FitAdError: No size is given, a mask has no picture, or a picture could not be made.
    """
    if order.masks and not order.images:
        raise FitAdError("A mask is connected, but no image", fix="Connect the picture that it belongs to")
    size = size_of(order.width, order.height, order.images)
    wish = ImageRequest(order.prompt, size, order.quality, order.transparent, order.seed)
    subjects: list[EditTarget | None] = [_subject(order, index) for index in range(len(order.images))] or [None]
    made = [generate(cloud, wish, subject, _part(tick, at, len(subjects))) for at, subject in enumerate(subjects)]
    reports: list[Mapping[str, Any]] = [one.report for one in made]
    whole = {**reports[0], "size": list(size), **({"pictures": reports} if len(reports) > 1 else {})}
    return _stackable([one.picture for one in made]), whole


def accept_local(
    locals_: Sequence[Array], width: int, height: int, notes: Sequence[str]
) -> tuple[list[Array], dict[str, Any]]:
    """Return the pictures that were made here in the wanted size, and the report on them."""
    size = size_of(width, height, locals_)
    report = {"version": 1, "source": "local", "size": list(size), "notes": list(notes)}
    return [center_crop(picture, size) for picture in locals_], report


def usable(locals_: Sequence[Array]) -> bool:
    """Return whether there are pictures and none of them is what a failed model leaves behind."""
    return bool(locals_) and not any(is_blank(picture) for picture in locals_)


def size_of(width: int, height: int, pictures: Sequence[Array]) -> Size:
    """Return width and height in px; what is 0 is as the first picture has it.

    Raises:
        FitAdError: A side is 0 and there is no picture.
    """
    if width and height:
        return width, height
    if not pictures:
        raise FitAdError(
            "The picture has no size",
            why=f"{'height' if width else 'width'} is 0, and no image is connected",
            fix="Set it, or connect Ad Canvas",
        )
    own_height, own_width = pictures[0].shape[:2]
    if not width and not height:
        return own_width, own_height
    aspect = own_width / own_height
    return (width, max(round(width / aspect), 1)) if width else (max(round(height * aspect), 1), height)


def _subject(order: PictureRequest, index: int) -> EditTarget:
    mask = order.masks[min(index, len(order.masks) - 1)] if order.masks else None
    return EditTarget(order.images[index], mask)


def _part(tick: Tick, index: int, count: int) -> Tick:
    return lambda share: tick((index + share) / count)


def _stackable(pictures: list[Array]) -> list[Array]:
    channels = max(picture.shape[2] for picture in pictures)
    opaque = np.ones((*pictures[0].shape[:2], 1), np.float32)
    return [picture if picture.shape[2] == channels else np.dstack([picture, opaque]) for picture in pictures]
