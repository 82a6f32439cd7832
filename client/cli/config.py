"""``fit-ad config``: is the settings file right, and what does it say."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from ...core.infra.paths import comfyui_user_folder, environment
from ...core.settings import Settings, load, search_paths

app = typer.Typer(help="Check or show the settings file.", no_args_is_help=True)

_EXAMPLE = "config.example.yaml in Fit-AD's folder shows every setting"


@app.command()
def check() -> None:
    """Say whether the settings file is valid and whether every profile has what it needs."""
    from ..comfy.status import key_state

    settings = _load()
    if settings.file is None:
        typer.echo("No settings file; the built-in profiles hold. Looked in:")
        for place in _places():
            typer.echo(f"  {place}")
        typer.echo(_EXAMPLE)
    else:
        typer.echo(f"{settings.file} is valid")
    for profile in settings.profiles.values():
        paints = f", pictures by {profile.image_model}" if profile.image_model else ""
        typer.echo(f"  {profile.name}: {profile.model}{paints}, {key_state(profile)}")
    for remark in _remarks(settings):
        typer.echo(f"note: {remark}")


@app.command()
def show() -> None:
    """Show the settings that hold, keys masked."""
    typer.echo("\n".join(_lines(_load())))


def _load() -> Settings:
    return load(comfyui_user_folder(environment()), environment())


def _places() -> tuple[Path, ...]:
    return search_paths(comfyui_user_folder(environment()), environment())


def _lines(settings: Settings) -> Iterator[str]:
    """Yield the settings as YAML that could stand in the file, but for the keys."""
    from ..comfy.status import key_state

    yield f"# {settings.file or 'no file; built-in settings'}"
    yield f"default_profile: {settings.default_profile or '# none'}"
    yield "profiles:"
    for profile in settings.profiles.values():
        yield f"  {profile.name}:  # {key_state(profile)}"
        yield f"    base_url: {profile.base_url}"
        yield f"    model: {profile.model}"
        if profile.key_env:
            yield f"    key_env: {profile.key_env}"
        if profile.key:
            yield f"    key: '{masked(profile.key)}'"
        yield f"    vision: {'yes' if profile.vision else 'no'}"
        yield f"    json: {profile.json}"
        if profile.effort:
            yield f"    effort: {profile.effort}"
        if profile.image_model:
            yield f"    image_model: {profile.image_model}"
    yield "shop:"
    for name, value in settings.shop.__dict__.items():
        if value:
            yield f"  {name}: {list(value) if isinstance(value, tuple) else value}"
    if settings.fonts:
        yield f"fonts: {list(settings.fonts)}"
    if settings.servers:
        yield "servers:"
    for server in settings.servers:
        yield f"  {server.name}:"
        yield f"    url: {server.url}"
        if server.token_env:
            yield f"    token_env: {server.token_env}"
        if server.token:
            yield f"    token: '{masked(server.token)}'"
        if server.headers:
            yield "    headers:"
        for name, value in server.headers.items():
            yield f"      {name}: {value if value.startswith('env:') else repr(masked(value))}"
    yield "limits:"
    yield from (f"  {name}: {value:g}" for name, value in settings.limits.__dict__.items())


def masked(key: str) -> str:
    """Return a key that can be shown: its end where the rest is long enough to stay secret."""
    return f"********{key[-4:]}" if len(key) >= 20 else "********"


def _remarks(settings: Settings) -> Iterator[str]:
    if not settings.default_profile and not any(profile.line for profile in settings.profiles.values()):
        yield "auto writes by the rules; set default_profile to let a model write"
    default = settings.profiles.get(settings.default_profile)
    if default and not default.ready(environment()):
        yield f"the default profile '{default.name}' has no key, so the rules write"
    secret = any(profile.key for profile in settings.profiles.values()) or any(
        server.token or not all(value.startswith("env:") for value in server.headers.values())
        for server in settings.servers
    )
    if settings.file and secret and _others_read(settings.file):
        yield f"others on this machine can read the keys in it; run: chmod 600 {settings.file}"


def _others_read(file: Path) -> bool:
    return sys.platform != "win32" and bool(os.stat(file).st_mode & (stat.S_IRGRP | stat.S_IROTH))
