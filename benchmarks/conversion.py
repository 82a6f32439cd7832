"""How often our conversion of graph-editor files gives what ComfyUI's front end gives.

    python benchmarks/judge.py FOLDER
    python benchmarks/conversion.py FOLDER [--show 20]

Counts, over the official templates: equal; refused (said to be uncertain); silently wrong. Compared is what the
server reads: nodes, classes, links, and the values of declared inputs; not the new numbers that nodes in subgraphs get
where two have the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))


def renamed(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Return our graph with the front end's ids, where a node in a subgraph got another new number than there."""
    mine, their = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
    key = lambda graph: lambda node_id: (node_id.rpartition(":")[0], graph[node_id]["class_type"])  # noqa: E731
    pairs = {one: [other for other in their if key(theirs)(other) == key(ours)(one)] for one in mine}
    if len(mine) != len(their) or not all(":" in one and len(others) == 1 for one, others in pairs.items()):
        return ours
    ids = {one: others[0] for one, others in pairs.items()}
    text = json.dumps({ids.get(node_id, node_id): node for node_id, node in ours.items()})
    for one, other in ids.items():
        text = text.replace(f'["{one}", ', f'["{other}", ')
    return dict(json.loads(text))


def differences(ours: dict[str, Any], theirs: dict[str, Any], catalogue: Any) -> list[str]:
    """Return what is not the same in two API graphs, one line each."""
    found = [f"{n}: only ours ({ours[n]['class_type']})" for n in ours.keys() - theirs.keys()]
    found += [f"{n}: only theirs ({theirs[n].get('class_type')})" for n in theirs.keys() - ours.keys()]
    for node_id in ours.keys() & theirs.keys():
        mine, their = ours[node_id]["inputs"], theirs[node_id]["inputs"]
        cls = catalogue.get(ours[node_id]["class_type"])
        names = set(cls.live(their)) | set(cls.live(mine)) if cls else mine.keys() | their.keys()
        for name in names & (mine.keys() | their.keys()):
            here, there = mine.get(name, "(none)"), their.get(name, "(none)")
            if there == "Loading...":
                continue  # a list that the front end has not fetched yet
            if here != there or isinstance(here, bool) != isinstance(there, bool):
                found.append(
                    f"{node_id} {ours[node_id]['class_type']}.{name}: {str(here)[:50]!r} not {str(there)[:50]!r}"
                )
    return found


def dead_ends(theirs: dict[str, Any]) -> set[str]:
    """Return the nodes without a class that the front end emits for what it does not know."""
    return {node_id for node_id, node in theirs.items() if not node.get("class_type")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--show", type=int, default=10, help="how many of each kind to print")
    options = parser.parse_args()
    from fit_ad.core.workflow.catalogue import Catalogue
    from fit_ad.core.workflow.conversion import convert
    from fit_ad.core.workflow.document import read
    from judge import support, templates_of

    catalogue = Catalogue(json.loads((options.folder / "object_info.json").read_text(encoding="utf-8")))
    comfyui, _ = support.find_comfyui()
    templates = options.templates or templates_of(support.find_python(comfyui)[0])
    counts = {"equal": 0, "refused": 0, "silently wrong": 0, "not judged": 0}
    shown: dict[str, list[str]] = {name: [] for name in counts}
    for file in sorted((options.folder / "prompts").glob("*.json")):
        theirs = json.loads(file.read_text(encoding="utf-8"))
        if "_error" in theirs or dead_ends(theirs):
            verdict, lines = "not judged", [str(theirs.get("_error", "unknown node classes"))[:200]]
        else:
            done = convert(read(json.loads((templates / file.name).read_text(encoding="utf-8"))), catalogue)
            lines = differences(renamed(done.graph, theirs), theirs, catalogue)
            verdict = "equal" if done.certain and not lines else "refused" if not done.certain else "silently wrong"
            if verdict == "refused":
                lines = [f"{one.node} {one.input}: {one.why}" for one in done.refusals] + lines
        counts[verdict] += 1
        shown[verdict].append("\n    ".join([file.name, *lines[:6]]))
    for verdict in ("silently wrong", "refused", "not judged"):
        for text in shown[verdict][: options.show]:
            print(f"{verdict}: {text}")
    judged = sum(counts.values()) - counts["not judged"]
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    print(f"equal: {100 * counts['equal'] / max(judged, 1):.1f} % of {judged}")
    return 1 if counts["silently wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
