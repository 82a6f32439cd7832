"""What is derived is up to date, and the command says so where it is not."""

from __future__ import annotations

import sys
from pathlib import Path

import derive_locales
import derived
import generate
import pytest
from derived import DerivedFile
from fit_ad.core.layout import formats


@pytest.mark.parametrize("name", generate.MODULES)
def test_nothing_is_out_of_date(name: str) -> None:
    stale = [file.path.name for file in generate.out_of_date(generate.writers()[name])]
    assert stale == [], "run python3 make.py generate"


@pytest.mark.parametrize("check", [True, False])
def test_a_file_of_another_text_is_named_and_written(
    check: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong, missing = (tmp_path / name for name in ("right.txt", "wrong.txt", "missing.txt"))
    right.write_text("a\n")
    wrong.write_text("b\n")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "writers", lambda: {"all": lambda: iter(_files(right, wrong, missing))})
    monkeypatch.setattr(sys, "argv", ["generate.py", *(["--check"] if check else [])])
    assert generate.main() == (1 if check else 0)
    said = capsys.readouterr().out
    assert [name in said for name in ("right", "wrong", "missing")] == [False, True, True]
    assert wrong.read_text() == ("b\n" if check else "a\n")
    assert missing.exists() is not check


def _files(*paths: Path) -> list[DerivedFile]:
    return [DerivedFile(path, "a\n") for path in paths]


def test_a_format_is_called_in_korean_as_its_entry_says() -> None:
    korean = derived.read_json(derive_locales.LOCALES / "ko/nodeDefs.json")
    korean["AdCanvas"]["inputs"]["format"]["options"] = {"gone": "옛것", "custom": "직접 입력"}
    options = derive_locales.with_format_names(korean)["AdCanvas"]["inputs"]["format"]["options"]
    assert options == {**{one.id: one.ko for one in formats.load().formats}, "custom": "직접 입력"}
