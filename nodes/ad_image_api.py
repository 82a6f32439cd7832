"""AdImageAPI: a picture by an image model in the cloud, or the local one where that is there."""

from __future__ import annotations

import json
from typing import Any

import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from ..core.image_api.profile_choice import choose_profile, image_profiles
from ..core.infra.paths import environment
from ..core.layout.formats import MAX_SIDE_PX
from ..core.telemetry import runlog
from . import _images, _settings
from ._progress import reporter

# twin of core.image_api.provider.QUALITIES, written out so that the menu needs no OpenCV; a test compares them
QUALITIES = ("auto", "low", "medium", "high")
LOCAL, CLOUD = "local", "cloud"

Answer = tuple[torch.Tensor, dict[str, Any]]

_UNCONNECTED: Any = object()  # what a lazy input is where nothing is connected; None is what is not there yet
_MOST_WAITING = 16
# What the cloud gave when it was tried before `local`, until the node itself runs: inputs' names -> inputs, answer.
_waiting: dict[tuple[object, ...], tuple[dict[str, Any], Answer | FitAdError]] = {}


class AdImageAPI(io.ComfyNode):
    """A picture by an image model in the cloud."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="AdImageAPI",
            display_name="Ad Image API",
            category="Fit-AD",
            description="A picture by an image model in the cloud: from words, or a picture changed by words. With a "
            "picture at local, the cloud is asked only where that one is missing. Nothing is paid twice.",
            search_aliases=[
                "cloud image",
                "openai image",
                "gpt-image",
                "text to image api",
                "이미지 API",
                "클라우드 이미지",
                "이미지 생성",
            ],
            inputs=[
                io.String.Input(
                    "prompt",
                    default="",
                    multiline=True,
                    tooltip="What the picture shows, or what is to change in it. In whole sentences.",
                ),
                io.Combo.Input(
                    "profile",
                    options=["auto", *_painters()],
                    default="auto",
                    tooltip="Who makes it: a profile of the settings file that names an image_model, or auto, the "
                    "first of those. Keys and addresses stay in the settings. It costs what the provider asks.",
                ),
                _side("width", 1080, "Width of the picture in pixels, from Ad Canvas. 0: as the image."),
                _side("height", 1350, "Height of the picture in pixels, from Ad Canvas. 0: as the image."),
                io.Combo.Input(
                    "quality",
                    options=list(QUALITIES),
                    default="auto",
                    tooltip="How much work the model puts into it. Higher costs more and takes longer.",
                ),
                io.Combo.Input(
                    "prefer",
                    options=[LOCAL, CLOUD],
                    default=LOCAL,
                    tooltip="With a picture at local: local takes it and asks the cloud only where it is missing or "
                    "black. cloud asks first, and takes local where the cloud fails.",
                ),
                io.Image.Input(
                    "local",
                    optional=True,
                    lazy=True,
                    tooltip="A picture made on this computer. Its branch runs only when it is needed.",
                ),
                io.Image.Input("image", optional=True, tooltip="A picture to be changed by the prompt."),
                io.Mask.Input(
                    "mask", optional=True, tooltip="Where the image may change. Outside, its pixels stay as they are."
                ),
                io.Boolean.Input(
                    "transparent",
                    default=False,
                    optional=True,
                    advanced=True,
                    tooltip="The subject alone, without a background, where the model can do that.",
                ),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=io.ControlAfterGenerate.fixed,
                    optional=True,
                    advanced=True,
                    tooltip="Another number asks, and pays, for another picture. The same gives the paid one again.",
                ),
            ],
            outputs=[
                io.Image.Output("image", tooltip="The picture, in exactly width × height."),
                io.String.Output("report", tooltip="JSON: who made it, model, sizes, usage; cost where it is told."),
            ],
        )

    @classmethod
    def validate_inputs(cls, profile: str | None = None, local: Any = _UNCONNECTED) -> bool | str:
        """Say in words why no picture can be made; with one at local, the run decides."""
        try:
            if local is _UNCONNECTED:
                choose_profile(profile or "auto", _settings.settings(), environment())
        except FitAdError as exc:
            return str(exc)
        return True

    @classmethod
    def fingerprint_inputs(cls, profile: str | None = None, **_: object) -> str:
        """Run again when the settings have changed, or when the cloud had no picture the last time."""
        from ..core.image_api.generate import cache_state

        try:
            return cache_state(profile or "auto", _settings.settings(), environment(), _settings.user_folder())
        except FitAdError as exc:
            return str(exc)

    @classmethod
    def check_lazy_status(cls, prefer: str, local: Any = _UNCONNECTED, **inputs: Any) -> list[str]:
        """Ask for the local picture where it is preferred, or where the cloud has none."""
        if local is not None:
            return []
        if prefer == CLOUD and not isinstance(_tried(inputs), FitAdError):
            return []
        return [LOCAL]

    @classmethod
    def execute(
        cls,
        prompt: str,
        profile: str,
        width: int,
        height: int,
        quality: str,
        prefer: str,
        local: torch.Tensor | None = None,
        image: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        transparent: bool = False,
        seed: int = 0,
    ) -> io.NodeOutput:
        inputs = {"prompt": prompt, "profile": profile, "width": width, "height": height, "quality": quality}
        inputs |= {"image": image, "mask": mask, "transparent": transparent, "seed": seed}
        picture, report = _chosen(prefer, local, inputs)
        runlog.report_event(model_name=report.get("model", LOCAL))
        return io.NodeOutput(picture, json.dumps(report, ensure_ascii=False, indent=2))


def _chosen(prefer: str, local: torch.Tensor | None, inputs: dict[str, Any]) -> Answer:
    """Return the local picture or the cloud's, whichever is preferred and there."""
    from ..core.image_api.request import usable

    here = [] if local is None else _images.arrays(local)
    if prefer == LOCAL and usable(here):
        return _taken(here, inputs, [])
    answer = _waiting.pop(_named(inputs), (inputs, None))[1] or _asked(inputs)
    if not isinstance(answer, FitAdError):
        return answer
    if usable(here):
        return _taken(here, inputs, [str(answer)])
    raise answer


