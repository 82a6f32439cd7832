"""Pair kerning from a font's GPOS or kern table, so that it is the same with and without Raqm."""

from __future__ import annotations

from typing import Any


class PairKerning:
    """Kerning of one face in font units.

    Source: OpenType specification, GPOS lookup type 2 (pair adjustment) and type 9 (extension), and the kern table.
    """

    def __init__(self, font: Any) -> None:
        self._lookups = [[_Subtable(table) for table in tables] for tables in _gpos_lookups(font)]
        self._pairs = {} if self._lookups else _kern_table(font)
        self._known: dict[tuple[str, str], int] = {}

    def between(self, left: str, right: str) -> int:
        """Return what is added to the advance of glyph ``left`` before glyph ``right``."""
        if not (self._lookups or self._pairs):
            return 0
        key = (left, right)
        if key not in self._known:
            if len(self._known) > 8192:
                self._known.clear()
            self._known[key] = self._look_up(left, right)
        return self._known[key]

    def _look_up(self, left: str, right: str) -> int:
        """Return the sum over all lookups; within one, the first subtable that knows the pair decides."""
        total = self._pairs.get((left, right), 0)
        for subtables in self._lookups:
            values = (table.value(left, right) for table in subtables)
            total += next((value for value in values if value is not None), 0)
        return total


class _Subtable:
    """One PairPos subtable: pairs of glyphs (format 1) or of classes of glyphs (format 2)."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._covered = {glyph: i for i, glyph in enumerate(table.Coverage.glyphs)}

    def value(self, left: str, right: str) -> int | None:
        if left not in self._covered:
            return None
        if self._table.Format == 2:
            return _class_value(self._table, left, right)
        return _pair_value(self._table.PairSet[self._covered[left]], right)


def _gpos_lookups(font: Any) -> list[list[Any]]:
    gpos = font["GPOS"].table if "GPOS" in font else None
    if not gpos or not gpos.FeatureList or not gpos.LookupList:
        return []
    lookups = [
        [getattr(table, "ExtSubTable", table) for table in gpos.LookupList.Lookup[number].SubTable]
        for number in feature_lookups(gpos, "kern")
    ]
    pairs = [[table for table in tables if type(table).__name__ == "PairPos"] for tables in lookups]
    return [tables for tables in pairs if tables]


def feature_lookups(table: Any, *tags: str) -> list[int]:
    """Return the lookups of some features in order: those of Latin, else of the default script, else of all.

    Args:
        table: A GSUB or GPOS table of fontTools.
        tags: Features, as ``kern`` or ``liga``.
    """
    records = table.FeatureList.FeatureRecord
    scripts = {record.ScriptTag: record.Script for record in table.ScriptList.ScriptRecord} if table.ScriptList else {}
    script = scripts.get("latn") or scripts.get("DFLT")
    system = script.DefaultLangSys if script else None
    chosen = [records[i] for i in system.FeatureIndex] if system else records
    return sorted({n for record in chosen if record.FeatureTag in tags for n in record.Feature.LookupListIndex})


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
