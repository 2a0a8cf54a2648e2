#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The crash campaign: `zonegate serve' and everything it starts are ended at
any instant, and disks fail at any call; what is released stays whole and good,
and what was acknowledged is not lost.

usage: tests/crash/run.py [--seed N] [--crashes N] [--faults N | all] [-j N]
       tests/crash/run.py --point daemon:any:251:enospc ...

Without options a slice of it: 25 kills, 30 faults.
"""

import argparse
import itertools
import random
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_COMPLETED
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gate import harness  # noqa: E402
from injector import Every, Injector, sample  # noqa: E402
from kills import Lane  # noqa: E402
from remains import Remains  # noqa: E402


class Counts:
    def __init__(self):
        self.lock = threading.Lock()
        self.passed = self.failed = 0
        self.started = time.monotonic()

    def good(self, every=None):
        with self.lock:
            self.passed += 1
            if every and self.passed % every == 0:
                print(f"{self.passed} after"
                      f" {time.monotonic() - self.started:.0f} s", flush=True)

    def bad(self, *words):
        with self.lock:
            self.failed += 1
            print("failed", *words, flush=True)


def words_of(why):
    return (str(why) if isinstance(why, harness.Failed)
            else "".join(traceback.format_exception(why)))


def run_lane(build, keys, seed, instants, quick, counts, every):
    lane = Lane(build, seed, keys, quick)
    try:
        lane.run(instants, lambda: counts.good(every))
    except BaseException as why:
        counts.bad(f"lane {seed}, round {lane.round}:", words_of(why),
                   f"(see {lane.gate.folder})\n  "
                   + "\n  ".join(lane.story[-25:]))
    return lane.counts


def run_kills(options, folder, counts, every):
    """Lanes side by side, each with a state directory of its own."""
    quick = options.crashes <= 100
    build = folder / "fault" if quick else folder
    rng = random.Random(options.seed)
    share = -(-options.crashes // options.j)
    with ThreadPoolExecutor(options.j) as pool:
        lanes = [pool.submit(run_lane, build,
                             folder / f"crash/lane{number}",
                             rng.randrange(2**32), share, quick, counts, every)
                 for number in range(options.j)]
        totals = {}
        for lane in lanes:
            for name, count in lane.result().items():
                totals[name] = totals.get(name, 0) + count
    print("killed:", ", ".join(f"{name} {count}"
                               for name, count in totals.items()))


def run_remains(options, folder, counts):
    remains = Remains(folder / "fault", folder / "crash/remains")
    with ThreadPoolExecutor(options.j) as pool:
        tests = [(pool.submit(test), test.__name__)
                 for test in remains.tests()]
    for test, name in tests:
        try:
            test.result()
            counts.good()
        except BaseException as why:
            counts.bad(f"{name}:", words_of(why))


def point_of(name):
    child, _, number, what = name.split(":")
    return int(number), what, child == "take"


def run_faults(options, folder, counts, every):
    injector = Injector(folder / "fault", folder / "crash/injector",
                        options.faults == "all")
    known = Every()
    points = (map(point_of, options.point) if options.point
              else known.points() if options.faults == "all"
              else iter(sample(options.seed, int(options.faults))))
    highest = {}
    waiting = {}
    with ThreadPoolExecutor(options.j) as pool:
        while True:
            for point in itertools.islice(points,
                                          options.j - len(waiting)):
                waiting[pool.submit(injector.run, *point)] = point
            if not waiting:
                break
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                number, what, child = waiting.pop(future)
                key = f"{'take' if child else 'daemon'} {what}"
                highest[key] = max(highest.get(key, 0), number)
                try:
                    known.note(what, child, future.result())
                    counts.good(every)
                except BaseException as why:
                    known.note(what, child, False)
                    counts.bad(words_of(why))
    print("faults up to call:", ", ".join(f"{key} {number}" for key, number
                                          in sorted(highest.items())))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--crashes", type=int, default=25, metavar="N")
    parser.add_argument("--faults", default="30", metavar="N|all")
    parser.add_argument("--point", nargs="+", metavar="POINT",
                        help="only these faults, as failures name them")
    parser.add_argument("-j", type=int, default=2, metavar="N")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = harness.build_folder()
    counts = Counts()
    long = options.crashes > 100 or options.faults == "all"
    if not options.point:
        run_remains(options, folder, counts)
    if options.crashes and not options.point:
        run_kills(options, folder, counts, 50 if long else None)
    if options.faults != "0":
        run_faults(options, folder, counts, 50 if long else None)
    if counts.failed:
        print(f"again with: tests/crash/run.py --seed {options.seed}"
              f" --crashes {options.crashes} --faults {options.faults}"
              f" -j {options.j}")
    print(f"{counts.passed} passed, {counts.failed} failed")
    sys.exit(1 if counts.failed else 0)


if __name__ == "__main__":
    main()
