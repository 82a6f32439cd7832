"""Batches over real sockets: many servers, real kills, the command, and what it says."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fake_comfyui import Step
from fake_queue import FakeQueue, fake_queue
from fit_ad.client.batch import cluster, run_batch, scheduler, server_worker
from fit_ad.client.batch.run_batch import BatchRequest, BatchResult, Limits
from fit_ad.client.cli import main as command
from fit_ad.client.comfy import queue
from fit_ad.client.comfy.address import parse_address
from fit_ad.client.comfy.credentials import Credentials
from fit_ad.client.failures import BadUseError, ServerAwayError, UnusableServerError
from fit_ad.core.errors import FitAdError
from mini_workflow import INFO, SHOWN, STARTED
from waiting import until

QUICK: list[Step] = [*STARTED, ("wait", 0.01), ("done", SHOWN)]
LIMITS = Limits(30, 30, 5, 2)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_worker, "POLL_EVERY_S", 0.1)
    monkeypatch.setattr(server_worker, "TRY_EVERY_S", 0.05)
    monkeypatch.setattr(server_worker, "_IDLE_S", 0.01)
    monkeypatch.setattr(run_batch, "SNAPSHOT_EVERY_S", 0.01)
    monkeypatch.setattr(queue, "GRACE_S", 0.5)


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


def run(folder: Path, *servers: FakeQueue, **changes: Any) -> BatchResult:
    return run_batch.run_batch(request(folder, *servers, **changes))


def pictures(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out").glob("*.jpg"))


def when(so: Callable[[], bool], do: Callable[[], None]) -> None:
    """Do something as soon as something is so, while the test goes on."""

    def watch() -> None:
        until(so, "what the test waits for")
        do()

    threading.Thread(target=watch, daemon=True).start()


# --- many servers -------------------------------------------------------------------------------------------


def test_two_servers_share_the_work(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 12)
    with fake_queue(INFO, QUICK) as other:
        result = run(folder, server, other)
    assert result.done == 12
    assert sum(server.made.values()) + sum(other.made.values()) == 12
    assert len(server.made) > 0
    assert len(other.made) > 0


def test_the_others_take_over_from_a_server_that_stays_away(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 8)
    with fake_queue(INFO, [*STARTED, ("wait", 30.0)]) as other:
        when(lambda: bool(other.running and other.pending), other.kill)
        result = run(folder, server, other)
        assert (result.done, result.trouble) == (8, None)
        assert set(server.made.values()) == {1}
        other.revive()
        write_jobs(folder, 9)
        other.plays = [QUICK]
        run(folder, server, other)
        taken_back = [one for body in other.posted("queue") for one in body["delete"]]
    assert len(taken_back) == 2  # what it might have held still is taken back before it gets anything new


def test_a_server_without_the_nodes_leaves_the_work_to_the_other(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 4)
    with fake_queue({}, QUICK) as other:
        assert run(folder, other, server).done == 4
    assert other.made == {}


def test_a_server_behind_a_login_leaves_the_work_to_the_other(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 3)
    with fake_queue(INFO, QUICK) as other:
        other.wanted_headers["X-Key"] = "secret"
        result = run(folder, other, server)
    assert (result.done, result.trouble) == (3, None)


def test_one_name_for_all_on_many_servers(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 12, name="same")
    with fake_queue(INFO, QUICK) as other, fake_queue(INFO, QUICK) as third:
        assert run(folder, server, other, third).trouble is None
    assert pictures(folder) == sorted(["same.jpg", *(f"same-{n}.jpg" for n in range(2, 13))])


def test_only_one_at_a_time(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 1)
    seen: list[str] = []

    def second(_: scheduler.Snapshot) -> None:
        if not seen:
            with pytest.raises(BadUseError, match="Another fit-ad batch is already running these jobs") as caught:
                run(folder, server)
            seen.append(str(caught.value))

    run_batch.run_batch(request(folder, server), second)
    assert len(seen) == 1


# --- kills --------------------------------------------------------------------------------------------------


def test_ctrl_c_takes_back_what_runs(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 4)
    server.plays = [[*STARTED, *([("wait", 0.05)] * 200), ("done", SHOWN)]]

    def interrupt(snapshot: scheduler.Snapshot) -> None:
        if server.running and server.pending and not snapshot.finished:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch.run_batch(request(folder, server), interrupt)
    assert (server.running, server.pending) == ([], [])
    server.plays = [QUICK]
    assert run(folder, server).done == 4


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


def posted(server: FakeQueue, wanted: int, process: subprocess.Popen[bytes]) -> bool:
    """Return whether so many jobs were posted, or the process that posts them has ended."""
    return process.poll() is not None or len(server.posted("prompt")) >= wanted


def test_a_process_that_is_killed_goes_on(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 12)
    chance = random.Random(11)
    for kill in (True, True, False):
        process = subprocess.Popen([sys.executable, "-c", RUN, str(folder), server.url])
        wanted = len(server.posted("prompt")) + chance.randint(1, 3)
        if kill:
            until(partial(posted, server, wanted, process), "jobs were posted")
            process.kill()
        process.wait()
    assert process.returncode == 0
    assert pictures(folder) == [f"jobs-{line:04}.jpg" for line in range(2, 14)]
    assert len(server.made) == 12
    assert set(server.made.values()) == {1}


# --- the command --------------------------------------------------------------------------------------------


def ended_with(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        command.main(["batch", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_the_command_says_what_was_made(folder: Path, server: FakeQueue, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = write_jobs(folder, 2, count="{1,9}")
    ask = [jobs, "--workflow", folder / "mini.json", "--server", server.url, "--out", folder / "out"]
    assert ended_with(*ask) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"2 of 4 done, 2 failed  in {folder / 'out'}\n2 made in ")
    assert "row 2 (jobs-0002-2): The value of the role count cannot be used." in said.err
    assert ended_with(*ask, "--json") == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["total"], data["done"], data["made"], data["failed"], data["left"]) == (4, 2, 0, 2, 0)


def test_a_dry_run_runs_nothing(folder: Path, server: FakeQueue, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = write_jobs(folder, 2, count="{1,x}")
    ask = [jobs, "--workflow", folder / "mini.json", "--server", server.url]
    assert ended_with(*ask, "--dry-run", "--json") == 1
    data = json.loads(capsys.readouterr().out)
    assert [job["name"] for job in data["jobs"]] == ["jobs-0002-1", "jobs-0003-1"]
    assert [one["row"] for one in data["wrong"]] == [2, 3]
    assert server.asked == []


def test_a_server_that_is_away(folder: Path, server: FakeQueue, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = write_jobs(folder, 2)
    server.kill()
    ask = [jobs, "--workflow", folder / "mini.json", "--server", server.url, "--out", folder / "out"]
    assert ended_with(*ask, "--patience", "0") == 3
    assert "2 jobs are left." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("photo,fromat\nphoto.png,jpeg\n", r"no role 'fromat'\. Did you mean format\?"),
        ("photo,photo\na,b\n", "column photo twice"),
        ("photo\n", "contains no jobs"),
    ],
)
def test_job_files_that_cannot_be_used(folder: Path, server: FakeQueue, text: str, message: str) -> None:
    (folder / "jobs.csv").write_text(text)
    with pytest.raises(BadUseError, match=message):
        run(folder, server)


def test_no_server_and_no_such_mode(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 1)
    with pytest.raises(BadUseError, match="There is no server to run on"):
        run(folder)
    with pytest.raises(BadUseError, match=r"no prompt mode 'best'\. Choose one of random, keywords, llm"):
        run(folder, server, prompts="best")


def test_the_journal_holds_no_words_and_no_passwords(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 2, words="canary words")
    ask = request(folder, server)
    login = server.url.replace("://", "://me:canary-password@")
    run_batch.run_batch(BatchRequest(ask.jobs, ask.workflow, [login], ask.out, limits=LIMITS))
    files = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    assert [name for name, data in files.items() if b"canary-password" in data] == []
    assert [name for name, data in files.items() if b"canary words" in data and "journal" in name] == []
    assert [name for name in files if "journal" in name]


def test_results_are_told_to_programs(folder: Path, server: FakeQueue) -> None:
    write_jobs(folder, 3)
    snapshots: list[scheduler.Snapshot] = []
    result = run_batch.run_batch(request(folder, server), snapshots.append)
    assert (snapshots[-1].done, snapshots[-1].total, snapshots[-1].finished) == (3, 3, True)
    assert snapshots[-1].workers[server.url].done == 3
    assert result.trouble is None
    assert ServerAwayError.__mro__[1] is FitAdError


# --- clusters -----------------------------------------------------------------------------------------------


def test_on_a_cluster(folder: Path, server: FakeQueue) -> None:
    pytest.importorskip("ray")
    write_jobs(folder, 6)
    with fake_queue(INFO, QUICK) as other:
        result = run(folder, server, other, cluster="local")
    assert result.done == 6
    assert sum(server.made.values()) + sum(other.made.values()) == 6


def test_a_cluster_needs_ray(folder: Path, server: FakeQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jobs(folder, 1)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadUseError, match=r"A cluster needs Ray\. pip install \"comfyui-fit-ad\[cluster\]\"\."):
        run(folder, server, cluster="local")


class Handle:
    """Stands for Ray's handle on an actor: calls it in this process."""

    def __init__(self, actor: cluster.ServerActor) -> None:
        for name in ("ask", "listen", "receive"):
            setattr(self, name, type("Method", (), {"remote": staticmethod(getattr(actor, name))}))


def test_an_actor_speaks_for_the_client(folder: Path, server: FakeQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_result", lambda value: value)
    monkeypatch.setattr(cluster, "_own_addresses", lambda: {"10.255.255.1"})
    server.wanted_headers["X-Key"] = "secret"
    port = parse_address(server.url).url.rpartition(":")[2]
    address = parse_address(f"http://10.255.255.1:{port}")  # of this machine, whose ComfyUI listens on 127.0.0.1 only
    actor = cluster.ServerActor(address, Credentials({"X-Key": "secret"}), 0.2)
    remote = cluster.RemoteServer(address, Handle(actor), 0.2)
    write_jobs(folder, 3)
    monkeypatch.setattr(cluster, "remote_servers", _only(remote))
    assert run(folder, server, cluster="local").done == 3
    stranger = cluster.ServerActor(parse_address(server.url), Credentials(), 0.2)
    with pytest.raises(UnusableServerError, match="asks for a login"):
        cluster.RemoteServer(parse_address(server.url), Handle(stranger), 0.2).version()


def _only(remote: cluster.RemoteServer) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def servers(*_: object) -> Iterator[dict[str, cluster.RemoteServer]]:
        yield {remote.name: remote}

    return servers
