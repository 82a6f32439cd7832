"""A workflow's card: which node and input each role stands for, so that no code addresses a node by number."""

from __future__ import annotations

import copy
import difflib
import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from ..errors import FitAdError
from ..infra.typed_data import DataFaultError, typed
from .graph import Graph, load_api, read_json, title

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"

# What a role takes, by the word in the card.
KINDS: dict[str, str] = {
    "text": "text",
    "string": "text",
    "multiline": "text",
    "choice": "text",
    "combo": "text",
    "enum": "text",
    "palette": "text",
    "image": "text",
    "photo": "text",
    "file": "text",
    "mask": "text",
    "video": "text",
    "int": "whole number",
    "integer": "whole number",
    "seed": "whole number",
    "float": "number",
    "number": "number",
    "bool": "yes or no",
    "boolean": "yes or no",
    "color": "colour",
    "colour": "colour",
}
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


@dataclass(frozen=True)
class Role:
    """One end of a workflow: a node, for an input also the name of that input."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"coerce_numbers_to_str": True}

    name: str
    node: str
    kind: str
    input: str = ""
    default: Any = None


@dataclass(frozen=True)
class Card:
    """What ``extra.fit_ad`` of a workflow says."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"coerce_numbers_to_str": True}

    name: str
    mode: str
    version: str
    inputs: Mapping[str, Role]
    outputs: Mapping[str, Role]
    min_comfyui: str = ""
    description: str = ""
    packs: Any = field(default_factory=list)
    models: tuple[str, ...] = ()

    def input(self, role: str) -> Role:
        """Return the input role of that name.

        Raises:
            FitAdError: The workflow has no such role; the nearest one is named.
        """
        return _role(self.inputs, role, self.name)

    def output(self, role: str) -> Role:
        """Return the output role of that name."""
        return _role(self.outputs, role, self.name)


def _role(roles: Mapping[str, Role], name: str, workflow: str) -> Role:
    if name in roles:
        return roles[name]
    close = difflib.get_close_matches(name, roles, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"It has {', '.join(roles) or 'none'}"
    raise FitAdError(f"The workflow {workflow} has no role {name!r}", fix=hint)


def workflow_names(folder: Path = WORKFLOWS) -> list[str]:
    """Return the names of the workflows in the bundle, sorted."""
    return sorted(path.stem for path in folder.glob("*.json"))


def load_card(name: str, folder: Path = WORKFLOWS) -> Card:
    """Return the card of a bundled workflow.

    Raises:
        FitAdError: There is no such workflow, or its card is not whole.
    """
    _check_name(name, folder)
    data = read_json(folder / f"{name}.json")
    extra = data.get("extra") if isinstance(data, dict) else None
    return as_card(extra.get("fit_ad") if isinstance(extra, dict) else None, name)


def load_workflow(name: str, folder: Path = WORKFLOWS) -> tuple[Graph, Card]:
    """Return the API graph and the card of a bundled workflow, each role checked against the graph."""
    card = load_card(name, folder)
    graph = load_api(folder / "api" / f"{name}.json")
    for role in (*card.inputs.values(), *card.outputs.values()):
        if role.node not in graph:
            raise _broken(name, f"the role {role.name} points to node {role.node}, which is not in api/{name}.json")
    return graph, card


def _check_name(name: str, folder: Path) -> None:
    names = workflow_names(folder)
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(names) or 'none'}"
        raise FitAdError(f"There is no workflow {name!r}", fix=hint)


def as_card(data: object, name: str) -> Card:
    """Return plain data as a card.

    Raises:
        FitAdError: A part is missing or has another shape.
    """
    if not isinstance(data, dict):
        raise _broken(name, "extra.fit_ad is missing")
    given = {key: value for key, value in data.items() if value is not None}
    try:
        card = typed(Card, {**given, **{side: _named(given[side]) for side in ("inputs", "outputs") if side in given}})
    except DataFaultError as exc:
        raise _broken(name, exc.reason) from exc
    for role in card.inputs.values():
        if not role.input:
            raise _broken(name, f"inputs.{role.name} has no input")
        if role.kind not in KINDS:
            raise _broken(name, f"The role {role.name} is of kind {role.kind!r}; known are {', '.join(KINDS)}")
    return card


def _named(roles: Any) -> Any:
    """Return the roles of a card with their names in them, and their kinds in lower case."""
    if not isinstance(roles, dict):
        return roles
    return {
        name: {**value, "name": name, "kind": str(value.get("kind", "")).lower() or None}
        if isinstance(value, dict)
        else value
        for name, value in roles.items()
    }


def _broken(name: str, why: str) -> FitAdError:
    return FitAdError(f"The card of the workflow {name} is not whole", why=why)


def bind(graph: Graph, card: Card, values: Mapping[str, Any]) -> Graph:
    """Return a copy of the graph with values put where their roles point; None leaves the graph's own value.

    Raises:
        FitAdError: A role is unknown, or a value is of the wrong kind.
    """
    bound = copy.deepcopy(graph)
    for name, value in values.items():
        role = card.input(name)
        if value is None:
            continue
        if role.node not in bound:
            raise _broken(card.name, f"the role {name} points to node {role.node}, which is not in the graph")
        bound[role.node]["inputs"][role.input] = convert(value, role, title(bound, role.node))
    return bound


def convert(value: Any, role: Role, where: str = "") -> Any:
    """Return a value as the kind that the role takes; text such as "3" or "yes" is understood.

    Raises:
        FitAdError: The value cannot be read as that kind.
    """
    wanted = KINDS[role.kind]
    try:
        return _CONVERTERS[wanted](value)
    except (TypeError, ValueError, OverflowError) as exc:
        place = f" ({where}, {role.input})" if where else ""
        raise FitAdError(f"{role.name}{place} takes a {wanted}, not {shown(value)}") from exc


def shown(value: Any) -> str:
    """Return a value as an error shows it: short, however long, large or deeply nested it is."""
    try:
        return _SHORT.repr(value)
    except (ValueError, RecursionError):  # an int of thousands of digits
        return f"a very long {type(value).__name__}"


def _text(value: Any) -> str:
    if isinstance(value, (dict, list, tuple, set, bool)):
        raise TypeError
    return str(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number


def _yes_or_no(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise ValueError
    return word in _YES


def _color(value: Any) -> str:
    text = str(value).strip()
    if not _COLOR.fullmatch(text):
        raise ValueError
    return text.upper()


_CONVERTERS = {"text": _text, "whole number": _whole, "number": _number, "yes or no": _yes_or_no, "colour": _color}
