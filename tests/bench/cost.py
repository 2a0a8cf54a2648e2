# SPDX-License-Identifier: GPL-3.0-or-later
"""What all checks of structure and policy cost together, beside a full run.

usage: tests/bench/cost.py [--runs N] [--delegations N] [--previous]

A full run and a survey that times its checks go in turn over the same zone;
CPU seconds of all processes and wall seconds are medians.  The checks run in
one process while nothing else does, so their CPU time is their wall time.
--previous judges the zone against itself as the previous release, too.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run  # noqa: E402  (beside this file)
import zones  # noqa: E402

COST = os.path.join(run.BUILD, "tests/bench/checks_cost")
MOST = 0.25
DEAREST = 8


def full(path, previous):
    """(wall, CPU) seconds of `zonegate audit'."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, status = run.wall(run.ours(path) + previous)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # A zone that is its own previous release is refused, after all the work.
    if status not in ((0, 1) if previous else (0,)):
        sys.exit(f"bench: zonegate ends with {status} on {path}")
    return seconds, (after.ru_utime + after.ru_stime
                     - before.ru_utime - before.ru_stime)


def checks(path, previous):
    """{check: seconds}; "all" is their sum."""
    said = subprocess.run([COST, "bench.", path, *previous], check=True,
                          capture_output=True, text=True).stdout
    rows = (line.split() for line in said.splitlines())
    return {name: int(us) / 1e6 for us, name in rows}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--delegations", type=int, default=1_000_000)
    arguments.add_argument("--previous", action="store_true")
    options = arguments.parse_args()
    cache = os.path.join(os.path.abspath(run.BUILD), "bench")
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(cache, "bench.conf"), "w") as policy:
        policy.write('title = "for measuring"\ninherit = "registry-default"\n')
    path = zones.make(cache, run.LINEAR[0], options.delegations,
                      *run.LINEAR[1:])
    given = ([], [])
    if options.previous:
        given = (["--previous", path], [path])
    walls, cpus, costs = [], [], []
    for _ in range(options.runs):
        wall, cpu = full(path, given[0])
        walls.append(wall)
        cpus.append(cpu)
        costs.append(checks(path, given[1]))
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    each = {name: statistics.median(cost[name] for cost in costs)
            for name in costs[0]}
    every = each.pop("all")
    print(f"{run.LINEAR[0]}, {options.delegations:,} delegations, "
          f"median of {options.runs}")
    print(f"  full run {wall:.2f} s, {cpu:.2f} s of CPU")
    print(f"  all {len(each)} checks {every:.2f} s: {every / wall:.1%} of the "
          f"wall time, {every / cpu:.1%} of the CPU time")
    dearest = sorted(each.items(), key=lambda item: -item[1])[:DEAREST]
    for name, seconds in dearest:
        print(f"    {name:30} {seconds:6.2f} s")
    verdict = "within" if every / wall <= MOST else "OVER"
    print(f"checks: {every / wall:.1%} of a full run, {verdict} {MOST:.0%}")


if __name__ == "__main__":
    main()
