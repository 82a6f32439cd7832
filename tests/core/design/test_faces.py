"""Type sets: every role has a face, every face a use, and nothing that people type is missing or out of place."""

from __future__ import annotations

from itertools import product

import pytest
from fit_ad.core.copywriting.trades import trades
from fit_ad.core.design.faces import FACE_ROLES, FaceSet, face_sets, suited_set
from fit_ad.core.text import fonts
from fit_ad.core.text.font_instance import open_font
from fit_ad.core.text.shaping import Span, shape

SETS = list(face_sets().values())
TRADES = set(trades())
TYPED = "가뷁쀍Aa09₩원–—~…·%+“”‘’()!?×→®™€№℃"


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.name)
def test_what_people_type_is_drawn_in_every_role(one: FaceSet) -> None:
    assert [role for role, _ in one.roles] == list(FACE_ROLES)
    for face in {face for _, face in one.roles}:
        (paragraph,) = shape([Span(TYPED, face, 1.0)], fonts.bundled(), fallback=one.fallback).paragraphs
        for cluster in paragraph.clusters:
            assert cluster.ink, (face.id, cluster.text)
            strangers = [g.font.face for g in cluster.glyphs if g.font.face.path != face.path]
            assert all(stranger in one.fallback or stranger.kind != "emoji" for stranger in strangers)


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.name)
def test_stand_ins_are_about_as_heavy_as_the_face(one: FaceSet) -> None:
    for role, char in product(("headline", "numeral"), "쀍₩–€"):
        face = one.face(role)
        if not open_font(face).draws(char):
            (paragraph,) = shape([Span(char, face, 1.0)], fonts.bundled(), fallback=one.fallback).paragraphs
            stranger = paragraph.clusters[0].glyphs[0].font.face
            assert abs(stranger.weight - face.weight) <= 200, (face.id, char, stranger.id)


def test_every_text_face_is_in_a_set() -> None:
    used = {face.id for one in SETS for _, face in one.roles}
    assert used == {face.id for face in fonts.bundled() if face.kind != "emoji"}


def test_every_trade_has_sets_for_loud_and_calm_or_warm_ads() -> None:
    for trade in TRADES:
        moods = {mood for one in SETS if trade in one.trades for mood in one.moods}
        assert moods & {"loud", "warm", "calm"}, trade
    assert {trade for one in SETS for trade in one.trades} <= TRADES


def test_of_several_sets_the_one_for_the_trade_is_taken() -> None:
    assert suited_set(["loud", "heavy", "block"], [], "clothes").name == "heavy"
    assert suited_set(["loud", "heavy"], [], "flowers").name == "loud"
    assert suited_set(["nothing", "soft"], [], "gym").name == "soft"
    assert suited_set([], ["calm"], "hair").name == "batang"
    assert suited_set([], ["nothing"], "bakery").name == "soft"


def test_the_shops_own_font_takes_the_place_of_the_headline_alone() -> None:
    one = face_sets()["soft"].with_headline("Gasoek One")
    assert one.face("headline").id == "Gasoek One"
    assert (one.face("numeral").id, one.trades) == ("BM Jua", face_sets()["soft"].trades)
