"""The faces of an ad by role, from a type set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..text import fonts
from ..text.fonts import FontFace

if TYPE_CHECKING:
    from .lockups import Faces

TYPE_SETS = Path(__file__).parents[2] / "data" / "type_sets.yaml"
FACE_ROLES = ("headline", "numeral", "body", "strong", "light", "hand")


@dataclass(frozen=True)
class FaceSet:
    """A type set: a face for each role, and what stands in for glyphs that one lacks.

    Attributes:
        name: Its name.
        roles: The role and its face, in the order of ``FACE_ROLES``.
        fallback: Asked first for what a face lacks.
        moods: What it looks like.
        trades: Whom it suits.
    """

    name: str
    roles: tuple[tuple[str, FontFace], ...]
    fallback: tuple[FontFace, ...] = ()
    moods: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()

    def face(self, role: str) -> FontFace:
        """Return the face of a role; a name that is not a role is a font's."""
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
        return replace(self, name=f"{self.name} with {own.name}", roles=roles)


def face_set_names() -> tuple[str, ...]:
    """Return the names of the type sets."""
    return tuple(face_sets())


def suited_set(sets: Sequence[str], moods: Sequence[str], trade: str) -> FaceSet:
    """Return the type set of an ad: one of ``sets``, or where none of those is here, one of the moods.

    Of several, the first that is for the trade is taken, else the first. Names that no type set has count for nothing.
    """
    known = face_sets()
    named = [known[name] for name in sets if name in known]
    found = named or [one for one in known.values() if set(moods) & set(one.moods)] or list(known.values())
    return next((one for one in found if trade in one.trades), found[0])


@lru_cache(maxsize=1)
def face_sets() -> dict[str, FaceSet]:
    """Return the type sets by name, from ``data/type_sets.yaml``."""
    import yaml

    entries = yaml.safe_load(TYPE_SETS.read_text(encoding="utf-8"))["sets"]
    return {entry["id"]: _face_set(entry) for entry in entries}


def _face_set(entry: Mapping[str, Any]) -> FaceSet:
    bundled = fonts.bundled()
    return FaceSet(
        entry["id"],
        tuple((role, fonts.find(entry[role], bundled)) for role in FACE_ROLES),
        tuple(fonts.find(name, bundled) for name in entry["fallback"]),
        tuple(entry["moods"]),
        tuple(entry["trades"]),
    )
