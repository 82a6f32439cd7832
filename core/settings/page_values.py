"""What was set on the settings page: a JSON file of its own beside the settings file, which only its owner writes.

The settings file's own values are taken over when the page first saves something. From then on the latest word counts:
the page remembers what the settings file said when it saved, and a value that was changed there since comes first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, ClassVar

from ..errors import FitAdError
from ..infra.atomic_file import write_file
from ..infra.typed_data import DataFaultError, typed
from .settings_model import COLOR, SHOP_LISTS, Settings, ShopProfile

Value = str | tuple[str, ...]

DEFAULT_PROFILE = "default_profile"
FIELDS = (DEFAULT_PROFILE, *(one.name for one in fields(ShopProfile)))
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_PRIVATE = 0o600


@dataclass(frozen=True)
class PageValues:
    """The page's file.

    Attributes:
        version: Of the file's form.
        values: What is set, by name: ``default_profile`` and the fields of the shop profile.
        file_said: What the settings file said when the page saved, without what it left out.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    version: int = 1
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    file_said: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    file: Path | None = field(default=None, compare=False)

    def over(self, settings: Settings) -> Settings:
        """Return the settings with what the page has set, but for what the settings file has said since.

        Raises:
            FitAdError: The page chose a profile that the settings file no longer has.
        """
        said = said_by(settings)
        newer = {name for name, value in said.items() if value != self.file_said.get(name)}
        held = {name: value for name, value in self.values.items() if name in FIELDS and name not in newer}
        try:
            return with_values(settings, held)
        except FitAdError as exc:
            raise FitAdError(
                f"What was set on the settings page can't be used ({self.file})", why=str(exc), fix="Set it there again"
            ) from exc


def said_by(settings: Settings) -> dict[str, Value]:
    """Return what a settings file says of the page's fields, without those that it leaves out."""
    every: dict[str, Any] = {DEFAULT_PROFILE: settings.default_profile, **asdict(settings.shop)}
    return {name: value for name, value in every.items() if value}


def read_page_values(file: Path) -> PageValues:
    """Return what the page's file holds; nothing where there is none.

    Raises:
        FitAdError: It can't be read or holds something else.
    """
    try:
        data = json.loads(file.read_bytes().decode("utf-8"))
        return replace(typed(PageValues, data), file=file)
    except FileNotFoundError:
        return PageValues(file=file)
    except (OSError, ValueError, DataFaultError) as exc:
        why = exc.reason if isinstance(exc, DataFaultError) else str(exc)
        raise FitAdError(
            f"The file {file}, which the settings page writes, can't be used",
            why=why,
            fix="Delete it and set the page's values again",
        ) from exc


def write_page_values(file: Path, page: PageValues) -> None:
    """Write the page's file, whole or not at all.

    Raises:
        OSError: It can't be written.
    """
    data = {"version": page.version, "values": dict(page.values), "file_said": dict(page.file_said)}
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    write_file(file.resolve(), text.encode(), mode=_PRIVATE, durable=True)


def with_values(settings: Settings, values: Mapping[str, Value]) -> Settings:
    """Return the settings with other values of the page's fields.

    Raises:
        FitAdError: A name is unknown, or a value is none that can be set.
    """
    for name, value in values.items():
        _check(name, value)
    default = str(values.get(DEFAULT_PROFILE, settings.default_profile))
    if default and default != "rules":
        settings.profile(default)
    shop = {name: value for name, value in values.items() if name != DEFAULT_PROFILE}
    return replace(settings, default_profile=default, shop=replace(settings.shop, **shop))  # type: ignore[arg-type]


def _check(name: str, value: Value) -> None:
    if name not in FIELDS:
        raise FitAdError(f"There is no setting '{name}'", fix=f"Use {', '.join(FIELDS)}")
    if isinstance(value, tuple) is not (name in SHOP_LISTS):
        raise FitAdError(f"{name} must be {'a list' if name in SHOP_LISTS else 'text'}")
    for part in value if isinstance(value, tuple) else (value,):
        if _CONTROL.search(part):
            raise FitAdError(f"{name} contains a line break or another invisible character", fix="Write one line")
        if part != part.strip() or (name in SHOP_LISTS and not part):
            raise FitAdError(f"{name} has an empty part, or begins or ends with a space", fix="Leave it out")
        if name == "colors" and not COLOR.fullmatch(part):
            raise FitAdError(f"'{part}' is not a colour", fix="Write one such as #F2994A")
