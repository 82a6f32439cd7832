"""Shaped text in lines, by the parts that typesetting puts together."""

from __future__ import annotations

from fit_ad.core.text.lines import TextBlock, block, evened
from fit_ad.core.text.paragraphs import breakable
from fit_ad.core.text.shaping import ShapedText


def set_lines(
    text: ShapedText,
    measure_px: float = float("inf"),
    *,
    lines: int = 0,
    align: str = "left",
    line_height_em: float = 1.2,
    hanging: bool = True,
    avoid: bool = True,
    inside: bool = False,
) -> TextBlock | None:
    """Return the text in lines; None where a stretch that may not be broken is wider than the measure.

    Args:
        text: From ``shape``.
        measure_px: How long a line may be (how high a column may be).
        lines: So many lines, if that is more than the text needs; 0 takes as few as it needs.
        align: ``left``, ``center``, ``right`` or ``justify``.
        line_height_em: From baseline to baseline, as a multiple of the largest size on the lower line.
        hanging: Whether marks at the ends of lines may stand out of the block.
        avoid: Whether words that lean on each other, such as modifier and noun, stay on one line.
        inside: Whether overlong words may be broken between syllables.
    """
    paragraphs = breakable(text, avoid=avoid, inside=inside, hanging=hanging)
    found = evened(paragraphs, measure_px, lines, align)
    return None if found is None else block(paragraphs, found, align, measure_px, line_height_em, text.vertical)
