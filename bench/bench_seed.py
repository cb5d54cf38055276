"""How long sample data take, and how much memory.

    python bench/bench_seed.py [--users 1000000] [--processes 2] [--folder DIR] [--database URL]

Prints seconds, users a second, CPU seconds of this process and of those that seal, the peak memory of either, and what the files weigh.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
from pathlib import Path

from console.platform_api.migrate import migrate
from console.platform_api.seed import PASSWORD, seed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep the data here")
    parser.add_argument("--database")
    options = parser.parse_args()
    os.environ.setdefault(PASSWORD, "correct horse battery staple")
    if options.folder:
        run(options.folder, options)
        return
    with tempfile.TemporaryDirectory(prefix="petworks-bench-") as folder:
        run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> None:
    migrate(folder, options.database)
    done = seed(folder, options.database, users=options.users, employees=True, processes=options.processes)
    spent = os.times()
    own, sealing = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    weight = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 2**20
    print(
        f"\n{done.users:,} users, {done.tickets:,} tickets: {done.seconds:.1f} s, {done.users / done.seconds:,.0f} users a second"
    )
    print(f"CPU: {spent.user + spent.system:.1f} s here, {spent.children_user + spent.children_system:.1f} s sealing")
    print(f"peak memory: {own} MiB here, {sealing} MiB in the largest other; files: {weight} MiB")


if __name__ == "__main__":
    main()
