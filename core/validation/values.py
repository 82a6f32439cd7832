"""Rules on values: of the right kind, within their range, among the choices."""

from __future__ import annotations

import math
from typing import Any

from ..workflow.catalogue import DYNAMIC_COMBO, InputSpec, NodeClass
from .context import CheckContext, is_link, unwrapped
from .findings import WARNING, Fix
from .model_rules import check_model, is_model_field
from .personal_names import is_file

_KINDS = {"INT": "a whole number", "FLOAT": "a number"}
_UPLOADS = ("image_upload", "animated_image_upload", "video_upload", "audio_upload", "file_upload")
_SHOWN = 6  # choices named in a message


def check_values(context: CheckContext) -> None:
    """Add what is wrong with the values of fields."""
    for node_id, cls, spec, raw in context.fields():
        if is_link(raw) or node_id in context.unsure:
            continue
        value = unwrapped(raw)
        read = _read(spec, value)
        if read is None:
            wanted = _KINDS.get(spec.kind, spec.kind)
            context.add("bad-type.value", node_id, spec.name, value=_shown(value), wanted=wanted)
        elif spec.kind == DYNAMIC_COMBO:
            _choice(context, node_id, spec, value, spec.option_keys)
        elif context.environment.checked_by_node(cls.name, spec.name):
            _own_check(context, node_id, spec, value)
        else:
            _range(context, node_id, spec, read[0])
            _choices(context, node_id, cls, spec, value)


def _read(spec: InputSpec, value: Any) -> tuple[Any] | None:
    """Return the value as the server reads it, in a tuple; None where it cannot.

    Source: validate_inputs in execution.py of ComfyUI 0.33, which converts before it compares.
    """
    kind = spec.type if isinstance(spec.type, str) else ""
    try:
        if kind == "INT":
            return (int(value),)
        if kind == "FLOAT":
            return (float(value),)
        if kind in ("STRING", "BOOLEAN"):
            return (value,)
    except (TypeError, ValueError, OverflowError):
        return None
    return (value,)


def _range(context: CheckContext, node_id: str, spec: InputSpec, value: Any) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return
    name, low, high = spec.name, spec.options.get("min"), spec.options.get("max")
    if isinstance(value, float) and math.isnan(value):
        context.add("bad-type.value", node_id, name, severity=WARNING, value="NaN", wanted=_KINDS["FLOAT"])
    elif isinstance(low, (int, float)) and value < low:
        context.add("out-of-range.low", node_id, name, value=value, limit=low, repair=Fix(name, value, low))
    elif isinstance(high, (int, float)) and value > high:
        context.add("out-of-range.high", node_id, name, value=value, limit=high, repair=Fix(name, value, high))


def _choices(context: CheckContext, node_id: str, cls: NodeClass, spec: InputSpec, value: Any) -> None:
    choices = spec.choices
    if any(spec.options.get(flag) for flag in _UPLOADS):
        _own_check(context, node_id, spec, value)
    elif choices is None:
        return
    elif is_model_field(context.environment, cls.name, spec, value):
        check_model(context, node_id, cls, spec, value)
    elif spec.options.get("remote"):
        return  # fetched by the front end; the server's list is empty, and it takes what comes
    elif not choices and not context.environment.choices_known:
        return  # a list of what is installed, which was empty where the catalogue was made
    elif spec.options.get("multiselect") and isinstance(value, list):
        for one in value:
            _choice(context, node_id, spec, one, choices)
    else:
        _choice(context, node_id, spec, value, choices)


def _choice(context: CheckContext, node_id: str, spec: InputSpec, value: Any, choices: list[Any]) -> None:
    if value in choices:
        return
    cls = context.cls(node_id)
    if not choices and cls and cls.scripted:
        return  # its pack's script fills the list, and its node checks what is chosen
    texts = {str(one).lower(): one for one in choices}
    same = texts.get(str(value).strip().lower())
    near = same if same is not None else texts.get(context.near(str(value).lower(), texts, 0.7))
    if same is None and (not choices or any(map(is_file, choices))):  # what lies in people's folders is not told
        context.add("bad-value.choice-file", node_id, spec.name, value=_shown(value))
        return
    named = ", ".join(str(one) for one in choices[:_SHOWN]) + (f" … ({len(choices)})" if len(choices) > _SHOWN else "")
    repair = Fix(spec.name, value, same) if same is not None else None
    shown = {"value": _shown(value), "choices": named or "—", "near": "" if near is None else near}
    context.add("bad-value.choice", node_id, spec.name, repair=repair, **shown)


def _own_check(context: CheckContext, node_id: str, spec: InputSpec, value: Any) -> None:
    """Check a file that the node looks for itself in ComfyUI's input folder; lists name only those at its top."""
    if not isinstance(value, str) or not any(spec.options.get(flag) for flag in _UPLOADS):
        return
    if spec.field_kind == "PAINTER":
        return  # the editor uploads what is painted as it queues the graph; the name in a file is of an earlier run
    known, has_file = context.environment, context.environment.has_file
    listed = spec.choices is not None and known.choices_known
    if (listed and value in (spec.choices or ())) or not (listed or has_file):
        return
    plain = bool(value) and "/" not in value and "\\" not in value and not value.endswith("]")
    if has_file is not None:
        if not (value and has_file(*annotated(value))):
            context.add("bad-value.file", node_id, spec.name, value=_shown(value))
    elif plain and not spec.options.get("file_upload"):  # whose list is that of a folder inside
        context.add("bad-value.file", node_id, spec.name, value=_shown(value))
    else:
        context.add("bad-value.unseen", node_id, spec.name, severity=WARNING, value=_shown(value))


def annotated(value: str) -> tuple[str, str]:
    """Return a file's name and the folder it is in: ``name [output]``, else ``input``."""
    for kind in ("input", "output", "temp"):
        if value.endswith(f" [{kind}]"):
            return value[: -len(kind) - 3], kind
    return value, "input"


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, str) and value else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
