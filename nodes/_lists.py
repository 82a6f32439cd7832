"""Lists and batches, paired one to one: N pictures in, N pictures out, each with what belongs to it.

ComfyUI runs a node once for every item of its longest list and repeats the last item of a shorter one; the batch in an
item stays together. A list beside a batch so gives every picture with every item: N × N where one colour for each
picture was meant. Here the node gets whole lists and pairs them itself:

- lists go item by item, as in ComfyUI; a single value or picture goes with all;
- a list that is as long as a batch, or as all the batches of a list together, goes along with their pictures;
- pictures come out in the batches that they came in; values come out as a list.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from comfy_api.latest import io

from ..core.errors import FitAdError
from ._progress import part, reporter

_PICTURES = {"IMAGE": 4, "MASK": 3}  # dimensions of a batch
_SIZES = ("width", "height")  # the pictures of a batch have one size, so these go with batches and not with pictures


class NodeCall(NamedTuple):
    """One call of a node.

    Attributes:
        entry: Which item of the list it belongs to.
        inputs: What the node gets: one value for each input, a batch for each picture input.
    """

    entry: int
    inputs: dict[str, Any]


class NodeInputs(NamedTuple):
    """What is known of a node's inputs.

    Attributes:
        pictures: Those that take pictures, in the node's order, and how many dimensions a batch has there.
        sizes: Those that give the size of a picture.
    """

    pictures: Mapping[str, int]
    sizes: frozenset[str]


def inputs_of(schema: io.Schema) -> NodeInputs:
    """Return which inputs of a node take pictures, and which give sizes."""
    kinds = {item.id: item.get_io_type() for item in schema.inputs}
    pictures = {name: _PICTURES[kind] for name, kind in kinds.items() if kind in _PICTURES}
    return NodeInputs(pictures, frozenset(name for name in _SIZES if kinds.get(name) == "INT"))


def paired(node: type[io.ComfyNode]) -> type[io.ComfyNode]:
    """Return the node, from now on with lists and batches paired one to one.

    A node that takes no pictures is returned as it is: ComfyUI's own pairing is right for it. So is one that takes
    whole lists already. A node whose values are those of one picture says so with ``EACH_PICTURE = True``: it is called
    for each picture of a batch.
    """
    schema = node.define_schema()
    known = inputs_of(schema)
    if schema.is_input_list or not known.pictures:
        return node
    shown = [item.get_io_type() in _PICTURES for item in schema.outputs]
    each = bool(getattr(node, "EACH_PICTURE", False))
    inner = node.execute.__func__

    @functools.wraps(inner)
    def execute(cls: Any, **inputs: Any) -> io.NodeOutput:
        made = list(_called(functools.partial(inner, cls), plan(inputs, known, each)))
        return io.NodeOutput(*_merged(made, shown), ui=_shown([output for _, output in made]))

    body: dict[str, Any] = {
        "__module__": node.__module__,
        "__doc__": node.__doc__,
        "define_schema": classmethod(_listing(node)),
        "execute": classmethod(execute),
        **dict.fromkeys(("_INPUT_IS_LIST", "_OUTPUT_IS_LIST", "_RETURN_TYPES", "_RETURN_NAMES")),
    }
    for name in ("validate_inputs", "fingerprint_inputs"):
        if name in vars(node):
            body[name] = classmethod(_on_constants(vars(node)[name].__func__))
    if "check_lazy_status" in vars(node):
        body["check_lazy_status"] = classmethod(_on_each(vars(node)["check_lazy_status"].__func__, known))
    return type(node.__name__, (node,), body)


def _listing(node: type[io.ComfyNode]) -> Callable[[Any], io.Schema]:
    def define_schema(_cls: Any) -> io.Schema:
        schema = node.define_schema()
        schema.is_input_list = True
        for output in schema.outputs:
            output.is_output_list = True
        return schema

    return define_schema


# --- what goes with what --------------------------------------------------------------------------------------


def plan(inputs: Mapping[str, Any], known: NodeInputs, each: bool = False) -> list[NodeCall]:
    """Return the calls of a node, in the order of its pictures.

    Args:
        inputs: A list of items for each input; what is not a list counts as a list of one.
        known: Which of them are pictures.
        each: One call for each picture, also where a batch could stay together.

    Raises:
        FitAdError: A list is empty.
    """
    lists = {name: _listed(value) for name, value in inputs.items()}
    if empty := [name for name, items in lists.items() if not items]:
        raise FitAdError(f"{', '.join(empty)}: the list is empty", fix="Give at least one item")
    counts = {n: [_count(item, dims) for item in lists[n]] for n, dims in known.pictures.items() if n in lists}
    batches = max(counts.values(), key=sum, default=[1])
    ways = {name: _way(len(items), counts.get(name), batches, name in known.sizes) for name, items in lists.items()}
    entries = max([len(batches), *(len(lists[name]) for name, way in ways.items() if way == _BY_ENTRY)])
    single = each or bool({_BY_PICTURE, _IN_EACH_BATCH} & set(ways.values()))
    first, made = 0, list[NodeCall]()
    for entry in range(entries):
        size = batches[min(entry, len(batches) - 1)]
        for index in range(size) if single and size > 1 else [None]:
            at = _Position(entry, first, index)
            given = {n: _item(items, ways[n], at, known.pictures.get(n)) for n, items in lists.items()}
            made.append(NodeCall(entry, given))
        first += size
    return made


_BY_ENTRY, _BY_PICTURE, _IN_EACH_BATCH = "by entry", "by picture", "in each batch"


class _Position(NamedTuple):
    """Where a call stands: the item of the list, its first picture's number in all, the picture in its batch."""

    entry: int
    first: int
    picture: int | None


