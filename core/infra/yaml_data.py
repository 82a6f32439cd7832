"""YAML files read into typed values; every mistake is named with file, line and reason.

A type is a frozen dataclass (or a NamedTuple, or lists and mappings of them); pydantic checks the data against its
annotations. A dataclass whose ``__pydantic_config__`` forbids extra names refuses those it does not know.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from ..errors import FitAdError

Location = tuple[str | int, ...]
LARGEST_BYTES = 1024 * 1024
_CORRECT = "Correct the line"
_T = TypeVar("_T")


class YamlFile(NamedTuple):
    """What a YAML file holds, and the line of each name and item, from 1.

    Attributes:
        path: The file, for messages.
        what: What it is called in messages, such as ``The settings file``.
        data: Plain data; a name or item without a value is left out.
        lines: Location of a name or item -> its line.
    """

    path: Path
    what: str
    data: Any
    lines: Mapping[Location, int]

    def mistake(self, place: Location, reason: str, fix: str = "") -> FitAdError:
        """Return the error for a mistake at a place, or at the nearest place around it that has a line."""
        while place and place not in self.lines:
            place = place[:-1]
        line = self.lines.get(place, 1)
        return FitAdError(f"{self.what} {self.path}, line {line}, holds a mistake", why=reason, fix=fix or _CORRECT)

    def typed(self, kind: type[_T]) -> _T:
        """Return the data as a value of a type.

        Raises:
            FitAdError: The data do not fit the type.
        """
        from pydantic import ValidationError

        try:
            value: _T = _adapter(kind).validate_python({} if self.data is None else self.data)  # type: ignore[arg-type]
            return value
        except ValidationError as exc:
            faults = exc.errors(include_url=False, include_input=False)
        unknown = (one for one in faults if one["type"] in _UNKNOWN)  # a misspelt name is also a missing one
        fault = next(unknown, faults[0])
        raise self.mistake(fault["loc"], *_explained(kind, fault))


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
        FitAdError: The text is no YAML, or a name stands twice in one place.
    """
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader = base(text)
    try:
        root = loader.get_single_node()
        lines: dict[Location, int] = {}
        twice: list[Location] = []
        data = None if root is None else _plain(root, (), lines, twice, None if as_text else loader)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        lines = {(): mark.line + 1 if mark else 1}
        reason = str(getattr(exc, "problem", None) or "It is not YAML")
        raise YamlFile(path, what, None, lines).mistake((), reason) from None
    finally:
        loader.dispose()
    file = YamlFile(path, what, data, lines)
    for location in twice:
        raise file.mistake(location, f"'{location[-1]}' is given twice", "Keep one of them")
    return file


def _plain(node: Any, at: Location, lines: dict[Location, int], twice: list[Location], loader: Any) -> Any:
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


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


# --- mistakes in words ----------------------------------------------------------------------------------------

_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")


def _explained(kind: Any, fault: Mapping[str, Any]) -> tuple[str, str]:
    """Return the reason and the remedy for what pydantic found; no value of the file is repeated."""
    place = fault["loc"]
    name = str(place[-1]) if place else "The file"
    around = _spoken(place[:-1])
    match fault["type"]:
        case "unexpected_keyword_argument" | "extra_forbidden":
            known = _fields(_type_at(kind, place[:-1]))
            near = difflib.get_close_matches(name, known, 1)
            return f"{around} has no field '{name}'", f"Did you mean {near[0]}?" if near else f"Use {', '.join(known)}"
        case "missing" | "missing_argument":
            return f"{around} has no {name}", f"Add {name}:"
        case "dataclass_type" | "dict_type" | "arguments_type":
            first = next(iter(_fields(_type_at(kind, place))), "name")
            return f"{_spoken(place)} must be names with values", f"Write lines such as {first}:"
        case "tuple_type" | "list_type":
            return f"{name} must be a list", "Write one item a line, each after -"
        case "bool_type" | "bool_parsing":
            return f"{name} must be yes or no", ""
        case "string_type":
            return f"{name} must be text", ""
        case "too_short":
            return f"{name} must have at least {fault['ctx']['min_length']}", ""
        case "literal_error":
            return f"{name} must be one of {fault['ctx']['expected'].replace(' or ', ', ')}", ""
    hint = _type_at(kind, place)
    return (f"{name} must be {_number(hint)}" if _base(hint) in (int, float) else str(fault["msg"])), ""


def _number(hint: Any) -> str:
    limits = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    low, high = (next((getattr(one, end) for one in limits if hasattr(one, end)), None) for end in ("ge", "le"))
    kind = "a whole number" if _base(hint) is int else "a number"
    if low is not None and high is not None:
        return f"{kind} from {low:g} to {high:g}"
    return f"{kind} of at least {low:g}" if low is not None else kind


def _spoken(place: Location) -> str:
    """Return a place as people write it: ``profiles.a``, ``formats[2]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "The file"


def _fields(hint: Any) -> list[str]:
    kind = _base(hint)
    if is_dataclass(kind):
        return [field.name for field in fields(kind)]
    return list(getattr(kind, "_fields", ()))


def _base(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _type_at(kind: Any, place: Iterable[str | int]) -> Any:
    """Return the annotation of the place in a type that a location leads to; None where it leads nowhere."""
    for part in place:
        plain = _base(kind)
        if str(part) in _fields(plain):
            kind = get_type_hints(plain, include_extras=True).get(str(part))
        elif arguments := [one for one in get_args(plain) if one is not Ellipsis and one is not NoneType]:
            kind = arguments[-1]
        else:
            return None
        if get_origin(kind) in (Union, UnionType):
            kind = next((one for one in get_args(kind) if _fields(one)), kind)
    return kind
