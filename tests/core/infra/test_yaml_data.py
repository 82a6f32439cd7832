"""YAML read into typed values: what fits, and every kind of mistake in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NamedTuple

import pytest
from annotated_types import Ge, Le, Len
from fit_ad.core.errors import FitAdError
from fit_ad.core.infra.yaml_data import parse, read_text

FILE = Path("shop.yaml")


class Frame(NamedTuple):
    top: float
    left: float


@dataclass(frozen=True)
class Limits:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    seconds: Annotated[float, Ge(1), Le(600)] = 60
    retries: Annotated[int, Ge(0)] = 2


@dataclass(frozen=True)
class Shop:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str
    words: tuple[str, ...] = ()
    open: bool = False
    mode: Literal["a", "b"] = "a"
    limits: Limits = Limits()
    profiles: Mapping[str, Limits] = field(default_factory=dict)
    frame: Frame | None = None
    pair: Annotated[tuple[str, ...], Len(2)] = ("x", "y")


def shop(text: str, as_text: bool = True) -> Shop:
    return parse(text, FILE, "The shop file", as_text=as_text).typed(Shop)


def test_values_get_the_types_of_their_fields() -> None:
    text = "name: 봄날\nopen: yes\nlimits: {seconds: 1.5, retries: 3}\nprofiles: {a: {}}\nframe: {top: 1, left: 2}\n"
    assert shop(text) == Shop("봄날", (), True, "a", Limits(1.5, 3), {"a": Limits()}, Frame(1.0, 2.0))


def test_as_text_keeps_what_is_written() -> None:
    assert shop("name: 070-1\nwords: [no, 0012, 1.50, ' x ']\n") == Shop("070-1", ("no", "0012", "1.50", "x"))
    assert parse("a: 12\nb: no\nc: 1.5", FILE, "x").data == {"a": 12, "b": False, "c": 1.5}


def test_what_has_no_value_is_left_out() -> None:
    assert shop("name: a\nwords:\nlimits: ~\nprofiles: {b: }\n").limits == Limits()
    assert parse("a: [1, ~, 2]\nb:\n", FILE, "x").data == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "It has no name. Add name:"),
        ("- a", 1, "It must be names with values. Write lines such as name:"),
        ("nmae: x", 1, "It has no field 'nmae'. Did you mean name?"),
        ("name: x\nzzz: 1", 2, "It has no field 'zzz'. Use name, words, open"),
        ("name: x\n\n\nname: y", 4, "'name' is given twice. Keep one of them."),
        ("name: [x]", 1, "name must be text"),
        ("name: x\nwords: y", 2, "words must be a list. Write one item a line, each after -"),
        ("name: x\nopen: maybe", 2, "open must be yes or no"),
        ("name: x\nmode: c", 2, "mode must be one of 'a', 'b'"),
        ("name: x\nlimits:\n  seconds: 0", 3, "seconds must be a number from 1 to 600"),
        ("name: x\nlimits:\n  retries: -1", 3, "retries must be a whole number of at least 0"),
        ("name: x\nlimits: 3", 2, "limits must be names with values. Write lines such as seconds:"),
        ("name: x\nprofiles:\n  a:\n    secnds: 1", 4, "profiles.a has no field 'secnds'. Did you mean seconds?"),
        ("name: x\nprofiles:\n  a: {retries: 1.5}", 3, "retries must be a whole number"),
        ("name: x\nframe: {top: 1}", 2, "frame has no left. Add left:"),
        ("name: x\nframe: {top: 1, lft: 2}", 2, "frame has no field 'lft'. Did you mean left?"),
        ("name: x\npair: [a]", 2, "pair must have at least 2"),
        ("\tname: x", 1, "cannot start any token"),
    ],
)
def test_a_mistake_is_named_with_line_reason_and_remedy(text: str, line: int, reason: str) -> None:
    with pytest.raises(FitAdError) as caught:
        shop(text)
    assert str(caught.value).startswith(f"The shop file shop.yaml, line {line}, has an error. ")
    assert reason in str(caught.value)


@pytest.mark.parametrize("text", ["name: [sk-canary]", "name: x\nopen: sk-canary", "name: x\nmode: sk-canary"])
def test_a_mistake_never_repeats_a_value(text: str) -> None:
    with pytest.raises(FitAdError) as caught:
        shop(text)
    assert "canary" not in str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff\xfe\x00", "not UTF-8"), (b"#" * 1_100_000, "more than 1024 KB")]
)
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "shop.yaml").write_bytes(content)
    with pytest.raises(FitAdError, match=reason):
        read_text(tmp_path / "shop.yaml", "The shop file")
    with pytest.raises(FitAdError, match="can't be read"):
        read_text(tmp_path, "The shop file")
