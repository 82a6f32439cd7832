"""Faults for files of the graph editor, seeded by benchmarks/mutations.py; each function spoils the data it gets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

KEY = "hf_" + "a1B2c3D4" * 5  # looks like a key and is none


class Fault(NamedTuple):
    """Where a fault was put and which codes may name it."""

    node: str
    codes: tuple[str, ...]


class Graph:
    """A file's data with the nodes of its own level that a run reaches."""

    def __init__(self, data: dict[str, Any], environment: Any, rng: random.Random) -> None:
        from fit_ad.core.validation.context import CheckContext
        from fit_ad.core.workflow.document import read

        self.data, self.rng, self.catalogue = data, rng, environment.nodes
        self.context = CheckContext(read(data), environment)
        self.nodes = [one for one in data["nodes"] if str(one["id"]) in self.context.running]
        rng.shuffle(self.nodes)

    def fields(self, *kinds: str) -> Iterator[tuple[Any, int, Any]]:
        """Yield a node, a position in its list of values, and the spec of the field there that no link feeds."""
        from fit_ad.core.workflow.widget_values import widget_values

        for raw in self.nodes:
            cls = self.catalogue.get(raw["type"])
            if cls is None or not isinstance(raw.get("widgets_values"), list):
                continue
            wired = {port.get("name") for port in raw.get("inputs") or [] if port.get("link") is not None}
            pairing = widget_values(self.context.document.root.nodes[str(raw["id"])], cls)
            for name, at in pairing.positions.items():
                own = self.context.environment.checked_by_node(cls.name, name)
                if pairing.specs[name].kind in kinds and name not in wired and not own and not pairing.refused:
                    yield raw, at, pairing.specs[name]

    def links(self) -> Iterator[tuple[list[Any], Any]]:
        """Yield each link of the graph's own level that feeds a required input of a running node, and that node."""
        by_id = {str(one["id"]): one for one in self.nodes}
        for link in self.data["links"]:
            target = by_id.get(str(link[3])) if isinstance(link, list) else None
            cls = self.catalogue.get(target["type"]) if target else None
            ports = target.get("inputs") or [] if target else []
            if cls is None or link[4] >= len(ports) or str(link[1]) not in self.context.graph:
                continue
            spec = cls.live(self.context.inputs(str(link[3]))).get(ports[link[4]].get("name"))
            if spec and spec.required and not spec.field_kind:
                yield link, target


Kind = Callable[[Graph], Fault | None]


def put(value: Any, codes: tuple[str, ...], *kinds: str, when: Callable[[Any, Any], bool] | None = None) -> Kind:
    """Return a fault that puts a value, or what a function makes of the spec, into a field."""

    def function(graph: Graph) -> Fault | None:
        for raw, at, spec in graph.fields(*kinds):
            if when is None or when(spec, raw["widgets_values"][at]):
                raw["widgets_values"][at] = value(spec) if callable(value) else value
                raw.pop("widgets_values_named", None)
                return Fault(str(raw["id"]), codes)
        return None

    return function


def has(option: str) -> Callable[[Any, Any], bool]:
    return lambda spec, value: isinstance(spec.options.get(option), (int, float))


def is_model(spec: Any, value: Any) -> bool:
    return isinstance(value, str) and value.endswith(".safetensors")


def is_plain(spec: Any, value: Any) -> bool:
    return not is_model(spec, value) and bool(spec.choices) and all(isinstance(one, str) for one in spec.choices)


def wire_dropped(graph: Graph) -> Fault | None:
    for link, target in graph.links():
        graph.data["links"].remove(link)
        return Fault(str(target["id"]), ("dangling-link",))
    return None


def source_removed(graph: Graph) -> Fault | None:
    for link, target in graph.links():
        graph.data["nodes"] = [one for one in graph.data["nodes"] if one["id"] != link[1]]
        return Fault(str(target["id"]), ("dangling-link",))
    return None


