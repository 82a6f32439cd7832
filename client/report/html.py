"""Pages of HTML from templates: whatever is put in is escaped, and they load nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_TEMPLATES = Path(__file__).with_name("templates")


def rendered(template: str, folder: Path | None = None, **values: Any) -> str:
    """Return a page.

    Args:
        template: The template's file name.
        folder: Where it is looked for before the report's own templates.
        values: What stands in it by name.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folders = [path for path in (folder, _TEMPLATES) if path is not None]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(template).render(values) + "\n"
