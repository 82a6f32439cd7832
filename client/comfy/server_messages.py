"""What a ComfyUI server says, as plain data and as errors; never a key, never a node's inputs."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import httpx

from ...core.errors import FitAdError
from ...core.workflow.graph import Graph, title
from ..failures import MemoryFailedError, NodeFailedError, is_out_of_memory

_PREVIEW, _PREVIEW_DESCRIBED = 1, 4
_LONGEST = 600  # characters of a server's reason that are shown


def without_keys(text: str) -> str:
    """Return a text without anything that looks like a key or a part of one, or that the environment holds."""
    from ...core.infra.secrets import scrubbed_message

    whole = text.encode("utf-8", "replace").decode()  # no halves of characters, which no file and no console takes
    return scrubbed_message(whole)


def clean_text(text: object) -> str:
    """Return a server's text on one line, without anything that looks like a key, and without its folders."""
    from ...core.validation.machine_paths import without_paths

    return without_paths(without_keys(" ".join(str(text).split())))


def object_of(answer: httpx.Response) -> dict[str, Any]:
    """Return an answer's JSON object, {} where it holds none."""
    return as_object(json_of(answer))


def as_object(value: Any) -> dict[str, Any]:
    """Return a part of an answer that should be an object; {} where it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a part of an answer that should be a list; [] where it is none."""
    return value if isinstance(value, list) else []


def json_of(answer: httpx.Response) -> Any:
    """Return what an answer holds as JSON, None where it holds none, or more levels than Python reads."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def message_in(frame: str | bytes) -> dict[str, Any] | None:
    """Return a websocket frame's message; None for preview frames and for what is not a message."""
    try:
        message = json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def preview_in(frame: str | bytes) -> bytes | None:
    """Return the picture (a JPEG or PNG file) in a websocket frame; None where it holds none.

    Source: ComfyUI's protocol.py and server.py: 4 bytes kind (1: picture, 4: picture with a description), big-endian;
    then 4 bytes for the file's kind, or for the length of the description, which comes before the file.
    """
    if not isinstance(frame, bytes) or len(frame) < 9:
        return None
    kind, number = struct.unpack(">II", frame[:8])
    if kind == _PREVIEW:
        return frame[8:]
    return frame[8 + number :] or None if kind == _PREVIEW_DESCRIBED else None


def progress_share(data: Mapping[str, Any]) -> float:
    """Return how much of its work (0..1) a node says to have done."""
    try:
        return min(max(float(data["value"]) / float(data["max"]), 0.0), 1.0)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 0.0


def free_bytes(stats: Mapping[str, Any]) -> int:
    """Return the free memory of the first device, of the machine where that has none of its own."""
    try:
        return int(stats["devices"][0]["vram_free"])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0


def refusal_error(graph: Graph, answer: Mapping[str, Any], reason: str) -> FitAdError:
    """Return why the server did not take the graph: the first node error, else the general one, else the reason."""
    for node_id, entry in as_object(answer.get("node_errors")).items():
        for error in map(as_object, as_list(as_object(entry).get("errors"))):
            name = title(graph, str(node_id))
            detail = clean_text(error.get("details") or "")
            return NodeFailedError(f"{name}: {clean_text(error.get('message', 'refused'))}", why=detail)
    general = answer.get("error")
    if isinstance(general, dict):
        return FitAdError(
            f"ComfyUI refused the graph: {clean_text(general.get('message', ''))}",
            why=clean_text(general.get("details") or ""),
        )
    return FitAdError("ComfyUI refused the graph", why=clean_text(general) if general else reason)


def node_error(graph: Graph, data: Mapping[str, Any]) -> FitAdError:
    """Return a node's failure by its title; its inputs may hold keys and are never shown."""
    node_id = str(data.get("node_id", ""))
    class_type = str(data.get("node_type", ""))
    name = title(graph, node_id)
    where = name if name == class_type else f"{name} ({class_type})"
    reason = clean_text(data.get("exception_message") or data.get("exception_type") or "no reason given")
    if is_out_of_memory(str(data.get("exception_type") or ""), reason):
        return MemoryFailedError(f"{where} ran out of memory", why=reason[:200])
    return NodeFailedError(f"{where}: {reason[:_LONGEST]}")


def failure_in_history(graph: Graph, status: Mapping[str, Any]) -> FitAdError:
    """Return why a run failed, by the last message that the server keeps of it."""
    for kind, data in reversed(messages_of(status)):
        if kind == "execution_error":
            return node_error(graph, data)
        if kind == "execution_interrupted":
            return interrupted()
    return FitAdError("The run failed on the server", fix="Look at the server's log")


def messages_of(status: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the messages in a prompt's status: what kind of, and what it says."""
    pairs = (pair for pair in as_list(status.get("messages")) if isinstance(pair, list) and len(pair) == 2)
    return [(str(kind), as_object(data)) for kind, data in pairs]


def interrupted() -> FitAdError:
    """Return the error of a run that somebody stopped."""
    return FitAdError("The run was interrupted on the server")
