"""``fit-ad score``: how legible finished ads are, by the engines that are there."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..failures import BadUseError


def score(
    pictures: Annotated[list[Path], typer.Argument(help="Finished ads: files or folders.", show_default=False)],
    words: Annotated[str, typer.Option(help="What stands on every ad; else the headline in the .txt beside it.")] = "",
    prompt: Annotated[str, typer.Option(help="What every picture was made from; else the record beside it.")] = "",
    clip: Annotated[Path | None, typer.Option(help="open_clip model; else the one in models/open_clip.")] = None,
    out: Annotated[Path, typer.Option(help="Table. Ratings that stand in it are kept.")] = Path("fit-ad-scores.csv"),
    html: Annotated[Path | None, typer.Option(help="Also a page with the pictures.")] = None,
    language: Annotated[str, typer.Option("--lang", help="Language of the page: en | ko.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of the table.")] = False,
) -> None:
    """Measure finished ads: words read, contrast, words on the subject, picture and prompt; and collect ratings."""
    from ..local.node_classes import models_folder
    from ..score import output as output
    from ..score.ads import find_ads, score_all, scoring_tools
    from .console import progress_bar

    _check(pictures, clip, language, output.WORDS)
    files, root = find_ads(path.expanduser() for path in pictures), Path.cwd()
    if not files:
        raise BadUseError(f"There is no picture in {', '.join(map(str, pictures))}")
    having = scoring_tools(clip, models_folder())
    for lacking in having.lacking:
        typer.echo(f"not measured: {lacking}", err=True)
    with progress_bar("Scoring") as shown:
        scores = score_all(files, having, words, prompt, shown and (lambda share, name: shown("", name, share)))
    scores = output.with_ratings(scores, out, root)
    if html is not None:
        output.write(html, output.page(scores, root, language).encode())
    if as_json:
        sys.stdout.write(json.dumps(output.as_data(scores, root), indent=2, ensure_ascii=False) + "\n")
        return
    output.write(out, output.as_csv(scores, root, output.rated_before(scores, out, root)))
    for file in (out, html):
        if file is not None:
            typer.echo(str(file))


def _check(pictures: list[Path], clip: Path | None, language: str, languages: object) -> None:
    for path in pictures:
        if not path.expanduser().exists():
            raise BadUseError(f"There is no picture {path}")
    if clip is not None and not clip.is_file():
        raise BadUseError(f"There is no model {clip}")
    if language not in languages:  # type: ignore[operator]
        raise BadUseError(f"There is no page in {language[:20]!r}", fix="Choose en or ko")
