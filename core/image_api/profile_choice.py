"""Which profile makes pictures. None does unless the settings name an image model for it: pictures cost money."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from ..errors import FitAdError
from ..settings import Profile, Settings

AUTO = "auto"
_HOW = "Add image_model to a profile in the settings file, such as image_model: gpt-image-2.5-flare"


def image_profiles(settings: Settings) -> tuple[str, ...]:
    """Return the names of the profiles that may be asked for pictures."""
    return tuple(profile.name for profile in settings.profiles.values() if profile.image_model)


def choose_profile(name: str, settings: Settings, variables: Mapping[str, str]) -> Profile:
    """Return the profile of a name; ``auto`` takes the default profile, else the first that can.

    Raises:
        FitAdError: No profile may be asked for pictures, the named one may not or is unknown, or its key is missing.
    """
    if find_spec("openai") is None:
        raise FitAdError(
            "Cloud pictures are not available",
            why="The package openai is not installed",
            fix="Install the pack's requirements.txt",
        )
    profile = _auto(settings, variables) if name == AUTO else settings.profile(name)
    if not profile.image_model:
        raise FitAdError(
            f"The profile '{name}' makes no pictures", why="Its entry in the settings has no image_model", fix=_HOW
        )
    profile.checked_secret(variables)
    return profile


def _auto(settings: Settings, variables: Mapping[str, str]) -> Profile:
    able = [settings.profiles[name] for name in image_profiles(settings)]
    if not able:
        raise FitAdError(
            "Cloud pictures are switched off",
            why="No profile in the settings names an image model",
            fix=_HOW + ", or connect a picture to local",
        )
    able.sort(key=lambda profile: profile.name != settings.default_profile)
    return next((profile for profile in able if profile.ready(variables)), able[0])
