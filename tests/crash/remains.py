# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon finds at its start that no random instant leaves behind."""

import os
import signal
import threading

from candidates import NSEC3_WANTED, Signer
from gate import Gate, check, descendants, kill, until

MORE = """
http {{ enabled = false }}
zone "one." {{ }}
"""


class Remains:
    def __init__(self, build, keys):
        self.build, self.keys = build, keys
        self.lock = threading.Lock()

    def signer(self):
        with self.lock:
            return Signer("one.", self.keys)

    def gate(self, **environment):
        return Gate(self.build, MORE, environment, nsec3=NSEC3_WANTED)

    @staticmethod
    def is_out(gate, candidate):
        found = gate.released(candidate.zone)
        return found is not None and found[0] == candidate.sha256

    def lost_octets_may_come_again(self):
        """The file of a candidate that nobody has judged is gone."""
        candidate = self.signer().good()
        gate = self.gate()
        gate.start()
        gate.ready()
        # Before the canaries are through.
        check(gate.submit(candidate, "first"), "not taken in")
        gate.kill()
        for name in os.listdir(gate.state / "candidates/one"):
            (gate.state / "candidates/one" / name).unlink()
        gate.restart()
        (row,) = gate.candidates("one.")
        check(row["state"] == "discarded", "without octets it is", row)
        check(gate.submit(candidate, "again"), "not taken in again")
        until(lambda: self.is_out(gate, candidate), gate.status)
        gate.remove()

    def all_that_was_on_its_way_comes_in(self):
        """More files than are taken in at once."""
        signer = self.signer()
        candidates = [signer.good() for _ in range(40)]
        gate = self.gate(ZONEGATE_CANARIES="0")
        (gate.state / "upload").mkdir(parents=True)
        for number, candidate in enumerate(candidates):
            (gate.state / "upload" / f"one,{number + 1:020d}.spool"
             ).write_bytes(candidate.sent)
        gate.start()
        gate.ready()
        until(lambda: not os.listdir(gate.state / "upload"),
              lambda: os.listdir(gate.state / "upload"))
        until(lambda: self.is_out(gate, candidates[-1]), gate.status)
        known = {row["sha256"] for row in gate.candidates("one.")}
        check(known == {candidate.sha256 for candidate in candidates},
              "lost:", len(candidates) - len(known))
        gate.remove()

    def a_killed_canary_is_judged_again(self):
        """Nobody is told that the gate is broken."""
        gate = self.gate()
        gate.start()
        gate.ready()

        def killed():
            for pid, started, words in descendants(gate.process.pid):
                if ("audit" in words and "/canaries/" in words[-1]
                        and kill(pid, started)):
                    return True
            check(not gate.status()["gate"]["canary_at"], "came too late")
            return False
        until(killed, "no canary is judged")
        until(lambda: gate.status()["gate"]["canary_at"], "no end")
        said = gate.status()["gate"]
        check(said["state"] == "ok", said)
        check(gate.stop(signal.SIGTERM) == 0, "it did not end well")
        gate.remove()

    def tests(self):
        return (self.lost_octets_may_come_again,
                self.all_that_was_on_its_way_comes_in,
                self.a_killed_canary_is_judged_again)
