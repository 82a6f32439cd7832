"""JSON as models write it."""

from __future__ import annotations

import random

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.layout.vlm.json_answer import MAX_CHARS, values_in, without_thoughts


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('```json\n{"boxes":[{"box":[1,2,3,4],},],}\n```', [{"boxes": [{"box": [1, 2, 3, 4]}]}]),
        ("{'a': 'it's fine', 'b': (1,2), c: True}", [{"a": "it's fine", "b": [1, 2], "c": True}]),
        ('{"boxes": [{"box": [10, 20, 30', [{"boxes": [{"box": [10, 20, 30]}]}]),
        ('{"mood": "warm and co', [{"mood": "warm and co"}]),
        ("x {“a”: “b”} and [1 2 3]", [{"a": "b"}, [1, 2, 3]]),
        ('{"a": "he said "hi" there", "b": 1e3}', [{"a": 'he said "hi" there', "b": 1000}]),
        ('{"a":1 "b":2}', [{"a": 1, "b": 2}]),
        ('{"a":1\n"b":2}', [{"a": 1, "b": 2}]),
        ('{"a": [1,,2], // note\n "b": None}', [{"a": [1, 2], "b": None}]),
        ('{"a": #FF00AA, "b": 12%}', [{"a": "#FF00AA", "b": "12%"}]),
        ('{"box":[1,2,3,4}', [{"box": [1, 2, 3, 4]}]),
        ('{"a": 1, "a": 2}', [{"a": 1, "a#2": 2}]),
        ('{"a": "\\uac00\\n\\"b\\""}', [{"a": '가\n"b"'}]),
        ('{"a": "\\ud83d\\ude00\\ud83d"}', [{"a": "😀"}]),
        ("no JSON at all", []),
        ("", []),
    ],
)
def test_what_was_meant_is_read(text: str, values: list[object]) -> None:
    assert values_in(text) == values


def test_thoughts_are_left_out() -> None:
    assert values_in('<think>{"a": 1}</think>{"b": 2}') == [{"b": 2}]
    assert without_thoughts("<think>only this, without an end") == "<think>only this, without an end"


def test_any_text_is_read_quickly_and_without_failing() -> None:
    rng = random.Random(5)
    pieces = [
        '{"',
        "[",
        "]",
        "}",
        ":",
        ",",
        "'",
        '"',
        "\\",
        "\\u12",
        "1.5e9",
        "box",
        " ",
        "\n",
        "가",
        "//",
        "/*",
        "<think>",
    ]
    for _ in range(300):
        values_in("".join(rng.choices(pieces, k=120)))
    for endless in ("[" * MAX_CHARS, '{"a":' * MAX_CHARS, '"' * MAX_CHARS, "{'" * MAX_CHARS, "[1," * MAX_CHARS):
        with at_most_cpu(3):
            values_in(endless)
