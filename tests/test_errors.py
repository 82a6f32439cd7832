"""Errors: one text of up to three sentences, and each of their words in Korean too."""

from __future__ import annotations

import json

from error_templates import ROOT, templates
from fit_ad.core.errors import FitAdError


def test_the_text_is_what_why_and_what_to_do_as_sentences() -> None:
    error = FitAdError("The photo is empty", why="It has 0 bytes", fix="Did you mean a.jpg?")
    assert str(error) == "The photo is empty. It has 0 bytes. Did you mean a.jpg?"
    assert (error.what, error.why, error.fix) == ("The photo is empty", "It has 0 bytes", "Did you mean a.jpg?")


def test_every_error_that_reaches_the_editor_has_korean_words_and_no_other() -> None:
    korean = json.loads((ROOT / "locales/ko/errors.json").read_text(encoding="utf-8"))
    english = templates()
    missing = [f"{place}: {text}" for text, place in english.items() if text not in korean]
    assert missing == [], "add them to locales/ko/errors.json, then run make.py generate"
    assert sorted(set(korean) - set(english)) == [], "locales/ko/errors.json has words of errors that are gone"
