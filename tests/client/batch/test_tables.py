"""Job files as people's programs write them, and what is wrong with others."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from fit_ad.client.batch import tables
from fit_ad.client.batch.tables import JobRow, read_rows
from fit_ad.client.failures import BadUseError
from fit_ad.client.spreadsheets import as_cell, from_cell

TABLE = "shop,offer\r\n카페 봄날,라떼 1+1\r\n"


def rows_of(folder: Path, text: str | bytes, name: str = "jobs.csv") -> list[JobRow]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_rows(path)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("shop,offer\n카페 봄날,라떼 1+1\n", 2),
        ("\ufeff" + TABLE, 2),
        ("shop,offer\r카페 봄날,라떼 1+1\r", 2),
        ("shop;offer\n카페 봄날;라떼 1+1\n", 2),
        ("shop\toffer\n카페 봄날\t라떼 1+1\n", 2),
        (TABLE.encode("cp949"), 2),
        (' shop , offer \n"카페 봄날", 라떼 1+1 \n\n , \n', 2),
        ('"shop";"offer"\n"카페 봄날";"라떼 1+1"\n', 2),
        ('"shop";offer;"a,b,c"\n카페 봄날;라떼 1+1\n', 2),
        ("\n\r\n ,, \n" + TABLE, 5),
        ("sep=;\r\nshop;offer\r\n카페 봄날;라떼 1+1\r\n", 3),
        ('\ufeff"SEP=|"\n\nshop|offer\n카페 봄날|라떼 1+1\n', 4),
        ("shop,offer,,\n카페 봄날,라떼 1+1,,\n,,,\n", 2),
        ("shop,offer\n카페 봄날,라떼 1+1,,,\n", 2),
        (codecs.BOM_UTF16_LE + TABLE.replace(",", "\t").encode("utf-16-le"), 2),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), 2),
        (codecs.BOM_UTF32_LE + TABLE.encode("utf-32-le"), 2),
        (TABLE.encode("utf-16-le"), 2),
        (TABLE.encode("utf-16-be"), 2),
    ],
)
def test_csv_as_programs_write_it(tmp_path: Path, data: str | bytes, line: int) -> None:
    (row,) = rows_of(tmp_path, data)
    assert row.line == line
    assert {name: row.cells[name] for name in ("shop", "offer")} == {"shop": "카페 봄날", "offer": "라떼 1+1"}


def test_cells_with_commas_and_lines(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, '\nshop,offer\n"a, b","one\ntwo"\nc,d\n')
    assert rows == [JobRow(3, {"shop": "a, b", "offer": "one\ntwo"}), JobRow(5, {"shop": "c", "offer": "d"})]


@pytest.mark.parametrize("text", ["=1+1", "+82 10", "-50%", "@here", "\tx", "'=1", "''-x", "1+1", "'quoted'", "", "'"])
def test_cells_that_a_spreadsheet_would_run(text: str) -> None:
    cell = as_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t"))
    assert from_cell(cell) == text


def test_a_cell_made_harmless_is_read_as_it_was(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, "offer,shop\n'-50%,'s\n")
    assert row.cells == {"offer": "-50%", "shop": "'s"}


def test_jsonl(tmp_path: Path) -> None:
    text = '{"shop": "a", "count": 2}\r\n\n{"offer": null}\n{"offer": "one\u2028two\u2029\x85three"}\n'
    assert rows_of(tmp_path, text, "jobs.jsonl") == [
        JobRow(1, {"shop": "a", "count": 2}),
        JobRow(3, {"offer": None}),
        JobRow(4, {"offer": "one\u2028two\u2029\x85three"}),
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "shop,shop\n1,2\n", "column shop twice"),
        ("a.csv", "shop,,offer\n1,2,3\n", "Column 2 of the header has no name"),
        ("a.csv", "shop\na,b\n", r"Line 2 has 2 cells, the header 1\. Put text that holds commas"),
        ("a.csv", "\nshop\na,,b,\n", "Line 3 has 3 cells, the header 1"),
        ("a.csv", '\nshop\n"open\n', "Line 3 is not valid CSV"),
        ("a.csv", b"\xff\xfe\x00\x01\x02", "is not a text file"),
        ("a.csv", b"\x07\x04" + b"\x00\x01\xfe" * 50, "is not a text file"),
        ("a.csv", b"PK\x03\x04" + b"\x00\x01\xfe" * 50, r"is an Excel workbook\. Save it as CSV UTF-8"),
        ("a.csv", "", "contains no jobs"),
        ("a.csv", "\n,,\n", "contains no jobs"),
        ("a.csv", "sep=;\n", "contains no jobs"),
        ("a.csv", "shop\n" + "x" * 200_000, "Line 2 is not valid CSV. field larger than field limit"),
        ("a.jsonl", "{", "Line 1 is not valid JSON"),
        ("a.jsonl", "[1]", "Line 1 is not a JSON object"),
        ("a.jsonl", '{"a": NaN}', "Line 1 is not valid JSON. NaN is not a number"),
        ("a.jsonl", '{"a": -Infinity}', "-Infinity is not a number"),
        ("a.jsonl", '{"a": ' + "9" * 401 + "}", "Line 1 is not valid JSON. A number has 401 digits"),
        ("a.jsonl", "[" * 100_000, "Line 1 is not valid JSON. It is nested too deeply"),
        ("a.jsonl", '{"a": ' + "[" * 30 + "]" * 30 + "}", "Line 1 is nested too deeply. At most 24 levels are read"),
    ],
)
def test_files_that_are_wrong(tmp_path: Path, name: str, text: str | bytes, message: str) -> None:
    with pytest.raises(BadUseError, match=message):
        rows_of(tmp_path, text, name)


@pytest.mark.parametrize("name", ["none.csv", "a\0b.csv"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadUseError, match=r"job file .* cannot be read"):
        read_rows(tmp_path / name)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_LARGEST", 20)
    with pytest.raises(BadUseError, match=r"jobs\.csv is too large for a job file"):
        rows_of(tmp_path, TABLE)
