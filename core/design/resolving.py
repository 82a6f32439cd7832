"""A design for one ad: its layers after everything that changes by case, class of format and attempt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..errors import FitAdError
from .drawings import drawing_for, is_open
from .facts import AdFacts, holds
from .schema import Alternative, Case, Design, ElementLayer, Layer
from .schema_words import Row, WordsLayer

_LAYERS: TypeAdapter[tuple[Layer, ...]] = TypeAdapter(tuple[Layer, ...])
_ROW_FIELDS = frozenset({"items", "gap", "igap", "at", "line", "when"})
_PLACES = ("after", "before")


def attempts_of(design: Design, facts: AdFacts) -> tuple[Alternative, ...]:
    """Return the compositions to try: the design as it stands, then those whose condition holds."""
    own = design.formats.get(facts.canvas_class)  # type: ignore[call-overload]
    listed = design.attempts if own is None or own.attempts is None else own.attempts
    return (Alternative(name="first"), *(attempt for attempt in listed if holds(attempt.when, facts)))


def margin_of(design: Design, format_class: str) -> float:
    """Return the margin in that class of format."""
    own = design.formats.get(format_class)  # type: ignore[call-overload]
    return own.margin if own is not None and own.margin is not None else design.margin


def layers_for(design: Design, facts: AdFacts, attempt: Alternative | None = None) -> tuple[Layer, ...]:
    """Return the layers of an ad, the lowest first, without those whose condition does not hold.

    Raises:
        FitAdError: A change makes a layer that the schema does not know.
    """
    own = design.formats.get(facts.canvas_class)  # type: ignore[call-overload]
    data = [layer.model_dump(exclude_unset=True) | {"kind": layer.kind} for layer in design.layers]
    if own is not None and own.layers:
        data = [dict(layer) for layer in own.layers]
    else:
        data = _changed(data, _that_hold(design.cases, facts))
    if own is not None:
        data = _changed(data, [own.set, *_that_hold(own.cases, facts)])
    if attempt is not None:
        data = _changed(data, [attempt.set])
    try:
        layers = _LAYERS.validate_python(data)
    except ValidationError as exc:
        raise design_error(design.name, exc) from exc
    return tuple(_kept(layer, facts) for layer in layers if holds(layer.when, facts))


def design_error(name: str, exc: ValidationError) -> FitAdError:
    """Return the error for a design that does not fit the schema, with place and reason of the first faults."""
    faults = [f"{'.'.join(str(p) for p in e['loc'] if not _is_tag(p))}: {e['msg']}" for e in exc.errors()[:3]]
    more = f" (and {exc.error_count() - 3} more)" if exc.error_count() > 3 else ""
    return FitAdError(
        f"The design {name!r} cannot be used",
        why="; ".join(faults)[:600] + more,
        fix="Fix the file; docs/designs.md lists every field, and fit-ad designs check FILE tries it",
    )


def _is_tag(part: object) -> bool:
    return part in ("fill", "pattern", "photo", "cross", "product", "element", "scrim", "finish", "words")


def _that_hold(cases: Iterable[Case], facts: AdFacts) -> list[Mapping[str, Any]]:
    return [case.set for case in cases if holds(case.when, facts)]


def _kept(layer: Layer, facts: AdFacts) -> Layer:
    """Return a layer of words without the rows and items whose condition does not hold, a drawing by its name."""
    if isinstance(layer, ElementLayer) and is_open(layer.element):
        name = drawing_for(layer.element, facts.parts, facts.trade, facts.purpose)
        return layer.model_copy(update={"element": name})
    if not isinstance(layer, WordsLayer):
        return layer
    rows = []
    for row in layer.rows:
        items = tuple(item for item in row.items if holds(item.when, facts))
        if items and holds(row.when, facts):
            rows.append(row if len(items) == len(row.items) else row.model_copy(update={"items": items}))
    return layer.model_copy(update={"rows": tuple(rows)})


def _changed(layers: list[dict[str, Any]], changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    for change in changes:
        for name, new in change.items():
            there = any(layer.get("id") == name for layer in layers)
            if there or (
                isinstance(new, Mapping) and "kind" in new
            ):  # a layer of a case that does not hold has no kind
                layers = _with(layers, name, new)
    return layers


def _with(entries: list[dict[str, Any]], name: str, new: Any) -> list[dict[str, Any]]:
    """Return the entries with one changed, added or (where ``new`` is None) taken away."""
    at = next((i for i, entry in enumerate(entries) if entry.get("id") == name), None)
    if new is None:
        return [entry for entry in entries if entry.get("id") != name]
    if not isinstance(new, Mapping):
        raise FitAdError(f"The change of {name!r} in a design is {new!r:.60}, not a list of fields")
    fields = {key: value for key, value in new.items() if key not in _PLACES}
    entry = _merged(entries[at], fields) if at is not None else {"id": name, **fields}
    rest = [e for e in entries if e.get("id") != name]
    place = next((p for p in _PLACES if p in new), None)
    if place is None:
        index = at if at is not None else len(rest)
    else:
        beside = next((i for i, e in enumerate(rest) if e.get("id") == new[place]), len(rest))
        index = beside + (place == "after")
    return [*rest[:index], entry, *rest[index:]]


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``old`` with ``new`` over it: objects merge, rows and items merge by id, all else is replaced."""
    found = dict(old)
    for key, value in new.items():
        before = found.get(key)
        if value is None:
            found.pop(key, None)
        elif key in ("rows", "items") and isinstance(value, Mapping):
            entries = [_row(entry) if key == "rows" else dict(entry) for entry in before or ()]
            for name, change in value.items():
                entries = _with(entries, name, _row_change(entries, name, change) if key == "rows" else change)
            found[key] = entries
        elif isinstance(value, Mapping) and isinstance(before, Mapping):
            found[key] = _merged(before, value)
        else:
            found[key] = value
    return found


def _row(entry: Any) -> dict[str, Any]:
    """Return a row in its long form, with its id."""
    if isinstance(entry, Mapping) and "items" in entry and "id" in entry:
        return dict(entry)
    return Row.model_validate(entry).model_dump(exclude_unset=True)


def _row_change(rows: list[dict[str, Any]], name: str, change: Any) -> Any:
    """Return the change of a row; fields of an item belong to its only item."""
    if not isinstance(change, Mapping) or "items" in change:
        return change
    own = {k: v for k, v in change.items() if k in _ROW_FIELDS or k in _PLACES}
    of_item = {k: v for k, v in change.items() if k not in own}
    if not of_item:
        return own
    row = next((row for row in rows if row.get("id") == name), None)
    if row is None:
        return {**own, "items": [{**of_item, "id": name}]}
    only = row["items"][0].get("id", name)
    return {**own, "items": {only: of_item}}
