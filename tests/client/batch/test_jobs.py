"""From rows to jobs: variants, names, and the keys that jobs are known by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fit_ad.client.batch.jobs import Job, fitting, jobs_of
from fit_ad.client.batch.tables import JobRow
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


def jobs(*cells: Mapping[str, Any], **given: Any) -> list[Job]:
    return jobs_of([JobRow(line, one) for line, one in enumerate(cells, 2)], "express", "", given, "ads")


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
    assert [job.name for job in made] == [
        *(f"ads-0002-{number}" for number in (1, 2, 3, 4)),
        "ads-0003",
        "ads-0004",
    ]
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


TEN = "{" + ",".join(map(str, range(10))) + "}"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([dict.fromkeys("abcdef", TEN)], "Line 2 makes more than 100,000 jobs"),
        ([{"offer": TEN * 5000}], "Line 2 makes more than 100,000 jobs"),
        ([{"offer": ["{a,b}" * 40, 1]}], "Line 2 makes more than 100,000 jobs"),
        ([{"offer": TEN * 4}] * 11, "The lines up to 12 make more than 100,000 jobs"),
    ],
)
def test_too_many_are_refused_before_any_is_made(
    monkeypatch: pytest.MonkeyPatch, cells: list[dict[str, Any]], message: str
) -> None:
    monkeypatch.setattr("fit_ad.client.batch.jobs._combinations", lambda options: pytest.fail("made"))
    with pytest.raises(BadUseError, match=message):
        jobs(*cells)


def test_as_many_as_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fit_ad.client.batch.jobs.MOST_JOBS", 300)
    assert len(jobs(*[{"offer": TEN * 2}] * 3)) == 300
    with pytest.raises(BadUseError, match="The lines up to 5 make more than 300 jobs"):
        jobs(*[{"offer": TEN * 2}] * 3, {"offer": "one more"})


@pytest.mark.parametrize("cell", [[[["a"], ["b"]], "c"], {"deep": [1]}, "\ud800", float("inf")])
def test_odd_values_are_jobs_like_others(cell: Any) -> None:
    assert {job.row for job in jobs({"offer": cell})} == {2}


def test_a_picture_whose_name_can_be_no_path(tmp_path: Path) -> None:
    for name in ("a\0b", "가" * 5000):
        assert fitting(Job("k", 2, "n", "mini", {"photo": name}), CARD, tmp_path) == {"photo": name}
