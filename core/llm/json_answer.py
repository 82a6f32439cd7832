"""JSON out of what models write: among thoughts, drafts and echoes the object that fits, mended where it is broken."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

MOST_CHARACTERS = 40_000  # an answer that is longer is a model running on; the rest is not looked at

_THOUGHTS = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_THOUGHT = re.compile(rf"<({_THOUGHTS})>.*?(?:</\1>|\Z)|\[THINK\].*?(?:\[/THINK\]|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(rf"</(?:{_THOUGHTS})>|\[/THINK\]|◁/think▷", re.IGNORECASE)
_CHANNEL = re.compile(r"<\|channel\|>\s{0,9}(\w{1,20})[^<]{0,80}<\|message\|>")  # OpenAI's harmony format
_FINAL = "final"
_CONTROL = re.compile(r"<\|[\w/]{1,40}\|>")
_FENCE = re.compile(r"```[A-Za-z]*")
_PAGE = re.compile(r"\s{0,200}<(?:!doctype|html|\?xml)", re.IGNORECASE)
_OPENING = re.compile(r"[{\[]")
_MENDABLE = re.compile(r"\{\s{0,200}(?:[\"'“‘「A-Za-z_]|\Z)|\[\s{0,200}(?:[\[{(\d.\"'-])")
_QUOTES = str.maketrans("“”„「」『』", '"' * 7)
_BARE = re.compile(r"(?<=[:\[,])(\s{0,20})(#[0-9A-Fa-f]{3,8}|-?\d{1,9}(?:\.\d{1,9})?%)")

_DECODER = json.JSONDecoder(strict=False)  # line ends within strings are let pass
_KEEPING_BOTH = json.JSONDecoder(strict=False, object_pairs_hook=lambda pairs: _numbered(pairs))
_MOST_TRIED = 200  # places where an object may begin
_MOST_MENDED = 12_000  # characters; mending takes long on long nonsense
_MOST_MENDS = 4
_MOST_BRACKETS = 60  # mending takes the square of their depth
_MOST_VALUES = 40
_DEEPEST = 4  # objects within others that may be what was asked for
_EMPTY = 0.25  # what a field counts that is there and empty, as in an echo of the form


def read_object(text: str, schema: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the JSON object in an answer that fits best, or None where there is none.

    Every object is tried, also those within others. Of those that fit alike the last one counts, for it comes after
    the drafts. What a model thought aloud is looked at only where the rest holds nothing that fits.

    Args:
        text: The answer.
        schema: JSON schema of what was asked for: ``type``, ``properties``, ``required``, ``items`` and ``$ref`` count.
    """
    best: _Fit | None = None
    for part in (without_thoughts(text), text):
        for values in (_strict(part), _mended(part)):
            found = [_Fit(fitness(one, schema), one) for value in values for one in _objects(value, 0) if one]
            best = max([*([best] if best else []), *reversed(found)], key=lambda fit: fit.share, default=None)
            if best is not None and best.share >= 1:
                return best.value
        if best is not None and best.share > 0:
            return best.value
    return best.value if best is not None else None


def values_in(text: str) -> list[Any]:
    """Return the objects and lists of an answer in their order, mended where they are broken; never fails.

    Of two fields of one name both are kept, the second as ``name#2``.
    """
    text = _FENCE.sub("", without_thoughts(text))
    found: list[Any] = []
    at, mends = 0, 0
    for _ in range(_MOST_TRIED):
        opening = _OPENING.search(text, at)
        if opening is None or len(found) >= _MOST_VALUES:
            break
        value, at = _strict_at(text, opening.start(), _KEEPING_BOTH)
        if value is None and mends < _MOST_MENDS and _MENDABLE.match(text, opening.start()):
            mends += 1
            value = _mended_at(text[opening.start() : opening.start() + _MOST_MENDED])
        if value is not None and not any(_holds(one, value) for one in found):
            found.append(value)
    return found


def without_thoughts(text: str) -> str:
    """Return an answer without what the model thought aloud; all of it where it did nothing else."""
    text = text[:MOST_CHARACTERS]
    said = text
    channels = [*_CHANNEL.finditer(text)]
    finals = [channel for channel in channels if channel[1] == _FINAL]
    if channels:
        said = text[finals[-1].end() :] if finals else text[: channels[0].start()]
    said = _THOUGHT.sub(" ", said)
    ends = [*_THOUGHT_END.finditer(said)]
    said = said[ends[-1].end() :] if ends else said
    return _CONTROL.sub(" ", said).strip() or text


