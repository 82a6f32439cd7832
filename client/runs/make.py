"""``fit-ad make``: one ad from one photo, by the express workflow with defaults of its own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.errors import FitAdError
from ...core.raster.photo import check_photo
from ...core.text.normalize import normalized
from ...core.workflow.card import WORKFLOWS, Card, load_workflow
from ..comfy.node_inputs import suggestion
from ..failures import BadUseError, as_bad_use
from ..progress import OnProgress
from .execute import WorkflowTask, execute, recording
from .input_binding import check_values
from .results import prepared_folder, runlog_fields, save_results
from .runner import open_runner
from .stock_mode import Stock

WORKFLOW = "express"
TONES = {"친근함": "friendly", "전문적": "professional", "트렌디": "trendy", "감성적": "emotional"}
MAX_TEXT = 2000
PREFIX = "Fit-AD"

FACTS = ("shop", "offer", "features", "region", "audience")  # left out they are empty: the sample's are not the user's
_LOOKS = ("tone", "format")  # the roles whose values have looks of their own


@dataclass(frozen=True)
class AdRequest:
    """What an ad is made from.

    Attributes:
        photo: The photo's file.
        values: Values of the workflow's roles (shop, offer, tone, …); facts that are left out are empty, all
            else keeps its default.
        out: The folder for the result.
        server: A ComfyUI's address; empty to run in this process.
        time_limit_s: The whole run may take so long.
        stock: Save as stock sites take it, with this title and these keywords.
    """

    photo: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    out: Path = Path("fit-ad-output")
    server: str = ""
    time_limit_s: float = 600
    stock: Stock | None = None


@dataclass(frozen=True)
class Ad:
    """A finished ad: its files, and the words that go with it."""

    files: tuple[Path, ...]
    copies: str = ""
    hashtags: str = ""


def make_ad(request: AdRequest, on_progress: OnProgress | None = None) -> Ad:
    """Make an ad and return where it lies and what it says.

    Raises:
        BadUseError: The photo or a value cannot be used.
        FitAdError: The run failed.
    """
    task = express_task(request)
    _check_photo(request.photo)
    out = prepared_folder(request.out)
    runner = open_runner(request.server, on_progress, time_limit_s=request.time_limit_s)
    with closing(runner), recording(runner, task.card) as entry:
        images, record, _ = execute(runner, task)
        files = save_results(PREFIX, images["ad"], out)
        entry.update(runlog_fields(record))
    copies, hashtags = [*images["ad"][0].words, "", ""][:2]
    return Ad(files, copies, hashtags)


def express_task(request: AdRequest) -> WorkflowTask:
    """Return the express workflow with what a request puts into it.

    Raises:
        BadUseError: A value cannot be used.
    """
    graph, card = load_workflow(WORKFLOW)
    given = _cleaned(request.values)
    facts = {name: "" for name in FACTS if name in card.inputs}
    values = {"photo": str(request.photo), **facts, **given}
    check_values({name: value for name, value in values.items() if name != "photo"}, card)
    return WorkflowTask(graph, card, values, _look(given, card), outputs=("ad",), stock=request.stock)


def _check_photo(path: Path) -> None:
    try:
        check_photo(path)
    except FitAdError as exc:
        raise as_bad_use(exc) from exc


def _cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that were given, cleaned; tones may be given by their Korean names."""
    values = {name: _text(name, value) for name, value in given.items() if value is not None}
    if not values.get("shop") and not values.get("offer"):
        raise BadUseError("There is nothing to advertise: shop and offer are both empty", fix="Give --shop or --offer")
    if "tone" in values:
        tone = TONES.get(str(values["tone"]), str(values["tone"]).lower())
        if tone not in TONES.values():
            raise BadUseError(f"There is no tone {tone[:80]!r}", fix=suggestion(tone, TONES.values()))
        values["tone"] = tone
    return values


def _text(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    clean = normalized(value).strip()
    if len(clean) > MAX_TEXT:
        raise BadUseError(f"--{name} has {len(clean):,} characters", fix=f"At most {MAX_TEXT:,} are read")
    return clean


def _look(given: Mapping[str, Any], card: Card) -> dict[str, Any]:
    """Return the look of the tone and of the format, less what was given otherwise."""
    tone, shape = (given.get(role) or (card.inputs[role].default if role in card.inputs else "") for role in _LOOKS)
    known = tone_looks()
    look = {**known.get(str(tone), {}), **known.get("formats", {}).get(str(shape), {})}
    return {k: v for k, v in look.items() if k in card.inputs and k not in given}


def tone_looks(folder: Path = WORKFLOWS) -> dict[str, dict[str, Any]]:
    """Return the look (role -> value) of each tone, and of formats under `formats`; empty without looks.yaml."""
    path = folder / "looks.yaml"
    if not path.is_file():
        return {}
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as exc:
        raise FitAdError("workflows/looks.yaml cannot be read", why=str(exc)) from exc
    if not isinstance(data, dict):
        return {}
    return {str(tone): dict(look) for tone, look in data.items() if isinstance(look, dict)}
