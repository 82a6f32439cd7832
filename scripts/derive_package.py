"""From pyproject.toml and the tree: the version elsewhere, requirements.txt, and pyproject's list of packages."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from derived import ROOT, DerivedFile

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOMS = ("client", "core", "nodes")


def files() -> Iterator[DerivedFile]:
    project = ROOT / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    told = tomllib.loads(text)["project"]
    yield DerivedFile(project, _with_packages(text))
    yield _replaced("__init__.py", r'__version__ = "[^"]*"', f'__version__ = "{told["version"]}"')
    requirements = ROOT / "requirements.txt"
    head = [line for line in requirements.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    yield DerivedFile(requirements, "\n".join([*head, *told["dependencies"]]) + "\n")


def packages() -> list[str]:
    """Return the packages in the tree, as setuptools names them."""
    found = (path.parent.relative_to(ROOT).parts for room in ROOMS for path in (ROOT / room).rglob("__init__.py"))
    return sorted(["fit_ad", *(".".join(("fit_ad", *parts)) for parts in found)])


def _with_packages(text: str) -> str:
    listed = "".join(f'  "{name}",\n' for name in packages())
    return re.sub(r"\npackages = \[\n.*?\n\]\n", lambda _: f"\npackages = [\n{listed}]\n", text, count=1, flags=re.S)


def _replaced(name: str, pattern: str, new: str) -> DerivedFile:
    text = (ROOT / name).read_text(encoding="utf-8")
    return DerivedFile(ROOT / name, re.sub(pattern, lambda _: new, text, count=1))
