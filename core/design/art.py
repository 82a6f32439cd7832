"""Elements: drawings in SVG whose colours are roles, read as untrusted and drawn at the size that is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import FitAdError
from ..text.bounds import Bounds
from .schema_values import ROLES

F32 = NDArray[Any]  # float32, or what an operation widens it to
BUNDLED_ELEMENTS = Path(__file__).resolve().parents[2] / "designs" / "elements"
LARGEST_BYTES = 1_000_000
_MOST_PIXELS = 40_000_000
_VARIABLE = re.compile(r"var\(\s*--(?P<role>[a-z0-9-]+)\s*(?:,\s*(?P<fallback>#[0-9A-Fa-f]{3,8})\s*)?\)")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use"])
_GROUPS = frozenset(["svg", "g", "defs", "symbol", "clipPath", "mask", "pattern", "title", "desc", "metadata"])
_DRAWS = _SHAPES | _GROUPS | {"linearGradient", "radialGradient", "stop"}
_MOST_NODES = 20_000


@dataclass(frozen=True)
class Element:
    """A drawing.

    Attributes:
        name: As designs call it.
        svg: Its text, checked.
        view: Its viewBox (x, y, width, height).
        data: The ``data-*`` attributes of its root.
        text_box: Room for words, as shares of its box; None where there is none.
    """

    name: str
    svg: str
    view: tuple[float, float, float, float]
    data: Mapping[str, str]
    text_box: Bounds | None = None

    @property
    def ratio(self) -> float:
        """Return width to height."""
        return self.view[2] / self.view[3]


def elements(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return the files of all elements by name; those of ``folders`` stand before the bundled ones."""
    found: dict[str, Path] = {}
    for folder in (BUNDLED_ELEMENTS, *reversed(folders)):
        if folder.is_dir():
            found.update((file.stem, file) for file in sorted(folder.glob("*.svg")) if _NAME.fullmatch(file.stem))
    return found


def element(name: str, folders: tuple[Path, ...] = ()) -> Element:
    """Return an element.

    Raises:
        FitAdError: There is none of that name, or it cannot be used.
    """
    file = elements(folders).get(name)
    if file is None:
        close = ", ".join(sorted(n for n in elements(folders) if n[:3] == name[:3])[:6])
        raise FitAdError(f"There is no element {name!r}", fix=f"Use another{': ' + close if close else ''}")
    stat = file.stat()
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _read(file: Path, mtime_ns: int, size: int) -> Element:
    if size > LARGEST_BYTES:
        raise _too_large(file.name, size)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise FitAdError(f"The element {file.name} cannot be read", why=str(exc)) from exc
    return checked_element(file.stem, text)


def checked_element(name: str, text: str) -> Element:
    """Return the element that an SVG text draws.

    Raises:
        FitAdError: It is not an SVG, or holds what a drawing does not need: scripts, links, pictures, styles, entities.
    """
    if len(text) > LARGEST_BYTES:
        raise _too_large(name, len(text))
    if re.search(r"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", text, re.IGNORECASE):
        raise _refused(name, "a document type or an entity")
    try:
        root = ET.fromstring(text)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, RecursionError) as exc:
        raise FitAdError(f"The element {name} is not an SVG", why=str(exc)) from exc
    if root.tag != f"{_SVG}svg":
        raise FitAdError(f"The element {name} is not an SVG", why="Its root is not svg")
    for number, node in enumerate(root.iter()):
        if number > _MOST_NODES:
            raise _refused(name, f"more than {_MOST_NODES:,} parts")
        _check_node(name, node)
    data = {key[5:]: value for key, value in root.attrib.items() if key.startswith("data-")}
    view = _view(name, root)
    return Element(name, text, view, data, _text_box(name, data.get("text-box", ""), view))


def _too_large(name: str, size: int) -> FitAdError:
    return FitAdError(f"The element {name} has {size:,} bytes", fix=f"Simplify it; {LARGEST_BYTES:,} is the limit")


def drawn(
    drawing: Element,
    colours: Mapping[str, str],
    width: float,
    height: float,
    turn: float = 0.0,
    flip: bool = False,
) -> F32:
    """Return a drawing [h,w,4] float32 0..1, straight alpha, its box ``width`` × ``height`` px, turned clockwise.

    Args:
        drawing: The element.
        colours: ``#RRGGBB`` by role; what is missing takes the drawing's own.
        width: Of its box before turning; the drawing is stretched to it.
        height: Of its box.
        turn: In degrees; the picture is as large as the turned box.
        flip: Mirrored left to right.
    """
    key = tuple(sorted(colours.items()))
    return _drawn(drawing.svg, drawing.view, key, round(width, 1), round(height, 1), round(turn, 2), flip)


