"""The settings file: endpoints of language models, the shop's own profile, fonts and limits."""

from .loader import load, parse
from .locations import find, search_paths
from .settings_model import BUILT_IN, RESERVED, Profile, ServerLogin, Settings, ShopProfile, UsageLimits

__all__ = [
    "BUILT_IN",
    "RESERVED",
    "Profile",
    "ServerLogin",
    "Settings",
    "ShopProfile",
    "UsageLimits",
    "find",
    "load",
    "parse",
    "search_paths",
]
