"""Studio backdrops without a model: a wall, a floor, light from the upper left, and room for words at the top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.schemes import blend, house_palette, lightness, read_palette, shade, tints_of
from ..color.spaces import RGB, from_oklab, oklab
from ..errors import FitAdError
from ..scene.compose import pose_in
from ..scene.shadows import Pose
from ..scene.subject import sound
from .sunlight import branch_shade, panes
from .textures import F32, Random, Size, clouds, grain, grid, noise, planks, plaster, ramp, resized, tooth, weave

Array = NDArray[Any]  # float32, or what an operation widens it to

MAX_SIDE_PX = 8192
_PAINTED_SIDE_PX = 2880  # larger pictures are painted at this size and enlarged, then grained at full size
_HIGH_HORIZON = 0.37
_NO_HORIZON = 1.5  # below the picture
_OAK = (0.66, 0.49, 0.34)
_SMOOTH = 5  # light has no detail: it is painted this much smaller


@dataclass(frozen=True)
class PaintContext:
    """What a painter needs: size (height, width), texture unit in px, colours, and its own random generator."""

    size: Size
    unit: float
    colors: tuple[RGB, ...]
    rng: Random
    pose: Pose | None = None  # how the subject will meet the set, where that is known

    def horizon(self, level: float) -> float:
        """Return where wall and floor meet, share of the height: usually ``level``.

        A subject seen from above gets a surface that reaches up behind it; a half-length portrait gets no floor.
        """
        return {Pose.LYING: _HIGH_HORIZON, Pose.BLEEDING: _NO_HORIZON}.get(self.pose or Pose.STANDING, level)

    @property
    def wall(self) -> RGB:
        return self.colors[0]

    @property
    def floor(self) -> RGB:
        return self.colors[1] if len(self.colors) > 1 else shade(self.wall, -0.045)

    @property
    def accent(self) -> RGB:
        return (
            self.colors[2] if len(self.colors) > 2 else shade(self.floor, -0.14 if lightness(self.wall) > 0.5 else 0.2)
        )

    @property
    def deep(self) -> RGB:
        return min((*self.colors, shade(self.wall, -0.35)), key=lightness)

    @property
    def coarse(self) -> Size:
        """The size at which light is painted."""
        return max(self.size[0] // _SMOOTH, 16), max(self.size[1] // _SMOOTH, 16)


def backdrop(width: int, height: int, kind: str, palette: str = "", seed: int = 0, picture: Array | None = None) -> F32:
    """Return a backdrop [height,width,3] float32 0..1 sRGB; same arguments, same pixels.

    Args:
        width: Pixels, 1..8192.
        height: Pixels, 1..8192.
        kind: One of ``KINDS``.
        palette: ``"#…, #…"`` or the name of a house palette; empty takes the colours from ``picture``, else the house
            palette that suits the kind.
        seed: Moves grain, blotches, boards and lights.
        picture: [H,W,3 or 4] 0..1; its subject stands out from the tints taken from it. A cut-out also says
            how it will meet the set: see ``Stage.horizon``.

    Raises:
        FitAdError: Unknown kind, a side out of range, or a palette that names no colours.
    """
    if kind not in _PAINTERS:
        raise FitAdError(f"kind is {kind!r}, which is not a backdrop", fix=f"Use one of: {', '.join(KINDS)}")
    for field, side in (("width", width), ("height", height)):
        if not 1 <= side <= MAX_SIDE_PX:
            raise FitAdError(f"{field} is {side} px", fix=f"A backdrop can be 1 to {MAX_SIDE_PX} px per side")
    picture = None if picture is None else _in_color(picture)
    colors = colors_for(kind, palette, picture)
    rng = np.random.default_rng([KINDS.index(kind), seed])
    shrink = min(1.0, _PAINTED_SIDE_PX / max(width, height))
    size = (max(round(height * shrink), 1), max(round(width * shrink), 1))
    pose = None if picture is None else pose_in(picture)
    painted = _PAINTERS[kind](
        PaintContext(size, max((size[0] * size[1]) ** 0.5 / 1207, 0.25), tuple(colors), rng, pose)
    )
    return _finish(painted, (height, width), rng)


def _in_color(picture: Array) -> F32:
    """Return a picture [H,W,3 or 4] of any channel count, its values within 0..1."""
    if not picture.size:
        raise FitAdError("The image for the colours has no pixels", fix="Connect a picture, or write a palette")
    if picture.shape[-1] >= 3:
        return sound(picture)
    return sound(np.dstack([*3 * (picture[..., 0],), *np.moveaxis(picture[..., 1:], -1, 0)]))


def colors_for(kind: str, palette: str = "", picture: Array | None = None) -> list[RGB]:
    """Return the colours that a backdrop of that kind is painted in: palette, else picture, else house palette."""
    return read_palette(palette) or (tints_of(picture) if picture is not None else house_palette(_HOUSE_FOR[kind]))


def _finish(picture: F32, size: Size, rng: Random) -> F32:
    """Return the picture at its full size with a breath of grain, which is also what keeps gradients from banding."""
    if picture.shape[:2] != size:
        picture = resized(picture, size)
    film = grain(rng, size)
    film *= np.float32(0.0045)
    picture += film[..., None]
    return np.clip(picture, 0, 1, out=picture)


# --- light and colour -------------------------------------------------------------------------------------------------


def _rgb(color: Sequence[float]) -> F32:
    return np.asarray(color, np.float32)


def _mapped(t: F32, colors: Sequence[RGB]) -> F32:
    """Return the picture whose colour runs through ``colors`` (evenly, in OKLab) as ``t`` goes from 0 to 1.

    It rounds each corner of that run: the eye sees a line where a gradient changes its slope.
    """
    stops = oklab(np.array(colors))
    at = np.linspace(0, len(colors) - 1, 512)
    lab = np.stack([np.interp(at, np.arange(len(colors)), stops[:, c]) for c in range(3)], axis=1)
    round_ = 0.22 * 512 / max(len(colors) - 1, 1)
    lab = cv2.GaussianBlur(lab[None], (0, 0), sigmaX=round_, sigmaY=0.1, borderType=cv2.BORDER_REPLICATE)[0]
    table = from_oklab(lab).astype(np.float32)
    place = np.clip(t, 0, 1) * np.float32(511)
    return cv2.remap(table[None], place.astype(np.float32), np.zeros_like(place, np.float32), cv2.INTER_LINEAR)


def _vignette(size: Size, strength: float, cx: float = 0.5, cy: float = 0.52) -> F32:
    v, u = grid(size)
    return 1 - np.float32(strength) * ramp(0.25, 1.05, np.hypot((u - cx) * 1.15, v - cy))


def _key_light(size: Size, strength: float) -> F32:
    """Return the falloff of a large soft light at the upper left."""
    v, u = grid(size)
    return 1 + np.float32(strength) * (0.5 - ramp(0.0, 1.35, np.hypot(u - 0.12, (v - 0.05) * 0.9)))


def _lit(stage: PaintContext, picture: F32, light: F32) -> F32:
    """Return the picture under a coarse light field."""
    picture *= resized(light, stage.size)[..., None]
    return picture


def _filled(stage: PaintContext, field: F32, a: RGB, b: RGB) -> F32:
    """Return ``a`` where the field is 0 and ``b`` where it is 1."""
    return _rgb(a) + field[..., None] * (_rgb(b) - _rgb(a))


def _sweep(size: Size, horizon: float, soft: float) -> F32:
    """Return the share of floor [H,1] of a seamless sweep: 0 on the wall, 1 on the floor."""
    return ramp(horizon - soft, horizon + soft, grid(size)[0])


def _textured(picture: F32, texture: F32, strength: float) -> F32:
    """Return the picture with a texture as relative brightness."""
    texture = texture * np.float32(strength)
    texture += 1
    picture *= texture[..., None]
    return picture


def _cove(size: Size, horizon: float, depth: float, soft: float = 0.05) -> F32:
    """Return the light along a seamless sweep: the cove is a little darker, the floor in front catches the light."""
    v, _ = grid(size)
    below = 1 - np.float32(depth) * np.exp(-(((v - horizon) / soft) ** 2))
    return below + np.float32(1.1 * depth) * ramp(horizon, horizon + 0.22, v) * (1 - 0.6 * ramp(0.86, 1.0, v))


# --- the ten kinds ----------------------------------------------------------------------------------------------------


def _solid(stage: PaintContext) -> F32:
    """Seamless paper in one colour."""
    size = stage.coarse
    light = _key_light(size, 0.07) * _vignette(size, 0.05) * _cove(size, stage.horizon(0.74), 0.024, 0.12)
    return _lit(stage, np.broadcast_to(_rgb(stage.wall), (*stage.size, 3)).copy(), light)


def _gradient(stage: PaintContext) -> F32:
    """A slow run through the palette, bent a little so that it is not a computer's."""
    v, u = grid(stage.coarse)
    lean = stage.rng.uniform(0.15, 0.45) * stage.rng.choice((-1, 1))
    bend = noise(stage.rng, stage.coarse, stage.coarse[0] / 1.5, stage.coarse[1] / 1.5)
    t = ramp(-0.15, 1.15, v + np.float32(lean) * (u - 0.5) + 0.055 * bend)
    one = (shade(stage.wall, 0.04), stage.wall, shade(stage.wall, -0.1, 1.1))
    return resized(_mapped(t, stage.colors[:3] if len(stage.colors) > 1 else one), stage.size)


