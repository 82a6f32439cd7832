"""The node list, written out in menu order."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io
from typing_extensions import override

from . import _color_profiles, _lists, _nulls, _runlog
from .ad_backdrop import AdBackdrop
from .ad_canvas import AdCanvas
from .ad_compose import AdCompose
from .ad_copy_llm import AdCopyLLM
from .ad_cutout import AdCutout
from .ad_design import AdDesign
from .ad_image_api import AdImageAPI
from .ad_save import AdSave
from .ben2_mask import BEN2Mask
from .calligraphy_render import CalligraphyRender
from .helper_prompt import HelperPrompt
from .lettering_effects import LetteringEffects
from .prompt_clamp77 import PromptClamp77
from .qwen2vl_layout_advisor import Qwen2VLLayoutAdvisor
from .routes import register_all
from .text_placer import TextPlacer

_NODES: tuple[type[io.ComfyNode], ...] = (
    AdCopyLLM,
    HelperPrompt,
    PromptClamp77,
    AdCutout,
    BEN2Mask,
    AdCanvas,
    AdBackdrop,
    AdImageAPI,
    AdCompose,
    AdDesign,
    Qwen2VLLayoutAdvisor,
    CalligraphyRender,
    LetteringEffects,
    TextPlacer,
    AdSave,
)
NODES = tuple(_runlog.logged(_lists.paired(_color_profiles.with_profiles(node))) for node in _NODES)


class FitAdExtension(ComfyExtension):
    """Fit-AD's nodes, as ComfyUI asks for them."""

    @override
    async def on_load(self) -> None:
        _runlog.install()
        _nulls.install(NODES)
        register_all()

    @override
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return list(NODES)