def _taken(here: list[Any], inputs: dict[str, Any], notes: list[str]) -> Answer:
    from ..core.image_api.request import accept_local

    pictures, report = accept_local(here, inputs["width"], inputs["height"], notes)
    return _images.image_tensor(pictures), report


def _tried(inputs: dict[str, Any]) -> Answer | FitAdError:
    """Ask the cloud and keep its answer until the node runs; the inputs are kept with it, so that their names hold."""
    while len(_waiting) >= _MOST_WAITING:
        _waiting.pop(next(iter(_waiting)))
    answer = _asked(inputs)
    _waiting[_named(inputs)] = (inputs, answer)
    return answer


def _asked(inputs: dict[str, Any]) -> Answer | FitAdError:
    """Return what the cloud makes of the inputs, or why it makes nothing."""
    from ..core.image_api.generate import provider_for
    from ..core.image_api.request import PictureRequest, generate_batch

    wanted = dict(inputs)
    images, masks = wanted.pop("image", None), wanted.pop("mask", None)
    try:
        cloud = provider_for(wanted.pop("profile"), _settings.settings(), environment(), _settings.user_folder())
        order = PictureRequest(
            **wanted,
            images=() if images is None else _images.arrays(images),
            masks=() if masks is None else _images.mask_arrays(masks),
        )
        pictures, report = generate_batch(cloud, order, reporter())
    except FitAdError as exc:
        return exc
    return _images.image_tensor(pictures), report


def _named(inputs: dict[str, Any]) -> tuple[object, ...]:
    """Return a name for a set of inputs; a picture's is where its pixels lie, the same for every slice of a batch."""
    given = {"image": None, "mask": None, "transparent": False, "seed": 0, **inputs}
    return tuple(
        (name, (v.data_ptr(), tuple(v.shape)) if isinstance(v, torch.Tensor) else v)
        for name, v in sorted(given.items())
    )


def _painters() -> tuple[str, ...]:
    """Return the profiles that may be asked for pictures; none with a broken file, so that the node still opens."""
    try:
        return image_profiles(_settings.settings())
    except FitAdError:
        return ()


def _side(name: str, default: int, tooltip: str) -> io.Int.Input:
    return io.Int.Input(name, default=default, min=0, max=MAX_SIDE_PX, tooltip=tooltip)
