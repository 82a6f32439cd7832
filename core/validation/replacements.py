"""Node classes that another one has taken the place of, and nodes rewritten for it.

A server takes the old name too where its table has it, but only with the inputs that the table names.
Source: comfy_extras/nodes_replacements.py and app/node_replace_manager.py of ComfyUI 0.33.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..workflow.catalogue import NodeClass
from ..workflow.graph import as_link
from ..workflow.widget_values import laid_out


@dataclass(frozen=True)
class Replacement:
    """What takes the place of a node class.

    Args:
        new: The new class.
        inputs: The old name of each of its inputs by the new one, None where all are called what they were.
        values: Values that the new class gets besides, by its names.
        fields: The old class's fields in the order of a saved list of values, None where that order stays.
        outputs: The new number of each output by the old one, where they changed.
    """

    new: str
    inputs: Mapping[str, str] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] | None = None
    outputs: Mapping[int, int] = field(default_factory=dict)

    def taken_by_server(self, inputs: Mapping[str, Any]) -> bool:
        """Whether a server that knows this can run the old node: it loses what its table does not name."""
        return self.inputs is not None and all(old in inputs for old in self.inputs.values())


_SCALE = {"input": "image", "resize_type.multiplier": "scale_by", "scale_method": "upscale_method"}
RENAMED: dict[str, Replacement] = {
    "ConditioningAverage ": Replacement("ConditioningAverage"),
    "ImageBatch": Replacement("BatchImagesNode", {"images.image0": "image1", "images.image1": "image2"}),
    "ImageScaleBy": Replacement(
        "ResizeImageMaskNode", _SCALE, {"resize_type": "scale by multiplier"}, ("upscale_method", "scale_by")
    ),
    "Load3DAnimation": Replacement("Load3D"),
    "Preview3DAnimation": Replacement("Preview3D"),
    "ResizeImagesByLongerEdge": Replacement(
        "ImageScaleToMaxDimension",
        {"image": "images", "largest_size": "longer_edge"},
        {"upscale_method": "lanczos"},
        ("longer_edge",),
    ),
    "SDV_img2vid_Conditioning": Replacement("SVD_img2vid_Conditioning"),
    "T2IAdapterLoader": Replacement("ControlNetLoader", {"control_net_name": "t2i_adapter_name"}),
}


def as_replacements(data: object) -> dict[str, Replacement]:
    """Return what a server's /node_replacements says, over the table here; what has another shape is passed over."""
    found = dict(RENAMED)
    for old, entries in data.items() if isinstance(data, dict) else ():
        first = entries[0] if isinstance(entries, list) and entries else None
        if isinstance(first, dict) and isinstance(first.get("new_node_id"), str):
            found[old] = _replacement(first)
    return found


def _replacement(entry: Mapping[str, Any]) -> Replacement:
    inputs = entry.get("input_mapping")
    maps = [one for one in inputs if isinstance(one, dict) and "new_id" in one] if isinstance(inputs, list) else []
    fields, outputs = entry.get("old_widget_ids"), entry.get("output_mapping")
    pairs = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    moved = {one.get("old_idx"): one.get("new_idx") for one in pairs}
    return Replacement(
        entry["new_node_id"],
        {str(one["new_id"]): str(one["old_id"]) for one in maps if "old_id" in one} if maps else None,
        {str(one["new_id"]): one["set_value"] for one in maps if "set_value" in one},
        tuple(map(str, fields)) if isinstance(fields, list) else None,
        {a: b for a, b in moved.items() if isinstance(a, int) and isinstance(b, int) and a != b},
    )


def rewrite_api(graph: dict[str, Any], node_id: str, by: Replacement) -> None:
    """Turn a node of an API graph into one of the new class, in place."""
    node = graph[node_id]
    node["class_type"] = by.new
    if by.inputs is not None:
        old = _inputs(node)
        kept = {new: old[name] for new, name in by.inputs.items() if name in old}
        node["inputs"] = {**by.values, **kept}
    for inputs in map(_inputs, graph.values()) if by.outputs else ():
        for name, value in inputs.items():
            link = as_link(value)
            if link and link.source == node_id:
                inputs[name] = [node_id, by.outputs.get(link.slot, link.slot)]


def _inputs(node: Any) -> dict[str, Any]:
    inputs = node.get("inputs") if isinstance(node, dict) else None
    return inputs if isinstance(inputs, dict) else {}


def rewrite_editor(node: dict[str, Any], by: Replacement, cls: NodeClass) -> bool:
    """Turn a node of a graph-editor file into one of the new class, in place; return whether that was certain."""
    values = node.get("widgets_values")
    if by.outputs or (by.fields and not (isinstance(values, list) and len(values) == len(by.fields))):
        return False
    names = {old: new for new, old in (by.inputs or {}).items()}
    if by.fields is not None:
        by_name = dict(zip(by.fields, values or [], strict=True))
        given = {new: by_name[old] for old, new in names.items() if old in by_name}
        node["widgets_values"] = laid_out(cls, {**by.values, **given})
        node.pop("widgets_values_named", None)
    ports = node.get("inputs")
    for port in ports if isinstance(ports, list) else ():
        if isinstance(port, dict) and str(port.get("name")) in names:
            port["name"] = names[port["name"]]
            if isinstance(port.get("widget"), dict):
                port["widget"]["name"] = port["name"]
    properties = node.get("properties")
    if isinstance(properties, dict) and properties.get("Node name for S&R") == node["type"]:
        properties["Node name for S&R"] = by.new
    node["type"] = by.new
    return True
