"""The bundled designs: every file is sound, nothing that it names is missing, and there are enough of each kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from fit_ad.core.copywriting.parts import PURPOSES, read_parts
from fit_ad.core.copywriting.trades import trades
from fit_ad.core.design.art import elements
from fit_ad.core.design.canvas import CLASSES
from fit_ad.core.design.choice import photo_use
from fit_ad.core.design.colours import colourways
from fit_ad.core.design.drawings import is_open
from fit_ad.core.design.faces import face_set_names
from fit_ad.core.design.facts import facts_of
from fit_ad.core.design.library import design_files, read_design
from fit_ad.core.design.patterns import pattern_names
from fit_ad.core.design.resolving import layers_for
from fit_ad.core.design.schema import Design, ElementLayer, FillLayer, PatternLayer
from fit_ad.core.design.schema_words import WordsLayer
from fit_ad.core.design.shapes import shape_names

DESIGNS = {name: read_design(file) for name, file in design_files().items()}
CASES = [
    {"shop": "가게", "headline": "새 소식", "purpose": purpose, "period": "12/1", "discount": "30% 할인",
     "product": "빵", "items": [{"name": "빵", "price": "1,000"}, {"name": "떡", "price": "2,000"}]}
    for purpose in ("deal", "hiring")
]  # fmt: skip


@pytest.fixture(params=sorted(DESIGNS))
def design(request: pytest.FixtureRequest) -> Design:
    return DESIGNS[request.param]


def test_every_layer_of_every_format_resolves_and_names_only_what_exists(design: Design) -> None:
    drawings, shapes, patterns = set(elements()), set(shape_names()), set(pattern_names())
    for words, photo in zip(CASES, (("cut-out", "full", "frame"), ("none",)), strict=True):
        facts = replace(facts_of(read_parts(words)), photo=photo)
        for format_class in design.suits.formats:
            layers = layers_for(design, replace(facts, canvas_class=format_class))
            assert {layer.element for layer in layers if isinstance(layer, ElementLayer)} <= drawings
            assert {layer.shape for layer in layers if isinstance(layer, FillLayer)} <= shapes
            assert {layer.pattern for layer in layers if isinstance(layer, PatternLayer)} <= patterns
            assert any(isinstance(layer, WordsLayer) and layer.rows for layer in layers)


def test_every_design_says_who_it_is_for_in_both_languages(design: Design) -> None:
    for said in (design.title, design.about):
        assert said["ko"].strip()
        assert said["en"].strip()
    assert set(design.suits.purposes) <= set(PURPOSES)
    assert set(design.suits.formats) <= set(CLASSES)
    assert set(design.type.sets) <= set(face_set_names())
    assert set(design.colours.ways) <= {way.name for way in colourways()}


def test_no_two_designs_are_one_in_other_colours() -> None:
    """Where words, pictures and fields stand in 4:5 differs between any two."""
    places = Counter(
        tuple(str(getattr(layer, "region", ())) for layer in design.layers if layer.kind in ("words", "fill", "photo"))
        for design in DESIGNS.values()
    )
    assert max(places.values()) == 1


def test_there_are_enough_designs_of_each_kind() -> None:
    suits = [design.suits for design in DESIGNS.values()]
    assert len(suits) >= 40
    for purpose in PURPOSES:
        assert sum(purpose in s.purposes for s in suits) >= 4, purpose
    for format_class in CLASSES:
        assert sum(format_class in s.formats for s in suits) >= (12 if format_class == "banner" else 20), format_class
    for trade in trades():
        fitting = [s for s in suits if (not s.trades or trade in s.trades) and not s.needs.mentions]
        assert len(fitting) >= 6, trade


def test_designs_without_a_photo_are_many() -> None:
    """An ad without a photo has designs that carry it with type and drawings."""
    assert sum(photo_use(design) == "none" for design in DESIGNS.values()) >= 16


def test_open_drawings_are_resolved() -> None:
    named = [layer.element for d in DESIGNS.values() for layer in d.layers if isinstance(layer, ElementLayer)]
    assert any(is_open(name) for name in named)
