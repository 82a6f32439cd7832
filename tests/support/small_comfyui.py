"""A small world of node classes, in the words of /object_info, and graphs in it."""

from __future__ import annotations

from typing import Any

from fit_ad.core.validation import Environment, from_object_info
from fit_ad.core.workflow.catalogue import Catalogue

_SEED = ["INT", {"default": 0, "min": 0, "max": 2**64 - 1, "control_after_generate": True}]
_FOLDED = {"key": "on", "inputs": {"required": {"strength": ["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}]}}}

INFO: dict[str, Any] = {
    "Load": {
        "input": {"required": {"ckpt_name": [["a.safetensors", "sub/b.safetensors", "old.ckpt"], {}]}},
        "output": ["MODEL", "CLIP"],
        "display_name": "Load Model",
    },
    "CheckpointLoaderSimple": {
        "input": {"required": {"ckpt_name": ["COMBO", {"options": ["a.safetensors", "sub/b.safetensors"]}]}},
        "output": ["MODEL", "CLIP", "VAE"],
    },
    "LoraLoaderModelOnly": {
        "input": {"required": {"model": ["MODEL"], "lora_name": [["flat_fp16.safetensors"], {}]}},
        "output": ["MODEL"],
    },
    "Text": {
        "input": {"required": {"text": ["STRING", {"multiline": True}], "clip": ["CLIP"]}},
        "output": ["CONDITIONING"],
    },
    "Sample": {
        "input": {
            "required": {
                "model": ["MODEL"],
                "seed": _SEED,
                "steps": ["INT", {"default": 20, "min": 1, "max": 100}],
                "sampler": [["euler", "Heun"], {}],
                "positive": ["CONDITIONING"],
            },
            "optional": {"mix": ["FLOAT", {"default": 1.0}]},
        },
        "output": ["LATENT"],
        "display_name": "Sampler",
    },
    "Save": {
        "input": {"required": {"images": ["LATENT,IMAGE"], "name": ["STRING", {"default": "ad"}]}},
        "output": [],
        "output_node": True,
        "display_name": "Save Image",
    },
    "LoadImage": {
        "input": {"required": {"image": [["shop.png"], {"image_upload": True}]}},
        "output": ["IMAGE", "MASK"],
    },
    "Fold": {
        "input": {
            "required": {
                "mode": ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "off", "inputs": {}}, _FOLDED]}],
                "after": ["BOOLEAN", {"default": False}],
                "images": [
                    "COMFY_AUTOGROW_V3",
                    {"template": {"input": {"required": {"image": ["IMAGE"]}}, "prefix": "image", "min": 1, "max": 3}},
                ],
            }
        },
        "output": ["IMAGE"],
    },
    "Key": {
        "input": {"required": {"api_key": ["STRING", {}], "max_tokens": ["INT", {"default": 1}]}},
        "output": [],
        "output_node": True,
    },
}


def catalogue() -> Catalogue:
    return Catalogue(INFO)


def environment(**more: Any) -> Environment:
    return from_object_info(INFO, **more)


def api() -> dict[str, Any]:
    """A graph in which nothing is wrong."""
    return {
        "1": {"class_type": "Load", "inputs": {"ckpt_name": "a.safetensors"}},
        "2": {"class_type": "Text", "inputs": {"text": "bread", "clip": ["1", 1]}},
        "3": {
            "class_type": "Sample",
            "inputs": {"model": ["1", 0], "seed": 7, "steps": 20, "sampler": "euler", "positive": ["2", 0]},
            "_meta": {"title": "Main sampler"},
        },
        "4": {"class_type": "Save", "inputs": {"images": ["3", 0], "name": "ad"}},
    }


def node(
    node_id: int | str, kind: str, values: Any = None, inputs: Any = (), outputs: Any = (), **more: Any
) -> dict[str, Any]:
    """A node of the graph editor; inputs are (name, type, link) or (name, type, link, widget), outputs types."""
    keys = ("name", "type", "link", "widget")
    slots = [dict(zip(keys, one, strict=False)) for one in inputs]
    for slot in slots:
        if "widget" in slot:
            slot["widget"] = {"name": slot["widget"]}
    return {
        "id": node_id,
        "type": kind,
        "mode": 0,
        "inputs": slots,
        "outputs": [{"name": one, "type": one} for one in outputs],
        "widgets_values": values,
        "properties": {},
        **more,
    }


def editor() -> dict[str, Any]:
    """The same graph as a file of the graph editor."""
    nodes = [
        node(1, "Load", ["a.safetensors"], outputs=("MODEL", "CLIP")),
        node(2, "Text", ["bread"], [("clip", "CLIP", 2)], ("CONDITIONING",)),
        node(
            3,
            "Sample",
            [7, "fixed", 20, "euler", 1.0],
            [("model", "MODEL", 1), ("positive", "CONDITIONING", 3)],
            ("LATENT",),
            title="Main sampler",
        ),
        node(4, "Save", ["ad"], [("images", "LATENT", 4)]),
    ]
    links = [
        [1, 1, 0, 3, 0, "MODEL"],
        [2, 1, 1, 2, 0, "CLIP"],
        [3, 2, 0, 3, 1, "CONDITIONING"],
        [4, 3, 0, 4, 0, "LATENT"],
    ]
    return {"nodes": nodes, "links": links, "last_node_id": 4, "last_link_id": 4, "version": 0.4}
