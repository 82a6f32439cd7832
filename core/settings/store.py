"""Puts changed values into the settings file: whole or not at all, the version before beside it."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from ..errors import FitAdError
from ..infra.atomic_file import write_file
from .editing import Value, edited
from .loader import parse, text_of
from .locations import find, search_paths
from .model import Settings

_PRIVATE = 0o600  # a settings file may hold keys
_HEAD = "# Fit-AD's settings. config.example.yaml in the pack's folder shows all that can stand here.\n"


def current(user_folder: Path | None, variables: Mapping[str, str]) -> Settings:
    """Return what the file itself says, whatever the environment says instead; ``file`` is where it lies or would lie.

    Raises:
        FitAdError: The file can't be read, or says something wrong.
    """
    file = _file(user_folder, variables)
    return parse(text_of(file) if file.exists() else "", file)


def save_changes(user_folder: Path | None, variables: Mapping[str, str], changes: Mapping[str, Value]) -> Settings:
    """Put changed values into the file, made where there is none, and return what it says now.

    The version before stays beside it as ``config.yaml.bak``.

    Args:
        user_folder: ComfyUI's user folder, where there is a ComfyUI.
        variables: The environment, for where the file lies.
        changes: As for :func:`~.editing.changed`.

    Raises:
        FitAdError: The file holds a mistake or can't be written, or a value can't stand in it. It is left as it was.
    """
    file = _file(user_folder, variables)
    there = file.exists()
    before = text_of(file) if there else _HEAD
    after = _edited(before, file, changes)
    if after != before:
        try:
            _write(file, before if there else None, after)
        except OSError as exc:
            raise FitAdError(
                f"The settings file {file} can't be written", why=str(exc.strerror), fix="Let ComfyUI write there"
            ) from exc
    return parse(after, file)


def _file(user_folder: Path | None, variables: Mapping[str, str]) -> Path:
    return find(user_folder, variables) or search_paths(user_folder, variables)[0]


def _edited(text: str, file: Path, changes: Mapping[str, Value]) -> str:
    """Edit with the line ends that the file has."""
    if "\r\n" not in text:
        return edited(text, file, changes)
    return edited(text.replace("\r\n", "\n"), file, changes).replace("\n", "\r\n")


def _write(file: Path, before: str | None, after: str) -> None:
    target = file.resolve()  # a link stays a link
    mode = stat.S_IMODE(target.stat().st_mode) if before is not None else _PRIVATE
    if before is not None:
        write_file(target.with_name(f"{target.name}.bak"), before.encode(), mode=mode, durable=True)
    write_file(target, after.encode(), mode=mode, durable=True)
