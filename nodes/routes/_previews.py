"""What a preview is asked for and answered: runs that are kept ready, and one answer per question."""

from __future__ import annotations

import base64
import json
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ...core.errors import FitAdError
from ...core.infra.cancellation import checkpoint
from ...core.placement.fields import CHOICES, KEEP_ASPECT, NUMBERS
from ._preview_runs import PreviewRun, PreviewRuns
from ._registration import text_field

_MOST_EDITORS = 256
_MOST_TEXT = 4000


class UnknownRunError(Exception):
    """The server keeps no such run: it was long ago, or ComfyUI was restarted."""


class StaleRequestError(Exception):
    """A newer question of the same editor is under way."""


class EditorTurns:
    """The newest turn of each editor, so that older questions are dropped."""

    def __init__(self) -> None:
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, editor: str, turn: int) -> None:
        """Raise StaleTurnError where a newer turn of the editor was taken; else this is the newest."""
        with self._lock:
            if turn < self._newest.get(editor, turn):
                raise StaleRequestError
            self._newest[editor] = turn
            self._newest.move_to_end(editor)
            while len(self._newest) > _MOST_EDITORS:
                self._newest.popitem(last=False)

    def check(self, editor: str, turn: int) -> None:
        """Raise StaleTurnError where a newer turn of the editor was taken."""
        if turn < self._newest.get(editor, turn):
            raise StaleRequestError


RUNS = PreviewRuns()
TURNS = EditorTurns()


class PreviewSources(NamedTuple):
    """Where pictures come from that no run has brought: a file of LoadImage, a CalligraphyRender's values."""

    background: Callable[[Mapping[str, Any]], tuple[str, Any]]  # -> key, [H,W,3]
    lettering: Callable[[Mapping[str, Any]], Any]  # -> [h,w,4]


def newest(question: Mapping[str, Any]) -> None:
    """Note that an editor asks; what it asked before is then stale. Called as soon as a question comes in.

    Raises:
        StaleTurnError: A newer question of the editor came before this one.
        FitAdError: The question does not say who asks.
    """
    TURNS.take(*_asker(question))


def answer(question: Mapping[str, Any], sources: PreviewSources) -> dict[str, Any]:
    """Return the preview that an editor asks for, as JSON data.

    Raises:
        UnknownRunError: The run of the token is no longer kept.
        StaleTurnError: A newer question came meanwhile.
        FitAdError: The question is wrong, or cannot be placed.
    """
    from ...core.placement import placer_preview

    asker = _asker(question)
    TURNS.check(*asker)
    key, run = _run(question, sources)
    TURNS.check(*asker)
    checkpoint()
    options, linked = _options(question, run)
    made = placer_preview.preview(run.stage, options)
    TURNS.check(*asker)
    checkpoint()
    have = _mapping(question.get("have"))
    return {**_picture(run, made, key, have), **_facts(run, made, options), "values": linked}


def _asker(question: Mapping[str, Any]) -> tuple[str, int]:
    return _text(question, "editor"), int(_number(question.get("turn"), "turn"))


def _picture(run: PreviewRun, made: Any, key: str, have: Mapping[str, Any]) -> dict[str, Any]:
    from ...core.placement import placer_preview

    size = made.image.shape[1::-1]
    background: dict[str, Any] = {"key": key}
    if have.get("background") != key:
        background["image"] = _data_url(placer_preview.shown(run.stage.scene().background, size))
    return {
        "canvas": list(run.stage.canvas),
        "size": list(size),
        "scale": made.scale,
        "image": _data_url(made.image),
        "background": background,
        "overlay": _overlay(run, made, have),
    }


def _overlay(run: PreviewRun, made: Any, have: Mapping[str, Any]) -> dict[str, Any] | None:
    from ...core.placement import placer_preview

    dragged = placer_preview.dragged(run.stage, made)
    if dragged is None:
        return None
    overlay = {"key": dragged.key, "box": [round(v, 3) for v in dragged.box], "scalable": dragged.scalable}
    if have.get("overlay") != dragged.key:
        overlay["image"] = _data_url(dragged.picture)
    return overlay


def _facts(run: PreviewRun, made: Any, options: Any) -> dict[str, Any]:
    from ...core.placement import placer_preview

    report = made.placed.report
    layout = options.layout or run.stage.layout
    return {
        "frame": [round(v, 4) for v in placer_preview.frame_percents(run.stage, made)],
        "placement": report["placement"],
        "zone": placer_preview.keep_out(options.safe_zone, run.stage.canvas),
        "ghosts": placer_preview.suggestions(layout),
        "stale": report["stale"],
        "fingerprint": report["fingerprint"],
        "advised": report["advised"],
        "report": report,
    }


