"""Plain data read into typed values; what does not fit is said in words, with its place.

A type is a frozen dataclass (or a NamedTuple, or lists and mappings of them); pydantic checks the data against its
annotations. A dataclass whose ``__pydantic_config__`` forbids extra names refuses those it does not know.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

Place = tuple[str | int, ...]
_T = TypeVar("_T")
_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")


class DataFaultError(ValueError):
    """Data do not fit a type.

    Attributes:
        place: The names and numbers that lead to the fault.
        reason: What is wrong there; no value of the data is repeated.
        fix: What to do about it; may be empty.
    """

    def __init__(self, place: Place, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.place, self.reason, self.fix = place, reason, fix


def typed(kind: type[_T], data: object) -> _T:
    """Return plain data as a value of a type.

    Raises:
        DataFaultError: The data do not fit; the first misspelt name comes before other faults.
    """
    from pydantic import ValidationError

    try:
        value: _T = _adapter(kind).validate_python(data)  # type: ignore[arg-type]
        return value
    except ValidationError as exc:
        faults = exc.errors(include_url=False, include_input=False)
    unknown = (one for one in faults if one["type"] in _UNKNOWN)  # a misspelt name is also a missing one
    fault = next(unknown, faults[0])
    place = _place_in(data, fault["loc"])
    raise DataFaultError(place, *_explained(kind, fault, place))


def _place_in(data: object, location: Place) -> Place:
    """Return a location without what pydantic adds to it, such as the member of a union that it tried."""
    place: Place = ()
    for part in location:
        if not isinstance(data, (dict, list, tuple)):
            break
        place = (*place, part)
        try:
            data = data[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break  # what is missing
    return place


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


# --- mistakes in words ----------------------------------------------------------------------------------------


def _explained(kind: Any, fault: Mapping[str, Any], place: Place) -> tuple[str, str]:
    """Return the reason and the remedy for what pydantic found; no value of the file is repeated."""
    name = str(place[-1]) if place else "It"
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


def _spoken(place: Place) -> str:
    """Return a place as people write it: ``profiles.a``, ``formats[2]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "It"


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
