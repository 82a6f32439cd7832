"""The settings file: endpoints of language models, the shop's own profile, fonts and limits."""

from .model import BUILT_IN, RESERVED, Limits, Profile, Settings, ShopProfile
from .places import cache_folder, environment, find, places
from .reading import load, parse

__all__ = [
    "BUILT_IN",
    "RESERVED",
    "Limits",
    "Profile",
    "Settings",
    "ShopProfile",
    "cache_folder",
    "environment",
    "find",
    "load",
    "parse",
    "places",
]
