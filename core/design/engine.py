"""From photo and words to a finished ad: a design chosen, solved, painted, checked and told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import parse_palette
from ..copywriting.parts import AdParts
from ..errors import FitAdError
from ..layout.model import Layout
from ..text.bounds import Bounds
from ..text.korean import syllables
from .ad_report import ad_report
from .brand import Brand
from .canvas import canvas_of
from .choice import in_order, suited
from .colours import Palette, from_colours, from_photo, ranked, with_roles
from .composition import Composition
from .design_names import PHOTO_USES
from .edits import Edits, edited, roles_of, with_words
from .faces import FaceSet, face_set_names, suited_set
from .facts import AdFacts, facts_of, trade_of
from .library import design, design_files, read_design
from .painting import PaintedAd, paint
from .pictures import Pictures, pictures_of
from .rescaling import scaled
from .resolving import margin_of
from .schema import Design
from .sheet import SheetLayer
from .solver import SolveJob, solve

F32 = NDArray[Any]  # float32, or what an operation widens it to
AUTO = "auto"
_MOST_TRIED = 14  # designs that are tried before giving up
_MOST_PAINTED = 3  # candidates of a design that are painted
_SHORT = 18  # syllables that any design has room for
_SHORT_PARTS = ("shop", "headline", "product", "discount", "price_now", "period", "cta", "contact")
_LONGEST_RATIO = 4  # long side to short side of what is used of a picture
_LEAST_PHOTO_PX = 48  # in a smaller picture no face is looked for
_log = logging.getLogger("fit_ad.design")


_UNTOUCHED, _NO_BRAND = Edits(), Brand()


@dataclass(frozen=True)
class DesignRequest:
    """One ad to make.

    Attributes:
        parts: The words.
        width: In px.
        height: In px.
        photo: [H,W,3 or 4] float32 0..1, or None.
        cutout: [H,W,4] of the same size, or None.
        mask: [H,W] of the subject, or None.
        confidence: Of the cut-out.
        design: ``auto`` or a name.
        photo_use: One of ``PHOTO_USES``.
        palette: ``auto``, ``shop``, the name of a colourway, or hex colours.
        type_set: ``auto`` or a name.
        seed: Another seed gives another design.
        brand: What the shop brings.
        lettering: [h,w,4] set in the headline's place, or None.
        layout: The advisor's layout: where words should stand where the design leaves a choice.
        edits: What was changed by hand.
        folders: Where users keep their own designs.
        zone: A keep-out zone of the formats.
    """

    parts: AdParts
    width: int
    height: int
    photo: F32 | None = None
    cutout: F32 | None = None
    mask: F32 | None = None
    confidence: float = 1.0
    design: str = AUTO
    photo_use: str = AUTO
    palette: str = AUTO
    type_set: str = AUTO
    seed: int = 0
    brand: Brand = _NO_BRAND
    lettering: F32 | None = None
    layout: Layout | None = None
    edits: Edits = _UNTOUCHED
    folders: tuple[Path, ...] = ()
    zone: str = AUTO


@dataclass(frozen=True)
class DesignedAd:
    """A finished ad.

    Attributes:
        image: [H,W,3] float32 0..1.
        mask: [H,W] what words and elements cover.
        layers: The lowest first; empty unless they were asked for.
        report: Plain data: design, slots and boxes, figures, what was left out.
        design: The design's name.
        composition: What was solved.
    """

    image: F32
    mask: F32
    layers: tuple[SheetLayer, ...]
    report: dict[str, Any]
    design: str
    composition: Composition


def design_ad(
    request: DesignRequest, layers: bool = False, progress: Callable[[float], None] | None = None
) -> DesignedAd:
    """Return the ad that a request asks for.

    Args:
        request: What is to be made.
        layers: Also return every layer for itself.
        progress: Called with the share that is done.

    Raises:
        FitAdError: The named design does not exist or does not fit, or no design does.
    """
    request = replace(request, parts=with_words(request.parts, request.edits))
    pictures = pictures_for(request)
    reasons: list[str] = []
    for wish in _with_less_text(request):
        for made in _candidates(wish, pictures, reasons):
            painted = paint(made, pictures, request.brand.logo, request.lettering, layers, progress)
            if all(ratio >= needed for _, ratio, needed in painted.contrasts):
                return _ad(_with_dropped(made, request.parts, wish.parts), painted, pictures, request)
            dull = ", ".join(repr(text) for text, ratio, needed in painted.contrasts if ratio < needed)
            reasons.append(f"{made.design}: {dull[:100]} without contrast")
            _log.info("%s was not shown: words without contrast", made.design)
    raise FitAdError(
        "No design fits this ad" if request.design == AUTO else f"The design {request.design!r} does not fit this ad",
        why="; ".join(dict.fromkeys(reasons))[:400] or "No design suits these words, this photo and this format",
        fix="Choose another design, a larger format, or shorter words",
    )


def _with_less_text(request: DesignRequest) -> Iterator[DesignRequest]:
    """Yield a request, then the same with what is short enough for any design: the rest goes to the caption."""
    yield request
    short = request.parts.model_dump(include={"purpose", "angle", "language", "emphasis"})
    for name in _SHORT_PARTS:
        text = getattr(request.parts, name)
        if 0 < syllables(text) <= _SHORT:
            short[name] = text
    if "headline" not in short and request.parts.headline:
        short["headline"] = _beginning(request.parts.headline)
    if (parts := AdParts.model_validate(short)) != request.parts:
        yield replace(request, parts=parts)


def _with_dropped(made: Composition, parts: AdParts, kept: AdParts) -> Composition:
    """Return a composition that tells which parts were dropped or cut, because no design had room for them."""
    gone = (name for name in type(parts).model_fields if getattr(parts, name) != getattr(kept, name))
    told = {name: "no design has room for it" for name in gone if name != "hashtags"}
    return replace(made, left_out={**told, **made.left_out}) if told else made


def _beginning(text: str) -> str:
    """Return as many whole words of a text as are short; of a single long word its beginning, with an ellipsis."""
    kept: list[str] = []
    for word in text.split():
        if syllables(" ".join([*kept, word])) > _SHORT:
            break
        kept.append(word)
    return " ".join(kept) or f"{text[: _SHORT - 2]}…"


def variants(
    request: DesignRequest, count: int, width: int = 0, each: Callable[[DesignedAd], None] | None = None
) -> list[DesignedAd]:
    """Return up to ``count`` different ads, one design each as long as there are enough.

    Args:
        request: What is to be made; its seed is the first one's.
        count: How many.
        width: Of the pictures in px; 0 for the ads' own. They are the same ads, painted smaller.
        each: Called with every ad as it is done.
    """
    pictures = pictures_for(request)
    found: list[DesignedAd] = []
    seen: set[tuple[str, str]] = set()
    for number in range(3 * count):
        if len(found) >= count:
            break
        wish = replace(request, seed=request.seed + number)
        for made in _candidates(wish, pictures, []):
            key = (made.design, made.palette.name)
            if key in seen:
                break
            seen.add(key)
            small = scaled(made, width / made.canvas.width) if width else made
            painted = paint(small, pictures, request.brand.logo, request.lettering)
            if all(ratio >= needed for _, ratio, needed in painted.contrasts):
                found.append(_ad(small, painted, pictures, wish))
                if each is not None:
                    each(found[-1])
                break
    return found


def pictures_for(request: DesignRequest) -> Pictures:
    """Return the pictures of a request, the faces in its photo found; of a strip only what a canvas can show."""
    request = _cropped(request)
    found = protected_in(request.photo) if request.photo is not None else ((), ())
    return pictures_of(request.photo, request.cutout, request.mask, request.confidence, *found)


def _cropped(request: DesignRequest) -> DesignRequest:
    """Return a request whose pictures are at most ``_LONGEST_RATIO`` times as long as wide, about the subject."""
    size = next((p.shape[:2] for p in (request.photo, request.cutout) if p is not None), (1, 1))
    axis, most = int(size[1] > size[0]), round(_LONGEST_RATIO * min(size))
    if max(size) <= most:
        return request
    alpha = request.cutout[..., 3] if request.cutout is not None and request.cutout.shape[2] == 4 else request.mask
    along = np.zeros(max(size)) if alpha is None or alpha.shape[:2] != size else alpha.sum(axis=1 - axis)
    middle = float(np.average(np.arange(max(size)), weights=along)) if along.sum() > 0 else max(size) / 2
    start = int(np.clip(middle - most / 2, 0, max(size) - most))
    window = (slice(None), slice(start, start + most)) if axis else (slice(start, start + most),)
    cut = (
        p[window] if p is not None and p.shape[:2] == size else p for p in (request.photo, request.cutout, request.mask)
    )
    photo, cutout, mask = cut
    return replace(request, photo=photo, cutout=cutout, mask=mask)


def protected_in(photo: F32) -> tuple[tuple[Bounds, ...], tuple[Bounds, ...]]:
    """Return the faces and the hands in a photo [H,W,C], in its px."""
    from ..matting import find_protected

    if min(photo.shape[:2]) < _LEAST_PHOTO_PX:
        return (), ()
    rgb = photo[..., :3] if photo.shape[2] >= 3 else np.repeat(photo[..., :1], 3, axis=2)
    found = find_protected(np.clip(np.nan_to_num(rgb), 0, 1).astype(np.float32))
    faces, hands = (tuple(Bounds(b.x, b.y, b.right, b.bottom) for b in boxes) for boxes in (found.faces, found.hands))
    return faces, hands


def facts_for(request: DesignRequest, pictures: Pictures) -> AdFacts:
    """Return what is known of a request's ad."""
    canvas = canvas_of(request.width, request.height)
    facts = facts_of(request.parts).on(canvas)
    return replace(
        facts,
        photo=pictures.uses(request.photo_use),
        face=pictures.face_side(),
        subject=pictures.words(),
        confidence=pictures.confidence,
    )


