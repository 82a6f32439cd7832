"""A prompt clamped to what CLIP reads: whole phrases, the least important given up first, nothing lost."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from ..errors import FitAdError
from ..text.korean import has_hangul
from .clip_tokens import fewest
from .phrases import Weighted, meaning, said_elsewhere, weighted

CLIP_TOKENS = 77
"""What CLIP reads at once, start and end token included."""

Count = Callable[[str], int]

_log = logging.getLogger("fit_ad.prompt")

# praise that image models were once fed by the dozen; one of them does what all of them do
FILLER = frozenset(
    phrase.strip()
    for line in (
        "4k, 8k, 8k uhd, 16k, absurdres, amazing, amazing quality, award winning, award-winning, best quality",
        "beautiful, breathtaking, detailed, extremely detailed, gorgeous, hd, hdr, high detail, high quality",
        "high details, high res, high resolution, high-quality, highest quality, highly detailed, highres, hires, hq",
        "hyper detailed, hyperdetailed, incredibly detailed, insanely detailed, intricate, intricate details",
        "masterpiece, masterpiece quality, official art, perfect, premium quality, professional quality, sharp",
        "sharp focus, stunning, super detailed, superb, top quality, trending on artstation, uhd, ultra detailed",
        "ultra hd, ultra high res, ultra quality, ultra realistic, ultra-detailed, ultra-high quality, ultrahd",
        "very detailed",
        "고퀄리티, 고품질, 고화질, 걸작, 최고 품질, 최고의 품질",
    )
    for phrase in line.split(",")
)
_BREAK = "BREAK"
# a run of spaces is only looked at from its start, or a long one would be looked at from each of its places
_SEPARATOR = re.compile(
    r"(?:(?<!\s)\s+)?[,，、]\s*|(?<!\s)[^\S\n]*\n\s*|(?<=[.!?。！？])\s+|(?<![^\s,，、)\]])BREAK(?![^\s,，、(\[])"
)
_ABBREVIATION = re.compile(r"(?:^|[\s(])\w{1,2}\.$")
_ABBREVIATED = len("(Dr.")  # characters that show one
_WEIGHT_AND_BRACKET = re.compile(r"(?::(?:\d+(?:\.\d+)?|\.\d+))?[)\]]\Z")


@dataclass(frozen=True)
class PromptPart:
    """A piece of a clamped prompt.

    Attributes:
        text: A phrase, or the piece of one.
        end: What stood between it and the next: a comma, a line end, a space.
        kept: Whether CLIP is to read it.
        must: Whether it is to be kept in any case.
    """

    text: str
    end: str
    kept: bool
    must: bool


@dataclass(frozen=True)
class Clamped:
    """A prompt cut to size.

    Attributes:
        text: What CLIP is to read; the given text itself where it fits.
        dropped: The phrases given up, in their order.
        token_count: Tokens of ``text``, start and end included.
        parts: All that was given, what is kept and what is not, in order.
    """

    text: str
    dropped: str
    token_count: int
    parts: tuple[PromptPart, ...] = ()


@dataclass(frozen=True)
class _Phrase:
    text: str
    end: str = ""
    must: bool = False

    @property
    def is_break(self) -> bool:
        return self.text == _BREAK


def clamp(text: str, count: Count, *, must_keep: str = "", max_tokens: int = CLIP_TOKENS) -> Clamped:
    """Return the prompt with at most ``max_tokens`` tokens.

    Repeats go first and all quality words but one, then phrases that a fuller one says as well, then phrases from the
    end: those weighted down before plain ones, plain ones before those weighted up and embeddings; the first phrase
    stays longest. A phrase is only cut, between words, when it is the last one left and still too long. A text that
    fits is not touched.

    Args:
        text: The prompt; phrases end at commas, line ends and sentence ends outside brackets.
        count: Tokens of a text by the real tokenizer, start and end token included.
        must_keep: Phrases that always stay, separated like those of the text; one that is not in the text comes first.
        max_tokens: The limit, start and end token included.

    Raises:
        FitAdError: ``must_keep`` alone is longer than the limit.
    """
    result = fit(text, count, must_keep=must_keep, max_tokens=max_tokens)
    if has_hangul(result.text):
        _log.warning("CLIP reads English only; the Korean in the prompt means little to it: %.60r", result.text)
    return result


def fit(text: str, count: Count, *, must_keep: str = "", max_tokens: int = CLIP_TOKENS) -> Clamped:
    """Return what ``clamp`` returns, and log nothing: for a prompt that is still being typed."""
    tokens = cache(count)
    musts = list(dict.fromkeys(phrase.text for phrase in split(must_keep)))
    if len(musts) > max_tokens:  # no phrase takes less than a token
        raise _too_long(must_keep, tokens(", ".join(musts)), max_tokens)
    phrases, added = _with_musts(split(text), musts)
    whole = ", ".join([*added, text]) if text.strip() else ", ".join(added)
    result = Clamped(whole, "", tokens(whole), tuple(_part(phrase, kept=True) for phrase in phrases))
    if result.token_count > max_tokens:
        return _clamped(phrases, tokens, must_keep, max_tokens)
    return result


def split(text: str) -> list[_Phrase]:
    """Return the phrases of a prompt with the separators that follow them; brackets are never opened."""
    phrases: list[tuple[str, list[str]]] = []
    start = 0
    for left, right in [*_separators(text), (len(text), len(text))]:
        words, end = text[start:left], text[left:right]
        if words.strip():
            phrases.append((words.strip(), [words[len(words.rstrip()) :], end]))
        elif phrases:
            phrases[-1][1].extend((words, end))
        start = max(start, right)
    return [_Phrase(words, "".join(ends)) for words, ends in phrases]


def _separators(text: str) -> Iterator[tuple[int, int]]:
    """Yield where separators outside brackets start and end; BREAK is a phrase of its own."""
    inside = _bracketed(text)
    for match in _SEPARATOR.finditer(text):
        left, right = match.span()
        if inside[left] or (match.group().isspace() and _ends_abbreviated(text, left)):
            continue
        if match.group() == _BREAK:
            yield left, left
            yield right, right
        else:
            yield left, right


def _ends_abbreviated(text: str, end: int) -> bool:
    """Return whether the text up to ``end`` ends in something like ``Dr.``, whose full stop ends no sentence."""
    return _ABBREVIATION.search(text[max(end - _ABBREVIATED, 0) : end]) is not None


def _bracketed(text: str) -> list[bool]:
    """Return for every character whether it stands inside brackets that close again; ``\\(`` pairs with ``\\)``."""
    steps = [0] * (len(text) + 1)  # how many brackets open at a place, less those that closed before it
    open_at: list[tuple[int, str]] = []
    for index, char in enumerate(text):
        escape = "\\" if text[index - 1 : index] == "\\" else ""
        if char in "([{":
            open_at.append((index, escape + ")]}"["([{".index(char)]))
        elif char in ")]}" and open_at and open_at[-1][1] == escape + char:
            left, _ = open_at.pop()
            steps[left] += 1
            steps[index + 1] -= 1
    return [depth > 0 for depth in accumulate(steps)][: len(text)]


def _with_musts(phrases: list[_Phrase], musts: Sequence[str]) -> tuple[list[_Phrase], list[str]]:
    """Return the phrases with those to keep marked, and the ones put in front because the text lacks them."""
    added = []
    for must in musts:
        at = _where(phrases, must)
        if at is None:
            added.append(must)
        else:
            phrases = [*phrases[:at], replace(phrases[at], must=True), *phrases[at + 1 :]]
    return [*(_Phrase(must, ", ", must=True) for must in added), *phrases], added


def _where(phrases: Sequence[_Phrase], must: str) -> int | None:
    """Return the phrase that is ``must``, else the first that holds it as whole words."""
    normal, words = _normal(must), _words(must)
    exact = (index for index, phrase in enumerate(phrases) if _normal(phrase.text) == normal)
    holding = (index for index, phrase in enumerate(phrases) if words.search(phrase.text))
    found = next(exact, None)
    return next(holding, None) if found is None else found


def _words(must: str) -> re.Pattern[str]:
    inner = r"\s+".join(re.escape(word) for word in must.split())
    return re.compile(rf"(?<![A-Za-z0-9]){inner}(?![A-Za-z0-9])", re.IGNORECASE)


def _clamped(phrases: list[_Phrase], tokens: Count, must_keep: str, max_tokens: int) -> Clamped:
    if _tokens_of(_musts(phrases), tokens) > max_tokens:
        phrases = list(_isolated(phrases, must_keep))
    if _tokens_of(_musts(phrases), tokens) > max_tokens:
        raise _too_long(must_keep, _tokens_of(_musts(phrases), tokens), max_tokens)
    free, told = _repeats(phrases), _told_elsewhere(phrases)
    subject = _subject(phrases, free, told)
    order = [*reversed(free), *sorted(told, reverse=True)]
    order += [*_by_rank(phrases, {subject, *order}, told, lambda text: _rank(text, tokens, max_tokens))]
    order += [] if subject is None else [subject]
    drop = _smallest_drop(phrases, order, len(free), lambda kept: _fits(_joined(kept), tokens, max_tokens))
    if subject in drop:
        return _shortened(phrases, subject, tokens, max_tokens)
    kept = _tidy([phrase for index, phrase in enumerate(phrases) if index not in drop])
    return _result(phrases, kept, tokens)


def _too_long(must_keep: str, needed: int, max_tokens: int) -> FitAdError:
    return FitAdError(
        f"must_keep needs {needed} tokens, but only {max_tokens} are allowed",
        why=f"'{must_keep[:80]}' alone is longer than max_tokens",
        fix="Shorten must_keep or raise max_tokens (77 at most)",
    )


def _musts(phrases: Sequence[_Phrase]) -> list[_Phrase]:
    return [phrase for phrase in phrases if phrase.must]


def _tokens_of(phrases: Sequence[_Phrase], tokens: Count) -> int:
    return tokens(_joined(phrases))


def _fits(text: str, tokens: Count, max_tokens: int) -> bool:
    """Return whether a text is within the limit; one with more words than tokens is not tokenized to find out."""
    return fewest(text) <= max_tokens and tokens(text) <= max_tokens


def _joined(phrases: Sequence[_Phrase]) -> str:
    inner = "".join(phrase.text + (phrase.end or " ") for phrase in phrases[:-1])
    return inner + phrases[-1].text if phrases else ""


def _isolated(phrases: Sequence[_Phrase], must_keep: str) -> Iterator[_Phrase]:
    """Yield the phrases with the words to keep cut free of the long phrases around them."""
    musts = [_words(must.text) for must in split(must_keep)]
    for phrase in phrases:
        found = [match for must in musts if phrase.must and (match := must.search(phrase.text))]
        if not found or any(_bracketed(phrase.text)):
            yield phrase
            continue
        left, right = found[0].span()
        parts = (phrase.text[:left].strip(), phrase.text[left:right], phrase.text[right:].strip())
        yield from (_Phrase(part, " ", must=i == 1) for i, part in enumerate(parts[:2]) if part)
        yield from (_Phrase(part, phrase.end) for part in parts[2:] if part)


def _subject(phrases: Sequence[_Phrase], free: Sequence[int], told: Mapping[int, int]) -> int | None:
    """Return the place of the first phrase that says something, None where all that is there is kept anyway.

    A fuller phrase that says the same later takes its place.
    """
    gone = set(free)
    rest = [i for i, phrase in enumerate(phrases) if not (i in gone or phrase.must or phrase.is_break)]
    rest = [told.get(i, i) for i in rest if not phrases[told.get(i, i)].must]
    return next((i for i in rest if _bare(phrases[i].text) not in FILLER), rest[0] if rest else None)


def _told_elsewhere(phrases: Sequence[_Phrase]) -> dict[int, int]:
    """Return the places of phrases that a fuller one says as well, each with the place of that one."""
    free = {*_repeats(phrases)}
    seen = [
        None if i in free or phrase.is_break or _bare(phrase.text) in FILLER else meaning(phrase.text)
        for i, phrase in enumerate(phrases)
    ]
    return said_elsewhere(seen, [phrase.must for phrase in phrases])


def _by_rank(phrases: Sequence[_Phrase], done: set[int | None], told: Mapping[int, int], rank: Count) -> list[int]:
    """Return the places of the other phrases, the least important and the last to be said first.

    A phrase counts as said where what it covers was said first.
    """
    rest = [i for i, phrase in enumerate(phrases) if not (i in done or phrase.must or phrase.is_break)]
    first = {i: i for i in rest}
    for covered, by in told.items():
        first[by] = min(first.get(by, by), covered)
    ranks = {i: rank(phrases[i].text) for i in rest}
    return sorted(rest, key=lambda i: (ranks[i], -first[i]))


def _repeats(phrases: Sequence[_Phrase]) -> list[int]:
    """Return the places of phrases said before, and of all quality words but the first."""
    kept = {_normal(phrase.text) for phrase in phrases if phrase.must}
    praised = any(_bare(phrase.text) in FILLER for phrase in phrases if phrase.must)
    found = []
    for index, phrase in enumerate(phrases):
        if phrase.must or phrase.is_break:
            continue
        filler = _bare(phrase.text) in FILLER
        if _normal(phrase.text) in kept or (filler and praised):
            found.append(index)
        kept.add(_normal(phrase.text))
        praised = praised or filler
    return found


def _rank(text: str, tokens: Count, max_tokens: int) -> int:
    """Return 0 for what could never fit, 1 for what matters little, 2 for plain phrases, 3 for stressed ones."""
    if len(text.encode()) > max_tokens - 2 and tokens(text) > max_tokens:
        return 0
    weight = (weighted(text) or Weighted(text, 1.0)).weight
    if weight < 1 or _bare(text) in FILLER:
        return 1
    return 3 if weight > 1 or "embedding:" in text or "<lora:" in text else 2


def _smallest_drop(
    phrases: Sequence[_Phrase], order: Sequence[int], free: int, fits: Callable[[list[_Phrase]], bool]
) -> set[int]:
    """Return the least that has to go so that the rest fits; the first ``free`` places go in any case."""

    def rest(drop: int) -> list[_Phrase]:
        gone = set(order[:drop])
        return _tidy([phrase for index, phrase in enumerate(phrases) if index not in gone])

    low, high = free, len(order)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(rest(middle)) else (middle + 1, high)
    while low < len(order) and not fits(rest(low)):  # a tokenizer need not grow evenly
        low += 1
    return set(order[:low])


def _tidy(phrases: list[_Phrase]) -> list[_Phrase]:
    """Return the phrases without a BREAK that has nothing before it or after it."""
    tidy: list[_Phrase] = []
    for phrase in phrases:
        if not phrase.is_break or (tidy and not tidy[-1].is_break):
            tidy.append(phrase)
    return tidy[:-1] if tidy and tidy[-1].is_break else tidy


def _shortened(phrases: Sequence[_Phrase], last: int, tokens: Count, max_tokens: int) -> Clamped:
    """Return the phrases to keep and as many words of the most important other one as fit."""

    def kept(text: str) -> list[_Phrase]:
        return [replace(p, text=text if i == last else p.text) for i, p in enumerate(phrases) if p.must or i == last]

    head, tail = _cut(phrases[last].text, lambda text: _fits(_joined(kept(text)), tokens, max_tokens))
    text = _joined(kept(head) if head else _musts(phrases))
    parts: list[PromptPart] = []
    for index, phrase in enumerate(phrases):
        if index == last and head:
            parts += [PromptPart(head, " ", True, False), PromptPart(tail, phrase.end, False, False)]
        else:
            parts.append(_part(phrase, kept=phrase.must))
    return Clamped(text, _listed([part.text for part in parts if not part.kept]), tokens(text), tuple(parts))


def _cut(text: str, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Return the longest head of whole words that fits, and the tail; a bracketed phrase stays bracketed in both."""
    left, body, right = _unwrapped(text)
    inside = _bracketed(body)
    gaps = (match.span() for match in re.finditer(r"\s+", body))
    first = len(body) - len(body.lstrip(" ,，、"))  # before it there is no word
    spaces = [(start, end) for start, end in gaps if not inside[start] and start > first]

    def head(words: int) -> str:
        return left + body[: spaces[words - 1][0]].rstrip(" ,，、") + right

    low, high = 0, len(spaces)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(head(middle)) else (low, middle - 1)
    while low and not fits(head(low)):  # a tokenizer need not grow evenly
        low -= 1
    return (head(low), left + body[spaces[low - 1][1] :] + right) if low else ("", text)