def _run(question: Mapping[str, Any], sources: PreviewSources) -> tuple[str, PreviewRun]:
    """Return the run that is asked about, and the key of its background.

    A file that shows another picture than the run had comes before it: it was chosen since.
    """
    token, file = question.get("token"), _mapping(question.get("file"))
    run = RUNS.get(str(token)) if token else None
    key = str(token)
    if run is None or file:
        if token and not file:
            raise UnknownRunError
        run, key = _of_file(file, sources, run, key)
    return key, _overlaid(question, key, _connected(question, run), sources)


def _of_file(
    file: Mapping[str, Any], sources: PreviewSources, run: PreviewRun | None, key: str
) -> tuple[PreviewRun, str]:
    """Return the run itself where it had the picture of that file; else one with that picture."""
    from ...core.raster.fingerprint import changed

    file_key, before = _before_a_run(file, sources)
    if run is None:
        return before, file_key
    if not changed(run.stage.picture, before.stage.picture):
        return run, key
    stage = replace(before.stage, overlay=run.stage.overlay, natural=run.stage.natural, layout=run.stage.layout)
    return PreviewRun(stage, run.inputs), file_key


def _connected(question: Mapping[str, Any], run: PreviewRun) -> PreviewRun:
    """Return the run without what is no longer connected."""
    connected = question.get("connected")
    if not isinstance(connected, list):
        return run
    stage = run.stage
    if "overlay" not in connected and stage.overlay is not None:
        stage = replace(stage, overlay=None, natural=(0, 0))
    if "layout" not in connected and stage.layout is not None:
        stage = replace(stage, layout=None)
    if "subject_mask" not in connected and stage.subject is not None:
        stage = replace(stage, subject=None)
    return run if stage is run.stage else run._replace(stage=stage)


def _overlaid(question: Mapping[str, Any], key: str, run: PreviewRun, sources: PreviewSources) -> PreviewRun:
    """Return the run with the lettering whose values came with the question, if some did; kept for the next one."""
    values = _mapping(question.get("lettering"))
    if not values:
        return run
    from ...core.placement.placer_preview import digest

    named = f"lettering-{digest(json.dumps(values, sort_keys=True, default=str))}"
    kept = RUNS.get(named)
    if kept is None:
        kept = PreviewRun(run.stage.with_overlay(sources.lettering(values)), {})
        RUNS.keep(kept._replace(stage=kept.stage.bare), named)
    return run._replace(stage=kept.stage.on(run.stage))


def _before_a_run(file: Mapping[str, Any], sources: PreviewSources) -> tuple[str, PreviewRun]:
    from ...core.placement.placer_preview import stage

    if not file:
        raise FitAdError("There is no picture to show yet", fix="Run the graph once, or connect Load Image directly")
    key, picture = sources.background(file)
    kept = RUNS.get(key)
    if kept is None:
        kept = PreviewRun(stage(picture() if callable(picture) else picture, None), {})
        RUNS.keep(kept, key)
    return key, kept


def _options(question: Mapping[str, Any], run: PreviewRun) -> tuple[Any, dict[str, Any]]:
    """Return what is asked for, and the values in it that come over links: those are as the run had them."""
    from ...core.placement.render import Placement, PlacementOptions

    values = dict(_mapping(question.get("inputs")))
    names = question.get("linked")
    linked = {name: run.inputs[name] for name in names if name in run.inputs} if isinstance(names, list) else {}
    values |= linked
    numbers = {name: field.clamped(_number(values.get(name, field.default), name)) for name, field in NUMBERS.items()}
    placement = Placement(
        **{{"rotation": "rotation_deg"}.get(name, name): value for name, value in numbers.items()},
        keep_aspect=bool(values.get("keep_aspect", KEEP_ASPECT)),
        anchor=_chosen(values, "anchor"),
        blend=_chosen(values, "blend"),
    )
    options = PlacementOptions(
        placement,
        text=_text(values, "text"),
        safe_zone=str(values.get("safe_zone", "none")),
        legibility=_chosen(values, "legibility"),
        edited=_text(values, "edited"),
    )
    return options, linked


def _chosen(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name, CHOICES[name].default))


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise FitAdError(f"{name} is {value!r}, which is not a number", fix="Give it a number")
    return float(value)


def _text(values: Mapping[str, Any], name: str) -> str:
    value = text_field(values, name)
    if len(value) > _MOST_TEXT:
        raise FitAdError(f"{name} has {len(value)} characters", fix=f"Keep it under {_MOST_TEXT}")
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _data_url(picture: Any) -> str:
    from ...core.placement.placer_preview import encoded

    kind, data = encoded(picture)
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
