"""Fills the tokens of a filename prefix that ComfyUI's editor fills for its own save nodes only."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ..infra.secrets import scrubbed

_TOKEN = re.compile(r"%([^%]+)%")
_DATE = "date:"
_DATE_PART = re.compile(r"dd?|MM?|hh?|mm?|ss?|y{2,4}")
_NOT_IN_A_NAME = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')


def filled_prefix(prefix: str, prompt: Any, workflow: Any, now: time.struct_time | None = None) -> str:
    """Return the prefix with ``%date:FORMAT%`` and ``%Node.widget%`` filled in; what names nothing stays as it is.

    The format knows d, dd, M, MM, yy, yyyy, h, hh (of 24), m, mm, s and ss. A node is named as in the editor: by its
    "Node name for S&R", by its class, or by its title; of several the first is taken. In a widget's value characters
    that no file name takes become underscores. ``%width%`` and the like are left to ``destination_for``.

    Args:
        prefix: As typed.
        prompt: The graph in the API format.
        workflow: The graph in the editor's format, for the names that only it holds; None where there is none.
        now: The time to write; the machine's own by default.

    Source: ComfyUI_frontend, src/utils/searchAndReplace.ts and formatUtil.ts.
    """

    def filled(found: re.Match[str]) -> str:
        token = found.group(1)
        if token.startswith(_DATE):
            return _date(token[len(_DATE) :], now or time.localtime())
        node, dot, widget = token.partition(".")
        value = _value(node, widget, prompt, workflow) if dot and "." not in widget else None
        return found.group() if value is None else _NOT_IN_A_NAME.sub("_", value)

    return _TOKEN.sub(filled, prefix)


def _date(form: str, now: time.struct_time) -> str:
    values = {"d": now.tm_mday, "M": now.tm_mon, "h": now.tm_hour, "m": now.tm_min, "s": now.tm_sec}

    def part(found: re.Match[str]) -> str:
        text = found.group()
        if text[0] == "y":
            return {2: f"{now.tm_year % 100:02}", 4: str(now.tm_year)}.get(len(text), text)
        return f"{values[text[0]]:0{len(text)}}"

    return _DATE_PART.sub(part, form)


def _value(name: str, widget: str, prompt: Any, workflow: Any) -> str | None:
    """Return what a widget holds; None where no node of that name has one, or another node feeds it."""
    for inputs in _named(name, prompt, workflow):
        value = scrubbed({widget: inputs.get(widget)})[widget]  # no key in the name of a file
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, (str, int, float)) else None
    return None


def _named(name: str, prompt: Any, workflow: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the inputs of the nodes that a token may mean, the likeliest first."""
    nodes = (
        {str(key): node for key, node in prompt.items() if isinstance(node, dict)} if isinstance(prompt, dict) else {}
    )
    listed = workflow.get("nodes") if isinstance(workflow, dict) else None
    for item in listed if isinstance(listed, list) else ():
        properties = item.get("properties") if isinstance(item, dict) else None
        if isinstance(properties, dict) and properties.get("Node name for S&R") == name:
            yield _inputs(nodes.get(str(item.get("id"))))
    yield from (_inputs(node) for node in nodes.values() if node.get("class_type") == name)
    for node in nodes.values():
        meta = node.get("_meta")
        if isinstance(meta, dict) and meta.get("title") == name:
            yield _inputs(node)


def _inputs(node: Any) -> Mapping[str, Any]:
    inputs = node.get("inputs") if isinstance(node, dict) else None
    return inputs if isinstance(inputs, dict) else {}
