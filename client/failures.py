"""The failures of the command, each with the exit status it ends with."""

from __future__ import annotations

from ..core.errors import FitAdError

DONE, FAILED, BAD_USE, SERVER_AWAY, TIMED_OUT = range(5)


class BadUseError(FitAdError):
    """The command was given something it cannot use."""


class ServerAwayError(FitAdError):
    """The ComfyUI server does not answer."""


class TimedOutError(FitAdError):
    """The run took longer than the time limit."""


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


def node_failed(title: str, class_type: str, cause: BaseException) -> NodeFailedError:
    """Return the error of a node, named by its title and class."""
    where = title if title == class_type else f"{title} ({class_type})"
    if isinstance(cause, FitAdError):
        return NodeFailedError(f"{where}: {cause.what}", why=cause.why, fix=cause.fix)
    reason = " ".join(str(cause).split())
    return NodeFailedError(f"{where} failed", why=reason or type(cause).__name__)
