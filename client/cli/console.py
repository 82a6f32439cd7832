"""What the command shows: a progress bar on stderr, results on stdout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from ...core.workflow.card import Card
from ..progress import OnProgress
from ..runs.make import Ad


@contextmanager
def progress_bar(title: str) -> Iterator[OnProgress | None]:
    """Give a function that moves a progress bar; None, and no bar, where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=1.0)

        def on_progress(_node_id: str, node_title: str, share: float) -> None:
            progress.update(task, completed=share, description=node_title[:40])

        yield on_progress


def print_ad(ad: Ad) -> None:
    """Print where the ad lies, its copies and its hashtags."""
    console = Console(highlight=False, soft_wrap=True)
    for file in ad.files:
        console.print(Text(_shown(file), style="bold green"))
    for part in (ad.copies, ad.hashtags):
        if part.strip():
            console.print()
            console.print(Text(part.strip()))


def print_files(files: Sequence[Path], changes: Sequence[str] = ()) -> None:
    """Print where files lie, and on stderr what was done otherwise than asked for."""
    console = Console(highlight=False, soft_wrap=True)
    for file in files:
        console.print(Text(_shown(file), style="bold green"))
    for change in changes:
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(f"changed: {change}", style="yellow"))


def print_workflows(cards: Sequence[Card]) -> None:
    """Print one line per workflow."""
    console = Console(highlight=False, soft_wrap=True)
    width = max((len(card.name) for card in cards), default=0)
    for card in cards:
        line = Text(f"{card.name:<{width}}", style="bold").append(f"  {card.mode}, {card.version}", style="dim")
        console.print(line.append(f"  {card.description}", style="not dim not bold") if card.description else line)


def _shown(file: Path) -> str:
    """Return the path as short as it can be typed from here."""
    try:
        return str(file.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)
