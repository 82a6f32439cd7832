"""The faces of an ad by role, from a type set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ..text import fonts
from ..text.fonts import FontFace

if TYPE_CHECKING:
    from .lockups import Faces

FACE_ROLES = ("headline", "numeral", "body", "strong", "light", "hand")


@dataclass(frozen=True)
class FaceSet:
    """A type set: a face for each role, and what stands in for glyphs that one lacks."""

    name: str
    roles: tuple[tuple[str, FontFace], ...]
    fallback: tuple[FontFace, ...] = ()
    moods: tuple[str, ...] = ()

    def face(self, role: str) -> FontFace:
        """Return the face of a role; a name that is no role is a font's."""
        known = dict(self.roles)
        if role in known:
            return known[role]
        return known["body"] if role in FACE_ROLES else fonts.find(role)

    def pair(self, role: str) -> Faces:
        """Return what a lock-up in that role is set in; body and hand keep their own numerals."""
        from .lockups import Faces

        words = self.face(role)
        numerals = self.face("numeral") if role in ("headline", "numeral") else words
        return Faces(words if role != "numeral" else self.face("headline"), numerals, self.fallback)

    def with_faces(self, names: Mapping[str, str]) -> FaceSet:
        """Return the set with other faces, fonts by role."""
        if not names:
            return self
        roles = tuple((role, fonts.find(names[role]) if role in names else face) for role, face in self.roles)
        return replace(self, roles=roles)

    def with_headline(self, font: str) -> FaceSet:
        """Return the set with a font of the shop's own for headlines."""
        own = fonts.find(font)
        roles = tuple((role, own if role == "headline" else face) for role, face in self.roles)
        return FaceSet(f"{self.name} with {own.name}", roles, self.fallback, self.moods)


_P8, _P5 = "Pretendard ExtraBold", "Pretendard Medium"
_R8, _M8 = "Nanum Square Round ExtraBold", "Nanum Myeongjo ExtraBold"
_SETS = {
    "loud": ("Black Han Sans", "Black Han Sans", _P8, _P8, _P5, "Nanum Pen"),
    "grotesk": (_P8, _P8, _P5, _P8, _P5, "Nanum Pen"),
    "round": (_R8, _R8, _R8, _R8, _P5, "Nanum Pen"),
    "myeongjo": (_M8, _M8, _M8, _M8, _M8, "Nanum Pen"),
    "hand": ("Nanum Pen", _R8, "Nanum Pen", _R8, "Nanum Pen", "Nanum Pen"),
    "brush": ("Nanum Brush", _M8, _M8, _M8, _P5, "Nanum Brush"),
}


def face_set_names() -> tuple[str, ...]:
    """Return the names of the type sets."""
    return tuple(_SETS)


@lru_cache(maxsize=1)
def face_sets() -> dict[str, FaceSet]:
    """Return the type sets by name."""
    made = {}
    for name, names in _SETS.items():
        roles = tuple((role, fonts.find(font, fonts.bundled())) for role, font in zip(FACE_ROLES, names, strict=True))
        made[name] = FaceSet(name, roles, (roles[3][1],), (name,))
    return made
