"""PromptClamp77: counted by a real tokenizer, or not at all."""

from __future__ import annotations

import json
import subprocess
import textwrap
from typing import Any

import pytest
from comfyui_server import ROOT, comfyui_or_skip
from fit_ad.core.errors import FitAdError
from fit_ad.core.prompt import clip_tokens
from fit_ad.nodes import _tokenizer
from fit_ad.nodes.prompt_clamp77 import PromptClamp77

START, END = 1, 2


class WordClip:
    """Stands in for a CLIP: a token a word, in chunks as ComfyUI makes them."""

    def __init__(self, key: str = "l", padding: int = END) -> None:
        self.key, self.padding = key, padding

    def tokenize(self, text: str) -> dict[str, list[list[tuple[Any, float]]]]:
        ids = [10 + len(word) for word in text.replace(",", " , ").split()]
        chunks = [ids[i : i + 75] for i in range(0, len(ids), 75)] or [[]]
        return {self.key: [self.chunk(ids) for ids in chunks]}

    def chunk(self, ids: list[int]) -> list[tuple[Any, float]]:
        row = [START, *ids, END]
        return [(token, 1.0) for token in row + [self.padding] * (77 - len(row))]


@pytest.mark.parametrize("clip", [WordClip(), WordClip("g", padding=0)])
def test_the_connected_clip_counts(clip: WordClip) -> None:
    count = _tokenizer.counter(clip)
    assert [count(text) for text in ("", "a", "a cat", "w " * 75, "w " * 76, "w " * 200)] == [2, 3, 4, 77, 78, 202]


def test_a_token_that_looks_like_padding_counts_inside_the_text() -> None:
    empty = [[(START, 1.0), (END, 1.0), (0, 1.0), (0, 1.0), (0, 1.0)]]
    assert _tokenizer.count_tokens([[(START, 1.0), (7, 1.0), (0, 1.0), (END, 1.0), (0, 1.0)]], empty) == 4
    assert _tokenizer.count_tokens([[(START, 1.0), (object(), 1.0), (object(), 1.0), (END, 1.0), (0, 1.0)]], empty) == 4


def test_clip_gets_the_clamped_text_and_t5_all_of_it() -> None:
    text = "a cat, " + "rain, " * 60 + " sun \n"
    clip_l, t5xxl, dropped, token_count = PromptClamp77.execute(text, "", 8, WordClip()).args
    assert (clip_l, token_count) == ("a cat, rain, sun", 8)
    assert t5xxl is text
    assert dropped.split(", ") == ["rain"] * 59


@pytest.mark.parametrize("clip", [None, WordClip("t5xxl")])
def test_outside_comfyui_a_package_counts_or_it_says_so(clip: WordClip | None, monkeypatch: pytest.MonkeyPatch) -> None:
    _tokenizer._bundled.cache_clear()
    monkeypatch.setattr(clip_tokens, "_packaged", lambda: str.split)
    assert PromptClamp77.execute("a cat", "", 77, clip).args[3] == 4
    _tokenizer._bundled.cache_clear()
    monkeypatch.setattr(clip_tokens, "_packaged", lambda: None)
    monkeypatch.setattr(clip_tokens, "VOCABULARIES", ())
    with pytest.raises(FitAdError, match="CLIP's tokens can't be counted here"):
        PromptClamp77.execute("a cat", "", 77, clip)
    _tokenizer._bundled.cache_clear()


PROBE = """
    import importlib.util, json, random, sys
    import comfy.options
    comfy.options.enable_args_parsing()
    sys.argv = ["main.py", "--cpu"]
    spec = importlib.util.spec_from_file_location("fit_ad", sys.path[-1] + "/__init__.py",
                                                  submodule_search_locations=[sys.path[-1]])
    sys.modules["fit_ad"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["fit_ad"])
    from comfy.sd1_clip import SD1Tokenizer
    from fit_ad.nodes._tokenizer import counter
    from fit_ad.nodes.prompt_clamp77 import PromptClamp77

    class Clip:
        tokenize = SD1Tokenizer().tokenize_with_weights

    known = ["", "a cat", "wow!", "a (red:1.3) scarf", "unbelievably", "masterpiece, " * 60]
    words = ["cat", "sunlight", "커피", "(warm:1.2)", "BREAK", "(a, (b:1.1):1.2)", "8k", ",", ".", "\\n", "f/1.8"]
    words += ["cafe\\u0301", "it's", "½", "😀", "(", ")", "\\\\(", "a_b", "咖啡", "embedding:none,", "{a|b}", "“x”"]
    rng, count, wrong, counted = random.Random(0), counter(None), [], []
    for _ in range(200):
        text = " ".join(rng.choice(words) for _ in range(rng.randrange(150)))
        limit = rng.choice([3, 20, 77])
        counted.append((text, count(text)))
        out = PromptClamp77.execute(text, "", limit).result
        again = PromptClamp77.execute(out[0], "", limit).result
        if out[3] > limit or count(out[0]) != out[3] or out[1] != text or again[0] != out[0]:
            wrong.append(text)
    print(json.dumps([[count(t) for t in known], [counter(Clip())(t) for t in known], wrong, counted]))
"""


@pytest.mark.comfyui
def test_the_real_tokenizer_agrees() -> None:
    folder, python = comfyui_or_skip()
    path = f"import sys; sys.path[:0] = [{str(folder)!r}]; sys.path.append({str(ROOT)!r})\n"
    probe = path + textwrap.dedent(PROBE)
    done = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, timeout=120, cwd=folder)
    assert done.returncode == 0, done.stderr[-2000:]
    bundled, connected, wrong, counted = json.loads(done.stdout.splitlines()[-1])
    assert bundled == connected == [2, 4, 4, 5, 3, 122]
    assert wrong == []
    pytest.importorskip(clip_tokens.PACKAGE)
    count = clip_tokens.counter()
    assert len(counted) == 200
    assert [(text, count(text)) for text, _ in counted] == [(text, tokens) for text, tokens in counted]
