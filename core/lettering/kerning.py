"""Pair kerning from a font's GPOS or kern table, so that it is the same with and without Raqm."""

from __future__ import annotations

from typing import Any


class PairKerning:
    """Kerning of one face in font units.

    Source: OpenType specification, GPOS lookup type 2 (pair adjustment) and type 9 (extension), and the kern table.
    """

    def __init__(self, font: Any) -> None:
        subtables = _gpos_subtables(font["GPOS"].table) if "GPOS" in font else []
        self._subtables = [(table, {glyph: i for i, glyph in enumerate(table.Coverage.glyphs)}) for table in subtables]
        self._pairs = {} if subtables else _kern_table(font)
        self._known: dict[tuple[str, str], int] = {}

    def between(self, left: str, right: str) -> int:
        """Return what is added to the advance of glyph ``left`` before glyph ``right``."""
        if not (self._subtables or self._pairs):
            return 0
        key = (left, right)
        if key not in self._known:
            if len(self._known) > 8192:
                self._known.clear()
            self._known[key] = self._look_up(left, right)
        return self._known[key]

    def _look_up(self, left: str, right: str) -> int:
        for table, covered in self._subtables:
            if left in covered:
                value = (
                    _class_value(table, left, right)
                    if table.Format == 2
                    else _pair_value(table.PairSet[covered[left]], right)
                )
                if value is not None:
                    return value
        return self._pairs.get((left, right), 0)


def _gpos_subtables(gpos: Any) -> list[Any]:
    if not gpos.FeatureList or not gpos.LookupList:
        return []
    numbers = {
        number
        for record in gpos.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for number in record.Feature.LookupListIndex
    }
    tables = [
        getattr(table, "ExtSubTable", table)
        for number in sorted(numbers)
        for table in gpos.LookupList.Lookup[number].SubTable
    ]
    return [table for table in tables if type(table).__name__ == "PairPos"]


def _kern_table(font: Any) -> dict[tuple[str, str], int]:
    if "kern" not in font:
        return {}
    return {pair: value for table in font["kern"].kernTables for pair, value in getattr(table, "kernTable", {}).items()}


def _pair_value(pairs: Any, right: str) -> int | None:
    for record in pairs.PairValueRecord:
        if record.SecondGlyph == right:
            return _x_advance(record.Value1)
    return None


def _class_value(table: Any, left: str, right: str) -> int | None:
    first = table.ClassDef1.classDefs.get(left, 0)
    second = table.ClassDef2.classDefs.get(right, 0)
    return _x_advance(table.Class1Record[first].Class2Record[second].Value1)


def _x_advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0) if value else 0
