"""Rules on names of models inside texts: ``<lora:NAME:1>`` and ``embedding:NAME``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from ..workflow.catalogue import InputSpec
from .context import CheckContext, is_link, unwrapped
from .findings import NOTE, WARNING
from .model_files import SUFFIXES

# Both end where the text that reads them ends them. A LoRA is read by packs' nodes alone.
# Source: SDTokenizer.tokenize_with_weights in comfy/sd1_clip.py of ComfyUI 0.33 for embeddings.
_LORA = re.compile(r"<lora:([^:<>\n]{1,200})[:>]", re.I)
_EMBEDDING = re.compile(r"(?:^|[\s(])embedding:([^\s,:;()<>\[\]{}|\"']{1,200})")
_MOST = 20  # names looked up per text
_LONGEST = 20_000  # characters looked through per text


def check_texts(context: CheckContext) -> None:
    """Add the LoRAs and embeddings that a text names and that are not installed."""
    for node_id, cls, spec, raw in context.fields():
        value = unwrapped(raw)
        if is_link(raw) or not isinstance(value, str) or not _is_prompt(spec) or node_id in context.unsure:
            continue
        own = NOTE if not cls.scripted else WARNING  # ComfyUI's own nodes take <lora:…> for words
        for name in _named(_LORA, value):
            _look_up(context, "model-missing.lora", node_id, spec, name, _loras(context), own)
        for name in _named(_EMBEDDING, value):
            there = context.environment.embeddings()
            _look_up(context, "model-missing.embedding", node_id, spec, name, there, WARNING)


def _is_prompt(spec: InputSpec) -> bool:
    return spec.field_kind == "STRING" or spec.type == "STRING"


def _named(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    found = dict.fromkeys(one[1].strip().rstrip(".") for one in pattern.finditer(text[:_LONGEST]))
    yield from [one for one in found if one][:_MOST]


def _look_up(
    context: CheckContext,
    message_key: str,
    node_id: str,
    spec: InputSpec,
    name: str,
    there: Sequence[str] | None,
    severity: str,
) -> None:
    if there is None:
        return
    known = {_plain(one) for one in there}
    wanted, bare = _plain(name), {PurePosixPath(one).name for one in known}
    by_name = message_key == "model-missing.lora"  # ComfyUI finds an embedding by its folder and name alone
    if wanted not in known and not (by_name and PurePosixPath(wanted).name in bare):
        near = context.near(wanted, sorted(known), 0.8)
        context.add(message_key, node_id, spec.name, severity=severity, value=name, near=near)


def _loras(context: CheckContext) -> Sequence[str] | None:
    """Return the installed LoRAs, None where they are not known."""
    environment = context.environment
    if environment.models is not None:
        return environment.models.names("loras")
    loader = environment.nodes.get("LoraLoader") if environment.choices_known else None
    spec = next((one for one in loader.inputs if one.name == "lora_name"), None) if loader else None
    return [str(one) for one in spec.choices or ()] if spec else None


def _plain(name: str) -> str:
    """Return a name without its suffix, for texts leave it out."""
    path = name.replace("\\", "/").lower()
    suffix = PurePosixPath(path).suffix
    return path[: -len(suffix)] if suffix in SUFFIXES else path
