"""Text as people type and paste it, made plain once, where it enters: composed, visible, with ordinary spaces."""

from __future__ import annotations

import re
import unicodedata

# soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian separator, zero widths and directions,
# word joiner and invisible operators, byte order mark, interlinear marks, tags; U+200C and U+200D are kept apart below
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_PICTOGRAM = "[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f]"
# a joiner outside an emoji, and a variation selector behind anything else
_STRAY_JOINER = re.compile(f"(?<!{_PICTOGRAM})[\u200c\u200d]|[\u200c\u200d](?!{_PICTOGRAM})|\u200c")
_STRAY_SELECTOR = re.compile(
    "(?<![\u0023\u002a\u0030-\u0039\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])[\ufe00-\ufe0f]"
)


def normalized(text: str) -> str:
    """Return the text as it looks: what can't be seen is gone, everything else stands as it was typed.

    Hangul that a Mac hands over in single letters becomes syllables (NFC); zero-width, direction and control
    characters, byte order marks, Hangul fillers and lone surrogates go; line ends become ``\\n``, other spaces a plain
    one. Emoji keep their joiners and selectors. Full-width digits and letters stay: they are visible and may be meant.
    """
    text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    text = _SPACE.sub(" ", _INVISIBLE.sub("", text))
    text = _STRAY_SELECTOR.sub("", _STRAY_JOINER.sub("", text))
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Return the normalized text in one line, with single spaces and none at its ends."""
    return " ".join(normalized(text).split())
