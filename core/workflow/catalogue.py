"""What is known of nodes: their inputs, fields and outputs, as a server's /object_info says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

AUTOGROW, DYNAMIC_COMBO, DYNAMIC_SLOT = "COMFY_AUTOGROW_V3", "COMFY_DYNAMICCOMBO_V3", "COMFY_DYNAMICSLOT_V3"
# Types that the front end draws as a field in the node; the others are sockets only.
FIELDS = frozenset(
    {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", DYNAMIC_COMBO, "COLOR", "COLORS", "CURVE", "RANGE", "TEXTAREA"}
    | {"MARKDOWN", "BOUNDING_BOX", "BOUNDING_BOXES", "IMAGECOMPARE", "IMAGEUPLOAD", "GALLERIA", "CHART", "PAINTER"}
    | {"COMPOSITOR", "LOAD_3D", "LOAD_3D_ANIMATION", "WEBCAM", "AUDIO_RECORD", "AUDIO_UI"}
)

_OURS = "Fit-AD"  # the menu of this pack's nodes, whose scripts add no field that is saved


@dataclass(frozen=True)
class InputSpec:
    """An input of a node class: its type (a list of choices in old nodes), options, and whether it must be there."""

    name: str
    type: Any
    options: Mapping[str, Any] = field(default_factory=dict)
    required: bool = True

    @property
    def kind(self) -> str:
        """Its type as one word; COMBO for old lists of choices."""
        return "COMBO" if isinstance(self.type, list) else str(self.type)

    @property
    def field_kind(self) -> str:
        """The kind of field in the node, "" for a socket."""
        if self.options.get("forceInput"):
            return ""
        kind = str(self.options.get("widgetType") or self.kind)
        return kind if kind in FIELDS else ""

    @property
    def choices(self) -> list[Any] | None:
        """The values that a choice allows, None for other inputs and where they are not known."""
        if isinstance(self.type, list):
            return self.type
        if self.type != "COMBO" or self.options.get("open"):
            return None
        options = self.options.get("options")
        return options if isinstance(options, list) else []

    @property
    def default(self) -> Any:
        """The value that a new node starts with."""
        if "default" in self.options:
            return self.options["default"]
        if self.kind == DYNAMIC_COMBO:
            return next(iter(self.option_keys), None)
        if self.choices:
            return self.choices[0]
        return {"INT": 0, "FLOAT": 0.0, "STRING": "", "BOOLEAN": False}.get(self.kind)

    @property
    def option_keys(self) -> list[Any]:
        """The keys that a dynamic choice knows."""
        return [one.get("key") for one in self.options.get("options") or [] if isinstance(one, dict)]

    def children(self, key: Any) -> list[InputSpec]:
        """The inputs that a dynamic choice brings for a key, under their full names."""
        for one in self.options.get("options") or []:
            if isinstance(one, dict) and one.get("key") == key:
                return list(specs(one.get("inputs") or {}, self.name + "."))
        return []

    def grown(self) -> list[InputSpec]:
        """Every input that a growing input may bring, under its full name."""
        template = self.options.get("template") or {}
        first = next(specs(template.get("input") or {}), None)
        if first is None:
            return []
        names = template.get("names")
        if not isinstance(names, list):
            names = [f"{template.get('prefix', '')}{i}" for i in range(int(template.get("max") or 0))]
        least = int(template.get("min") or 0)
        return [
            InputSpec(f"{self.name}.{name}", first.type, first.options, first.required and i < least)
            for i, name in enumerate(names)
        ]

    def slot_and_inputs(self) -> list[InputSpec]:
        """The inputs that a dynamic slot brings once it is connected."""
        return list(specs(self.options.get("inputs") or {}, self.name + "."))


def specs(inputs: Mapping[str, Any], prefix: str = "") -> Iterator[InputSpec]:
    """Yield the required, then the optional inputs of a definition, skipping what has another shape."""
    for group in ("required", "optional"):
        entries = inputs.get(group)
        for name, spec in entries.items() if isinstance(entries, dict) else ():
            if isinstance(spec, (list, tuple)) and spec and isinstance(spec[0], (str, list)):
                options = spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
                yield InputSpec(prefix + name, spec[0], options, group == "required")


@dataclass(frozen=True)
class NodeClass:
    """A node class as the server describes it."""

    name: str
    info: Mapping[str, Any]

    @cached_property
    def inputs(self) -> tuple[InputSpec, ...]:
        """Its declared inputs in the order in which the front end shows them."""
        found = {spec.name: spec for spec in specs(self.info.get("input") or {})}
        order = self.info.get("input_order") or {}
        names = [n for group in ("required", "optional") for n in order.get(group) or () if n in found]
        return tuple(found[name] for name in dict.fromkeys([*names, *found]))

    @cached_property
    def outputs(self) -> tuple[Any, ...]:
        """The types of its outputs."""
        return tuple("COMBO" if isinstance(one, list) else one for one in self.info.get("output") or ())

    @property
    def is_output(self) -> bool:
        """Whether a run may end at it."""
        return bool(self.info.get("output_node"))

    @property
    def scripted(self) -> bool:
        """Whether another pack's JavaScript may add fields to it in the editor, or change what they send."""
        of_pack = str(self.info.get("python_module") or "").startswith("custom_nodes.")
        return of_pack and not str(self.info.get("category") or "").startswith(_OURS)

    @property
    def title(self) -> str:
        """Its name in the menu."""
        return str(self.info.get("display_name") or self.name)

    def live(self, given: Mapping[str, Any]) -> dict[str, InputSpec]:
        """Return the inputs that count for these values: dynamic inputs unfolded as the server does it."""
        found: dict[str, InputSpec] = {}
        _unfold(self.inputs, given, found)
        return found


def _unfold(inputs: Any, given: Mapping[str, Any], found: dict[str, InputSpec]) -> None:
    for spec in inputs:
        if spec.kind == DYNAMIC_COMBO:
            found[spec.name] = spec
            _unfold(spec.children(given[spec.name]) if spec.name in given else (), given, found)
        elif spec.kind == AUTOGROW:
            _unfold(spec.grown(), given, found)
        elif spec.kind == DYNAMIC_SLOT:
            found[spec.name] = spec
            _unfold(spec.slot_and_inputs() if spec.name in given else (), given, found)
        else:
            found[spec.name] = spec


class Catalogue:
    """Node classes by name, from /object_info; ``whole`` where it holds every class that the server has."""

    def __init__(self, info: Mapping[str, Any], *, whole: bool = True) -> None:
        self._info = info
        self.whole = whole
        self._classes: dict[str, NodeClass] = {}

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and isinstance(self._info.get(name), Mapping)

    def __iter__(self) -> Iterator[str]:
        return iter(self._info)

    def get(self, name: str) -> NodeClass | None:
        """Return a node class, None where it is unknown."""
        if name not in self:
            return None
        if name not in self._classes:
            self._classes[name] = NodeClass(name, self._info[name])
        return self._classes[name]
