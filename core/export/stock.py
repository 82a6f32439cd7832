"""What stock sites want of a picture: 2500 px, and a title and keywords in IPTC's and XMP's words.

Sources: IPTC Photo Metadata Standard 2023.2 (its IIM schema 1.3 and XMP Core), IIM 4.2; the limits are those of Adobe
Stock and Shutterstock (contributor help, 2026): 4 megapixels at least, 45 MB at most, 49 keywords, titles of 200 signs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from ..infra.secrets import scrubbed
from .options import SaveOptions

LEAST_SIDE_PX = 2500
MOST_KB = 45_000
LEAST_QUALITY = 95
MOST_KEYWORDS = 49
LONGEST_TITLE, LONGEST_KEYWORD = 200, 64  # characters

_NOT_IN_XML = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_LISTED = re.compile(r"[,;\n]")
_BETWEEN = re.compile(r"[,;\n#]")
COPY_LABEL = re.compile(r"(?:[A-C]안|Copy [A-C]|[A-C])[.:]?", re.IGNORECASE)  # of one copy among three
_TITLE, _KEYWORD, _CAPTION = 5, 25, 120  # IIM's numbers in record 2
_IIM_BYTES = {_TITLE: 64, _KEYWORD: 64, _CAPTION: 2000}


@dataclass(frozen=True)
class Caption:
    """What a picture shows, in words: a title, and keywords in the order of their weight."""

    title: str = ""
    keywords: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title or self.keywords)

    @property
    def xmp(self) -> str:
        """Return dc:title, dc:description and dc:subject as RDF; empty where there is nothing to say."""
        said = [self.title] if self.title else []
        parts = [_rdf(name, "Alt", said, ' xml:lang="x-default"') for name in ("title", "description")]
        return "\n".join(part for part in (*parts, _rdf("subject", "Bag", self.keywords)) if part)

    @property
    def iim(self) -> bytes:
        """Return a JPEG's APP13 segment with 2:05, 2:25 and 2:120 in UTF-8; older programs read nothing else."""
        sets = [_dataset(1, 90, b"\x1b%G"), _dataset(2, 0, b"\0\4")]  # UTF-8; version 4
        if self.title:
            sets += [_words(_TITLE, self.title), _words(_CAPTION, self.title)]
        data = b"".join(sets + [_words(_KEYWORD, keyword) for keyword in self.keywords])
        block = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data + bytes(len(data) % 2)
        return b"Photoshop 3.0\0" + block


NO_CAPTION = Caption()


def caption_for(title: str, keywords: str, copies: str = "", hashtags: str = "") -> Caption:
    """Return title and keywords as stock sites take them; what is left empty comes from the ad's own words.

    Args:
        title: Empty for the first headline of ``copies``.
        keywords: Parted by commas, semicolons, lines or ``#``; empty for the hashtags.
        copies: The ad's copies, as AdCopyLLM gives them.
        hashtags: The ad's hashtags.
    """
    lines = (line.strip() for line in copies.splitlines())
    headline = next((line for line in lines if line and not COPY_LABEL.fullmatch(line)), "")
    words = _keywords(keywords) or _keywords(hashtags)
    return Caption(_clean(title or headline)[:LONGEST_TITLE], words)


def for_stock(options: SaveOptions) -> SaveOptions:
    """Return the options that a stock site asks for: large and good, within what it takes."""
    return replace(
        options,
        min_side=max(options.min_side, LEAST_SIDE_PX),
        max_kb=MOST_KB,
        quality=max(options.quality, LEAST_QUALITY),
    )


def sidecar(caption: Caption, size_px: tuple[int, int], ai: str) -> bytes:
    """Return title and keywords as JSON, for programs that fill in a site's form.

    Args:
        caption: What the picture shows.
        size_px: Width and height.
        ai: How far AI made the picture: "", ``composite`` or ``generated``; stock sites ask for it.
    """
    data: dict[str, Any] = {
        "title": caption.title,
        "keywords": list(caption.keywords),
        "width_px": size_px[0],
        "height_px": size_px[1],
        "made_with_ai": ai or "not said",
    }
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def _keywords(text: str) -> tuple[str, ...]:
    """Return the keywords in a text, each clean and once; hashtags are parted by spaces, all else keeps them."""
    text = str(scrubbed(text))
    spaces_part = "#" in text and not _LISTED.search(text)
    words: dict[str, str] = {}
    for part in text.replace("#", " ").split() if spaces_part else _BETWEEN.split(text):
        word = _one_line(part)[:LONGEST_KEYWORD].strip()
        if word:
            words.setdefault(word.casefold(), word)
        if len(words) == MOST_KEYWORDS:
            break
    return tuple(words.values())


def _clean(text: str) -> str:
    """Return a text on one line, without what XML cannot hold and what looks like a key."""
    return _one_line(str(scrubbed(text)))


def _one_line(text: str) -> str:
    return " ".join(_NOT_IN_XML.sub(" ", text).split())


def _rdf(name: str, kind: str, values: Sequence[str], attribute: str = "") -> str:
    if not values:
        return ""
    items = "".join(f"<rdf:li{attribute}>{escape(value)}</rdf:li>" for value in values)
    return f"<dc:{name}><rdf:{kind}>{items}</rdf:{kind}></dc:{name}>"


def _words(number: int, text: str) -> bytes:
    """Return a text of record 2, cut to what IIM allows, never within a character."""
    return _dataset(2, number, text.encode()[: _IIM_BYTES[number]].decode(errors="ignore").encode())


def _dataset(record: int, number: int, data: bytes) -> bytes:
    return bytes((0x1C, record, number)) + len(data).to_bytes(2, "big") + data
