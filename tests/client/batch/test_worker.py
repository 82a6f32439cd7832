"""One server's work in a batch, in simulated time: order, limits, deaths, memory, and how little it waits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fake_time import Clock
from fit_ad.client.batch.run_batch import Limits
from fit_ad.client.failures import ServerAwayError
from mini_workflow import INFO, QUICK, SHOWN, STARTED
from simulated_batch import Batch

ERROR = {"node_id": "3", "node_type": "AdSave", "exception_message": "odd size", "exception_type": "ValueError"}


def test_one_result_for_each_row(batch: Batch) -> None:
    batch.rows(5)
    result = batch.run()
    assert (result.total, result.done, result.made, result.left, result.failures) == (5, 5, 5, 0, ())
    assert batch.pictures() == [f"ads-000{line}.jpg" for line in range(2, 7)]
    assert sorted(result.files) == [batch.out / f"ads-000{line}.jpg" for line in range(2, 7)]
    record = json.loads((batch.out / "ads-0003.json").read_text(encoding="utf-8"))
    assert record["roles"]["words"] == "ad 1"
    assert record["roles"]["photo"] == "photo.png"
    assert "#tag" in (batch.out / "ads-0003.txt").read_text(encoding="utf-8")
    assert set(batch.server.made.values()) == {1}


def test_the_next_job_is_queued_while_one_runs(batch: Batch, clock: Clock) -> None:
    batch.rows(6)
    result = batch.run()
    begun = [began for began, _ in batch.server.spans]
    assert begun[1:] == [ended for _, ended in batch.server.spans[:-1]]  # no server ever waits
    assert result.idle_s == {batch.server.url: (0.0,) * 4}
    assert result.between_s == {batch.server.url: (0.0,) * 5}
    assert result.summary()["idle_ms"] == {"median": 0, "longest": 0}
    assert 6 <= clock.passed < 6.3


def test_a_photo_is_sent_once(batch: Batch) -> None:
    batch.rows(4)
    batch.run()
    assert len(batch.server.posted("upload/image")) == 1


def test_a_node_that_fails_does_not_stop_the_others(batch: Batch) -> None:
    batch.rows(3)
    batch.server.plays_by_name = {batch.keys()[1]: [*STARTED, ("error", ERROR)]}
    result = batch.run()
    assert [(one.job.row, one.reason) for one in result.failures] == [(3, "Save (AdSave): odd size.")]
    assert result.done == 2
    batch.server.plays_by_name = {}
    assert batch.run().made == 1  # what failed is tried again by the next start


def test_out_of_memory_makes_this_job_and_the_next_lighter(batch: Batch) -> None:
    batch.rows(4)
    no_room = {"node_id": "3", "node_type": "AdSave", "exception_type": "torch.OutOfMemoryError"}
    plays = batch.server.plays_by_name
    plays[batch.keys()[0]] = [*STARTED, ("deed", plays.clear), ("error", no_room)]
    result = batch.run()
    assert result.done == 4
    assert len(batch.server.posted("free")) == 1
    first, last = (json.loads((batch.out / f"ads-000{line}.json").read_text()) for line in (2, 5))
    assert (first["changes"], first["retries"]) == (["flux1-dev-q4 instead of flux1-dev-q8"], 1)
    assert last["changes"] == ["flux1-dev-q4 instead of flux1-dev-q8"]


# --- limits -------------------------------------------------------------------------------------------------


def test_a_job_over_its_time_is_taken_back(batch: Batch, clock: Clock) -> None:
    batch.rows(2)
    running: list[Any] = [step for second in range(99) for step in (("wait", 1.0), ("progress", {"node": "3"}))]
    batch.server.plays_by_name = {batch.keys()[0]: [*STARTED, *running]}
    result = batch.run(limits=Limits(20, 5, 5, 2))
    assert [one.reason for one in result.failures] == ["It was not done within 20 s and was cancelled."]
    assert result.done == 1
    assert 21 <= clock.passed < 23


def test_silence_is_a_failure_of_that_job(batch: Batch, clock: Clock) -> None:
    batch.rows(1)
    batch.server.steps = [*STARTED, ("wait", 99.0), ("done", SHOWN)]
    result = batch.run(limits=Limits(900, 30, 5, 2))
    assert [one.reason for one in result.failures] == [
        "Nothing was heard from it for 30 s at Save, and it was cancelled."
    ]
    assert 30 <= clock.passed < 32


def test_a_server_that_does_not_let_go(batch: Batch, clock: Clock) -> None:
    batch.rows(1)
    batch.server.steps, batch.server.deaf = [*STARTED, ("wait", 99.0)], True
    result = batch.run(limits=Limits(900, 30, 5, 2))
    assert result.failures[0].reason.endswith("and it was cancelled. the server is still busy with it.")
    assert 40 <= clock.passed < 43  # ten seconds of grace


def test_a_websocket_that_says_nothing_is_no_failure(batch: Batch, clock: Clock) -> None:
    batch.rows(3)
    batch.server.silent = True
    assert batch.run().done == 3
    assert set(batch.server.made.values()) == {1}
    assert clock.passed < 8  # the history is asked every two seconds


@pytest.mark.parametrize("steps", [[("cut", None), *QUICK], [*STARTED, ("cut", None), ("done", SHOWN)]])
def test_websockets_that_are_cut(batch: Batch, steps: list[Any]) -> None:
    batch.rows(3)
    batch.server.steps = steps
    assert batch.run().done == 3
    assert set(batch.server.made.values()) == {1}


# --- deaths -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("every", [0.3, 0.7, 1.3, 2.9, 3.1])
def test_a_server_killed_and_started_again(batch: Batch, every: float) -> None:
    batch.rows(20)
    for number in range(1, 7):
        batch.server.at(number * every, batch.server.kill)
        batch.server.at(number * every + 0.25, batch.server.revive)
    result = batch.run()
    assert (result.done, result.failures) == (20, ())
    assert len(batch.pictures()) == 20


def test_a_proxy_in_front_of_a_dead_server(batch: Batch) -> None:
    batch.rows(6)
    server = batch.server

    def gone() -> None:
        server.statuses = dict.fromkeys(("prompt", "queue", "history", "system_stats"), 503)

    def back() -> None:
        server.kill()
        server.revive()
        server.statuses = {}

    server.at(2.5, gone)
    server.at(4.0, back)
    result = batch.run()
    assert (result.done, result.failures) == (6, ())


def test_a_job_that_kills_its_server_each_time(batch: Batch) -> None:
    batch.rows(2)
    server = batch.server

    def die() -> None:
        server.kill()
        server.at(0.5, server.revive)

    server.plays_by_name = {batch.keys()[0]: [*STARTED, ("wait", 5.0), ("deed", die)]}
    result = batch.run(limits=Limits(900, 900, 5, 20))
    assert [one.reason for one in result.failures] == [
        f"The ComfyUI at {server.url} went away 5 times during this job. It may have run out of memory."
    ]
    assert result.done == 1


def test_a_server_that_stays_away_for_longer_than_patience(batch: Batch, clock: Clock) -> None:
    batch.rows(2)
    batch.server.at(0.5, batch.server.kill)
    result = batch.run(limits=Limits(30, 30, 5, 7))
    assert isinstance(result.trouble, ServerAwayError)
    assert (result.done, result.left) == (0, 2)
    assert 7.5 <= clock.passed < 9.5
    batch.server.revive()
    assert batch.run().done == 2


def test_a_login_that_is_asked_for_half_way_loses_no_job(batch: Batch, clock: Clock) -> None:
    batch.rows(4)
    batch.server.at(1.5, lambda: batch.server.statuses.update(dict.fromkeys(("history", "prompt", "queue"), 401)))
    result = batch.run(limits=Limits(30, 30, 5, 500))
    assert (result.failures, result.left) == ((), 3)
    assert "asks for a login. It answers with status 401." in str(result.trouble)
    assert clock.passed < 5  # waiting would not help
    batch.server.statuses = {}
    assert batch.run().done == 4
    assert set(batch.server.made.values()) == {1}


def test_missing_nodes_fail_the_rows_and_name_the_pack(batch: Batch) -> None:
    batch.rows(2)
    batch.server.info = {name: INFO[name] for name in ("LoadImage", "AdSave")}
    assert [one.reason for one in batch.run().failures] == [
        f"The ComfyUI at {batch.server.url} does not have these nodes of the workflow mini: UnetLoaderGGUF. "
        "Install the packs that the workflow uses there, and restart it."
    ] * 2
