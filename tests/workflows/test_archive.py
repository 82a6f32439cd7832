"""The released versions of the graphs: kept, and still read as they were by the pack of today."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bundle import ARCHIVE, ARCHIVED, NAMES, archived, card, fingerprint
from fit_ad.core.validation import check, from_catalogue
from fit_ad.core.workflow.conversion import convert
from fit_ad.core.workflow.document import read

VERSIONS = json.loads((Path(__file__).parent / "versions.json").read_text(encoding="utf-8"))
KNOWN = from_catalogue()
FINGERPRINTS = {"express-1.0.0": "dd14dbf8c37e61d7", "express-1.1.0": "ae9e86a74c2bf70a"}


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_every_released_version_that_is_no_longer_the_latest_is_kept() -> None:
    gone = {f"{n}-{v}" for n in NAMES for v in VERSIONS[n]["released"] if v != card(n)["version"]}
    assert gone == set(ARCHIVED)
    assert {"express-1.0.0", "express-1.1.0"} <= gone


@pytest.mark.parametrize("stem", ARCHIVED)
def test_it_is_named_after_its_card_and_older_than_the_latest(stem: str) -> None:
    told = archived(stem)["extra"]["fit_ad"]
    assert stem == f"{told['name']}-{told['version']}"
    assert number(told["version"]) < number(card(told["name"])["version"])


@pytest.mark.parametrize("stem", ARCHIVED)
def test_a_released_version_never_changes(stem: str) -> None:
    assert fingerprint(archived(stem)) == FINGERPRINTS[stem]


@pytest.mark.parametrize("stem", ARCHIVED)
def test_it_still_means_something_certain_and_nothing_is_wrong_with_it(stem: str) -> None:
    document = read(archived(stem), stem)
    made = convert(document, KNOWN.nodes)
    assert made.refusals == ()
    assert len(made.graph) == sum(node["type"] != "MarkdownNote" for node in archived(stem)["nodes"])
    assert [finding for finding in check(document, KNOWN).findings if finding.severity == "error"] == []


@pytest.mark.parametrize("stem", ARCHIVED)
def test_its_roles_have_their_values_where_its_card_says(stem: str) -> None:
    graph = convert(read(archived(stem), stem), KNOWN.nodes).graph
    for name, end in archived(stem)["extra"]["fit_ad"]["inputs"].items():
        assert graph[end["node"]]["inputs"][end["input"]] == end["default"], name


def test_the_template_list_does_not_show_them() -> None:
    assert not any(re.search(r"\d+\.\d+\.\d+", name) for name in NAMES)
    assert ARCHIVE.parent.name == "workflows"
