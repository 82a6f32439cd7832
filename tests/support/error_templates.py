"""The words of the errors that can reach the editor, found in the source: every part of every error, as a template."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Words for the command line and for findings; the latter have their own translations.
ELSEWHERE = ("core/validation/", "core/workflow/")
# What is called with words of an error in it: the arguments that are those, by place and name.
NAMES = ("FitAdError", "MissingModelError", "NoAnswerError")
PARTS = {
    **{name: {0: "what", -1: "why", -2: "fix"} for name in NAMES},
    "Route": {-1: "failed"},
    "mistake": {1: "reason", 2: "fix"},
}
RETURNING = ("_explained",)  # functions that return words of errors
WHAT, YAML = "what", "core/infra/yaml_data.py"  # stands in the errors of YAML files for what each caller calls its file

Function = ast.FunctionDef | ast.AsyncFunctionDef


def templates() -> dict[str, str]:
    """Return each part of an error with ``{}`` where a value stands, and where in the source it is."""
    found: dict[str, str] = {}
    for path in sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("nodes/**/*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(ELSEWHERE):
            for text, line in _Module(ast.parse(path.read_text(encoding="utf-8")), name).words():
                found.setdefault(text, f"{name}:{line}")
    return {**found, **dict.fromkeys(_of_models(), "core/llm/call_errors.py")}


def _of_models() -> Iterator[str]:
    """Yield the parts of errors of models, which are put together from lists."""
    from fit_ad.core.image_api.provider import FIXES
    from fit_ad.core.llm.call_errors import CallFailure, ModelError

    for failure in CallFailure:
        yield from (ModelError("{}", failure).why, failure.fix)
    yield from (ModelError("{}", CallFailure.TIME, gave=gave).what for gave in ("gave no answer", "made no picture"))
    yield from FIXES.values()


class _Module:
    """The errors of one file; a function that hands its own arguments on to an error counts as one that makes it."""

    def __init__(self, tree: ast.Module, name: str) -> None:
        self.tree, self.reads_yaml = tree, name == YAML
        self.makers = dict(PARTS)
        self.functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
        while self._more_makers():
            pass

    def words(self) -> Iterator[tuple[str, int]]:
        for scope in [self.tree, *self.functions]:
            parts = [part for call in _calls(scope) for part in self._parts(call)]
            if isinstance(scope, Function) and scope.name in RETURNING:
                returned = [node.value for node in ast.walk(scope) if isinstance(node, ast.Return)]
                parts += [part for value in returned if isinstance(value, ast.Tuple) for part in value.elts]
            for part in parts:
                for text in self._texts(part, scope):
                    if text.replace("{}", "").strip(" .:,'\""):
                        yield text, part.lineno

    def _more_makers(self) -> bool:
        before = {name: dict(places) for name, places in self.makers.items()}
        for function in self.functions:
            names = [argument.arg for argument in function.args.args if argument.arg not in ("self", "cls")]
            handed = {part.id for call in _calls(function) for part in self._parts(call) if isinstance(part, ast.Name)}
            handed |= {
                value.id
                for call in _calls(function)
                for part in self._parts(call)
                if isinstance(part, ast.BoolOp)
                for value in part.values
                if isinstance(value, ast.Name)
            }
            if places := {at: name for at, name in enumerate(names) if name in handed}:
                self.makers[function.name] = places
        return self.makers != before

    def _parts(self, call: ast.Call) -> list[ast.expr]:
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        places = self.makers.get(name, {})
        named = [keyword.value for keyword in call.keywords if keyword.arg in places.values()]
        return [*(part for at, part in enumerate(call.args) if at in places), *named]

    def _texts(self, node: ast.expr, scope: ast.AST) -> list[str]:
        """Return what an expression can say, with ``{}`` where a value stands."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else ["{}"]
        if isinstance(node, ast.JoinedStr):
            return ["".join(one) for one in product(*(self._texts(value, scope) for value in node.values))]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return ["".join(one) for one in product(self._texts(node.left, scope), self._texts(node.right, scope))]
        if isinstance(node, ast.IfExp):
            return [*self._texts(node.body, scope), *self._texts(node.orelse, scope)]
        if isinstance(node, ast.BoolOp):
            return [text for value in node.values for text in self._texts(value, scope)]
        if isinstance(node, ast.Name):
            values = _values_of(node.id, scope) or _values_of(node.id, self.tree)
            return [text for value in values for text in self._texts(value, self.tree)] or ["{}"]
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp):
            return self._texts(node.value, scope)
        named = {getattr(getattr(node, "value", None), name, "") for name in ("id", "attr")}
        if self.reads_yaml and isinstance(node, ast.FormattedValue) and WHAT in named:
            return _yaml_files()
        return ["{}"]


@lru_cache(maxsize=1)
def _yaml_files() -> list[str]:
    texts = (path.read_text(encoding="utf-8") for path in ROOT.glob("core/**/*.py"))
    return sorted({name for text in texts for name in re.findall(r'^_WHAT = "([^"]+)"', text, re.MULTILINE)})


def _calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Yield what is called in a module or a function, without the functions inside."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, Function):
            if isinstance(node, ast.Call):
                yield node
            yield from _calls(node)


def _values_of(name: str, scope: ast.AST) -> list[ast.expr]:
    """Return what a name stands for: strings that are set in this scope itself."""
    body = [node for node in ast.walk(scope) if isinstance(node, ast.Assign)] if isinstance(scope, Function) else []
    body = body or [node for node in getattr(scope, "body", []) if isinstance(node, ast.Assign)]
    return [
        node.value
        for node in body
        if any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        and isinstance(node.value, (ast.Constant, ast.JoinedStr, ast.IfExp, ast.BinOp))
    ]
