"""AdCopyLLM: from shop facts to words."""

from __future__ import annotations

import json

from comfy_api.latest import io

from ..core import copywriting
from ..core.copywriting.brief import LANGUAGES, PURPOSES, TONES, tone_id
from ..core.errors import FitAdError
from ..core.infra.paths import environment
from ..core.settings import Settings
from ..core.telemetry import runlog
from . import _settings
from ._progress import reporter

PARTS = io.Custom("FIT_AD_PARTS")


class AdCopyLLM(io.ComfyNode):
    """Headline, body, call to action, hashtags and an image prompt."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdCopyLLM",
            display_name="Ad Copy",
            category="Fit-AD",
            description="Writes three ad copies, fifteen hashtags and an image prompt from a few facts about the shop. "
            "Prices, dates and names come out exactly as typed; risky claims are flagged in the report.",
            search_aliases=[
                "ad copy",
                "copywriting",
                "headline",
                "slogan",
                "hashtags",
                "caption",
                "광고 문구",
                "카피",
                "해시태그",
                "홍보 문구",
                "헤드라인",
            ],
            inputs=[
                io.String.Input("shop", default="", tooltip="Name of the shop, as customers know it."),
                io.String.Input(
                    "offer",
                    default="",
                    tooltip="What is advertised: an offer, a price, a new product. It appears exactly as typed.",
                ),
                io.String.Input(
                    "features",
                    default="",
                    multiline=True,
                    tooltip="What makes the shop special, one thing a line. Only what stands here is said.",
                ),
                io.String.Input(
                    "region",
                    default="",
                    advanced=True,
                    tooltip="Neighbourhood or city, for hashtags and some headlines, such as 성수동.",
                ),
                io.String.Input(
                    "audience",
                    default="",
                    advanced=True,
                    tooltip="Who the ad is for, such as 직장인 or students.",
                ),
                io.Combo.Input(
                    "tone",
                    options=list(TONES),
                    default="friendly",
                    tooltip="Voice: friendly (친근함), professional (전문적), trendy (트렌디), emotional (감성적).",
                ),
                io.Combo.Input(
                    "language",
                    options=list(LANGUAGES),
                    default="ko",
                    tooltip="Language of the copy: Korean or English.",
                ),
                io.Combo.Input(
                    "profile",
                    options=["auto", "rules", *_settings.profile_names()],
                    default="auto",
                    advanced=True,
                    tooltip="Who writes: a profile of the settings file, auto (its default profile, else the rules) "
                    "or rules, which need no network. Keys and addresses stay in the settings.",
                ),
                io.Int.Input(
                    "pick",
                    default=1,
                    min=1,
                    max=3,
                    tooltip="Which of the three copies goes to headline and body: "
                    "1 the offer, 2 the product, 3 the mood.",
                ),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=io.ControlAfterGenerate.fixed,
                    advanced=True,
                    tooltip="Another seed, other words. The same facts and seed always give the same copy.",
                ),
                *_fact_inputs(),
            ],
            outputs=[
                io.String.Output("headline", tooltip="Headline of the picked copy."),
                io.String.Output(
                    "body", tooltip="Body of the picked copy; with the headline it says the offer as typed."
                ),
                io.String.Output("hashtags", tooltip="Fifteen hashtags in one line."),
                io.String.Output("image_prompt", tooltip="English prompt for a product photo in the tone of the copy."),
                io.String.Output("copies", tooltip="All three copies with their calls to action, to read and paste."),
                io.String.Output("report", tooltip="JSON: who wrote what, and risky claims with reason and law."),
                PARTS.Output(
                    "parts",
                    tooltip="The picked copy taken apart, for Ad Design: "
                    "headline, price, discount, period and the rest.",
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, tone: str | None = None, profile: str | None = None) -> bool | str:
        """Take the Korean tone names too, and say in words why a profile can't be used."""
        try:
            tone_id(tone or "friendly")
            copywriting.writer_for(profile or "auto", _settings_for(profile), environment(), None)
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def fingerprint_inputs(cls, profile: str | None = None, **_: object) -> str:
        """Run again when the settings have changed, or when the model had no answer the last time."""
        try:
            settings = _settings_for(profile)
            return copywriting.cache_state(profile or "auto", settings, environment(), _settings.user_folder())
        except FitAdError as exc:
            return str(exc)

    @classmethod
    def execute(
        cls,
        shop: str,
        offer: str,
        features: str,
        region: str,
        audience: str,
        tone: str,
        language: str,
        profile: str,
        pick: int,
        seed: int,
        purpose: str = "auto",
        period: str = "",
        contact: str = "",
        address: str = "",
        hours: str = "",
        link: str = "",
        edits: str = "",
    ) -> io.NodeOutput:
        settings, user = _settings_for(profile), _settings.user_folder()
        facts = (tuple(features.splitlines()), region, audience, tone, language)
        own = (purpose, period, contact, address, hours, link)
        brief = copywriting.with_shop_profile(copywriting.ShopBrief(shop, offer, *facts, *own), settings)
        writer, notes = copywriting.writer_for(profile, settings, environment(), user)
        words, origin = (
            copywriting.compose(brief, seed, writer, reporter())
            if writer.profile
            else copywriting.compose(brief, seed, writer)
        )
        runlog.report_event(model_name=origin.model or "rules")
        words = copywriting.edited(words, pick, edits)
        chosen = words.copies[pick - 1]
        report = copywriting.report(words, profile=profile, seed=seed, pick=pick, origin=origin, notes=notes)
        return io.NodeOutput(
            chosen.headline,
            chosen.body,
            " ".join(f"#{tag}" for tag in words.hashtags),
            words.image_prompt,
            copywriting.as_text(words, brief, settings.shop.phone),
            json.dumps(report, ensure_ascii=False, indent=2),
            words.parts[pick - 1].as_json(),
            ui={"fit_ad_parts": [part.as_json() for part in words.parts]},
        )


def _fact_inputs() -> list[io.Input]:
    """Return the facts that the offer need not hold, and what was changed by hand."""
    told = {
        "period": "When it holds, such as 12/1~12/24. Empty: as the offer says.",
        "contact": "Phone number or another way to get in touch. Empty: as the offer or the features say.",
        "address": "Where the shop is.",
        "hours": "When the shop is open.",
        "link": "A web address; Ad Design draws a QR code of it.",
        "edits": "What the panel below changed in the picked copy, as JSON; empty leaves it as it was written.",
    }
    return [
        io.Combo.Input(
            "purpose",
            options=list(PURPOSES),
            default="auto",
            optional=True,
            advanced=True,
            tooltip="What the ad is for; auto reads it from the offer. "
            "Days off, hiring and notices are told, not sold.",
        ),
        *(
            io.String.Input(name, default="", optional=True, advanced=True, tooltip=tooltip)
            for name, tooltip in told.items()
        ),
    ]


def _settings_for(profile: str | None) -> Settings:
    """Return the settings; a broken file doesn't keep the rules from writing."""
    try:
        return _settings.settings()
    except FitAdError:
        if profile == "rules":
            return Settings()
        raise
