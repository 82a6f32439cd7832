"""YAML files read into typed values (see typed_data); every mistake is named with file, line and reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..errors import FitAdError
from .typed_data import DataFaultError, Place, typed

LARGEST_BYTES = 1024 * 1024
_CORRECT = "Correct the line"
_TOO_DEEP = "Its lists and names are nested too deeply"
_T = TypeVar("_T")


class YamlFile(NamedTuple):
    """What a YAML file holds, and the line of each name and item, from 1.

    Attributes:
        path: The file, for messages.
        what: What it is called in messages, such as ``The settings file``.
        data: Plain data; a name or item without a value is left out.
        lines: Place of a name or item -> its line.
    """

    path: Path
    what: str
    data: Any
    lines: Mapping[Place, int]

    def mistake(self, place: Place, reason: str, fix: str = "") -> FitAdError:
        """Return the error for a mistake at a place, or at the nearest place around it that has a line."""
        while place and place not in self.lines:
            place = place[:-1]
        line = self.lines.get(place, 1)
        return FitAdError(f"{self.what} {self.path}, line {line}, has an error", why=reason, fix=fix or _CORRECT)

    def typed(self, kind: type[_T]) -> _T:
        """Return the data as a value of a type.

        Raises:
            FitAdError: The data do not fit the type.
        """
        try:
            return typed(kind, {} if self.data is None else self.data)
        except DataFaultError as fault:
            place, reason, fix = fault.place, fault.reason, fault.fix
        raise self.mistake(place, reason, fix)


def read_text(path: Path, what: str, largest: int = LARGEST_BYTES) -> str:
    """Return a file's text.

    Raises:
        FitAdError: The file cannot be read, is too large, or is not UTF-8.
    """
    try:
        if path.stat().st_size > largest:
            raise FitAdError(f"{what} {path} is too large", why=f"It has more than {largest // 1024} KB")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        raise FitAdError(f"{what} {path} can't be read", why=exc.strerror or str(exc)) from exc
    except UnicodeDecodeError as exc:
        raise FitAdError(f"{what} {path} can't be read", why="It is not UTF-8", fix="Save it as UTF-8") from exc


def parse(text: str, path: Path, what: str, *, as_text: bool = False) -> YamlFile:
    """Return what a YAML text holds.

    Args:
        text: The text.
        path: The file, for messages.
        what: What it is called in messages.
        as_text: Keep every value as the text that is written, so that ``phone: 070-1`` or ``name: no`` stay words.

    Raises:
        FitAdError: The text is not YAML, or a name stands twice in one place.
    """
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader = base(text)
    try:
        root = loader.get_single_node()
        lines: dict[Place, int] = {}
        twice: list[Place] = []
        data = None if root is None else _plain(root, (), lines, twice, None if as_text else loader)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        lines = {(): mark.line + 1 if mark else 1}
        reason = str(getattr(exc, "problem", None) or "It is not YAML")
        reason = _TOO_DEEP if "nesting depth" in reason else reason
        raise YamlFile(path, what, None, lines).mistake((), reason) from None
    except RecursionError:
        raise YamlFile(path, what, None, {}).mistake((), _TOO_DEEP) from None
    finally:
        loader.dispose()
    file = YamlFile(path, what, data, lines)
    for location in twice:
        raise file.mistake(location, f"'{location[-1]}' is given twice", "Keep one of them")
    return file


def _plain(node: Any, at: Place, lines: dict[Place, int], twice: list[Place], loader: Any) -> Any:
    """Return a node as plain data, and note where its parts stand."""
    lines.setdefault(at, node.start_mark.line + 1)
    if node.id == "mapping":
        found: dict[str, Any] = {}
        for key, value in node.value:
            place = (*at, str(key.value))
            if place in lines:
                twice.append(place)
            lines[place] = key.start_mark.line + 1
            if (plain := _plain(value, place, lines, twice, loader)) is not None:
                found[str(key.value).strip()] = plain
        return found
    if node.id == "sequence":
        items = (_plain(item, (*at, index), lines, twice, loader) for index, item in enumerate(node.value))
        return [item for item in items if item is not None]
    if node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value).strip() if loader is None else loader.construct_object(node)
