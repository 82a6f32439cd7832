#!/usr/bin/env python3
"""The project's commands, for any machine with Python 3.10 or newer (pip and venv included).

    python3 make.py ad      install into .venv and make an ad from the sample photo
    python3 make.py test    install into .venv and run lint, types and every test that can run here
    python3 make.py clean   remove .venv and the installed JavaScript tools

What follows ``ad`` goes to ``fit-ad make``; what follows ``test`` goes to pytest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SAMPLE_AD = (str(ROOT / "samples/coffee.png"), "--shop", "카페 봄날", "--offer", "아메리카노 1+1", "--region", "연남동")


def run(*command: str | Path, **environment: str) -> int:
    """Run a command in the project's folder and return its exit status."""
    return subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, **environment})


def types() -> int:
    """Run mypy on the package; it knows the root folder as ``fit_ad`` by a link of that name."""
    link = VENV / "types" / "fit_ad"
    link.parent.mkdir(exist_ok=True)
    if not link.exists():
        link.symlink_to(ROOT, target_is_directory=True)
    rooms = (part for room in ("core", "nodes", "client") for part in ("-p", f"fit_ad.{room}"))
    return run(PYTHON, "-m", "mypy", *rooms, MYPYPATH=str(link.parent))


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


def make_ad(arguments: list[str]) -> int:
    """Make an ad with ``fit-ad make``: from the sample photo, or from what the arguments say."""
    install("local")
    return subprocess.call([str(PYTHON), "-m", "fit_ad.client", "make", *(arguments or SAMPLE_AD)])


def javascript_checks() -> dict[str, int]:
    """Run the JavaScript lint and tests where Node and npm are at hand, else say what was skipped."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        print("\nSKIPPED JavaScript lint and tests: Node 20 or newer with npm was not found.", flush=True)
        return {}
    results = {"node --test": run(node, "--test", *sorted((ROOT / "tests/js").glob("*.test.mjs")))}
    if (ROOT / "node_modules").exists() or not run(npm, "ci", "--no-audit", "--no-fund", "--silent"):
        return {**results, "eslint and tsc": run(npm, "run", "--silent", "lint")}
    print("\nSKIPPED JavaScript lint: npm could not install the tools; its message above says why.", flush=True)
    return results


def test(arguments: list[str]) -> int:
    """Run every check; the exit status is 0 only when all of them passed."""
    install("dev")
    if arguments:
        return run(PYTHON, "-m", "pytest", *arguments)
    results = {
        "ruff check": run(PYTHON, "-m", "ruff", "check", "."),
        "ruff format": run(PYTHON, "-m", "ruff", "format", "--check", "."),
        "mypy": types(),
        **javascript_checks(),
        "pytest": run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup"),
    }
    failed = [name for name, status in results.items() if status]
    print("\nmake.py test:", f"FAILED in {', '.join(failed)}" if failed else f"passed ({', '.join(results)})")
    return 1 if failed else 0


def clean(_arguments: list[str]) -> int:
    """Remove what ``ad`` and ``test`` installed."""
    for folder in (VENV, ROOT / "node_modules"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


COMMANDS = {"ad": make_ad, "test": test, "clean": clean}


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
