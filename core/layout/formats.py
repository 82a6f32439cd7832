"""Ad formats and keep-out zones, read from data/formats.yaml."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple

from annotated_types import Ge, Le

from ..errors import FitAdError
from ..infra.yaml_data import parse, read_text

CUSTOM = "custom"
_WHAT = "The list of ad formats"
AUTO_ZONE = "auto"
EVERY = "all"
MAX_SIDE_PX = 8192
FORMATS = Path(__file__).parents[2] / "data" / "formats.yaml"
Percent = Annotated[float, Ge(0), Le(100)]
_LATENT_STEP_PX = 16  # what FLUX's latents (8) and patches (2) divide by
_LATENT_AREA_PX = 1024 * 1024  # the area that FLUX and SDXL were trained around


class KeepOut(NamedTuple):
    """A frame that words stay out of, in percent of the height (top, bottom) and the width (left, right)."""

    top: Percent
    right: Percent
    bottom: Percent
    left: Percent


_FREE = KeepOut(0, 0, 0, 0)


@dataclass(frozen=True)
class Zone:
    """A keep-out frame by name: what an app's buttons, captions or a crop may cover, in percent."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    label: str
    ko: str
    top: Percent
    right: Percent
    bottom: Percent
    left: Percent
    source: str
    date: str

    @property
    def keep_out(self) -> KeepOut:
        return KeepOut(self.top, self.right, self.bottom, self.left)


@dataclass(frozen=True)
class AdFormat:
    """One ad format.

    Attributes:
        id: What graphs and commands call it.
        label: Its English name.
        ko: Its Korean name.
        keep_out: The frame that words stay out of: its own, or that of its zone.
        zone: Its zone; empty where it has a frame of its own.
        max_kb: Upper limit of the file, where the service has one.
        min_type_px: The smallest type that the service accepts, where it says so.
        source: Where the figures come from.
        date: When they were read.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    label: str
    ko: str
    width_px: Annotated[int, Ge(16), Le(MAX_SIDE_PX)]
    height_px: Annotated[int, Ge(16), Le(MAX_SIDE_PX)]
    source: str
    date: str
    zone: str = ""
    keep_out: KeepOut = _FREE
    max_kb: Annotated[int, Ge(1)] | None = None
    min_type_px: Annotated[int, Ge(1)] | None = None


@dataclass(frozen=True)
class _FormatFile:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    formats: tuple[AdFormat, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class FormatList:
    """All formats and zones, in menu order."""

    formats: tuple[AdFormat, ...]
    zones: dict[str, KeepOut]
    zone_labels: dict[str, str]  # id -> Korean name

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the formats that have a fixed size."""
        return tuple(f.id for f in self.formats)

    def get(self, format_id: str) -> AdFormat:
        """Return the format of that id.

        Raises:
            FitAdError: No format has it.
        """
        for found in self.formats:
            if found.id == format_id:
                return found
        raise FitAdError(
            f"format is {format_id!r}, which is not an ad format", fix=f"Use one of: {', '.join(self.ids)}"
        )

    def zone(self, name: str, width_px: int = 0, height_px: int = 0) -> KeepOut:
        """Return the keep-out frame of that name; ``auto`` is that of the format which has the picture's size.

        Where several formats have that size, all their frames hold together. A picture of another size takes the
        zone of the formats of its aspect, and one of no known aspect that of a feed post.

        Raises:
            FitAdError: No zone has it.
        """
        if name == AUTO_ZONE:
            return self._zone_by_size(width_px, height_px)
        if name not in self.zones:
            known = ", ".join([*self.zones, AUTO_ZONE])
            raise FitAdError(f"safe_zone is {name!r}, which is not a zone", fix=f"Use one of: {known}")
        return self.zones[name]

    def _zone_by_size(self, width_px: int, height_px: int) -> KeepOut:
        same = [f.keep_out for f in self.formats if (f.width_px, f.height_px) == (width_px, height_px)]
        aspect = width_px / max(height_px, 1)
        shared = [f for f in self.formats if f.zone]  # a frame of its own is for a format's very size
        alike = [f.keep_out for f in shared if abs(f.width_px / f.height_px / max(aspect, 1e-6) - 1) < 0.01]
        found = same or alike or [self.zones["feed"]]
        return KeepOut(*(max(sides) for sides in zip(*found, strict=True)))


