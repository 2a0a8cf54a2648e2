# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random instants, while candidates keep coming."""

import contextlib
import hashlib
import random
import re
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from candidates import NSEC3_WANTED, Signer
from gate import (PATIENCE, TOKEN, Gate, Gone, check, descendants, kill,
                  stat_of, until)
from invariants import (Memory, check_all, check_files, check_leftovers,
                        check_released)

# A name, how often it is the target, and what its command line has.
TARGETS = (
    ("daemon", 50, None),
    ("http", 6, "/zonegate-http"),
    ("notify", 6, "/zonegate-notify"),
    ("take", 8, "/zonegate take "),
    ("audit", 10, "/zonegate audit "),
    ("survey", 5, "/zonegate-survey"),
    ("ldns", 5, "/zonegate-ldns"),
    ("unbound", 5, "/zonegate-unbound"),
    ("hook", 3, "/bin/sleep 0.05"),
    ("veto", 2, "/bin/sleep 0.06"),
)
# Rounds between two looks whether all is well without a hand.
SETTLE_EVERY = 12

MORE = """
http {{ listen = {{"127.0.0.1:0"}} }}
token signer {{ sha256 = "{token}" role = submitter zones = {{"*"}} }}
webhook pager {{ url = "http://127.0.0.1:{port}/hook" }}
defaults {{
    push mirror {{ url = "http://127.0.0.1:{port}/{{zone}}" }}
    hook slow {{ command = {{"/bin/sleep", "0.05"}} }}
}}
zone "plain." {{ }}
zone "veto." {{ veto slow {{ command = {{"/bin/sleep", "0.06"}} }} }}
zone "held." {{ policy = "{nsec3}" }}
"""


class Mirror(BaseHTTPRequestHandler):
    """Gets pushes and alarms."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        octets = self.rfile.read(length)
        if len(octets) < length:
            # Whoever pushed has been killed: no mirror would take this.
            self.close_connection = True
            return
        if self.command == "PUT":
            self.server.memory.pushed.append(
                (self.path[1:], hashlib.sha256(octets).hexdigest()))
        self.send_response(204)
        self.end_headers()

    do_PUT = do_POST = answer

    def log_message(self, *_):
        pass


class Mirrors(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever pushed has been killed."""