def source_muted(graph: Graph) -> Fault | None:
    for link, target in graph.links():
        source = next(one for one in graph.data["nodes"] if one["id"] == link[1])
        source["mode"] = 2
        return Fault(str(target["id"]), ("missing-input",))
    return None


def wire_unplugged(graph: Graph) -> Fault | None:
    for link, target in graph.links():
        target["inputs"][link[4]]["link"] = None
        graph.data["links"].remove(link)
        return Fault(str(target["id"]), ("missing-input",))
    return None


def id_twice(graph: Graph) -> Fault | None:
    if not graph.nodes:
        return None
    graph.data["nodes"].append({**graph.nodes[0]})
    return Fault(str(graph.nodes[0]["id"]), ("duplicate-id",))


def key_in_a_note(graph: Graph) -> Fault | None:
    graph.data["nodes"].append({"id": 99001, "type": "Note", "widgets_values": [f"my key is {KEY}"]})
    return Fault("99001", ("secret",))


def key_in_a_bypassed_node(graph: Graph) -> Fault | None:
    for raw, at, _ in graph.fields("STRING"):
        raw["widgets_values"][at] = f"{raw['widgets_values'][at]} {KEY}"
        raw["mode"] = 4
        return Fault(str(raw["id"]), ("secret",))
    return None


def pack_not_installed(graph: Graph) -> Fault | None:
    for raw in graph.nodes:
        raw["type"], raw["properties"] = "NoSuchNode", {"cnr_id": "no-such-pack", "ver": "1.2.3"}
        return Fault(str(raw["id"]), ("pack-missing",))
    return None


def newer_comfyui(graph: Graph) -> Fault | None:
    for raw in graph.nodes:
        raw["type"], raw["properties"] = "NotYetThere", {"cnr_id": "comfy-core", "ver": "99.1.0"}
        return Fault(str(raw["id"]), ("pack-version",))
    return None


def definition_lost(graph: Graph) -> Fault | None:
    levels = (graph.data.get("definitions") or {}).get("subgraphs") or []
    hosts = [one for one in graph.data["nodes"] if one["type"] in {level["id"] for level in levels}]
    hosts = [one for one in hosts if one.get("mode") not in (2, 4)]
    if not hosts:
        return None
    graph.data["definitions"]["subgraphs"] = [one for one in levels if one["id"] != hosts[0]["type"]]
    return Fault(str(hosts[0]["id"]), ("unknown-node",))


def values_by_name_differ(graph: Graph) -> Fault | None:
    for raw, at, spec in graph.fields("INT", "FLOAT"):
        raw["widgets_values_named"] = {spec.name: raw["widgets_values"][at] + 1}
        return Fault(str(raw["id"]), ("format",))
    return None


KINDS: dict[str, Kind] = {
    "editor_text_in_number": put("a prompt", ("bad-value", "format", "bad-type"), "INT", "FLOAT"),
    "editor_below_least": put(lambda spec: spec.options["min"] - 1, ("out-of-range",), "INT", "FLOAT", when=has("min")),
    "editor_above_most": put(
        lambda spec: spec.options["max"] * 2 + 1, ("out-of-range",), "INT", "FLOAT", when=has("max")
    ),
    "editor_no_such_choice": put("no such choice", ("bad-value",), "COMBO", when=is_plain),
    "editor_model_not_there": put("not/there.safetensors", ("model-missing",), "COMBO", when=is_model),
    "editor_wire_dropped": wire_dropped,
    "editor_source_removed": source_removed,
    "editor_source_muted": source_muted,
    "editor_wire_unplugged": wire_unplugged,
    "editor_id_twice": id_twice,
    "editor_key_in_a_note": key_in_a_note,
    "editor_key_in_a_bypassed_node": key_in_a_bypassed_node,
    "editor_pack_not_installed": pack_not_installed,
    "editor_newer_comfyui": newer_comfyui,
    "editor_definition_lost": definition_lost,
    "editor_values_by_name_differ": values_by_name_differ,
}
