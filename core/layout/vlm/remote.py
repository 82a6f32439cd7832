"""A profile of the settings whose model can look at pictures."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ...errors import FitAdError
from ...llm import Chat, ModelError
from ...settings import Profile, Settings
from .advise import NoAnswerError, Progress, VisionModelHandle

Array = NDArray[Any]

_QUALITY = 88  # JPEG; more adds nothing that a model sees at a megapixel
_NUMBER = {"type": "number"}
_BOX = {
    "type": "object",
    "properties": {"box": {"type": "array", "items": _NUMBER}, "text_color": {"type": "string"}},
    "required": ["box", "text_color"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {"boxes": {"type": "array", "items": _BOX}, "mood": {"type": "string"}},
    "required": ["boxes", "mood"],
    "additionalProperties": False,
}


def profile_model(name: str, settings: Settings, environment: Mapping[str, str]) -> VisionModelHandle:
    """Return the model of a profile.

    Raises:
        FitAdError: There is no such profile, it has no key, or it cannot read images.
    """
    profile = settings.profile(name)
    if not profile.vision:
        raise FitAdError(
            f"The profile '{name}' cannot read images",
            why="Its entry in the settings does not say vision: true",
            fix="Add it if its model can read images, or choose another model here",
        )
    key = profile.checked_secret(environment)

    def look(picture: Array, question: str, progress: Progress) -> str:
        chat = Chat(profile, key, settings.limits, progress, expected=300)
        try:
            return chat.ask([_message(picture, question)], "layout", SCHEMA, seed=0).text
        except ModelError as exc:
            raise NoAnswerError(exc.what, why=exc.why, fix=exc.fix) from exc

    return VisionModelHandle(_shown_name(profile), look)


def _shown_name(profile: Profile) -> str:
    return f"{profile.name} ({profile.model})"


def _message(picture: Array, question: str) -> dict[str, Any]:
    """Return the question with the picture in it, as OpenAI's chat interface has it."""
    rgb = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
    url = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
    return {
        "role": "user",
        "content": [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": question}],
    }
