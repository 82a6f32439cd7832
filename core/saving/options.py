"""How a picture becomes a file."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FitAdError

FORMATS = ("jpeg", "png", "webp", "avif")
SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "avif": ".avif"}
BYTES_PER_KB = 1000  # the stricter reading of a platform's limit
# The longest side in pixels that a format can hold. Source: ITU-T T.81, the VP8 bitstream guide; AVIF as for JPEG.
LONGEST_SIDES = {"jpeg": 65_500, "webp": 16_383, "avif": 65_535}


@dataclass(frozen=True)
class SaveOptions:
    """How the picture becomes a file.

    Attributes:
        format: One of FORMATS.
        max_kb: The largest file in KB of 1000 bytes; 0 for no limit.
        quality: JPEG, WebP and AVIF quality to start from, 1..100; lowered where the limit asks for it.
        min_side: The shorter side in pixels is enlarged to this; 0 leaves the size alone.
    """

    format: str = "jpeg"
    max_kb: int = 2000
    quality: int = 92
    min_side: int = 0

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise FitAdError(f"The format {self.format!r} cannot be saved", fix=f"Choose one of {', '.join(FORMATS)}")
        if not 1 <= self.quality <= 100:
            raise FitAdError(f"quality is {self.quality}", fix="Choose 1 to 100")

    @property
    def max_bytes(self) -> int | None:
        return self.max_kb * BYTES_PER_KB if self.max_kb > 0 else None
