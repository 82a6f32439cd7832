"""AdCanvas: the size of an ad format, or of several, and the size to generate it at."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.errors import FitAdError
from ..core.layout import formats


class AdCanvas(io.ComfyNode):
    """The size of an ad format, or of several."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdCanvas",
            display_name="Ad Canvas",
            category="Fit-AD",
            description="The pixel size of an ad format, and the size at which an image model should make it. With "
            "more formats than one, all that follows runs once for each.",
            search_aliases=[
                "ad format",
                "ad size",
                "instagram size",
                "kakao",
                "naver",
                "광고 크기",
                "광고 규격",
                "캔버스",
            ],
            inputs=[
                io.Combo.Input(
                    "format",
                    options=[*formats.load().ids, formats.CUSTOM],
                    default="feed-4x5",
                    tooltip="Where the ad will be posted. custom takes the width and height below.",
                ),
                io.Int.Input(
                    "width",
                    default=1080,
                    min=64,
                    max=formats.MAX_SIDE_PX,
                    advanced=True,
                    tooltip="Width in pixels. Only used when the format is custom.",
                ),
                io.Int.Input(
                    "height",
                    default=1350,
                    min=64,
                    max=formats.MAX_SIDE_PX,
                    advanced=True,
                    tooltip="Height in pixels. Only used when the format is custom.",
                ),
                io.String.Input(
                    "also",
                    optional=True,
                    default="",
                    advanced=True,
                    tooltip="More formats to make in the same run, separated by commas, for example story, "
                    "wide-16x9. all stands for every format.",
                ),
            ],
            outputs=[
                _sizes("width", "Width of the finished ad in pixels."),
                _sizes("height", "Height of the finished ad in pixels."),
                _sizes("latent_width", "Width to generate at: a multiple of 16, about one megapixel in all."),
                _sizes("latent_height", "Height to generate at: a multiple of 16, about one megapixel in all."),
            ],
        )

    @classmethod
    def validate_inputs(cls, also: str | None = None) -> bool | str:
        try:
            formats.canvas_sizes(formats.load().ids[0], 64, 64, also or "")
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def execute(cls, format: str, width: int, height: int, also: str = "") -> io.NodeOutput:  # noqa: A002
        sizes = formats.canvas_sizes(format, width, height, also)
        every = [(*size, *formats.latent_size(*size)) for size in sizes]
        return io.NodeOutput(*([size[part] for size in every] for part in range(4)))


def _sizes(name: str, tooltip: str) -> Any:
    return io.Int.Output(name, tooltip=tooltip, is_output_list=True)
