# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gate, and its peers, say of one damaged zone."""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import harness
import peers
from gate import audit

ASKED = ("dnssec-verify", "ldns-verify-zone", "kzonecheck", "validns")
# How a worker may not end, whatever the zone.
DOWN = ("crashed", "late", "garbled", "asleep")
BAD = ("block", "hold")
ENGINES = ("structure", "ldns", "unbound", "gate")
DEADLINE = 60


@dataclass
class Outcome:
    number: int
    kind: str
    base: str
    what: str
    decision: str = ""      # "refused" if there is no report
    checks: list = field(default_factory=list)      # of findings that stop it
    warnings: list = field(default_factory=list)
    engines: list = field(default_factory=list)     # that saw such a finding
    trouble: str = ""       # what the gate must never do
    reason: str = ""
    peers: dict = field(default_factory=dict)       # name -> accepts
    seconds: float = 0.0

    @property
    def first(self):
        """The engine that stops it first, in the order in which they run, and
        what for."""
        if self.decision in ("release", "disputed", "unjudged", "refused"):
            return self.decision
        for engine in ENGINES:
            if engine in self.engines:
                return engine
        return "nobody"


def in_memory():
    """A folder for zones while they are judged: in memory, if there is room.
    To be used with `with'."""
    shared = Path("/dev/shm")
    return tempfile.TemporaryDirectory(
        prefix="zonegate-campaign-",
        dir=shared if os.access(shared, os.W_OK) else None)


class Bench:
    """Where one process judges zones, and what it knows of the peers."""

    def __init__(self, folder):
        self.path = Path(tempfile.mkdtemp(dir=folder))
        self.accepted = {}

    def file(self, title, octets):
        path = self.path / title
        path.write_bytes(octets)
        return path

    def previous(self, base):
        path = self.path / f"previous-{base.name}"
        if not path.exists():
            path.write_text(base.previous, "latin-1")
        return path

    # ---- peers ----

    def peer_for(self, peer, base):
        """PEER, in the form that accepts the good zone, or None."""
        key = (peer, base.name)
        if key not in self.accepted:
            path = self.file(f"good-{base.name}", base.text.encode("latin-1"))
            self.accepted[key] = next((
                form for form in (peer, f"{peer} -z") if form in peers.PEERS
                and peers.is_there(form)
                and peers.accepts(form, path, base.apex, base.at) is True),
                None)
            path.unlink()
        return self.accepted[key]

    def opinions(self, path, base, asked=ASKED):
        said = {}
        for peer in asked:
            form = self.peer_for(peer, base)
            if form:
                said[peer] = peers.accepts(form, path, base.apex, base.at)
        return said

    # ---- the gate ----

    def audit(self, path, base, alone=False):
        """With the release before and the unsigned copy, unless ALONE."""
        beside = [] if alone else [
            "--previous", self.previous(base),
            *(["--unsigned", base.unsigned] if base.unsigned else [])]
        return audit(path, "--deadline", f"{DEADLINE}s", *beside,
                     *base.options, at=base.at, policy=base.policy,
                     timeout=2 * DEADLINE)

    def judge(self, fault, base, asked=ASKED, alone=False):
        path = self.file(f"fault-{fault.number}", fault.octets)
        outcome = Outcome(fault.number, fault.kind, fault.base, fault.what)
        try:
            result = self.audit(path, base, alone)
            outcome.seconds = result.seconds
            fill(outcome, result)
        except harness.Failed as why:
            outcome.trouble = str(why)
        outcome.peers = self.opinions(path, base, asked)
        path.unlink()
        return outcome


def warning(finding):
    """What tells a warning of the damage from one of the good zone."""
    return (finding["check"], finding["owner"], finding["type"])


def fill(outcome, result):
    if result.status == 64:
        outcome.decision = "refused"
        outcome.reason = result.err.strip()
        if not outcome.reason:
            outcome.trouble = "refused without a word"
        return
    report = result.report
    outcome.decision = report["decision"]
    outcome.reason = report["reason"]
    seen = set()
    for finding in report["findings"]:
        if finding["severity"] in BAD:
            if finding["check"] not in outcome.checks:
                outcome.checks.append(finding["check"])
            seen |= set(finding["seen_by"])
        elif finding["severity"] == "warn":
            outcome.warnings.append(warning(finding))
    outcome.engines = sorted(seen)
    down = [f"{worker.get('name', 'survey')} {worker['end']} {worker['why']}"
            for worker in (report["survey"], *report["validators"])
            if worker["end"] in DOWN]
    # A library that knows no algorithm of the zone has nothing to wake it.
    if "algorithm-unjudgeable" in outcome.checks:
        down = [words for words in down if " asleep " not in words]
    if down:
        outcome.trouble = "; ".join(down)
    elif outcome.decision == "release" and (
            report["agreement"]["disputed"]
            or report["agreement"]["secure"] != report["agreement"]["claims"]):
        outcome.trouble = "released without two passes for every claim"
