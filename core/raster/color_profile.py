"""Pixels whose file says what their colours mean: turned into sRGB, which is what everything here counts in."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Array = NDArray[np.float32]

_BLACK_POINT_COMPENSATION = 0x2000  # lcms2.h; ImageCms.Flags is younger than Pillow 10.1


def wide_profile(file: Path) -> bytes | None:
    """Return the ICC profile of a picture file whose RGB colours are not sRGB's, as with Display P3; else None."""
    try:
        with Image.open(file) as image:
            profile = image.info.get("icc_profile")
        if not profile:
            return None
        described = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if described.profile.xcolor_space.strip() != "RGB" or "srgb" in profile_name(profile).lower():
            return None
    except (OSError, ValueError, SyntaxError, ImageCms.PyCMSError, Image.DecompressionBombError):
        return None
    return bytes(profile)


def profile_name(profile: bytes) -> str:
    """Return what an ICC profile calls itself; empty where it says nothing."""
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (OSError, ImageCms.PyCMSError):
        return ""


def to_srgb(picture: Array, profile: bytes) -> Array:
    """Return a picture [H,W,3 or 4] (0..1) of a profile's colours in those of sRGB; alpha stays as it is.

    Colours that sRGB lacks become the nearest that it has (relative colorimetric, with black point compensation).
    """
    pixels = (np.clip(picture[..., :3], 0, 1) * 255 + 0.5).astype(np.uint8)
    converted = ImageCms.profileToProfile(
        Image.fromarray(pixels),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=_BLACK_POINT_COMPENSATION,  # type: ignore[arg-type]
    )
    colors = np.asarray(converted, np.float32) / np.float32(255)
    return colors if picture.shape[2] == 3 else np.dstack([colors, picture[..., 3:]])
