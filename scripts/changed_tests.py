#!/usr/bin/env python3
"""Print the test files that reach what changed since the branch left main, with what is not committed.

    python scripts/changed_tests.py

First line Python tests, second line JavaScript tests, each separated by NUL. A test reaches what it is named after
(``tests/core/x/test_y.py`` -> ``core/x/y.py``), what it imports, and the data that stands in ``DATA``.
"""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from derived import ROOT

ROOMS = ("core", "nodes", "client", "scripts")
# Files that no test imports -> the tests that read them.
DATA = {
    "workflows/*": ("tests/workflows", "tests/scripts", "tests/core/workflow/test_card.py"),
    "subgraphs/*": ("tests/workflows",),
    "data/*": ("tests/core/layout/test_formats.py", "tests/scripts"),
    "locales/*": ("tests/nodes/test_contract.py", "tests/scripts", "tests/core/validation/test_checker.py"),
    "js/docs/*": ("tests/nodes/test_contract.py",),
    "core/validation/catalogue.json": ("tests/core/validation", "tests/workflows"),
    "core/copywriting/*.yaml": ("tests/core/copywriting",),
    "tests/support/packs/*": (),
    "pyproject.toml": ("tests/test_architecture.py", "tests/scripts"),
    "requirements.txt": ("tests/test_architecture.py",),
    "docker/*": ("tests/test_container.py",),
}
_IMPORT = re.compile(r"(?:from|import)\s+'(\.[^']+)'")


def changed_files() -> set[str]:
    """Return the paths that differ from where the branch left main, tracked or not."""
    base = _git("merge-base", "HEAD", "main") or _git("rev-parse", "HEAD")
    listed = _git("diff", "--name-only", "-z", base[0]) if base else []
    return {*listed, *_git("ls-files", "--others", "--exclude-standard", "-z")}


def python_tests(changed: set[str]) -> list[str]:
    """Return the Python tests that reach the changed files."""
    modules = {_module(path) for path in changed if path.endswith(".py") and path.split("/")[0] in ROOMS}
    support = {Path(path).stem for path in changed if path.startswith(("tests/support/", "scripts/"))}
    tests = [path for path in _files("tests", "*.py") if Path(path).name.startswith("test_")]
    reached = {path for path in tests if path in changed or _subject(path) in changed}
    reached |= {path for path in tests if _imports(path) & (modules | support)}
    for pattern, homes in DATA.items():
        if any(fnmatch.fnmatch(path, pattern) for path in changed):
            reached |= {path for path in tests if path.startswith(homes)}
    folders = {str(Path(path).parent) for path in changed if Path(path).name == "conftest.py"} - {"tests"}
    reached |= {path for path in tests if path.startswith(tuple(f"{folder}/" for folder in folders))}
    return sorted(path for path in reached if not path.startswith(("tests/comfyui/", "tests/browser/")))


def javascript_tests(changed: set[str]) -> list[str]:
    """Return the JavaScript tests whose imports, near or far, reach the changed files."""
    graph = {path: set(_imported(path)) for folder in ("js", "tests/js") for path in _files(folder, "*.*js")}
    reached, grown = set(changed & graph.keys()), True
    while grown:
        more = {path for path, targets in graph.items() if targets & reached} - reached
        reached |= more
        grown = bool(more)
    tests = {path for path in reached if path.endswith(".test.mjs")}
    if any(path.startswith(("locales/", "tests/goldens/")) for path in changed):
        tests |= {path for path in graph if path.endswith(".test.mjs") and ".json" in (ROOT / path).read_text("utf-8")}
    return sorted(tests)


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return [part for part in re.split(r"[\0\n]", done.stdout) if part]


def _files(folder: str, pattern: str) -> Iterator[str]:
    return (path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).rglob(pattern)))


def _module(path: str) -> str:
    dotted = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    return dotted.removeprefix("scripts.") if dotted.startswith("scripts.") else f"fit_ad.{dotted}"


def _subject(test: str) -> str:
    """Return the file that a test is named after."""
    path = Path(test)
    return (path.parent.relative_to("tests") / path.name.removeprefix("test_")).as_posix()


def _imports(path: str) -> set[str]:
    """Return the modules that a test names in its imports and in strings such as those of monkeypatch."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _imported(path: str) -> Iterable[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    for target in _IMPORT.findall(text):
        resolved = ((ROOT / path).parent / target).resolve()
        if resolved.is_relative_to(ROOT):
            yield resolved.relative_to(ROOT).as_posix()


def main() -> None:
    changed = changed_files()
    print("\0".join(python_tests(changed)))
    print("\0".join(javascript_tests(changed)))


if __name__ == "__main__":
    main()
