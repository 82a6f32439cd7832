"""The pictures of an ad: the photo, its subject cut out, the faces in it, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..color.palette import weighted_palette
from ..color.spaces import RGB
from ..errors import FitAdError
from ..matting.engine_names import USABLE
from ..scene.subject import FrameCuts, frame_cuts, rgba_of, sound, subject_box
from ..text.bounds import Bounds

F32 = NDArray[Any]  # float32, or what an operation widens it to
LONGEST_PX = 2600  # a photo is made smaller than that before anything else is done with it
_FIRM = (0.10, 0.90)  # a cut-out's alpha is stretched between these: no veil around it, no holes in it
_FILLING = 0.62  # share of the photo from which a subject fills it


_NOWHERE, _WHOLE = Bounds(0, 0, 0, 0), FrameCuts(False, False, False, False)


@dataclass(frozen=True)
class Pictures:
    """What an ad is made with.

    Attributes:
        photo: [H,W,3] float32 0..1, or None.
        subject: [h,w,4] the cut-out subject, trimmed to itself, or None.
        place: Where the subject is in the photo, px.
        cuts: At which sides the photo cuts it off.
        confidence: How sure the cut-out is, 0..1.
        faces: Rectangles in the photo, the largest first.
        hands: Rectangles in the photo.
        colours: Main colours of the subject (or of the photo) with their shares.
        photo_colours: Main colours of the photo.
    """

    photo: F32 | None = None
    subject: F32 | None = None
    place: Bounds = _NOWHERE
    cuts: FrameCuts = _WHOLE
    confidence: float = 1.0
    faces: tuple[Bounds, ...] = ()
    hands: tuple[Bounds, ...] = ()
    colours: tuple[tuple[RGB, float], ...] = ()
    photo_colours: tuple[tuple[RGB, float], ...] = ()

    @property
    def ratio(self) -> float:
        """Return the subject's width to height; 1 where there is none."""
        return 1.0 if self.subject is None else self.subject.shape[1] / self.subject.shape[0]

    def faces_in_subject(self) -> tuple[Bounds, ...]:
        """Return the faces as shares of the subject's box."""
        return self._in_subject(self.faces)

    def protected_in_subject(self) -> tuple[Bounds, ...]:
        """Return faces and hands as shares of the subject's box."""
        return self._in_subject((*self.faces, *self.hands))

    def _in_subject(self, boxes: Sequence[Bounds]) -> tuple[Bounds, ...]:
        place = self.place
        if place.width <= 0:
            return ()
        return tuple(
            Bounds(
                (b.left - place.left) / place.width,
                (b.top - place.top) / place.height,
                (b.right - place.left) / place.width,
                (b.bottom - place.top) / place.height,
            )
            for b in boxes
            if b.met(place).width * b.met(place).height > 0.3 * b.width * b.height
        )

    def uses(self, wish: str = "auto") -> tuple[str, ...]:
        """Return how the photo can be used: a cut-out only where it is a good one, or asked for."""
        found = []
        if self.subject is not None and (self.confidence >= USABLE or wish == "cut-out"):
            found.append("cut-out")
        if self.photo is not None:
            found += ["full", "frame"]
        kept = [use for use in found if wish in ("auto", use)]
        return tuple(kept or found or ["none"])

    def words(self) -> tuple[str, ...]:
        """Return words for where and how the subject is, for a design's conditions."""
        found: list[str] = []
        if self.photo is not None and self.subject is not None:
            height, width = self.photo.shape[:2]
            x = self.place.middle[0] / width
            found.append("left" if x < 0.4 else "right" if x > 0.6 else "middle")
            if self.place.width * self.place.height > _FILLING * width * height:
                found.append("filling")
        if self.subject is not None:
            found.append("tall" if self.ratio < 0.8 else "wide" if self.ratio > 1.35 else "square")
            found += [f"cut-{side}" for side, cut in zip(FrameCuts._fields, self.cuts, strict=True) if cut]
        if self.photo is not None:
            found.append("landscape" if self.photo.shape[1] > 1.1 * self.photo.shape[0] else "upright")
        return tuple(found)

    def face_side(self) -> str:
        """Return where the largest face is: none, left, middle or right."""
        if not self.faces or self.photo is None:
            return "none"
        largest = max(self.faces, key=lambda f: f.width * f.height)
        x = largest.middle[0] / self.photo.shape[1]
        return "left" if x < 0.42 else "right" if x > 0.58 else "middle"


