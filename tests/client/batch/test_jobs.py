"""Job files: rows, cells, variants, and the keys that jobs are known by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fit_ad.client.batch.jobs import Job, JobRow, fitting, jobs_of, read_rows
from fit_ad.client.failures import BadUseError
from fit_ad.core.workflow.card import as_card

CARD = as_card(
    {
        "name": "mini",
        "mode": "test",
        "version": "1",
        "inputs": {
            name: {"node": "1", "input": name, "kind": kind}
            for name, kind in (("photo", "image"), ("offer", "text"), ("tone", "choice"), ("count", "int"))
        },
        "outputs": {},
    },
    "mini",
)


def rows_of(folder: Path, text: str | bytes, name: str = "jobs.csv") -> list[JobRow]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_rows(path)


def jobs(*cells: Mapping[str, Any], **given: Any) -> list[Job]:
    return jobs_of([JobRow(line, one) for line, one in enumerate(cells, 2)], "express", "", given)


@pytest.mark.parametrize(
    "data",
    [
        "shop,offer\n카페 봄날,라떼 1+1\n",
        "\ufeffshop,offer\r\n카페 봄날,라떼 1+1\r\n",
        "shop;offer\n카페 봄날;라떼 1+1\n",
        "shop\toffer\n카페 봄날\t라떼 1+1\n",
        "shop,offer\n카페 봄날,라떼 1+1\n".encode("cp949"),
        ' shop , offer \n"카페 봄날", 라떼 1+1 \n\n , \n',
    ],
)
def test_csv_as_programs_write_it(tmp_path: Path, data: str | bytes) -> None:
    assert rows_of(tmp_path, data) == [JobRow(2, {"shop": "카페 봄날", "offer": "라떼 1+1"})]


def test_cells_with_commas_and_lines(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, 'shop,offer\n"a, b","one\ntwo"\nc,d\n')
    assert rows == [JobRow(2, {"shop": "a, b", "offer": "one\ntwo"}), JobRow(4, {"shop": "c", "offer": "d"})]


def test_jsonl(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, '{"shop": "a", "count": 2}\n\n{"offer": null}\n', "jobs.jsonl")
    assert rows == [JobRow(1, {"shop": "a", "count": 2}), JobRow(3, {"offer": None})]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "shop,shop\n1,2\n", "column shop twice"),
        ("a.csv", "shop,\n1,2\n", "Column 2 of the header has no name"),
        ("a.csv", "shop\na,b\n", r"Line 2 has 2 cells, the header 1\. Put text that holds commas"),
        ("a.csv", 'shop\n"open\n', "is no CSV"),
        ("a.csv", b"\xff\xfe\x00\x01", "is no text"),
        ("a.csv", "", "holds no jobs"),
        ("a.jsonl", "{", "Line 1 is no JSON"),
        ("a.jsonl", "[1]", "Line 1 is no JSON object"),
        ("a.jsonl", "[" * 100_000, "Line 1 is no JSON"),
    ],
)
def test_files_that_are_wrong(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    with pytest.raises(BadUseError, match=message):
        rows_of(tmp_path, text, name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadUseError, match=r"job file .*none\.csv cannot be read"):
        read_rows(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("라떼 {1+1,반값}", ["라떼 1+1", "라떼 반값"]),
        ("{a,b} {1,2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("{a, b }", ["a", "b"]),
        ("{a,}", ["a", ""]),
        ("{a}", ["{a}"]),
        ("{a|b}", ["{a|b}"]),
        ("{{a,b}}", ["{a,b}"]),
        ('{"x": 1, "y": 2}', ['{"x": 1, "y": 2}']),
        (["a", "{b,c}"], ["a", "b", "c"]),
        (7, [7]),
    ],
)
def test_variants(cell: Any, values: list[Any]) -> None:
    assert [job.values["offer"] for job in jobs({"offer": cell})] == values


def test_every_combination_has_a_name_and_a_key_of_its_own() -> None:
    made = jobs({"offer": "{a,b}", "tone": "{x,y}"}, {"offer": "c"}, {"offer": "c"})
    assert [job.name for job in made] == ["0002-1", "0002-2", "0002-3", "0002-4", "0003", "0004"]
    assert len({job.key for job in made}) == 6  # equal rows are two jobs
    assert [job.row for job in made] == [2, 2, 2, 2, 3, 4]


def test_a_key_stays_where_rows_move() -> None:
    before = {job.values["offer"]: job.key for job in jobs({"offer": "a"}, {"offer": "b"})}
    after = {job.values["offer"]: job.key for job in jobs({"offer": "new"}, {"offer": "b"}, {"offer": "a"})}
    assert after["a"] == before["a"]
    assert after["b"] == before["b"]


def test_columns_that_are_no_roles() -> None:
    (job,) = jobs({"offer": "a", "workflow": "t2i", "name": "latte", "prompts": "random", "reason": "it failed"})
    assert (job.workflow, job.name, job.prompts, dict(job.values)) == ("t2i", "latte", "random", {"offer": "a"})


def test_values_for_every_row_give_way_to_the_rows_own() -> None:
    assert [dict(job.values) for job in jobs({"offer": "a"}, {}, offer="b", tone="x")] == [
        {"offer": "a", "tone": "x"},
        {"offer": "b", "tone": "x"},
    ]


def test_empty_cells(tmp_path: Path) -> None:
    job = Job("k", 2, "0002", "mini", {"photo": "", "offer": "", "tone": "", "count": ""})
    assert fitting(job, CARD, tmp_path) == {"photo": None, "offer": "", "tone": None, "count": None}


def test_pictures_lie_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    for given, wanted in (("a.png", str(tmp_path / "a.png")), ("b.png", "b.png"), ("/c.png", "/c.png")):
        job = Job("k", 2, "0002", "mini", {"photo": given})
        assert fitting(job, CARD, tmp_path) == {"photo": wanted}


def test_too_many() -> None:
    ten = "{" + ",".join(map(str, range(10))) + "}"
    with pytest.raises(BadUseError, match="more than 100,000 jobs"):
        jobs(dict.fromkeys("abcdef", ten))
