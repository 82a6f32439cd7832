"""AdCanvas: the size of an ad format, and the size to generate it at."""

from __future__ import annotations

from comfy_api.latest import io

from ..core import formats


class AdCanvas(io.ComfyNode):
    """The size of an ad format."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdCanvas",
            display_name="Ad Canvas",
            category="Fit-AD",
            description="The pixel size of an ad format, and the size at which an image model should make it.",
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
            ],
            outputs=[
                io.Int.Output("width", tooltip="Width of the finished ad in pixels."),
                io.Int.Output("height", tooltip="Height of the finished ad in pixels."),
                io.Int.Output(
                    "latent_width", tooltip="Width to generate at: a multiple of 16, about one megapixel in all."
                ),
                io.Int.Output(
                    "latent_height", tooltip="Height to generate at: a multiple of 16, about one megapixel in all."
                ),
            ],
        )

    @classmethod
    def execute(cls, format: str, width: int, height: int) -> io.NodeOutput:  # noqa: A002
        size = formats.canvas_size(format, width, height)
        return io.NodeOutput(*size, *formats.latent_size(*size))
