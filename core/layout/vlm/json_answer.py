"""JSON as language models write it: fenced, quoted anyhow, with stray commas, cut off in the middle."""

from __future__ import annotations

import re
from typing import Any

MAX_CHARS = 20_000  # an answer that is longer is a model running on; the rest is not looked at
_MAX_DEPTH = 12
_MAX_VALUES = 40  # in one answer
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "「": "」", "”": "”", "’": "’", "„": "“"}
_CLOSING = {"{": "}", "[": "]", "(": ")"}
_CLOSERS = "}])"
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LONE_NUMBER = re.compile(_NUMBER.pattern + r"""(?=\s*(?:[,;}\])"']|$)|\s+[-+.\d])""")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "none": None, "nan": None, "undefined": None}
_CODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


def values_in(text: str) -> list[Any]:
    """Return the objects and lists of an answer, in their order; never fails.

    Prose and fences around them are passed over, any kind of quotes will do, commas may be missing or too many, and
    what was cut off ends where the text does. Of two fields of one name both are kept, the second as ``name#2``.

    Args:
        text: The answer; what a model thinks aloud (``<think>``) is left out.
    """
    text = without_thoughts(text)
    found: list[Any] = []
    at = 0
    while len(found) < _MAX_VALUES and (start := _next_opening(text, at)) >= 0:
        reader = _LenientParser(text, start)
        found.append(reader.value(0))
        at = max(reader.at, start + 1)
    return found


def without_thoughts(text: str) -> str:
    """Return the answer without what the model thought aloud; all of it where it did nothing else."""
    text = text[: 4 * MAX_CHARS]
    return (_THOUGHT.sub(" ", text).strip() or text)[:MAX_CHARS]


def _next_opening(text: str, at: int) -> int:
    found = [i for i in (text.find("{", at), text.find("[", at)) if i >= 0]
    return min(found, default=-1)


class _LenientParser:
    """A place in a text, and the lenient reading of what stands there."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def value(self, depth: int) -> Any:
        """Return the value that starts here and go behind it."""
        self._skip()
        char = self._char()
        if char in _CLOSING and char and depth < _MAX_DEPTH:
            self.at += 1
            return self._object(depth) if char == "{" else self._list(_CLOSING[char], depth)
        if char in _QUOTES and char:
            return self._string()
        return self._bare(",}])\n")

    def _object(self, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while not self._ended("}"):
            before = self.at
            key = self._key()
            self._skip()
            if self._char() and self._char() in ":=":
                self.at += 1
                out[_unused(key, out)] = self.value(depth + 1)
            elif self.at == before:
                self.at += 1  # nothing that can be read: go on behind it
        return out

    def _list(self, closing: str, depth: int) -> list[Any]:
        out: list[Any] = []
        while not self._ended(closing):
            before = self.at
            out.append(self.value(depth + 1))
            if self.at == before:
                self.at += 1
        return out

    def _ended(self, closing: str) -> bool:
        """Pass over commas; return whether the end is reached, and go behind the closing bracket.

        Another bracket than the right one ends the value too; it is left for the one around it.
        """
        self._skip(",;")
        char = self._char()
        if char == closing:
            self.at += 1
        return char == "" or char in _CLOSERS

    def _key(self) -> str:
        if self._char() in _QUOTES and self._char():
            return self._string()
        return str(self._bare(":=,}])\n"))

    def _string(self) -> str:
        """Return a quoted string; a quote inside it that nothing fitting follows belongs to it."""
        opening = self.text[self.at]
        closing = _QUOTES[opening]
        self.at += 1
        out: list[str] = []
        while (char := self._char()) and not (char in (closing, opening) and self._ends_string()):
            out.append(self._escaped() if char == "\\" else char)
            self.at += 1
        self.at += 1
        return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "ignore").strip()

    def _escaped(self) -> str:
        """Return the character that a backslash here stands for and go to its last sign."""
        if found := _CODE.match(self.text, self.at):
            self.at = found.end() - 1
            return chr(int(found[1], 16))
        self.at += 1
        char = self._char()
        return {"n": "\n", "t": " ", "r": ""}.get(char, char)

    def _ends_string(self) -> bool:
        rest = self.text[self.at + 1 : self.at + 60]
        following = rest.lstrip()
        return not following or following[0] in ",:=}])" or (following != rest and following[0] in "\"'“‘{[/")

    def _bare(self, ends: str) -> Any:
        """Return what stands without quotes up to one of ``ends``: a number, a word of JSON or Python, or a string."""
        start = self.at
        if number := _LONE_NUMBER.match(self.text, start):
            self.at = number.end()
            return float(number[0])
        while (char := self._char()) and char not in ends:
            self.at += 1
        raw = self.text[start : self.at].strip().rstrip("\"'")
        if _NUMBER.fullmatch(raw):
            return float(raw)
        return _WORDS.get(raw.lower(), raw)

    def _skip(self, also: str = "") -> None:
        """Go behind white space and comments, and behind the characters of ``also``."""
        while True:
            found = _SPACE.match(self.text, self.at)
            if found:
                self.at = found.end()
            elif self._char() and self._char() in also:
                self.at += 1
            else:
                return

    def _char(self) -> str:
        return self.text[self.at : self.at + 1]


def _unused(key: str, taken: dict[str, Any]) -> str:
    if key not in taken:
        return key
    return next(name for n in range(2, len(taken) + 3) if (name := f"{key}#{n}") not in taken)
