"""Rules on nodes and wires: classes that exist, wires that arrive, types that fit, no loops, a result."""

from __future__ import annotations

from typing import Any

from ..workflow.catalogue import InputSpec, NodeClass
from ..workflow.conversion import VIRTUAL
from ..workflow.graph import title
from .context import CheckContext, is_definition, is_wire
from .findings import ERROR, NOTE, WARNING, Fix

_ANY = ("*", "COMFY_MATCHTYPE_V3")


def check_wiring(case: CheckContext) -> None:
    """Add what is wrong with nodes and wires."""
    _file(case)
    _refusals(case)
    _classes(case)
    _results(case)
    for node_id in case.graph:
        cls = case.cls(node_id)
        if cls is not None and node_id not in case.unsure:
            _node(case, node_id, cls)
    _loops(case)


def _file(case: CheckContext) -> None:
    for fault in case.document.faults:
        wording = {"duplicate-id": "duplicate-id.node", "unknown-node": "unknown-node.none"}.get(
            fault.code, "format.part"
        )
        case.add(wording, fault.node, why=fault.why, severity=ERROR)


def _refusals(case: CheckContext) -> None:
    wordings = {
        "value": "bad-value.misfit",
        "wire": "dangling-link.file",
        "loop": "cycle.virtual",
        "nested": "cycle.subgraph",
        "large": "format.unfolded",
    }
    for one in case.conversion.refusals:
        cls = case.cls(one.node)
        if one.kind == "later" or (cls is None and one.node in case.graph):
            continue  # a browser fills it in; or the class is unknown, which is said elsewhere
        wording = wordings.get(one.kind, "format.uncertain")
        severity = WARNING if wording == "format.uncertain" else ""
        case.add(wording, one.node, one.input, severity=severity, why=one.why)


def _classes(case: CheckContext) -> None:
    nodes = case.knowledge.nodes
    for node_id, node in case.graph.items():
        class_type = node.get("class_type")
        if not isinstance(class_type, str) or class_type in nodes or node_id in case.told:
            continue
        by = case.knowledge.renamed.get(class_type)
        if by and by.new in nodes:
            severity = WARNING if by.taken_by_server(case.inputs(node_id)) else ERROR
            repair = Fix("", class_type, by.new)
            case.add("unknown-node.renamed", node_id, severity=severity, type=class_type, new=by.new, repair=repair)
        elif is_definition(class_type):
            case.add("unknown-node.subgraph", node_id, severity=ERROR, type=class_type)
        elif class_type.startswith(("workflow>", "workflow/")):
            case.add("unknown-node.group", node_id, severity=ERROR, type=class_type[9:])
            for inner in _grouped(case, class_type[9:]) if nodes.whole else ():
                near = case.near(inner, nodes, 0.75)
                case.add("unknown-node.gone", node_id, severity=ERROR, type=inner, near=near)
        elif nodes.whole:
            near = case.near(class_type, nodes, 0.75)
            case.add("unknown-node.gone", node_id, severity=ERROR, type=class_type, near=near)
        else:
            case.add("unknown-node.here", node_id, severity=WARNING, type=class_type)


def _grouped(case: CheckContext, name: str) -> list[str]:
    """Return the unknown classes inside a group node of the old kind."""
    groups = case.document.extra.get("groupNodes")
    group = groups.get(name) if isinstance(groups, dict) else None
    nodes = group.get("nodes") if isinstance(group, dict) else None
    types = [one.get("type") for one in nodes if isinstance(one, dict)] if isinstance(nodes, list) else []
    known = case.knowledge.nodes
    return sorted({one for one in types if isinstance(one, str) and one not in known and one not in VIRTUAL})


def _results(case: CheckContext) -> None:
    if case.outputs or not case.document.format:
        return
    if any(case.cls(node_id) is None for node_id in case.graph):
        return  # one of the unknown nodes may give a result
    off = [n for level in case.document.levels() for n in level.nodes.values() if n.off]
    known = [case.knowledge.nodes.get(node.type) for node in off]
    case.add("no-output.off" if any(cls and cls.is_output for cls in known) else "no-output.none")


