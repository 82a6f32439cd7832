"""Where the words go: boxes on a picture, and the advisor's layout (FIT_AD_LAYOUT)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..errors import FitAdError
from ..raster.box import Box

ANCHORS = (
    "top-left",
    "top",
    "top-right",
    "left",
    "center",
    "right",
    "bottom-left",
    "bottom",
    "bottom-right",
)


@dataclass(frozen=True)
class TextBox:
    """One place for text. All four measures are percent of the picture; x and y are the top left corner."""

    x: float
    y: float
    width: float
    height: float
    anchor: str = "center"
    text_color: str = "#FFFFFF"
    score: float = 0.0

    def to_px(self, width_px: int, height_px: int) -> Box:
        """Return the box in pixels of a picture of that size."""
        return Box(
            self.x / 100 * width_px,
            self.y / 100 * height_px,
            self.width / 100 * width_px,
            self.height / 100 * height_px,
        )


@dataclass(frozen=True)
class Layout:
    """What the advisor says of a picture; ``boxes`` are ranked, the best first."""

    boxes: tuple[TextBox, ...]
    position: str
    text_color: str
    palette: tuple[str, ...]
    mood: str
    tone: str = "neutral"
    source: str = "pixels"

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON data with ``version`` 1."""
        return {"version": 1, **asdict(self)}

    @classmethod
    def from_dict(cls, data: object) -> Layout:
        """Return the layout that plain data describe.

        Raises:
            FitAdError: The data are not a layout; a saved graph is untrusted input.
        """
        if isinstance(data, cls):
            return data
        try:
            if not isinstance(data, dict):
                raise TypeError(f"expected an object, got {type(data).__name__}")
            values = {k: v for k, v in data.items() if k != "version"}
            values["boxes"] = tuple(TextBox(**box) for box in values["boxes"])
            values["palette"] = tuple(values["palette"])
            return cls(**values)
        except (TypeError, KeyError) as exc:
            raise FitAdError(
                "The layout input is not a Fit-AD layout",
                why=str(exc),
                fix="Connect the layout output of Qwen2VLLayoutAdvisor, or nothing",
            ) from exc
