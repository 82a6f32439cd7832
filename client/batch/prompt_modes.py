"""A batch's prompt modes: what the prompt role of a job says where its row says nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.infra.paths import comfyui_user_folder, environment
from ...core.settings import load
from ..failures import BadUseError
from .tables import text_of

RANDOM, KEYWORDS, LLM = MODES = ("random", "keywords", "llm")
ROLE = "prompt"
_WORDS = ("offer", "features", "shop")  # the roles that say what the ad is about, the most telling first
# {scene} is what the copywriting makes of the shop's facts: subject, props, light, room for the words.
TEMPLATES = (
    "{scene}, close-up from a low angle, shallow depth of field, soft window light from the left",
    "{scene}, seen from straight above, on a plain table, even daylight",
    "{scene}, three-quarter view, warm evening light, long soft shadows",
    "{scene}, at eye level, bright and airy, pale background, gentle highlights",
    "{scene}, wide shot with much empty room above, morning haze, muted colours",
    "{scene}, dramatic side light, dark background, rich contrast",
    "{scene}, a candid moment with hands entering the frame, natural light, slight grain",
    "{scene}, symmetrical and centred, studio light, seamless backdrop",
)
_CHOICE = re.compile(r"\{([^{}|]*\|[^{}]*)\}")


def read_templates(path: Path) -> tuple[str, ...]:
    """Return the templates of a text file, one a line; lines that begin with # are remarks.

    Raises:
        BadUseError: It cannot be read, or holds none.
    """
    lines = text_of(path, "file of templates", "Save it as text in UTF-8").split("\n")
    templates = tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
    if not templates:
        raise BadUseError(
            f"{path.name} contains no templates", fix="Write one per line, such as: {scene}, evening light"
        )
    return templates


def prompt_for(mode: str, values: Mapping[str, Any], seed: str, templates: Sequence[str] = TEMPLATES) -> str:
    """Return the English prompt of a job.

    Args:
        mode: ``random`` takes one of the templates, by the seed; ``keywords`` translates the ad's words by the word
            list; ``llm`` lets the default profile's language model write, keywords where it has no answer.
        values: The job's values by role.
        seed: The same seed gives the same prompt.
        templates: For ``random``: {role} stands for a value, {scene} for the scene, {a|b} for one of several.

    Raises:
        FitAdError: The mode is unknown, or no language model is ready.
    """
    if mode == RANDOM:
        return _from_template(templates, values, random.Random(seed))
    if mode not in MODES:
        raise BadUseError(f"There is no prompt mode {mode[:40]!r}", fix=f"Choose one of {', '.join(MODES)}")
    from ...core.prompt import helper

    text = "\n".join(str(values[name]) for name in _WORDS if values.get(name))
    return helper.write(text, "", mode, 0.0, _writer() if mode == LLM else None)


def _from_template(templates: Sequence[str], values: Mapping[str, Any], chance: random.Random) -> str:
    text = _CHOICE.sub(lambda found: chance.choice(found[1].split("|")).strip(), chance.choice(templates))
    known = {name: str(value) for name, value in values.items() if value is not None}
    if "{scene}" in text:
        known["scene"] = _scene(values)
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    return " ".join(text.split())


def _scene(values: Mapping[str, Any]) -> str:
    from ...core.copywriting import ShopBrief, write

    facts = {name: str(values.get(name) or "") for name in ("shop", "offer", "region", "audience")}
    features = tuple(str(values.get("features") or "").splitlines())
    try:
        return write(ShopBrief(**facts, features=features)).image_prompt
    except FitAdError:
        return facts["offer"] or facts["shop"]


def _writer() -> Any:
    from ...core import copywriting

    folder = comfyui_user_folder(environment())
    return copywriting.writer_for("auto", load(folder, environment()), environment(), folder)[0]