def _unwrapped(text: str) -> tuple[str, str, str]:
    """Return the opening bracket, the inside and the weight with the closing bracket of a phrase."""
    end = _WEIGHT_AND_BRACKET.search(text) if text.startswith(("(", "[")) else None
    if end and all(_bracketed(text)) and not _closes_early(text):
        return text[0], text[1 : end.start()], end[0]
    return "", text, ""


def _closes_early(text: str) -> bool:
    """Return whether the first bracket closes before the end, as in (a) (b)."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0:
            return index < len(text) - 1
    return False


def _result(phrases: Sequence[_Phrase], kept: Sequence[_Phrase], tokens: Count) -> Clamped:
    remaining = iter(kept)
    following = next(remaining, None)
    parts = []
    for phrase in phrases:
        stays = phrase is following
        if stays:
            following = next(remaining, None)
        parts.append(_part(phrase, kept=stays))
    text = _joined(kept)
    return Clamped(text, _listed([part.text for part in parts if not part.kept]), tokens(text), tuple(parts))


def _part(phrase: _Phrase, *, kept: bool) -> PromptPart:
    return PromptPart(phrase.text, phrase.end, kept, phrase.must)


def _listed(phrases: Sequence[str]) -> str:
    """Return dropped phrases in one line, a comma after each that has no sentence end of its own."""
    texts = [phrase + ("" if phrase[-1] in ".!?。！？" else ",") for phrase in phrases]
    return " ".join(texts).removesuffix(",")


def _normal(text: str) -> str:
    return " ".join(text.casefold().rstrip(".").split())


def _bare(text: str) -> str:
    """Return a phrase without brackets and weight, for comparison."""
    return _normal((weighted(text) or Weighted(text, 1.0)).body)