def _candidates(request: DesignRequest, pictures: Pictures, reasons: list[str]) -> Iterator[Composition]:
    """Yield compositions, the best of the best design first; note why designs gave none."""
    facts = facts_for(request, pictures)
    for number, wanted in enumerate(_designs(request, facts)):
        if number >= _MOST_TRIED:
            return
        faults: list[str] = []
        found = solve(job_for(request, wanted, facts, pictures), _MOST_PAINTED, faults)
        if not found:
            told = ", ".join(dict.fromkeys(faults)) or "no arrangement"
            reasons.append(f"{wanted.name}: {told[:160]}")
        yield from (edited(made, request.edits) for made in found)


def _designs(request: DesignRequest, facts: AdFacts) -> list[Design]:
    if request.design != AUTO:
        return [design(request.design, request.folders)]
    known: dict[str, Design] = {}
    for name, file in design_files(request.folders).items():
        try:
            known[name] = read_design(file)
        except FitAdError as exc:
            _log.warning("%s", exc)
    return in_order(suited(known, facts, request.photo_use), request.seed)


def job_for(request: DesignRequest, wanted: Design, facts: AdFacts, pictures: Pictures) -> SolveJob:
    """Return what the solver needs for a design."""
    ratios = [p.shape[1] / p.shape[0] if p is not None else 0.0 for p in (request.brand.logo, request.lettering)]
    return SolveJob(
        wanted,
        request.parts,
        facts,
        pictures,
        request.width,
        request.height,
        palette_for(request, wanted, pictures),
        faces_for(request, wanted),
        ratios[0],
        request.seed,
        request.zone,
        _wishes(request),
        ratios[1],
    )


