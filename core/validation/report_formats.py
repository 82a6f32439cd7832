"""Reports for other programs: our own JSON, and SARIF 2.1.0 for code review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .findings import CODES, ERROR, NOTE, WARNING, Finding, Report

SCHEMA_VERSION = 1
Lines = Mapping[tuple[str, str], int]  # of a file's nodes, by subgraph id and the node's own id
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_json(reports: Sequence[Report], lang: str = "en") -> dict[str, Any]:
    """Return reports as plain data.

    ``{"schema": 1, "errors": n, "warnings": n, "files": [{"file", "format", "nodes", "findings": [{"code", "severity",
    "node", "title", "type", "subgraph", "local", "input", "message", "fix", "repair"}]}]}``. ``node`` is the id in the
    API graph ("" for the whole file), ``subgraph`` and ``local`` lead to the node in the editor, ``repair`` is
    ``{"input", "old", "value"}`` or null. Fields may be added; none will be taken away under the same schema number.
    """
    return {
        "schema": SCHEMA_VERSION,
        "errors": sum(one.errors for one in reports),
        "warnings": sum(one.count(WARNING) for one in reports),
        "files": [_file(one, lang) for one in reports],
    }


def _file(report: Report, lang: str) -> dict[str, Any]:
    findings = [finding_as_json(one, lang) for one in report.findings]
    return {"file": report.name, "format": report.format, "nodes": report.nodes, "findings": findings}


def finding_as_json(finding: Finding, lang: str = "en") -> dict[str, Any]:
    """Return one finding as plain data."""
    place, repair = finding.place, finding.repair
    return {
        "code": finding.code,
        "severity": finding.severity,
        "node": place.node,
        "title": place.title,
        "type": place.type,
        "subgraph": place.level,
        "local": place.local,
        "input": finding.input,
        "message": finding.message(lang),
        "fix": finding.fix(lang),
        "repair": {"input": repair.input, "old": repair.old, "value": repair.value} if repair else None,
    }


def as_sarif(
    reports: Sequence[Report], version: str, lang: str = "en", lines: Mapping[str, Lines] | None = None
) -> dict[str, Any]:
    """Return reports as a SARIF 2.1.0 log: one run, one rule per code, one result per finding.

    Args:
        reports: What was found in each file.
        version: The pack's version.
        lang: The messages' language.
        lines: By a report's name, on which line each node stands; without them a finding points to the first line.
    """
    codes = list(CODES)
    driver = {
        "name": "fit-ad",
        "version": version,
        "informationUri": "https://registry.comfy.org/nodes/comfyui-fit-ad",
        "rules": [
            {"id": code, "shortDescription": {"text": meaning}, "defaultConfiguration": {"level": _default(code)}}
            for code, meaning in CODES.items()
        ],
    }
    results = [
        _result(report, one, codes, lang, (lines or {}).get(report.name, {}))
        for report in reports
        for one in report.findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def _default(code: str) -> str:
    notes, warnings = ("model-unsafe", "unknown-input"), ("path-absolute", "path-escape", "personal")
    return NOTE if code in notes else WARNING if code in warnings else ERROR


def _result(report: Report, finding: Finding, codes: list[str], lang: str, lines: Lines) -> dict[str, Any]:
    place = finding.place
    message = " ".join(f"{part}." if part[-1:] not in ".!?" else part for part in _parts(finding, lang))
    region = {"startLine": lines.get((place.level, place.local), 1)}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(report.name)}, "region": region}}
    if place.node:
        name = f"{place.node}.{finding.input}" if finding.input else place.node
        location["logicalLocations"] = [
            {"fullyQualifiedName": name, "name": place.title or place.node, "kind": "element"}
        ]
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity,
        "message": {"text": message},
        "locations": [location],
        "partialFingerprints": {"finding/v1": f"{finding.message_key}:{place.node}:{finding.input}"},
    }


def _parts(finding: Finding, lang: str) -> list[str]:
    where = f"{finding.place.title} ({finding.place.node}): " if finding.place.node else ""
    return [where + finding.message(lang), *([finding.fix(lang)] if finding.fix(lang) else [])]


def _uri(name: str) -> str:
    from urllib.parse import quote

    return quote(name.replace("\\", "/"), safe="/.-_~")
