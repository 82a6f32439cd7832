"""Which way each character of a paragraph runs, and in which order it is seen.

Source: Unicode Standard Annex #9, "Unicode Bidirectional Algorithm", revision 46; each step names its rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

MAX_DEPTH = 125

_EMBEDDINGS = {"LRE": (False, ""), "RLE": (True, ""), "LRO": (False, "L"), "RLO": (True, "R")}
_ISOLATES = frozenset(("LRI", "RLI", "FSI"))
_REMOVED = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "BN"))
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"))
_RIGHT = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI"))
# pairs of brackets, opening and closing; source: BidiBrackets.txt, Unicode 15
_PAIRED = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋\u2329\u232a❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽"
    "⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
_PARTNER = dict(zip(_PAIRED[::2], _PAIRED[1::2], strict=True))
_CLOSERS = frozenset(_PARTNER.values())
_SAME = {"\u2329": "\u3008", "\u232a": "\u3009"}  # canonical equivalents
_MOST_OPEN_BRACKETS = 63


class BidiLevels(NamedTuple):
    """The embedding levels of a paragraph: even runs left to right, odd right to left.

    Attributes:
        base: Level of the paragraph, 0 or 1.
        levels: One per character.
    """

    base: int
    levels: tuple[int, ...]


def resolve(text: str, base: int | None = None) -> BidiLevels:
    """Return the levels of one paragraph.

    Args:
        text: Without line breaks.
        base: 0 left to right, 1 right to left; None goes by the first strong character.
    """
    classes = [bidi_class(char) for char in text]
    if base != 1 and _RIGHT.isdisjoint(classes):
        return BidiLevels(0, _without_right_to_left(classes))
    return resolve_classes(classes, text, base)


def resolve_classes(classes: Sequence[str], text: str, base: int | None = None) -> BidiLevels:
    """Return the levels of characters of known bidirectional classes; ``text`` is asked for its brackets only."""
    matching = _matching(classes)
    if base is None:
        base = _first_strong(classes, matching, 0, len(classes)) or 0
    explicit = _Explicit(base)
    explicit.run(classes, matching)
    for sequence in [
        _Sequence(s, explicit, classes, text, matching) for s in _sequences(classes, explicit.levels, matching)
    ]:
        sequence.resolve()
    _reset_ends(classes, explicit.levels, base)
    return BidiLevels(base, tuple(explicit.levels))


def line_levels(text: str, resolved: BidiLevels, start: int, stop: int) -> list[int]:
    """Return the levels of a line of the paragraph: what is blank at its end runs as the paragraph does (L1)."""
    levels = list(resolved.levels[start:stop])
    for place in range(len(levels) - 1, -1, -1):
        if bidi_class(text[start + place]) not in _BLANK:
            break
        levels[place] = resolved.base
    return levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """Return the places of a line's pieces, of these levels, from left to right (L2)."""
    order = list(range(len(levels)))
    if not levels:
        return order
    lowest_odd = min((level for level in levels if level % 2), default=0)
    for level in range(max(levels), lowest_odd - 1, -1) if lowest_odd else ():
        start = 0
        while start < len(order):
            if levels[order[start]] < level:
                start += 1
                continue
            stop = start
            while stop < len(order) and levels[order[stop]] >= level:
                stop += 1
            order[start:stop] = order[start:stop][::-1]
            start = stop
    return order


@lru_cache(maxsize=8192)
def bidi_class(char: str) -> str:
    """Return the bidirectional class; for a code point that Python's Unicode does not know yet, that of its block."""
    known = unicodedata.bidirectional(char)
    if known:
        return known
    code = ord(char)
    if 0x590 <= code <= 0x5FF or 0x7C0 <= code <= 0x85F or 0xFB1D <= code <= 0xFB4F or 0x10800 <= code <= 0x10FFF:
        return "R"
    if 0x600 <= code <= 0x7BF or 0x860 <= code <= 0x8FF or 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFF:
        return "AL"
    if 0x1E800 <= code <= 0x1EFFF:
        return "AL" if 0x1EC70 <= code <= 0x1EEFF else "R"
    if 0x20A0 <= code <= 0x20CF:
        return "ET"
    ignorable = 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF or code & 0xFFFE == 0xFFFE
    return "BN" if ignorable or 0xFDD0 <= code <= 0xFDEF else "L"


_BLANK = _REMOVED | _ISOLATES | {"WS", "S", "B", "PDI"}


def _without_right_to_left(classes: Sequence[str]) -> tuple[int, ...]:
    """Return the levels of a paragraph that runs left to right throughout: LRE and LRI lift what they hold."""
    if not any(kind in ("LRE", "LRO", "LRI", "FSI") for kind in classes):
        return (0,) * len(classes)
    return resolve_classes(classes, "\0" * len(classes), 0).levels


