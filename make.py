#!/usr/bin/env python3
"""The project's commands, for any machine with Python 3.10 or newer (pip and venv included).

    python3 make.py ad         install into .venv and make an ad from the sample photo
    python3 make.py quick      lint, and the tests of what changed: under a minute
    python3 make.py test       lint, types and every test that can run here
    python3 make.py lint       ruff, mypy, import contracts, eslint, tsc, and whether derived files are up to date
    python3 make.py format     put Python and JavaScript into the house's form
    python3 make.py generate   write what is derived: API files, locales/en, catalogue, versions …
    python3 make.py clean      remove .venv and the installed JavaScript tools

What follows ``ad`` goes to ``fit-ad make``; what follows ``test`` goes to pytest; ``generate --check`` only looks.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
SAMPLE_AD = (str(ROOT / "samples/coffee.png"), "--shop", "카페 봄날", "--offer", "아메리카노 1+1", "--region", "연남동")
ROOMS = ("core", "nodes", "client")

Command = tuple[str | Path, ...]


def run(*command: str | Path, **environment: str) -> int:
    """Run a command in the project's folder and return its exit status."""
    return subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, **environment})


def named_package() -> Path:
    """Return a folder with a link ``fit_ad`` to the root, for tools that look for the package by its name."""
    link = VENV / "types" / "fit_ad"
    link.parent.mkdir(exist_ok=True)
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)
    return link.parent


def install(extra: str) -> None:
    """Make .venv and install the package with that extra into it, unless that stands already."""
    stamp = VENV / f"fit-ad-{extra}.stamp"
    wanted = hashlib.sha256(
        (ROOT / "pyproject.toml").read_bytes() + (ROOT / "constraints.txt").read_bytes() + str(ROOT).encode()
    ).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing Fit-AD with the extra [{extra}] into {VENV.name}; the first time takes minutes …", flush=True)
    if not PYTHON.exists() and run(sys.executable, "-m", "venv", VENV):
        sys.exit("make.py: could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    if run(*pip, "--constraint", "constraints.txt", "--editable", f".[{extra}]"):
        sys.exit("make.py: pip could not install the packages; its message above says why.")
    stamp.write_text(wanted)


def javascript_tools() -> bool:
    """Return whether eslint and tsc are at hand, installed where Node and npm are; else say why not."""
    npm = shutil.which("npm")
    if not shutil.which("node") or not npm:
        print("SKIPPED JavaScript lint and tests: Node 20 or newer with npm was not found.", flush=True)
        return False
    if (ROOT / "node_modules").exists() or not run(npm, "ci", "--no-audit", "--no-fund", "--silent"):
        return True
    print("SKIPPED JavaScript lint: npm could not install the tools; its message above says why.", flush=True)
    return False


# --- checks -------------------------------------------------------------------------------------------------


def lint_checks() -> dict[str, tuple[Command, dict[str, str]]]:
    """Return the checks that run no test: name -> command and environment."""
    package = str(named_package())
    mypy = (PYTHON, "-m", "mypy", *(part for room in ROOMS for part in ("-p", f"fit_ad.{room}")))
    checks: dict[str, tuple[Command, dict[str, str]]] = {
        "ruff check": ((PYTHON, "-m", "ruff", "check", "."), {}),
        "ruff format": ((PYTHON, "-m", "ruff", "format", "--check", "."), {}),
        "import contracts": ((BIN / "lint-imports",), {"PYTHONPATH": package}),
        "derived files": ((PYTHON, "scripts/generate.py", "--check"), {}),
        "mypy": (mypy, {"MYPYPATH": package}),
    }
    if javascript_tools():
        checks["eslint and tsc"] = ((str(shutil.which("npm")), "run", "--silent", "lint"), {})
    return checks


def side_by_side(checks: dict[str, tuple[Command, dict[str, str]]]) -> dict[str, int]:
    """Run checks side by side, show what those that fail say, and return their exit statuses."""

    def one(name: str) -> tuple[str, int]:
        command, environment = checks[name]
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
        )
        shown = f"\n{done.stdout}{done.stderr}" if done.returncode else ""
        print(f"{'FAILED' if done.returncode else 'ok'}  {name}{shown}", flush=True)
        return name, done.returncode

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        return dict(pool.map(one, checks))


