"""Rules on node packs: those the graph was made with are installed, and new enough."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..workflow.conversion import VIRTUAL
from ..workflow.document import Node
from .case import Case
from .findings import ERROR, WARNING

_CORE = "comfy-core"


def check_packs(case: Case) -> None:
    """Add packs that are missing or too old; a graph made for a newer ComfyUI is said to be that, once."""
    missing: dict[str, set[str]] = {}
    wanted: dict[str, str] = {}
    for node in _nodes(case):
        pack = node.properties.get("cnr_id") or node.properties.get("aux_id")
        if not isinstance(pack, str) or not re.fullmatch(r"[\w.\-]{1,100}(/[\w.\-]{1,100})?", pack):
            continue
        version = node.properties.get("ver")
        if isinstance(version, str) and _numbers(version) > _numbers(wanted.get(pack, "")):
            wanted[pack] = version
        if node.type not in case.knowledge.nodes:
            missing.setdefault(pack, set()).add(node.type)
    if not case.knowledge.nodes.whole:
        missing.clear()
    for pack, types in sorted(missing.items()):
        _missing(case, pack, types, wanted.get(pack, ""))
    _older(case, {pack: version for pack, version in wanted.items() if pack not in missing})


def _missing(case: Case, pack: str, types: set[str], wanted: str) -> None:
    names = ", ".join(sorted(types)[:5]) + (" …" if len(types) > 5 else "")
    if pack == _CORE:
        have = f" ({case.knowledge.comfyui})" if case.knowledge.comfyui else ""
        case.add("pack-version.core", severity=ERROR, types=names, wanted=wanted or "?", have=have)
    elif case.knowledge.packs is None or pack.lower() not in {one.lower() for one in case.knowledge.packs}:
        case.add("pack-missing.id", severity=ERROR, pack=pack, types=names)
    else:
        have = next(v for one, v in case.knowledge.packs.items() if one.lower() == pack.lower())
        case.add("pack-version.older", severity=ERROR, pack=pack, wanted=wanted or "?", have=have or "?")


def _older(case: Case, wanted: dict[str, str]) -> None:
    installed = {one.lower(): version for one, version in (case.knowledge.packs or {}).items()}
    for pack, version in sorted(wanted.items()):
        have = installed.get(pack.lower(), "")
        if _numbers(have) and _numbers(version) and _numbers(have)[:1] < _numbers(version)[:1]:
            case.add("pack-version.older", severity=WARNING, pack=pack, wanted=version, have=have)


def _nodes(case: Case) -> Iterator[Node]:
    for level in case.document.levels():
        for node in level.nodes.values():
            if node.type not in case.document.subgraphs and node.type not in VIRTUAL and not node.off:
                yield node


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, () for hashes and other words."""
    found = re.fullmatch(r"v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?.*", version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()
