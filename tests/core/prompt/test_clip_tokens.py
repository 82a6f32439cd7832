"""CLIP's tokens without ComfyUI: counted by a real vocabulary, or not at all."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.prompt import clip_tokens


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a cat", ["a cat"]),
        ("a (red:1.2) cup", ["a ", "red", " cup"]),
        ("((a) b:0.9)", ["a", " b"]),
        ("(a:b) (c:)", ["a:b", " ", "c:"]),
        ("(:1.2)", [":1.2"]),
        (r"\(big\) (\(a\):1.1)", ["(big) ", "(a)"]),
        ("a (b", ["a ", "(b"]),
        ("a) (b) c", ["a) (b) c"]),
        ("", []),
    ],
)
def test_weights_are_taken_off(text: str, left: list[str]) -> None:
    assert list(clip_tokens.pieces(text)) == left


def test_the_package_counts_as_comfyui_does(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip(clip_tokens.PACKAGE)
    count = clip_tokens.counter()
    known = ["", "a cat", "wow!", "a (red:1.3) scarf", "unbelievably", "masterpiece, " * 60, "cafe\u0301", "f/1.8"]
    assert [count(text) for text in known] == [2, 4, 4, 5, 3, 122, 3, 7]
    assert count("a cat embedding:ink, rain") == count("a cat , rain") == 6
    assert "embedding:ink counts nothing here" in caplog.text


def test_embeddings_that_are_not_there_are_left_out() -> None:
    text = "a embedding:ink, (embedding:fog:1.2) embedding:old<x>"
    assert clip_tokens.without_embeddings(text, {"ink"}) == "a embedding:ink, (embedding:fog:1.2)  <x>"


MERGES = ["c a", "ca t</w>", "ca t", "Ã ©", "i t</w>", "' s</w>", "' '</w>", "1 2</w>"]


@pytest.fixture
def vocabulary(tmp_path: Path) -> Path:
    folder = tmp_path / "open_clip"
    folder.mkdir()
    file = folder / clip_tokens.VOCABULARIES[0][1]
    file.write_bytes(gzip.compress("\n".join(['"heading"', *MERGES]).encode()))
    (folder / "__init__.py").write_text("raise RuntimeError('imported')", encoding="utf-8")
    return file


def test_pairs_are_merged_in_order(vocabulary: Path) -> None:
    encode = clip_tokens.BytePairEncoder(vocabulary).encode
    assert encode("Cat cats é it's") == ["cat</w>", "cat", "s</w>", "Ã", "©</w>", "it</w>", "'s</w>"]
    assert encode("12 ''s?\n") == ["1</w>", "2</w>", "''</w>", "s</w>", "?</w>"]
    assert encode("½a_b") == ["Â", "½</w>", "a</w>", "_</w>", "b</w>"]


def test_a_vocabulary_that_lies_in_another_package_is_read_without_importing_it(
    vocabulary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, clip_tokens.PACKAGE, None)
    monkeypatch.syspath_prepend(str(vocabulary.parent.parent))
    count = clip_tokens.counter()
    assert count("a (cat:1.2), cats") == 2 + 1 + 1 + 1 + 2
    assert "open_clip" not in sys.modules


def test_without_a_vocabulary_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, clip_tokens.PACKAGE, None)
    monkeypatch.setattr(clip_tokens, "VOCABULARIES", (("fit_ad_no_such_package", "x.gz"),))
    with pytest.raises(FitAdError, match=r"comfyui-fit-ad\[tokenizer\]"):
        clip_tokens.counter()
