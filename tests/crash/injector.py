# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call that makes something durable, failing or being the last."""

import contextlib
import random
import signal
import threading
import time

from candidates import NSEC3_WANTED, Signer
from gate import Failed, Gate, Gone, check, until
from invariants import (Memory, check_all, check_files, check_leftovers,
                        check_released)

KINDS = ("kill", "torn", "enospc", "enospc-once", "eio-once")
ZONES = ("one.", "held.")
MORE = """
http {{ enabled = false }}
defaults {{ hook true {{ command = {{"/bin/true"}} }} }}
zone "one." {{ }}
zone "held." {{ policy = "{nsec3}" }}
"""
# About how many calls the scenario makes: for samples.  `take', a process of
# its own, makes fewer.
CALLS = 480
CALLS_OF_TAKE = 8
# How long a scenario may go on without an end, for faults that it may not
# come out of before there is room again; and for those that it must.
GIVE_UP_S = 2
RECOVER_S = 150


class Ended(Exception):
    """The fault ended the daemon."""


class Point:
    """The scenario with a fault: WHAT at call N of the daemon, or of a
    child."""

    def __init__(self, build, candidates, number, what, child, thorough):
        self.number, self.what, self.child = number, what, child
        self.thorough = thorough
        self.candidates = candidates
        self.memory = Memory(ZONES)
        self.gate = Gate(build, MORE, {"ZONEGATE_CANARIES": "0"},
                         nsec3=NSEC3_WANTED)
        self.approved = False
        self.name = (f"{'take' if child else 'daemon'}:any:{number}:{what}")

    # ---- the scenario ----

    def alive(self):
        if not self.gate.alive():
            raise Ended(self.gate.process.returncode)

    def must_recover(self):
        """One failed call must not need a hand, in whatever process."""
        return self.thorough and self.what.endswith("-once") and not self.child

    def wait(self, holds):
        """False if it does not come."""
        patience = RECOVER_S if self.must_recover() else GIVE_UP_S
        end = time.monotonic() + patience
        while not holds():
            self.alive()
            if time.monotonic() > end:
                check(not self.must_recover(), "it does not recover:",
                      self.why())
                return False
            time.sleep(0.02)
        return True

    def why(self):
        with contextlib.suppress(OSError, ValueError):
            status = self.gate.status()
            return status["alarms"], [self.gate.candidates(zone)
                                      for zone in ZONES]
        return "it does not answer"

    def is_out(self, candidate):
        found = self.gate.released(candidate.zone)
        return found is not None and found[0] == candidate.sha256

    def spool(self, candidate):
        self.memory.hand(candidate)
        path = self.gate.spool(candidate, f"{candidate.serial}")
        return self.wait(lambda: not path.exists())

    def submit(self, candidate):
        self.memory.hand(candidate)
        if self.gate.submit(candidate, f"{candidate.serial}"):
            self.memory.acknowledge(candidate)
            return True
        return False

    def row(self, candidate):
        """What the ledger has of it, or None."""
        rows = self.gate.ask("candidates", zone=candidate.zone)
        return next((row for row in rows["candidates"]
                     if row["sha256"] == candidate.sha256), None)

    def approve(self, candidate):
        """True if somebody's word was taken, now or before."""
        row = self.row(candidate)
        if row is None or row["state"] in ("waiting", "judging"):
            return False
        if row["state"] != "held":
            return True
        self.memory.approved.add(candidate.sha256)
        done = self.gate.run("approve", "--state", self.gate.state,
                             "--reason", "as agreed", row["id"])
        self.approved = self.approved or done.returncode == 0
        return self.approved

    def asks(self, question, *arguments):
        """The same, where a daemon that does not answer is to be waited
        for."""
        try:
            return question(*arguments)
        except (OSError, ValueError):
            return False

    def scenario(self):
        """From an empty state to the third release; True if it came so
        far."""
        first, second, third = self.candidates
        try:
            self.gate.ready()
        except Gone as gone:
            raise Ended(*gone.args) from None
        if not self.spool(first):
            return False
        self.memory.acknowledge(first)
        return (self.wait(lambda: self.is_out(first))
                and self.wait(lambda: self.submit(second))
                and self.wait(lambda: self.is_out(second))
                and self.wait(lambda: self.submit(third))
                and self.wait(lambda: self.asks(self.approve, third))
                and self.wait(lambda: self.is_out(third)))

    # ---- afterwards ----

    def how_it_ended(self):
        """True if the fault ended the daemon; what else may not end it."""
        check(self.gate.process.returncode in (-signal.SIGKILL, 3),
              "it ended with", self.gate.process.returncode)
        if self.gate.process.returncode == 3:
            check("once" in self.what or self.what == "enospc",
                  "it gave up:", self.gate.out.read_text())

    def run(self):
        """Returns whether the daemon lived through the scenario."""
        name = ("ZONEGATE_CHILD_DISK_FAULT" if self.child
                else "ZONEGATE_DISK_FAULT")
        self.gate.start(**{name: f"any:{self.number}:{self.what}"})
        lived = False
        try:
            lived = self.scenario()
        except Ended:
            self.how_it_ended()
        if self.gate.alive():
            if self.number % 2:
                self.gate.kill()
            else:
                check(self.gate.stop() in (0, 3, -signal.SIGKILL),
                      "it ended with", self.gate.process.returncode)
        else:
            self.gate.hang_up()
        check_files(self.gate, self.memory)
        self.go_on()
        return lived

    def go_on(self):
        """There is room again."""
        self.gate.restart()
        first, second, third = self.candidates
        known = {row["sha256"]
                 for rows in check_all(self.gate, self.memory).values()
                 for row in rows if row["state"] != "discarded"}
        for candidate in self.candidates:
            if candidate.sha256 not in known:
                until(lambda c=candidate: self.submit(c), self.why)
                known.add(candidate.sha256)
            if candidate is third and not self.approved:
                until(lambda: self.approve(third), self.why)
            if candidate is first and second.sha256 in known:
                continue
            steps = check_released(self.gate, candidate, RECOVER_S)
            check([step["name"] for step in steps] == ["true"], "steps:",
                  steps)
        check_all(self.gate, self.memory)
        check_leftovers(self.gate)
        check(self.gate.stop() == 0, "it did not end well")
        self.gate.check_output()


