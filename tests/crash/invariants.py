# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of a state directory, whatever ended whenever."""

import json
import os

from gate import Failed, check, until
from candidates import is_newer

# States in which a candidate was passed.
PASSED = ("releasing", "released", "replaced")
# What a writer that was stopped leaves; gone when the daemon is up again.
LEFTOVER = ".zonegate-new-"


class Memory:
    """What was handed in, what was said to it, what was seen."""

    def __init__(self, zones):
        self.zones = zones
        self.handed = {}        # SHA-256: candidate, whatever was said to it
        self.acknowledged = []  # candidates, as acknowledged
        self.approved = set()   # SHA-256 of what a person asked to release
        self.serials = {}       # zone: the last serial seen in the outbox
        self.pushed = []        # (zone, SHA-256) as a mirror got them

    def hand(self, candidate):
        self.handed[candidate.sha256] = candidate

    def acknowledge(self, candidate):
        self.acknowledged.append(candidate)

    def may_be_out(self, zone, sha256):
        """Fails unless these octets may be published."""
        candidate = self.handed.get(sha256)
        check(candidate, zone, "has octets that nobody handed in:", sha256)
        check(candidate.zone == zone, zone, "has another zone:", candidate)
        check(candidate.kind == "good"
              or (candidate.kind == "hold" and sha256 in self.approved),
              "this was released:", candidate)


def check_files(gate, memory):
    """At any instant: what distribution can see."""
    wanted = set()
    for zone in memory.zones:
        wanted |= {gate.file_name(zone, kind).name
                   for kind in ("zone", "manifest")}
        found = gate.released(zone)
        if found is None:
            check(zone not in memory.serials, zone, "is gone from the outbox")
            continue
        sha256, serial = found
        memory.may_be_out(zone, sha256)
        before = memory.serials.get(zone, serial)
        check(serial == before or is_newer(serial, before),
              zone, "went back from", before, "to", serial)
        memory.serials[zone] = serial
    outbox = gate.state / "outbox"
    names = set(os.listdir(outbox)) if outbox.is_dir() else set()
    others = {name for name in names - wanted
              if not name.startswith(LEFTOVER)}
    check(not others, "the outbox has", others)
    for zone, sha256 in memory.pushed:
        memory.may_be_out(zone, sha256)


def verify(gate, *words):
    done = gate.run(*words)
    check(done.returncode == 0, *words, "says", done.returncode,
          done.stdout, done.stderr)


def check_manifests(gate, zone):
    """The manifest is good, speaks of the file, and ends the chain.  Returns
    what it says, or None if nothing was released."""
    file, manifest = (gate.file_name(zone, kind)
                      for kind in ("zone", "manifest"))
    check(file.exists() == manifest.exists(), zone, "has in the outbox:",
          sorted(os.listdir(gate.state / "outbox")))
    if not file.exists():
        return None
    key = gate.state / "keys/manifest.pub"
    chain = gate.state / "manifests" / zone.rstrip(".")
    verify(gate, "manifest", "verify", "--key", key, "--chain", chain,
           manifest, file)
    shown = gate.run("manifest", "show", "--key", key, manifest)
    check(shown.returncode == 0, "manifest show:", shown.stderr)
    return json.loads(shown.stdout)


def rows_of(gate, memory):
    return {zone: gate.candidates(zone) for zone in memory.zones}


def check_ledger(memory, zone, rows):
    """Nothing bad passed, nothing undecided passed, one is released."""
    newest = rows[0]["id"] if rows else 0
    acknowledged = {candidate.sha256 for candidate in memory.acknowledged}
    for row in rows:
        if row["state"] in PASSED:
            memory.may_be_out(zone, row["sha256"])
            kind = memory.handed[row["sha256"]].kind
            check(row["decision"] == ("release" if kind == "good" else "hold"),
                  "passed by another decision:", row)
        if row["state"] == "released":
            wanted = ("verdict" if row["decision"] == "release"
                      else "approval")
            check(row["released_by"] == wanted, "released by another:", row)
        if row["state"] == "superseded":
            by = row["superseded_by"]
            check(by and row["id"] < by <= newest, "superseded by none:", row)
        # A ledger whose disk failed it may know after all, at its next
        # start, what it had refused; nobody was told that it was in.
        check(row["state"] != "discarded"
              or row["sha256"] not in acknowledged
              or any(other["id"] > row["id"]
                     and other["sha256"] == row["sha256"] for other in rows),
              "lost:", row)
    check(sum(row["state"] == "released" for row in rows) <= 1,
          zone, "has several released")


