"""Who writes an ad: the profile that a graph names, as this machine's settings have it, or the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from ..errors import FitAdError
from ..infra.answer_cache import AnswerCache, fingerprint
from ..infra.paths import cache_folder
from ..settings import Profile, Settings
from .brief import ShopBrief
from .writer import Writer

AUTO, RULES = "auto", "rules"
_PACKAGES = ("openai", "pydantic", "json_repair")


def profile_options(settings: Settings) -> tuple[str, ...]:
    """Return what a graph can name: auto, rules and the profiles."""
    return (AUTO, RULES, *settings.profiles)


def writer_for(
    name: str, settings: Settings, variables: Mapping[str, str], user_folder: Path | None
) -> tuple[Writer, tuple[str, ...]]:
    """Return who writes, and remarks on the choice.

    ``auto`` takes the settings' default profile, else the first profile that the settings file lists and whose key is
    there. A key that merely lies in the environment is not spent on its own.

    Raises:
        FitAdError: The named profile is unknown, lacks its key, or the packages to ask it are not installed.
    """
    profile: Profile | None = None
    notes: tuple[str, ...] = ()
    if name == AUTO:
        profile, notes = _auto(settings, variables)
    elif name != RULES:
        profile = _named(name, settings)
    store = AnswerCache(cache_folder(user_folder, variables), settings.limits.cache_days)
    key = profile.checked_secret(variables) if profile else ""
    return Writer(profile, key, settings.limits, store, settings.shop.banned_words, date.today().isoformat()), notes


def cache_state(name: str, settings: Settings, variables: Mapping[str, str], user_folder: Path | None) -> str:
    """Return what changes when the same facts would be written by somebody else, or asked again after a failure."""
    writer, _ = writer_for(name, settings, variables, user_folder)
    profile, store = writer.profile, writer.store
    asked = [profile.base_url, repr(profile), store.failures(profile.name)] if profile and store else [RULES]
    return fingerprint({"asked": asked, "shop": repr(settings.shop)})


def with_shop_profile(brief: ShopBrief, settings: Settings) -> ShopBrief:
    """Return the brief with the shop profile's name where it has none."""
    return brief if brief.shop.strip() else replace(brief, shop=settings.shop.name)


def _named(name: str, settings: Settings) -> Profile:
    if name in settings.profiles and _missing():
        raise FitAdError(
            f"The profile '{name}' can't be asked",
            why=f"Packages are not installed: {', '.join(_missing())}",
            fix="Install the pack's requirements.txt, or set profile to rules",
        )
    return settings.profile(name)


def _auto(settings: Settings, variables: Mapping[str, str]) -> tuple[Profile | None, tuple[str, ...]]:
    default = settings.default_profile
    if default == RULES:
        return None, ()
    listed = [profile for profile in settings.profiles.values() if profile.line]
    wanted = [settings.profile(default)] if default else listed
    ready = next((profile for profile in wanted if profile.ready(variables)), None)
    if ready and not _missing():
        return ready, ()
    if ready:
        return None, (f"The rules wrote: packages are not installed: {', '.join(_missing())}",)
    if wanted:
        return None, (f"The rules wrote: {wanted[0].key_env}, the key of the profile '{wanted[0].name}', is not set",)
    offered = [p for p in settings.profiles.values() if p.key_env and p.ready(variables)]
    hint = (
        f"{offered[0].key_env} is set: choose the profile {offered[0].name} to let its model write" if offered else ""
    )
    return None, (hint,) if hint else ()


def _missing() -> list[str]:
    return [name for name in _PACKAGES if find_spec(name) is None]
