"""Picture -> where the words go."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import torch
from comfy_api.latest import io

from ..core.layout import formats
from . import _vision
from ._images import Array, arrays, at, image_tensor, mask_arrays
from ._progress import reporter

if TYPE_CHECKING:
    from ..core.layout.pixel_advisor import Advice

log = logging.getLogger("fit_ad.advisor")

_PIXELS = "pixels"


class Qwen2VLLayoutAdvisor(io.ComfyNode):
    """Says where a text goes on a picture and in which colour."""

    EACH_PICTURE = True  # see _lists

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="Qwen2VLLayoutAdvisor",
            display_name="Layout Advisor",
            category="Fit-AD",
            description="Finds the best places for a text on a picture: off the subject, on calm ground, in a colour "
            "that reads. Needs no model; with a vision-language model, what it says is checked against the pixels.",
            search_aliases=[
                "layout",
                "text position",
                "palette",
                "mood",
                "qwen2-vl",
                "레이아웃",
                "글자 위치",
                "배치 추천",
                "분위기",
            ],
            inputs=[
                io.Image.Input(
                    "image", tooltip="The picture that the words go on. Words that are on it already are kept free."
                ),
                io.Mask.Input(
                    "subject_mask",
                    optional=True,
                    tooltip="Where the subject is (1 = subject), for example the mask of AdCompose. The boxes keep "
                    "off it. Without a mask, the parts that catch the eye are kept free.",
                ),
                io.String.Input(
                    "text",
                    multiline=True,
                    default="",
                    tooltip="The words to place: their length and line breaks shape the boxes. Empty counts as "
                    "a short headline.",
                ),
                io.Combo.Input(
                    "model",
                    options=list(dict.fromkeys([_PIXELS, *_vision.folders(), *_vision.profiles()])),
                    default=_PIXELS,
                    tooltip="What judges the picture. 'pixels' measures the picture itself: no model, no network. "
                    "A folder is a Qwen2-VL or Qwen2.5-VL in models/LLM, VLM, Qwen2-VL or transformers; it leaves the "
                    "card afterwards. A profile of the settings sends the picture to its address.",
                ),
                io.Clip.Input(
                    "clip",
                    optional=True,
                    tooltip="A vision-language text encoder that can write text, such as Qwen3-VL: it judges in place "
                    "of 'model'.",
                ),
                io.Combo.Input(
                    "language",
                    options=["ko", "en"],
                    default="ko",
                    tooltip="The language of the mood words and the model.",
                ),
            ],
            outputs=[
                io.Custom("FIT_AD_LAYOUT").Output(
                    "layout",
                    tooltip="Ranked boxes with colour, palette and mood, for TextPlacer; one for each picture.",
                ),
                io.String.Output(
                    "position",
                    tooltip="Where the best box is: top, center, bottom-left …",
                ),
                io.Color.Output(
                    "text_color",
                    tooltip="A colour that reads on the best box, as #RRGGBB.",
                ),
                io.String.Output(
                    "palette",
                    tooltip="The picture's main colours, the most frequent first.",
                ),
                io.String.Output("mood", tooltip="Words for the picture's mood."),
                io.String.Output("analysis", tooltip="The reasons as JSON, for each picture."),
                io.Image.Output("preview", tooltip="Each picture with the boxes drawn on it, at most 1024 px."),
            ],
        )

    @classmethod
    def validate_inputs(cls, model: str) -> bool:
        """Let every name through: the run tells what is missing and where to get it."""
        return True

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        text: str = "",
        model: str = _PIXELS,
        language: str = "ko",
        subject_mask: torch.Tensor | None = None,
        clip: Any = None,
    ) -> io.NodeOutput:
        from ..core.layout.preview import preview

        pictures = arrays(image)
        masks: list[Array | None] = [None] if subject_mask is None else list(mask_arrays(subject_mask))
        advices = _advised(pictures, [at(masks, i) for i in range(len(pictures))], text, language, model, clip)
        first = advices[0].layout
        analyses = [advice.analysis for advice in advices]
        return io.NodeOutput(
            first.as_dict(),
            first.position,
            first.text_color,
            ", ".join(first.palette),
            first.mood,
            json.dumps(analyses[0] if len(analyses) == 1 else analyses, ensure_ascii=False),
            image_tensor([preview(picture, advice) for picture, advice in zip(pictures, advices, strict=True)]),
        )


def _advised(
    pictures: list[Array], masks: list[Array | None], text: str, language: str, model: str, clip: Any
) -> list[Advice]:
    """Return the advice on each picture, by the pixels or by the model that was chosen."""
    from ..core.layout.pixel_advisor import advise
    from ..core.layout.vlm.advise import advise_with_model

    keep_out = formats.zone(formats.AUTO_ZONE, pictures[0].shape[1], pictures[0].shape[0])
    if clip is None and model == _PIXELS:
        return [advise(picture, mask, text, language, keep_out) for picture, mask in zip(pictures, masks, strict=True)]
    report, advices = reporter(), []
    with _vision.vision_model_of(model, clip) as eyes:
        for index, (picture, mask) in enumerate(zip(pictures, masks, strict=True)):

            def share(done: float, index: int = index) -> None:
                report((index + done) / len(pictures))

            advices.append(advise_with_model(eyes, picture, mask, text, language, keep_out, share))
            share(1.0)
    for change in (
        change for advice in advices for change in advice.analysis["changes"] if change["after"] == "pixels"
    ):
        log.warning("The pixels advised: %s", change["why"])
    return advices
