"""LetteringEffects: a plain dict with the fields of the effects."""

from __future__ import annotations

import json

import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.lettering import Effects
from fit_ad.core.lettering.effects import parameters
from fit_ad.nodes.lettering_effects import LetteringEffects


def test_the_inputs_are_the_fields_and_start_at_their_defaults() -> None:
    schema = LetteringEffects.define_schema()
    assert {item.id for item in schema.inputs} == set(parameters())
    assert {item.id: item.default for item in schema.inputs} == Effects().as_dict()


def test_the_output_is_plain_and_comes_back_as_it_was() -> None:
    made = LetteringEffects.execute(arc_deg=40, ground="ribbon", glow=0.5).result[0]
    assert Effects.from_dict(json.loads(json.dumps(made))) == Effects(arc_deg=40, ground="ribbon", glow=0.5)


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(FitAdError, match=r"arc_deg is 200\. Choose a value from -180 to 180"):
        LetteringEffects.execute(arc_deg=200)
