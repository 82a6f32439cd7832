"""Repaired and cleaned copies of workflow files; what is given is never changed."""

from __future__ import annotations

import copy
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import FitAdError
from ..infra.secrets import named_secret, without_secrets
from ..workflow.document import WorkflowDocument, read
from ..workflow.graph import as_link
from ..workflow.widget_values import widget_values
from .checker import check
from .environment import Environment
from .findings import CODES, Finding
from .machine_paths import without_paths
from .personal_names import without_person
from .replacements import rewrite_api, rewrite_editor

# Repairs that change a name and not what is meant.
SAFE = frozenset(
    {"model-case.case", "model-case.path", "model-missing.near", "bad-value.choice", "unknown-node.renamed"}
)


@dataclass(frozen=True)
class AppliedFix:
    """One change that was made."""

    node: str
    title: str
    input: str
    old: str
    new: str

    def __str__(self) -> str:
        where = f"{self.title} ({self.node})" if self.title else self.node
        return f"{where}, {self.input}: {self.old} → {self.new}" if self.input else f"{where}: {self.old} → {self.new}"


def apply_fixes(
    document: WorkflowDocument, environment: Environment, codes: Container[str] = CODES
) -> tuple[Any, list[AppliedFix]]:
    """Return a copy of the file's data with the safe repairs made, of findings of these codes, and what was changed.

    Raises:
        FitAdError: The data are nested so deeply that they cannot be copied.
    """
    wanted = [
        one
        for one in check(document, environment).findings
        if one.repair is not None and one.message_key in SAFE and one.code in codes
    ]
    data, changes = _applied(document, environment, wanted)
    if not changes:
        return data, changes
    left = {_what(one) for one in check(read(data, document.name), environment).findings}
    took = [one for one in wanted if _what(one) not in left]
    return (data, changes) if len(took) == len(wanted) else _applied(document, environment, took)


def _what(finding: Finding) -> tuple[str, str, str]:
    return finding.message_key, finding.place.node, finding.input


def _applied(
    document: WorkflowDocument, environment: Environment, findings: Iterable[Finding]
) -> tuple[Any, list[AppliedFix]]:
    """Return a copy with the repairs of these findings, and what was changed."""
    data = _copied(document)
    changes: list[AppliedFix] = []
    for finding in findings:
        if finding.repair is None:
            continue
        if _apply(data, document, environment, finding):
            old, new = str(finding.repair.old), str(finding.repair.value)
            change = AppliedFix(finding.place.node, finding.place.title, finding.input, old, new)
            changes += [change] if change not in changes else []
    return data, changes


def _copied(document: WorkflowDocument) -> Any:
    try:
        return copy.deepcopy(document.raw)
    except RecursionError as exc:
        raise FitAdError(f"{document.name} cannot be copied", why="It is nested too deeply") from exc


def _apply(data: Any, document: WorkflowDocument, environment: Environment, finding: Finding) -> bool:
    if document.format == "api":
        graph = data["prompt"] if "prompt" in data and "class_type" not in data["prompt"] else data
        return _apply_api(graph, environment, finding)
    return _apply_editor(data, document, environment, finding)


def _apply_api(graph: dict[str, Any], environment: Environment, finding: Finding) -> bool:
    node, repair = graph.get(finding.place.node), finding.repair
    if not isinstance(node, dict) or repair is None:
        return False
    if not repair.input:
        rewrite_api(graph, finding.place.node, environment.renamed[repair.old])
        return True
    if node["inputs"].get(repair.input) != repair.old:
        return False
    node["inputs"][repair.input] = repair.value
    return True


def _apply_editor(data: Any, document: WorkflowDocument, environment: Environment, finding: Finding) -> bool:
    place, repair = finding.place, finding.repair
    raw = _raw_node(data, place.level, place.local)
    level = document.subgraphs.get(place.level, document.root) if place.level else document.root
    node = level.nodes.get(place.local)
    if raw is None or node is None or repair is None:
        return False
    if not repair.input:
        new = environment.nodes.get(repair.value)
        return new is not None and rewrite_editor(raw, environment.renamed[repair.old], new)
    cls = environment.nodes.get(node.type)
    position = widget_values(node, cls).positions.get(repair.input) if cls else None
    values = raw.get("widgets_values")
    if isinstance(values, list) and position is not None and values[position] == repair.old:
        values[position] = repair.value
        _rename(raw.get("widgets_values_named"), repair.input, repair.old, repair.value)
        return True
    if isinstance(values, dict) and values.get(repair.input) == repair.old:
        values[repair.input] = repair.value
        return True
    return _apply_host(data, document, finding)


