"""The settings as the settings page reads and changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import FitAdError
from .loader import parse, text_of
from .locations import find, page_file, search_paths
from .page_values import DEFAULT_PROFILE, PageValues, Value, read_page_values, said_by, with_values, write_page_values
from .settings_model import Settings


def current(user_folder: Path | None, variables: Mapping[str, str]) -> Settings:
    """Return what the files say, whatever the environment says instead.

    ``file`` is where the settings file lies or would lie. A default profile that the settings file no longer has is
    left out, so that the page can set another.

    Raises:
        FitAdError: A file can't be read, or says something wrong.
    """
    return _over(*_files(user_folder, variables))


def save_changes(user_folder: Path | None, variables: Mapping[str, str], changes: Mapping[str, Value]) -> Settings:
    """Put changed values into the page's file, and return what holds now. The settings file is never written.

    Args:
        user_folder: ComfyUI's user folder, where there is a ComfyUI.
        variables: The environment, for where the files lie.
        changes: By name: ``default_profile``, or a field of the shop profile; lists as tuples.

    Raises:
        FitAdError: A file holds a mistake, a value can't be set, or the page's file can't be written.
    """
    settings, page = _files(user_folder, variables)
    after = with_values(_over(settings, page), changes)
    if said_by(after) == said_by(_over(settings, page)):
        return after
    values = {DEFAULT_PROFILE: after.default_profile, **vars(after.shop)}
    file = page_file(user_folder, variables)
    try:
        write_page_values(file, PageValues(values=values, file_said=said_by(settings)))
    except OSError as exc:
        raise FitAdError(
            f"The file {file} can't be written", why=exc.strerror or str(exc), fix="Let ComfyUI write there"
        ) from exc
    return after


def _files(user_folder: Path | None, variables: Mapping[str, str]) -> tuple[Settings, PageValues]:
    file = find(user_folder, variables) or search_paths(user_folder, variables)[0]
    settings = parse(text_of(file) if file.exists() else "", file)
    return settings, read_page_values(page_file(user_folder, variables))


def _over(settings: Settings, page: PageValues) -> Settings:
    known = ("", "rules", *settings.profiles)
    if page.values.get(DEFAULT_PROFILE, "") not in known:
        page = replace(page, values={**page.values, DEFAULT_PROFILE: ""})
    return page.over(settings)
