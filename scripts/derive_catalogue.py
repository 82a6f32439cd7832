"""From the nodes: this pack's own entries in the catalogue that the validator reads.

The other entries need a running ComfyUI with other packs: benchmarks/catalogue.py writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from derive_locales import node_classes
from derived import ROOT, DerivedFile, read_json

CATALOGUE = ROOT / "core/validation/catalogue.json"
MARK = "fit_ad_mark_"  # in the names of files that benchmarks/catalogue.py puts into model folders
# Fields whose choices are those of one machine: its fonts, its settings, its models.
OPEN = frozenset(
    {
        "AdCopyLLM.profile",
        "AdImageAPI.profile",
        "BEN2Mask.model",
        "CalligraphyRender.font",
        "HelperPrompt.profile",
        "Qwen2VLLayoutAdvisor.model",
        "TextPlacer.font",
    }
)
_KEPT = ("input", "input_order", "output", "output_name", "output_node", "display_name")
_OF_THE_MACHINE = ("not_installed",)
_DROPPED = ("tooltip", "display", "round", "step", "advanced", "label_on", "label_off", "multiline")


def files() -> Iterator[DerivedFile]:
    data = read_json(CATALOGUE)
    info = {node.GET_SCHEMA().node_id: node.GET_NODE_INFO_V1() for node in node_classes()}
    nodes = dict(sorted({**data["nodes"], **entries(info)}.items()))
    yield DerivedFile(CATALOGUE, catalogue_text(data["comfyui"], data["folders"], nodes))


def entries(info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the catalogue's entries of node classes, from what ``/object_info`` says of them."""
    plain = json.loads(json.dumps(info))
    nodes = {name: _slim({key: one[key] for key in _KEPT if key in one}) for name, one in plain.items()}
    for one in nodes.values():
        one.get("input_order", {}).pop("hidden", None)
    _open_fields(nodes)
    return nodes


def catalogue_text(version: str, folders: Mapping[str, str], nodes: Mapping[str, Any]) -> str:
    """Return the catalogue's text: one line a class."""
    head = _compact({"comfyui": version, "folders": folders})
    lines = [f"{json.dumps(name)}:{_compact(one)}" for name, one in nodes.items()]
    return head[:-1] + ',"nodes":{\n' + ",\n".join(lines) + "\n}}\n"


def _slim(value: Any) -> Any:
    """Return a definition without what a check does not read, and without names of files."""
    if isinstance(value, dict):
        # an input may have the name of an option; its definition is a list, the option's value is none
        kept = {key: one for key, one in value.items() if key not in _DROPPED or isinstance(one, list)}
        return {key: _slim(one) for key, one in kept.items() if key not in _OF_THE_MACHINE}
    if isinstance(value, list):
        return [_slim(one) for one in value if not (isinstance(one, str) and MARK in one)]
    return value


def _open_fields(nodes: Mapping[str, Any]) -> None:
    """Take the choices of one machine out of the definitions."""
    for name, one in nodes.items():
        for group in one["input"].values():
            for field, spec in group.items():
                options = spec[1] if isinstance(spec, list) and len(spec) > 1 and isinstance(spec[1], dict) else {}
                if f"{name}.{field}" in OPEN:
                    kept = {key: value for key, value in options.items() if key not in ("options", "default")}
                    group[field] = ["COMBO", {**kept, "open": True}]
                elif options.get("image_upload"):
                    group[field] = ["COMBO", {**options, "options": [], "open": True}]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
