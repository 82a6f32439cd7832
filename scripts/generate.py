#!/usr/bin/env python3
"""Write what is derived from elsewhere in the project: ``make.py generate``.

    python scripts/generate.py            # write what is out of date
    python scripts/generate.py --check    # only say what is; exit status 1 where something is

Each module named ``derive_*`` writes one kind of file; its docstring says from what.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib import import_module

from derived import ROOT, DerivedFile, Writer

# In this order: a later one may read what an earlier one has written.
MODULES = ("derive_package", "derive_editor", "derive_locales", "derive_catalogue", "derive_workflows", "derive_docs")


def writers() -> dict[str, Writer]:
    return {name: import_module(name).files for name in MODULES}


def out_of_date(write: Writer) -> Iterator[DerivedFile]:
    """Yield the files of one writer that have another text than they should."""
    for file in write():
        if not file.path.exists() or file.path.read_text(encoding="utf-8") != file.text:
            yield file


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only say what is out of date")
    check = parser.parse_args().check
    stale = 0
    for write in writers().values():
        for file in out_of_date(write):
            stale += 1
            print(f"{'out of date' if check else 'written'}: {file.path.relative_to(ROOT)}")
            if not check:
                file.path.write_text(file.text, encoding="utf-8", newline="\n")
    if check and stale:
        print("Run `python3 make.py generate`.", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
