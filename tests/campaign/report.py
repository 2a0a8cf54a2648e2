# SPDX-License-Identifier: GPL-3.0-or-later
"""What a campaign found, for people and as JSON."""

import json
from collections import Counter, defaultdict

import verdicts
from judge import ASKED, ENGINES
from peers import CRASHED, LATE

STOPS = ("structure", "ldns", "unbound", "gate", "nobody", "refused",
         "disputed", "unjudged")


def caught(said):
    """What a peer did about a fault: None if it was not asked."""
    if said is None:
        return None
    return {True: "accepted", False: "caught"}.get(said, said)


class Tally:
    """Counts of some part of the faults."""

    def __init__(self):
        self.tried = 0
        self.first = Counter()
        self.seen = Counter()
        self.checks = Counter()
        self.alone = Counter()  # checks without which it were released
        self.peers = {peer: Counter() for peer in ASKED}
        self.survivors = Counter()

    def add(self, outcome, verdict):
        self.tried += 1
        self.first[outcome.first] += 1
        self.seen.update(outcome.engines)
        self.checks.update(outcome.checks)
        if len(outcome.checks) == 1:
            self.alone.update(outcome.checks)
        for peer, said in outcome.peers.items():
            self.peers[peer][caught(said)] += 1
        if verdict:
            self.survivors[verdict] += 1

    @property
    def as_json(self):
        return {"tried": self.tried, "released": self.first["release"],
                "first": dict(self.first), "seen_by": dict(self.seen),
                "checks": dict(self.checks.most_common()),
                "checks_alone": dict(self.alone),
                "survivors": dict(self.survivors),
                "peers": {peer: dict(counts)
                          for peer, counts in self.peers.items()}}


def tallies(outcomes, survivors, key):
    made = defaultdict(Tally)
    for outcome in outcomes:
        verdict = survivors.get(outcome.number, {}).get("verdict")
        made[key(outcome)].add(outcome, verdict)
    return dict(sorted(made.items()))


def of_outcome(outcome):
    return {"number": outcome.number, "kind": outcome.kind,
            "base": outcome.base, "what": outcome.what,
            "decision": outcome.decision, "reason": outcome.reason,
            "first": outcome.first, "engines": outcome.engines,
            "checks": outcome.checks, "trouble": outcome.trouble,
            "peers": {peer: caught(said)
                      for peer, said in outcome.peers.items()}}


def make(outcomes, survivors, about):
    """The whole report as an object; ABOUT is seed, count, versions."""
    all_of = tallies(outcomes, survivors, lambda _: "all").get("all", Tally())
    return {
        **about, "all": all_of.as_json,
        "kinds": {key: tally.as_json for key, tally in tallies(
            outcomes, survivors, lambda each: each.kind).items()},
        "bases": {key: tally.as_json for key, tally in tallies(
            outcomes, survivors, lambda each: each.base).items()},
        "survivors": [survivors[number] for number in sorted(survivors)],
        "disputed": [of_outcome(each) for each in outcomes
                     if each.decision == "disputed"],
        "unjudged": [of_outcome(each) for each in outcomes
                     if each.decision == "unjudged"],
        "trouble": [of_outcome(each) for each in outcomes if each.trouble],
        "peers_fell_over": [of_outcome(each) for each in outcomes
                            if {CRASHED, LATE} & {
                                said for said in each.peers.values()
                                if isinstance(said, str)}],
    }


# ---- for people --------------------------------------------------------------

def text(report):
    out = [f"{report['count']} faults, seed {report['seed']}, "
           f"{report['seconds']:.0f} s\n"]
    out += summary(report["all"])
    out.append(f"\nEach peer, asked of {report['peers_asked_of']} in zones "
               "that it accepts undamaged:\n")
    out += peers(report["all"])
    out.append("\nFaults that each check found, and found alone:\n")
    alone = report["all"]["checks_alone"]
    out += [f"  {check:32} {count:6} {alone.get(check, 0):6}\n"
            for check, count in report["all"]["checks"].items()]
    out.append("\nBy kind of fault: tried, released (harmless, allowed, "
               "bugs), who stops it first,\nand what each peer catches:\n")
    out += table(report["kinds"])
    out.append("\nBy zone:\n")
    out += table(report["bases"])
    out += survivors_text(report["survivors"])
    for title in ("disputed", "unjudged", "trouble", "peers_fell_over"):
        out.append(f"\n{len(report[title])} {title.replace('_', ' ')}\n")
        out += [f"  {row['number']} {row['kind']} {row['base']}: "
                f"{row['what'][:160]}\n"
                f"    {row['trouble'] or row['reason']} {row['peers']}\n"
                for row in report[title]]
    return "".join(out)


def summary(row):
    return ([f"  {count:6} {title}\n" for title, count in (
        ("released", row["released"]),
        *((f"of them {verdict}", row["survivors"].get(verdict, 0))
          for verdict in (verdicts.HARMLESS, verdicts.ALLOWED,
                          verdicts.BUG)),
        *((f"stopped first by {engine}" if engine in ENGINES else engine,
           row["first"].get(engine, 0)) for engine in STOPS),
        *((f"seen by {engine}", row["seen_by"].get(engine, 0))
          for engine in ENGINES))])


def peers(row):
    return [f"  {peer:18} {counts.get('caught', 0):6} caught, "
            f"{counts.get('accepted', 0):6} accepted, "
            f"{counts.get('crashed', 0):3} crashed, "
            f"{counts.get('late', 0):3} late\n"
            for peer, counts in row["peers"].items()]


def table(rows):
    width = max(map(len, rows), default=0)
    for title, row in rows.items():
        kept = row["survivors"]
        first = ", ".join(f"{engine} {row['first'][engine]}"
                          for engine in STOPS if row["first"].get(engine))
        said = ", ".join(
            f"{peer} {counts.get('caught', 0)}/{sum(counts.values())}"
            for peer, counts in row["peers"].items() if counts)
        yield (f"  {title:{width}} {row['tried']:5} {row['released']:4} "
               f"({kept.get(verdicts.HARMLESS, 0)}, "
               f"{kept.get(verdicts.ALLOWED, 0)}, "
               f"{kept.get(verdicts.BUG, 0)})  {first}; {said}\n")


def survivors_text(rows):
    out = [f"\n{len(rows)} released\n"]
    for row in rows:
        out.append(f"  {row['verdict']} {row['number']} {row['kind']} "
                   f"{row['base']}: {row['what'][:160]}\n"
                   f"    {row['evidence']}\n")
    return out


def write(report, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    (folder / "report.txt").write_text(text(report))
