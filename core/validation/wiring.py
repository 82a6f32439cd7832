"""Rules on nodes and links: classes that exist, links that arrive, types that fit, no loops, a result."""

from __future__ import annotations

from typing import Any

from ..workflow.catalogue import InputSpec, NodeClass
from ..workflow.conversion import VIRTUAL, Refusal
from ..workflow.document import MUTED
from ..workflow.graph import title
from .context import CheckContext, is_definition, is_link, names
from .findings import ERROR, NOTE, WARNING, Fix

# Nodes in a row that the server can follow from a result to its source; measured on ComfyUI 0.33.
# Source: validate_inputs in execution.py calls itself per node, up to Python's limit of 1,000.
DEEPEST = 984
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
    _depth(context)


def _file(context: CheckContext) -> None:
    for fault in context.document.faults:
        message_key = {"duplicate-id": "duplicate-id.node", "unknown-node": "unknown-node.none"}.get(
            fault.code, "format.part"
        )
        context.add(message_key, fault.node, why=fault.why, severity=ERROR)


def _refusals(context: CheckContext) -> None:
    message_keys = {
        "value": "bad-value.misfit",
        "shifted": "bad-value.shifted",
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
    gone: dict[str, list[str]] = {}
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
        else:
            gone.setdefault(class_type, []).append(node_id)
    _gone(context, gone)


def _gone(context: CheckContext, gone: dict[str, list[str]]) -> None:
    """Tell of classes that are unknown and name no pack: a misspelt one on its own, all the others at once."""
    whole = context.environment.nodes.whole
    others: dict[str, list[str]] = {}
    for class_type, node_ids in gone.items():
        near = context.near(class_type, context.environment.nodes, 0.9) if whole else ""
        if near:
            context.add("unknown-node.gone", node_ids[0], severity=ERROR, type=class_type, near=near)
        else:
            others[class_type] = node_ids
    if not others:
        return
    first, *more = (one for node_ids in others.values() for one in node_ids)
    message_key, severity = ("gone", ERROR) if whole else ("here", WARNING)
    if more:
        named, count = names(sorted(others)), len(more) + 1
        context.add(f"unknown-node.{message_key}-several", first, severity=severity, types=named, count=count)
    else:
        context.add(f"unknown-node.{message_key}", first, severity=severity, type=next(iter(others)))


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
    if _is_blueprint(context):
        context.add("no-output.blueprint")
        return
    off = [n for level in context.document.levels() for n in level.nodes.values() if n.off]
    known = [context.environment.nodes.get(node.type) for node in off]
    context.add("no-output.off" if any(cls and cls.is_output for cls in known) else "no-output.none")


def _is_blueprint(context: CheckContext) -> bool:
    """Whether a file is one subgraph to be put into other graphs: nothing goes into it or comes out of it."""
    nodes, kinds = list(context.document.root.nodes.values()), context.document.subgraphs
    return len(nodes) == 1 and nodes[0].type in kinds and not nodes[0].off


def _node(context: CheckContext, node_id: str, cls: NodeClass) -> None:
    given = context.inputs(node_id)
    live = cls.live(given)
    refused = {one.input for one in context.conversion.refusals if one.node == node_id}
    for name, spec in live.items():
        if name in given and is_link(given[name]):
            _wire(context, node_id, spec, given[name])
        elif name not in given and spec.required and name not in refused:
            _unfilled(context, node_id, spec)
    if context.document.format == "api":
        for name in given.keys() - live.keys():
            _extra(context, node_id, name, list(live))


def _unfilled(context: CheckContext, node_id: str, spec: InputSpec) -> None:
    kind, source = _type_name(spec.type), context.conversion.cut.get((node_id, spec.name))
    if spec.field_kind:
        context.add("missing-input.value", node_id, spec.name, type=kind)
    elif source is None:
        context.add("missing-input.wire", node_id, spec.name, type=kind)
    else:
        message_key = "missing-input.muted" if source.mode == MUTED else "missing-input.bypassed"
        context.add(message_key, node_id, spec.name, type=kind, source=f"{source.label} ({source.id})")


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


def _depth(context: CheckContext) -> None:
    """Say of a chain that is longer than the server can follow where it ends."""
    if len(context.graph) <= DEEPEST or any(one.code == "cycle" for one in context.findings):
        return
    depths: dict[str, int] = {}
    for start in context.outputs:
        left = [start]
        while left:
            sources = _sources(context, left[-1])
            new = [one for one in sources if one not in depths]
            if new:
                left += new
            else:
                depths[left.pop()] = 1 + max((depths[one] for one in sources), default=0)
    deepest = max(context.outputs, key=lambda one: depths[one], default="")
    if deepest and depths[deepest] > DEEPEST:
        context.add("format.deep", deepest, severity=ERROR, count=depths[deepest], limit=DEEPEST)
