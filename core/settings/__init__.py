"""The settings file: endpoints of language models, the shop's own profile, fonts and limits."""

from .loader import load, parse
from .locations import cache_folder, environment, find, search_paths
from .model import BUILT_IN, RESERVED, Profile, Settings, ShopProfile, UsageLimits

__all__ = [
    "BUILT_IN",
    "RESERVED",
    "Profile",
    "Settings",
    "ShopProfile",
    "UsageLimits",
    "cache_folder",
    "environment",
    "find",
    "load",
    "parse",
    "search_paths",
]