def _wishes(request: DesignRequest) -> tuple[Bounds, ...]:
    if request.layout is None:
        return ()
    boxes = (box.to_px(request.width, request.height) for box in request.layout.boxes)
    return tuple(Bounds(b.x, b.y, b.right, b.bottom) for b in boxes)


def palette_for(request: DesignRequest, wanted: Design, pictures: Pictures) -> Palette:
    """Return the colours of an ad: the request's, the shop's, the photo's, or the colourway that suits best."""
    name = request.palette.strip()
    if name == "shop" or (name == AUTO and request.brand.colours and not wanted.colours.from_photo):
        base = from_colours(parse_palette(" ".join(request.brand.colours))) if request.brand.colours else None
    elif "#" in name:
        base = from_colours(parse_palette(name), "given")
    else:
        base = _colourway(name)
    if base is None:
        base = _own_palette(wanted, pictures, request.seed)
    return with_roles(with_roles(base, wanted.colours.roles), roles_of(request.edits))


def _colourway(name: str) -> Palette | None:
    from .colours import colourways

    return next((way for way in colourways() if way.name == name), None)


def _own_palette(wanted: Design, pictures: Pictures, seed: int) -> Palette:
    if wanted.colours.from_photo and pictures.photo is not None:
        return from_photo(pictures.photo_colours)
    found = ranked(wanted.colours.moods or ("vivid",), wanted.colours.ways, pictures.colours)
    return found[(seed // 7) % min(3, len(found))]


def faces_for(request: DesignRequest, wanted: Design) -> FaceSet:
    """Return the type set of an ad: the request's, with the shop's font for headlines, or the design's."""
    names = [request.type_set] if request.type_set in face_set_names() else wanted.type.sets
    found = suited_set(names, wanted.type.moods, trade_of(request.parts))
    found = found.with_faces(wanted.type.faces)
    if request.brand.font and request.type_set == AUTO:
        found = found.with_headline(request.brand.font)
    return found


def _ad(made: Composition, painted: PaintedAd, pictures: Pictures, request: DesignRequest) -> DesignedAd:
    report = ad_report(made, painted, pictures, request.parts)
    return DesignedAd(painted.image, painted.mask, painted.layers, report, made.design, made)


__all__ = ["PHOTO_USES", "Brand", "DesignRequest", "DesignedAd", "design_ad", "margin_of", "variants"]