@lru_cache(maxsize=1)
def load() -> FormatList:
    """Return the formats that ship with the pack.

    Raises:
        FitAdError: The file is missing or wrong; the text names file, line and reason.
    """
    return read(FORMATS)


def read(path: Path) -> FormatList:
    """Return the formats of a file.

    Raises:
        FitAdError: The file is missing or wrong; the text names file, line and reason.
    """
    file = parse(read_text(path, _WHAT), path, _WHAT, as_text=True)
    data = file.typed(_FormatFile)
    zones = {one.id: one.keep_out for one in data.zones}
    formats = []
    for number, (one, entry) in enumerate(zip(data.formats, file.data["formats"], strict=True)):
        if one.zone and one.zone not in zones:
            raise file.mistake(("formats", number, "zone"), f"There is no zone '{one.zone}'", f"Use {', '.join(zones)}")
        if bool(one.zone) == ("keep_out" in entry):
            reason = f"The format '{one.id}' needs a zone or a keep_out frame, one of the two"
            raise file.mistake(("formats", number), reason)
        formats.append(replace(one, keep_out=zones.get(one.zone, one.keep_out)))
    if not formats or "feed" not in zones:
        raise file.mistake((), "There must be a format, and a zone 'feed'")
    return FormatList(tuple(formats), zones, {one.id: one.ko for one in data.zones})


def zone(name: str, width_px: int = 0, height_px: int = 0) -> KeepOut:
    """Return the keep-out frame of that name, in percent (see ``FormatList.zone``)."""
    return load().zone(name, width_px, height_px)


def least_type_px(width_px: int, height_px: int) -> int:
    """Return the smallest type that the format of that size allows, in px; 0 where it says nothing."""
    same = (f for f in load().formats if (f.width_px, f.height_px) == (width_px, height_px))
    return max((f.min_type_px or 0 for f in same), default=0)


def zone_names() -> tuple[str, ...]:
    """Return the names of all zones, ``none`` first, ``auto`` last."""
    return (*load().zones, AUTO_ZONE)


def canvas_size(format_id: str, width: int, height: int) -> tuple[int, int]:
    """Return width and height in px of a format; ``custom`` takes those that are given.

    Raises:
        FitAdError: No such format, or a custom side outside 64..8192 px.
    """
    if format_id != CUSTOM:
        found = load().get(format_id)
        return found.width_px, found.height_px
    for field, side in (("width", width), ("height", height)):
        if not 64 <= side <= MAX_SIDE_PX:
            raise FitAdError(f"{field} is {side} px", fix=f"A custom canvas can be 64 to {MAX_SIDE_PX} px per side")
    return width, height


def canvas_sizes(format_id: str, width: int, height: int, also: str = "") -> list[tuple[int, int]]:
    """Return width and height in px of a format, then of those that ``also`` names; no size twice.

    Args:
        format_id: As for ``canvas_size``.
        width, height: Of a ``custom`` canvas, in px.
        also: Ids of more formats, separated by commas or spaces; ``all`` stands for every format.

    Raises:
        FitAdError: As ``canvas_size``.
    """
    more: list[str] = []
    for name in also.replace(",", " ").split():
        more += load().ids if name == EVERY else [name]
    sizes = [canvas_size(name, width, height) for name in (format_id, *more)]
    return list(dict.fromkeys(sizes))


def latent_size(width: int, height: int) -> tuple[int, int]:
    """Return the size to generate at: multiples of 16, about one megapixel, as near the same aspect as those allow."""
    aspect = width / height
    ideal = sqrt(_LATENT_AREA_PX * aspect)
    around = round(ideal / _LATENT_STEP_PX)
    sizes = [_latent_pair(steps, aspect) for steps in range(max(around - 2, 1), around + 3)]
    return min(sizes, key=lambda size: _misfit(size, aspect))


def _latent_pair(steps: int, aspect: float) -> tuple[int, int]:
    height_steps = max(round(steps / aspect), 1)
    return steps * _LATENT_STEP_PX, height_steps * _LATENT_STEP_PX


def _misfit(size: tuple[int, int], aspect: float) -> float:
    """Weigh the error of the aspect ten times the error of the area: a stretched ad shows, a small one does not."""
    width, height = size
    return 10 * abs(width / height / aspect - 1) + abs(width * height / _LATENT_AREA_PX - 1)
