#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The campaign: seeded single faults in the good fixtures.  None may be
released unless real nameservers answer as for the good zone, or the policy
allows the change.  Writes report.json and report.txt."""

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "program")]

import harness  # noqa: E402
import bases  # noqa: E402
import crew  # noqa: E402
import faults  # noqa: E402
import mutations  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import verdicts  # noqa: E402
from court import servers  # noqa: E402
from judge import ASKED  # noqa: E402

COUNT = 10000
SEED = 20260105
# What a test run tries: zones of every sort, and not others when others come.
SLICE = 150
SLICE_BASES = ("hosts-nsec-knot", "hosts-nsec3-bind", "hosts-optout-bind",
               "deep-nsec3-ldns", "deep-optout-knot", "csk-bind",
               "old-two-zsks", "old-two-algorithms", "shapes-optout",
               "registry-optout", "reverse6-nsec-ldns", "zonemd-knot-optout",
               "roll-zsk-knot-active", "roll-ksk-bind-submitted",
               "tld-centralnic-2021", "root-default-policy")
# As many versions of one zone stand before the court at once.
DOCK = 10
EVERY = 500


class Progress:
    """On a terminal all the time, elsewhere a line for every few hundred."""

    def __init__(self, title, count):
        self.title, self.count = title, count
        self.start = time.monotonic()
        self.done = 0

    def step(self, number, words=""):
        before, self.done = self.done, self.done + number
        spent = time.monotonic() - self.start
        left = spent / self.done * (self.count - self.done)
        said = (f"{self.title} {self.done} of {self.count}{words}, "
                f"{spent:.0f} s, {left:.0f} s left")
        if sys.stderr.isatty():
            print(f"\r{said}\033[K", end="\n" if self.done == self.count
                  else "", file=sys.stderr, flush=True)
        elif before // EVERY != self.done // EVERY:
            print(said, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, metavar="N",
                        help=f"faults to try (default {COUNT})")
    parser.add_argument("--seed", default=str(SEED),
                        help="of all that is left to chance")
    parser.add_argument("--kinds", nargs="+", default=(), metavar="WORD",
                        help="only kinds with one of these words in them")
    parser.add_argument("--bases", nargs="+", default=(), metavar="WORD",
                        help="only zones with one of these words in them")
    parser.add_argument("--slice", action="store_true",
                        help=f"the {SLICE} faults that a test run tries")
    parser.add_argument("--only", type=int, nargs="+", metavar="NUMBER",
                        help="only the faults with these numbers")
    parser.add_argument("--peers", type=int, default=1, metavar="N",
                        help="ask the peers of every Nth fault; 0: of none")
    parser.add_argument("--list", action="store_true",
                        help="list the kinds and end")
    parser.add_argument("-j", type=int, default=2, metavar="N",
                        help="processes (default 2)")
    parser.add_argument("--output", type=Path, metavar="FOLDER",
                        help="for the reports (default BUILD/campaign)")
    options = parser.parse_args()
    if options.slice:
        options.count, options.bases, options.peers = SLICE, SLICE_BASES, 5
    return options


def plan_of(options):
    manifest, folder = harness.make_fixtures()
    kinds = [kind for kind in mutations.load() if not options.kinds
             or any(word in kind for word in options.kinds)]
    zones = bases.load(manifest, folder, options.bases)
    if not kinds or not zones:
        sys.exit("no such kinds, or no such zones")
    return faults.Plan(options.seed, kinds, zones)


def try_all(workers, plan, numbers, options):
    """Outcomes in the order of their numbers, and kinds without a place."""
    progress = Progress("tried", len(numbers))
    outcomes, nowhere, released = [], set(), 0
    asked = [(number, options.peers > 0 and number % options.peers == 0)
             for number in numbers]
    for outcome in workers.imap_unordered(crew.try_one, asked, chunksize=4):
        if isinstance(outcome, str):
            nowhere.add(outcome)
        else:
            outcomes.append(outcome)
            released += outcome.decision == "release"
            if outcome.trouble:
                print(f"trouble {outcome.number} {outcome.kind} "
                      f"{outcome.base}: {outcome.trouble}", flush=True)
        progress.step(1, f", {released} released")
    return sorted(outcomes, key=lambda each: each.number), nowhere


def check_goods(workers, plan):
    """(what each good zone is warned of, what is wrong with any)."""
    progress = Progress("good zones", len(plan.bases))
    warned, wrong = {}, {}
    for title, warnings, words in workers.imap_unordered(crew.check_good,
                                                       sorted(plan.bases)):
        warned[title] = warnings
        if words:
            wrong[title] = words
            print(f"failed {title}: not released undamaged {words}",
                  flush=True)
        progress.step(1)
    return warned, wrong


def hear_all(workers, outcomes, warned):
    """The survivors, by number: what became of each.  WARNED is what
    the good zones are warned of too."""
    docks = defaultdict(list)
    for outcome in outcomes:
        if outcome.decision == "release" and not outcome.trouble:
            docks[outcome.base].append(outcome)
    sessions = [(base, waiting[start:start + DOCK], warned[base])
                for base, waiting in sorted(docks.items())
                for start in range(0, len(waiting), DOCK)]
    if not sessions:
        return {}
    progress = Progress("heard", sum(len(dock) for _, dock, _ in sessions))
    survivors = {}
    for rows in workers.imap_unordered(crew.hear, sessions):
        for row in rows:
            survivors[row["number"]] = row
        progress.step(len(rows))
    return survivors


def missing_programs(options):
    """Nobody is to take silence for consent."""
    return [program for program in servers.KINDS
            if not servers.is_there(program)] + [
        peer for peer in (ASKED if options.peers else ())
        if not peers.is_there(peer)]


def main():
    options = arguments()
    if options.list:
        print("\n".join(sorted(mutations.load())))
        return
    missing = missing_programs(options)
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}")
    started = time.monotonic()
    plan = plan_of(options)
    output = options.output or harness.build_folder() / "campaign"
    numbers = options.only or range(options.count)
    print(f"{len(numbers)} faults of {len(plan.kinds)} kinds in "
          f"{len(plan.bases)} good zones, seed {options.seed}", flush=True)
    with crew.hired(plan, options.j, output) as workers:
        warned, wrong = check_goods(workers, plan)
        outcomes, nowhere = try_all(workers, plan, numbers, options)
        survivors = hear_all(workers, outcomes, warned)
    made = report.make(outcomes, survivors, {
        "seed": options.seed, "count": len(outcomes),
        "seconds": time.monotonic() - started,
        "peers_asked_of": "every fault" if options.peers == 1 else
                          f"one fault in {options.peers}",
        "without_a_place": sorted(nowhere), "not_released_undamaged": wrong})
    report.write(made, output)
    sys.exit(say(made, outcomes, output))


def say(made, outcomes, output):
    bugs = [row for row in made["survivors"]
            if row["verdict"] == verdicts.BUG]
    print("".join(report.summary(made["all"]) + report.peers(made["all"])))
    for row in bugs:
        print(f"failed {row['number']} {row['kind']} {row['base']}: "
              f"{row['what'][:300]}\n    {row['evidence'][:600]}")
    print(f"{output}/report.txt says more")
    failed = (len(bugs) + len(made["not_released_undamaged"])
              + sum(bool(each.trouble) for each in outcomes))
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    main()