def pictures_of(
    photo: F32 | None,
    cutout: F32 | None = None,
    mask: F32 | None = None,
    confidence: float = 1.0,
    faces: Sequence[Bounds] = (),
    hands: Sequence[Bounds] = (),
    seed: int = 0,
) -> Pictures:
    """Return the pictures of an ad.

    Args:
        photo: [H,W,3 or 4] 0..1, or None. Its own alpha counts as a cut-out where no other is given.
        cutout: [H,W,4] of the photo's size, or of any other where there is no photo; None for none.
        mask: [H,W] of the subject, used where the cut-out has no alpha.
        confidence: Of the cut-out, 0..1.
        faces: Rectangles in px of the photo.
        hands: Rectangles in px of the photo.
        seed: For the main colours.

    Raises:
        FitAdError: A picture has no pixels.
    """
    for name, picture in (("image", photo), ("cutout", cutout)):
        if picture is not None and (picture.ndim != 3 or min(picture.shape[:2]) < 1):
            raise FitAdError(f"The {name} has no pixels", fix="Connect a picture, or nothing")
    rgba = _rgba(photo, cutout, mask)
    whole = None if photo is None else _rgb(sound(photo))
    whole, rgba, k = _smaller(whole, rgba)
    seen = [tuple(Bounds(*(v * k for v in box)) for box in boxes) for boxes in (faces, hands)]
    made = Pictures(whole, confidence=float(np.clip(confidence, 0, 1)), faces=seen[0], hands=seen[1])
    if whole is not None:
        colours = tuple(weighted_palette(whole, 6, seed=seed))
        made = replace(made, photo_colours=colours, colours=colours)
    return made if rgba is None else _with_subject(made, rgba, seed)


def _rgba(photo: F32 | None, cutout: F32 | None, mask: F32 | None) -> F32 | None:
    if cutout is not None and (cutout.shape[2] in (2, 4) or mask is not None):
        return rgba_of(cutout, mask)
    if photo is not None and (mask is not None or photo.shape[2] in (2, 4)):
        alpha = mask if mask is not None else photo[..., -1]
        if float(np.min(alpha)) < 0.999:
            return rgba_of(_rgb(sound(photo)), sound(alpha))
    return None


def _rgb(picture: F32) -> F32:
    return picture[..., :3] if picture.shape[2] >= 3 else np.repeat(picture[..., :1], 3, axis=2)


def _smaller(photo: F32 | None, rgba: F32 | None) -> tuple[F32 | None, F32 | None, float]:
    """Return the pictures no larger than they need to be, and by how much they were made smaller."""
    longest = (
        max(max(p.shape[:2]) for p in (photo, rgba) if p is not None) if photo is not None or rgba is not None else 1
    )
    k = min(1.0, LONGEST_PX / longest)
    if k == 1.0:
        return photo, rgba, 1.0
    return _resized(photo, k), _resized(rgba, k), k


def _resized(picture: F32 | None, k: float) -> F32 | None:
    if picture is None:
        return None
    size = (max(round(picture.shape[1] * k), 1), max(round(picture.shape[0] * k), 1))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _with_subject(made: Pictures, rgba: F32, seed: int) -> Pictures:
    alpha = np.clip((rgba[..., 3] - _FIRM[0]) / (_FIRM[1] - _FIRM[0]), 0, 1).astype(np.float32)
    found = subject_box(alpha)
    if found is None:
        return made
    rows, columns = found
    cuts = frame_cuts(alpha, rows, columns)
    k = 1.0 if made.photo is None else made.photo.shape[1] / rgba.shape[1]
    place = Bounds(columns.start * k, rows.start * k, columns.stop * k, rows.stop * k)
    if alpha.mean() > 0.985:  # nothing was cut out
        return made
    subject = np.dstack([rgba[rows, columns, :3], alpha[rows, columns]])
    colours = tuple(weighted_palette(subject, 6, seed=seed))
    return replace(made, subject=subject, place=place, cuts=cuts, colours=colours or made.colours)
