"""BEN2Mask: the subject of a photo, by BEN2."""

from __future__ import annotations

from dataclasses import replace

import torch
from comfy_api.latest import io

from . import _models
from .ad_cutout import BackgroundRemover, cutout_outputs, edge_inputs


class BEN2Mask(io.ComfyNode):
    """Cuts the subject out of a photo with BEN2."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="BEN2Mask",
            display_name="BEN2 Mask",
            category="Fit-AD",
            description="Cuts the product or person out of a photo with the BEN2 model, with a soft edge down to hair.",
            search_aliases=["ben2", "remove background", "matting", "cutout", "alpha", "누끼", "배경 제거", "마스크"],
            inputs=[
                io.Image.Input("image", tooltip="The photo."),
                io.Combo.Input(
                    "model",
                    options=list(dict.fromkeys([*_models.ben2_files(), _models.BEN2_FILE])),
                    tooltip="A BEN2 file (BEN2_Base.pth or .safetensors) in models/background_removal, ben2, RMBG or "
                    "BEN2, or a folder below.",
                ),
                *edge_inputs(),
            ],
            outputs=cutout_outputs(),
        )

    @classmethod
    def execute(
        cls,
        image: torch.Tensor,
        model: str,
        refine: bool,
        threshold: float,
        grow: float,
        feather: float,
        edge_band: float,
    ) -> io.NodeOutput:
        from ..core.matting import EdgeOptions

        options = EdgeOptions(threshold, grow, feather, edge_band, refine)
        shelf = replace(_models.installed_models(), ben2=_models.ben2_named(model))
        remover = BackgroundRemover("ben2", options, shelf)
        return io.NodeOutput(*remover.tensors(remover.cut(image)), remover)
