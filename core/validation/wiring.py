"""Rules on nodes and links: classes that exist, links that arrive, types that fit, no loops, a result."""

from __future__ import annotations

from typing import Any

from ..workflow.catalogue import InputSpec, NodeClass
from ..workflow.conversion import VIRTUAL, Refusal
from ..workflow.graph import title
from .context import CheckContext, is_definition, is_link
from .findings import ERROR, NOTE, WARNING, Fix

_ANY = ("*", "COMFY_MATCHTYPE_V3")


def check_wiring(context: CheckContext) -> None:
    """Add what is wrong with nodes and links."""
    _file(context)
    _refusals(context)
    _classes(context)
    _results(context)
    for node_id in context.graph:
        cls = context.cls(node_id)
        if cls is not None and node_id not in context.unsure:
            _node(context, node_id, cls)
    _loops(context)


def _file(context: CheckContext) -> None:
    for fault in context.document.faults:
        message_key = {"duplicate-id": "duplicate-id.node", "unknown-node": "unknown-node.none"}.get(
            fault.code, "format.part"
        )
        context.add(message_key, fault.node, why=fault.why, severity=ERROR)


def _refusals(context: CheckContext) -> None:
    message_keys = {
        "value": "bad-value.misfit",
        "wire": "dangling-link.file",
        "loop": "cycle.virtual",
        "nested": "cycle.subgraph",
        "large": "format.unfolded",
    }
    for one in context.conversion.refusals:
        cls = context.cls(one.node)
        if one.kind == "everywhere":
            _everywhere(context, one, cls)
            continue
        if one.kind == "later" or (cls is None and one.node in context.graph):
            continue  # a browser fills it in; or the class is unknown, which is said elsewhere
        message_key = message_keys.get(one.kind, "format.uncertain")
        severity = WARNING if message_key == "format.uncertain" else ""
        context.add(message_key, one.node, one.input, severity=severity, why=one.why)


def _everywhere(context: CheckContext, refusal: Refusal, cls: NodeClass | None) -> None:
    """Say of a required input without a wire that Use Everywhere may connect it, and so never that it lacks one."""
    spec = cls.live(context.inputs(refusal.node)).get(refusal.input) if cls else None
    if spec and spec.required and refusal.input not in context.inputs(refusal.node):
        context.add("format.uncertain-wire", refusal.node, refusal.input, severity=WARNING, why=refusal.why)


def _classes(context: CheckContext) -> None:
    nodes = context.environment.nodes
    for node_id, node in context.graph.items():
        class_type = node.get("class_type")
        if not isinstance(class_type, str) or class_type in nodes or node_id in context.told:
            continue
        by = context.environment.renamed.get(class_type)
        if by and by.new in nodes:
            severity = WARNING if by.taken_by_server(context.inputs(node_id)) else ERROR
            repair = Fix("", class_type, by.new)
            context.add("unknown-node.renamed", node_id, severity=severity, type=class_type, new=by.new, repair=repair)
        elif is_definition(class_type):
            context.add("unknown-node.subgraph", node_id, severity=ERROR, type=class_type)
        elif class_type.startswith(("workflow>", "workflow/")):
            context.add("unknown-node.group", node_id, severity=ERROR, type=class_type[9:])
            for inner in _grouped(context, class_type[9:]) if nodes.whole else ():
                near = context.near(inner, nodes, 0.75)
                context.add("unknown-node.gone", node_id, severity=ERROR, type=inner, near=near)
        elif nodes.whole:
            near = context.near(class_type, nodes, 0.75)
            context.add("unknown-node.gone", node_id, severity=ERROR, type=class_type, near=near)
        else:
            context.add("unknown-node.here", node_id, severity=WARNING, type=class_type)


def _grouped(context: CheckContext, name: str) -> list[str]:
    """Return the unknown classes inside a group node of the old kind."""
    groups = context.document.extra.get("groupNodes")
    group = groups.get(name) if isinstance(groups, dict) else None
    nodes = group.get("nodes") if isinstance(group, dict) else None
    types = [one.get("type") for one in nodes if isinstance(one, dict)] if isinstance(nodes, list) else []
    known = context.environment.nodes
    return sorted({one for one in types if isinstance(one, str) and one not in known and one not in VIRTUAL})


def _results(context: CheckContext) -> None:
    if context.outputs or not context.document.format:
        return
    if any(context.cls(node_id) is None for node_id in context.graph):
        return  # one of the unknown nodes may give a result
    off = [n for level in context.document.levels() for n in level.nodes.values() if n.off]
    known = [context.environment.nodes.get(node.type) for node in off]
    context.add("no-output.off" if any(cls and cls.is_output for cls in known) else "no-output.none")


def _node(context: CheckContext, node_id: str, cls: NodeClass) -> None:
    given = context.inputs(node_id)
    live = cls.live(given)
    refused = {one.input for one in context.conversion.refusals if one.node == node_id}
    for name, spec in live.items():
        if name in given and is_link(given[name]):
            _wire(context, node_id, spec, given[name])
        elif name not in given and spec.required and name not in refused:
            message_key = "missing-input.value" if spec.field_kind else "missing-input.wire"
            context.add(message_key, node_id, name, type=_type_name(spec.type))
    if context.document.format == "api":
        for name in given.keys() - live.keys():
            _extra(context, node_id, name, list(live))


def _extra(context: CheckContext, node_id: str, name: str, known: list[str]) -> None:
    near = context.near(name, known, 0.8)
    near = near if near in known else ""
    free = near and near not in context.inputs(node_id)
    context.add("unknown-input.extra", node_id, name, severity=WARNING if free else NOTE, near=near if free else "")


def _wire(context: CheckContext, node_id: str, spec: InputSpec, value: list[Any]) -> None:
    name = spec.name
    if len(value) != 2:
        context.add("bad-type.link", node_id, name, value=str(value)[:60])
        return
    source, slot = value
    if source == node_id:
        context.add("cycle.self", node_id, name)
        return
    if not isinstance(source, str) or source not in context.graph:
        context.add("dangling-link.node", node_id, name, source=source)
        return
    origin = context.cls(source)
    if origin is None:
        return
    if not _is_slot(slot, len(origin.outputs)):
        count = len(origin.outputs)
        context.add("dangling-link.slot", node_id, name, source=title(context.graph, source), slot=slot, count=count)
        return
    given = origin.outputs[slot]
    own = context.environment.own_checks.get(str(context.graph[node_id].get("class_type")), frozenset())
    if not accepts(spec.type, given) and "input_types" not in own:
        where = title(context.graph, source)
        context.add("bad-type.wire", node_id, name, wanted=_type_name(spec.type), given=_type_name(given), source=where)


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


def _loops(context: CheckContext) -> None:
    """Add one finding per loop, found by a walk with a stack of its own: graphs may be deep."""
    done: set[str] = set()
    for start in context.graph:
        path: dict[str, list[str]] = {}
        if start not in done:
            path[start] = _sources(context, start)
        while path:
            node_id = next(reversed(path))
            if not path[node_id]:
                done.add(node_id)
                del path[node_id]
                continue
            source = path[node_id].pop()
            if source in path:
                loop = [*path][[*path].index(source) :]
                names = " → ".join(title(context.graph, one) for one in [*loop, source])
                context.add("cycle.loop", min(loop), path=names)
            elif source not in done:
                path[source] = _sources(context, source)


def _sources(context: CheckContext, node_id: str) -> list[str]:
    found = []
    for value in context.inputs(node_id).values():
        if is_link(value) and len(value) == 2 and isinstance(value[0], str):
            found += [value[0]] if value[0] in context.graph and value[0] != node_id else []
    return found
