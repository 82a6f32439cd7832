"""Glyphs that stand for others, where the font's own character map reaches them: ligatures and vertical forms.

Drawing goes character by character, so that it is the same with and without Raqm; a substitute without a code point
of its own is therefore left out on every machine alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .kerning import feature_lookups

# vertical presentation forms, for fonts that have the glyphs but no vert feature; source: Unicode, U+FE10..U+FE48
_VERTICAL_FORMS = dict(
    zip(
        "，、。：；！？…‥—–（）｛｝〔〕【】《》〈〉「」『』［］",
        "\ufe10\ufe11\ufe12\ufe13\ufe14\ufe15\ufe16\ufe19\ufe30\ufe31\ufe32\ufe35\ufe36\ufe37\ufe38\ufe39\ufe3a\ufe3b"
        "\ufe3c\ufe3d\ufe3e\ufe3f\ufe40\ufe41\ufe42\ufe43\ufe44\ufe47\ufe48",
        strict=True,
    )
)


class Substitutions:
    """The substitutions of one face, from character to character.

    Source: OpenType specification, GSUB lookup types 1 (single) and 4 (ligature).
    """

    def __init__(self, font: Any, cmap: Mapping[int, str]) -> None:
        self._cmap = cmap
        table = font["GSUB"].table if "GSUB" in font else None
        self._gsub = table if table and table.FeatureList and table.LookupList else None
        self._ligatures: dict[str, dict[tuple[str, ...], str]] | None = None
        self._sequences: dict[str, dict[tuple[str, ...], str]] | None = None
        self._vertical: dict[str, str] | None = None

    def ligature(self, text: str) -> tuple[str, int] | None:
        """Return the longest ligature at the start of a text and how many characters it joins."""
        if self._ligatures is None:
            self._ligatures = self._read_ligatures("liga", "clig")
        names = [self._cmap.get(ord(char), "") for char in text]
        known = self._ligatures.get(names[0], {}) if names else {}
        for length in range(min(len(names), 4), 1, -1):
            found = known.get(tuple(names[1:length]))
            if found:
                return found, length
        return None

    def sequence(self, text: str) -> str | None:
        """Return the one character that draws a whole emoji sequence, as a keycap or a flag."""
        if self._sequences is None:
            self._sequences = self._read_ligatures("ccmp")
        plain = text.replace("\ufe0f", "")
        for way in (text, plain):
            names = [self._cmap.get(ord(char), "") for char in way]
            found = self._sequences.get(names[0], {}).get(tuple(names[1:]))
            if found:
                return found
        return None

    def vertical(self, char: str) -> str | None:
        """Return the character whose glyph is the vertical form of ``char``."""
        if self._vertical is None:
            self._vertical = self._read_vertical()
        if char in self._vertical:
            return self._vertical[char]
        form = _VERTICAL_FORMS.get(char)
        return form if form and ord(form) in self._cmap else None

    def _read_ligatures(self, *tags: str) -> dict[str, dict[tuple[str, ...], str]]:
        codes = {glyph: chr(code) for code, glyph in self._cmap.items()}
        found: dict[str, dict[tuple[str, ...], str]] = {}
        for table in self._subtables(*tags):
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for ligature in ligatures:
                    if ligature.LigGlyph in codes:
                        found.setdefault(first, {})[tuple(ligature.Component)] = codes[ligature.LigGlyph]
        return found

    def _read_vertical(self) -> dict[str, str]:
        codes = {glyph: chr(code) for code, glyph in self._cmap.items()}
        pairs = (pair for table in self._subtables("vert") for pair in getattr(table, "mapping", {}).items())
        return {codes[plain]: codes[turned] for plain, turned in pairs if plain in codes and turned in codes}

    def _subtables(self, *tags: str) -> list[Any]:
        if self._gsub is None:
            return []
        lookups = [self._gsub.LookupList.Lookup[number] for number in feature_lookups(self._gsub, *tags)]
        return [getattr(table, "ExtSubTable", table) for lookup in lookups for table in lookup.SubTable]
