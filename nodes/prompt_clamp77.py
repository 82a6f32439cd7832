"""PromptClamp77: any prompt, cut to what CLIP really reads."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.prompt import clamp
from ._tokenizer import counter


class PromptClamp77(io.ComfyNode):
    """A prompt of at most 77 tokens for CLIP, the whole of it for T5."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="PromptClamp77",
            display_name="Prompt Clamp 77",
            category="Fit-AD",
            description="CLIP reads 77 tokens and no more. This keeps the phrases that matter, gives up repeats and "
            "filler first, never cuts inside a phrase, and shows what was dropped. T5 gets the whole text.",
            search_aliases=[
                "prompt",
                "token limit",
                "77 tokens",
                "clip",
                "shorten prompt",
                "프롬프트",
                "토큰",
                "줄이기",
            ],
            inputs=[
                io.String.Input(
                    "text",
                    default="",
                    multiline=True,
                    dynamic_prompts=True,
                    tooltip="The prompt. Weights such as (word:1.2), embedding:name and BREAK stay as they are.",
                ),
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="Counts with this model's tokenizer; with nothing connected, ComfyUI's CLIP-L counts.",
                ),
                io.String.Input(
                    "must_keep",
                    default="",
                    tooltip="Phrases that always stay, separated by commas. One that the prompt lacks is put in front.",
                ),
                io.Int.Input(
                    "max_tokens",
                    default=clamp.CLIP_TOKENS,
                    min=3,
                    max=clamp.CLIP_TOKENS,
                    tooltip="Most tokens CLIP may get, the start and the end token included.",
                ),
            ],
            outputs=[
                io.String.Output("clip_l", tooltip="The prompt for CLIP, within the limit."),
                io.String.Output("t5xxl", tooltip="The prompt as given, for T5, which has no such limit."),
                io.String.Output("dropped", tooltip="The phrases that clip_l had to give up."),
                io.Int.Output("token_count", tooltip="Tokens of clip_l, start and end included."),
            ],
        )

    @classmethod
    def execute(cls, text: str, must_keep: str, max_tokens: int, clip: Any | None = None) -> io.NodeOutput:
        result = clamp.clamp(text, counter(clip), must_keep=must_keep, max_tokens=max_tokens)
        return io.NodeOutput(result.text, text, result.dropped, result.token_count)
