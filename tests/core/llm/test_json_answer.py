"""JSON out of what models write: the object that fits, among drafts, thoughts and echoes, mended where it is broken."""

from __future__ import annotations

import random

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.copywriting.draft import schema
from fit_ad.core.llm import read_object
from fit_ad.core.llm.json_answer import MOST_CHARACTERS, fitness, values_in, without_thoughts

SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "string"}, "b": {"type": "array", "items": {"type": "number"}}},
    "required": ["a", "b"],
}
RIGHT = {"a": "final", "b": [2]}
ANSWER = '{"a": "final", "b": [2]}'
DRAFT = '{"a": "draft", "b": [1]}'


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "1\\n2", "b": [1]}',
        'Here it is:\n```json\n{"a": "1\\n2", "b": [1]}\n```\nEnjoy!',
        '<think>{"a": 0}</think>{"a": "1\\n2", "b": [1]}',
        '{"a": "1\n2", "b": [1]}',
        '{"a": "1\\n2", "b": [1,]}',
        "{'a': '1\\n2', 'b': [1]}",
        '{"a": "1\\n2", "b": [1',
        '{a: "1\\n2", "b": [1]}',
    ],
)
def test_an_object_is_found_and_mended(text: str) -> None:
    assert read_object(text) == {"a": "1\n2", "b": [1]}


@pytest.mark.parametrize(
    "text",
    [
        f"<think>perhaps {DRAFT}</think>{ANSWER}",
        f"perhaps {DRAFT} … </think>\n{ANSWER}",
        f"<thinking>{DRAFT}</thinking>\n<reasoning>{DRAFT}</reasoning>{ANSWER}",
        f"[THINK]{DRAFT}[/THINK]{ANSWER}",
        f"◁think▷{DRAFT}◁/think▷{ANSWER}",
        f"{DRAFT}\nNo, that is too plain. Better:\n{ANSWER}",
        f"```json\n{DRAFT}\n```\nand better\n```json\n{ANSWER}\n```",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>",
        f"<|channel|>final <|constrain|>json<|message|>{ANSWER}<|return|>",
        f"analysisWe need JSON such as {DRAFT}assistantfinal{ANSWER}",
        f'The schema is {{"type": "object", "properties": {{"a": {{"type": "string"}}, "b": []}}}}. {ANSWER}',
        f'The form: {{"a": "", "b": []}}. Filled in: {ANSWER}',
        f'{ANSWER} as in the form {{"a": "…", "b": []}}',
        f'{{"result": {ANSWER}}}',
        f'[{{"note": "x"}}, {ANSWER}]',
        f"Use {{placeholder}} where you like: {ANSWER}",
        'Use {placeholder} where you like: {"a": "final", "b": [2',
        f"<think>{DRAFT} so the answer is {ANSWER}",
        f"{ANSWER} {{}}",
    ],
)
def test_of_many_objects_the_one_that_fits_is_kept(text: str) -> None:
    assert read_object(text, SCHEMA) == RIGHT


def test_what_fits_in_part_is_better_than_nothing() -> None:
    assert read_object('{"a": "x"} {"c": 1}', SCHEMA) == {"a": "x"}
    assert read_object('{"c": 1}', SCHEMA) == {"c": 1}


def test_fitness_counts_required_fields_by_type() -> None:
    assert fitness(RIGHT, SCHEMA) == 1
    assert fitness({"a": 5, "b": [1]}, SCHEMA) == 0.5
    assert fitness({"a": "x", "b": ["1", 2]}, SCHEMA) == 0.75
    assert fitness({"a": "", "b": []}, SCHEMA) == 0.25
    assert fitness([RIGHT], SCHEMA) == 0
    words = {"headline": "봄", "emphasis": "봄", "sub": "날", "body": "어서", "call_to_action": "오세요"}
    assert fitness({"copies": [words] * 3, "hashtags": ["봄"], "image_prompt": "a cup"}, schema()) == 1
    assert fitness({"copies": [{}] * 3, "hashtags": ["봄"], "image_prompt": "a cup"}, schema()) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "text", ["", "no", "[1, 2]", "<html><style>p{color:red}</style>", "{}", "<think>{", "{" * 5000, "{[" * 5000]
)
def test_what_is_no_object(text: str) -> None:
    assert read_object(text) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('```json\n{"boxes":[{"box":[1,2,3,4],},],}\n```', [{"boxes": [{"box": [1, 2, 3, 4]}]}]),
        ("{'a': 'it's fine', 'b': (1,2), c: True}", [{"a": "it's fine", "b": [1, 2], "c": True}]),
        ('{"boxes": [{"box": [10, 20, 30', [{"boxes": [{"box": [10, 20, 30]}]}]),
        ('{"mood": "warm and co', [{"mood": "warm and co"}]),
        ("x {“a”: “b”} and 「c」", [{"a": "b"}]),
        ('{"a": "he said "hi" there", "b": 1e3}', [{"a": 'he said "hi" there', "b": 1000}]),
        ('{"a":1 "b":2}', [{"a": 1, "b": 2}]),
        ('{"a":1\n"b":2}', [{"a": 1, "b": 2}]),
        ('{"a": [1,,2], // note\n "b": None}', [{"a": [1, 2], "b": None}]),
        ('{"a": #FF00AA, "b": 12%}', [{"a": "#FF00AA", "b": "12%"}]),
        ('{"box":[1,2,3,4}', [{"box": [1, 2, 3, 4]}]),
        ('{"box": [1 2 3 4]}', [{"box": [1, 2, 3, 4]}]),
        ('{"a": 1, "a": 2}', [{"a": 1, "a#2": 2}]),
        ('{"a": "\\uac00\\n\\"b\\""}', [{"a": '가\n"b"'}]),
        ('{"a": "\\ud83d\\ude00\\ud83d"}', [{"a": "😀"}]),
        ('{"a": 1}\n{"b": 2} [3]', [{"a": 1}, {"b": 2}, [3]]),
        ("no JSON at all", []),
        ("", []),
    ],
)
def test_all_objects_and_lists_are_read(text: str, values: list[object]) -> None:
    assert values_in(text) == values


def test_thoughts_are_left_out() -> None:
    assert values_in('<think>{"a": 1}</think>{"b": 2}') == [{"b": 2}]
    assert without_thoughts("<think>only this, without an end") == "<think>only this, without an end"


def test_any_text_is_read_without_failing() -> None:
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
    for _ in range(200):
        text = "".join(rng.choices(pieces, k=120))
        values_in(text)
        read_object(text, SCHEMA)


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        '{"a":',
        '"',
        "{'",
        "[1,",
        'x" y: {"',
        "word, ",
        "<think>",
        "</think>",
        "<|channel|>final<|message|>",
        '{"a": [',
        "{ ",
    ],
)
def test_long_nonsense_takes_no_time(unit: str) -> None:
    text = '{"a": "' + (unit * MOST_CHARACTERS)[:MOST_CHARACTERS]
    with at_most_cpu(1):
        values_in(text)
        read_object(text, SCHEMA)
        read_object(text[7:], SCHEMA)


def test_numbers_beyond_reason_are_no_answer() -> None:
    assert read_object('{"a": "x", "b": [' + "9" * 5000 + "]}", SCHEMA) != RIGHT
