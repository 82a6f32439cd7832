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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))


def servers(verdict: dict[str, Any], prompt: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the places of the server's errors; of a node's own check only the input that it is about."""
    found = set()
    error = verdict["body"].get("error") or {}
    if error.get("type") == "missing_node_type":
        found.add((str(error["extra_info"]["node_id"]), ""))
    if error.get("type") == "prompt_no_outputs":
        found.add(("", ""))
    for node_id, entry in (verdict["body"].get("node_errors") or {}).items():
        errors = entry["errors"]
        custom = [one for one in errors if one["type"] == "custom_validation_failed"]
        for one in [one for one in errors if one not in custom] + custom[:1]:
            found.add((node_id, one["extra_info"].get("input_name", "")))
    return found


def ours(report: Any) -> set[tuple[str, str]]:
    """Return the places of our errors that the server looks for too."""
    beyond = ("secret", "path-absolute", "path-escape", "pack-missing", "pack-version", "card-mismatch", "api-drift")
    return {(f.place.node, f.input) for f in report.findings if f.severity == "error" and f.code not in beyond}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    from fit_ad.core.validation import check, from_object_info
    from judge import support, templates_of

    knowledge = from_object_info(json.loads((options.folder / "object_info.json").read_text(encoding="utf-8")))
    comfyui, _ = support.find_comfyui()
    templates = options.templates or templates_of(support.find_python(comfyui)[0])
    seconds, counts, lines = [], {"both": 0, "ours only": 0, "server's only": 0}, []
    findings: dict[str, int] = {}
    for file in sorted((options.folder / "verdicts").glob("*.json")):
        data = json.loads((templates / file.name).read_text(encoding="utf-8"))
        times = []
        for _ in range(2):
            start = time.perf_counter()
            report = check(data, knowledge, name=file.name)
            times.append(time.perf_counter() - start)
        seconds.append((min(times), file.name))
        verdict = json.loads(file.read_text(encoding="utf-8"))
        prompt = json.loads((options.folder / "prompts" / file.name).read_text(encoding="utf-8"))
        for one in report.findings:
            findings[f"{one.code} {one.severity}"] = findings.get(f"{one.code} {one.severity}", 0) + 1
        theirs, mine = servers(verdict, prompt), ours(report)
        if any(one.wording == "unknown-node.gone" for one in report.findings) and theirs & mine:
            counts["both"] += 1  # the server stops at the first unknown class
            continue
        counts["both"] += len(theirs & mine)
        counts["ours only"] += len(mine - theirs)
        counts["server's only"] += len(theirs - mine)
        if mine != theirs:
            lines.append(f"{file.name}: ours only {sorted(mine - theirs)}, server's only {sorted(theirs - mine)}")
    for line in lines[: options.show]:
        print(line)
    print(", ".join(f"{count} {name}" for name, count in sorted(findings.items())))
    print("errors: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    worst = max(seconds)
    print(
        f"median {1000 * statistics.median(s for s, _ in seconds):.1f} ms, worst {1000 * worst[0]:.0f} ms ({worst[1]})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
