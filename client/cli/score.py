"""``fit-ad score``: how legible finished ads are, by the engines that are there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ...core.infra.paths import environment, models_folder
from ...core.text.locale import LANGUAGES
from ..failures import BadUseError


def score(
    pictures: Annotated[list[Path], typer.Argument(help="Finished ads: files or folders.", show_default=False)],
    words: Annotated[str, typer.Option(help="Text on every ad; otherwise the headline in the .txt beside it.")] = "",
    prompt: Annotated[str, typer.Option(help="What every picture was made from; else the record beside it.")] = "",
    clip: Annotated[Path | None, typer.Option(help="open_clip model; else the one in models/open_clip.")] = None,
    out: Annotated[Path, typer.Option(help="Table. Ratings already in it are kept.")] = Path("fit-ad-scores.csv"),
    html: Annotated[Path | None, typer.Option(help="Also a page with the pictures.")] = None,
    language: Annotated[str, typer.Option("--lang", help="Language of the page: en | ko.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of the table.")] = False,
) -> None:
    """Measure finished ads: words read, contrast, words on the subject, picture and prompt; and collect ratings."""
    from ..score import score_page, table
    from ..score.scored_ads import find_ads, score_all, scoring_tools
    from .console import progress_bar

    _check(pictures, clip, language)
    files, root = find_ads(path.expanduser() for path in pictures), Path.cwd()
    if not files:
        raise BadUseError(f"There is no picture in {', '.join(map(str, pictures))}")
    tools = scoring_tools(clip, models_folder(environment()))
    for lacking in tools.lacking:
        typer.echo(f"not measured: {lacking}", err=True)
    with progress_bar("Scoring") as shown:
        scores = score_all(files, tools, words, prompt, shown and (lambda share, name: shown("", name, share)))
    scores = table.with_ratings(scores, out, root)
    if html is not None:
        table.write(html, score_page.page(scores, root, language).encode())
    if as_json:
        sys.stdout.write(json.dumps(table.as_data(scores, root), indent=2, ensure_ascii=False) + "\n")
        return
    table.write(out, table.as_csv(scores, root, table.rated_before(scores, out, root)))
    for file in (out, html):
        if file is not None:
            typer.echo(str(file))


def _check(pictures: list[Path], clip: Path | None, language: str) -> None:
    for path in pictures:
        if not path.expanduser().exists():
            raise BadUseError(f"There is no picture {path}")
    if clip is not None and not clip.is_file():
        raise BadUseError(f"There is no model {clip}")
    if language not in LANGUAGES:
        raise BadUseError(f"There is no page in {language[:20]!r}", fix="Choose en or ko")
