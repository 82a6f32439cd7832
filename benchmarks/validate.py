"""How the validator does on the official templates: against the server's own verdicts, and how fast.

    python benchmarks/judge.py FOLDER
    python benchmarks/validate.py FOLDER [--show 10]

Per error that the server names (node, input) one of ours must stand at the same place, and the other way round.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))


Places = dict[tuple[str, str], str]  # node and input -> the kind of error there


def known(folder: Path) -> Any:
    """Return what the recorded server knew: its nodes, and the files in its folders."""
    from fit_ad.core.validation import from_object_info
    from fit_ad.core.validation.environment import _has_file

    info, stats = (
        json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in ("object_info", "system_stats")
    )
    version = stats["system"]["comfyui_version"]
    return replace(from_object_info(info, comfyui=version), has_file=partial(_has_file, folder / "base"))


def servers(verdict: dict[str, Any]) -> Places:
    """Return the places of the server's errors; of a node's own check only the input that it is about."""
    found: Places = {}
    error = verdict["body"].get("error") or {}
    if error.get("type") == "missing_node_type":
        found[str(error["extra_info"]["node_id"]), ""] = "missing_node_type"
    if error.get("type") == "prompt_no_outputs":
        found["", ""] = "prompt_no_outputs"
    for node_id, entry in (verdict["body"].get("node_errors") or {}).items():
        errors = entry["errors"]
        custom = [one for one in errors if one["type"] == "custom_validation_failed"]
        for one in [one for one in errors if one not in custom] + custom[:1]:
            found.setdefault((node_id, one["extra_info"].get("input_name", "")), one["type"])
    return found


def ours(report: Any) -> Places:
    """Return the places of our errors that the server looks for too."""
    beyond = ("secret", "path-absolute", "path-escape", "card-mismatch", "api-drift")
    errors = [f for f in report.findings if f.severity == "error" and f.code not in beyond]
    return {(f.place.node, f.input): f.code for f in errors}


class Table:
    """Errors by kind: on both sides, ours only, the server's only; and how often a whole graph was judged wrongly."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self.graphs = {"accepted by both": 0, "refused by both": 0, "false alarm": 0, "missed": 0}

    def add(self, mine: Places, theirs: Places) -> None:
        both = theirs.keys() & mine.keys()
        if "missing_node_type" in theirs.values() and both:
            mine, theirs = {at: mine[at] for at in both}, {at: theirs[at] for at in both}  # the server stops there
        for column, places, kinds in (
            (0, both, theirs),
            (1, mine.keys() - both, mine),
            (2, theirs.keys() - both, theirs),
        ):
            for at in places:
                self.rows.setdefault(kinds[at], [0, 0, 0])[column] += 1
        words = ("accepted by both", "missed", "false alarm", "refused by both")
        self.graphs[words[2 * bool(mine) + bool(theirs)]] += 1

    def __str__(self) -> str:
        rows = [*sorted(self.rows.items()), ("all", [sum(column) for column in zip(*self.rows.values(), strict=True)])]
        lines = [f"| {kind} | {' | '.join(map(str, counts))} |" for kind, counts in rows]
        graphs = ", ".join(f"{count} {name}" for name, count in self.graphs.items())
        head = "| error | found by both | ours only (false) | server's only (missed) |\n|---|---|---|---|"
        return "\n".join([head, *lines, f"graphs: {graphs}"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    from fit_ad.core.validation import check
    from judge import support, templates_of

    environment = known(options.folder)
    comfyui, _ = support.find_comfyui()
    templates = options.templates or templates_of(support.find_python(comfyui)[0])
    seconds, table, lines = [], Table(), []
    for file in sorted((options.folder / "verdicts").glob("*.json")):
        data = json.loads((templates / file.name).read_text(encoding="utf-8"))
        times = []
        for _ in range(3):
            start = time.process_time()
            report = check(data, environment, name=file.name)
            times.append(time.process_time() - start)
        seconds.append((min(times), file.name))
        theirs, mine = servers(json.loads(file.read_text(encoding="utf-8"))), ours(report)
        table.add(mine, theirs)
        if mine.keys() ^ theirs.keys() and "missing_node_type" not in theirs.values():
            different = sorted(mine.keys() - theirs.keys()), sorted(theirs.keys() - mine.keys())
            lines.append(f"{file.name}: ours only {different[0]}, server's only {different[1]}")
    for line in lines[: options.show]:
        print(line)
    print(table)
    worst = max(seconds)
    median = 1000 * statistics.median(s for s, _ in seconds)
    print(f"{len(seconds)} graphs, processor time: median {median:.1f} ms, worst {1000 * worst[0]:.0f} ms ({worst[1]})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
