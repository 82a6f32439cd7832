"""What a check found: findings with a code, a place, a message and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..infra.secrets import scrubbed_message
from .machine_paths import told_without_paths
from .messages import message_for
from .personal_names import without_person

ERROR, WARNING, NOTE = "error", "warning", "note"
_QUOTED = re.compile(r"'([^'\n]{4,300})'")
SEVERITIES = (ERROR, WARNING, NOTE)

# Every code, with what it means. Codes are fixed; new ones are added at the end.
CODES: dict[str, str] = {
    "unknown-node": "A node's class is not installed.",
    "pack-missing": "A node pack that the graph was made with is not installed.",
    "pack-version": "A node pack or ComfyUI itself is older than what the graph was made with.",
    "missing-input": "A required input is neither connected nor filled in.",
    "unknown-input": "A value is given for an input that the node does not have.",
    "bad-type": "A link or value is of a type that the input does not take.",
    "bad-value": "A value is not one that the input allows.",
    "out-of-range": "A number is below or above what the input allows.",
    "dangling-link": "A link comes from a node or an output that does not exist.",
    "cycle": "Links form a loop.",
    "duplicate-id": "Two nodes have the same id.",
    "no-output": "Nothing in the graph produces a result.",
    "model-missing": "A model file is not installed.",
    "model-wrong-folder": "A model file is in another folder than the one the node reads.",
    "model-case": "A model's name differs in case or separator.",
    "model-unsafe": "A model file is of a kind that can run code when it is opened.",
    "path-absolute": "A path exists on one machine only.",
    "path-escape": "A path points outside ComfyUI's folders.",
    "secret": "The file contains a key, token or password.",
    "card-mismatch": "The workflow's card points to something that does not exist.",
    "api-drift": "The API file differs from the graph-editor file.",
    "format": "The file is not a workflow, or part of it cannot be read.",
    "personal": "A file's name contains personal data.",
}


@dataclass(frozen=True)
class NodeLocation:
    """Where in a graph: the id in the API graph, and the node's own id in its level ("" is the graph itself)."""

    node: str = ""
    title: str = ""
    type: str = ""
    level: str = ""
    local: str = ""


@dataclass(frozen=True)
class Fix:
    """A change that resolves a finding: ``input`` of the node (or its class, where ``input`` is "") gets ``value``."""

    input: str
    old: Any
    value: Any


@dataclass(frozen=True)
class Finding:
    """One finding. ``message_key`` and ``values`` give the message and what to do, in any language."""

    message_key: str
    severity: str
    place: NodeLocation = field(default_factory=NodeLocation)
    input: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    repair: Fix | None = None

    @property
    def code(self) -> str:
        """One of CODES."""
        return self.message_key.split(".")[0]

    def message(self, lang: str = "en") -> str:
        """What is wrong."""
        return message_for(self.message_key, self.values, lang)[0]

    def fix(self, lang: str = "en") -> str:
        """What to do, "" where the message says it all."""
        return message_for(self.message_key, self.values, lang)[1]


@dataclass(frozen=True)
class Report:
    """All findings on one workflow, the worst first."""

    name: str
    findings: tuple[Finding, ...] = ()
    format: str = ""
    nodes: int = 0

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return self.count(ERROR)

    @property
    def readable(self) -> bool:
        """Whether the file is a workflow at all."""
        return self.format in ("api", "editor")

    def count(self, severity: str) -> int:
        """How many findings of a severity there are."""
        return sum(one.severity == severity for one in self.findings)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repeats and without keys, errors first, otherwise in the order they were made."""
    seen: dict[tuple[Any, ...], Finding] = {}
    for one in map(_without_keys, findings):
        seen.setdefault((one.message_key, one.place, one.input, str(sorted(one.values.items(), key=str))), one)
    return tuple(sorted(seen.values(), key=lambda one: SEVERITIES.index(one.severity)))


def _without_keys(finding: Finding) -> Finding:
    """Return a finding that repeats no key and names nothing of a person's folders, wherever in the file it stands."""
    place, name = finding.place, finding.input
    place = replace(place, title=_told(place.title), type=scrubbed_message(place.type))
    hide = not finding.code.startswith("path-")  # those show where a path begins, and no more
    values = {key: _told(value, name, hide) for key, value in finding.values.items()}
    repair = finding.repair and replace(finding.repair, old=_told(finding.repair.old, hide=False))
    return replace(finding, place=place, input=scrubbed_message(name), values=values, repair=repair)


def _told(value: Any, name: str = "", hide: bool = True) -> Any:
    if isinstance(value, str):
        text = scrubbed_message(value)
        return _without_files(name, text) if hide else text
    return [_told(one, name, hide) for one in value] if isinstance(value, (list, tuple)) else value


def _without_files(name: str, text: str) -> str:
    clean = told_without_paths(text) if "\\" in text or "/" in text else text
    clean = without_person(name, clean)
    return _QUOTED.sub(lambda found: f"'{without_person(name, found[1])}'", clean) if "'" in clean else clean
