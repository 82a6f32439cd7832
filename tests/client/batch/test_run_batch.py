"""Batches on servers that behave, fail, die and come back: one result per row, whatever happens."""

from __future__ import annotations

import csv
import itertools
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fake_comfyui import Step
from fake_queue import FakeQueue, fake_queue
from fit_ad.client.batch import scheduler, server_worker
from fit_ad.client.batch.run_batch import BatchRequest, BatchResult, Limits, plan_batch, run_batch
from fit_ad.client.cli import main as command
from fit_ad.client.comfy import queue
from fit_ad.client.comfy import server as server_module
from fit_ad.client.failures import BadUseError, ServerAwayError
from fit_ad.core.errors import FitAdError
from fit_ad.core.infra import atomic_file
from mini_workflow import INFO, SHOWN, STARTED, write_workflow

QUICK: list[Step] = [*STARTED, ("wait", 0.01), ("done", SHOWN)]
ERROR: list[Step] = [
    *STARTED,
    ("error", {"node_id": "3", "node_type": "AdSave", "exception_message": "odd size", "exception_type": "ValueError"}),
]
LIMITS = Limits(30, 30, 5, 2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a workflow and a photo, and short waits."""
    monkeypatch.setattr(server_worker, "POLL_EVERY_S", 0.1)
    monkeypatch.setattr(server_worker, "TRY_EVERY_S", 0.05)
    monkeypatch.setattr(queue, "GRACE_S", 0.5)
    monkeypatch.setattr(server_module, "STEADY_EVERY_S", 0.01)
    return write_workflow(tmp_path)


@pytest.fixture
def server() -> Iterator[FakeQueue]:
    with fake_queue(INFO, QUICK) as running:
        yield running


def write_jobs(folder: Path, rows: int, /, **columns: str) -> Path:
    cells = [{"photo": "photo.png", "words": f"ad {number}", **columns} for number in range(rows)]
    path = folder / "jobs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(cells[0]))
        writer.writeheader()
        writer.writerows(cells)
    return path


def request(folder: Path, *servers: FakeQueue, **changes: Any) -> BatchRequest:
    urls = [one.url for one in servers]
    return BatchRequest(folder / "jobs.csv", str(folder / "mini.json"), urls, folder / "out", limits=LIMITS, **changes)


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out").glob("*.jpg"))


def when(so: Callable[[], bool], do: Callable[[], None]) -> None:
    """Do something as soon as something is so, while the test goes on."""

    def watch() -> None:
        while not so():
            time.sleep(0.005)
        do()

    threading.Thread(target=watch, daemon=True).start()


def test_one_result_for_each_row(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 5)
    result = run_batch(request(folder, server))
    assert (result.total, result.done, result.made, result.left, result.failures) == (5, 5, 5, 0, ())
    assert pictures(folder) == [f"000{line}.jpg" for line in range(2, 7)]
    assert sorted(result.files) == [folder / "out" / f"000{line}.jpg" for line in range(2, 7)]
    record = json.loads((folder / "out" / "0003.json").read_text(encoding="utf-8"))
    assert record["roles"]["words"] == "ad 1"
    assert record["roles"]["photo"] == "photo.png"
    assert "#tag" in (folder / "out" / "0003.txt").read_text(encoding="utf-8")
    assert set(server.made.values()) == {1}


def test_what_is_done_is_not_made_again(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 3)
    run_batch(request(folder, server))
    write_jobs(folder, 5)
    result = run_batch(request(folder, server))
    assert (result.total, result.done, result.made) == (5, 5, 2)
    assert len(server.posted("prompt")) == 5
    assert run_batch(request(folder, server, again=True)).made == 5
    assert len(pictures(folder)) == 10  # the earlier ones stay


def test_the_next_job_is_queued_while_one_runs(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 6)
    server.plays = [[*STARTED, ("wait", 0.15), ("done", SHOWN)]]
    result = run_batch(request(folder, server))
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(server.spans)]
    assert statistics.median(gaps) < 0.05  # the longest depends on what else this machine does
    assert result.idle_s[server.url] == (0.0,) * 4
    assert len(result.between_s[server.url]) == 5
    assert result.summary()["idle_ms"] == {"median": 0, "longest": 0}


def test_a_photo_is_sent_once(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 4)
    run_batch(request(folder, server))
    assert len(server.posted("upload/image")) == 1


def test_two_servers_share_the_work(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 12)
    with fake_queue(INFO, QUICK) as other:
        result = run_batch(request(folder, server, other))
    assert result.done == 12
    assert sum(server.made.values()) + sum(other.made.values()) == 12
    assert min(len(server.made), len(other.made)) >= 3


def test_failed_rows_stand_in_a_file_with_their_reasons(folder: Path, server: FakeQueue) -> None:
    path = folder / "jobs.csv"
    path.write_text("photo,count,words\nphoto.png,1,good\nnone.png,1,bad\nphoto.png,three,bad\nphoto.png,99,bad\n")
    result = run_batch(request(folder, server))
    assert (result.done, result.left) == (1, 0)
    assert result.failed_file == folder / "out" / "jobs.failed.csv"
    with result.failed_file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["count"] for row in rows] == ["1", "three", "99"]
    assert rows[0]["reason"] == "The picture 'none.png' of the role photo is not there."
    assert rows[1]["reason"] == "count takes a whole number, not 'three'."
    assert rows[2]["reason"].startswith("The value of the role count cannot be used. Save: n is 99")
    path.write_bytes(result.failed_file.read_bytes().replace(b"none.png", b"photo.png"))
    assert run_batch(request(folder, server)).done == 1  # it is a job file itself


def test_a_node_that_fails_does_not_stop_the_others(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 3)
    keys = [job.key[:12] for job in plan_batch(request(folder, server))[0]]
    server.plays_by_name = {keys[1]: ERROR}
    result = run_batch(request(folder, server))
    assert [(one.job.row, one.reason) for one in result.failures] == [(3, "Save (AdSave): odd size.")]
    assert result.done == 2
    server.plays_by_name = {}
    assert run_batch(request(folder, server)).made == 1  # what failed is tried again by the next start


def test_out_of_memory_makes_this_job_and_the_next_lighter(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 4)
    keys = [job.key[:12] for job in plan_batch(request(folder, server))[0]]
    no_room = {"node_id": "3", "node_type": "AdSave", "exception_type": "torch.OutOfMemoryError"}
    server.plays_by_name = {keys[0]: [*STARTED, ("error", no_room)]}
    when(lambda: bool(server.posted("free")), server.plays_by_name.clear)
    result = run_batch(request(folder, server))
    assert result.done == 4
    first, last = (json.loads((folder / "out" / f"000{line}.json").read_text()) for line in (2, 5))
    assert (first["changes"], first["retries"]) == (["flux1-dev-q4 instead of flux1-dev-q8"], 1)
    assert last["changes"] == ["flux1-dev-q4 instead of flux1-dev-q8"]


def test_a_job_over_its_time_is_taken_back(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 2)
    keys = [job.key[:12] for job in plan_batch(request(folder, server))[0]]
    server.plays_by_name = {keys[0]: [*STARTED, *([("wait", 0.05)] * 40), ("done", SHOWN)]}
    ask = request(folder, server)
    result = run_batch(BatchRequest(ask.jobs, ask.workflow, ask.servers, ask.out, limits=Limits(0.3, None, 5, 2)))
    assert [one.reason for one in result.failures] == ["It was not done within 0.3 s and was taken back."]
    assert result.done == 1


def test_silence_is_a_failure_of_that_job(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 1)
    server.plays = [[*STARTED, *([("wait", 0.05)] * 40), ("done", SHOWN)]]
    ask = request(folder, server)
    result = run_batch(BatchRequest(ask.jobs, ask.workflow, ask.servers, ask.out, limits=Limits(30, 0.3, 5, 2)))
    assert [one.reason for one in result.failures] == [
        "Nothing was heard of it for 0.3 s at Save, and it was taken back."
    ]


@pytest.mark.parametrize("steps", [[("cut", None), *QUICK], [*STARTED, ("cut", None), ("done", SHOWN)]])
def test_websockets_that_are_cut(folder: Path, server: FakeQueue, steps: Sequence[Step]) -> None:
    write_jobs(folder, 3)
    server.plays = [steps]
    assert run_batch(request(folder, server)).done == 3
    assert set(server.made.values()) == {1}


def test_a_server_killed_and_started_again(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 40)
    ended = threading.Event()
    chance = random.Random(7)

    def kill_often() -> None:
        for _ in range(6):
            if ended.wait(chance.uniform(0.05, 0.2)):
                return
            server.kill()
            ended.wait(0.1)
            server.revive()

    killer = threading.Thread(target=kill_often)
    killer.start()
    result = run_batch(request(folder, server))
    ended.set()
    killer.join()
    assert (result.done, result.failures) == (40, ())
    assert len(pictures(folder)) == 40


def test_a_proxy_in_front_of_a_dead_server(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 6)

    def gone_for_a_while() -> None:
        server.broken.update(dict.fromkeys(("prompt", "queue", "history", "system_stats"), 503))
        time.sleep(0.4)
        server.kill()
        server.revive()
        server.broken.clear()

    when(lambda: len(server.made) == 2, gone_for_a_while)
    result = run_batch(request(folder, server))
    assert (result.done, result.failures) == (6, ())


def test_a_job_that_kills_its_server_each_time(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 2)
    keys = [job.key[:12] for job in plan_batch(request(folder, server))[0]]
    server.plays_by_name = {keys[0]: [*STARTED, ("wait", 5.0)]}
    ended = threading.Event()

    def kill_it() -> None:
        while not ended.wait(0.05):
            if any(name.endswith(keys[0]) for name in server.starts) and server.running:
                server.kill()
                ended.wait(0.15)
                server.revive()
                server.starts.clear()
                server.restart_worker()

    threading.Thread(target=kill_it, daemon=True).start()
    result = run_batch(request(folder, server))
    ended.set()
    assert [one.reason for one in result.failures] == [
        f"The ComfyUI at {server.url} went away 5 times during this job. It may have run out of memory."
    ]
    assert result.done == 1


def test_a_server_that_stays_away(folder: Path, server: FakeQueue, capsys: pytest.CaptureFixture[str]) -> None:
    write_jobs(folder, 2)
    server.kill()
    ask = ["batch", str(folder / "jobs.csv"), "--workflow", str(folder / "mini.json"), "--server", server.url]
    with pytest.raises(SystemExit) as ended:
        command.main([*ask, "--out", str(folder / "out"), "--patience", "0"])
    assert ended.value.code == 3
    assert "2 jobs are left." in capsys.readouterr().err
    server.revive()
    assert run_batch(request(folder, server)).done == 2


def test_the_others_take_over_from_a_server_that_stays_away(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 8)
    with fake_queue(INFO, [*STARTED, ("wait", 30.0)]) as other:
        when(lambda: bool(other.running and other.pending), other.kill)
        result = run_batch(request(folder, server, other))
        assert (result.done, result.trouble) == (8, None)
        assert set(server.made.values()) == {1}
        other.revive()
        write_jobs(folder, 9)
        other.plays = [QUICK]
        run_batch(request(folder, server, other))
        taken_back = [one for body in other.posted("queue") for one in body["delete"]]
    assert len(taken_back) == 2  # what it might have held still is taken back before it gets anything new


def test_missing_nodes_fail_the_rows_and_name_the_pack(folder: Path) -> None:
    write_jobs(folder, 2)
    with fake_queue({name: INFO[name] for name in ("LoadImage", "AdSave")}, QUICK) as server:
        result = run_batch(request(folder, server))
    assert [one.reason for one in result.failures] == [
        f"The ComfyUI at {server.url} lacks nodes of the workflow mini: UnetLoaderGGUF. "
        "Install the packs that the workflow uses there, and restart it."
    ] * 2


def test_a_server_without_the_nodes_leaves_the_work_to_the_other(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 4)
    with fake_queue({}, QUICK) as other:
        assert run_batch(request(folder, other, server)).done == 4
    assert other.made == {}


def test_a_full_disk_loses_nothing(folder: Path, server: FakeQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jobs(folder, 3)
    written: list[Path] = []
    really = atomic_file._fill

    def full(part: Path, *how: Any) -> None:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(part)
        really(part, *how)

    monkeypatch.setattr(atomic_file, "_fill", full)
    result = run_batch(request(folder, server))
    assert isinstance(result.trouble, FitAdError)
    assert "the disk is full. Make room there and start the same again" in str(result.trouble)
    monkeypatch.undo()
    assert run_batch(request(folder, server)).done == 3
    assert len(pictures(folder)) == 3
    assert set(server.made.values()) == {1}
    assert not list((folder / "out").glob(".*.part"))


def test_ctrl_c_takes_back_what_runs(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 4)
    server.plays = [[*STARTED, *([("wait", 0.05)] * 200), ("done", SHOWN)]]

    def interrupt(stand: scheduler.Snapshot) -> None:
        if server.running and server.pending and not stand.finished:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(request(folder, server), interrupt)
    assert (server.running, server.pending) == ([], [])
    server.plays = [QUICK]
    assert run_batch(request(folder, server)).done == 4


def test_only_one_at_a_time(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 1)
    seen: list[str] = []

    def second(_: scheduler.Snapshot) -> None:
        if not seen:
            with pytest.raises(BadUseError, match="Another fit-ad batch is at work on these jobs") as caught:
                run_batch(request(folder, server))
            seen.append(str(caught.value))

    run_batch(request(folder, server), second)
    assert len(seen) == 1


def test_files_that_were_there_stay(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 1)
    (folder / "out").mkdir()
    (folder / "out" / "0002.jpg").write_bytes(b"mine")
    result = run_batch(request(folder, server))
    assert [path.name for path in result.files] == ["0002-2.jpg"]
    assert (folder / "out" / "0002.jpg").read_bytes() == b"mine"


def test_names_and_folders_for_results(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 2, name="봄날/라떼")
    result = run_batch(request(folder, server))
    assert sorted(str(path.relative_to(folder / "out")) for path in result.files) == [
        "봄날/라떼-2.jpg",
        "봄날/라떼.jpg",
    ]


def test_one_name_for_all_on_many_servers(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 12, name="same")
    with fake_queue(INFO, QUICK) as other, fake_queue(INFO, QUICK) as third:
        assert run_batch(request(folder, server, other, third)).trouble is None
    assert pictures(folder) == sorted(["same.jpg", *(f"same-{n}.jpg" for n in range(2, 13))])


RUN = """
import faulthandler
import sys
from pathlib import Path
from fit_ad.client.batch import server_worker
from fit_ad.client.batch.run_batch import BatchRequest, run_batch
faulthandler.dump_traceback_later(60, exit=True)  # a batch that hangs is told where
server_worker.POLL_EVERY_S = 0.1
folder = Path(sys.argv[1])
run_batch(BatchRequest(folder / "jobs.csv", str(folder / "mini.json"), [sys.argv[2]], folder / "out"))
"""


def test_killed_at_any_moment_nothing_is_lost_or_doubled(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 60)
    server.plays = [[*STARTED, ("wait", 0.02), ("done", SHOWN)]]
    chance = random.Random(11)
    kills = 0
    while True:
        process = subprocess.Popen([sys.executable, "-c", RUN, str(folder), server.url])
        begun = len(server.posted("prompt"))
        while process.poll() is None and len(server.posted("prompt")) == begun:
            time.sleep(0.005)
        try:
            process.wait(chance.uniform(0.0, 0.25) if kills < 5 else None)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert process.returncode == 0
    assert kills == 5
    assert pictures(folder) == [f"{line:04}.jpg" for line in range(2, 62)]
    assert len(server.made) == 60
    assert set(server.made.values()) == {1}


def test_the_command_says_what_was_made(folder: Path, server: FakeQueue, capsys: pytest.CaptureFixture[str]) -> None:
    write_jobs(folder, 2, count="{1,9}")
    ask = ["batch", str(folder / "jobs.csv"), "--workflow", str(folder / "mini.json"), "--server", server.url]
    with pytest.raises(SystemExit) as ended:
        command.main([*ask, "--out", str(folder / "out")])
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert said.out.startswith(f"2 of 4 done, 2 failed  in {folder / 'out'}\n2 made in ")
    assert "row 2 (0002-2): The value of the role count cannot be used." in said.err
    with pytest.raises(SystemExit) as ended:
        command.main([*ask, "--out", str(folder / "out"), "--json"])
    data = json.loads(capsys.readouterr().out)
    assert (data["total"], data["done"], data["made"], data["failed"], data["left"]) == (4, 2, 0, 2, 0)


def test_a_dry_run_runs_nothing(folder: Path, server: FakeQueue, capsys: pytest.CaptureFixture[str]) -> None:
    write_jobs(folder, 2, count="{1,x}")
    ask = ["batch", str(folder / "jobs.csv"), "--workflow", str(folder / "mini.json"), "--server", server.url]
    with pytest.raises(SystemExit) as ended:
        command.main([*ask, "--dry-run", "--json"])
    assert ended.value.code == 1
    data = json.loads(capsys.readouterr().out)
    assert [job["name"] for job in data["jobs"]] == ["0002-1", "0003-1"]
    assert [one["row"] for one in data["wrong"]] == [2, 3]
    assert server.asked == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("photo,fromat\nphoto.png,jpeg\n", r"no role 'fromat'\. Did you mean format\?"),
        ("photo,photo\na,b\n", "column photo twice"),
        ("photo\n", "holds no jobs"),
    ],
)
def test_job_files_that_cannot_be_used(folder: Path, server: FakeQueue, text: str, message: str) -> None:
    (folder / "jobs.csv").write_text(text)
    with pytest.raises(BadUseError, match=message):
        run_batch(request(folder, server))


def test_no_server_and_no_such_mode(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 1)
    with pytest.raises(BadUseError, match="There is no server to run on"):
        run_batch(request(folder))
    with pytest.raises(BadUseError, match=r"no prompt mode 'best'\. Choose one of random, keywords, llm"):
        run_batch(request(folder, server, prompts="best"))


def test_the_journal_holds_no_words_and_no_passwords(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 2, words="sk-canary-1234567890")
    ask = request(folder, server)
    login = server.url.replace("://", "://me:canary-password@")
    run_batch(BatchRequest(ask.jobs, ask.workflow, [login], ask.out, limits=LIMITS))
    for path in (folder / "out").iterdir():
        assert b"canary" not in path.read_bytes(), path.name


def test_results_are_told_to_programs(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 3)
    stands: list[scheduler.Snapshot] = []
    result: BatchResult = run_batch(request(folder, server), stands.append)
    assert (stands[-1].done, stands[-1].total, stands[-1].finished) == (3, 3, True)
    assert stands[-1].lanes[server.url].done == 3
    assert result.trouble is None
    assert ServerAwayError.__mro__[1] is FitAdError


def test_on_a_cluster(folder: Path, server: FakeQueue) -> None:
    pytest.importorskip("ray")
    write_jobs(folder, 6)
    with fake_queue(INFO, QUICK) as other:
        result = run_batch(request(folder, server, other, cluster="local"))
    assert result.done == 6
    assert sum(server.made.values()) + sum(other.made.values()) == 6


def test_a_cluster_needs_ray(folder: Path, server: FakeQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jobs(folder, 1)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadUseError, match=r"A cluster needs Ray\. pip install \"comfyui-fit-ad\[cluster\]\"\."):
        run_batch(request(folder, server, cluster="local"))
