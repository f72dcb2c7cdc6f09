"""``python3 run.py bench [names] [--large] [--keep FOLDER]``: runs the benchmarks and prints ratios."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

NAMES = ("papers", "page", "search", "push", "start")


def main(arguments: list[str]) -> int:
    """Runs the named benchmarks, all when none is named."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("names", nargs="*", help="、".join(NAMES))
    parser.add_argument("--large", action="store_true", help="一百万件（建库要二十多分钟）")
    parser.add_argument("--keep", type=Path, help="留存样本库的文件夹，下次直接用")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.names or NAMES:
            importlib.import_module(f"tests.benchmarks.bench_{name}").run(folder, options.large)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
