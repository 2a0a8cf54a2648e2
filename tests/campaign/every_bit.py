#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One bit in every octet of every signature, DS digest and NSEC next field of
a zone of fifty names; then many places in a real root zone, if
ZONEGATE_REAL_ZONES says where one is.  Nothing may be released, and each
owner and type must be named."""

import argparse
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import harness  # noqa: E402
import bits  # noqa: E402
import real_zone_tests  # noqa: E402

from fixtures import zonetext  # noqa: E402

# A report names the first sixteen findings of a check.
BATCH = 10


def jobs_for_small_zone(folder, chance):
    """Each place alone.  P-256: its signatures are short."""
    records = bits.zones(folder)["p256"]
    for place in bits.places(records):
        yield "fifty names", records, [(place, chance.randrange(8))], {}


def jobs_for_root_zone(count, chance):
    """COUNT places of the newest real zone, ten RRsets at a time: judging
    each alone takes a day, and each must be named either way."""
    zones, _ = real_zone_tests.listed()
    path, at, _ = zones[-1]
    text = subprocess.run(["xz", "-dc", path], capture_output=True,
                          check=True, text=True).stdout
    records = zonetext.read(text)
    how = {"at": at, "policy": "root-zone", "timeout": 600}
    every = list(bits.places(records))
    batch = []
    for place in chance.sample(every, min(count, len(every))):
        flip = (place, chance.randrange(8))
        # Without the apex nothing below can be judged, and a text that is
        # refused hides all else.
        if place.owner == "." or (place.field == "next" and
                                  bits.is_label_length(
                                      records[place.record], place)):
            yield "root", records, [flip], how
            continue
        rrset = (place.owner, place.type)
        if len(batch) == BATCH or rrset in [(other.owner, other.type)
                                            for other, _ in batch]:
            yield "root", records, batch, how
            batch = []
        batch.append(flip)
    if batch:
        yield "root", records, batch, how


def judge(job):
    title, records, flips, how = job
    try:
        bits.judge(records, flips, **how)
    except harness.Failed as why:
        return title, len(flips), str(why)
    return title, len(flips), None


def progress(done, failed, count, start):
    """On a terminal all the time, elsewhere a line for every thousand."""
    said = (f"{done} places, {failed} failed, "
            f"{time.monotonic() - start:.0f} s")
    if sys.stderr.isatty():
        print(f"\r{said} ", end="", file=sys.stderr)
    elif done // 1000 != (done - count) // 1000:
        print(said, flush=True)


def campaign(jobs, processes):
    """Returns how many places passed and how many failed."""
    start = time.monotonic()
    passed = failed = 0
    jobs = iter(jobs)
    with ThreadPoolExecutor(processes) as pool:
        waiting = set()
        while True:
            # Few at a time: a job holds a zone.
            for job in jobs:
                waiting.add(pool.submit(judge, job))
                if len(waiting) >= 2 * processes:
                    break
            if not waiting:
                return passed, failed
            done = next(as_completed(waiting))
            waiting.remove(done)
            title, count, words = done.result()
            if words is None:
                passed += count
            else:
                failed += count
                print(f"failed {title}: {words}", flush=True)
            progress(passed + failed, failed, count, start)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-j", type=int, default=2, metavar="N",
                        help="gates side by side (default 2)")
    parser.add_argument("--places", type=int, default=10000, metavar="N",
                        help="places in the root zone (default 10000)")
    parser.add_argument("--small", type=int, metavar="N",
                        help="only so many places of the small zone")
    parser.add_argument("--seed", type=int, default=bits.SEED)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    _, folder = harness.make_fixtures()
    small = list(jobs_for_small_zone(folder, chance))
    if options.small is not None:
        small = chance.sample(small, options.small)
    print(f"{len(small)} places in a zone of fifty names", flush=True)
    passed, failed = campaign(small, options.j)
    skipped = 0
    if real_zone_tests.folder():
        print(f"{options.places} places in the root zone", flush=True)
        more, worse = campaign(jobs_for_root_zone(options.places, chance),
                               options.j)
        passed, failed = passed + more, failed + worse
    else:
        print("skipped the root zone: ZONEGATE_REAL_ZONES is not set")
        skipped = 1
    print(f"\n{passed} passed, {failed} failed"
          + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
