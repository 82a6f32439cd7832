"""Translates what Korean ad copy names into the English words that image models know, by rules and a word list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .phrases import meaning

_FILE = Path(__file__).with_suffix(".yaml")
_SILENT, _COLORS, _PLACES = "silent", "colors", "places"
_MOST_WORDS = 3  # of one entry
_MOST_ENDING = 4  # syllables after the stem of a predicate
_TOKEN = re.compile(r"[가-힣]+|[A-Za-z]+(?:['-][A-Za-z]+)*|\d+|[^\s\w]")
_PARTICLE = re.compile(
    r"들?(?:에서|에게|께서|께|한테|에는|에도|에|으로|로|까지|부터|처럼|보다|마다|이랑|랑|하고|과|와|을|를|이|가|은|는|의|도|만|인|이나|나)?"
    r"(?:는|은|도|만|의)?(?:입니다|이에요|예요|이야|야|이죠|죠|네요|요)?"
)
_ABSENT = re.compile(r"없(?:는|이|어|고|다|습)|무첨가|제외|빼고|대신")
_STOP = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "of", "off", "on", "or", "our", "so"})
_STOP |= frozenset({"the", "this", "to", "up", "we", "with", "you", "your"})
_FINALS = {"ㄴ": 4, "ㄹ": 8, "ㅁ": 16, "ㅂ": 17}
_NO_FINAL = 28


class GlossaryEntry(NamedTuple):
    """A meaning of the word list: the place of its section, the section's name, the English words."""

    order: int
    section: str
    english: str


@dataclass(frozen=True)
class Glossary:
    """The word list, ready to be looked up.

    Attributes:
        nouns: Entries by their Korean spelling without spaces.
        forms: Entries of predicates by the beginnings that their forms have in common.
        english: Every English word that an entry holds, in lower case.
    """

    nouns: Mapping[str, GlossaryEntry]
    forms: Mapping[str, GlossaryEntry]
    english: frozenset[str]


def keywords(text: str) -> tuple[str, ...]:
    """Return what the words of an ad show, in English: things first, then the place, the light, the mood.

    Particles and endings are taken off, the longest entry counts, and what is said to be absent is left out. Of
    English copy, the words that the list knows are taken.
    """
    found: list[GlossaryEntry] = []
    for entry in _entries(_TOKEN.findall(unicodedata.normalize("NFC", text))):
        color = found[-1] if found and found[-1].section == _COLORS else None
        if color and entry.order < color.order and entry.section != _SILENT:
            found[-1] = entry._replace(english=f"{color.english} {entry.english}")
        else:
            found.append(entry)
    visible = sorted((entry for entry in found if entry.english), key=lambda entry: entry.order)
    return unsaid([entry.english for entry in visible])


