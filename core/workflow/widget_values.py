"""Which saved value belongs to which field of a node.

Graph-editor files keep the values of a node's fields by position only, and what stands at a position depends on the
node class, on the front end's own extra fields, and on earlier values (dynamic choices). Here the positions are
walked, each value is held against its field, and where one does not fit the whole node is refused: a wrong value in
the right place is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .catalogue import AUTOGROW, DYNAMIC_COMBO, InputSpec, NodeClass
from .document import Node

CONTROL_WORDS = frozenset({"fixed", "increment", "decrement", "randomize"})
_SEEDS = ("seed", "noise_seed")
# Buttons that the front end puts behind a field, each with a place of its own in the list of values.
_BUTTONS = {("Load3D", "model_file"): 3}
# Fields that the front end fills in while it queues: a view of a scene, a picture or sound from the machine.
_LIVE = frozenset({"LOAD_3D", "LOAD_3D_ANIMATION", "WEBCAM", "AUDIO_RECORD"})
# Values written as text, as some packs save them; the server converts them before it looks at them.
_WRITTEN = {
    "BOOLEAN": re.compile(r"true|false", re.I),
    "INT": re.compile(r"[+-]?\d{1,20}"),
    "FLOAT": re.compile(r"[+-]?\d{1,20}(?:\.\d{0,20})?(?:e[+-]?\d{1,3})?", re.I),
}
# What the front end resolves as it queues: choices and comments in dynamic prompts, dates and other nodes' values.
_DYNAMIC = re.compile(r"[{}]|//|/\*|\\[|]")
_TOKEN = re.compile(r"%(?:date(?::[^%]*)?|[^%.]+\.[^%]+)%")
_MOST_TRIED = 40  # places at which a missing or needless value is looked for
_UPLOADS = ("image_upload", "animated_image_upload", "video_upload", "audio_upload", "file_upload")


@dataclass
class WidgetValues:
    """Values by field name; ``refused`` says why the pairing is not certain, "" where it is.

    ``made_later`` names fields that only a browser can fill in; ``positions`` say where in the list a value stood.
    ``misfits`` are the places whose values do not fit; ``shifted`` says that they would, were one place more or less
    before them. ``taken`` is how many places the fields took.
    """

    values: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    specs: dict[str, InputSpec] = field(default_factory=dict)
    made_later: list[str] = field(default_factory=list)
    misfit: tuple[str, Any] | None = None
    positions: dict[str, int] = field(default_factory=dict)
    shifted: bool = False
    misfits: list[int] = field(default_factory=list)
    taken: int = 0

    def refuse(self, why: str, name: str = "", value: Any = None, at: int = -1) -> None:
        """Keep the first reason, with the field and the value that does not fit it; of all, where they stand."""
        self.misfits += [at] if at >= 0 else []
        if not self.refused:
            self.refused = why
            self.misfit = (name, value) if name else None


def widget_values(node: Node, cls: NodeClass) -> WidgetValues:
    """Return the values of a node's fields by name."""
    if isinstance(node.values, dict):
        return _by_name(node.values, cls)
    values = list(node.values or [])
    linked = {port.name for port in node.inputs if port.link is not None}
    grown = [port.name for port in node.inputs]
    read = _without_dummies(values, cls)
    pairing = _walk(read, cls, grown, linked)
    if not pairing.refused:
        return _checked(_with_rest(pairing, read, cls), node, linked)
    if cls.scripted:
        pairing.misfit = None  # its pack's script may have fields of its own before this one
    else:
        pairing.shifted = _is_shifted(pairing, read, cls, grown, linked)
    return pairing


def _with_rest(pairing: WidgetValues, values: list[Any], cls: NodeClass) -> WidgetValues:
    """Refuse a node whose pack's script has added fields: the front end sends those as well."""
    rest = [one for one in values[pairing.taken :] if one not in (None, "", "image", *CONTROL_WORDS)]
    if rest and cls.scripted:
        pairing.refuse(f"{shown(rest[0])} belongs to a field that the pack's own script makes")
    return pairing


