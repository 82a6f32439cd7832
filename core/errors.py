"""Errors that a designer can act on: what went wrong, why, and what to do."""

from __future__ import annotations


class FitAdError(Exception):
    """An error whose text is part of the product.

    Args:
        what: What could not be done, naming the value, field or file.
        why: The reason, where it is not plain from ``what``.
        fix: What the reader can do about it.
    """

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        self.what = what
        self.why = why
        self.fix = fix
        super().__init__(" ".join(_sentence(part) for part in (what, why, fix) if part))


class MissingModelError(FitAdError):
    """A model file is not installed; the text names file, folder and address."""


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", ")", ":")) else text + "."
