"""``fit-ad designs``: what designs there are, and whether your own is valid."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="List the designs, or check one of your own.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def designs(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Write the list as JSON.")] = False,
) -> None:
    """List the designs: those that come with Fit-AD, and your own in ComfyUI's user folder."""
    if context.invoked_subcommand is not None:
        return
    from ...core.design.design_names import design_files
    from ...core.design.library import read_design

    found = [read_design(file) for file in design_files(_own_folders()).values()]
    if as_json:
        told = [{"name": d.name, "title": d.title, "purposes": d.suits.purposes, "about": d.about} for d in found]
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    width = max((len(one.name) for one in found), default=0)
    for one in found:
        typer.echo(f"{one.name:<{width}}  {one.about.get('en', '')}")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A design: NAME.yaml.", show_default=False)]) -> None:
    """Say what is wrong with a design of your own; exit status 1 where something is."""
    from ...core.design.library import read_design

    made = read_design(file.expanduser())
    typer.echo(f"{made.name}: {len(made.layers)} layers, valid")


def _own_folders() -> tuple[Path, ...]:
    from ...core.infra.paths import comfyui_user_folder, environment

    user = comfyui_user_folder(environment())
    return () if user is None else (user / "fit_ad" / "designs",)