def _matching(classes: Sequence[str]) -> dict[int, int]:
    """Return for each isolate initiator the place of its PDI, or the end of the text (BD9)."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for place, kind in enumerate(classes):
        if kind in _ISOLATES:
            opened.append(place)
        elif kind == "PDI" and opened:
            found[opened.pop()] = place
    return {**dict.fromkeys(opened, len(classes)), **found}


def _first_strong(classes: Sequence[str], matching: dict[int, int], start: int, stop: int) -> int | None:
    """Return the level that the first strong character asks for, isolates left out (P2, P3)."""
    place = start
    while place < stop:
        kind = classes[place]
        if kind in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
        place = matching.get(place, len(classes)) if kind in _ISOLATES else place + 1
    return None


class _Status(NamedTuple):
    level: int
    override: str = ""
    isolate: bool = False


@dataclass
class _Explicit:
    """Levels and classes after the explicit codes are obeyed (X1 to X8)."""

    base: int
    levels: list[int] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    _stack: list[_Status] = field(default_factory=list)
    _isolates_over: int = 0
    _embeddings_over: int = 0
    _isolates: int = 0

    def run(self, classes: Sequence[str], matching: dict[int, int]) -> None:
        self._stack = [_Status(self.base)]
        for place, kind in enumerate(classes):
            if kind in _EMBEDDINGS:
                self._embed(*_EMBEDDINGS[kind])
                self._add(self._stack[-1].level, "BN")
            elif kind in _ISOLATES:
                self._isolate(kind, classes, matching, place)
            elif kind == "PDI":
                self._end_isolate()
                self._add_plain(kind)
            elif kind == "PDF":
                self._end_embedding()
                self._add(self._stack[-1].level, "BN")
            elif kind == "B":
                self._add(self.base, "B")
            else:
                self._add_plain(kind)

    def _add(self, level: int, kind: str) -> None:
        self.levels.append(level)
        self.classes.append(kind)

    def _add_plain(self, kind: str) -> None:
        status = self._stack[-1]
        self._add(status.level, kind if kind == "BN" else status.override or kind)

    def _next_level(self, right: bool) -> int:
        level = self._stack[-1].level
        return (level + 1) | 1 if right else (level + 2) & ~1

    def _embed(self, right: bool, override: str) -> None:
        level = self._next_level(right)
        if level <= MAX_DEPTH and not self._isolates_over and not self._embeddings_over:
            self._stack.append(_Status(level, override))
        elif not self._isolates_over:
            self._embeddings_over += 1

    def _isolate(self, kind: str, classes: Sequence[str], matching: dict[int, int], place: int) -> None:
        self._add_plain(kind)
        right = kind == "RLI"
        if kind == "FSI":
            right = _first_strong(classes, matching, place + 1, matching[place]) == 1
        level = self._next_level(right)
        if level <= MAX_DEPTH and not self._isolates_over and not self._embeddings_over:
            self._isolates += 1
            self._stack.append(_Status(level, "", True))
        else:
            self._isolates_over += 1

    def _end_isolate(self) -> None:
        if self._isolates_over:
            self._isolates_over -= 1
        elif self._isolates:
            self._embeddings_over = 0
            while not self._stack[-1].isolate:
                self._stack.pop()
            self._stack.pop()
            self._isolates -= 1

    def _end_embedding(self) -> None:
        if self._isolates_over:
            return
        if self._embeddings_over:
            self._embeddings_over -= 1
        elif not self._stack[-1].isolate and len(self._stack) > 1:
            self._stack.pop()


def _sequences(classes: Sequence[str], levels: Sequence[int], matching: dict[int, int]) -> Iterator[list[int]]:
    """Yield the isolating run sequences, as places (BD13, X10); what X9 removes is left out."""
    runs: list[list[int]] = []
    for place, kind in enumerate(classes):
        if kind in _REMOVED:
            continue
        if runs and levels[runs[-1][-1]] == levels[place]:
            runs[-1].append(place)
        else:
            runs.append([place])
    first = {run[0]: run for run in runs}
    continued = {matching[run[-1]] for run in runs if run[-1] in matching}
    for run in runs:
        if classes[run[0]] == "PDI" and run[0] in continued:
            continue
        sequence = list(run)
        while sequence[-1] in matching and matching[sequence[-1]] in first:
            sequence += first[matching[sequence[-1]]]
        yield sequence


class _Sequence:
    """One isolating run sequence: its weak and neutral classes resolved, its levels set."""

    def __init__(
        self, places: list[int], explicit: _Explicit, original: Sequence[str], text: str, matching: dict[int, int]
    ) -> None:
        self.places = places
        self.explicit = explicit
        self.text = text
        self.original = original
        self.level = explicit.levels[places[0]]
        self.classes = [explicit.classes[place] for place in places]
        self.embedding = _direction(self.level)
        self.before = _direction(max(self.level, self._level_before(places[0])))
        after = self._level_after(places[-1]) if places[-1] not in matching else explicit.base
        self.after = _direction(max(self.level, after))

    def resolve(self) -> None:
        self._weak_marks_and_numbers()
        self._weak_separators()
        self._brackets()
        self._neutrals()
        for place, kind in zip(self.places, self.classes, strict=True):
            if self.level % 2 == 0:  # I1
                self.explicit.levels[place] += {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)
            else:  # I2
                self.explicit.levels[place] += kind in ("L", "AN", "EN")

    def _level_before(self, place: int) -> int:
        for before in range(place - 1, -1, -1):
            if self.original[before] not in _REMOVED:
                return self.explicit.levels[before] if self.original[before] != "B" else self.explicit.base
        return self.explicit.base

    def _level_after(self, place: int) -> int:
        for after in range(place + 1, len(self.original)):
            if self.original[after] not in _REMOVED:
                return self.explicit.levels[after]
        return self.explicit.base

    def _weak_marks_and_numbers(self) -> None:
        """W1 to W3."""
        kinds = self.classes
        before, strong = self.before, self.before
        for i, kind in enumerate(kinds):
            if kind == "NSM":
                kinds[i] = "ON" if before in _ISOLATES or before == "PDI" else before
            before = kinds[i]
            if kinds[i] in ("L", "R", "AL"):
                strong = kinds[i]
            elif kinds[i] == "EN" and strong == "AL":
                kinds[i] = "AN"
        for i, kind in enumerate(kinds):
            if kind == "AL":
                kinds[i] = "R"

    def _weak_separators(self) -> None:
        """W4 to W7."""
        kinds = self.classes
        for i in range(1, len(kinds) - 1):
            around = kinds[i - 1], kinds[i + 1]
            if (kinds[i] in ("ES", "CS") and around == ("EN", "EN")) or (kinds[i] == "CS" and around == ("AN", "AN")):
                kinds[i] = around[0]
        for start, stop in _stretches(kinds, "ET"):
            if (start and kinds[start - 1] == "EN") or (stop < len(kinds) and kinds[stop] == "EN"):
                kinds[start:stop] = ["EN"] * (stop - start)
        strong = self.before
        for i, kind in enumerate(kinds):
            if kind in ("ES", "CS", "ET"):
                kinds[i] = "ON"
            elif kind in ("L", "R"):
                strong = kind
            elif kind == "EN" and strong == "L":
                kinds[i] = "L"

    def _brackets(self) -> None:
        """N0: a pair takes the direction of what it holds."""
        for opener, closer in self._bracket_pairs():
            direction = self._pair_direction(opener, closer)
            if not direction:
                continue
            for place in (opener, closer):
                self.classes[place] = direction
                for i in range(place + 1, len(self.places)):
                    if self.original[self.places[i]] != "NSM":
                        break
                    self.classes[i] = direction

    def _bracket_pairs(self) -> list[tuple[int, int]]:
        """Return the pairs in the order of their openers (BD16)."""
        opened: list[tuple[str, int]] = []
        pairs: list[tuple[int, int]] = []
        for i, place in enumerate(self.places):
            char = self.text[place]
            if self.classes[i] != "ON":
                continue
            if char in _PARTNER:
                if len(opened) == _MOST_OPEN_BRACKETS:
                    return []
                closer = _PARTNER[char]
                opened.append((_SAME.get(closer, closer), i))
            elif char in _CLOSERS:
                wanted = _SAME.get(char, char)
                depth = next((d for d in range(len(opened) - 1, -1, -1) if opened[d][0] == wanted), None)
                if depth is not None:
                    pairs.append((opened[depth][1], i))
                    del opened[depth:]
        return sorted(pairs)

    def _pair_direction(self, opener: int, closer: int) -> str:
        inside = {_strong(kind) for kind in self.classes[opener + 1 : closer]}
        if self.embedding in inside:
            return self.embedding
        if not inside & {"L", "R"}:
            return ""
        context = next((s for kind in reversed(self.classes[:opener]) if (s := _strong(kind))), self.before)
        opposite = "L" if self.embedding == "R" else "R"
        return opposite if context == opposite else self.embedding

    def _neutrals(self) -> None:
        """N1 and N2."""
        kinds = self.classes
        for start, stop in _stretches(kinds, *_NEUTRAL):
            left = _strong(kinds[start - 1]) if start else self.before
            right = _strong(kinds[stop]) if stop < len(kinds) else self.after
            kinds[start:stop] = [left if left == right else self.embedding] * (stop - start)


def _stretches(kinds: Sequence[str], *wanted: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = None
    for i, kind in enumerate([*kinds, ""]):
        if kind in wanted:
            start = i if start is None else start
        elif start is not None:
            found.append((start, i))
            start = None
    return found


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"


def _strong(kind: str) -> str:
    """Return the direction of a class, numbers as right to left (N0, N1); empty for neutrals."""
    return "R" if kind in ("R", "EN", "AN") else kind if kind == "L" else ""


def _reset_ends(classes: Sequence[str], levels: list[int], base: int) -> None:
    """L1: separators, and what is blank before them and at the end, run as the paragraph does."""
    trailing = True
    for place in range(len(classes) - 1, -1, -1):
        kind = classes[place]
        if kind in ("B", "S"):
            trailing = True
        if trailing and kind in _BLANK:
            levels[place] = base
        elif kind not in _BLANK:
            trailing = False
    for place, kind in enumerate(classes):
        if kind in _REMOVED:
            levels[place] = levels[place - 1] if place else base
