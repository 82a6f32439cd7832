"""AdSave: the finished ad as a file that can be posted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folder_paths
import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from ..core.export.options import AI_MARKS, CORNERS, FORMATS, LANGUAGES, WATERMARK_PLACES, Marks, SaveOptions
from . import _images
from ._color_profiles import warn_of_profiles
from ._progress import reporter

if TYPE_CHECKING:
    from ..core.export import LayeredSource


class AdSave(io.ComfyNode):
    """The finished ad as a file, with its words beside it."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdSave",
            display_name="Save Ad",
            category="Fit-AD",
            description="Saves the ad as JPEG, PNG, WebP or AVIF under a size limit, in sRGB, with its copies and "
            "hashtags as a text file beside it, and as a layered PSD if you like. Nothing is ever overwritten.",
            search_aliases=[
                "save image",
                "export",
                "jpeg",
                "webp",
                "avif",
                "psd",
                "watermark",
                "광고 저장",
                "이미지 저장",
                "내보내기",
                "워터마크",
            ],
            is_output_node=True,
            hidden=[io.Hidden.prompt, io.Hidden.extra_pnginfo],
            inputs=[
                io.Image.Input("image", tooltip="The finished ad. A batch becomes several files."),
                io.String.Input(
                    "filename_prefix",
                    default="Fit-AD",
                    tooltip="Start of the file name; folder/name makes a folder inside the output folder. "
                    "%width%, %height%, %year%, %month%, %day%, %date:yyyy-MM-dd% and %Node.widget% are filled in.",
                ),
                io.Combo.Input(
                    "format",
                    options=list(FORMATS),
                    default="jpeg",
                    tooltip="jpeg for posting (transparency becomes white), png without any loss, webp and avif for "
                    "the smallest files.",
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
                    tooltip="JPEG, WebP and AVIF quality to start from. PNG has no loss.",
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
                    "the words. Keys and passwords are taken out.",
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
                    tooltip="Save a layered PSD beside the picture, in the size of the layers. Needs the layers.",
                ),
                *_mark_inputs(),
                io.Mask.Input(
                    "subject_mask",
                    optional=True,
                    tooltip="Where the product is (1 = product), from AdCompose: it becomes a layer of its own in the "
                    "PSD.",
                ),
                *_stock_inputs(),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The picture as saved: with its marks, enlarged where asked for."),
                io.String.Output(
                    "path", tooltip="Saved file, below the output folder; one line per picture of a batch."
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, filename_prefix: str | None = None, **_: object) -> str:
        """Save again when the date in the name is another one."""
        from ..core.export.prefix import filled_prefix

        return filled_prefix(filename_prefix or "", None, None)

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
        layers: Any = None,
        subject_mask: torch.Tensor | None = None,
        stock: bool = False,
        title: str = "",
        keywords: str = "",
        **marks: Any,
    ) -> io.NodeOutput:
        from ..core.export import metadata_for, save_ads, stock_metadata
        from ..core.export.stock import for_stock

        warn_of_profiles()
        laid_over, options = _marks(marks), SaveOptions(format, max_kb, quality, min_side)
        notes = metadata_for(
            _allowed(metadata), cls.hidden.prompt, cls.hidden.extra_pnginfo, copies, hashtags, laid_over.source
        )
        if stock:
            notes = stock_metadata(notes, (title, keywords), (copies, hashtags), laid_over.source)
            options, laid_over = for_stock(options), replace(laid_over, ai="off")
        saved = save_ads(
            _images.arrays(image),
            options,
            notes,
            prefix=_prefix(filename_prefix, cls.hidden),
            output_folder=Path(folder_paths.get_output_directory()),
            words=(copies, hashtags),
            marks=laid_over,
            layered=_layered(layers, subject_mask) if psd else None,
            progress=reporter(),
        )
        shown = [{"filename": s.filename, "subfolder": s.subfolder, "type": "output"} for s in saved]
        return io.NodeOutput(
            _images.image_tensor([s.picture for s in saved]),
            "\n".join(s.path for s in saved),
            ui={"images": shown, "text": [copies, hashtags]},
        )


def _prefix(typed: str, hidden: Any) -> str:
    """Return the filename prefix with its tokens filled, as ComfyUI's editor does it for SaveImage."""
    from ..core.export.prefix import filled_prefix

    told = hidden.extra_pnginfo
    return filled_prefix(typed, hidden.prompt, told.get("workflow") if isinstance(told, dict) else None)


def _mark_inputs() -> list[Any]:
    def choice(name: str, options: tuple[str, ...], default: str, tooltip: str) -> Any:
        return io.Combo.Input(
            name, options=list(options), default=default, optional=True, advanced=True, tooltip=tooltip
        )

    return [
        choice(
            "ai_mark",
            AI_MARKS,
            "off",
            "A small label that the ad was made with AI. composite: a photo with parts made by AI; generated: all of "
            "it. Where metadata is not none, the file says the same in IPTC's words.",
        ),
        choice("mark_language", LANGUAGES, "ko", "Language of the label: AI로 제작, or Made with AI."),
        choice("mark_corner", CORNERS, "bottom-right", "Corner of the label."),
        io.String.Input(
            "watermark",
            default="",
            optional=True,
            advanced=True,
            tooltip="A name or address laid over the picture, for proofs. Empty = none.",
        ),
        choice("watermark_place", WATERMARK_PLACES, "tiled", "All over the picture, or once in a corner."),
        io.Float.Input(
            "watermark_opacity",
            default=0.3,
            min=0.0,
            max=1.0,
            step=0.05,
            optional=True,
            advanced=True,
            tooltip="0 is invisible, 1 is solid.",
        ),
    ]


def _stock_inputs() -> list[Any]:
    return [
        io.Boolean.Input(
            "stock",
            default=False,
            optional=True,
            advanced=True,
            tooltip="For stock sites: at least 2500 px on the shorter side, high quality, up to 45 MB (max_kb does not "
            "count), title and keywords in the file (IPTC and XMP) and in a .json beside it. The AI label is not laid "
            "over the picture, only told in the file.",
        ),
        io.String.Input(
            "title",
            default="",
            optional=True,
            advanced=True,
            tooltip="Title for stock sites. Empty = the first headline of the copies.",
        ),
        io.String.Input(
            "keywords",
            default="",
            optional=True,
            advanced=True,
            tooltip="Keywords for stock sites, parted by commas, the most important first; at most 49. Empty = the "
            "hashtags.",
        ),
    ]


def _marks(values: dict[str, Any]) -> Marks:
    renamed = {"ai_mark": "ai", "mark_language": "language", "mark_corner": "corner"}
    return Marks(**{renamed.get(name, name): value for name, value in values.items()})


def _allowed(metadata: str) -> str:
    """Return the metadata policy, or none where ComfyUI was started with --disable-metadata."""
    from comfy.cli_args import args

    return "none" if args.disable_metadata else metadata


def _layered(layers: Any, subject_mask: torch.Tensor | None) -> LayeredSource:
    if layers is None:
        raise FitAdError(
            "A layered PSD needs the layers of the ad",
            why="Nothing is connected to layers",
            fix="Connect the layers of TextPlacer, or turn psd off",
        )
    from ..core.export import LayeredSource
    from ._layers import document

    masks = [] if subject_mask is None else _images.mask_arrays(subject_mask)
    return LayeredSource(document(layers), masks[0] if masks else None)
