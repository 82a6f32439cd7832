"""A text in which what was understood is marked, so that each span is read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .grammar import READ

_SOFT_GAP = re.compile(rf"[\s{READ}]*")


class Mark(NamedTuple):
    """A span of the text and what it is."""

    kind: str
    start: int
    end: int


@dataclass
class MarkedText:
    """One field of a brief while it is read.

    Attributes:
        text: As typed, normalized.
        unread: The same length; what was read is blotted out with ``READ``.
        marks: What was read, in the order of reading.
    """

    text: str
    unread: str = ""
    marks: list[Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.unread = self.text

    def take(
        self,
        kind: str,
        pattern: re.Pattern[str],
        group: str | int = 0,
        fits: Callable[[re.Match[str]], bool] | None = None,
    ) -> int:
        """Mark every unread match of a pattern; return how many there were.

        Args:
            kind: What the spans are.
            pattern: What to look for.
            group: The part of the match that is the span; the rest of the match is marked as ``word``.
            fits: Asked before a match is taken.
        """
        found = 0
        for match in pattern.finditer(self.unread):
            if match.start(group) < match.end(group) and (fits is None or fits(match)):
                self._mark_match(kind, match, group)
                found += 1
        return found

    def _mark_match(self, kind: str, match: re.Match[str], group: str | int) -> None:
        start, end = self._trimmed(match.start(group), match.end(group))
        self.mark("word", match.start(), start)
        self.mark(kind, start, end)
        self.mark("word", end, match.end())

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return start, end

    def mark(self, kind: str, start: int, end: int) -> None:
        """Mark one span; an empty one is left out."""
        if start < end:
            self.marks.append(Mark(kind, start, end))
            self.unread = self.unread[:start] + READ * (end - start) + self.unread[end:]

    def remark(self, old: Mark, kind: str) -> None:
        """Say that a span is something else."""
        self.marks[self.marks.index(old)] = old._replace(kind=kind)

    def of(self, *kinds: str) -> list[Mark]:
        """Return the marks of some kinds in the order of the text."""
        return sorted((mark for mark in self.marks if mark.kind in kinds), key=lambda mark: mark.start)

    def span(self, mark: Mark) -> str:
        """Return the text of a mark."""
        return self.text[mark.start : mark.end]

    def spans(self, *kinds: str) -> list[str]:
        """Return the texts of some kinds in their order; neighbours with only space between them are one span."""
        joined: list[list[int]] = []
        for mark in self.of(*kinds):
            if joined and self.text[joined[-1][1] : mark.start].strip() == "":
                joined[-1][1] = mark.end
            else:
                joined.append([mark.start, mark.end])
        return [" ".join(self.text[start:end].split()) for start, end in joined]

    def chunks(self, pattern: re.Pattern[str]) -> Iterator[Mark]:
        """Yield the unread stretches between separators, without marks and space at their edges."""
        for match in pattern.finditer(self.unread):
            start, end = match.span()
            while start < end and not self.text[start].isalnum() and not self._opens(start, end):
                start += 1
            while start < end and not self._ends(start, end):
                end -= 1
            if any(char.isalnum() for char in self.text[start:end]):
                yield Mark("text", start, end)

    def _opens(self, start: int, end: int) -> bool:
        return self.text[start] == "(" and ")" in self.text[start:end]

    def _ends(self, start: int, end: int) -> bool:
        return (
            self.text[end - 1].isalnum()
            or self.text[end - 1] in "%％"
            or self.text[start:end].endswith("++")
            or self._closes(start, end)
        )

    def _closes(self, start: int, end: int) -> bool:
        return self.text[end - 1] == ")" and "(" in self.text[start:end]

    def near(self, first: int, second: int) -> bool:
        """Return whether between two places there is nothing but space and what was read."""
        return bool(_SOFT_GAP.fullmatch(self.unread[first:second]))
