# SPDX-License-Identifier: GPL-3.0-or-later
"""A `zonegate serve' that can be killed and started again, and what may be
asked of it and of its state directory."""

import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "program"))

import harness  # noqa: E402
from harness import Failed, check  # noqa: E402,F401

# How long anything may take on a machine that is busy with other things.
PATIENCE = 300

TOKEN = "the-signer-hands-in"

CONFIG = """
state = "{state}"
max_parallel = 2
jobs = 1
syslog = false
scan_interval = 1s
watch_interval = 1s
clock_holdover = 0s
disk_reserve = 1M
keep_candidates = 100000
{more}
"""


class Gone(Exception):
    """The daemon ended."""


def until(holds, what, patience=PATIENCE):
    """Waits for HOLDS() to be true; returns what it said."""
    end = time.monotonic() + patience
    while True:
        said = holds()
        if said:
            return said
        check(time.monotonic() < end, "not in time:",
              what() if callable(what) else what)
        time.sleep(0.02)


# ---- processes --------------------------------------------------------------

def stat_of(pid):
    """(parent, start time) of a process; None if there is none, or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else (int(fields[1]), int(fields[19]))


def words_of(pid):
    try:
        return [word.decode(errors="replace") for word in
                Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]]
    except OSError:
        return []


def descendants(top):
    """[(pid, start time, command line)] of all below process TOP."""
    children = {}
    for name in os.listdir("/proc"):
        known = stat_of(name) if name.isdigit() else None
        if known:
            children.setdefault(known[0], []).append((int(name), known[1]))
    found, waiting = [], [top]
    while waiting:
        for pid, started in children.get(waiting.pop(), []):
            found.append((pid, started, words_of(pid)))
            waiting.append(pid)
    return found


def kill(pid, started):
    """kill -9 of the process that began at STARTED; False if it is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        known = stat_of(pid)
        if not known or known[1] != started:
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)


# ---- the daemon -------------------------------------------------------------

class Gate:
    """One state directory, and the daemon on it.  BUILD is the folder of its
    programs, MORE the rest of the configuration, in which WORDS stand; NSEC3
    is the text of a policy, and its path there."""

    def __init__(self, build, more, environment, nsec3, **words):
        self.build = Path(build)
        self.program = self.build / "zonegate"
        self.environment = {**os.environ, **environment}
        # A socket's path is short.
        self.folder = Path(tempfile.mkdtemp(prefix="zg-crash-", dir="/tmp"))
        self.state = self.folder / "state"
        self.config = self.folder / "zonegate.conf"
        policy = self.folder / "nsec3.conf"
        policy.write_text(nsec3)
        self.config.write_text(CONFIG.format(
            state=self.state, more=more.format(nsec3=policy, **words)))
        self.out = self.folder / "output"
        self.process = None
        self.connection = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, **environment):
        """Starts it; ready() says when it is."""
        with open(self.out, "ab") as out:
            self.process = subprocess.Popen(
                [self.program, "serve", "--config", self.config],
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def restart(self):
        """Starts it again as a supervisor would: the lock of the one before
        may be held for a moment by a child that has yet to notice."""
        def works():
            self.start()
            try:
                self.ready()
                return True
            except Gone:
                with open(self.out, "rb") as out:
                    out.seek(max(0, self.out.stat().st_size - 500))
                    said = out.read().decode(errors="replace")
                check("is a daemon running" in said.splitlines()[-1],
                      "it did not start:", said)
                return False
        until(works, "its state directory stays locked")

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def ready(self):
        """Waits until it answers."""
        def answers():
            if not self.alive():
                raise Gone(self.process.returncode)
            with contextlib.suppress(OSError, ValueError):
                return self.ask("ping")["ok"]
        until(answers, "it does not answer")

    def kill(self):
        """kill -9; returns what it had running."""
        left = descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        self.hang_up()
        return left

    def stop(self, how=signal.SIGTERM):
        """Ends it; returns its exit status."""
        self.hang_up()
        if not self.alive():
            return self.process.returncode if self.process else None
        self.process.send_signal(how)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed("it did not end after signal", how) from None

    # ---- asking ----

    def hang_up(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def ask(self, operation, **members):
        """What the daemon answers; OSError or ValueError if it does not."""
        try:
            if not self.connection:
                self.connection = socket.socket(socket.AF_UNIX)
                self.connection.settimeout(60)
                self.connection.connect(str(self.state / "run/control.sock"))
                self.lines = self.connection.makefile("rb")
            self.connection.sendall(
                json.dumps({"op": operation, **members}).encode() + b"\n")
            return json.loads(self.lines.readline())
        except (OSError, ValueError):
            self.hang_up()
            raise

    def status(self):
        return self.ask("status")["status"]

    def candidates(self, zone):
        """All, newest first."""
        rows = []
        while True:
            more = self.ask("candidates", zone=zone, limit=1000,
                            **({"before": rows[-1]["id"]} if rows else {}))
            check(more["ok"], more)
            if not more["candidates"]:
                return rows
            rows += more["candidates"]

    def run(self, *words, timeout=PATIENCE):
        return subprocess.run([self.program, *map(str, words)],
                              capture_output=True, text=True, timeout=timeout)

    def check_output(self):
        """No sanitizer had a word to say."""
        said = self.out.read_text(errors="replace")
        check("Sanitizer" not in said and "runtime error:" not in said, said)

    # ---- handing in ----

    def spool(self, candidate, name):
        """Renames it into the spool; where it lies until it is taken."""
        folder = self.state / "spool" / candidate.zone.rstrip(".")
        path = folder / name
        hidden = folder / f".{name}"
        hidden.write_bytes(candidate.sent)
        hidden.rename(path)
        return path

    def submit(self, candidate, name):
        """True if it was acknowledged."""
        path = self.folder / name
        path.write_bytes(candidate.sent)
        done = self.run("submit", "--state", self.state, candidate.zone, path)
        path.unlink()
        return done.returncode == 0

    def put(self, candidate):
        """True if it was acknowledged."""
        try:
            address = self.status()["gate"]["listening"].split()[0]
        except (OSError, ValueError, KeyError, AttributeError, IndexError):
            return False
        connection = http.client.HTTPConnection(address, timeout=60)
        try:
            connection.request(
                "PUT", f"/v1/zones/{candidate.zone}/candidate", candidate.sent,
                {"Authorization": f"Bearer {TOKEN}"})
            return connection.getresponse().status in (200, 202)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    # ---- looking ----

    def file_name(self, zone, kind):
        return self.state / "outbox" / f"{zone.rstrip('.')}.{kind}"

    def released(self, zone):
        """(SHA-256, serial) of what is in the outbox, or None."""
        try:
            octets = self.file_name(zone, "zone").read_bytes()
        except FileNotFoundError:
            return None
        soa = re.search(rb"SOA \S+ \S+ (\d+) ", octets)
        return (hashlib.sha256(octets).hexdigest(),
                int(soa[1]) if soa else None)
