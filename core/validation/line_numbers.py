"""On which line of a workflow file each node stands: for code review, which shows findings beside the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Path = tuple[Any, ...]  # of keys and positions

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|\n', re.S)
_LONGEST = 20_000_000  # characters; a longer file has no lines
_DEEPEST = len(("definitions", "subgraphs", 0, "nodes", 0))


def node_lines(text: str, data: Any) -> dict[tuple[str, str], int]:
    """Return the lines (from 1) by subgraph id ("" for the graph itself) and the node's own id.

    Args:
        text: The file's text.
        data: What the text holds.
    """
    if not isinstance(data, dict) or len(text) > _LONGEST:
        return {}
    starts = _starts(text)
    if not isinstance(data.get("nodes"), list):
        wrapped = isinstance(data.get("prompt"), dict) and "class_type" not in data["prompt"]
        above = ("prompt",) if wrapped else ()
        return {("", str(path[-1])): line for path, line in starts.items() if path[:-1] == above}
    found = _level(data, (), "", starts)
    definitions = data.get("definitions")
    levels = definitions.get("subgraphs") if isinstance(definitions, dict) else None
    for index, one in enumerate(_containers(levels)):
        if isinstance(one, dict):
            found |= _level(one, ("definitions", "subgraphs", index), str(one.get("id")), starts)
    return found


def _level(data: Mapping[str, Any], path: Path, level: str, starts: Mapping[Path, int]) -> dict[tuple[str, str], int]:
    return {
        (level, str(one.get("id"))): starts.get((*path, "nodes", index), 1)
        for index, one in enumerate(_containers(data.get("nodes")))
        if isinstance(one, dict)
    }


def _containers(value: Any) -> list[Any]:
    return [one for one in value if isinstance(one, (dict, list))] if isinstance(value, list) else []


def _starts(text: str) -> dict[Path, int]:
    """Return the line on which each object begins; positions in lists count objects and lists only."""
    found: dict[Path, int] = {}
    path: list[Any] = []
    counts: list[int] = []  # of each open object or list: -1, or how many objects and lists were in it
    line, key = 1, ""
    for mark in (match[0] for match in _TOKEN.finditer(text)):
        if mark == "\n":
            line += 1
        elif mark[0] == '"':
            key = mark[1:-1]
        elif mark in "{[":
            if counts:
                path.append(key if counts[-1] < 0 else counts[-1])
                counts[-1] += counts[-1] >= 0
                if mark == "{" and len(path) <= _DEEPEST:
                    found.setdefault(tuple(path), line)
            counts.append(-1 if mark == "{" else 0)
        elif counts:
            counts.pop()
            del path[len(counts) - 1 if counts else 0 :]
    return found
