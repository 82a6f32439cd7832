"""The checker's route on ComfyUI's server: ``POST /fit_ad/validate``."""

from __future__ import annotations

import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import FitAdError
from ._registration import Route, error_json, text_field

if TYPE_CHECKING:
    from ...core.validation import Environment, Report
    from ...core.workflow.document import WorkflowDocument

_FORMATS = ("json", "sarif")
_LANGUAGES = ("en", "ko")
_LONGEST_NAME = 200
_COMMAND = re.compile(r"[;.] --[a-z][^;.]*")  # what a remedy says of the command's options


def payload(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is wrong with a workflow on this server.

    ``{"graph": either format, "lang": "en" | "ko", "name", "format": "json" | "sarif", "fix", "scrub": bool}``
    gives what ``fit-ad validate --format json`` writes, each finding with ``safe``: whether its repair changes a name
    and not what is meant. With ``fix``, true or a list of codes, comes ``fixed``: ``{"graph", "changes"}``; with
    ``scrub`` comes ``scrubbed``: ``{"graph", "texts"}``. The format ``sarif`` gives a SARIF 2.1.0 log instead.

    Raises:
        FitAdError: A part of the question is of the wrong kind.
    """
    from ...core.validation import check
    from ...core.workflow.document import read

    name, lang = text_field(question, "name")[:_LONGEST_NAME] or "workflow", _one_of(question, "lang", _LANGUAGES)
    form, graph = _one_of(question, "format", _FORMATS), question.get("graph")
    if not isinstance(graph, dict):
        raise FitAdError("graph is not a workflow", fix="Send the graph as a JSON object, in either format")
    document, known = read(graph, name), environment()
    report = check(document, known)
    if form == "sarif":
        return _sarif(report, lang)
    return {**_json(report, lang), **_copies(question, document, known)}


def _one_of(question: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = text_field(question, name) or allowed[0]
    if value not in allowed:
        raise FitAdError(f"{name} can't be {value!r}", fix=f"It can be {' or '.join(allowed)}")
    return value


def _json(report: Report, lang: str) -> dict[str, Any]:
    from ...core.validation.autofix import SAFE
    from ...core.validation.report_formats import as_json

    data = as_json([report], lang)
    for shown, finding in zip(data["files"][0]["findings"], report.findings, strict=True):
        shown["fix"] = for_editor(shown["fix"])
        shown["safe"] = finding.repair is not None and finding.message_key in SAFE
    return data


def for_editor(remedy: str) -> str:
    """Return a remedy without what it says of the command."""
    return _COMMAND.sub("", remedy)


def _sarif(report: Report, lang: str) -> dict[str, Any]:
    from ... import __version__
    from ...core.validation.report_formats import as_sarif

    return as_sarif([report], __version__, lang)


def _copies(question: Mapping[str, Any], document: WorkflowDocument, known: Environment) -> dict[str, Any]:
    from ...core.validation.autofix import apply_fixes, scrub

    copies: dict[str, Any] = {}
    if question.get("fix"):
        data, changes = apply_fixes(document, known, _codes(question["fix"]))
        copies["fixed"] = {"graph": data, "changes": [vars(change) for change in changes]}
    if question.get("scrub") is True:
        data, texts = scrub(document, known)
        copies["scrubbed"] = {"graph": data, "texts": texts}
    return copies


def _codes(fix: Any) -> Collection[str]:
    from ...core.validation import CODES

    if fix is not True and not (isinstance(fix, list) and all(isinstance(code, str) for code in fix)):
        raise FitAdError("fix is neither true nor a list of codes", fix="Send true to repair all that is safe")
    return CODES if fix is True else fix


# --- what this server knows -----------------------------------------------------------------------------------


def environment() -> Environment:
    """Return what the ComfyUI around this pack knows: its node classes, files, packs and version."""
    import folder_paths

    from ...core.validation.environment import Environment, installed_packs, shipped_folders
    from ...core.validation.replacements import as_replacements
    from ...core.workflow.catalogue import Catalogue

    return Environment(
        Catalogue(_LazyPerClass(described)),
        folders=shipped_folders(),
        packs=installed_packs(Path(folder) for folder in folder_paths.get_folder_paths("custom_nodes")),
        comfyui=str(getattr(sys.modules.get("comfyui_version"), "__version__", "")),
        has_file=_has_file,
        listed=_listed,
        own_checks=_LazyPerClass(own_checks),
        renamed=as_replacements(_replacements()),
    )


def _replacements() -> Any:
    """Return the server's own table of node classes that took the place of others, where it has one."""
    server = getattr(sys.modules.get("server"), "PromptServer", None)
    listed = getattr(getattr(getattr(server, "instance", None), "node_replace_manager", None), "as_dict", None)
    return listed() if callable(listed) else {}


class _LazyPerClass(Mapping[str, Any]):
    """Something of each node class; it is made when it is asked for, and once."""

    def __init__(self, make: Callable[[str, type[Any]], Any]) -> None:
        self._classes: Mapping[str, type[Any]] = sys.modules["nodes"].NODE_CLASS_MAPPINGS
        self._make = make
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._make(name, self._classes[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._classes

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._classes))

    def __len__(self) -> int:
        return len(self._classes)


def described(name: str, cls: type[Any]) -> dict[str, Any] | None:
    """Return what the checker has to know of a node class, as /object_info says it; None where the class fails.

    Source: node_info in server.py of ComfyUI 0.33.
    """
    try:
        if hasattr(cls, "GET_NODE_INFO_V1"):
            info = cls.GET_NODE_INFO_V1()
        else:
            inputs = cls.INPUT_TYPES()
            info = {
                "input": inputs,
                "input_order": {group: list(fields) for group, fields in inputs.items()},
                "output": cls.RETURN_TYPES,
                "output_node": getattr(cls, "OUTPUT_NODE", False) is True,
                "python_module": getattr(cls, "RELATIVE_PYTHON_MODULE", "nodes"),
                "category": str(getattr(cls, "CATEGORY", "")),
                "display_name": sys.modules["nodes"].NODE_DISPLAY_NAME_MAPPINGS.get(name, name),
            }
        plain: dict[str, Any] = json.loads(json.dumps(info, default=str))
    except Exception:  # noqa: BLE001  # a class of another pack may do anything; /object_info leaves it out as well
        return None
    return plain


def own_checks(name: str, cls: type[Any]) -> frozenset[str]:
    """Return the inputs that a node class checks itself, so that the server does not; "*" is all.

    Source: validate_inputs in execution.py of ComfyUI 0.33.
    """
    del name
    function = _own_check(cls)
    if function is None:
        return frozenset()
    spec = inspect.getfullargspec(function)
    return frozenset({*spec.args, *(["*"] if spec.varkw else [])})


def _own_check(cls: type[Any]) -> Callable[..., Any] | None:
    if not hasattr(cls, "GET_NODE_INFO_V1"):
        function = getattr(cls, "VALIDATE_INPUTS", None)
        return function if callable(function) else None
    # every V3 class inherits one that does nothing
    makers = [base for base in cls.__mro__ if "validate_inputs" in vars(base)]
    theirs = bool(makers) and not makers[0].__module__.startswith("comfy_api.")
    return cls.validate_inputs if theirs else None


def _listed(folder: str) -> list[str]:
    """Return the files of a model folder, none where there is no such folder."""
    import folder_paths

    try:
        return list(map(str, folder_paths.get_filename_list(folder)))
    except KeyError:
        return []


def _has_file(name: str, kind: str) -> bool:
    """Whether a file is in one of ComfyUI's folders; what leads out of it counts as not there."""
    import folder_paths

    from ._pictures import inside

    root = os.path.realpath(folder_paths.get_directory_by_type(kind))
    path = os.path.realpath(os.path.join(root, name)) if "\0" not in name else ""
    return inside(path, root) and os.path.isfile(path)


ROUTE = Route(
    "/fit_ad/validate",
    payload,
    most_bytes=16 * 1024 * 1024,
    too_large=FitAdError("The graph is too large to be checked here", fix="Check its file with fit-ad validate"),
    failed="The check failed",
    limit_s=30,
    refusals={
        RecursionError: (
            400,
            error_json(FitAdError("The graph is nested too deeply", fix="Send a workflow")),
        ),
    },
)
