"""Batches of one job file on a simulated server."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from fit_ad.client.batch import run_batch
from fit_ad.client.batch.run_batch import BatchRequest, BatchResult, Limits
from simulated_comfyui import SimulatedComfyUI


class Batch:
    """Batches of one job file on one simulated server, run in the test's own thread."""

    limits = Limits(30, 30, 5, 2)

    def __init__(self, folder: Path, server: SimulatedComfyUI) -> None:
        self.folder, self.server, self.out = folder, server, folder / "out"

    def rows(self, count: int, /, **columns: str) -> None:
        """Write the job file."""
        cells = [{"photo": "photo.png", "words": f"ad {number}", **columns} for number in range(count)]
        with (self.folder / "ads.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(cells[0]))
            writer.writeheader()
            writer.writerows(cells)

    def request(self, **changes: Any) -> BatchRequest:
        workflow = str(self.folder / "mini.json")
        given = {"jobs": self.folder / "ads.csv", "workflow": workflow, "servers": [self.server.url], "out": self.out}
        return BatchRequest(**{**given, "limits": self.limits, **changes})

    def run(self, **changes: Any) -> BatchResult:
        return run_batch.run_batch(self.request(**changes))

    def keys(self) -> list[str]:
        """Return what the jobs' files on the server are marked with."""
        return [job.key[:12] for job in run_batch.plan_batch(self.request())[0]]

    def pictures(self) -> list[str]:
        return sorted(path.relative_to(self.out).as_posix() for path in self.out.rglob("*.jpg"))

    def journal(self) -> Path:
        return self.out / "ads.journal.sqlite"
