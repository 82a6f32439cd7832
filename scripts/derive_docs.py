"""From data/formats.yaml: the tables of ad formats in the help pages, between marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from derived import ROOT, DerivedFile

PAGES = {"en": ROOT / "js/docs/AdCanvas.md", "ko": ROOT / "js/docs/AdCanvas/ko.md"}
_MARKED = re.compile(r"(<!-- formats: written by make\.py generate -->\n).*?(<!-- end -->)", re.S)
_HEADS = {
    "en": ("format", "for", "size in px", "kept free: top, right, bottom, left", "limits"),
    "ko": ("규격", "쓰는 곳", "크기(px)", "비워 두는 곳: 위, 오른쪽, 아래, 왼쪽", "제한"),
}
_LIMITS = {"en": ("at most {} KB", "type of {} px or more"), "ko": ("{}KB 이하", "글자 {}px 이상")}


def files() -> Iterator[DerivedFile]:
    from fit_ad.core.layout import formats

    for language, page in PAGES.items():
        table = "\n".join(table_of(formats.load().formats, language))
        text = page.read_text(encoding="utf-8")
        yield DerivedFile(page, _MARKED.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text))


def table_of(formats: Iterable[Any], language: str) -> Iterator[str]:
    """Yield the lines of a Markdown table of ad formats."""
    heads = _HEADS[language]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    size, type_px = _LIMITS[language]
    for one in formats:
        free = ", ".join(f"{share:g} %" for share in one.keep_out)
        limits = [size.format(one.max_kb)] if one.max_kb else []
        limits += [type_px.format(one.min_type_px)] if one.min_type_px else []
        name = one.label if language == "en" else one.ko
        yield f"| `{one.id}` | {name} | {one.width_px} × {one.height_px} | {free} | {', '.join(limits)} |"
