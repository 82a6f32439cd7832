"""Rules on model files: there, in the right folder, under the right name, of a kind that cannot run code."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from ..models.registry import Model, registry
from ..workflow.catalogue import InputSpec, NodeClass
from .context import CheckContext
from .environment import Environment
from .findings import NOTE, WARNING, Finding, Fix
from .model_files import MODEL_SUFFIXES, UNSAFE_SUFFIXES


def is_model_field(environment: Environment, class_name: str, spec: InputSpec, value: Any) -> bool:
    """Whether a choice is one of model files: known to be, or by the look of its value and its list."""
    if f"{class_name}.{spec.name}" in environment.folders:
        return True
    return isinstance(value, str) and _suffix(value) in MODEL_SUFFIXES


def check_model(context: CheckContext, node_id: str, cls: NodeClass, spec: InputSpec, value: Any) -> None:
    """Add what is wrong with a model that a field names."""
    if not isinstance(value, str):
        context.add("bad-type.value", node_id, spec.name, value=repr(value), wanted="text")
        return
    if _suffix(value) in UNSAFE_SUFFIXES:
        context.add("model-unsafe.pickle", node_id, spec.name, severity=NOTE, value=value, kind=_suffix(value))
    folder = context.environment.folders.get(f"{cls.name}.{spec.name}", "")
    there = _installed(context.environment, folder, spec)
    if value in (there or ()) or _wrong_loader(context, node_id, cls, spec, value, folder) or there is None:
        return
    for finding in (_other_name, _other_folder):
        if finding(context, node_id, cls, spec, value, there):
            return
    _missing(context, node_id, spec, value, there)


def _installed(environment: Environment, folder: str, spec: InputSpec) -> Sequence[Any] | None:
    """Return the files that a field can choose, None where that is not known."""
    if environment.models is None:
        return (spec.choices or []) if environment.choices_known else None
    if not folder:
        return None
    fixed = [one for one in spec.choices or [] if _suffix(str(one)) not in MODEL_SUFFIXES]  # such as "none"
    return [*fixed, *environment.models.names(folder)]


def _other_name(
    context: CheckContext, node_id: str, cls: NodeClass, spec: InputSpec, value: str, there: Sequence[Any]
) -> bool:
    del cls
    wanted = _plain(value)
    by_name: dict[str, list[str]] = {}
    for one in there:
        by_name.setdefault(_plain(str(one)), []).append(str(one))
    same = by_name.get(wanted, [])
    if len(same) == 1:
        repair = Fix(spec.name, value, same[0])
        context.add("model-case.case", node_id, spec.name, value=value, found=same[0], repair=repair)
        return True
    base = wanted.rsplit("/", 1)[-1]
    moved = [one for name, found in by_name.items() for one in found if name.rsplit("/", 1)[-1] == base]
    if len(moved) == 1 and not _SHARED_NAME.fullmatch(base):
        repair = Fix(spec.name, value, moved[0])
        context.add("model-case.path", node_id, spec.name, value=value, found=moved[0], repair=repair)
        return True
    return False


# The loaders of ComfyUI-GGUF by ComfyUI's own that they stand in for.
_GGUF_LOADERS = {
    "UNETLoader": "UnetLoaderGGUF",
    "CLIPLoader": "CLIPLoaderGGUF",
    "DualCLIPLoader": "DualCLIPLoaderGGUF",
    "TripleCLIPLoader": "TripleCLIPLoaderGGUF",
    "QuadrupleCLIPLoader": "QuadrupleCLIPLoaderGGUF",
}


def _wrong_loader(
    context: CheckContext, node_id: str, cls: NodeClass, spec: InputSpec, value: str, folder: str
) -> bool:
    """Add a GGUF file in a loader that reads none, or another file in one that reads nothing else."""
    gguf = _suffix(value) == ".gguf"
    if gguf and "gguf" not in folder and (folder or cls.name in _GGUF_LOADERS):
        loader = _GGUF_LOADERS.get(cls.name, "")
        there = context.environment.nodes.get(loader)
        message_key = "model-missing.gguf-loader" if there else "model-missing.gguf"
        context.add(message_key, node_id, spec.name, value=value, type=cls.title, loader=there and there.title)
        return True
    if not gguf and folder == "unet_gguf" and _suffix(value) in MODEL_SUFFIXES:
        context.add("model-missing.not-gguf", node_id, spec.name, value=value, type=cls.title)
        return True
    return False


def _other_folder(
    context: CheckContext, node_id: str, cls: NodeClass, spec: InputSpec, value: str, there: Sequence[Any]
) -> bool:
    del there
    wanted = context.environment.folders.get(f"{cls.name}.{spec.name}", "")
    if not wanted:
        return False
    found = sorted(key for key in _places(context.environment, value) if key not in wanted.split("+"))
    if found:
        context.add("model-wrong-folder.there", node_id, spec.name, value=value, found=found[0], wanted=wanted)
    return bool(found)


def _places(environment: Environment, value: str) -> Iterator[str]:
    """Yield the folders that hold a file of that name."""
    if environment.models is not None:
        yield from (key for key, _ in environment.models.anywhere(value))
        return
    base = _plain(value).rsplit("/", 1)[-1]
    for field, folder in environment.folders.items():
        class_name, _, name = field.partition(".")
        cls = environment.nodes.get(class_name)
        spec = next((one for one in cls.inputs if one.name == name), None) if cls else None
        if spec and any(_plain(str(one)).rsplit("/", 1)[-1] == base for one in spec.choices or []):
            yield folder


def _missing(context: CheckContext, node_id: str, spec: InputSpec, value: str, there: Sequence[Any]) -> None:
    files = [str(one) for one in there if _suffix(str(one)) in MODEL_SUFFIXES]
    known = registered(value)
    same = alternative(value, files)
    near = same or (_known_alternative(known, files) if known else "")
    if near:  # another model is for the designer to choose; the same one in another precision is not
        repair = Fix(spec.name, value, near) if same else None
        context.add("model-missing.near", node_id, spec.name, value=value, near=near, repair=repair)
    elif known:
        terms = {"yes": "allowed", "no": "not allowed", "ask": "ask the maker"}[known.commercial]
        about = {"page": known.page, "folder": known.folder, "licence": known.licence, "commercial": terms}
        context.keep(_at(context, "model-missing.known", node_id, spec.name, {"value": value, **about}))
    elif source := _source(context, node_id, value):
        message_key = "model-missing.gated" if is_gated(source) else "model-missing.source"
        context.add(message_key, node_id, spec.name, value=value, where=source)
    else:
        context.add("model-missing.file", node_id, spec.name, value=value or "''")


def check_offers(context: CheckContext) -> None:
    """Add what is wrong with the lists of models that nodes offer for download: folders that they do not read."""
    for node_id, (_, node) in context.conversion.places.items():
        offers = list(_described(node.properties))
        values = {_plain(one) for one in context.inputs(node_id).values() if isinstance(one, str)}
        for one in offers:
            name, folder = one.get("name"), one.get("directory")
            if not isinstance(name, str) or not isinstance(folder, str) or node_id in context.unsure:
                continue
            wanted = _read_for(context, node_id, name)
            if wanted and _folder_key(folder) not in map(_folder_key, wanted.split("+")):
                message_key = "model-wrong-folder.offered"
                context.add(message_key, node_id, severity=WARNING, value=name, found=folder, wanted=wanted)
            elif _plain(name) not in values and len(offers) == 1 and context.cls(node_id) is not None:
                context.add("model-missing.unused", node_id, severity=NOTE, value=name)


def _read_for(context: CheckContext, node_id: str, name: str) -> str:
    """Return the folder that the field with a model of that name reads, "" where that is not known."""
    class_type = context.graph[node_id].get("class_type")
    for field, value in context.inputs(node_id).items():
        if isinstance(value, str) and _plain(value) == _plain(name):
            return context.environment.folders.get(f"{class_type}.{field}", "")
    return ""


def _folder_key(folder: str) -> str:
    """Return the key of a model folder for one of its names: unet and clip are older ones, of GGUF files too."""
    key = folder.replace("\\", "/").strip("/").split("/")[0]
    return {"unet": "diffusion_models", "clip": "text_encoders"}.get(
        key.removesuffix("_gguf"), key.removesuffix("_gguf")
    )


# Where a model's page gives its files only to those who are signed in and have accepted its licence there.
# Source: the pages of these repositories on huggingface.co, November 2026.
_GATED = re.compile(
    r"huggingface\.co/(?:black-forest-labs/FLUX\.[12](?:-\w+)*-dev\b|stabilityai/(?:stable-diffusion-3|stable-audio-open)"
    r"|google/gemma|meta-llama/|mistralai/Mistral-(?:7B|Large))",
    re.I,
)


def is_gated(address: str) -> bool:
    """Whether an address is one of a page that wants its licence accepted first."""
    return bool(_GATED.search(address))


def _at(context: CheckContext, message_key: str, node_id: str, name: str, values: dict[str, str]) -> Finding:
    return Finding(message_key, context.severity(node_id), context.place(node_id), name, {"input": name, **values})


def registered(value: str) -> Model | None:
    """Return the entry of the model registry that has a file of that name."""
    base = _plain(value).rsplit("/", 1)[-1]
    return next((m for m in registry().values() if any(file.name.lower() == base for file in m.files)), None)


def _known_alternative(model: Model, files: Sequence[str]) -> str:
    """Return the best installed alternative that the registry names, of the same kind of file."""
    by_name = {_plain(one).rsplit("/", 1)[-1]: one for one in files}
    for key in model.alternatives:
        other = registry().get(key)
        for file in other.files if other and other.folder == model.folder else ():
            if file.name.lower() in by_name:
                return by_name[file.name.lower()]
    return ""


def alternative(value: str, files: Sequence[str]) -> str:
    """Return an installed file of the same model in another precision or size of file, "" where there is none."""
    wanted = _stem(value)
    same = [one for one in files if _stem(one) == wanted]
    if same:
        return max(same, key=lambda one: difflib.SequenceMatcher(None, one, value).ratio())
    return ""


_QUANTIZATION = re.compile(r"_i?q\d(?:_(?:[01]|k|nl|xs|xxs|s|m)){0,2}(?:_[sml])?$")  # Q4_K_M and the like
# File names that thousands of models share: only the folder says which one it is.
_SHARED_NAME = re.compile(
    r"(?:diffusion_pytorch_model|pytorch_model|model|adapter_model|pytorch_lora_weights|config|weights|lora)"
    r"(?:[._-](?:fp16|fp32|bf16|fp8|ema|\d+-of-\d+))*\.\w+"
)
_PRECISIONS = ("fp16", "fp32", "bf16", "fp8", "e4m3fn", "e5m2", "scaled", "mixed", "int8", "pruned", "emaonly", "ema")


def _stem(value: str) -> str:
    """Return a model's name without folder, suffix and words of precision."""
    name = PurePosixPath(_plain(value)).name
    name = name[: -len(_suffix(name))] if _suffix(name) in MODEL_SUFFIXES else name
    words = [w for w in name.replace("-", "_").replace(".", "_").split("_") if w and w not in _PRECISIONS]
    return _QUANTIZATION.sub("", "_".join(words))


def _source(context: CheckContext, node_id: str, value: str) -> str:
    """Return where to get a model from: what the file itself says of it."""
    _, node = context.conversion.places.get(node_id, ("", None))
    for one in _described(node.properties if node else {}):
        if str(one.get("name", "")).lower() == value.lower() and isinstance(one.get("url"), str):
            folder = one.get("directory")
            return f"{one['url']} → models/{folder}" if isinstance(folder, str) and folder else one["url"]
    return ""


def _described(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    models = properties.get("models")
    yield from (one for one in models if isinstance(one, dict)) if isinstance(models, list) else ()


def _plain(value: str) -> str:
    return value.replace("\\", "/").lower()


def _suffix(value: str) -> str:
    return PurePosixPath(value.replace("\\", "/")).suffix.lower()