def verdict(command: str, results: dict[str, int], start: float) -> int:
    """Say which checks failed; the exit status is 0 only when all of them passed."""
    failed = [name for name, status in results.items() if status]
    outcome = f"FAILED in {', '.join(failed)}" if failed else f"passed ({', '.join(results)})"
    print(f"\nmake.py {command}: {outcome} in {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


# --- commands -----------------------------------------------------------------------------------------------


def make_ad(arguments: list[str]) -> int:
    """Make an ad with ``fit-ad make``: from the sample photo, or from what the arguments say."""
    install("local")
    return subprocess.call([str(PYTHON), "-m", "fit_ad.client", "make", *(arguments or SAMPLE_AD)])


def lint(_arguments: list[str]) -> int:
    """Run every check that runs no test."""
    install("dev")
    start = time.monotonic()
    return verdict("lint", side_by_side(lint_checks()), start)


def quick(_arguments: list[str]) -> int:
    """Run lint and the tests of what changed since the branch left main; those of a real ComfyUI are left out."""
    install("dev")
    start = time.monotonic()
    listed = subprocess.check_output([str(PYTHON), "scripts/changed_tests.py"], cwd=ROOT, text=True).split("\n")
    python, javascript = (list(filter(None, part.split("\0"))) for part in listed[:2])
    checks = lint_checks()
    if javascript and shutil.which("node"):
        checks["node --test"] = (("node", "--test", *javascript), {})
    if python:
        pytest = (PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", "not comfyui", *python)
        checks = {"pytest": (pytest, {}), **checks}  # the longest first
    print(
        f"{len(python)} files of Python tests and {len(javascript)} of JavaScript tests reach what changed", flush=True
    )
    return verdict("quick", side_by_side(checks), start)


def test(arguments: list[str]) -> int:
    """Run every check, or pytest alone with what it is given."""
    install("dev")
    if arguments:
        return run(PYTHON, "-m", "pytest", *arguments)
    start = time.monotonic()
    results = side_by_side(lint_checks())
    if node := shutil.which("node"):
        results["node --test"] = run(node, "--test", *sorted((ROOT / "tests/js").glob("*.test.mjs")))
    results["pytest"] = run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup")
    return verdict("test", results, start)


def reformat(_arguments: list[str]) -> int:
    """Put Python and JavaScript into the house's form, as far as a program can."""
    install("dev")
    statuses = [run(PYTHON, "-m", "ruff", "check", "--fix", "."), run(PYTHON, "-m", "ruff", "format", ".")]
    if javascript_tools():
        statuses.append(run(str(shutil.which("npm")), "exec", "eslint", "--", "--fix", "."))
    return max(statuses)


def generate(arguments: list[str]) -> int:
    """Write what is derived from elsewhere in the project."""
    install("dev")
    return run(PYTHON, "scripts/generate.py", *arguments)


def clean(_arguments: list[str]) -> int:
    """Remove what the other commands installed."""
    for folder in (VENV, ROOT / "node_modules"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "ad": make_ad,
    "quick": quick,
    "test": test,
    "lint": lint,
    "format": reformat,
    "generate": generate,
    "clean": clean,
}


def main() -> int:
    if sys.version_info < (3, 10):  # noqa: UP036 - this file runs before anything checks it
        sys.exit(f"make.py: Fit-AD needs Python 3.10 or newer; this is {sys.version.split()[0]}.")
    command = COMMANDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if command is None:
        print(__doc__)
        return 2
    return command(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