def _node(case: CheckContext, node_id: str, cls: NodeClass) -> None:
    given = case.inputs(node_id)
    live = cls.live(given)
    refused = {one.input for one in case.conversion.refusals if one.node == node_id}
    for name, spec in live.items():
        if name in given and is_wire(given[name]):
            _wire(case, node_id, spec, given[name])
        elif name not in given and spec.required and name not in refused:
            wording = "missing-input.value" if spec.field_kind else "missing-input.wire"
            case.add(wording, node_id, name, type=_type_name(spec.type))
    if case.document.format == "api":
        for name in given.keys() - live.keys():
            _extra(case, node_id, name, list(live))


def _extra(case: CheckContext, node_id: str, name: str, known: list[str]) -> None:
    near = case.near(name, known, 0.8)
    near = near if near in known else ""
    free = near and near not in case.inputs(node_id)
    case.add("unknown-input.extra", node_id, name, severity=WARNING if free else NOTE, near=near if free else "")


def _wire(case: CheckContext, node_id: str, spec: InputSpec, value: list[Any]) -> None:
    name = spec.name
    if len(value) != 2:
        case.add("bad-type.link", node_id, name, value=str(value)[:60])
        return
    source, slot = value
    if source == node_id:
        case.add("cycle.self", node_id, name)
        return
    if not isinstance(source, str) or source not in case.graph:
        case.add("dangling-link.node", node_id, name, source=source)
        return
    origin = case.cls(source)
    if origin is None:
        return
    if not _is_slot(slot, len(origin.outputs)):
        count = len(origin.outputs)
        case.add("dangling-link.slot", node_id, name, source=title(case.graph, source), slot=slot, count=count)
        return
    given = origin.outputs[slot]
    own = case.knowledge.own_checks.get(str(case.graph[node_id].get("class_type")), frozenset())
    if not accepts(spec.type, given) and "input_types" not in own:
        where = title(case.graph, source)
        case.add("bad-type.wire", node_id, name, wanted=_type_name(spec.type), given=_type_name(given), source=where)


def _is_slot(slot: Any, count: int) -> bool:
    return isinstance(slot, int) and not isinstance(slot, bool) and -count <= slot < count


def accepts(wanted: Any, given: Any) -> bool:
    """Whether the server lets an output of a type into an input: unions need one type in common.

    Source: comfy_execution/validation.py of ComfyUI 0.33.
    """
    if wanted == given or wanted in _ANY or given in _ANY:
        return True
    if isinstance(wanted, list) or not isinstance(given, str):
        return isinstance(given, list) or given == "COMBO"
    mine, theirs = ({one.strip() for one in kind.split(",")} for kind in (wanted, given))
    return bool(mine & theirs) or "*" in mine | theirs


def _type_name(kind: Any) -> str:
    return "COMBO" if isinstance(kind, list) else str(kind)


def _loops(case: CheckContext) -> None:
    """Add one finding per loop, found by a walk with a stack of its own: graphs may be deep."""
    done: set[str] = set()
    for start in case.graph:
        path: dict[str, list[str]] = {}
        if start not in done:
            path[start] = _sources(case, start)
        while path:
            node_id = next(reversed(path))
            if not path[node_id]:
                done.add(node_id)
                del path[node_id]
                continue
            source = path[node_id].pop()
            if source in path:
                loop = [*path][[*path].index(source) :]
                names = " → ".join(title(case.graph, one) for one in [*loop, source])
                case.add("cycle.loop", min(loop), path=names)
            elif source not in done:
                path[source] = _sources(case, source)


def _sources(case: CheckContext, node_id: str) -> list[str]:
    found = []
    for value in case.inputs(node_id).values():
        if is_wire(value) and len(value) == 2 and isinstance(value[0], str):
            found += [value[0]] if value[0] in case.graph and value[0] != node_id else []
    return found
