"""The settings page's route on ComfyUI's server: ``POST /fit_ad/settings``.

It tells and changes what an owner of a shop sets: the default profile and the shop profile, kept in a file of the
page's own. Addresses and keys of profiles stay in the settings file and the environment; they neither go out here nor
come in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import FitAdError
from ...core.infra.paths import environment
from ...core.settings import Profile, Settings
from ...core.settings.locations import PROFILE_VARIABLE, page_file
from .. import _settings
from ._registration import Route

_MOST_CHARACTERS = 200  # of one text
_MOST_PARTS = 50  # of one list


def payload(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the settings say, after the changes that the question holds under ``changes``.

    Raises:
        FitAdError: The file is broken or can't be written, or a value can't stand in it.
    """
    from ...core.settings.store import current, save_changes

    user, variables = _settings.user_folder(), environment()
    changes = _changes(question.get("changes", {}))
    settings = save_changes(user, variables, changes) if changes else current(user, variables)
    return _told(settings, variables)


def _changes(given: Any) -> dict[str, str | tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise FitAdError("changes must be a JSON object", fix="Send one")
    changes = {str(name): _value(str(name), value) for name, value in given.items()}
    if font := changes.get("font"):
        _check_font(str(font))
    if logo := changes.get("logo"):
        _settings.input_picture(str(logo))
    return changes


def _value(name: str, given: Any) -> str | tuple[str, ...]:
    parts = given if isinstance(given, list) else [given]
    if not all(isinstance(part, str) for part in parts):
        raise FitAdError(f"{name} is neither a text nor a list of texts")
    if len(parts) > _MOST_PARTS:
        raise FitAdError(f"{name} has {len(parts)} parts", fix=f"Keep to {_MOST_PARTS}")
    if any(len(part) > _MOST_CHARACTERS for part in parts):
        raise FitAdError(f"{name} is too long", fix=f"Keep to {_MOST_CHARACTERS} characters")
    cleaned = [part.strip() for part in parts]
    return tuple(part for part in cleaned if part) if isinstance(given, list) else cleaned[0]


def _check_font(name: str) -> None:
    from ...core.text.fonts import find
    from .._fonts import fonts

    find(name, fonts())


def _told(settings: Settings, variables: Mapping[str, str]) -> dict[str, Any]:
    from .._fonts import fonts

    assert settings.file is not None  # noqa: S101 - current and keep always name it
    return {
        "file": str(settings.file),
        "there": settings.file.exists(),
        "page_file": str(page_file(_settings.user_folder(), variables)),
        "beaten_by": variables.get(PROFILE_VARIABLE, "").strip(),
        "default_profile": settings.default_profile,
        "profiles": [_profile(profile, variables) for profile in settings.profiles.values()],
        "shop": {
            name: list(value) if isinstance(value, tuple) else value for name, value in vars(settings.shop).items()
        },
        "fonts": [face.id for face in fonts()],
    }


def _profile(profile: Profile, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what may be known of a profile: never its address, never its key."""
    key = "in file" if profile.key else "none" if not profile.key_env else "missing"
    if profile.key_env and profile.ready(variables):
        key = "set"
    return {"name": profile.name, "model": profile.model, "key": key, "key_env": profile.key_env}


ROUTE = Route(
    "/fit_ad/settings",
    payload,
    most_bytes=64 * 1024,
    too_large=FitAdError("The settings are too long", fix="Shorten them"),
    failed="The settings could not be changed",
)
