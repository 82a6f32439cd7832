"""``fit-ad validate``: what it writes, where, and with which exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fit_ad.client.cli import main as command
from fit_ad.client.cli import validate
from fit_ad.client.failures import ServerAwayError
from rich.cells import cell_len
from small_comfyui import INFO, api, editor

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_quiet", lambda: None)
    monkeypatch.delenv("FIT_AD_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        command.main(["validate", *map(str, arguments)])
    return int(ended.value.code or 0)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> str:
    """A server that knows the small world."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/object_info":
            return httpx.Response(200, json=INFO)
        if request.url.path == "/system_stats":
            return httpx.Response(200, json={"system": {"comfyui_version": "0.33.0"}})
        if request.url.path == "/node_replacements":
            return httpx.Response(404)
        there = request.url.path == "/view" and request.url.params["subfolder"] == "shop"
        return httpx.Response(200 if there else 404)

    real = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **given: real(**given, transport=httpx.MockTransport(answer)))
    return "127.0.0.1:8188"


def saved(folder: Path, data: Any, name: str = "graph.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def spoiled() -> dict[str, Any]:
    graph = api()
    graph["3"]["inputs"].update(steps=0, sampler="HEUN")
    return graph


def test_a_clean_file(tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, api())
    assert run(file, "--server", server) == 0
    assert capsys.readouterr().out == f"{file.as_posix()}  4 nodes\n  nothing wrong\n\n0 errors, 0 warnings, 0 notes\n"


def test_findings_in_both_languages(tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, spoiled())
    assert run(file, "--server", server) == 1
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:-1] == [
        "  Main sampler  Sample  3",
        "    error   steps is 0; the minimum is 1  out-of-range",
        "            → Use 1 or more",
        "    error   sampler cannot be HEUN  bad-value",
        "            → Choose one of euler, Heun. Did you mean Heun?",
        "",
    ]
    assert run(file, "--server", server, "--lang", "ko") == 1
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0].endswith("graph.json  노드 4개")
    assert lines[2:4] == [
        "    오류 steps 값이 0입니다. 최솟값은 1입니다  out-of-range",
        "         → 1 이상으로 하세요",
    ]
    assert lines[-1] == "오류 2개, 주의 0개, 참고 0개"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_text_fits_eighty_columns_and_steers_no_terminal(
    tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    graph = spoiled()
    graph["3"]["_meta"]["title"] = "광고 \x1b[2J\x07 그림"
    graph["1"]["inputs"]["ckpt_name"] = "아주 긴 이름의 모델 파일 " * 6 + "\x1b]0;x\x07.safetensors"
    file = saved(tmp_path, graph)
    assert run(file, "--server", server, "--lang", lang) == 1
    out = capsys.readouterr().out
    assert not {one for one in out if not one.isprintable()} - {"\n"}
    assert "  광고 ·[2J· 그림  Sample  3" in out
    assert max(cell_len(line) for line in out.splitlines()[1:]) <= 80


def test_findings_on_a_node_stand_together(tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    graph = spoiled()
    graph["3"]["inputs"]["extra"] = 1
    graph["1"]["inputs"]["ckpt_name"] = "c.safetensors"
    assert run(saved(tmp_path, graph), "--server", server) == 1
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ") and line[2] != " "]
    assert [line.strip() for line in heads] == ["Load  1", "Main sampler  Sample  3"]


def test_json_and_sarif_are_all_that_is_written(
    tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "graph.json"
    file.write_text(json.dumps(spoiled(), indent=1), encoding="utf-8")
    assert run(file, "--server", server, "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["errors"] == 2
    assert run(file, "--server", server, "--format", "sarif") == 1
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results] == [18, 18]


def test_fix_writes_beside_and_never_over(tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, spoiled())
    before = file.read_bytes()
    for name in ("graph.fixed.json", "graph.fixed-2.json"):
        assert run(file, "--server", server, "--fix") == 1
        assert json.loads((tmp_path / name).read_text(encoding="utf-8"))["3"]["inputs"]["sampler"] == "Heun"
    assert file.read_bytes() == before
    assert "Main sampler (3), sampler: HEUN → Heun" in capsys.readouterr().err
    written = (tmp_path / "graph.fixed-2.txt").read_text(encoding="utf-8")
    assert written == "graph.json → graph.fixed-2.json\nMain sampler (3), sampler: HEUN → Heun\n"


def test_fix_tells_of_its_changes_in_the_json_too(
    tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [saved(tmp_path, spoiled()), saved(tmp_path, api(), "fine.json")]
    assert run(*files, "--server", server, "--fix", "--format", "json") == 1
    one, other = json.loads(capsys.readouterr().out)["files"]
    assert (one["fixed"], other["fixed"], other["changes"]) == ((tmp_path / "graph.fixed.json").as_posix(), None, [])
    assert one["changes"] == [{"node": "3", "title": "Main sampler", "input": "sampler", "old": "HEUN", "new": "Heun"}]


def test_scrub_writes_a_clean_copy(tmp_path: Path, server: str, capsys: pytest.CaptureFixture[str]) -> None:
    graph = api()
    graph["2"]["inputs"]["text"] = "bread hf_" + "aB" * 17
    file = saved(tmp_path, graph)
    assert run(file, "--server", server, "--scrub", tmp_path / "clean.json") == 1
    assert json.loads((tmp_path / "clean.json").read_text(encoding="utf-8"))["2"]["inputs"]["text"] == "bread "
    assert run(file, "--server", server, "--scrub", file) == 2
    assert "never writes over the file itself" in capsys.readouterr().err
    assert json.loads(file.read_text(encoding="utf-8")) == graph


def test_a_server_is_asked_for_pictures_that_its_list_does_not_name(tmp_path: Path, server: str) -> None:
    graph = {"1": {"class_type": "LoadImage", "inputs": {"image": "shop/a.png"}}}
    graph["2"] = {"class_type": "Save", "inputs": {"images": ["1", 0], "name": "a"}}
    assert run(saved(tmp_path, graph), "--server", server) == 0
    graph["1"]["inputs"]["image"] = "elsewhere/a.png [output]"
    assert run(saved(tmp_path, graph), "--server", server) == 1


def test_a_broken_file_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"1": ', encoding="utf-8")
    assert run(file) == 1
    assert "The file is not a workflow: Expecting value, line 1, column 7" in capsys.readouterr().out


def test_a_file_too_large_for_a_workflow_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "large.json"
    file.write_text("[" * 500_001, encoding="utf-8")
    assert run(file) == 2
    assert "large.json is too large for a workflow" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.json"], "There is no workflow file gone.json"),
        ([ROOT / "workflows/express.json", "--server", "http://127.0.0.1:9"], "does not answer"),
        ([ROOT / "workflows/express.json", "--comfyui", "/nowhere"], "is not a ComfyUI folder"),
        ([ROOT / "workflows/express.json", "--models", "gone.yaml"], "There is no file gone.yaml"),
        (["a.json", "b.json", "--scrub", "c.json"], "--scrub takes one file at a time"),
        ([], "Missing argument"),
    ],
)
def test_what_cannot_run_ends_with_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[object],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("address", ["http://hana:pa55word@127.0.0.1:9", "hana:pa55word@127.0.0.1:9"])
def test_a_servers_password_is_not_told(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(ROOT / "workflows/express.json", "--server", address) == 2
    said = capsys.readouterr().err
    assert "127.0.0.1:9 does not answer" in said
    assert "pa55word" not in said


def test_a_server_that_is_no_comfyui_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"object_info": {"Key": {}}, "system_stats": ["odd"], "node_replacements": "odd"}
    answers = {f"http://far.example/{path}": data for path, data in said.items()}
    handler = httpx.MockTransport(lambda request: httpx.Response(200, json=answers[str(request.url)]))
    client = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **options: client(transport=handler, **options))
    with pytest.raises(ServerAwayError, match="is not a ComfyUI server"):
        validate._ask("http://far.example")


@pytest.mark.parametrize("file", sorted((ROOT / "workflows").glob("*.json")), ids=lambda file: file.stem)
def test_the_bundle_is_clean(file: Path) -> None:
    report = validate._check(file, validate._load(file), validate._environment("", None, None))
    assert [(f.code, f.place.node, f.message()) for f in report.findings if f.severity != "note"] == []


@pytest.mark.parametrize("file", sorted((ROOT / "workflows/api").glob("*.json")), ids=lambda file: file.stem)
def test_the_bundle_in_api_format_is_clean(file: Path) -> None:
    report = validate._check(file, validate._load(file), validate._environment("", None, None))
    assert [(f.code, f.place.node, f.message()) for f in report.findings if f.severity != "note"] == []


def test_both_formats_of_a_graph_get_the_same_findings(tmp_path: Path, server: str) -> None:
    data = editor()
    data["nodes"][2]["widgets_values"][2:4] = [0, "HEUN"]
    files = [saved(tmp_path, spoiled()), saved(tmp_path, data, "editor.json")]
    known = validate._environment(server, None, None)
    one, other = (validate._check(file, validate._load(file), known).findings for file in files)
    assert [(f.message_key, f.place.node, f.input, f.message()) for f in one] == [
        (f.message_key, f.place.node, f.input, f.message()) for f in other
    ]