def _radial(stage: PaintContext) -> F32:
    """A glow behind the subject that falls off to a deeper tone."""
    v, u = grid(stage.coarse)
    aspect = stage.size[1] / stage.size[0]
    reach = np.hypot((u - 0.5) * aspect, (v - 0.56) * 0.92) / np.float32(max(aspect, 0.75))
    edge = stage.colors[1] if len(stage.colors) > 1 else shade(stage.wall, -0.1)
    t = ramp(0.0, 0.88, reach)
    return resized(_mapped(t, (shade(stage.wall, 0.045), stage.wall, blend(stage.wall, edge, 0.6), edge)), stage.size)


def _paper(stage: PaintContext) -> F32:
    """Two sheets of heavy art paper: one is the wall, one the floor."""
    horizon = stage.horizon(0.70)
    v, _ = grid(stage.size)
    soft = 1.2 * stage.unit / stage.size[0]
    floor = ramp(horizon - soft, horizon + soft, v)
    picture = _filled(stage, np.broadcast_to(floor, stage.size), stage.wall, stage.floor)
    picture *= (1 - 0.16 * np.exp(-np.maximum(horizon - v, 0) / 0.012) * (1 - floor))[..., None]
    picture = _textured(picture, tooth(stage.rng, stage.size, stage.unit), 0.016)
    size = stage.coarse
    fall = _sweep(size, horizon, 0.004)
    light = _key_light(size, 0.13) * (1 + 0.05 * fall * (1 - ramp(0.8, 1.05, grid(size)[0])))
    return _lit(stage, picture, light * _vignette(size, 0.07))


