"""What people read, by language: the texts of ``locales/LANGUAGE/DOMAIN.json`` and how values are put into them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .korean import attach

LANGUAGES = ("en", "ko")
LOCALES = Path(__file__).parents[2] / "locales"
_PARTICLE = re.compile(r"(?<!\S)(\S+) (은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SHAPES = {"line": r"\d+", "column": r"\d+", "count": r"\d+", "name": r"\S*"}  # what else a placeholder stands for
_LONGEST = 4000  # characters of a text that is translated by its pattern


def messages(domain: str, language: str) -> Mapping[str, Any]:
    """Return the texts of a domain in a language; in English for a language that the pack does not speak."""
    return _read(domain, language if language in LANGUAGES else "en")


def fill(template: str, values: Mapping[str, Any], language: str) -> str:
    """Return a text with its values put in; one that is missing is left blank.

    A Korean particle in both its forms behind a value and a space, such as ``{name} 이(가)``, gets the form that fits.
    """
    text = template.format_map(_Blank({name: str(value) for name, value in values.items()}))
    return _PARTICLE.sub(lambda found: attach(found[1], found[2]), text) if language == "ko" else text


def translated(text: str, templates: Mapping[str, str], words: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Return an English text in a language, by the first template that it fits; one that none fits stays as it is.

    Args:
        text: The English text, its values put in.
        templates: English template -> template in the language, with the same placeholders. ``{line}``, ``{column}``
            and ``{count}`` stand for a whole number, ``{name}`` for anything without a space, others for anything.
        words: Placeholder -> the translations of its values; those that are not there stay as they are.
        language: The language of the templates.
    """
    for template, other in templates.items() if len(text) <= _LONGEST else ():
        if found := _pattern(template).fullmatch(text):
            values = {name: words.get(name, {}).get(value, value) for name, value in found.groupdict().items()}
            return fill(other, values, language)
    return text


@lru_cache(maxsize=64)
def _read(domain: str, language: str) -> Mapping[str, Any]:
    return dict(json.loads((LOCALES / language / f"{domain}.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(template)  # text, name, text, name, …, text
    groups = (f"(?P<{name}>{_SHAPES.get(name, '.*')})" for name in parts[1::2])
    return re.compile("".join(a + b for a, b in zip(map(re.escape, parts[::2]), (*groups, ""), strict=True)), re.S)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
