#!/usr/bin/env python3
"""Ten thousand broken workflow files through everything that ``fit-ad validate`` does: no crash, no hang.

    python benchmarks/fuzz.py [--files 10000] [--megabytes 50] [--seed 1]

Each file is made from a graph of the bundle, in either format, written to disk, read, checked, exported as JSON and
SARIF, mended and scrubbed. A file must end with findings, as a workflow without any, or with the words of a refusal
(exit status 2), within two seconds for the check. What does not is printed with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 2.0
JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**70, 1e308, "", "x", "-10", "3", [], {}, [[]], [None, None], ["3", 0], ["3"], [3, 0]),
    *({"id": 3}, {"__value__": [1]}, {"nodes": []}, {"class_type": "KSampler"}, "\ud800", "\0", "a" * 5000, "../" * 9),
    *([3, 0, 3, 0, 3, 0], {"inputs": None}, {"type": []}, {"widget": {"name": 3}}, "9" * 400, [[["1"]]]),
)
Kind = Callable[[Any, random.Random], bytes]
KINDS: dict[str, tuple[int, Kind]] = {}  # with each kind's share


def kind(share: int) -> Callable[[Kind], Kind]:
    def keep(function: Kind) -> Kind:
        KINDS[function.__name__] = (share, function)
        return function

    return keep


def dumped(data: Any) -> bytes:
    return json.dumps(data).encode()


def places(data: Any) -> list[tuple[Any, Any]]:
    """Return every object and list of the data with each of its keys."""
    found, left = [], [data]
    while left:
        one = left.pop()
        for key in one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ():
            found.append((one, key))
            left.append(one[key])
    return found


def nodes_of(data: Any) -> list[Any]:
    return data["nodes"] if isinstance(data.get("nodes"), list) else list(data.values())


@kind(20)
def cut_short(data: Any, rng: random.Random) -> bytes:
    text = dumped(data)
    return text[: rng.randrange(len(text))]


@kind(30)
def wrong_types(data: Any, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 2, 5, 20, 200))):
        container, key = rng.choice(places(data) or [([data], 0)])
        what = rng.random()
        if what < 0.75:
            container[key] = copy.deepcopy(rng.choice(JUNK))
        elif what < 0.9 and isinstance(container, dict):
            del container[key]
        elif isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
    return dumped(data)


@kind(5)
def deep_nesting(data: Any, rng: random.Random) -> bytes:
    depth = rng.choice((50, 500, 900, 5_000, 100_000))
    open_, close = rng.choice((("[", "]"), ('{"a":', "}"), ('{"nodes":[', "]}"), ('[{"prompt":', "}]")))
    deep = open_ * depth + rng.choice(("1", "null", '"x"')) + close * rng.choice((depth, depth - 1))
    container, key = rng.choice(places(data))
    container[key] = "DEEP"
    return dumped(data).replace(b'"DEEP"', deep.encode()) if rng.random() < 0.7 else deep.encode()


@kind(12)
def cycles(data: Any, rng: random.Random) -> bytes:
    """Wires in loops, and subgraphs that hold each other."""
    if isinstance(data.get("nodes"), list):
        ids = [node["id"] for node in data["nodes"]]
        for link in data.get("links", []):
            if rng.random() < 0.3:
                link[1], link[3] = rng.choice(ids), rng.choice(ids)
        names = ["s1", "s2"]
        for name, other in (names, names[::-1]):
            inner = {**copy.deepcopy(data), "id": name, "inputs": [], "outputs": []}
            inner.pop("definitions", None)
            inner["nodes"] += [{"id": 9000 + n, "type": rng.choice((name, other)), "inputs": []} for n in range(3)]
            data.setdefault("definitions", {}).setdefault("subgraphs", []).append(inner)
        data["nodes"].append({"id": 9999, "type": "s1", "inputs": []})
    else:
        for node in data.values():
            for name, value in node["inputs"].items():
                if isinstance(value, list) and rng.random() < 0.4:
                    node["inputs"][name] = [rng.choice(list(data)), rng.randrange(3)]
    return dumped(data)


@kind(8)
def no_numbers(data: Any, rng: random.Random) -> bytes:
    words = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "1e-400", "-0"]
    found = [(box, key) for box, key in places(data) if isinstance(box[key], (int, float))]
    for box, key in rng.sample(found, min(len(found), 20)):
        box[key] = "NUMBER"
    text = dumped(data)
    while b'"NUMBER"' in text:
        text = text.replace(b'"NUMBER"', rng.choice(words).encode(), 1)
    return text


@kind(8)
def keys_twice(data: Any, rng: random.Random) -> bytes:
    text = dumped(data).decode()
    for _ in range(rng.choice((1, 5, 50))):
        at = rng.choice([i for i, c in enumerate(text) if c == "{"])
        key = rng.choice(['"nodes"', '"inputs"', '"1"', '"id"', '"class_type"', '"type"', '"links"', '"definitions"'])
        text = f"{text[: at + 1]}{key}: {json.dumps(rng.choice(JUNK[:-3]))}, {text[at + 1 :]}".replace(", }", "}")
    return text.encode()


@kind(7)
def ids_twice(data: Any, rng: random.Random) -> bytes:
    nodes = [one for one in nodes_of(data) if isinstance(one, dict)]
    for _ in range(rng.choice((1, 3, 30))):
        one = copy.deepcopy(rng.choice(nodes))
        if isinstance(data.get("nodes"), list):
            one["id"] = rng.choice((one["id"], str(one["id"]), -10, -20, "", "1:2", 10**30))
            data["nodes"].append(one)
        else:
            data[rng.choice(("", " 1", "1:2:3", "-10", "nodes", "prompt", "\0"))] = one
    return dumped(data)


@kind(10)
def noise(data: Any, rng: random.Random) -> bytes:
    text = bytearray(dumped(data))
    for _ in range(rng.choice((1, 10, 1000))):
        text[rng.randrange(len(text))] = rng.randrange(256)
    return bytes(text)


def large(size: int) -> Iterator[tuple[str, bytes]]:
    """Yield files of so many bytes: one long text, many small things, each broken and whole."""
    node = {"id": 7, "type": "KSampler", "inputs": [], "outputs": [], "widgets_values": [1, "fixed", 20, 8.0]}
    part = json.dumps(node)
    yield "one text", dumped({"nodes": [{**node, "widgets_values": ["https://a:b@" * (size // 12)]}], "links": []})
    yield "blanks", b" " * size
    yield "brackets", b"[" * size
    yield "numbers", b"[" + b"1," * (size // 2) + b"1]"
    yield "cut short", (b'{"nodes": [' + (part + ",").encode() * (size // len(part)))[:size]
    yield "nodes", b'{"nodes": [' + (part + ",").encode() * (size // len(part)) + part.encode() + b'], "links": []}'
    one = b'"%d":{"class_type":"KSampler","inputs":{"model":["%d",0],"steps":"x"}},'
    yield "api nodes", b"{" + b"".join(one % (n, n + 1) for n in range(size // 70)) + b'"x":{"class_type":"a"}}'
    yield (
        "texts",
        dumped({"nodes": [], "links": [], "extra": {"a": ["sk-x://a:=../C:\\ /home/" * 40] * (size // 1000)}}),
    )


class FuzzOutcome(NamedTuple):
    """How a file ended: ``findings``, ``clean``, ``refused`` or a traceback; and how long its check took."""

    how: str
    check_s: float
    all_s: float


def through(file: Path, environment: Any) -> FuzzOutcome:
    """Read, check, export, mend and scrub one file."""
    from fit_ad.core.errors import FitAdError
    from fit_ad.core.validation import check
    from fit_ad.core.validation.autofix import apply_fixes, scrub
    from fit_ad.core.validation.report_formats import as_json, as_sarif
    from fit_ad.core.validation.workflow_files import lines_of, load

    start = time.perf_counter()
    checked = 0.0
    try:
        document = load(file)
        report = check(document, environment)
        checked = time.perf_counter() - start
        json.dumps(as_json([report], "ko"), default=str)
        json.dumps(as_sarif([report], "1", "en", {report.name: lines_of(file, document)}), default=str)
        if document.raw is not None:
            apply_fixes(document, environment)
            scrub(document, environment)
    except FitAdError:
        how = "refused"
    except Exception:  # noqa: BLE001 - any other end is what is looked for
        how = traceback.format_exc(limit=-3)
    else:
        how = "findings" if report.findings else "clean" if report.readable else "nothing said of a broken file"
    whole = time.perf_counter() - start
    return FuzzOutcome(how, checked or whole, whole)


def files(count: int, size: int, seed: int) -> Iterator[tuple[str, bytes]]:
    graphs = [json.loads(one.read_text(encoding="utf-8")) for one in sorted(ROOT.glob("workflows/**/*.json"))]
    yield from ((f"{size // 1_000_000} MB, {name}", data) for name, data in large(size))
    shares = [(name, function) for name, (share, function) in KINDS.items() for _ in range(share)]
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        name, function = shares[number % len(shares)]
        yield name, function(copy.deepcopy(rng.choice(graphs)), rng)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from fit_ad.core.validation import from_catalogue

    environment, table, bad = from_catalogue(), {}, 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fuzzed.json"
        for number, (name, data) in enumerate(files(options.files, options.megabytes * 1_000_000, options.seed)):
            file.write_bytes(data)
            done = through(file, environment)
            table.setdefault(name, []).append(done)
            if done.how not in ("findings", "clean", "refused") or done.check_s > LIMIT_S:
                bad += 1
                print(f"{name}, number {number}: {done.check_s:.1f} s, {done.how}")
    print("| kind | files | findings | clean | refused | slowest check | slowest with repair and copy |")
    print("|---|---|---|---|---|---|---|")
    for name, ends in table.items():
        counts = " | ".join(str(sum(one.how == how for one in ends)) for how in ("findings", "clean", "refused"))
        slowest = max(one.check_s for one in ends), max(one.all_s for one in ends)
        print(f"| {name.replace('_', ' ')} | {len(ends)} | {counts} | {slowest[0]:.2f} s | {slowest[1]:.2f} s |")
    print(f"{sum(map(len, table.values()))} files, {bad} crashed, said nothing or took over {LIMIT_S:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
