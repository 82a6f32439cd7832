"""Changes single values in the text of a settings file; comments and all else stay as they were.

PyYAML says where a value stands, the text is cut there. ruamel.yaml 0.19, which writes the whole file anew, drops the
comment behind a list that is replaced and moves the one before the next name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FitAdError
from .loader import COLOR, is_nothing, kind_of, parse
from .model import Settings, ShopProfile

Value = str | tuple[str, ...]

DEFAULT_PROFILE = "default_profile"
SHOP_FIELDS = tuple(ShopProfile.__dataclass_fields__)
LISTS = ("colors", "banned_words")

_PLAIN = re.compile(r"[A-Za-z가-힣](?:[A-Za-z가-힣0-9 ._/-]*[A-Za-z가-힣0-9])?")
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})  # no text for YAML 1.1, or by looks
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


class _TextEdit(NamedTuple):
    """What takes the place of ``text[start:end]``."""

    start: int
    end: int
    new: str


def changed(settings: Settings, changes: Mapping[str, Value]) -> Settings:
    """Return the settings with other values.

    Args:
        settings: What holds so far.
        changes: By name: ``default_profile``, or a field of the shop profile; lists as tuples.

    Raises:
        FitAdError: A name is unknown, or a value can't stand in the file.
    """
    for name, value in changes.items():
        _check(name, value)
    shop = {name: value for name, value in changes.items() if name in SHOP_FIELDS}
    default = str(changes.get(DEFAULT_PROFILE, settings.default_profile))
    if default and default != "rules":
        settings.profile(default)
    return replace(settings, default_profile=default, shop=replace(settings.shop, **shop))  # type: ignore[arg-type]


def edited(text: str, file: Path, changes: Mapping[str, Value]) -> str:
    """Return the file's text with other values.

    Args:
        text: The file's text; empty where there is none yet.
        file: Its name, for what is told of mistakes.
        changes: As for :func:`changed`.

    Raises:
        FitAdError: The file holds a mistake, a value can't stand in it, or a place in it can't be changed by itself.
    """
    wanted = changed(parse(text, file), changes)
    for name, value in changes.items():
        if _value_of(parse(text, file), name) != value:
            text = _applied(text, _edits(text, file, name, value))
    try:
        reached = parse(text, file)
    except FitAdError:
        reached = None
    if reached != wanted:
        raise _by_hand(file, 0, "It is laid out in a way that Fit-AD can't change without risk to the rest")
    return text


def _check(name: str, value: Value) -> None:
    if name not in (DEFAULT_PROFILE, *SHOP_FIELDS):
        raise FitAdError(f"There is no setting '{name}'", fix=f"Use {', '.join((DEFAULT_PROFILE, *SHOP_FIELDS))}")
    if isinstance(value, tuple) is not (name in LISTS):
        raise FitAdError(f"{name} is {'no list' if name in LISTS else 'no text'}")
    for part in value if isinstance(value, tuple) else (value,):
        if _CONTROL.search(part):
            raise FitAdError(f"{name} holds a line break or another sign that can't be seen", fix="Write one line")
        if part != part.strip() or (name in LISTS and not part):
            raise FitAdError(f"{name} holds an empty part, or begins or ends with a space", fix="Leave it out")
        if name == "colors" and not COLOR.fullmatch(part):
            raise FitAdError(f"'{part}' is no colour", fix="Write one such as #F2994A")


def _value_of(settings: Settings, name: str) -> Value:
    return settings.default_profile if name == DEFAULT_PROFILE else getattr(settings.shop, name)


# --- where a value stands -------------------------------------------------------------------------------------


def _edits(text: str, file: Path, name: str, value: Value) -> Iterator[_TextEdit]:
    """Yield what has to change for one value; parse has accepted the text."""
    import yaml

    if any(isinstance(token, (yaml.AnchorToken, yaml.AliasToken)) for token in yaml.scan(text, yaml.SafeLoader)):
        raise _by_hand(file, 0, "It uses anchors (&, *), so a value may stand for several")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if name == DEFAULT_PROFILE:
        yield from _in_mapping(text, file, root, name, value)
        return
    pair = _pair(root, "shop")
    if pair is None:
        yield from _new_entry(text, root, "shop", f"\n  {name}: {_written(value)}", f"{{{name}: {_written(value)}}}")
    elif is_nothing(pair[1]):
        indent = " " * (pair[0].start_mark.column + 2)
        end = _end(pair[1])
        yield _TextEdit(pair[1].start_mark.index, end, "")
        yield _after_line(text, end, f"{indent}{name}: {_written(value)}")
    else:
        yield from _in_mapping(text, file, pair[1], name, value)


def _in_mapping(text: str, file: Path, mapping: Any, name: str, value: Value) -> Iterator[_TextEdit]:
    pair = _pair(mapping, name)
    if pair is None:
        yield from _new_entry(text, mapping, name, f" {_written(value)}", _written(value))
        return
    key, node = pair
    if kind_of(node) == "list" and not node.flow_style:
        yield from _block_list(text, file, key, node, value)
        return
    start, end = node.start_mark.index, _end(node)
    old = text[start:end]
    if "\n" in old and re.search(r"(^|\s)#", old) and kind_of(node) == "list":
        raise _by_hand(file, key.start_mark.line + 1, f"The list {name} has remarks among its parts")
    space = "" if start and text[start - 1] in " \t" else " "
    yield _TextEdit(start, end, space + _written(value) + ("\n" if old.endswith("\n") else ""))


def _block_list(text: str, file: Path, key: Any, node: Any, value: Value) -> Iterator[_TextEdit]:
    """Yield what turns a list with one part a line into another; an empty one is written behind its name."""
    start, end = node.start_mark.index, _end(node)
    between = "".join(text[a:b] for a, b in _gaps(node, start, end))
    if "#" in between or any(item.style in ("|", ">") for item in node.value):
        raise _by_hand(file, key.start_mark.line + 1, f"The list {key.value} has remarks or long texts among its parts")
    indent = "\n" + " " * node.start_mark.column
    if value:
        yield _TextEdit(start, end, indent.join(f"- {_quoted(part)}" for part in value))
        return
    colon = text.index(":", _end(key)) + 1
    yield _TextEdit(colon, colon, " []")
    yield _TextEdit(text.rindex("\n", 0, start), end, "")


def _gaps(node: Any, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a list that none of its parts fills."""
    for item in node.value:
        yield start, item.start_mark.index
        start = _end(item)
    yield start, end