def _is_shifted(pairing: WidgetValues, values: list[Any], cls: NodeClass, ports: list[str], linked: set[str]) -> bool:
    """Whether every value fits once one is put in or left out before the first that does not.

    One value alone that does not fit is wrong rather than shifted, unless it stands where no value of a field does.
    """
    if not pairing.misfits or (len(pairing.misfits) == 1 and pairing.misfit is not None):
        return False
    for at in range(min(pairing.misfits[0], _MOST_TRIED), -1, -1):
        for moved in ([*values[:at], None, *values[at:]], [*values[:at], *values[at + 1 :]]):
            if not _walk(moved, cls, ports, linked).refused:
                return True
    return False


def _by_name(values: Mapping[str, Any], cls: NodeClass) -> WidgetValues:
    live = cls.live(values)
    fields = {name: spec for name, spec in live.items() if spec.field_kind}
    return WidgetValues({name: values.get(name, spec.default) for name, spec in fields.items()}, specs=fields)


def _without_dummies(values: list[Any], cls: NodeClass) -> list[Any]:
    """Return a list as saved, or without the dummies that old files hold for sockets."""
    dummies: list[bool] = []
    for spec in cls.inputs:
        forced = bool(spec.options.get("forceInput"))
        if spec.field_kind or forced:
            dummies.append(forced)
            dummies += [False] * (not forced and has_control(spec))
    if any(dummies) and len(dummies) == len(values):
        return [value for value, dummy in zip(values, dummies, strict=True) if not dummy]
    return values


def has_control(spec: InputSpec) -> bool:
    """Whether the front end puts a "control after generate" behind a field."""
    if spec.field_kind not in ("INT", "COMBO"):
        return False
    control = spec.options.get("control_after_generate")
    return bool(control) or (control is None and spec.field_kind == "INT" and spec.name in _SEEDS)


def laid_out(cls: NodeClass, values: Mapping[str, Any]) -> list[Any]:
    """Return a node's values as a file keeps them: by position, with the front end's own places; the way back."""
    found: list[Any] = []
    _lay(cls.inputs, values, found)
    return found


def _lay(inputs: Iterable[InputSpec], values: Mapping[str, Any], found: list[Any]) -> None:
    for spec in inputs:
        if not spec.field_kind:
            continue
        found.append(values.get(spec.name, spec.default))
        if spec.kind == DYNAMIC_COMBO:
            _lay(spec.children(found[-1]), values, found)
        elif has_control(spec):
            found.append("fixed")


class _Cursor:
    def __init__(self, values: Sequence[Any]) -> None:
        self.values, self.at = values, 0

    def take(self) -> tuple[bool, Any]:
        if self.at >= len(self.values):
            return False, None
        self.at += 1
        return True, self.values[self.at - 1]


def _walk(values: Sequence[Any], cls: NodeClass, ports: Sequence[str], linked: set[str]) -> WidgetValues:
    cursor, pairing = _Cursor(values), WidgetValues()
    _take(cls.inputs, cursor, pairing, ports, linked, cls.name)
    pairing.taken = cursor.at
    return pairing


