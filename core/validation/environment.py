"""What a graph is held against: node classes, model files, packs, and ComfyUI's version.

It comes from a running server's /object_info, from a ComfyUI folder, or from the catalogue shipped with the pack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ..errors import FitAdError
from ..workflow.catalogue import Catalogue
from .model_files import ModelFiles
from .replacements import RENAMED, Replacement

# Made by benchmarks/catalogue.py. It lies here since the template browser shows every .json of workflows/.
_CATALOGUE = Path(__file__).with_name("catalogue.json")
# Inputs that a node of ComfyUI's own checks itself, so that the server skips their list of choices; "*" is all.
# Source: VALIDATE_INPUTS and validate_inputs in ComfyUI 0.33.
CHECKED_BY_NODE: dict[str, frozenset[str]] = {
    "LoadImage": frozenset({"image"}),
    "LoadImageMask": frozenset({"image"}),
    "LoadImageOutput": frozenset({"image"}),
    "LoadLatent": frozenset({"latent"}),
    "LoadVideo": frozenset({"file"}),
    "LoadAudio": frozenset({"audio"}),
    "Load3D": frozenset({"*"}),
    "Load3DAdvanced": frozenset({"*"}),
    "Load3DAnimation": frozenset({"*"}),
    "CustomCombo": frozenset({"*"}),
    "ComfySwitchNode": frozenset({"switch"}),
    "AttentionCouple": frozenset({"attention"}),
    "FluxProUltraImageNode": frozenset({"aspect_ratio"}),
    "MultiGPU_Options": frozenset({"device"}),
}


@dataclass(frozen=True)
class Environment:
    """What is known of the place where a graph is to run.

    Args:
        nodes: Node classes; ``nodes.whole`` says that others do not exist there.
        models: Model files by folder, None where only the nodes' own lists of choices are known.
        folders: The model folder that a field reads, by ``Class.input``.
        packs: Versions of the installed packs by registry id or folder, "" where only the folder is known; None where
            nothing is known of packs.
        comfyui: ComfyUI's version, "" where it is not known.
        made_from: The version of the ComfyUI whose nodes the catalogue holds.
        choices_known: Whether the lists of choices say what is installed.
        listed: Gives the files of a model folder by its key, None where that is unseen.
        has_file: Says whether a file is in one of ComfyUI's folders input, output and temp; None where that is unseen.
        own_checks: Inputs by class that a node checks itself.
        renamed: What has taken the place of node classes that are gone.
    """

    nodes: Catalogue
    models: ModelFiles | None = None
    folders: Mapping[str, str] = field(default_factory=dict)
    packs: Mapping[str, str] | None = None
    comfyui: str = ""
    made_from: str = ""
    choices_known: bool = True
    has_file: Callable[[str, str], bool] | None = None
    listed: Callable[[str], Iterable[str]] | None = None
    own_checks: Mapping[str, frozenset[str]] = field(default_factory=lambda: CHECKED_BY_NODE)
    renamed: Mapping[str, Replacement] = field(default_factory=lambda: RENAMED)

    def embeddings(self) -> tuple[str, ...] | None:
        """Return the installed embeddings, None where they are not known."""
        if self.models is not None:
            return self.models.names("embeddings")
        return None if self.listed is None else tuple(self.listed("embeddings"))

    def checked_by_node(self, class_name: str, name: str) -> bool:
        """Whether the node itself checks that input, so that ranges and choices do not bind."""
        own = self.own_checks.get(class_name, frozenset())
        return name in own or "*" in own


def from_object_info(
    info: Mapping[str, Any], *, comfyui: str = "", packs: Mapping[str, str] | None = None
) -> Environment:
    """Return what a running server's /object_info says.

    Raises:
        FitAdError: It is not an object of node classes.
    """
    if not isinstance(info, Mapping) or not any(isinstance(one, Mapping) and "input" in one for one in info.values()):
        raise FitAdError(
            "What the server says of its nodes cannot be read", why="/object_info contains no node classes"
        )
    known = _pack_folders(info) if packs is None else packs
    return Environment(Catalogue(info), folders=shipped_folders(), comfyui=comfyui, packs=known)


def _pack_folders(info: Mapping[str, Any]) -> dict[str, str]:
    """Return the folders of the packs that gave a server its nodes; their versions are not told."""
    modules = (str(one.get("python_module", "")) for one in info.values() if isinstance(one, Mapping))
    return {name.removeprefix("custom_nodes."): "" for name in modules if name.startswith("custom_nodes.")}


def from_catalogue(models: ModelFiles | None = None, *, packs: Mapping[str, str] | None = None) -> Environment:
    """Return what the shipped catalogue says, with the model files of a place where they are known."""
    data = _shipped()
    return Environment(
        Catalogue(data["nodes"], whole=False),
        models=models,
        folders=data["folders"],
        packs=packs,
        made_from=data["comfyui"],
        choices_known=models is not None,
    )


def of_folder(comfyui: Path, models: ModelFiles) -> Environment:
    """Return what a ComfyUI folder says: its models, its version, and the packs in custom_nodes with theirs."""
    version = _found(_VERSION, comfyui / "comfyui_version.py")
    known = from_catalogue(models, packs=installed_packs([comfyui / "custom_nodes"]))
    return replace(known, comfyui=version, has_file=partial(_has_file, comfyui))


def installed_packs(folders: Iterable[Path]) -> dict[str, str]:
    """Return the versions of the packs in folders such as custom_nodes, by folder and by registry id; "" is unknown."""
    packs: dict[str, str] = {}
    for folder in (one for parent in folders for one in sorted(parent.glob("*/"))):
        if not folder.is_dir() or folder.name.startswith((".", "__")) or folder.name.endswith(".disabled"):
            continue
        file = folder / "pyproject.toml"
        packs[folder.name] = packs[_found(_NAME, file) or folder.name] = _found(_PYPROJECT_VERSION, file)
    return packs


def _has_file(comfyui: Path, name: str, kind: str) -> bool:
    return "\0" not in name and (comfyui / kind / name.replace("\\", "/")).is_file()


_VERSION = re.compile(r"""^__version__\s*=\s*["']([^"']+)""", re.M)
_NAME = re.compile(r"""^name\s*=\s*["']([^"']+)""", re.M)
_PYPROJECT_VERSION = re.compile(r"""^version\s*=\s*["']([^"']+)""", re.M)


def _found(pattern: re.Pattern[str], file: Path) -> str:
    try:
        found = pattern.search(file.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def shipped_folders() -> Mapping[str, str]:
    """Return which model folder each known field reads, by ``Class.input``."""
    return dict(_shipped()["folders"])


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return data
