"""Dynamic prompts: what ``{red|blue} cup`` can become, and which of it is the longest."""

from __future__ import annotations

import re
from collections.abc import Callable

_COMMENT = re.compile(r"/\*|//[^\n]*")
_ESCAPED = re.compile(r"\\([{}|])")
_DEEPEST = 20  # choices within choices; nobody writes more


def longest(text: str, count: Callable[[str], int]) -> tuple[str, bool]:
    r"""Return the longest prompt that a dynamic prompt can become, and whether it holds a choice at all.

    Comments go, ``\{``, ``\|`` and ``\}`` lose their backslash; both as ComfyUI's editor does when it sends a prompt.

    Args:
        text: The prompt as typed.
        count: Tokens of a text, by which the options of a choice are compared.
    """
    plain = without_comments(text)
    resolved = _resolved(plain, count, 0)
    return _ESCAPED.sub(r"\1", resolved), bool(re.search(r"(?<!\\)\{", plain))


def without_comments(text: str) -> str:
    """Return a prompt without ``/* … */`` and ``// …``; an opening that never closes is not a comment."""
    kept, at = [], 0
    closes = "*/" in text
    while comment := _COMMENT.search(text, at):
        end = comment.end()
        if comment[0] == "/*":
            close = text.find("*/", end) if closes else -1
            closes = close >= 0  # what nothing closes here, nothing closes later
            end = close + 2 if closes else end
        kept.append(text[at : comment.start() if comment[0] != "/*" or closes else end])
        at = end
    return "".join([*kept, text[at:]])


def _resolved(text: str, count: Callable[[str], int], depth: int) -> str:
    if depth > _DEEPEST:
        return text
    done, at = [], 0
    while at < len(text):
        if text[at] == "{":
            options, at = _options(text, at + 1)
            done.append(max((_resolved(option, count, depth + 1) for option in options), key=count))
        else:
            step = 2 if text[at] == "\\" else 1
            done.append(text[at : at + step])
            at += step
    return "".join(done)


def _options(text: str, start: int) -> tuple[list[str], int]:
    """Return the options of a choice whose bracket opened before ``start``, and where the text goes on."""
    options: list[str] = []
    left, depth, at = start, 0, start
    while at < len(text):
        char = text[at]
        if char == "}" and not depth:
            return [*options, text[left:at]], at + 1
        if char == "|" and not depth:
            options.append(text[left:at])
            left = at + 1
        depth += (char == "{") - (char == "}")
        at += 2 if char == "\\" else 1
    return [*options, text[left:]], len(text)