class Lane:
    """A state directory through its many ends."""

    def __init__(self, build, seed, keys, quick):
        self.rng = random.Random(seed)
        self.quick = quick
        self.memory = Memory(("plain.", "veto.", "held."))
        self.mirror = Mirrors(("127.0.0.1", 0), Mirror)
        self.mirror.memory = self.memory
        threading.Thread(target=self.mirror.serve_forever, daemon=True).start()
        environment = {"ZONEGATE_CANARIES": "0"} if quick else {}
        self.gate = Gate(
            build, MORE, environment, nsec3=NSEC3_WANTED,
            token=hashlib.sha256(TOKEN.encode()).hexdigest(),
            port=self.mirror.server_port)
        self.signers = {
            zone: Signer(zone, keys, "hold" if zone == "held." else "good")
            for zone in self.memory.zones}
        self.counts = {name: 0 for name, _, _ in TARGETS}
        self.story = []
        self.round = 0
        self.files = 0

    def close(self, keep):
        self.mirror.shutdown()
        self.mirror.server_close()
        if keep:
            if self.gate.alive():
                self.gate.kill()
            return
        self.gate.remove()

    def tell(self, *words):
        self.story.append(" ".join(map(str, (f"{time.time():.3f}", *words))))

    # ---- feeding ----

    def candidate(self):
        zone = self.rng.choice(self.memory.zones)
        signer = self.signers[zone]
        packed = self.rng.random() < 0.3
        kind = self.rng.choices(("good", "bad", "junk", "old"),
                                (60, 25, 5, 10))[0]
        return (signer.good(packed) if kind == "good" else
                signer.bad(self.rng, packed) if kind == "bad" else
                signer.junk(self.rng) if kind == "junk" else
                signer.old(self.rng))

    def plan(self):
        """[(seconds to wait, candidate, how)]"""
        return [(self.rng.choice((0, 0, 0.02, 0.1, 0.3)), self.candidate(),
                 self.rng.choice(("spool", "submit", "http")))
                for _ in range(self.rng.randrange(1, 6))]

    def hand_in(self, candidate, how):
        """True if it is acknowledged; in the spool: once it has gone."""
        self.files += 1
        name = f"{self.files:06d}"
        self.memory.hand(candidate)
        if how == "spool":
            path = self.gate.spool(candidate, name)
            self.spooled.append((path, candidate))
            taken = False
        elif how == "submit":
            taken = self.gate.submit(candidate, name)
        else:
            taken = self.gate.put(candidate)
        if taken:
            self.memory.acknowledge(candidate)
        self.tell("handed in by", how, candidate,
                  "acknowledged" if taken else "")
        return taken

    def approve(self):
        """A person releases what is held of "held."."""
        listed = self.gate.run("holds", "--json", "--state", self.gate.state)
        for number, sha256 in re.findall(
                r'"id": (\d+),.*?"sha256": "([0-9a-f]{64})"', listed.stdout,
                re.S):
            known = self.memory.handed.get(sha256)
            if known and known.kind == "hold":
                self.memory.approved.add(sha256)
                done = self.gate.run("approve", "--state", self.gate.state,
                                     "--reason", "as agreed", number)
                self.tell("approved", known, done.returncode)

    def feed(self, plan, approve):
        try:
            for seconds, candidate, how in plan:
                time.sleep(seconds)
                self.hand_in(candidate, how)
            if approve:
                self.approve()
        except (OSError, subprocess.TimeoutExpired) as why:
            self.fed_badly = repr(why)

    def note_spooled(self):
        """What has gone from the spool is acknowledged."""
        for path, candidate in self.spooled:
            if not path.exists():
                self.memory.acknowledge(candidate)
        self.spooled = [(path, candidate) for path, candidate in self.spooled
                        if path.exists()]

    # ---- killing ----

    def targets(self, mark):
        """The processes that MARK names; of canaries' runs none when there is
        no time to wait for a gate that has to call itself broken."""
        found = []
        for pid, started, words in descendants(self.gate.process.pid):
            line = " ".join(words) + " "
            if mark in line and not (self.quick and "/canaries/" in line):
                found.append((pid, started))
        return found

    def kill_one(self, name, mark, delay):
        """Kills a process of that kind when one is there; False if there was
        none, or it was quicker."""
        end = time.monotonic() + 3
        while not (found := self.targets(mark)):
            if time.monotonic() > end:
                return False
            time.sleep(0.002)
        time.sleep(delay)
        pid, started = self.rng.choice(found)
        killed = kill(pid, started)
        self.tell("killed" if killed else "missed", name, pid)
        return killed

    def kill_daemon(self, delay):
        time.sleep(delay)
        check(self.gate.alive(), "it ended by itself:",
              self.gate.process.returncode)
        left = self.gate.kill()
        self.tell("killed the daemon, which had", len(left), "processes")
        check_files(self.gate, self.memory)
        if self.rng.random() < 0.5:
            self.gone(left)
        self.gate.restart()
        self.gone(left)

    @staticmethod
    def gone(left):
        """What the daemon had running ends with it."""
        def remain():
            return [words for pid, started, words in left
                    if (known := stat_of(pid)) and known[1] == started]
        until(lambda: not remain(), lambda: f"outlives it: {remain()}", 60)

    def instant(self):
        """One kill, and what must hold after it."""
        self.round += 1
        self.spooled, self.fed_badly = [], None
        # A veto that was killed is asked again after a while.
        targets = [target for target in TARGETS
                   if not (self.quick and target[0] == "veto")]
        name, _, mark = self.rng.choices(
            targets, [weight for _, weight, _ in targets])[0]
        # Without a look at the clock: many ends come before the canaries'.
        if self.rng.random() < 0.7:
            self.may_judge()
        plan = self.plan()
        delay = self.rng.choice((0, 0.03, 0.1, 0.3, 0.6)) * self.rng.random()
        feeder = threading.Thread(
            target=self.feed, args=(plan, self.rng.random() < 0.4))
        feeder.start()
        try:
            if mark is None:
                self.kill_daemon(delay * 3)
                killed = True
            else:
                killed = self.kill_one(name, mark, delay / 10)
                if name == "hook" or name == "veto":
                    killed = True   # few candidates get that far
        finally:
            feeder.join()
        self.counts[name] += 1
        check(not self.fed_badly, "handing in:", self.fed_badly)
        check(self.gate.alive(), "it ended by itself:",
              self.gate.process.poll())
        check_files(self.gate, self.memory)
        check_all(self.gate, self.memory)
        self.note_spooled()
        check_all(self.gate, self.memory)
        if mark is None:
            check_leftovers(self.gate)
        if self.round % SETTLE_EVERY == 0 and not self.quick:
            self.settle()
        return killed

    def may_judge(self):
        def judges():
            gate = self.gate.status()["gate"]
            return gate["canary_at"] or gate["state"] != "ok"
        until(judges, "the canaries are not judged")

    def settle(self):
        """The next good candidate of each zone is released by itself; and
        what a person must approve, with that."""
        self.spooled = []
        last = {zone: signer.good() for zone, signer in self.signers.items()}
        for candidate in last.values():
            until(lambda c=candidate: self.hand_in(c, "submit"),
                  "nothing is taken in")
        for candidate in last.values():
            if candidate.kind == "hold":
                self.memory.approved.add(candidate.sha256)

                def is_out(c=candidate):
                    self.approve()
                    found = self.gate.released(c.zone)
                    return found and found[0] == c.sha256
                until(is_out, self.gate.status)
            check_released(self.gate, candidate, PATIENCE)
        check_all(self.gate, self.memory)
        for candidate in last.values():
            check((candidate.zone, candidate.sha256) in self.memory.pushed,
                  "was not pushed:", candidate)
        self.tell("settled")

    def run(self, instants, on_done):
        """True if all went well."""
        try:
            self.gate.start()
            self.gate.ready()
            done = 0
            while done < instants:
                if self.instant():
                    done += 1
                    on_done()
            self.settle()
            check(self.gate.stop() == 0, "it did not end well")
            with contextlib.suppress(Gone):
                self.gate.restart()
            check_all(self.gate, self.memory)
            check_leftovers(self.gate)
            self.gate.check_output()
        except BaseException:
            self.close(keep=True)
            raise
        self.close(keep=False)
