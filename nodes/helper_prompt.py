"""HelperPrompt: from the words of an ad to an image prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comfy_api.latest import io

from ..core import copywriting
from ..core.errors import FitAdError
from ..core.infra.paths import environment
from ..core.prompt import helper
from . import _settings
from ._progress import reporter

if TYPE_CHECKING:
    from ..core.copywriting import Writer


class HelperPrompt(io.ComfyNode):
    """An English image prompt that shows what a Korean or English ad says."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="HelperPrompt",
            display_name="Helper Prompt",
            category="Fit-AD",
            description="Turns the words of an ad into an English image prompt: keywords by a word list, which needs "
            "no network, a scene written out by a language model, or a blend of both.",
            search_aliases=["helper prompt", "translate prompt", "keywords", "도우미 프롬프트", "번역", "키워드"],
            inputs=[
                io.String.Input(
                    "text",
                    default="",
                    multiline=True,
                    tooltip="The words of the ad, Korean or English, such as headline and body.",
                ),
                io.String.Input(
                    "prompt",
                    default="",
                    multiline=True,
                    dynamic_prompts=True,
                    tooltip="A prompt to begin with. It comes first, as it is; what it says is not said again.",
                ),
                io.Combo.Input(
                    "mode",
                    options=list(helper.MODES),
                    default=helper.KEYWORDS,
                    tooltip="keywords: translated by a word list. llm: written out by a language model. "
                    "blend: both, weighted.",
                ),
                io.Float.Input(
                    "blend",
                    default=0.5,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="For mode blend: 0 is all keywords, 1 all language model.",
                ),
                io.Combo.Input(
                    "profile",
                    options=["auto", *_settings.profile_names()],
                    default="auto",
                    advanced=True,
                    tooltip="Which language model llm and blend ask: a profile of the settings file, or auto, its "
                    "default. Keys and addresses stay in the settings.",
                ),
            ],
            outputs=[io.String.Output("prompt", tooltip="The image prompt in English.")],
        )

    @classmethod
    def validate_inputs(cls, mode: str | None = None, profile: str | None = None) -> bool | str:
        """Say in words why a language model can't be asked."""
        try:
            _writer(mode, profile)
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def fingerprint_inputs(cls, mode: str | None = None, profile: str | None = None, **_: object) -> str:
        """Run again when the settings have changed, or when the model had no answer the last time."""
        if mode == helper.KEYWORDS:
            return ""
        try:
            user = _settings.user_folder()
            return copywriting.cache_state(profile or "auto", _settings.settings(), environment(), user)
        except FitAdError as exc:
            return str(exc)

    @classmethod
    def execute(cls, text: str, prompt: str, mode: str, blend: float, profile: str) -> io.NodeOutput:
        writer = _writer(mode, profile)
        tick = reporter() if writer else None
        return io.NodeOutput(helper.write(text, prompt, mode, blend, writer, tick))


def _writer(mode: str | None, profile: str | None) -> Writer | None:
    """Return the language model to ask; None where the mode needs none."""
    if mode in (None, helper.KEYWORDS):
        return None
    writer, _ = copywriting.writer_for(profile or "auto", _settings.settings(), environment(), _settings.user_folder())
    return writer
