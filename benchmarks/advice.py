"""Milliseconds of the advice on where words go, judged by the pixels alone.

    python benchmarks/advice.py [--runs 9] [--threads 1]

The least processor time of all runs counts, on one core: what else the machine does makes no difference. ``copy`` is a
plain copy of the same picture in the same process: what the memory traffic alone costs. ``check`` is a model's answer
read and held against the pixels, without the model.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from measuring import best_ms

ROOT = Path(__file__).resolve().parent.parent
TEXT = "오늘만 이 가격\n아메리카노 2,000원"
SIZES = {"1080x1350": (1080, 1350), "3840x4800": (3840, 4800)}
GOALS_MS = {("1080x1350", "pixels"): 120.0, ("1080x1350", "pixels, subject"): 120.0}
ANSWER = (
    '{"boxes": [{"box": [80, 60, 920, 300]}, {"box": [200, 500, 800, 700]}, {"box": [10, 10, 990, 990]}], "mood": "a"}'
)


def picture(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sample photo at that size and a subject mask in its middle."""
    photo = cv2.imread(str(ROOT / "samples" / "coffee.png"))[..., ::-1]
    rgb = cv2.resize(photo, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, (width // 2, height * 6 // 10), (width // 3, height // 4), 0, 0, 360, 1.0, -1)
    return rgb, mask


def cases(rgb: np.ndarray, mask: np.ndarray) -> dict[str, Callable[[], Any]]:
    """Return what is timed."""
    from fit_ad.core.layout.pixel_advisor import advise, read
    from fit_ad.core.layout.preview import preview
    from fit_ad.core.layout.vlm.proposals import PromptContext
    from fit_ad.core.layout.vlm.verification import verify

    seen = PromptContext(812, 980, rgb.shape[1], rgb.shape[0])
    reading = read(rgb, mask, TEXT)
    advice = advise(rgb, mask, TEXT)
    return {
        "pixels": lambda: advise(rgb, None, TEXT),
        "pixels, subject": lambda: advise(rgb, mask, TEXT),
        "check": lambda: verify(reading, ANSWER, seen, "model"),
        "preview": lambda: preview(rgb, advice),
    }


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    cv2.setNumThreads(args.threads)
    print(f"{'size':>10}  {'case':<16} {'ms':>7}  {'copies':>6}  goal")
    for size, (width, height) in SIZES.items():
        rgb, mask = picture(width, height)
        copy = best_ms(rgb.copy, args.runs, time.process_time)
        print(f"{size:>10}  {'copy':<16} {copy:7.2f}  {1:6.1f}")
        for name, work in cases(rgb, mask).items():
            ms = best_ms(work, args.runs, time.process_time)
            goal = GOALS_MS.get((size, name))
            held = "" if goal is None else f"{goal:g} ms {'held' if ms <= goal else 'MISSED'}"
            print(f"{size:>10}  {name:<16} {ms:7.1f}  {ms / copy:6.1f}  {held}".rstrip())


if __name__ == "__main__":
    main()
