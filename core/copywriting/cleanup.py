"""What a model writes around and into its words: taken off, without touching the words themselves."""

from __future__ import annotations

import re
from unicodedata import normalize

from ..text.korean import FinalSound, final_sound, particle

_LABEL = re.compile(
    r"^(?:[-*•·]|\d+[.)])? ?(?:headline|title|body|copy|call[ _-]?to[ _-]?action|cta"
    r"|제목|헤드라인|본문|문구|행동 ?유도) ?\d? ?[:：] ?",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\*\*|__|`|^#+\s+|</?\w+>")
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("「", "」"), ("『", "』"))
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u231a-\u23ff\u25a0-\u25ff\u2934\u2935\u3030\u303d"
    "\u00a9\u00ae\u2122]"
    "[\ufe0f\ufe0e\u20e3\U0001f3fb-\U0001f3ff]*(?:\u200d[\U0001f000-\U0001faff\u2600-\u27bf]\ufe0f?)*"
)
_JOINER = "\u200d"  # holds the parts of an emoji together
_PARTICLES = ("은", "는", "이", "가", "을", "를", "과", "와", "으로", "로", "이에요", "예요", "이랑", "랑")


def tidy(text: str, given: str, emoji: bool) -> str:
    """Return one line without Markdown, labels, quotes around it, and, unless allowed, emoji that were not given."""
    text = normalize("NFC", text)
    text = _MARKS.sub("", "".join(char for char in text if char.isprintable() or char.isspace() or char == _JOINER))
    if not emoji:
        text = _EMOJI.sub(lambda found: found.group() if found.group() in given else "", text)
    text = _LABEL.sub("", " ".join(text.split()))
    for opening, closing in _QUOTES:
        inside = text[1:-1]
        if len(text) > 2 and text[0] == opening and text[-1] == closing and closing not in inside:
            text = inside.strip()
    return re.sub(r"(?<!\s)\s+([,.!?…])", r"\1", text).strip()


def has_emoji(text: str) -> bool:
    """Return whether there is an emoji or another pictogram."""
    return bool(_EMOJI.search(text))


def exact_name(text: str, name: str) -> str:
    """Return the text with a name spelled as it was given where only its spaces differ."""
    if not name or name in text:
        return text
    loose = r"\s*".join(re.escape(char) for char in name if not char.isspace())
    return re.sub(rf"(?<!\w){loose}", lambda _: name, text)


def mend_particles(text: str, names: tuple[str, ...]) -> str:
    """Return the text with the particle that fits after each of the names: 봄날 카페은 -> 봄날 카페는."""
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        if final_sound(name) is not FinalSound.UNKNOWN:
            ends = "|".join(sorted(_PARTICLES, key=len, reverse=True))
            pattern = rf"({re.escape(name)}[\"'”’)\]]?)({ends})(?![가-힣])"
            text = re.sub(pattern, lambda found: found[1] + particle(found[1], found[2]), text)
    return text