def _rename(named: Any, name: str, old: Any, new: Any) -> None:
    if isinstance(named, dict) and named.get(name) == old:
        named[name] = new


def _apply_host(data: Any, document: WorkflowDocument, finding: Finding) -> bool:
    """Change a value that an instance of a subgraph holds, where it stands there once."""
    repair, level = finding.repair, ""
    for part in finding.place.node.split(":")[:-1]:
        raw = _raw_node(data, level, part)
        values = raw.get("widgets_values") if raw else None
        if raw is None or repair is None:
            return False
        if isinstance(values, list) and values.count(repair.old) == 1:
            values[values.index(repair.old)] = repair.value
            named = raw.get("widgets_values_named")
            for name in list(named) if isinstance(named, dict) else ():
                _rename(named, name, repair.old, repair.value)
            return True
        level = str(raw.get("type"))
    return False


def _raw_node(data: Any, level: str, node_id: str) -> dict[str, Any] | None:
    return _raw_nodes(data, level).get(node_id)


def _raw_nodes(data: Any, level: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of a level by id, without those whose id is given twice."""
    found = data
    if level:
        levels = data["definitions"]["subgraphs"]
        found = next((one for one in levels if isinstance(one, dict) and str(one.get("id")) == level), {})
    nodes: dict[str, dict[str, Any]] = {}
    twice: set[str] = set()
    for one in found.get("nodes") or []:
        if isinstance(one, dict):
            twice |= {str(one.get("id"))} & nodes.keys()
            nodes[str(one.get("id"))] = one
    return {node_id: one for node_id, one in nodes.items() if node_id not in twice}


def scrub(document: WorkflowDocument, environment: Environment) -> tuple[Any, int]:
    """Return a copy of the file's data without secrets, paths of one machine and personal names of files.

    The second value is how many texts were changed.

    Raises:
        FitAdError: The data are nested so deeply that they cannot be copied.
    """
    data, count = _copied(document), 0
    for container, key, name, whole in _texts(_fields(data, environment)):
        value = container[key]
        if (clean := _clean_field(name, value, whole)) != value:
            container[key] = clean
            count += 1
    return _cleaned(data, [count])


def _texts(fields: Iterable[tuple[Any, Any, str]]) -> Iterator[tuple[Any, Any, str, bool]]:
    """Yield the places of the texts in fields, however deep, and whether each is the whole of its field's value."""
    for field in fields:
        left = [(*field, True)]
        while left:
            container, key, name, whole = left.pop()
            value = container[key]
            if isinstance(value, str):
                yield container, key, name, whole
            elif isinstance(value, dict):
                left += [(value, one, name, whole and one == "__value__") for one in value]
            elif isinstance(value, list) and as_link(value) is None:
                left += [(value, at, name, False) for at in range(len(value))]


def _clean_field(name: str, value: str, whole: bool) -> str:
    clean = without_person(name, without_paths(without_secrets(value, mark="")))
    return "" if whole and named_secret(name, value) else clean


def _cleaned(data: Any, count: list[int]) -> tuple[Any, int]:
    left = [data]
    while left:
        one = left.pop()
        for key in list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ():
            value = one[key]
            if isinstance(value, (dict, list)):
                left.append(value)
            elif isinstance(value, str) and (clean := _clean_text(key, value)) != value:
                one[key] = clean
                count[0] += 1
    return data, count[0]


def _clean_text(key: Any, value: str) -> str:
    return "" if isinstance(key, str) and named_secret(key, value) else without_paths(without_secrets(value, mark=""))


def _fields(data: Any, environment: Environment) -> Iterator[tuple[Any, Any, str]]:
    """Yield the places of the fields' values, each as its container, its key there, and the field's name."""
    document = read(data)
    for node in document.graph.values():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        if isinstance(inputs, dict):
            yield from ((inputs, name, name) for name in list(inputs))
    for level in document.levels():
        raw_nodes = _raw_nodes(data, level.id) if level.nodes else {}
        for node in level.nodes.values():
            raw = raw_nodes.get(node.id)
            cls = environment.nodes.get(node.type)
            ports = [port.widget for port in node.inputs if port.widget]
            positions = widget_values(node, cls).positions if cls else {name: i for i, name in enumerate(ports) if name}
            if raw is None:
                continue
            values = raw.get("widgets_values")
            if isinstance(values, list):
                names = {at: name for name, at in positions.items()}
                yield from ((values, at, names.get(at, "")) for at in range(len(values)))
            groups = [one for one in (values, raw.get("widgets_values_named")) if isinstance(one, dict)]
            yield from ((group, name, name) for group in groups for name in list(group))
