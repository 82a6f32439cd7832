"""The house's walls: who may import whom, and what the package lists."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "nodes", "client")


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def test_the_data_files_are_part_of_the_package() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]
    homes = {name: ROOT.joinpath(*name.split(".")[1:]) for name in data}
    listed = {file for name, patterns in data.items() for pattern in patterns for file in homes[name].glob(pattern)}
    read_by_code = {
        file
        for room in ROOMS
        for suffix in ("yaml", "json", "j2", "css")
        for file in (ROOT / room).rglob(f"*.{suffix}")
    }
    named_in_messages = {ROOT / "config.example.yaml"}
    assert read_by_code | named_in_messages <= listed
    assert read_by_code


def test_no_requirement_moves_what_comfyui_brings() -> None:
    names = {
        re.split(r"[<>=!~\[ ;]", line)[0].lower()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line
    }
    assert names.isdisjoint({"torch", "torchvision", "torchaudio", "numpy", "transformers", "pillow"})


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
