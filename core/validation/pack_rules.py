"""Rules on node packs: those the graph was made with are installed, and new enough.

Nodes of a pack that is missing are told as one finding, at the first of them; so are those of a newer ComfyUI.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .context import CheckContext, is_definition, names
from .findings import ERROR, WARNING

_CORE = "comfy-core"
_LATER = ("bad-value", "bad-type", "missing-input", "unknown-input", "out-of-range", "format")


class _NodeOrigin(NamedTuple):
    """What a node says of its origin: a pack by registry id or GitHub repository, and the version there."""

    node_id: str
    type: str
    pack: str
    version: str
    from_git: bool


def check_packs(context: CheckContext) -> None:
    """Add packs that are missing or too old; a graph made for a newer ComfyUI is said to be that, once."""
    made = [one for node_id in context.graph if (one := _made(context, node_id)) is not None]
    missing: dict[str, list[_NodeOrigin]] = {}
    for one in made:
        if one.type not in context.environment.nodes:
            missing.setdefault(one.pack, []).append(one)
    for pack, nodes in sorted(missing.items()):
        if pack == _CORE:
            _newer(context, nodes)
        else:
            _missing(context, pack, nodes)
    _older(context, [one for one in made if one.pack not in missing])


def check_age(context: CheckContext) -> None:
    """Say once that mistakes on ComfyUI's own nodes may come from a newer ComfyUI; to be run after the other rules."""
    have = _numbers(context.environment.comfyui)
    wrong = {one.place.node for one in context.findings if one.severity == ERROR and one.code in _LATER}
    made = [one for node_id in context.graph if node_id in wrong and (one := _made(context, node_id)) is not None]
    newer = [one for one in made if one.pack == _CORE and have and _numbers(one.version)[:2] > have[:2]]
    if newer:
        context.add("pack-version.ahead", severity=WARNING, wanted=_newest(newer), have=context.environment.comfyui)


def _made(context: CheckContext, node_id: str) -> _NodeOrigin | None:
    _, node = context.conversion.places.get(node_id, ("", None))
    if node is None or is_definition(node.type):
        return None
    cnr, aux, version = (node.properties.get(key) for key in ("cnr_id", "aux_id", "ver"))
    pack = cnr if isinstance(cnr, str) and cnr else aux
    if not isinstance(pack, str) or not re.fullmatch(r"\w[\w.\-]{0,99}(/\w[\w.\-]{0,99})?", pack):
        return None
    return _NodeOrigin(node_id, node.type, pack, version if isinstance(version, str) else "", "/" in pack)


def _newer(context: CheckContext, nodes: list[_NodeOrigin]) -> None:
    """Tell of nodes that only a newer ComfyUI has; those that an older one had are not a matter of packs."""
    whole, wanted = context.environment.nodes.whole, _newest(nodes)
    have = context.environment.comfyui if whole else context.environment.comfyui or context.environment.made_from
    if not wanted or not have:
        return
    if _numbers(wanted) <= _numbers(have):
        _removed(context, nodes, wanted, have)
        return
    message_key = "pack-version.core" if whole or context.environment.comfyui else "pack-version.beyond"
    severity = ERROR if whole or context.environment.comfyui else WARNING
    values = {"types": _types(nodes), "wanted": wanted, "have": f" ({have})"}
    context.add(message_key, nodes[0].node_id, severity=severity, repair=None, **values)
    context.told.update(one.node_id for one in nodes)


def _removed(context: CheckContext, nodes: list[_NodeOrigin], wanted: str, have: str) -> None:
    """Tell of nodes that ComfyUI had and has no more."""
    lost = [one for one in nodes if one.type not in context.environment.renamed]
    if lost and context.environment.nodes.whole:
        first, types = lost[0].node_id, _types(lost)
        context.add("unknown-node.removed", first, severity=ERROR, types=types, wanted=wanted, have=have)
        context.told.update(one.node_id for one in lost)


def _missing(context: CheckContext, pack: str, nodes: list[_NodeOrigin]) -> None:
    packs, whole = context.environment.packs, context.environment.nodes.whole
    have = _version(context, pack)
    if not whole and (packs is None or have is not None):
        return  # the catalogue does not know this pack's nodes
    values: dict[str, Any] = {"pack": pack, "types": _types(nodes)}
    if have is not None:
        values |= {"wanted": _newest(nodes) or "?", "have": f" {have}" if have else ""}
        context.add("pack-version.lacks", nodes[0].node_id, severity=ERROR, **values)
    else:
        message_key = "pack-missing.git" if nodes[0].from_git else "pack-missing.id"
        context.add(message_key, nodes[0].node_id, severity=ERROR, **values)
    context.told.update(one.node_id for one in nodes)


def _older(context: CheckContext, made: list[_NodeOrigin]) -> None:
    for pack in sorted({one.pack for one in made}):
        nodes = [one for one in made if one.pack == pack]
        version, have = _newest(nodes), _version(context, pack) or ""
        if _numbers(have) and _numbers(have)[:1] < _numbers(version)[:1]:
            context.add("pack-version.older", nodes[0].node_id, severity=WARNING, pack=pack, wanted=version, have=have)


def _version(context: CheckContext, pack: str) -> str | None:
    """Return the installed version of a pack, "" where only its folder is known, None where it is not there."""
    installed = {_plain(one): version for one, version in (context.environment.packs or {}).items()}
    return installed.get(_plain(pack), installed.get(_plain(pack.rpartition("/")[2])))


def _plain(pack: str) -> str:
    return pack.lower().replace("_", "-")


def _types(nodes: list[_NodeOrigin]) -> str:
    return names(sorted({one.type for one in nodes}))


def _newest(nodes: list[_NodeOrigin]) -> str:
    return max((one.version for one in nodes if _numbers(one.version)), key=_numbers, default="")


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, () for hashes and other words."""
    found = re.fullmatch(r"v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?.*", version)
    return tuple(int(part or 0) for part in found.groups()) if found else ()
