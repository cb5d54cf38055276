"""`python -m bench`: every benchmark after the other; `python -m bench start lists` only those. What they print are ratios taken in turn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ALL = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> int:
    chosen = sys.argv[1:] or ALL
    if unknown := set(chosen) - set(ALL):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(ALL)}.")
        return 2
    failed = 0
    for name in chosen:
        print(f"\n{name}\n{'=' * len(name)}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"bench.bench_{name}"], check=False).returncode
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