class Injector:
    def __init__(self, build, keys, thorough):
        one, held = ZONES
        signer = Signer(one, keys)
        self.candidates = (signer.good(), signer.good(),
                           Signer(held, keys, "hold").good())
        self.build, self.thorough = build, thorough

    def run(self, number, what, child):
        """Returns whether the daemon lived through it."""
        point = Point(self.build, self.candidates, number, what, child,
                      self.thorough)
        try:
            lived = point.run()
        except Failed as why:
            raise Failed(f"{point.name}: {why} (see {point.gate.folder})")
        finally:
            if point.gate.alive():
                point.gate.kill()
        point.gate.remove()
        return lived


def sample(seed, wanted):
    """[(number, what, child)]"""
    rng = random.Random(seed)
    return [((rng.randrange(1, CALLS_OF_TAKE), what, True)
             if rng.random() < 0.2 else
             (rng.randrange(1, CALLS), what, False))
            for what in (rng.choice(KINDS) for _ in range(wanted))]


class Every:
    """All points, until no call has that number any more."""

    LIVED_MOST = 6

    def __init__(self):
        self.lock = threading.Lock()
        self.lived = {}
        self.ends = set()

    def points(self):
        for child in (True, False):
            last = None
            for what in KINDS:
                number = 0
                while (number := number + 1):
                    key = (what, child)
                    with self.lock:
                        if what == "kill" and self.lived.get(key, 0) \
                                >= self.LIVED_MOST:
                            last = number
                            break
                    if what != "kill" and number >= last:
                        break
                    if child and number > CALLS_OF_TAKE:
                        last = last or number
                        break
                    yield number, what, child

    def note(self, what, child, lived):
        with self.lock:
            self.lived[what, child] = (self.lived.get((what, child), 0) + 1
                                       if lived else 0)
