"""AdSave: the finished ad as a file that can be posted."""

from __future__ import annotations

from pathlib import Path

import folder_paths
import torch
from comfy_api.latest import io

from ..core.errors import NotInThisVersionError
from . import _images
from ._progress import reporter


class AdSave(io.ComfyNode):
    """The finished ad as a file, with its words beside it."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdSave",
            display_name="Save Ad",
            category="Fit-AD",
            description="Saves the ad as JPEG, PNG or WebP under a size limit, in sRGB, with its copies and hashtags "
            "as a text file beside it. Nothing is ever overwritten.",
            search_aliases=["save image", "export", "jpeg", "webp", "광고 저장", "이미지 저장", "내보내기"],
            is_output_node=True,
            hidden=[io.Hidden.prompt, io.Hidden.extra_pnginfo],
            inputs=[
                io.Image.Input("image", tooltip="The finished ad. A batch becomes several files."),
                io.String.Input(
                    "filename_prefix",
                    default="Fit-AD",
                    tooltip="Start of the file name; folder/name makes a folder inside the output folder. "
                    "%width%, %height%, %year%, %month%, %day% are filled in.",
                ),
                io.Combo.Input(
                    "format",
                    options=["jpeg", "png", "webp"],
                    default="jpeg",
                    tooltip="jpeg for posting (transparency becomes white), png without any loss, webp for the "
                    "smallest file.",
                ),
                io.Int.Input(
                    "max_kb",
                    default=2000,
                    min=0,
                    max=100_000,
                    tooltip="Largest file in KB (1 KB = 1000 bytes); 0 = no limit. Quality is lowered only as far as "
                    "needed.",
                ),
                io.Int.Input(
                    "quality",
                    default=92,
                    min=1,
                    max=100,
                    advanced=True,
                    tooltip="JPEG and WebP quality to start from. PNG has no loss.",
                ),
                io.Int.Input(
                    "min_side",
                    default=0,
                    min=0,
                    max=8192,
                    advanced=True,
                    tooltip="Enlarge until the shorter side has this many pixels (Lanczos); 0 = leave the size. "
                    "Stock sites ask for 2500.",
                ),
                io.Combo.Input(
                    "metadata",
                    options=["none", "workflow", "full"],
                    default="none",
                    tooltip="What the file tells about its making: nothing, the ComfyUI workflow, or the workflow and "
                    "the words.",
                ),
                io.String.Input(
                    "copies",
                    default="",
                    multiline=True,
                    optional=True,
                    tooltip="The ad's copies, saved as text beside the picture. Empty = no text.",
                ),
                io.String.Input(
                    "hashtags",
                    default="",
                    multiline=True,
                    optional=True,
                    tooltip="The hashtags, saved below the copies.",
                ),
                io.Custom("LAYERS").Input(
                    "layers", optional=True, tooltip="The layers of the ad, needed for a PSD: from TextPlacer."
                ),
                io.Boolean.Input(
                    "psd",
                    default=False,
                    advanced=True,
                    tooltip="Save a layered PSD beside the picture. Needs the layers, and psd-tools.",
                ),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The picture as saved, enlarged where that was asked for."),
                io.String.Output(
                    "path", tooltip="Saved file, below the output folder; one line per picture of a batch."
                ),
            ],
        )

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        filename_prefix: str,
        format: str,  # noqa: A002
        max_kb: int,
        quality: int,
        min_side: int,
        metadata: str,
        psd: bool,
        copies: str = "",
        hashtags: str = "",
        layers: object = None,
    ) -> io.NodeOutput:
        from ..core.saving import SaveOptions, notes_for, save_ads

        _check_psd(psd)
        saved = save_ads(
            _images.arrays(image),
            SaveOptions(format, max_kb, quality, min_side),
            notes_for(_allowed(metadata), cls.hidden.prompt, cls.hidden.extra_pnginfo, copies, hashtags),
            prefix=filename_prefix,
            output_folder=Path(folder_paths.get_output_directory()),
            words=(copies, hashtags),
            progress=reporter(),
        )
        shown = [{"filename": s.filename, "subfolder": s.subfolder, "type": "output"} for s in saved]
        return io.NodeOutput(
            _images.image_tensor([s.picture for s in saved]),
            "\n".join(s.path for s in saved),
            ui={"images": shown, "text": [copies, hashtags]},
        )


def _allowed(metadata: str) -> str:
    """Return the metadata policy, or none where ComfyUI was started with --disable-metadata."""
    from comfy.cli_args import args

    return "none" if args.disable_metadata else metadata


def _check_psd(wanted: bool) -> None:
    if wanted:
        raise NotInThisVersionError(
            "A layered PSD cannot be saved yet", fix="Turn psd off; the picture itself is saved as ever"
        )
