# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon under load.

usage: tests/bench/load.py [--zones N] [--delegations N] [--minutes N]
                           [--large DELEGATIONS]

Many zones are signed beforehand, each a few times with rising serials; then
every zone is handed in once a minute, spread evenly, and the time from the
first octet handed over to the release is taken.  The queue is watched: it must
not grow.  Before that the same is measured for one zone alone.  With --large a
large candidate is handed in half-way, and what the small zones then wait is
told apart.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "e2e"))
import zones  # noqa: E402  (beside this file)
from gate_daemon import Gate  # noqa: E402

BUILD = Path(os.environ.get("ZONEGATE_BUILD", "build"))
SERIALS = 3
ALGORITHM = "ECDSAP256SHA256"
DENIAL = ["-3", "-", "-A", "-H", "0"]


def make_zone(cache, name, delegations):
    """Signs NAME under SERIALS serials; the files."""
    folder = cache / f"load-{name}-{delegations}"
    files = [folder / f"signed.{n}" for n in range(SERIALS)]
    if files[-1].exists() and time.time() - files[0].stat().st_mtime < 86400:
        return files
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    zones.unsigned(folder / "unsigned", name, delegations)
    zones.keys(folder, name, ALGORITHM)
    text = (folder / "unsigned").read_text()
    for n, file in enumerate(files):
        (folder / "unsigned").write_text(
            text.replace("2026010100", f"20260101{n:02d}", 1))
        zones.sign(folder, name, ALGORITHM, DENIAL)
        (folder / "signed").rename(file)
    return files


def hand_in(gate, zone, file):
    """Seconds from handing in to the release."""
    began = time.monotonic()
    candidate = gate.submit(zone, file, wait=600)
    if candidate["state"] not in ("released", "replaced"):
        raise SystemExit(f"{zone}: {candidate['state']}: "
                         f"{candidate['reason']}")
    return time.monotonic() - began


def figures(times):
    times = sorted(times)
    return (f"median {statistics.median(times):.3f} s, p99 "
            f"{times[min(len(times) - 1, len(times) * 99 // 100)]:.3f} s, "
            f"worst {times[-1]:.3f} s, of {len(times)}")


def alone(gate, names, files):
    """One zone at a time, nothing beside it."""
    print("alone:  ", figures([hand_in(gate, name + ".", files[name][0])
                               for name in names[:50]]), flush=True)


class Watcher(threading.Thread):
    """The longest queue of each quarter of the run."""

    def __init__(self, gate, seconds):
        super().__init__(daemon=True)
        self.gate, self.seconds = gate, seconds
        self.longest = [0, 0, 0, 0]
        self.done = False

    def run(self):
        began = time.monotonic()
        while not self.done:
            part = (time.monotonic() - began) / self.seconds
            queue = self.gate.status()["gate"]["queue"]
            part = min(3, int(part * 4))
            self.longest[part] = max(self.longest[part], queue)
            time.sleep(1)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def load(gate, names, files, rounds, large):
    seconds = 60 * rounds
    watcher = Watcher(gate, seconds)
    watcher.start()
    began, cpu = time.monotonic(), cpu_seconds(gate.process.pid)
    quiet, beside = [], []
    large_run, large_began = [], threading.Event()

    def one(at, zone, file):
        time.sleep(max(0, began + at - time.monotonic()))
        busy = large_began.is_set() and not large_run[-1].done()
        took = hand_in(gate, zone, file)
        (beside if busy else quiet).append(took)

    with ThreadPoolExecutor(len(names) + 8) as pool:
        jobs = []
        for n in range(1, rounds + 1):
            for i, name in enumerate(names):
                at = 60 * (n - 1) + 60 * i / len(names)
                jobs.append(pool.submit(one, at, name + ".",
                                        files[name][n % SERIALS]))
        if large:
            def later():
                time.sleep(max(0, began + seconds / 2 - time.monotonic()))
                large_began.set()
                return hand_in(gate, "large.", large)
            large_run.append(pool.submit(later))
        for job in jobs:
            job.result()
        if large:
            print(f"large:   released after {large_run[0].result():.1f} s")
    watcher.done = True
    wall = time.monotonic() - began
    print("load:   ", figures(quiet + beside))
    if beside:
        print("beside the large one:", figures(beside))
    print("queue:   longest in each quarter", watcher.longest)
    print(f"cpu:     {(cpu_seconds(gate.process.pid) - cpu) / wall:.2f} "
          f"processors on average over {wall:.0f} s (daemon and children)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--zones", type=int, default=200)
    parser.add_argument("--delegations", type=int, default=1000)
    parser.add_argument("--minutes", type=int, default=2)
    parser.add_argument("--large", type=int, default=0)
    options = parser.parse_args()
    if options.minutes >= SERIALS:
        sys.exit(f"load: at most {SERIALS - 1} minutes: as many serials are "
                 "signed beforehand")

    cache = BUILD.absolute() / "bench"
    names = [f"load{n}" for n in range(options.zones)]
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda name: make_zone(cache, name,
                                               options.delegations), names)
        files = dict(zip(names, made))
    text = 'defaults { policy = "registry-default" }\n' + "".join(
        f'zone "{name}." {{ }}\n' for name in names)
    large = None
    if options.large:
        folder = cache / f"load-large-{options.large}"
        large = folder / "signed"
        if not large.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            zones.unsigned(folder / "unsigned", "large", options.large)
            zones.keys(folder, "large", ALGORITHM)
            zones.sign(folder, "large", ALGORITHM, DENIAL)
        text += 'zone "large." { }\n'
    print(f"{options.zones} zones of {options.delegations} delegations, each "
          f"once a minute, {options.minutes} minutes, "
          f"{os.cpu_count()} processors", flush=True)
    with Gate(text, top={"watch_interval": "5s"}) as gate:
        alone(gate, names, files)
        load(gate, names, files, options.minutes, large)
        status = gate.status()
        released = sum(zone["counters"]["released"]
                       for zone in status["zones"])
        print(f"released: {released}; level {status['level']}; alarms "
              f"{sorted({alarm['kind'] for alarm in status['alarms']})}")


if __name__ == "__main__":
    main()