def _linen(stage: PaintContext) -> F32:
    """A linen cloth with soft folds."""
    size = stage.coarse
    v, u = grid(size)
    bend = noise(stage.rng, size, size[0] / 2.2, size[1] / 2.2)
    slope = np.sin(2 * np.pi * (u * 1.7 + v * 0.55 + 0.16 * bend + stage.rng.uniform()))
    small = clouds(stage.rng, size, size[1] / 5, 3)
    folds = 1 + (0.030 * slope + 0.016 * small) * (0.45 + 0.55 * ramp(0.25, 0.7, v))
    picture = np.broadcast_to(_rgb(stage.wall), (*stage.size, 3)).copy()
    picture = _textured(picture, weave(stage.rng, stage.size, stage.unit), 0.030)
    return _lit(stage, picture, folds * _key_light(size, 0.12) * _vignette(size, 0.09))


def _concrete(stage: PaintContext) -> F32:
    """A micro-cement wall and floor, tinted by the palette."""
    horizon = stage.horizon(0.73)
    wall, floor = shade(stage.wall, -0.03, 0.55), shade(stage.floor, -0.03, 0.55)
    v, _ = grid(stage.size)
    field = np.broadcast_to(_sweep(stage.size, horizon, 2 * stage.unit / stage.size[0]), stage.size)
    picture = _filled(stage, field, wall, floor)
    picture *= (1 - 0.13 * np.exp(-np.abs(v - horizon) / 0.012))[..., None]
    picture = _textured(picture, plaster(stage.rng, stage.size, stage.unit), 0.026)
    size = stage.coarse
    return _lit(stage, picture, _key_light(size, 0.22) * _vignette(size, 0.12) * _cove(size, horizon, 0.03))


