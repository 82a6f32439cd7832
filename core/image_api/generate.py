"""A picture by the cloud, from the shelf where it was paid for before, in exactly the wanted size."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..infra.answer_cache import AnswerCache, fingerprint
from ..infra.image_cache import ImageCache
from ..infra.paths import cache_folder
from ..llm.call_errors import ModelError
from ..llm.calling import Tick
from ..settings import Profile, Settings, UsageLimits
from .frames import center_crop, resized
from .profile_choice import choose_profile
from .provider import EditTarget, ImageClient, ImageRequest
from .sizes import Size

Array = NDArray[Any]  # float32, or what an operation widens it to

_VERSION = 1  # part of the shelf's key: another way to ask, another picture
_BLANK = 1 / 255


@dataclass(frozen=True)
class ImageProvider:
    """Who makes pictures: a profile with its key, and where they are kept."""

    profile: Profile
    key: str = field(repr=False)
    limits: UsageLimits
    shelf: ImageCache
    store: AnswerCache


@dataclass(frozen=True)
class GeneratedImage:
    """A picture, float32 [H,W,3 or 4] in the wanted size, and what to say about it, as plain JSON data."""

    picture: Array
    report: Mapping[str, Any]


def provider_for(
    name: str, settings: Settings, variables: Mapping[str, str], user_folder: Path | None
) -> ImageProvider:
    """Return who makes pictures for the profile that a graph names.

    Raises:
        FitAdError: No profile asks for pictures, or the named one can't make any on this machine.
    """
    profile = choose_profile(name, settings, variables)
    folder, limits = cache_folder(user_folder, variables), settings.limits
    shelf = ImageCache(folder, limits.cache_days, limits.image_cache_mb)
    return ImageProvider(
        profile, profile.checked_secret(variables), limits, shelf, AnswerCache(folder, limits.cache_days)
    )


def cache_state(name: str, settings: Settings, variables: Mapping[str, str], user_folder: Path | None) -> str:
    """Return what changes when the same wish would go to somebody else, or be asked again after a failure."""
    cloud = provider_for(name, settings, variables, user_folder)
    return fingerprint({"profile": _identity(cloud.profile), "failures": cloud.store.failures(_counted(cloud.profile))})


def cache_key(cloud: ImageProvider, wish: ImageRequest, subject: EditTarget | None) -> str:
    """Return the key of everything that a picture depends on."""
    data = subject and [_digest(subject.picture), None if subject.mask is None else _digest(subject.mask)]
    return fingerprint({"version": _VERSION, "profile": _identity(cloud.profile), "wish": repr(wish), "subject": data})


def generate(
    cloud: ImageProvider, wish: ImageRequest, subject: EditTarget | None = None, tick: Tick = lambda share: None
) -> GeneratedImage:
    """Return the picture that a wish describes, or a subject changed as it says.

    What a mask keeps is the subject's own, pixel for pixel.

    Args:
        cloud: Who makes it.
        wish: What is to be seen.
        subject: The picture to be changed, of any size, and where.
        tick: Told the share (0..1) that is done; whatever it raises ends the work at once.

    Raises:
        FitAdError: The prompt is empty, or there is no picture within the limits.
    """
    if not wish.prompt.strip():
        raise FitAdError("The prompt is empty", fix="Describe in a sentence what the picture shows")
    fitted = _fitted(subject, wish.size)
    key = cache_key(cloud, wish, fitted)
    kept = cloud.shelf.get(key)
    if kept is not None:
        return GeneratedImage(_finished(kept.pixels, wish, fitted), {**_report(cloud, "kept", 0, 0.0), **kept.facts})
    start, painter = time.monotonic(), ImageClient(cloud.profile, cloud.key, cloud.limits, tick)
    try:
        painted = painter.paint(wish, fitted)
    except ModelError:
        cloud.store.failed(_counted(cloud.profile))
        raise
    pixels, asked = painted.photo.pixels, painted.asked
    given = (pixels.shape[1], pixels.shape[0])
    notes = [*painted.notes, *([] if given == asked else [f"asked for {_text(asked)}, got {_text(given)}"])]
    facts = {**painted.facts, "size_asked": list(asked), "size_given": list(given), "notes": notes}
    cloud.shelf.put(key, pixels, facts)
    seconds = time.monotonic() - start
    return GeneratedImage(
        _finished(pixels, wish, fitted), {**_report(cloud, "new", painter.requests, seconds), **facts}
    )


def is_blank(picture: Array) -> bool:
    """Return whether a picture is what a failed model leaves behind: not a number, or black all over."""
    colors = picture[..., :3]
    return not np.isfinite(picture).all() or float(colors.max(initial=0.0)) < _BLANK


def _fitted(subject: EditTarget | None, size: Size) -> EditTarget | None:
    """Return the subject in the wish's size, its middle where the shapes differ."""
    if subject is None:
        return None
    picture, mask = subject.picture, subject.mask
    if mask is not None:
        mask = center_crop(resized(np.asarray(mask, np.float32), (picture.shape[1], picture.shape[0])), size)
    return EditTarget(center_crop(picture, size), mask)


def _finished(pixels: NDArray[np.uint8], wish: ImageRequest, subject: EditTarget | None) -> Array:
    picture = center_crop(pixels.astype(np.float32) / np.float32(255), wish.size)
    if subject is None or subject.mask is None:
        return picture
    share = np.clip(subject.mask, 0, 1)[..., None]
    old, new = _alike(subject.picture, picture)
    return np.where(share > 0, old * (1 - share) + new * share, old).astype(np.float32)


def _alike(one: Array, other: Array) -> tuple[Array, Array]:
    """Return both pictures with as many channels as the richer one has."""
    channels = max(one.shape[2], other.shape[2])
    opaque = np.ones((*one.shape[:2], 1), np.float32)
    return tuple(p if p.shape[2] == channels else np.dstack([p, opaque]) for p in (one, other))  # type: ignore[return-value]


def _report(cloud: ImageProvider, answer: str, requests: int, seconds: float) -> dict[str, Any]:
    return {
        "version": 1,
        "source": "cloud",
        "profile": cloud.profile.name,
        "model": cloud.profile.image_model,
        "answer": answer,
        "requests": requests,
        "seconds": round(seconds, 1),
    }


def _identity(profile: Profile) -> list[str]:
    return [profile.base_url, profile.image_model]


def _counted(profile: Profile) -> str:
    return f"picture {profile.name}"


def _digest(picture: Array) -> str:
    data = np.ascontiguousarray(picture, np.float32)
    return hashlib.sha256(repr(data.shape).encode() + data.tobytes()).hexdigest()


def _text(size: Size) -> str:
    return f"{size[0]}×{size[1]}"
