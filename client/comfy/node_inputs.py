"""What a node's inputs become before it runs: checked and converted as ComfyUI's server does, with clearer words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ...core.workflow.card import shown
from ...core.workflow.graph import as_link

_WIDGETS = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR"}
_ANY = "*"


class NodeInput(NamedTuple):
    """One declared input: its type (a combo's is COMBO), its options, and whether it must be given."""

    kind: str
    options: Mapping[str, Any]
    required: bool


def node_inputs(declared: Mapping[str, Any]) -> dict[str, NodeInput]:
    """Return the inputs that INPUT_TYPES declares, required ones first; what has another shape is left out."""
    found: dict[str, NodeInput] = {}
    for section in ("required", "optional"):
        inputs = declared.get(section) if isinstance(declared, Mapping) else None
        for name, entry in inputs.items() if isinstance(inputs, Mapping) else ():
            if isinstance(entry, (list, tuple)) and entry:
                found[name] = _node_input(entry, section == "required")
    return found


def _node_input(entry: Sequence[Any], required: bool) -> NodeInput:
    kind, options = entry[0], entry[1] if len(entry) > 1 and isinstance(entry[1], Mapping) else {}
    if isinstance(kind, (list, tuple)):
        kind, options = "COMBO", {**options, "options": list(kind)}
    return NodeInput(str(kind), options, required)


def choices(spec: NodeInput) -> tuple[str, ...] | None:
    """Return what a combo offers, or None where the input is not a combo."""
    if spec.kind != "COMBO":
        return None
    offered = spec.options.get("options")
    return tuple(map(str, offered)) if isinstance(offered, (list, tuple)) else ()


def plain_values(where: str, given: Mapping[str, Any], declared: Mapping[str, NodeInput]) -> dict[str, Any]:
    """Return the unwired values of a node, converted, with defaults for required widgets that were left out.

    Raises:
        FitAdError: A required input is missing, or a value is of the wrong type, out of range or not on offer.
    """
    values: dict[str, Any] = {}
    for name, spec in declared.items():
        if name not in given:
            if spec.required:
                values[name] = _default(where, name, spec)
        elif as_link(given[name]) is None:
            values[name] = _checked(where, name, _unwrap(where, name, given[name]), spec)
    return values


def types_meet(offered: str, wanted: str) -> bool:
    """Tell whether a link of one type fits an input of another; types may be lists with commas, * is any."""
    left, right = ({part.strip() for part in kind.split(",")} for kind in (offered, wanted))
    return _ANY in left | right or bool(left & right) or "COMFY_MATCHTYPE_V3" in left | right


def _default(where: str, name: str, spec: NodeInput) -> Any:
    if "default" in spec.options:
        return spec.options["default"]
    on_offer = choices(spec)
    if on_offer:
        return on_offer[0]
    what = "has no value" if spec.kind in _WIDGETS else "is not connected"
    raise FitAdError(f"{where}: its input {name} {what}", fix=f"It needs a {spec.kind}")


def _unwrap(where: str, name: str, value: Any) -> Any:
    if isinstance(value, dict) and "__value__" in value:
        return value["__value__"]
    if isinstance(value, list):
        raise FitAdError(f"{where}: its input {name} contains a list that is not a link", why=shown(value))
    return value


def _checked(where: str, name: str, value: Any, spec: NodeInput) -> Any:
    converted = _converted(where, name, value, spec)
    _check_range(where, name, converted, spec)
    if spec.kind == "COMBO":
        return _on_offer(where, name, converted, spec)
    return converted


def _converted(where: str, name: str, value: Any, spec: NodeInput) -> Any:
    convert = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}.get(spec.kind)
    if convert is None:
        return value
    try:
        return convert(value)
    except (TypeError, ValueError, OverflowError) as exc:
        raise FitAdError(f"{where}: its input {name} takes {spec.kind}, not {shown(value)}") from exc


def _check_range(where: str, name: str, value: Any, spec: NodeInput) -> None:
    if spec.kind not in ("INT", "FLOAT"):
        return
    low, high = spec.options.get("min"), spec.options.get("max")
    if (low is not None and value < low) or (high is not None and value > high):
        raise FitAdError(f"{where}: its input {name} is {shown(value)}", fix=f"Allowed is {low} to {high}")


def _on_offer(where: str, name: str, value: Any, spec: NodeInput) -> Any:
    offered = spec.options.get("options") or []
    wanted = value if isinstance(value, list) and spec.options.get("multiselect") else [value]
    for item in wanted:
        if item not in offered:
            raise FitAdError(f"{where}: its input {name} is {shown(item)}", fix=suggestion(str(item), offered))
    return value


def suggestion(value: str, offered: Any) -> str:
    """Return "Did you mean …?" or the list of what there is."""
    names = [str(item) for item in offered]
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(value.casefold(), by_folded, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {by_folded[close[0]]}?"
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"Choose one of {shown}" if names else "There is nothing to choose from"