def check_kept(memory, rows):
    """What was acknowledged is in the ledger."""
    known = {zone: {row["sha256"] for row in of_zone}
             for zone, of_zone in rows.items()}
    for candidate in memory.acknowledged:
        check(candidate.kind == "junk"
              or candidate.sha256 in known[candidate.zone],
              "acknowledged, and lost:", candidate)


def check_log(gate, rows, manifests):
    """The chain holds, and every candidate and whatever is out is in it."""
    verify(gate, "log", "verify", "--state", gate.state)
    told, known = set(), set()
    with open(gate.state / "log/audit.log", encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            number = (entry["data"] or {}).get("candidate")
            known.add(number)
            if entry["type"] == "zone.released":
                told.add(number)
    for zone, of_zone in rows.items():
        for row in of_zone:
            check(row["id"] in known
                  and (row["state"] not in ("released", "replaced")
                       or row["id"] in told), "not in the log:", row)
        manifest = manifests[zone]
        released = [row for row in of_zone if row["state"] == "released"]
        check(bool(released) == bool(manifest), zone, "manifest", manifest,
              "ledger", released)
        if manifest:
            check(released[0]["id"] == manifest["candidate"]
                  and released[0]["sha256"] == manifest["sha256"]
                  and released[0]["released_by"] == manifest["released_by"],
                  "the manifest says", manifest, "the ledger", released[0])
            check(bool(manifest.get("approvals"))
                  == (manifest["released_by"] == "approval"),
                  "approvals in", manifest)


def check_leftovers(gate):
    """Nothing that was never finished stays behind; what is being written
    now goes away by itself."""
    def left():
        return [os.path.join(folder, name)
                for folder, _, names in os.walk(gate.state) for name in names
                if name.startswith(LEFTOVER)]
    until(lambda: not left(), lambda: f"left behind: {left()}", 30)


def is_quiet(gate):
    """True if nothing is on its way in, and nothing on its way out."""
    folders = [gate.state / "upload", *(gate.state / "spool").iterdir()]
    for folder in folders:
        for name in os.listdir(folder):
            if not name.startswith("."):
                return False
    return True


def check_all(gate, memory):
    """Once the daemon is up and has taken in what lay there."""
    until(lambda: is_quiet(gate), "spool and upload are not emptied")

    def at_rest():
        rows = rows_of(gate, memory)
        return None if any(row["state"] == "releasing"
                           for of_zone in rows.values()
                           for row in of_zone) else rows
    while True:
        rows = until(at_rest, "a release does not end")
        failed = None
        try:
            manifests = {zone: check_manifests(gate, zone)
                         for zone in memory.zones}
        except Failed as why:
            failed = why
        # Something may have been released between two looks.
        if until(at_rest, "a release does not end") == rows:
            break
    if failed:
        raise failed
    check_files(gate, memory)
    for zone, of_zone in rows.items():
        check_ledger(memory, zone, of_zone)
    check_kept(memory, rows)
    check_log(gate, rows, manifests)
    return rows


def check_released(gate, candidate, patience):
    """CANDIDATE gets into the outbox by itself, and its steps are done."""
    def out():
        found = gate.released(candidate.zone)
        return found and found[0] == candidate.sha256

    def why():
        zones = gate.status()
        return (f"{candidate} is not released: {zones['gate']},"
                f" {zones['alarms']}, {gate.candidates(candidate.zone)[:3]}")
    until(out, why, patience)

    def row():
        for known in gate.candidates(candidate.zone):
            if known["sha256"] == candidate.sha256:
                return known
        raise Failed("not in the ledger:", candidate)
    until(lambda: row()["state"] == "released", why, patience)

    def undone():
        whole = gate.ask("candidate", id=row()["id"])["candidate"]
        return [step for step in whole["steps"] if step["state"] != "done"]
    until(lambda: not undone(), lambda: f"not done: {undone()}", patience)
    return gate.ask("candidate", id=row()["id"])["candidate"]["steps"]