def _way(length: int, counts: Sequence[int] | None, batches: Sequence[int], is_size: bool) -> str:
    """Return how a list goes with the batches.

    Args:
        length: How many items it has.
        counts: How many pictures each of its items holds; None where it holds values.
        batches: How many pictures the longest input has in each item.
        is_size: Whether it gives the pictures' size.
    """
    pictures = length if counts is None else sum(counts)
    if is_size or length == len(batches) or (length == 1 and pictures == 1):
        return _BY_ENTRY
    if pictures == sum(batches):
        return _BY_PICTURE
    if counts is None and set(batches) == {length}:
        return _IN_EACH_BATCH
    return _BY_ENTRY


def _item(items: Sequence[Any], way: str, at: _Position, dims: int | None) -> Any:
    """Return what an input gives to a call; ``dims`` where it takes pictures: how many dimensions a batch has."""
    if way == _BY_ENTRY:
        item = _at(items, at.entry)
        return item if dims is None or at.picture is None else _picture(item, at.picture, dims)
    if way == _IN_EACH_BATCH:
        return _at(items, at.picture or 0)
    number = at.first + (at.picture or 0)
    if dims is None:
        return _at(items, number)
    for item in items:
        if number < _count(item, dims):
            break
        number -= _count(item, dims)
    return _picture(item, number, dims)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _count(item: Any, dims: int) -> int:
    """Return how many pictures an item holds; a single picture, none, and an empty batch are one."""
    return max(len(item), 1) if isinstance(item, torch.Tensor) and item.ndim >= dims else 1


def _picture(item: Any, index: int, dims: int) -> Any:
    """Return one picture of a batch, as a batch of one; a shorter batch repeats its last."""
    if not isinstance(item, torch.Tensor) or item.ndim < dims:
        return item
    index = min(index, max(len(item) - 1, 0))
    return item[index : index + 1]


def _at(items: Sequence[Any], index: int) -> Any:
    return items[min(index, len(items) - 1)]


# --- calling, and putting together what comes out ----------------------------------------------------------------


def _called(run: Callable[..., io.NodeOutput], calls: Sequence[NodeCall]) -> Iterator[tuple[int, io.NodeOutput]]:
    report = reporter(len(calls)) if len(calls) > 1 else None
    for number, call in enumerate(calls):
        with part(number, len(calls)):
            output = run(**call.inputs)
        yield call.entry, output
        if report is not None:
            report((number + 1) / len(calls))


def _merged(made: Sequence[tuple[int, io.NodeOutput]], shown: Sequence[bool]) -> list[list[Any]]:
    """Return a list for each output: pictures in the batches of their items, values one after the other."""
    return [
        [batch for entry in _entries(made, slot) for batch in _batched(entry)]
        if pictures
        else [output.result[slot] for _, output in made]
        for slot, pictures in enumerate(shown)
    ]


def _entries(made: Sequence[tuple[int, io.NodeOutput]], slot: int) -> list[list[Any]]:
    entries: dict[int, list[Any]] = {}
    for entry, output in made:
        entries.setdefault(entry, []).append(output.result[slot])
    return list(entries.values())


def _batched(pictures: list[Any]) -> list[Any]:
    """Return pictures of one size as one batch, others as they are."""
    shapes = {tuple(picture.shape[1:]) for picture in pictures}
    return pictures if len(pictures) == 1 or len(shapes) > 1 else [torch.cat(pictures)]


def _shown(outputs: Sequence[io.NodeOutput]) -> dict[str, list[Any]] | None:
    """Return what all calls show in the editor, in one."""
    given = [output.ui if isinstance(output.ui, dict) else output.ui.as_dict() for output in outputs if output.ui]
    names = dict.fromkeys(name for one in given for name in one)
    return {name: [item for one in given for item in one.get(name, ())] for name in names} or None


# --- the node's other methods ---------------------------------------------------------------------------------


def _on_constants(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Return a check of what is typed into a node that takes lists: each is a list of one."""

    @functools.wraps(inner)
    def check(cls: Any, **inputs: Any) -> Any:
        return inner(cls, **{name: _listed(value)[0] for name, value in inputs.items()})

    check.__signature__ = inspect.signature(inner)  # type: ignore[attr-defined]  # ComfyUI checks what it does not name
    return check


def _on_each(inner: Callable[..., list[str]], known: NodeInputs) -> Callable[..., list[str]]:
    """Return a check of what a node still needs that takes lists, and asks for every call."""

    @functools.wraps(inner)
    def check(cls: Any, **inputs: Any) -> list[str]:
        wanted = [name for call in plan(inputs, known) for name in inner(cls, **call.inputs)]
        return list(dict.fromkeys(wanted))

    return check
