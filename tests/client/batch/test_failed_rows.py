"""The file of rows that failed: with reasons, safe to open in Excel, and a job file itself."""

from __future__ import annotations

import csv
import json
import logging
from pathlib import Path

import pytest
from fit_ad.client.batch import failed_rows
from fit_ad.client.batch.failed_rows import write_failed_rows
from fit_ad.client.batch.jobs import Job
from fit_ad.client.batch.scheduler import JobFailure
from fit_ad.client.batch.tables import JobRow, read_rows
from simulated_batch import Batch


def failure(line: int, reason: str) -> JobFailure:
    return JobFailure(Job(f"k{line}", line, "", "express"), reason)


def test_failed_rows_stand_in_a_file_with_their_reasons(batch: Batch) -> None:
    path = batch.folder / "ads.csv"
    path.write_text("photo,count,words\nphoto.png,1,good\nnone.png,1,bad\nphoto.png,three,bad\nphoto.png,99,bad\n")
    result = batch.run()
    assert (result.done, result.left) == (1, 0)
    assert result.failed_file == batch.out / "ads.failed.csv"
    with result.failed_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["count"] for row in rows] == ["1", "three", "99"]
    assert rows[0]["reason"] == "The picture 'none.png' for the role photo does not exist."
    assert rows[1]["reason"] == "count takes a whole number, not 'three'."
    assert rows[2]["reason"].startswith("The value of the role count cannot be used. Save: n is 99")
    path.write_bytes(result.failed_file.read_bytes().replace(b"none.png", b"photo.png"))
    assert batch.run().done == 1  # it is a job file itself
    path.write_text("photo,count,words\nphoto.png,1,good\n")
    assert batch.run().failed_file is None
    assert not result.failed_file.exists()


TEXTS = ["=cmd|'/c calc'!A1", "+82 2-123", "-50%", "@sum", "카페, 봄날", 'a "b"', "one\ntwo", "'=x"]


def test_no_cell_is_a_formula_and_all_come_back(tmp_path: Path) -> None:
    rows = [JobRow(line, {"offer": text, "=role": "x"}) for line, text in enumerate(TEXTS, 2)]
    failures = [failure(row.line, "=went wrong") for row in rows]
    target = write_failed_rows(tmp_path / "a.failed.csv", rows, failures)
    assert target is not None
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\r\n" not in data
    with target.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    again = read_rows(target)
    assert [row.cells["offer"] for row in again] == TEXTS
    assert {row.cells["reason"] for row in again} == {"=went wrong"}


def test_jsonl_stays_jsonl(tmp_path: Path) -> None:
    cells = {"offer": "a\u2028b\ud800", "count": 10**399, "list": ["x", {"y": None}]}
    target = write_failed_rows(tmp_path / "a.failed.jsonl", [JobRow(1, cells)], [failure(1, "r1"), failure(1, "r2")])
    assert target is not None
    assert b"\r" not in target.read_bytes()
    assert read_rows(target)[0].cells == {**cells, "reason": "r1 | r2"}
    assert json.loads(target.read_text())["reason"] == "r1 | r2"


def test_a_file_that_is_open_elsewhere_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(failed_rows, "write_file", refuse)
    with caplog.at_level(logging.WARNING):
        assert write_failed_rows(tmp_path / "a.failed.csv", [JobRow(2, {})], [failure(2, "r")]) is None
    assert "a.failed.csv: Permission denied" in caplog.text