def _take(
    inputs: Iterable[InputSpec],
    cursor: _Cursor,
    pairing: WidgetValues,
    ports: Sequence[str],
    linked: set[str],
    cls: str,
) -> None:
    for spec in inputs:
        if spec.kind == AUTOGROW:
            there = [one for one in spec.grown() if one.name in ports]
            _take(there, cursor, pairing, ports, linked, cls)
            continue
        if not spec.field_kind:
            continue
        given, value = cursor.take()
        value = _annotated(spec, value)
        pairing.values[spec.name] = value if given else spec.default
        pairing.specs[spec.name] = spec
        if given:
            pairing.positions[spec.name] = cursor.at - 1
        if given and not fits(spec, value) and not (value is None or spec.name in linked):
            pairing.refuse(f"{spec.name} cannot be {shown(value)}", spec.name, value, cursor.at - 1)
        for _ in range(_BUTTONS.get((cls, spec.name), 0)):
            cursor.take()
        if spec.field_kind == "IMAGECOMPARE":
            pairing.values[spec.name] = ["", ""]  # what the file holds is the last run's picture; it is never sent
        if spec.name not in linked and (spec.field_kind in _LIVE or _made_as_it_queues(spec, value)):
            pairing.made_later.append(spec.name)
        if spec.kind == DYNAMIC_COMBO:
            _take(spec.children(pairing.values[spec.name]), cursor, pairing, ports, linked, cls)
        elif has_control(spec):
            _take_control(spec, cursor, pairing)


def _made_as_it_queues(spec: InputSpec, value: Any) -> bool:
    """Whether the front end sends another text than the one that is saved, which only it can know."""
    if not isinstance(value, str) or spec.field_kind != "STRING":
        return False
    if spec.name == "filename_prefix":
        return bool(_TOKEN.search(value))
    return spec.options.get("dynamicPrompts") is True and bool(_DYNAMIC.search(value))


def _annotated(spec: InputSpec, value: Any) -> Any:
    """Return an uploaded file that is saved as an object under the name that the front end sends."""
    if not isinstance(value, dict) or not any(spec.options.get(flag) for flag in _UPLOADS):
        return value
    name, folder, kind = (value.get(key) for key in ("filename", "subfolder", "type"))
    if not isinstance(name, str):
        return value
    path = f"{folder}/{name}" if isinstance(folder, str) and folder else name
    return f"{path} [{kind}]" if isinstance(kind, str) and kind not in ("", "input") else path


def _take_control(spec: InputSpec, cursor: _Cursor, pairing: WidgetValues) -> None:
    given, value = cursor.take()
    if given and not (value is None or isinstance(value, bool) or (isinstance(value, str) and value in CONTROL_WORDS)):
        pairing.refuse(f"{shown(value)} is in the place of the control of {spec.name}", at=cursor.at - 1)
    if spec.field_kind == "COMBO" and cursor.at < len(cursor.values) and cursor.values[cursor.at] in ("", None):
        cursor.take()  # the filter of the list


def _checked(pairing: WidgetValues, node: Node, linked: set[str]) -> WidgetValues:
    """Hold the pairing against what the file itself says by name."""
    for name, value in (node.named or {}).items():
        if name in pairing.values and pairing.values[name] != value and name not in linked:
            pairing.refuse(f"{name} is {shown(value)} by name and {shown(pairing.values[name])} by position")
    return pairing


def fits(spec: InputSpec, value: Any) -> bool:
    """Whether a saved value can be this field's at all; a choice may be one that is not installed here."""
    kind = spec.field_kind
    if isinstance(value, str) and kind in _WRITTEN:
        return bool(_WRITTEN[kind].fullmatch(value))
    if kind == "BOOLEAN":
        return isinstance(value, bool)
    if kind == "INT":
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return whole and not isinstance(value, bool)
    if kind == "FLOAT":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "STRING":
        return isinstance(value, str)
    if kind == "COLOR":
        return isinstance(value, str) and value.startswith("#")
    if kind == DYNAMIC_COMBO:
        return value in spec.option_keys
    if kind == "COMBO":
        return _can_be_choice(spec, value)
    return not isinstance(value, bool)


def _can_be_choice(spec: InputSpec, value: Any) -> bool:
    choices = spec.choices or []
    if value in choices or (spec.options.get("multiselect") and isinstance(value, list)):
        return True
    if not isinstance(value, str):
        return False
    return not choices or any(isinstance(one, str) for one in choices)


def shown(value: Any) -> str:
    """Return a value as short text."""
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
