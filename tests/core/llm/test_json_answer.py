"""JSON out of what models write."""

from __future__ import annotations

import pytest
from cpu_time import at_most_cpu
from fit_ad.core.llm import read_object


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
    "text", ["", "no", "[1, 2]", "<html><style>p{color:red}</style>", "{}", "<think>{", "{" * 5000, "{[" * 5000]
)
def test_what_is_no_object(text: str) -> None:
    assert read_object(text) is None


def test_long_nonsense_takes_no_time() -> None:
    with at_most_cpu(2):
        read_object('{"a": "' + 'x" y: {"' * 5_000)
        read_object("{" + "word, " * 8_000)
