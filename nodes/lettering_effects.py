"""LetteringEffects: what CalligraphyRender can do to the letters beside their style."""

from __future__ import annotations

from typing import Any

from comfy_api.latest import io

from ..core.lettering.effects import Effects, parameters


class LetteringEffects(io.ComfyNode):
    """A set of effects for CalligraphyRender. The inputs are named as the parameters of ``Effects``."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="LetteringEffects",
            display_name="Lettering Effects",
            category="Fit-AD",
            description=(
                "Gradient, glow, a box, pill or ribbon behind the words, arc, slant, shadows and gloss for "
                "Calligraphy Render."
            ),
            search_aliases=[
                "text effects",
                "text gradient",
                "neon",
                "ribbon",
                "curved text",
                "text shadow",
                "layer style",
                "글자 효과",
                "그라데이션",
                "네온",
                "리본",
                "곡선 글자",
                "그림자",
            ],
            inputs=[*_fill_inputs(), *_ground_inputs(), *_bend_inputs(), *_edge_inputs(), *_light_inputs()],
            outputs=[
                io.Custom("FIT_AD_EFFECTS").Output("effects", tooltip="For the effects input of Calligraphy Render"),
            ],
        )

    @classmethod
    def execute(cls, **values: Any) -> io.NodeOutput:
        return io.NodeOutput(Effects(**values).as_dict())


def _number(name: str, label: str, step: float, tooltip: str, advanced: bool = True) -> io.Input:
    parameter = parameters()[name]
    low, high = parameter.metadata["range"]
    return io.Float.Input(
        name,
        display_name=label,
        default=parameter.default,
        min=low,
        max=high,
        step=step,
        advanced=advanced,
        tooltip=tooltip,
    )


def _color(name: str, label: str, tooltip: str, advanced: bool = True) -> io.Input:
    return io.Color.Input(
        name,
        display_name=label,
        default=parameters()[name].default,
        socketless=False,
        advanced=advanced,
        tooltip=tooltip,
    )


def _choice(name: str, tooltip: str, advanced: bool = True) -> io.Input:
    parameter = parameters()[name]
    options = list(parameter.metadata["choices"])
    return io.Combo.Input(name, options=options, default=parameter.default, advanced=advanced or None, tooltip=tooltip)


def _fill_inputs() -> list[io.Input]:
    return [
        _number("gradient", "gradient", 0.05, "How far the letters run into the second colour: 0 not at all", False),
        _color("gradient_color", "gradient color", "The second colour of the letters", False),
    ]


def _ground_inputs() -> list[io.Input]:
    return [
        _choice("ground", "What lies behind the words: a box, a rounded box, a pill or a folded ribbon", False),
        _color("ground_color", "ground color", "Colour of the box or ribbon", False),
    ]


def _bend_inputs() -> list[io.Input]:
    return [
        _number(
            "arc_deg",
            "arc",
            1,
            "Bends the words along a circle, in degrees: above 0 they rise in the middle, below 0 they hang. Lines "
            "then break only where the text does",
            False,
        ),
        _number("slant_deg", "slant", 0.5, "Leans the letters, in degrees: above 0 to the right", False),
    ]


def _edge_inputs() -> list[io.Input]:
    return [
        _number("gradient_deg", "gradient angle", 1, "Which way the gradient runs: 0 up, 90 right, 180 down"),
        _number("ground_opacity", "ground opacity", 0.05, "Opacity of the box or ribbon: 1 solid"),
        _number("ground_padding_em", "ground padding", 0.05, "Room around the words, as a multiple of the size"),
        _choice(
            "outline_position",
            "Where the outline of Calligraphy Render lies: outside the letters, on their edge, or inside",
        ),
        _number("glow", "glow", 0.05, "Light around the letters: 0 none, 1 strong"),
        _color("glow_color", "glow color", "Colour of the glow"),
        _number("glow_px", "glow size", 1, "How far the glow reaches in px"),
        _color("shadow_color", "shadow color", "Colour of the shadows"),
        _number("shadow_distance_em", "shadow distance", 0.005, "How far the shadow falls, as a multiple of the size"),
        _number(
            "shadow_deg",
            "shadow angle",
            1,
            "Which way the shadow falls, in degrees: 0 up, 90 right, 180 down; -1 = away from the light",
        ),
        _number("shadow_blur_em", "shadow blur", 0.005, "Softness of the shadow, as a multiple of the size; 0 = hard"),
        _number("inner_shadow", "inner shadow", 0.05, "Shadow of the edge inside the letters: 0 none, 1 strong"),
    ]


def _light_inputs() -> list[io.Input]:
    return [
        _number(
            "elevation_deg", "light elevation", 1, "Height of the light of emboss, carved and floating, in degrees"
        ),
        _number("specular", "gloss", 0.05, "Gloss of the raised or cut edges: 0 matt, 1 polished"),
        _number("occlusion", "corner darkness", 0.05, "Darkness in the corners of the relief: 0 none, 1 strong"),
    ]
