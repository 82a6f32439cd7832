"""The house's walls beside the import contracts: what the package holds, and that tests mirror the tree."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("core", "nodes", "client")
DUNDERS = ("__init__.py", "__main__.py")


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


def lazy_homes() -> list[tuple[Path, dict[str, str]]]:
    """Return the folder of every package that opens names lazily, and the module of each name."""
    found = []
    for init in (p for room in ROOMS for p in (ROOT / room).rglob("__init__.py")):
        for node in ast.walk(ast.parse(init.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "homes":
                found.append((init.parent, ast.literal_eval(node.args[1])))
    return found


def test_no_lazy_name_is_a_module_of_its_package() -> None:
    """Such a name would turn into the module as soon as that is imported."""
    assert [(p.name, name) for p, names in lazy_homes() for name in names if (p / f"{name}.py").exists()] == []


def test_every_lazy_name_has_its_home() -> None:
    homes = {
        folder.joinpath(*home.split(".")).with_suffix(".py")
        for folder, names in lazy_homes()
        for home in names.values()
    }
    assert len(homes) > 10
    assert [home for home in homes if not home.exists()] == []


# --- one name, one meaning ------------------------------------------------------------------------------------

# A route and a command have the name of what they serve.
SERVED = {"clamp", "cutout", "validate"}


def test_no_two_classes_have_one_name() -> None:
    homes: dict[str, list[str]] = {}
    for folder in (*ROOMS, "benchmarks", "docs", "scripts"):
        for path in modules(folder):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    homes.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: there for name, there in homes.items() if len(there) > 1} == {}


def test_no_two_modules_have_one_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in (p for room in ROOMS for p in modules(room) if p.name not in DUNDERS):
        homes.setdefault(path.stem, []).append(path.relative_to(ROOT).as_posix())
    twice = {name: there for name, there in homes.items() if len(there) > 1}
    assert {name: there for name, there in twice.items() if name not in SERVED} == {}
    assert twice.keys() == SERVED


# --- tests mirror the tree ------------------------------------------------------------------------------------


def rooms_of(top: Path) -> set[str]:
    """Return the packages below a folder that hold modules, as paths from the root."""
    return {path.parent.relative_to(ROOT).as_posix() for path in top.rglob("*.py") if path.name not in DUNDERS} - {
        "core"
    }  # its two loose modules are tested by all others


UNTESTED: set[str] = set()  # rooms that are being built


@pytest.mark.parametrize("top", ROOMS)
def test_the_folders_of_tests_are_those_of_the_rooms(top: str) -> None:
    there = {path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests" / top).rglob("test_*.py")}
    rooms = rooms_of(ROOT / top)
    assert there <= rooms | {"core"}
    inside = {
        room for room in rooms if any(room.startswith(f"{other}/") for other in rooms)
    }  # may be tested from outside
    # a room inside another may be tested from there
    assert rooms - inside - there == {room for room in UNTESTED if room.startswith(top)}


TESTS = sorted(path for top in ROOMS for path in (ROOT / "tests" / top).rglob("test_*.py"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(ROOT / "tests").as_posix())
def test_a_test_stands_in_the_room_that_it_tests(path: Path) -> None:
    room = ".".join(("fit_ad", *path.parent.relative_to(ROOT / "tests").parts))
    names = re.escape(room) + (r"|fit_ad\.comfy_entrypoint" if room == "fit_ad.nodes" else "")
    assert re.search(rf"(?<![\w.])(?:{names})\b", path.read_text(encoding="utf-8")), f"it never names {room}"