def _new_entry(text: str, mapping: Any, name: str, block: str, flow: str) -> Iterator[_TextEdit]:
    """Yield the lines of a name that a mapping does not have yet; of the file, where ``mapping`` is None."""
    if mapping is None or is_nothing(mapping):
        yield _after_line(text, len(text), f"{name}:{block}")
    elif mapping.flow_style:
        place = _end(mapping.value[-1][1]) if mapping.value else mapping.start_mark.index + 1
        yield _TextEdit(place, place, f"{', ' if mapping.value else ''}{name}: {flow}")
    else:
        indent = " " * mapping.value[0][0].start_mark.column
        yield _after_line(text, _end(mapping), indent + f"{name}:{block}".replace("\n", f"\n{indent}"))


def _after_line(text: str, place: int, line: str) -> _TextEdit:
    """Return a new line below the one that ``place`` is in; where that is the start of a line, at that place."""
    if place and text[place - 1] != "\n":
        end = text.find("\n", place)
        place = len(text) if end < 0 else end + 1
    before = "\n" if place and text[place - 1] != "\n" else ""
    return _TextEdit(place, place, f"{before}{line}\n")


def _pair(mapping: Any, name: str) -> tuple[Any, Any] | None:
    if mapping is None or is_nothing(mapping):
        return None
    return next(((key, value) for key, value in mapping.value if str(key.value) == name), None)


def _end(node: Any) -> int:
    """Return where a node ends; of a block, where its last value does, for YAML counts what follows to it as well."""
    if kind_of(node) == "value" or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


# --- how a value is written -----------------------------------------------------------------------------------


def _applied(text: str, edits: Iterator[_TextEdit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _written(value: Value) -> str:
    return f"[{', '.join(map(_quoted, value))}]" if isinstance(value, tuple) else _quoted(value)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _by_hand(file: Path, line: int, why: str) -> FitAdError:
    place = f"{file}, line {line}," if line else f"{file}"
    return FitAdError(
        f"The settings file {place} can't be changed from here", why=why, fix="Change the value in the file itself"
    )