@lru_cache(maxsize=96)
def _drawn(
    svg: str,
    view: tuple[float, float, float, float],
    colours: tuple[tuple[str, str], ...],
    width: float,
    height: float,
    turn: float,
    flip: bool,
) -> F32:
    c, s = abs(np.cos(np.radians(turn))), abs(np.sin(np.radians(turn)))
    outer = float(width * c + height * s), float(width * s + height * c)
    if outer[0] * outer[1] > _MOST_PIXELS:
        raise FitAdError("An element of the design is too large to be drawn")
    inner = re.sub(r"^.*?<svg", "<svg", recoloured(svg, dict(colours)), count=1, flags=re.DOTALL)
    inner = _sized(inner, view, width, height)
    mirror = f"translate({width} 0) scale(-1 1)" if flip else ""
    w, h = max(int(np.ceil(outer[0])), 1), max(int(np.ceil(outer[1])), 1)
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
        f'<g transform="translate({w / 2} {h / 2}) rotate({turn}) translate({-width / 2} {-height / 2}) {mirror}">'
        f"{inner}</g></svg>"
    )
    return _raster(whole, w, h)


def recoloured(svg: str, colours: Mapping[str, str]) -> str:
    """Return the text with every ``var(--role, #fallback)`` replaced by the role's colour."""

    def colour(found: re.Match[str]) -> str:
        return colours.get(found["role"]) or found["fallback"] or "#808080"

    return _VARIABLE.sub(colour, svg)


def _sized(svg: str, view: tuple[float, float, float, float], width: float, height: float) -> str:
    head, rest = svg.split(">", 1)
    closed = head.endswith("/")
    head = re.sub(r"\s(?:width|height|viewBox|preserveAspectRatio)\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", head.rstrip("/"))
    box = " ".join(f"{v:g}" for v in view)
    head += f' width="{width:g}" height="{height:g}" viewBox="{box}" preserveAspectRatio="none"'
    return f"{head}{'/' if closed else ''}>{rest}"


def _raster(svg: str, width: int, height: int) -> F32:
    import resvg_py

    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    except ValueError as exc:
        raise FitAdError("An element of the design cannot be drawn", why=str(exc)[:200]) from exc
    picture = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
    if picture.ndim == 2 or picture.shape[2] == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGRA if picture.ndim == 2 else cv2.COLOR_BGR2BGRA)
    return cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA).astype(np.float32) / 255


def _check_node(name: str, node: ET.Element) -> None:
    tag = str(node.tag)
    if not tag.startswith(_SVG) or tag[len(_SVG) :] not in _DRAWS:
        raise _refused(name, f"<{tag.rsplit('}', 1)[-1]}>")
    for key, value in node.attrib.items():
        plain = key.rsplit("}", 1)[-1].lower()
        if plain.startswith("on") or plain in ("style", "class"):
            raise _refused(name, f"the attribute {plain}")
        if plain == "href" and not value.startswith("#"):
            raise _refused(name, "a link")
        if "url(" in value and not re.fullmatch(r"\s*url\(\s*['\"]?#[\w-]+['\"]?\s*\)\s*", value):
            raise _refused(name, "a link")
        for role in _VARIABLE.finditer(value):
            if role["role"] not in ROLES:
                raise FitAdError(
                    f"The element {name} has the colour role {role['role']!r}", fix=f"Use one of: {', '.join(ROLES)}"
                )


def _refused(name: str, what: str) -> FitAdError:
    return FitAdError(
        f"The element {name} holds {what}",
        why="A drawing is made of shapes, gradients, masks and clips only",
        fix="Save it as plain SVG, with colours as attributes, and without scripts, links, pictures and styles",
    )


def _view(name: str, root: ET.Element) -> tuple[float, float, float, float]:
    try:
        x, y, w, h = (float(v) for v in re.split(r"[\s,]+", root.attrib["viewBox"].strip()))
    except (KeyError, ValueError) as exc:
        raise FitAdError(f"The element {name} has no viewBox", fix='Give its root viewBox="0 0 width height"') from exc
    if not (0 < w < 1e5 and 0 < h < 1e5):
        raise FitAdError(f"The element {name} has the viewBox {root.attrib['viewBox']!r}, which is not a size")
    return x, y, w, h


def _text_box(name: str, text: str, view: tuple[float, float, float, float]) -> Bounds | None:
    if not text:
        return None
    try:
        x, y, w, h = (float(v) for v in text.split())
    except ValueError as exc:
        raise FitAdError(f"The element {name} has the text-box {text!r}", fix="Write it as x y width height") from exc
    return Bounds(
        (x - view[0]) / view[2], (y - view[1]) / view[3], (x + w - view[0]) / view[2], (y + h - view[1]) / view[3]
    )
