"""The words of the errors that can reach the editor, found in the source: every part of every error, as a template."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Words for the command line and for findings; the latter have their own translations.
ELSEWHERE = ("core/validation/", "core/workflow/")
PARTS = ("why", "fix")


def templates() -> dict[str, str]:
    """Return each part of an error with ``{}`` where a value stands, and where in the source it is."""
    found: dict[str, str] = {}
    for path in sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("nodes/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(ELSEWHERE):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for text in _words(node):
                    found.setdefault(text, f"{name}:{getattr(node, 'lineno', 0)}")
    return found


def _words(node: ast.AST) -> Iterator[str]:
    """Yield the parts of an error that is made here; what is a value altogether has no words."""
    if not isinstance(node, ast.Call) or not getattr(node.func, "id", "").endswith("Error"):
        return
    parts = [keyword.value for keyword in node.keywords if keyword.arg in PARTS]
    named = node.func.id if isinstance(node.func, ast.Name) else ""
    if named in ("FitAdError", "MissingModelError", "NotInThisVersionError", "ModelError", "NoAnswerError"):
        for part in [*node.args[:1], *parts]:
            yield from (text for text in _texts(part) if text.replace("{}", "").strip(" .:,'\""))


def _texts(node: ast.expr) -> list[str]:
    """Return what an expression can say, with ``{}`` where a value stands."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else ["{}"]
    if isinstance(node, ast.JoinedStr):
        return ["".join(one) for one in product(*(_texts(value) for value in node.values))]
    if isinstance(node, ast.FormattedValue):
        return ["{}"]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return ["".join(one) for one in product(_texts(node.left), _texts(node.right))]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return ["{}"]
