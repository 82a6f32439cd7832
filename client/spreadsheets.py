"""Cells of tables that people open in Excel or LibreOffice, which take some texts for formulas and run them."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # source: OWASP, "CSV Injection"


def as_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs: behind an apostrophe, where it begins like a formula."""
    return f"'{text}" if _may_run(text) else text


def from_cell(cell: str) -> str:
    """Return the text that :func:`as_cell` has made a cell from."""
    return cell[1:] if cell.startswith("'") and _may_run(cell[1:]) else cell


def _may_run(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)
