"""What must never leave the machine inside a picture: keys, tokens, passwords."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "…"

_PREFIXES = (
    r"sk-[\w-]{16,}",  # OpenAI, Anthropic, OpenRouter and many that follow them
    r"hf_\w{16,}",
    r"AIza[\w-]{20,}",
    r"gh[a-z]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}",
    r"xox[a-z]-[\w-]{10,}",
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    r"r8_\w{16,}|gsk_\w{16,}|nvapi-[\w-]{16,}|pplx-\w{16,}|comfyui-[0-9a-f]{32,}",
    r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*",  # JSON Web Token
)
_TOKEN = re.compile(rf"(?<![\w-])(?:{'|'.join(_PREFIXES)})")
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@:]+:[^\s/@]+(?=@)")
_ASSIGNED = re.compile(
    r"((?:api[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token|token|password|passwd|secret)"
    r"[\"']?\s*[=:]\s*[\"']?)(?=[^\s\"'&,;#]*\d)([^\s\"'&,;#]{8,})",
    re.IGNORECASE,
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_SECRET_NAME = re.compile(
    r"(api|access|private|secret)[_-]?key|(^|_)(token|password|passwd|secret|credentials?|authorization)$|auth[_-]?token",
    re.IGNORECASE,
)
_SHORTEST_VALUE = 8


def scrubbed(value: Any, known: tuple[str, ...] | None = None) -> Any:
    """Return JSON-like data in which everything that looks like a secret is "…"; the data themselves stay as they are.

    Args:
        value: Mappings, lists, texts and numbers, nested at will.
        known: Secrets to look for besides the usual forms; None takes the environment's.
    """
    known = environment_secrets() if known is None else known
    if isinstance(value, str):
        return _clean(value, known)
    if isinstance(value, Mapping):
        return {key: _entry(str(key), item, known) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrubbed(item, known) for item in value]
    return value


def environment_secrets() -> tuple[str, ...]:
    """Return the values of the environment's keys, tokens and passwords, longest first."""
    values = (v for name, v in os.environ.items() if _SECRET_NAME.search(name) and len(v) >= _SHORTEST_VALUE)
    return tuple(sorted(set(values), key=lambda v: (-len(v), v)))


def _entry(name: str, item: Any, known: tuple[str, ...]) -> Any:
    if isinstance(item, str) and item and _SECRET_NAME.search(name):
        return HIDDEN
    return scrubbed(item, known)


def _clean(text: str, known: tuple[str, ...]) -> str:
    for secret in known:
        text = text.replace(secret, HIDDEN)
    text = _PRIVATE_KEY.sub(HIDDEN, text)
    text = _IN_ADDRESS.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _TOKEN.sub(HIDDEN, text)
    return _ASSIGNED.sub(rf"\1{HIDDEN}", text)