def fitness(value: Any, schema: Mapping[str, Any] | None) -> float:
    """Return how much of a schema (0..1) a value fills: required fields of the right type, and not empty."""
    return _fitness(value, schema or {"type": "object"}, schema or {})


class _Fit(NamedTuple):
    share: float
    value: dict[str, Any]


# --- what fits ------------------------------------------------------------------------------------------------


def _fitness(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> float:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        schema = root.get("$defs", {}).get(reference.rsplit("/", 1)[-1], {})
    kind = schema.get("type")
    if kind == "object":
        return _object_fitness(value, schema, root) if isinstance(value, dict) else 0.0
    if kind == "array":
        return _array_fitness(value, schema, root) if isinstance(value, list) else 0.0
    if kind == "string":
        return 0.0 if not isinstance(value, str) else 1.0 if any(char.isalnum() for char in value) else _EMPTY
    if kind in ("number", "integer"):
        return float(isinstance(value, (int, float)) and not isinstance(value, bool))
    return 1.0


def _object_fitness(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any]) -> float:
    fields = schema.get("properties", {})
    wanted = schema.get("required") or list(fields)
    if not wanted:
        return 1.0
    return sum(_fitness(value[name], fields.get(name, {}), root) for name in wanted if name in value) / len(wanted)


def _array_fitness(value: list[Any], schema: Mapping[str, Any], root: Mapping[str, Any]) -> float:
    if not value:
        return _EMPTY
    shares = [_fitness(one, schema.get("items", {}), root) for one in value[:_MOST_VALUES]]
    return sum(shares) / len(shares)


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield a value's objects, the outer ones last: they count where they fit no less."""
    if depth <= _DEEPEST and isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        for one in list(inner)[:_MOST_VALUES]:
            yield from _objects(one, depth + 1)
    if isinstance(value, dict):
        yield value


# --- what is there --------------------------------------------------------------------------------------------


def _strict(text: str) -> list[Any]:
    """Return the whole objects and lists of a text."""
    found: list[Any] = []
    at, tried = 0, 0
    while tried < _MOST_TRIED and len(found) < _MOST_VALUES and (opening := _OPENING.search(text, at)):
        tried += 1
        value, at = _strict_at(text, opening.start())
        found += [] if value is None else [value]
    return found


def _strict_at(text: str, at: int, decoder: json.JSONDecoder = _DECODER) -> tuple[Any, int]:
    """Return the object or list that begins at a place, None where it is broken, and where to go on."""
    try:
        value, end = decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at + 1
    return _printable(value), end


def _mended(text: str) -> list[Any]:
    """Return what was meant where JSON is cut off, misquoted or full of stray commas."""
    text = _FENCE.sub("", text)
    if _PAGE.match(text):
        return []
    found: list[Any] = []
    at, mends = 0, 0
    while mends < _MOST_MENDS and (opening := _MENDABLE.search(text, at)):
        mends += 1
        value = _mended_at(text[opening.start() : opening.start() + _MOST_MENDED])
        found += [] if value is None else [value]
        at = opening.end()
    return found


def _mended_at(text: str) -> Any:
    if text.count("{") + text.count("[") > _MOST_BRACKETS:
        return None
    import json_repair

    try:
        value = json_repair.loads(_BARE.sub(r'\1"\2"', text.translate(_QUOTES)))
    except Exception:  # noqa: BLE001 - whatever the mender meets, the answer is unreadable
        return None
    return _printable(value) if isinstance(value, (dict, list)) and value else None


def _numbered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose repeated names have a number behind them."""
    counts: Counter[str] = Counter()
    numbered: dict[str, Any] = {}
    for name, value in pairs:
        counts[name] += 1
        numbered[name if counts[name] == 1 else f"{name}#{counts[name]}"] = value
    return numbered


def _holds(value: Any, part: Any) -> bool:
    """Return whether a value is the part or has it somewhere within."""
    left = [value]
    while left:
        one = left.pop()
        if one == part:
            return True
        left += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return False


def _printable(value: Any) -> Any:
    """Return JSON data whose texts can be written down: without halves of characters."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {str(_printable(name)): _printable(one) for name, one in value.items()}
    return value
