"""Which model files there are, read from folders as ComfyUI reads them.

Source: ComfyUI 0.33, folder_paths.py (the folders, their suffixes, the old names) and utils/extra_config.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import FitAdError

SUFFIXES = frozenset({".ckpt", ".pt", ".pt2", ".bin", ".pth", ".safetensors", ".pkl", ".sft"})
MODEL_SUFFIXES = SUFFIXES | {".onnx", ".gguf"}
UNSAFE_SUFFIXES = frozenset({".ckpt", ".pt", ".pt2", ".bin", ".pth", ".pkl"})
_OLD_NAMES = {"unet": "diffusion_models", "clip": "text_encoders"}
# Folders of ComfyUI's own, in the order in which it looks; every other key is a folder of its own name.
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "text_encoders": ("text_encoders", "clip"),
    "diffusion_models": ("unet", "diffusion_models"),
    "controlnet": ("controlnet", "t2i_adapter"),
}
_NAMES = (
    "checkpoints configs loras vae text_encoders diffusion_models clip_vision style_models embeddings diffusers "
    "vae_approx controlnet gligen upscale_models latent_upscale_models hypernetworks photomaker classifiers "
    "model_patches audio_encoders background_removal frame_interpolation geometry_estimation optical_flow detection"
)
# Keys that packs make over the same folders, for files that ComfyUI itself does not list.
_PACK_KEYS = {"unet_gguf": ("diffusion_models", ".gguf"), "clip_gguf": ("text_encoders", ".gguf")}
_LIMIT = 200_000  # files looked at


@dataclass(frozen=True)
class ModelFiles:
    """Folders to look in, by ComfyUI's key; ``traps`` are lines of a settings file that do not mean what they say."""

    roots: Mapping[str, tuple[Path, ...]]
    traps: tuple[str, ...] = field(default=())

    @cached_property
    def by_folder(self) -> dict[str, tuple[str, ...]]:
        """The files of each key, as the server names them: relative, with this system's separator."""
        return {
            key: tuple(dict.fromkeys(n for root in roots for n in _files(root))) for key, roots in self.roots.items()
        }

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names that a field of that folder lists; of several, where the keys are joined by "+"."""
        if "+" in folder:
            return tuple(dict.fromkeys(name for one in folder.split("+") for name in self.names(one)))
        base, suffix = _PACK_KEYS.get(folder, (_OLD_NAMES.get(folder, folder), ""))
        wanted = {suffix} if suffix else SUFFIXES
        return tuple(n for n in self.by_folder.get(base, ()) if Path(n).suffix.lower() in wanted)

    def anywhere(self, name: str) -> list[tuple[str, str]]:
        """Return where a file of that name lies, as pairs of key and relative name."""
        wanted = name.replace("\\", "/").rsplit("/", 1)[-1].lower()
        return [
            (key, one)
            for key, names in self.by_folder.items()
            for one in names
            if one.replace("\\", "/").rsplit("/", 1)[-1].lower() == wanted
        ]


def of_comfyui(folder: Path, extra: Path | None = None) -> ModelFiles:
    """Return the model files of a ComfyUI folder: its models folder and its extra_model_paths.yaml.

    Raises:
        FitAdError: It is not a ComfyUI folder, or the settings file cannot be read.
    """
    if not (folder / "models").is_dir():
        raise FitAdError(f"{folder} is not a ComfyUI folder", why="It has no models folder")
    roots = {key: [folder / "models" / sub for sub in _DEFAULTS.get(key, (key,))] for key in _NAMES.split()}
    for child in sorted(folder.joinpath("models").iterdir()):
        known = {sub for subs in _DEFAULTS.values() for sub in subs}
        if child.is_dir() and child.name not in known:
            roots.setdefault(child.name, [child])
    settings = extra or folder / "extra_model_paths.yaml"
    traps = _add_settings(roots, settings) if extra or settings.is_file() else []
    return ModelFiles({key: tuple(paths) for key, paths in roots.items()}, tuple(traps))


def of_settings(path: Path) -> ModelFiles:
    """Return the model files that an extra_model_paths.yaml names.

    Raises:
        FitAdError: The file is missing or is not such a settings file.
    """
    roots: dict[str, list[Path]] = {}
    traps = _add_settings(roots, path)
    return ModelFiles({key: tuple(paths) for key, paths in roots.items()}, tuple(traps))


def _add_settings(roots: dict[str, list[Path]], path: Path) -> list[str]:
    """Add what an extra_model_paths.yaml names to the roots, as ComfyUI adds it; return its traps."""
    traps: list[str] = []
    for section, settings in _read_settings(path).items():
        if settings is None:
            continue
        if not isinstance(settings, dict):
            raise FitAdError(f"{path.name}: the section {section} must be a list of folders by name")
        settings = dict(settings)
        base = _base(settings.pop("base_path", None), path.parent)
        first = bool(settings.pop("is_default", False))
        for key, lines in settings.items():
            for line in str(lines or "").split("\n"):
                if line:
                    traps += [f"{key}: {line.strip()}"] if "#" in line else []
                    _add(roots, _OLD_NAMES.get(str(key), str(key)), _folder(line, base, path.parent), first=first)
    return traps


def _read_settings(path: Path) -> dict[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise FitAdError(f"There is no file {path}") from exc
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise FitAdError(f"{path.name} cannot be read", why=" ".join(str(exc).split())) from exc
    except RecursionError as exc:
        raise FitAdError(f"{path.name} cannot be read", why="It is nested too deeply") from exc
    if not isinstance(data, dict):
        raise FitAdError(f"{path.name} contains no sections of model folders")
    return data


def _base(value: Any, beside: Path) -> Path | None:
    if not isinstance(value, str) or not value:
        return None
    return Path(os.path.abspath(beside / os.path.expandvars(os.path.expanduser(value))))


def _folder(line: str, base: Path | None, beside: Path) -> Path:
    return Path(os.path.normpath(os.path.abspath((base or beside) / line)))


def _add(roots: dict[str, list[Path]], key: str, folder: Path, *, first: bool) -> None:
    known = roots.setdefault(key, [])
    if folder in known:
        if first:
            known.remove(folder)
            known.insert(0, folder)
        return
    known.insert(0 if first else len(known), folder)


def _files(root: Path) -> Iterator[str]:
    """Yield the files under a root, links followed once, hidden git folders left out."""
    seen: set[str] = set()
    count = 0
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(one for one in folders if one != ".git")
        for name in sorted(files):
            count += 1
            if count > _LIMIT:
                return
            yield os.path.relpath(os.path.join(folder, name), root)
