# SPDX-License-Identifier: GPL-3.0-or-later
"""The structure engine has no second opinion when it runs; here it gets two:
dnssec-verify and kzonecheck judge all fixtures, and a sample of a campaign's
faults.  Where they differ from zonegate, peer_table.py says why, or it is a
bug."""

import sys
from collections import defaultdict

import peers
from harness import ROOT, Skip, check
from peer_table import (
    BIND, BLIND, MENDED, NOT_ASKED, PEERS, REFUSED, REFUSED_KINDS, SOMETIMES,
    STRICTER)

from fixtures import AT

sys.path.append(str(ROOT / "tests" / "campaign"))

import bases  # noqa: E402
import faults  # noqa: E402
import judge  # noqa: E402
import mutations  # noqa: E402

FAULTS = 100
SEED = 5155
# Each RRset with one signature: peers are content with one that is good.
BASES = ("hosts-nsec-bind", "hosts-nsec3-knot", "hosts-optout-ldns",
         "deep-nsec3-bind", "deep-optout-knot", "csk-ldns", "shapes-nsec3",
         "registry-optout", "hosts-nsec3-rsa", "zonemd-knot")

NEVER = {row for rows in NOT_ASKED.values() for row in rows}


def add_to(suite, manifest, folder):
    suite.add("peers are there", peers_are_there)
    by_check = defaultdict(list)
    for row in manifest["fixtures"]:
        if 0 in row["exit"] and row["check"] == "":
            suite.add(f"peers on {row['name']}", accept, row)
        elif row["check"] not in ("", *NEVER):
            by_check[row["check"]].append(row)
    for title, rows in sorted(by_check.items()):
        suite.add(f"peers on faults of {title}", differ_as_told, title, rows)
    plan = Sample(manifest, folder)
    for number in range(FAULTS):
        suite.add(f"peers on campaign fault {number}", plan.agree, number)


def peers_are_there():
    for peer in PEERS:
        check(peers.is_there(peer), peer, "is not installed")


def says(peer, row):
    """Whether PEER accepts the zone; BIND has a switch for CSKs."""
    if not peers.is_there(peer):
        raise Skip(f"no {peer}")
    csk = (row["base"] or row["name"]).startswith(("csk", "roll-csk"))
    form = f"{peer} -z" if csk and peer == BIND else peer
    return peers.accepts(form, row["file"], row["zone"],
                         row.get("at", AT)) is True


# ---- fixtures ----------------------------------------------------------------

def accept(row):
    """Of a zone of which zonegate finds nothing worth a word."""
    for peer in PEERS:
        why = REFUSED[peer].get(row["name"])
        if says(peer, row):
            check(why is None, peer, "accepts it, but the table says:", why)
        else:
            check(why, peer, "refuses it")


def differ_as_told(title, rows):
    """Of all fixtures of one check, some bad and some good."""
    for peer in PEERS:
        blind, stricter = [], []
        for row in rows:
            accepted = says(peer, row)
            if accepted and 0 not in row["exit"]:
                blind.append(row["name"])
            elif not accepted and 0 in row["exit"] and (
                    row["name"] not in REFUSED[peer]):
                stricter.append(row["name"])
        tell(peer, "does not see", blind, BLIND[peer].get(title))
        tell(peer, "refuses", stricter, STRICTER[peer].get(title))


def tell(peer, verb, names, why):
    if why is None:
        check(not names, peer, verb, ", ".join(names))
    else:
        check(names, peer, verb, "none, but the table says:", why)


# ---- a sample of a campaign --------------------------------------------------

class Sample:
    """Faults of all kinds that leave records, in zones that do not change when
    others come."""

    def __init__(self, manifest, folder):
        self.manifest, self.folder = manifest, folder
        self.plan = None

    def prepare(self):
        kinds = [kind for kind in mutations.load()
                 if not kind.startswith("octets/")]
        zones = [base for base in bases.load(self.manifest, self.folder, BASES)
                 if base.name in BASES]
        check(len(zones) == len(BASES), "there are only",
              [base.name for base in zones])
        self.plan = faults.Plan(SEED, kinds, zones)
        return self.plan

    def agree(self, number):
        plan = self.plan or self.prepare()
        fault = plan.fault(number)
        if isinstance(fault, str):
            raise Skip(f"no zone has a place for {fault}")
        with judge.in_memory() as folder:
            outcome = judge.Bench(folder).judge(
                fault, plan.bases[fault.base], PEERS, alone=True)
        check(not outcome.trouble, fault.kind, fault.what, outcome.trouble)
        for peer, accepted in outcome.peers.items():
            if (accepted is True) != (outcome.decision == "release"):
                check(explains(peer, outcome), fault.kind, fault.base,
                      fault.what, "zonegate:", outcome.decision,
                      outcome.checks, peer, "accepts it" if accepted is True
                      else "refuses it")


def ids(checks):
    return {title.replace("-", "_") for title in checks}


def explains(peer, outcome):
    if outcome.decision == "release":
        return outcome.kind in REFUSED_KINDS[peer] or bool(
            ids(title for title, *_ in outcome.warnings)
            & set(STRICTER[peer]))
    found = ids(outcome.checks)
    known = NEVER | set(BLIND[peer]) | set(SOMETIMES[peer])
    return found <= known or bool(found & set(MENDED[peer]))
