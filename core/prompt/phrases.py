"""Whether one phrase of a prompt already says what another one says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

MOST_COMPARED = 50
"""Phrases about one thing that are compared with each other; no prompt that anyone reads has more."""

_OPAQUE = re.compile(r"[\[\]{}<>\\|]|embedding:|\(.*\(|\).*\)", re.IGNORECASE | re.DOTALL)
_WEIGHT = re.compile(r":(\d+(?:\.\d+)?|\.\d+)\Z")
_WORD = re.compile(r"[^\W_]+(?:['./:][^\W_]+)*")
_ARTICLES = frozenset({"a", "an", "the"})
# words that say how things stand to each other, before which and after which order means something
_LINKS = frozenset(
    word
    for line in (
        "about above across against along among and around as at before behind below beneath beside between beyond but",
        "by during for from in inside into like near next of on onto or outside over per than through to",
        "toward towards under underneath upon versus via vs with within is are was were has have",
    )
    for word in line.split()
)
_NEGATIONS = frozenset({"no", "not", "never", "none", "without", "nor", "non", "nothing", "nobody"})
_NEGATIONS |= frozenset({"없는", "없이", "없음", "아닌", "말고", "제외"})
_BRACKET_WEIGHT = 1.1  # what brackets without a number stand for


class Weighted(NamedTuple):
    """What stands in the round brackets around a phrase, and its emphasis."""

    body: str
    weight: float


@dataclass(frozen=True)
class Meaning:
    """What a phrase says, ready to be compared.

    Attributes:
        chunks: Its nouns with what describes them, as sets of words without articles and plurals, in order.
        heads: The last word of each chunk: what it is about.
        links: The words between the chunks; the first stands before the first chunk and may be empty.
        weight: Its emphasis; 1 for a plain phrase.
        negates: Whether it says that something is not there.
    """

    chunks: tuple[frozenset[str], ...]
    heads: tuple[str, ...]
    links: tuple[str, ...]
    weight: float
    negates: bool

    def covers(self, other: Meaning) -> bool:
        """Return whether all that ``other`` says is said here, with no less emphasis: a red cup covers cups."""
        negated = self.negates or other.negates
        if other.weight > self.weight or (negated and self.chunks != other.chunks):
            return False
        size = len(other.chunks)
        return any(self._covers_at(at, other) for at in range(len(self.chunks) - size + 1))

    def _covers_at(self, at: int, other: Meaning) -> bool:
        inner = slice(at + 1, at + len(other.chunks))
        first = other.links[0]
        return (
            self.links[inner] == other.links[1:]
            and first in ("", self.links[at])
            and all(
                mine >= its and (head == its_head or mine == its)
                for mine, its, head, its_head in zip(
                    self.chunks[at:], other.chunks, self.heads[at:], other.heads, strict=False
                )
            )
        )


def weighted(text: str) -> Weighted | None:
    """Return the inside and the weight of a phrase in one or several round brackets; None for one without."""
    if not text.startswith("(") or not text.endswith(")"):
        return None
    inside = text.lstrip("(").rstrip(")")
    number = _WEIGHT.search(inside)
    if number is None:
        return Weighted(inside, _BRACKET_WEIGHT)
    return Weighted(inside[: number.start()], float(number[1]))


def meaning(text: str) -> Meaning | None:
    """Return what a phrase says; None for one that holds more than words, such as an embedding or nested brackets."""
    if _OPAQUE.search(text):
        return None
    body, weight = weighted(text.strip()) or Weighted(text, 1.0)
    words = [word for word in _WORD.findall(body.casefold()) if word not in _ARTICLES]
    chunks: list[list[str]] = [[]]
    links = [""]
    for index, word in enumerate(words):
        if _is_link(word, index, len(words)):
            if chunks[-1]:
                chunks.append([])
                links.append(word)
            else:
                links[-1] = f"{links[-1]} {word}".strip()
        else:
            chunks[-1].append(_singular(word))
    if not chunks[-1]:
        return None  # it ends in the middle: "made of"
    negates = any(word in _NEGATIONS or word.endswith("n't") for word in words)
    heads = tuple(chunk[-1] for chunk in chunks)
    return Meaning(tuple(frozenset(chunk) for chunk in chunks), heads, tuple(links), weight, negates)


def said_elsewhere(meanings: Sequence[Meaning | None], fixed: Sequence[bool]) -> dict[int, int]:
    """Return for every phrase that another one covers, the place of the one that covers it and stays.

    Args:
        meanings: What the phrases say; None for those that are never compared.
        fixed: Phrases that stay in any case; they can cover others.
    """
    about: dict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(meanings):
        for word in set().union(*found.chunks) if found else ():
            about[word].append(index)
    covered: dict[int, int] = {}
    for index, found in enumerate(meanings):
        if found is None or fixed[index]:
            continue
        rarest = min((about[word] for word in set().union(*found.chunks)), key=len)
        for other in rarest[:MOST_COMPARED]:
            if other != index and _goes_before(meanings, fixed, index, other):
                covered[index] = other
                break
    return {index: _last(covered, other) for index, other in covered.items()}


def _goes_before(meanings: Sequence[Meaning | None], fixed: Sequence[bool], index: int, other: int) -> bool:
    """Return whether the phrase at ``index`` goes for the sake of the other; of two alike the later one goes."""
    this, that = meanings[index], meanings[other]
    if this is None or that is None or not that.covers(this):
        return False
    return fixed[other] or other < index or not this.covers(that)


def _last(covered: dict[int, int], index: int) -> int:
    while index in covered:
        index = covered[index]
    return index


def _is_link(word: str, index: int, count: int) -> bool:
    """Return whether a word joins two things; so does a verb in the middle, as in ``cat chasing dog``."""
    return word in _LINKS or (0 < index < count - 1 and len(word) > 5 and word.endswith("ing") and word.isascii())


def _singular(word: str) -> str:
    """Return an English noun without its plural, a Korean one without 들; a word that only looks plural stays."""
    if word.endswith("들") and len(word) > 1:
        return word[:-1]
    if len(word) < 4 or not word.isascii() or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes", "zes")) else word[:-1]