def _wood(stage: PaintContext) -> F32:
    """A wooden table in front of a plain wall that is out of focus."""
    horizon = min(stage.horizon(0.69), 0.72)
    top = min(round(stage.size[0] * horizon), stage.size[0] - 1)
    size = stage.coarse
    glow = 0.5 + 0.12 * noise(stage.rng, size, size[0] / 2, size[1] / 2)
    wall = resized(_mapped(glow, (shade(stage.wall, -0.05), stage.wall, shade(stage.wall, 0.03))), stage.size)
    picture = _lit(stage, wall, _key_light(size, 0.16))
    picture[top:] = _table(stage, (stage.size[0] - top, stage.size[1]))
    edge = max(round(2.5 * stage.unit), 1)
    band = slice(max(top - 3 * edge, 0), top + 3 * edge)
    picture[band] = cv2.GaussianBlur(picture[band], (0, 0), edge * 0.8)
    shadow = 1 - 0.10 * np.exp(-np.maximum(horizon - grid(stage.size)[0], 0) / 0.03)
    picture *= np.where(grid(stage.size)[0] < horizon, shadow, 1)[..., None]
    return _lit(stage, picture, _vignette(size, 0.12))


def _table(stage: PaintContext, size: Size) -> F32:
    """Return the table top [h,w,3] in perspective, its boards from left to right."""
    detail = min(max(size[1] / 1080, 0.2), 1.0)
    flat = (round(720 * detail), round(1800 * detail))
    figure, tone = planks(stage.rng, flat, 5)
    base = shade(blend(_OAK, stage.accent, 0.2), 0.02, 0.88)
    t = 0.60 + 0.15 * figure + 0.055 * tone
    v, u = grid(size)
    depth = 1 / (0.55 + v)  # 1.82 at the far edge .. 0.65 at the near one
    y = (1 / 0.55 - depth) / (1 / 0.55 - 1 / 1.55) * (flat[0] - 1)
    x = ((u - 0.5) * depth * 0.55 + 0.5) * (flat[1] - 1)
    shape = np.broadcast_shapes(y.shape, x.shape)
    seen = cv2.remap(t, x.astype(np.float32), np.broadcast_to(y, shape).astype(np.float32), cv2.INTER_CUBIC)
    table = _mapped(seen, (shade(base, -0.28), shade(base, -0.10), base, shade(base, 0.10, 0.85)))
    sheen = 1 + 0.16 * (1 - ramp(0.0, 0.55, v)) - 0.05 * ramp(0.6, 1.0, v)
    return table * (sheen * (1.06 - 0.14 * u))[..., None]


def _bokeh(stage: PaintContext) -> F32:
    """Lights far out of focus behind a dark, quiet surface."""
    size = stage.coarse
    v, u = grid(size)
    base = blend(stage.wall, stage.deep, 0.75) if lightness(stage.wall) > 0.45 else stage.wall
    base = shade(base, max(0.30 - lightness(base), 0))
    glow = 0.75 * np.exp(-((np.hypot(u - 0.5, (v - 0.62) * 1.1) / 0.42) ** 2)) + 0.25 * ramp(0.0, 0.6, v)
    picture = _mapped(glow, (shade(base, -0.07), base, blend(base, stage.accent, 0.30)))
    picture += _discs(stage, size)
    near = np.broadcast_to(1 - ramp(0.78, 1.0, v), size) * (1 - 0.5 * ramp(0.0, 0.6, np.abs(u - 0.5)))
    ground = _mapped(near, (shade(base, -0.12), shade(base, -0.03), blend(base, stage.accent, 0.38)))
    table = np.broadcast_to(ramp(0.775, 0.815, v), size)[..., None]
    picture += table * (ground - picture)
    return resized((picture * _vignette(size, 0.22)[..., None]).astype(np.float32), stage.size)


def _discs(stage: PaintContext, size: Size) -> F32:
    """Return the light [h,w,3] of blurred lamps, some deeper out of focus; they keep clear of the words at the top."""
    rng = stage.rng
    lamp = blend(stage.accent, (1.0, 0.86, 0.66), 0.4)
    colors = [_rgb(c) for c in (lamp, shade(lamp, 0.08, 0.6), blend(lamp, stage.accent, 0.6))]
    mean = (size[0] * size[1]) ** 0.5
    layers = [np.zeros((*size, 3), np.float32) for _ in range(2)]
    for i in range(42):
        side = 0.5 + (0.5 - 0.52 * rng.beta(1.2, 1.5)) * rng.choice(
            (-1, 1)
        )  # more at the sides than behind the subject
        centre = ((0.30 + 0.46 * rng.beta(1.8, 1.3)) * size[0], side * size[1])
        radius = mean * rng.uniform(0.03, 0.075) * (1.5 if i % 2 else 1.0)
        _add_disc(layers[i % 2], centre, radius, colors[rng.integers(3)] * np.float32(rng.uniform(0.06, 0.26)))
    return cv2.GaussianBlur(layers[0], (0, 0), mean * 0.003) + cv2.GaussianBlur(layers[1], (0, 0), mean * 0.013)