def unsaid(words: Sequence[str], said: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words that neither those already said nor others among them say as well."""
    before = [known for known in map(meaning, said) if known]
    spoken = [set(phrase.casefold().split()) for phrase in said]
    kept: list[str] = []
    for index, word in enumerate(words):
        this = meaning(word)
        later = [known for known in map(meaning, words[index + 1 :]) if known]
        if word in kept or any(set(word.casefold().split()) <= phrase for phrase in spoken):
            continue
        if this and any(known.covers(this) for known in before):
            continue
        if this and any(known.covers(this) and not this.covers(known) for known in later):
            continue
        kept.append(word)
        before += [this] if this else []
    return tuple(kept)


@cache
def glossary() -> Glossary:
    """Return the word list that comes with the pack."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sections = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders
    nouns: dict[str, GlossaryEntry] = {}
    forms: dict[str, GlossaryEntry] = {}
    for order, (section, lines) in enumerate(sections.items()):
        for spellings, english in lines.items():
            entry = GlossaryEntry(order, section, english)
            for spelling in (each.replace(" ", "") for each in spellings.split("|")):
                if spelling.endswith("다") and len(spelling) > 2:
                    forms.update(dict.fromkeys(predicate_forms(spelling), entry))
                else:
                    nouns[spelling] = entry
    words = frozenset(word for entry in (*nouns.values(), *forms.values()) for word in entry.english.lower().split())
    return Glossary(nouns, forms, words - _STOP)


def predicate_forms(word: str) -> tuple[str, ...]:
    """Return how the forms of a predicate begin: 맑다 -> 맑; 부드럽다 -> 부드럽, 부드러운, 부드러워 …"""
    stem = word[:-1]
    final = (ord(stem[-1]) - ord("가")) % _NO_FINAL
    if stem.endswith("하"):
        return tuple(stem[:-1] + form for form in ("하", "한", "해", "했", "함", "합", "할", "히"))
    if final == _FINALS["ㅂ"]:
        open_stem = stem[:-1] + chr(ord(stem[-1]) - final)
        return (stem, *(open_stem + ending for ending in ("운", "우", "워", "웠", "움")))
    if final:
        return (stem,)
    return (stem, *(stem[:-1] + chr(ord(stem[-1]) + added) for added in _FINALS.values()))


def _entries(tokens: Sequence[str]) -> Iterator[GlossaryEntry]:
    """Yield what the tokens of a text name, in their order."""
    at = 0
    while at < len(tokens):
        counted = at > 0 and tokens[at - 1].isdigit()
        if tokens[at][0].isascii() or not tokens[at][0].isalpha():
            entries, size = _english(tokens, at)
        else:
            entries, size = ((), 1) if counted else _korean(tokens, at)
        at += size
        if not (at < len(tokens) and _ABSENT.match(tokens[at])):
            yield from entries


def _english(tokens: Sequence[str], at: int) -> tuple[tuple[GlossaryEntry, ...], int]:
    """Return the run of English words that the list knows, as one entry, and how many tokens it takes."""
    end = at
    while end < len(tokens) and _known(tokens[end].lower()):
        end += 1
    if end == at:
        return (), 1
    return (GlossaryEntry(0, "english", " ".join(tokens[at:end]).lower()),), end - at


def _known(word: str) -> bool:
    words = glossary().english
    return word not in _STOP and (word in words or word.rstrip("s") in words or word + "s" in words)


def _korean(tokens: Sequence[str], at: int) -> tuple[tuple[GlossaryEntry, ...], int]:
    """Return what the Korean words from ``at`` on name, the longest entry first, and how many tokens it takes."""
    words = glossary()
    for size in range(min(_MOST_WORDS, len(tokens) - at), 1, -1):
        joined = "".join(tokens[at : at + size])
        if joined in words.nouns or _bare(joined, len(joined) - len(tokens[at + size - 1])) in words.nouns:
            return (words.nouns.get(joined) or words.nouns[_bare(joined, 1)],), size
    token = tokens[at]
    noun = next((token[:end] for end in range(len(token), 0, -1) if _is_noun(token, end)), None)
    form = next((token[:end] for end in range(len(token), 1, -1) if token[:end] in words.forms), None)
    if form and len(token) - len(form) <= _MOST_ENDING and (noun is None or len(form) >= len(noun)):
        return (words.forms[form],), 1
    return (words.nouns[noun],) if noun else tuple(_compound(token) or _last_part(token)), 1


def _bare(joined: str, least: int) -> str:
    """Return the longest entry that a word with a particle begins with; nothing where there is none."""
    ends = range(len(joined), least, -1)
    return next((joined[:end] for end in ends if _is_noun(joined, end)), "")


def _is_noun(word: str, end: int) -> bool:
    return word[:end] in glossary().nouns and _PARTICLE.fullmatch(word[end:]) is not None


def _compound(word: str) -> list[GlossaryEntry] | None:
    """Return the entries that a word is made of, such as 딸기 and 잼; None where a piece of it is unknown."""
    if _PARTICLE.fullmatch(word):
        return []
    nouns = glossary().nouns
    for end in range(len(word), 0, -1):
        if word[:end] in nouns and (end > 1 or _PARTICLE.fullmatch(word[end:])):
            rest = _compound(word[end:])
            if rest is not None:
                # what stands before a kind of place is its name: 봄날카페 is a café, not a spring day
                return rest if rest and rest[-1].section == _PLACES else [nouns[word[:end]], *rest]
    return None


def _last_part(word: str) -> list[GlossaryEntry]:
    """Return the entry that a word ends in behind something unknown; Korean says last what a thing is."""
    nouns = glossary().nouns
    for start in range(2, len(word) - 1):
        for end in range(len(word), start + 1, -1):
            if word[start:end] in nouns and _PARTICLE.fullmatch(word[end:]):
                return [nouns[word[start:end]]]
    return []
