"""How many tokens CLIP makes of a text, by ComfyUI's own tokenizers: never a guess."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ..core.prompt import clip_tokens

_CLIP_KEYS = ("l", "g", "h")
"""The encoders that share CLIP's vocabulary and its 77 tokens, as ComfyUI names them."""


def counter(clip: Any | None) -> Callable[[str], int]:
    """Return a function that counts the tokens of a text, start and end included.

    Args:
        clip: A connected CLIP; where it has no CLIP encoder (T5 or a language model alone), or where nothing is
            connected, ComfyUI's bundled CLIP-L tokenizer counts, outside ComfyUI that of a package.

    Raises:
        FitAdError: There is neither a ComfyUI nor such a package.
    """
    return _of_clip(clip) or _bundled()


def _of_clip(clip: Any | None) -> Callable[[str], int] | None:
    if clip is None:
        return None
    empty = clip.tokenize("")
    key = next((key for key in _CLIP_KEYS if key in empty), None)
    if key is None:
        return None
    return clip_tokens.in_parts(lambda text: count_tokens(clip.tokenize(text)[key], empty[key]))


def live_counter() -> Callable[[str], int]:
    """Return the function that counts while someone types: names of embeddings that are not there yet go unlogged.

    Raises:
        FitAdError: There is neither a ComfyUI nor a package to count with.
    """
    count = counter(None)
    try:
        from folder_paths import get_filename_list

        files = get_filename_list("embeddings")
    except ImportError:
        return count
    known = {name for file in files for name in (file, file.rpartition(".")[0])}
    return lambda text: count(clip_tokens.without_embeddings(text, known))


@cache
def _bundled() -> Callable[[str], int]:
    try:
        from comfy.sd1_clip import SDTokenizer
        from folder_paths import get_folder_paths
    except ImportError:
        return clip_tokens.counter()
    tokenizer = SDTokenizer(embedding_directory=get_folder_paths("embeddings"))
    empty = tokenizer.tokenize_with_weights("")
    return clip_tokens.in_parts(lambda text: count_tokens(tokenizer.tokenize_with_weights(text), empty))


def count_tokens(chunks: list[list[tuple[Any, ...]]], empty: list[list[tuple[Any, ...]]]) -> int:
    """Return the tokens of a text, start and end included, however many 77-token chunks they fill.

    Args:
        chunks: What ComfyUI's tokenizer makes of the text: chunks of (token or embedding vector, weight, …).
        empty: What it makes of an empty text: one chunk that shows start, end and padding.
    """
    end, padding = empty[0][1][0], empty[0][-1][0]
    return 2 + sum(_content(chunk, end, padding) for chunk in chunks)


def _content(chunk: list[tuple[Any, ...]], end: int, padding: int) -> int:
    last = len(chunk)
    for fill in (padding, end):
        while last > 1 and isinstance(chunk[last - 1][0], int) and chunk[last - 1][0] == fill:
            last -= 1
            if fill == end != padding:
                break
    return last - 1
