"""Seeded faults: how many kinds the validator finds, with the right node named, and whether the server agrees.

    python benchmarks/judge.py FOLDER
    python benchmarks/mutations.py FOLDER [--graphs 100] [--server-graphs 0]

Each kind of fault is put into so many of the recorded prompts (those it can be put into). Found means: a finding with
an expected code on the expected node that the graph did not have before. The kinds of editor_faults.py go into the
official templates, files of the graph editor. With ``--server-graphs`` a real server is
asked about so many of each kind too, and its error places are compared with ours.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import editor_faults
import httpx
from editor_faults import Fault

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

KEY = "sk-" + "a1B2c3D4" * 5  # looks like a key and is none


Kind = Callable[[dict[str, Any], Any, random.Random], Fault | None]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    KINDS[function.__name__] = function
    return function


def running(graph: dict[str, Any], catalogue: Any) -> list[str]:
    """Return the nodes that a run of the graph reaches."""
    found = [n for n, one in graph.items() if (cls := catalogue.get(one["class_type"])) and cls.is_output]
    for node_id in found:
        for value in graph[node_id]["inputs"].values():
            if isinstance(value, list) and len(value) == 2 and value[0] in graph and value[0] not in found:
                found.append(value[0])
    return found


def fields(graph: dict[str, Any], catalogue: Any, *kinds: str) -> Iterator[tuple[str, str, Any]]:
    """Yield node, input and spec of the filled-in fields of a kind; links for the kind "link"."""
    from fit_ad.core.validation.environment import CHECKED_BY_NODE

    for node_id in running(graph, catalogue):
        node = graph[node_id]
        cls = catalogue.get(node["class_type"])
        own = CHECKED_BY_NODE.get(node["class_type"], frozenset())
        for name, spec in cls.live(node["inputs"]).items() if cls else ():
            value = node["inputs"].get(name)
            of = "wire" if isinstance(value, list) else spec.kind if name in node["inputs"] else ""
            if of in kinds and name not in own and "*" not in own:
                yield node_id, name, spec


def pick(graph: dict[str, Any], catalogue: Any, rng: random.Random, *kinds: str, when: Any = None) -> Any:
    found = [one for one in fields(graph, catalogue, *kinds) if when is None or when(graph, *one)]
    return rng.choice(found) if found else None


def put(value: Any, codes: tuple[str, ...], *kinds: str, when: Any = None) -> Kind:
    """Return a kind of fault that puts a value (or what a function makes of the old one and the spec) into a field."""

    def function(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
        at = pick(graph, catalogue, rng, *kinds, when=when)
        if at is None:
            return None
        node_id, name, spec = at
        old = graph[node_id]["inputs"][name]
        graph[node_id]["inputs"][name] = value(old, spec, node_id) if callable(value) else value
        return Fault(node_id, codes)

    return function


def has(option: str) -> Any:
    return lambda graph, node_id, name, spec: isinstance(spec.options.get(option), (int, float))


def texts(graph: Any, node_id: str, name: str, spec: Any) -> bool:
    return isinstance(graph[node_id]["inputs"][name], str)


def models(graph: Any, node_id: str, name: str, spec: Any) -> bool:
    value = graph[node_id]["inputs"][name]
    return isinstance(value, str) and value.endswith(".safetensors")


def plain(graph: Any, node_id: str, name: str, spec: Any) -> bool:
    return (
        not models(graph, node_id, name, spec) and bool(spec.choices) and all(isinstance(c, str) for c in spec.choices)
    )


def required(graph: Any, node_id: str, name: str, spec: Any) -> bool:
    return bool(spec.required)


KINDS.update(
    text_in_whole_number=put("a prompt", ("bad-type",), "INT"),
    text_in_number=put("a prompt", ("bad-type",), "FLOAT"),
    nothing_in_whole_number=put(None, ("bad-type",), "INT"),
    object_in_number=put({"a": 1}, ("bad-type",), "INT", "FLOAT"),
    below_least=put(lambda old, spec, n: spec.options["min"] - 1, ("out-of-range",), "INT", "FLOAT", when=has("min")),
    above_most=put(
        lambda old, spec, n: spec.options["max"] * 2 + 1, ("out-of-range",), "INT", "FLOAT", when=has("max")
    ),
    seed_too_large=put(
        2**64, ("out-of-range",), "INT", when=lambda g, n, name, s: "seed" in name and "max" in s.options
    ),
    no_such_choice=put("no such choice", ("bad-value",), "COMBO", when=plain),
    choice_in_other_case=put(
        lambda old, spec, n: str(old).swapcase(),
        ("bad-value",),
        "COMBO",
        when=lambda g, n, name, s: plain(g, n, name, s) and str(g[n]["inputs"][name]).swapcase() not in s.choices,
    ),
    number_in_choice=put(-7, ("bad-value", "bad-type"), "COMBO", when=plain),
    model_not_there=put("not/there.safetensors", ("model-missing",), "COMBO", when=models),
    model_with_backslash=put(lambda old, s, n: f"sub\\{old}", ("model-missing", "model-case"), "COMBO", when=models),
    model_of_unsafe_kind=put("old.ckpt", ("model-unsafe",), "COMBO", when=models),
    list_in_field=put([1, 2, 3], ("bad-type",), "INT", "FLOAT", "STRING"),
    wire_to_nowhere=put(["99999", 0], ("dangling-link",), "wire"),
    wire_with_number=put(lambda old, s, n: [12345, 0], ("dangling-link",), "wire"),
    wire_to_no_output=put(lambda old, s, n: [old[0], 77], ("dangling-link",), "wire"),
    wire_to_itself=put(lambda old, s, n: [n, 0], ("cycle",), "wire"),
    wire_of_one=put(lambda old, s, n: [old[0]], ("bad-type",), "wire"),
    dynamic_key_unknown=put("no such key", ("bad-value",), "COMFY_DYNAMICCOMBO_V3"),
    secret_in_text=put(lambda old, s, n: f"{old} {KEY}", ("secret",), "STRING", when=texts),
    absolute_path=put("/home/hana/pictures/shop.png", ("path-absolute",), "STRING", when=texts),
    windows_path=put("C:\\Users\\hana\\shop.png", ("path-absolute",), "STRING", when=texts),
    path_out=put("../../etc/passwd", ("path-escape",), "STRING", when=texts),
)


@kind
def unknown_class(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    node_id = rng.choice(running(graph, catalogue))
    graph[node_id]["class_type"] = "NoSuchNodeAnywhere"
    return Fault(node_id, ("unknown-node",))


@kind
def no_class(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    node_id = rng.choice(running(graph, catalogue))
    del graph[node_id]["class_type"]
    return Fault(node_id, ("unknown-node",))


@kind
def wire_missing(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    at = pick(graph, catalogue, rng, "wire", when=required)
    if at is None:
        return None
    del graph[at[0]]["inputs"][at[1]]
    return Fault(at[0], ("missing-input",))


@kind
def value_missing(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    at = pick(graph, catalogue, rng, "INT", "FLOAT", "STRING", "COMBO", when=required)
    if at is None:
        return None
    del graph[at[0]]["inputs"][at[1]]
    return Fault(at[0], ("missing-input",))


@kind
def input_misspelt(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    at = pick(graph, catalogue, rng, "INT", "FLOAT", "STRING", "COMBO")
    if at is None:
        return None
    graph[at[0]]["inputs"][at[1] + "s"] = graph[at[0]]["inputs"].pop(at[1])
    return Fault(at[0], ("unknown-input",))


@kind
def wire_of_wrong_type(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    from fit_ad.core.validation.wiring import accepts

    at = pick(graph, catalogue, rng, "wire")
    if at is None:
        return None
    others = [
        [node_id, slot]
        for node_id, node in graph.items()
        if (cls := catalogue.get(node["class_type"]))
        for slot, given in enumerate(cls.outputs)
        if not accepts(at[2].type, given) and node_id != at[0]
    ]
    if not others:
        return None
    graph[at[0]]["inputs"][at[1]] = rng.choice(others)
    return Fault(at[0], ("bad-type",))


@kind
def loop_of_two(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    for node_id, name, _ in fields(graph, catalogue, "wire"):
        source = graph[node_id]["inputs"][name][0]
        links = [n for n, v in graph[source]["inputs"].items() if isinstance(v, list)]
        if links and source != node_id:
            graph[source]["inputs"][links[0]] = [node_id, 0]
            return Fault("", ("cycle",))
    return None


@kind
def nothing_comes_out(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    for node_id in [n for n, one in graph.items() if (c := catalogue.get(one["class_type"])) and c.is_output]:
        del graph[node_id]
    return Fault("", ("no-output",)) if graph else None


@kind
def node_is_text(graph: dict[str, Any], catalogue: Any, rng: random.Random) -> Fault | None:
    node_id = rng.choice(list(graph))
    graph[node_id] = "not a node"
    return Fault(node_id, ("format",))


def prompts(folder: Path, catalogue: Any) -> list[dict[str, Any]]:
    found = []
    for file in sorted((folder / "prompts").glob("*.json")):
        graph = json.loads(file.read_text(encoding="utf-8"))
        if "_error" not in graph and all(node.get("class_type") in catalogue for node in graph.values()):
            found += [graph] if running(graph, catalogue) else []
    return found


def is_found(fault: Fault, before: Any, after: Any) -> bool:
    old = {(f.message_key, f.place.node, f.input, str(f.values)) for f in before.findings}
    new = [f for f in after.findings if (f.message_key, f.place.node, f.input, str(f.values)) not in old]
    return any(f.code in fault.codes and fault.node in ("", f.place.node) for f in new)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--graphs", type=int, default=100)
    parser.add_argument("--server-graphs", type=int, default=0)
    options = parser.parse_args()
    from fit_ad.core.validation import check
    from validate import known

    environment = known(options.folder)
    graphs = prompts(options.folder, environment.nodes)
    clean = {id(graph): check(graph, environment).errors for graph in graphs} if options.server_graphs else {}
    bad = 0
    cases = []
    for name, function in KINDS.items():
        rng, found, tried, missed = random.Random(name), 0, 0, ""
        drawn = rng.sample(graphs, len(graphs))
        if options.server_graphs:  # those without an error of their own say most
            drawn.sort(key=lambda one: clean[id(one)])
        for graph in drawn:
            if tried == options.graphs:
                break
            mutated = copy.deepcopy(graph)
            fault = function(mutated, environment.nodes, rng)
            if fault is None:
                continue
            after = check(mutated, environment)
            hit = is_found(fault, check(graph, environment), after)
            tried, found = tried + 1, found + hit
            missed = missed or ("" if hit else f" missed: {fault}")
            if tried <= options.server_graphs:
                cases.append((name, mutated, after))
        bad += found < 0.99 * tried or not tried
        print(f"{name}: {found}/{tried}{missed}")
    bad += seeded_in_files(options, environment)
    print(f"{len(KINDS) + len(editor_faults.KINDS)} kinds, {bad} below 99 %")
    if cases:
        compare(options.folder, cases)
    return 1 if bad else 0


def seeded_in_files(options: argparse.Namespace, environment: Any) -> int:
    """Seed the faults of graph-editor files into the templates; return how many kinds were found too seldom."""
    from fit_ad.core.validation import check
    from judge import graph_files, support, templates_of

    comfyui, _ = support.find_comfyui()
    folder = options.templates or templates_of(support.find_python(comfyui)[0])
    files = [json.loads(one.read_text(encoding="utf-8")) for one in graph_files(folder)]
    bad = 0
    for name, function in editor_faults.KINDS.items():
        rng, found, tried, missed = random.Random(name), 0, 0, ""
        for data in rng.sample(files, len(files)):
            if tried == options.graphs:
                break
            mutated = copy.deepcopy(data)
            fault = function(editor_faults.Graph(mutated, environment, rng))
            if fault is None:
                continue
            hit = is_found(fault, check(data, environment), check(mutated, environment))
            tried, found = tried + 1, found + hit
            missed = missed or ("" if hit else f" missed: {fault}")
        bad += found < 0.99 * tried or not tried
        print(f"{name}: {found}/{tried}{missed}")
    return bad


def compare(folder: Path, cases: list[tuple[str, dict[str, Any], Any]]) -> None:
    """Ask a real server about mutated prompts and print where it and we differ."""
    from judge import server_with_all_nodes
    from validate import ours

    agree, lines = 0, []
    with server_with_all_nodes(folder / "base") as (url, _, _python):
        for name, graph, report in cases:
            answer = httpx.post(url + "/prompt", json={"prompt": graph}, timeout=120)
            httpx.post(url + "/queue", json={"clear": True})
            httpx.post(url + "/interrupt", json={})
            body = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            rejected = answer.status_code != 200 or bool(body.get("node_errors"))
            places = {node_id for node_id, _ in ours(report)}
            named = set(body.get("node_errors") or {}) - {""}
            if rejected == bool(places) and (not named or "" in places or named <= places):
                agree += 1
            else:
                lines.append(
                    f"{name}: server {answer.status_code} {sorted(named)[:6]}, ours {sorted(ours(report))[:6]}"
                )
    print(f"server and we agree on {agree} of {len(cases)}")
    for line in lines[:40]:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
