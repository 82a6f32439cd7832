"""Every regular expression in the package's Python: those that stand in the code, and those made of data."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "nodes", "client")
_CALLS = {"search": "search", "finditer": "search", "findall": "search", "sub": "search", "subn": "search"}
_CALLS |= {"split": "search", "match": "match", "fullmatch": "fullmatch"}
_FOR_WHOLE_TEXTS = ("only_hours",)
_STAND_IN = "a"  # for what is known at run time only


class Found(NamedTuple):
    """A pattern, where it stands, how it is used (``search``, ``match``, ``fullmatch``), and on how long a text."""

    where: str
    pattern: re.Pattern[str]
    ways: frozenset[str]
    most: int = 64_000


class Unreadable(NamedTuple):
    """A call whose pattern can't be told from the code, such as one made of data."""

    where: str
    code: str


def patterns() -> tuple[list[Found], list[Unreadable]]:
    """Return the patterns of all modules, and the calls that hold none that can be told."""
    found: list[Found] = []
    unreadable: list[Unreadable] = []
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for room in ROOMS for path in _files(room)}
    used = _uses(trees.values())
    for path, tree in trees.items():
        module = _module(path)
        named = {id(node.value): node.targets[0] for node in ast.walk(tree) if isinstance(node, ast.Assign)}
        for call in _calls(tree):
            where = f"{path.relative_to(ROOT).as_posix()}:{call.lineno}"
            pattern = _pattern(call, module)
            if pattern is None:
                unreadable.append(Unreadable(where, ast.unparse(call)))
                continue
            found.append(Found(where, pattern, _ways(call, named.get(id(call)), used)))
    return found, unreadable


def made_of_data() -> list[Found]:
    """Return the patterns that modules make of their data files and tables, each under its module's file."""
    from fit_ad.core.copywriting import cleanup, fact_guard, hashtags, trades
    from fit_ad.core.copywriting.data import load
    from fit_ad.core.copywriting.facts import grammar, read
    from fit_ad.core.infra import key_patterns
    from fit_ad.core.layout.vlm import proposals
    from fit_ad.core.text import locale
    from fit_ad.core.validation import personal_names

    data = key_patterns.key_data()
    made: dict[str, list[Any]] = {
        "core/copywriting/claims.py": [rule["pattern"].replace("\n", "") for rule in load("claims")["claims"]],
        "core/copywriting/cleanup.py": [rf"(봄날[\"'”’)\]]?)({'|'.join(cleanup._PARTICLES)})(?![가-힣])"],
        "core/copywriting/fact_guard.py": [
            *(fact_guard._pattern(entry["pattern"]) for entry in load("facts")["claims"]),
            *(fact_guard._rule("words", language) for language in load("facts")["words"]),
            fact_guard._pattern(load("facts")["soft"]),
            fact_guard._names(),
        ],
        "core/copywriting/facts/grammar.py": [
            grammar.pattern(name) for name in grammar._entries() if name not in _FOR_WHOLE_TEXTS
        ],
        "core/copywriting/hashtags.py": [*hashtags._LEVELS.values()],
        "core/copywriting/trades.py": [trades._pattern()],
        "core/infra/key_patterns.py": [one.pattern for one in (*data.whole.patterns, *data.parts.patterns)],
        "core/layout/vlm/proposals.py": [*proposals._ROW_WORDS.values(), *proposals._SIDE_WORDS.values()],
        "core/text/locale.py": [locale._pattern("The {name} of {value}: {why}")],
        "core/validation/personal_names.py": [pattern for _, pattern in personal_names._patterns()],
    }
    most = {  # characters that their readers look at
        "core/copywriting/facts/grammar.py": read._MOST_READ,
        "core/text/locale.py": locale._LONGEST,
        "core/validation/personal_names.py": personal_names._LONGEST,
    }
    ways = frozenset({"search"})
    return [
        Found(where, re.compile(one), ways, most.get(where, 64_000)) for where, listed in made.items() for one in listed
    ] + [
        Found("core/infra/key_patterns.py", data.placeholders, frozenset({"fullmatch"})),
        *(Found(f"grammar.yaml: {name}", grammar.pattern(name), frozenset({"fullmatch"})) for name in _FOR_WHOLE_TEXTS),
    ]


def _files(room: str) -> Iterator[Path]:
    yield from sorted(path for path in (ROOT / room).rglob("*.py") if path.name != "__main__.py")


def _module(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(("fit_ad", *(parts[:-1] if parts[-1] == "__init__" else parts)))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:  # what only ComfyUI has
        module = ModuleType(name)
        module.re = re  # type: ignore[attr-defined]
        return module


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        owner = function.value if isinstance(function, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id == "re" and function.attr in ("compile", *_CALLS):
            yield node


def _uses(trees: Any) -> dict[str, set[str]]:
    """Return for every name how it is used as a pattern somewhere: ``NAME.search(…)``, ``search = NAME.search``."""
    used: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _CALLS:
                owner = node.value
                name = getattr(owner, "id", "") or getattr(owner, "attr", "")
                used.setdefault(name, set()).add(_CALLS[node.attr])
    return used


def _ways(call: ast.Call, target: ast.expr | None, used: dict[str, set[str]]) -> frozenset[str]:
    how = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if how in _CALLS:
        return frozenset({_CALLS[how]})
    name = target.id if isinstance(target, ast.Name) else ""
    return frozenset(used.get(name) or {"search"})


# --- what a call's pattern is ---------------------------------------------------------------------------------


def _pattern(call: ast.Call, module: ModuleType) -> re.Pattern[str] | None:
    flags = next((word.value for word in call.keywords if word.arg == "flags"), None)
    if flags is None:
        at = {"compile": 1, "split": 3, "sub": 4, "subn": 4}.get(getattr(call.func, "attr", ""), 2)
        flags = call.args[at] if len(call.args) > at else ast.Constant(0)
    try:
        text, flag = _value(call.args[0], module), _value(flags, module)
        return re.compile(text, flag) if isinstance(text, str) else None
    except Exception:  # noqa: BLE001 - whatever the expression needs is not there
        return None


def _value(node: ast.expr, module: ModuleType) -> Any:
    known = {**vars(__builtins__ if isinstance(__builtins__, ModuleType) else importlib.import_module("builtins"))}
    known |= vars(module)
    filled = _Filled(known).visit(ast.parse(ast.unparse(node), mode="eval"))
    return eval(compile(ast.fix_missing_locations(filled), "pattern", "eval"), known)  # our own source


class _Filled(ast.NodeTransformer):
    """Puts a plain letter where an expression needs what only the run knows, as in ``rf"{stem}_\\d+"``."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.known = known

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        names = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
        own = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        if names - own - self.known.keys():
            return ast.FormattedValue(ast.Constant(_STAND_IN), -1, None)
        return node
