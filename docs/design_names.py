#!/usr/bin/env python3
"""Write the Korean names of the designs into locales/ko/nodeDefs.json, from the titles that stand in the designs.

python docs/design_names.py && python docs/english_names.py"""

from __future__ import annotations

import json
from pathlib import Path

KOREAN = Path(__file__).resolve().parent.parent / "locales/ko/nodeDefs.json"


def options() -> dict[str, str]:
    """Return the Korean labels of the options of AdDesign's input ``design``."""
    from fit_ad.core.design.library import design_files, read_design

    titles = {name: read_design(file).title for name, file in design_files().items()}
    return {"auto": "자동", **{name: title.get("ko", name) for name, title in titles.items()}}


def main() -> None:
    data = json.loads(KOREAN.read_text(encoding="utf-8"))
    data["AdDesign"]["inputs"]["design"]["options"] = options()
    KOREAN.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
