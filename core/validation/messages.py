"""What findings say, by language: the texts of ``locales/LANGUAGE/findings.json`` with a finding's values put in.

A message key is a code and a variant; each text is a message and a remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..text.locale import fill, messages, translated

_DOMAIN = "findings"
_OUR_WORDS = ("kind", "wanted", "commercial")  # the values that are words of ours, not of the file


def message_keys() -> set[str]:
    """Return every key there is."""
    return set(messages(_DOMAIN, "en")["messages"])


def message_for(message_key: str, values: Mapping[str, Any], lang: str = "en") -> tuple[str, str]:
    """Return the message and the remedy of a message key with its values put in."""
    texts = messages(_DOMAIN, lang)
    words = texts.get("words", {})
    filled = {name: words.get(str(value), value) if name in _OUR_WORDS else value for name, value in values.items()}
    if "why" in values:
        filled["why"] = reason(str(values["why"]), lang)
    if message_key != "model-missing.near":
        filled["near"] = fill(texts["near"], {"near": values["near"]}, lang) if values.get("near") else ""
    text = texts["messages"][message_key]
    return fill(text["message"], filled, lang), fill(text["fix"], filled, lang)


def reason(why: str, lang: str) -> str:
    """Return the reason that reading a file gave, in a language; one that is not known stays as it is."""
    texts = messages(_DOMAIN, lang)
    return translated(why, texts.get("reasons", {}), texts.get("reason_words", {}), lang)
