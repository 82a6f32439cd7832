"""What Tesseract reads on an ad, and how much of what should stand there it finds."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...core.export.stock import COPY_LABEL

Array = NDArray[np.float32]

PROGRAM = "tesseract"
LANGUAGES = ("kor", "eng")
LEAST_SURE = 60.0  # percent; below it a word that nobody expects is noise of the photo

_WAYS = ((1, "11"), (2, "6"))  # sparse words; then one block at twice the size, for thin type
_MOST_S = 120
_SIGNS = re.compile(r"[^\w%+]+")


class Word(NamedTuple):
    """A word that was read: its text, its box in px (left, top, right, bottom), and how sure that is (0..100)."""

    text: str
    box: tuple[int, int, int, int]
    sure: float


def missing() -> str:
    """Return why no words can be read here; empty where they can."""
    if shutil.which(PROGRAM) is None:
        return "Tesseract is not installed: apt install tesseract-ocr tesseract-ocr-kor, or see tesseract-ocr.github.io"
    try:
        there = set(_run(["--list-langs"]).split())
    except (OSError, subprocess.SubprocessError) as exc:
        return f"Tesseract does not run: {exc}"
    lacking = [language for language in LANGUAGES if language not in there]
    return f"Tesseract does not have the language {', '.join(lacking)}" if lacking else ""


def read_words(picture: Array, candidates: Sequence[str] = ()) -> list[Word]:
    """Return the words on a picture [H,W,3] float32 0..1; where not all of a candidate is found, read in two ways."""
    grey = Image.fromarray(np.rint(picture[..., :3] * 255).astype(np.uint8)).convert("L")
    words: list[Word] = []
    for scale, way in _WAYS:
        words += _words(_read(grey, scale, way), scale)
        if any(text and not found(text, words)[1] for text in candidates):
            break
    return words


def _read(grey: Image.Image, scale: int, way: str) -> str:
    """Return Tesseract's table of a picture that is enlarged so many times."""
    file = io.BytesIO()
    grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.LANCZOS).save(file, "PPM")
    return _run(["stdin", "stdout", "-l", "+".join(LANGUAGES), "--psm", way, "tsv"], file.getvalue())


def _run(arguments: Sequence[str], given: bytes = b"") -> str:
    """Return what Tesseract says; one thread, because several only wait for one another on pictures of this size."""
    variables = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    command = [shutil.which(PROGRAM) or PROGRAM, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, env=variables, timeout=_MOST_S, check=True)  # noqa: S603
    return done.stdout.decode("utf-8", "replace")


def _words(table: str, scale: int) -> list[Word]:
    """Return the words of a table; its columns are named in its first line."""
    head, *lines = [line.split("\t") for line in table.splitlines() if line] or [[]]
    rows = [dict(zip(head, line, strict=False)) for line in lines if len(line) == len(head)]
    found = []
    for row in rows:
        x, y, w, h = (int(row[name]) for name in ("left", "top", "width", "height"))
        if plain(row["text"]) and float(row["conf"]) >= 0:
            box = (x // scale, y // scale, (x + w) // scale, (y + h) // scale)
            found.append(Word(row["text"], box, float(row["conf"])))
    return found


def plain(text: str) -> str:
    """Return a text as it is compared: composed, lower case, letters, digits, % and + only."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def expected_in(copies: str) -> list[str]:
    """Return what may stand on the ad, the headline of each copy; the first line where the copies have no labels."""
    lines = [line.strip() for line in copies.splitlines()]
    heads = [after for line, after in pairwise(lines) if after and COPY_LABEL.fullmatch(line)]
    return heads or [line for line in lines if line][:1]


def found(expected: str, read: Iterable[Word]) -> tuple[list[str], list[str]]:
    """Return the words of a text that were read, and those that were not.

    What was read is searched without its spaces: Tesseract parts Hangul where nobody else would.
    """
    text_read = plain("".join(word.text for word in read))
    words = [word for word in expected.split() if plain(word)]
    return [word for word in words if plain(word) in text_read], [
        word for word in words if plain(word) not in text_read
    ]


def best(candidates: Sequence[str], read: Sequence[Word]) -> str:
    """Return the candidate of which the most was read: that one stands on the ad."""
    return max(candidates, key=lambda text: _share(*found(text, read)), default="")


def _share(there: Sequence[str], lacking: Sequence[str]) -> float:
    return len(there) / max(len(there) + len(lacking), 1)


def sure_words(expected: str, read: Sequence[Word]) -> list[Word]:
    """Return the words that surely stand on the picture: parts of what is expected, or, without that, read well."""
    wanted = plain(expected)
    named = [(plain(word.text), word) for word in read]
    if wanted:
        return [word for name, word in named if name in wanted and (len(name) > 1 or word.sure > LEAST_SURE)]
    return [word for name, word in named if word.sure >= LEAST_SURE and len(name) > 1]


def words_beside(picture: Path) -> str:
    """Return the copies in the ``.txt`` beside an ad, without its hashtags; empty where there is none."""
    file = picture.with_suffix(".txt")
    try:
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    except OSError:
        return ""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
