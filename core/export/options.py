"""How a picture becomes a file."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import FitAdError

FORMATS = ("jpeg", "png", "webp", "avif")
SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "avif": ".avif"}
AI_MARKS = ("off", "composite", "generated")
LANGUAGES = ("ko", "en")
CORNERS = ("bottom-right", "bottom-left", "top-right", "top-left")
WATERMARK_PLACES = ("tiled", *CORNERS)
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


@dataclass(frozen=True)
class Marks:
    """What is laid over the finished ad.

    Attributes:
        ai: The label that AI made parts of the picture (composite) or all of it (generated); off for none.
        language: Of the label: ko or en.
        corner: Where the label stands, one of CORNERS.
        watermark: A name or address; empty for none.
        watermark_place: One of WATERMARK_PLACES.
        watermark_opacity: 0 invisible .. 1 solid.
    """

    ai: str = "off"
    language: str = "ko"
    corner: str = "bottom-right"
    watermark: str = ""
    watermark_place: str = "tiled"
    watermark_opacity: float = 0.3

    def __post_init__(self) -> None:
        _one_of("ai_mark", self.ai, AI_MARKS)
        _one_of("mark_language", self.language, LANGUAGES)
        _one_of("mark_corner", self.corner, CORNERS)
        _one_of("watermark_place", self.watermark_place, WATERMARK_PLACES)
        if not 0 <= self.watermark_opacity <= 1:
            raise FitAdError(f"watermark_opacity is {self.watermark_opacity}", fix="Choose 0 to 1")

    @property
    def source(self) -> str:
        """Return how far AI made the picture, empty where the label is off."""
        return "" if self.ai == "off" else self.ai

    def __bool__(self) -> bool:
        return self.ai != "off" or bool(self.watermark.strip())


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise FitAdError(f"{field} is {value!r}", fix=f"Choose one of {', '.join(allowed)}")