def _add_disc(light: F32, centre: tuple[float, float], radius: float, color: F32) -> None:
    """Add one lamp: an even disc with a slightly brighter rim."""
    top, left = (max(int(c - radius - 2), 0) for c in centre)
    patch = light[top : int(centre[0] + radius + 3), left : int(centre[1] + radius + 3)]
    if not patch.size:
        return
    y = np.arange(top, top + patch.shape[0], dtype=np.float32)[:, None] - centre[0]
    x = np.arange(left, left + patch.shape[1], dtype=np.float32)[None] - centre[1]
    r = np.hypot(y, x) / radius
    patch += ((1 - ramp(0.90, 1.06, r)) * (0.82 + 0.30 * ramp(0.55, 0.95, r)))[..., None] * color


def _spotlight(stage: PaintContext) -> F32:
    """A dark sweep with a pool of light for the subject, and what spills from it on the wall."""
    size = stage.coarse
    v, u = grid(size)
    aspect = size[1] / size[0]
    base = stage.wall if lightness(stage.wall) < 0.6 else shade(stage.wall, -0.10, 1.15)
    x = (u - 0.5) * aspect / max(aspect, 0.8)
    spill = 0.66 * np.exp(-((np.hypot(x, (v - 0.50) * 0.85) / 0.36) ** 2))
    centre, squash = (0.63, 1.15) if stage.pose is Pose.LYING else (0.87, 2.9)
    reach = np.hypot(x, (v - centre) * squash) / 0.44
    pool = np.exp(-((reach / 0.92) ** 4.5)) * (0.82 + 0.18 * np.exp(-((reach / 0.5) ** 2)))
    floor = np.broadcast_to(_sweep(size, stage.horizon(0.74), 0.05), size)
    light = spill * (1 - 0.5 * floor) + 0.62 * pool * floor + 0.10 * (1 - ramp(0.0, 0.9, v))
    tones = (shade(base, -0.21, 0.8), shade(base, -0.08), shade(base, 0.045), shade(base, 0.14, 0.92))
    return resized(_mapped(light.astype(np.float32), tones), stage.size)


def _window(stage: PaintContext) -> F32:
    """Low sun through a window and a branch before it, across a wall and down to the floor."""
    horizon = stage.horizon(0.76)
    size = (max(stage.size[0] // 2, 16), max(stage.size[1] // 2, 16))
    sun = panes(stage.rng, size, horizon) * branch_shade(stage.rng, size)
    light = 0.86 + 0.17 * sun
    v, _ = grid(size)
    floor = np.broadcast_to(_sweep(size, horizon, 0.004), size)
    picture = _filled(stage, floor, stage.wall, stage.floor)
    picture *= (1 - 0.10 * np.exp(-np.abs(v - horizon) / 0.01))[..., None]
    picture *= (light * _key_light(size, 0.08) * _vignette(size, 0.08))[..., None]
    picture *= np.array([1.0, 0.99, 0.965], np.float32) ** (1.4 * (sun[..., None] - 0.4))
    return _textured(resized(picture, stage.size), clouds(stage.rng, stage.size, 14 * stage.unit, 3), 0.004)


_PAINTERS: dict[str, Callable[[PaintContext], F32]] = {
    "solid": _solid,
    "gradient": _gradient,
    "radial": _radial,
    "paper": _paper,
    "linen": _linen,
    "wood": _wood,
    "concrete": _concrete,
    "bokeh": _bokeh,
    "spotlight": _spotlight,
    "window": _window,
}
KINDS = tuple(_PAINTERS)
_HOUSE_FOR = {
    "solid": "oat",
    "gradient": "sky",
    "radial": "blush",
    "paper": "clay",
    "linen": "porcelain",
    "wood": "sage",
    "concrete": "stone",
    "bokeh": "espresso",
    "spotlight": "night",
    "window": "oat",
}
