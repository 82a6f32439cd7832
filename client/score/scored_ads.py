"""Scores of finished ads: each file, what could be measured of it, and what people said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...core.raster.photo import EXTENSIONS, read_photo
from . import clip_similarity, legibility, ocr

LARGE_CONTRAST = 3.0  # below it not even large type is legible

_MOST_SIDECAR_BYTES = 1_000_000
_PROMPTS = ("prompt", "image_prompt")


@dataclass(frozen=True)
class ScoringTools:
    """What measures: why words cannot be read, the CLIP weights, and why pictures cannot be compared with prompts."""

    no_words: str = ""
    weights: Path | None = None
    no_clip: str = ""

    @property
    def lacking(self) -> list[str]:
        """Return what is not measured, and why."""
        words = [f"words, contrast and overlap: {self.no_words}"] if self.no_words else []
        return words + ([f"picture and prompt: {self.no_clip}"] if self.no_clip else [])


@dataclass(frozen=True)
class AdScore:
    """What was measured of one ad; None where it could not be.

    Attributes:
        word_accuracy: Share 0..1 of the expected words that were read.
        contrast: Ratio 1..21 of the word that is hardest to read.
        overlap: Share 0..1 of the words' area that lies on the subject.
        clip: Cosine between picture and prompt.
        rating: What people said, 1..5 or any words; kept from one scoring to the next.
        note: What could not be measured, or went wrong.
    """

    file: Path
    width_px: int = 0
    height_px: int = 0
    expected: str = ""
    lacking: tuple[str, ...] = ()
    word_accuracy: float | None = None
    contrast: float | None = None
    overlap: float | None = None
    clip: float | None = None
    rating: str = ""
    note: str = field(default="", compare=False)


def scoring_tools(clip: Path | None, models: Path) -> ScoringTools:
    """Return what is there to measure with."""
    weights = clip or clip_similarity.weights_in(models)
    return ScoringTools(ocr.missing(), weights, clip_similarity.missing(weights))


def find_ads(paths: Iterable[Path]) -> list[Path]:
    """Return the pictures that are named, and those in the folders that are, by name."""
    found: list[Path] = []
    for path in paths:
        inside = (
            sorted(file for file in path.rglob("*") if file.suffix.lower() in EXTENSIONS) if path.is_dir() else [path]
        )
        found += inside
    return list(dict.fromkeys(found))


def score_all(
    files: Sequence[Path],
    tools: ScoringTools,
    words: str = "",
    prompt: str = "",
    progress: Callable[[float, str], None] | None = None,
) -> list[AdScore]:
    """Return the scores of pictures; one that cannot be read says so in its note.

    Args:
        files: The pictures.
        tools: What there is to measure with.
        words: What stands on every ad; empty for the headline in the ``.txt`` beside each.
        prompt: What every picture was made from; empty for the one in the record beside each.
        progress: Called with the share done and the next file's name.
    """
    scores = []
    for index, file in enumerate(files):
        if progress is not None:
            progress(index / len(files), file.name)
        scores.append(score_ad(file, tools, words, prompt))
    return scores


def score_ad(file: Path, tools: ScoringTools, words: str = "", prompt: str = "") -> AdScore:
    """Return the score of one picture."""
    try:
        picture = read_photo(file).array[..., :3]
        candidates = [words] if words else ocr.expected_in(ocr.words_beside(file))
        read = [] if tools.no_words else ocr.read_words(picture, candidates)
        expected = ocr.best(candidates, read)
        boxes = [word.box for word in ocr.sure_words(expected, read)]
        there, lacking = ((), ()) if tools.no_words else ocr.found(expected, read)
        return AdScore(
            file,
            picture.shape[1],
            picture.shape[0],
            expected,
            tuple(lacking),
            len(there) / (len(there) + len(lacking)) if there or lacking else None,
            legibility.lowest_contrast(picture, boxes),
            legibility.subject_overlap(picture, boxes),
            _likeness(picture, prompt or prompt_beside(file), tools),
            note="" if expected or tools.no_words else "no words are known: give --words",
        )
    except Exception as exc:  # noqa: BLE001 - one broken picture keeps no other from its score
        return AdScore(file, note=" ".join((str(exc) or type(exc).__name__).split()))


def _likeness(picture: legibility.Array, prompt: str, tools: ScoringTools) -> float | None:
    if not prompt or tools.weights is None or tools.no_clip:
        return None
    return clip_similarity.similarity(picture, prompt, tools.weights)


def prompt_beside(file: Path) -> str:
    """Return the prompt in the record that ``fit-ad run`` puts beside a picture; empty where there is none."""
    record = file.with_suffix(".json")
    try:
        if not record.is_file() or record.stat().st_size > _MOST_SIDECAR_BYTES:
            return ""
        data = json.loads(record.read_text(encoding="utf-8"))
        roles = data.get("roles") if isinstance(data, dict) else None
        prompt = next((roles[name] for name in _PROMPTS if roles.get(name)), "") if isinstance(roles, dict) else ""
        return prompt if isinstance(prompt, str) else ""
    except (OSError, ValueError):
        return ""
