"""Paths of one machine: found in texts, cut down to a file's name, and shown without a person's folders."""

from __future__ import annotations

import re

_ABSOLUTE = re.compile(
    r"(?<![\w/:.\\<])(?:[A-Za-z]:[\\/](?![\\/])[^\s\"'<>|]+|~/[^\s\"'<>|]+|\\\\[\w.$-]+\\[^\s\"'<>|]+"
    r"|/(?:home|Users|root|mnt|media|Volumes|workspace|opt|srv|tmp|var|data|content)/[^\s\"'<>|]+)"
)
_ESCAPE = re.compile(r"(?:^|[\\/])\.\.(?:[\\/]|$)")
# A whole path to be cut out; its folders, and a file's name with a suffix, may hold spaces.
_PATH = re.compile(
    r"(?<![\w/:.\\<])(?:[A-Za-z]:[\\/](?![\\/])|~/|\\\\[\w.$-]+\\"
    r"|/(?=(?:home|Users|root|mnt|media|Volumes|workspace|opt|srv|tmp|var|data|content)/))"
    r"(?:(?![^\\/\n]{0,60}\.\w{1,5}\s)[^\\/\n\"'<>|:,;*?]{1,60}[\\/]|[^\\/\s\"'<>|]+[\\/])*"
    r"(?:[^\\/\n\"'<>|:,;*?]{1,80}?\.[A-Za-z0-9]{2,11}(?!\w)|[^\\/\s\"'<>|]*)"
)
_ROOT = re.compile(r"[A-Za-z]:[\\/]|~/|\\\\|(?:\.\.[\\/])+|/\w+/")
_WRITTEN_TWICE = re.compile(r"(?<=[\w:.)])\\\\(?=\w)")  # as the backslashes of a path in a quoted value are
_HOME = re.compile(r"(?:[A-Za-z]:)?[\\/](?:home|Users)[\\/][^\\/]+", re.I)


def absolute_path(text: str) -> str:
    """Return the first path of one machine in a text, "" where there is none."""
    found = _ABSOLUTE.search(text)
    return found[0] if found else ""


def leads_out(text: str) -> bool:
    """Whether a path goes up a folder."""
    return bool(_ESCAPE.search(text))


def shown_root(path: str) -> str:
    """Return where a path begins, so that it can be found; the names of folders and files stay out of it."""
    found = _ROOT.match(path)
    return f"{found[0]}…" if found else "…"


def without_paths(text: str) -> str:
    """Return a text with every path of one machine cut down to its last part, and paths that lead out likewise."""
    if _ESCAPE.search(text) and "\n" not in text and " " not in text.strip():
        return re.split(r"[\\/]", text)[-1]
    return _PATH.sub(_last_part, text) if _ABSOLUTE.search(text) else text


def _last_part(found: re.Match[str]) -> str:
    """Return the last part of a path; of somebody's home folder nothing, for that is a name."""
    path = found[0].rstrip("\\/")
    return "…" if _HOME.fullmatch(path) else re.split(r"[\\/]", path)[-1]


def told_without_paths(text: str) -> str:
    """Return a message's text without paths of one machine, also those that it quotes."""
    return without_paths(_WRITTEN_TWICE.sub(r"\\", text))
