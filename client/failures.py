"""The failures of the command, each with the exit status it ends with."""

from __future__ import annotations

import re

from ..core.errors import FitAdError

DONE, FAILED, BAD_USE, SERVER_AWAY, TIMED_OUT = range(5)

# torch.OutOfMemoryError (torch.cuda.… before 2.5), ComfyUI's tip, HIP and MPS texts, and the CPU allocator's.
_OUT_OF_MEMORY = re.compile(
    r"OutOfMemoryError|out of memory|allocation on device|can't allocate memory|not enough memory|"
    r"failed to allocate \S+ (?:bytes|memory)|\bMemoryError\b|Unable to allocate [\d.]+ [KMGT]?i?B|"
    r"(?:CUBLAS|HIPBLAS|CUDNN|MIOPEN)_STATUS_ALLOC_FAILED",
    re.IGNORECASE,
)


class BadUseError(FitAdError):
    """The command was given something it cannot use."""


class ServerAwayError(FitAdError):
    """The ComfyUI server does not answer."""


class UnusableServerError(BadUseError):
    """A server answers, but wants a login, or is to be found under another address. Waiting does not help."""


class TimedOutError(FitAdError):
    """The run took longer than the time limit."""


class UnreadablePictureError(FitAdError):
    """A picture that was given cannot be read."""


class NodeFailedError(FitAdError):
    """A node of the graph could not do its work."""


class MemoryFailedError(NodeFailedError):
    """A node ran out of memory, on the card or in the machine."""


def exit_status(error: FitAdError) -> int:
    """Return the exit status of the command for an error."""
    statuses = {BadUseError: BAD_USE, ServerAwayError: SERVER_AWAY, TimedOutError: TIMED_OUT}
    return next((status for kind, status in statuses.items() if isinstance(error, kind)), FAILED)


def as_bad_use(error: FitAdError) -> BadUseError:
    """Return the same error as one of bad use."""
    return BadUseError(error.what, why=error.why, fix=error.fix)


def is_out_of_memory(exception_type: str, message: str) -> bool:
    """Tell whether a node's exception means that memory ran out."""
    return bool(_OUT_OF_MEMORY.search(exception_type) or _OUT_OF_MEMORY.search(message))


def node_failed(title: str, class_type: str, cause: BaseException) -> NodeFailedError:
    """Return the error of a node, named by its title and class."""
    where = title if title == class_type else f"{title} ({class_type})"
    if isinstance(cause, FitAdError):
        return NodeFailedError(f"{where}: {cause.what}", why=cause.why, fix=cause.fix)
    reason = " ".join(str(cause).split())
    if is_out_of_memory(type(cause).__name__, reason):
        return MemoryFailedError(f"{where} ran out of memory", why=reason[:200])
    return NodeFailedError(f"{where} failed", why=reason or type(cause).__name__)
