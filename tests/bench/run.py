# SPDX-License-Identifier: GPL-3.0-or-later
"""Time and memory of `zonegate audit' beside the peers that Debian has.

usage: tests/bench/run.py [--runs N] [--large]

Each pair runs in turn (ours, theirs, ours, ...) on the same zone in one go;
the median wall time of each and the median of the ratios pair by pair are
printed.  Memory is the sum of PSS over all of our processes, sampled every
50 ms.  --large adds the zone of a million delegations.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import zones  # noqa: E402  (beside this file)

BUILD = os.environ.get("ZONEGATE_BUILD", "build")
GATE = os.path.join(BUILD, "zonegate")

# name, delegations, algorithm, arguments of the signer, most times the wall
# time of dnssec-verify
ZONES = [
    ("nsec-rsa", 100_000, "RSASHA256", [], 1.2),
    ("optout-p256", 100_000, "ECDSAP256SHA256", ["-3", "-", "-A", "-H", "0"],
     2.5),
]
LINEAR = ("optout-p256", "ECDSAP256SHA256", ["-3", "-", "-A", "-H", "0"])


def peers(path):
    """Commands of the peers on the zone at PATH."""
    return {
        "dnssec-verify": ["dnssec-verify", "-q", "-o", "bench", path],
        "ldns-verify-zone": ["ldns-verify-zone", "-V0", path],
        "kzonecheck": ["kzonecheck", "-d", "on", "-o", "bench", path],
    }


def ours(path):
    return [GATE, "audit", "--zone", "bench", "--format", "json",
            "--policy", os.path.join(BUILD, "bench", "bench.conf"), path]


def wall(command):
    """Seconds that COMMAND took, and its exit status."""
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
    return time.monotonic() - started, done.returncode


def descendants(pid):
    pids, todo = [], [pid]
    while todo:
        pid = todo.pop()
        pids.append(pid)
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as children:
                todo += [int(word) for word in children.read().split()]
        except OSError:
            pass
    return pids


def pss_kib(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as rollup:
            for line in rollup:
                if line.startswith("Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def peak_pss_mib(command):
    """The largest sum of PSS over COMMAND's processes, sampled every 50 ms."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(pss_kib, descendants(process.pid))))
        time.sleep(0.05)
    return peak / 1024


def versus(path, name, command, runs):
    """Prints our time beside COMMAND's; returns the median ratio."""
    pairs = []
    for _ in range(runs):
        mine, status = wall(ours(path))
        if status != 0:
            sys.exit(f"bench: zonegate ends with {status} on {path}")
        theirs, status = wall(command)
        pairs.append((mine, theirs))
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    print(f"  {name:18} {statistics.median(p[1] for p in pairs):7.2f} s   "
          f"zonegate {statistics.median(p[0] for p in pairs):7.2f} s   "
          f"ratio {ratio:5.2f}" + ("" if status == 0 else
                                   f"   (its exit status: {status})"),
          flush=True)
    return ratio


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--large", action="store_true")
    options = arguments.parse_args()
    cache = os.path.join(os.path.abspath(BUILD), "bench")
    os.makedirs(cache, exist_ok=True)
    # A policy of the bench's own, so that a stricter default does not end it.
    with open(os.path.join(cache, "bench.conf"), "w") as policy:
        policy.write('title = "for measuring"\ninherit = "registry-default"\n')
    worst = []
    for name, delegations, algorithm, denial, most in ZONES:
        path = zones.make(cache, name, delegations, algorithm, denial)
        print(f"{name}, {delegations:,} delegations, {os.cpu_count()} cores")
        for peer, command in peers(path).items():
            ratio = versus(path, peer, command, options.runs)
            if peer == "dnssec-verify":
                worst.append((name, ratio, most))
        print(f"  peak PSS of all processes {peak_pss_mib(ours(path)):.0f} MiB",
              flush=True)
    print("linearity, " + LINEAR[0])
    for delegations in (10_000, 100_000) + ((1_000_000,) if options.large
                                            else ()):
        path = zones.make(cache, LINEAR[0], delegations, *LINEAR[1:])
        seconds = statistics.median(wall(ours(path))[0]
                                    for _ in range(options.runs))
        print(f"  {delegations:9,} delegations {seconds:7.2f} s, "
              f"{seconds / delegations * 1e6:6.1f} us each", flush=True)
    for name, ratio, most in worst:
        verdict = "within" if ratio <= most else "OVER"
        print(f"{name}: {ratio:.2f} times dnssec-verify, {verdict} {most}")


if __name__ == "__main__":
    main()
