# SPDX-License-Identifier: GPL-3.0-or-later
"""What an attack needs: zones that are signed now, and a hand on the daemon's
children."""

import base64
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "e2e"))

from gate_daemon import PATIENCE, Gate, eventually  # noqa: E402
from harness import check  # noqa: E402

DAY = 86400


class Signer:
    """dnssec-signzone, with keys of its own."""

    def __init__(self, zone="shop."):
        self.zone = zone
        self.folder = Path(tempfile.mkdtemp(prefix="zg-signer-"))
        self.keys = [self.run("dnssec-keygen", "-q", "-a", "ECDSAP256SHA256",
                              *role, zone).strip()
                     for role in (("-f", "KSK"), ())]
        self.ds = self.folder / "anchors.ds"
        self.ds.write_text(self.run("dnssec-dsfromkey", "-2",
                                    f"{self.keys[0]}.key"))

    def run(self, *words):
        done = subprocess.run([str(word) for word in words], cwd=self.folder,
                              capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        check(done.returncode == 0, *words, done.stdout, done.stderr)
        return done.stdout

    def sign(self, serial, *, days=28, begins=-3600, names=3):
        """The path of a signed zone.  40 DAYS are longer than the policy
        lets signatures live: a HOLD."""
        zone = self.zone
        name = f"{serial}-{days}-{begins}"
        lines = [f"{zone} 3600 IN SOA ns.nic.{zone} admin.nic.{zone} {serial} "
                 "7200 900 1209600 3600",
                 f"{zone} 3600 IN NS ns.nic.{zone}",
                 f"ns.nic.{zone} 3600 IN A 192.0.2.1",
                 *(f"name{i}.{zone} 3600 IN NS ns.example."
                   for i in range(names))]
        (self.folder / name).write_text(
            "\n".join(lines) + "\n" + "".join(
                (self.folder / f"{key}.key").read_text()
                for key in self.keys))
        self.run("dnssec-signzone", "-q", "-P", "-x", "-o", zone, "-O",
                 "full", "-s", f"now{begins:+}", "-e", f"now+{days * DAY}",
                 "-X", f"now+{28 * DAY}", "-f", f"{name}.signed", name,
                 *self.keys)
        return self.folder / f"{name}.signed"

    def bad(self, serial):
        """The path of a zone with one signature that is none: a BLOCK."""
        path = self.sign(serial)
        lines = path.read_text().splitlines(keepends=True)
        for i, line in enumerate(lines):
            fields = line.split()
            if fields[3:5] == ["RRSIG", "NSEC"]:
                octets = bytearray(base64.b64decode("".join(fields[12:])))
                octets[9] ^= 1
                lines[i] = " ".join(fields[:12]) + " " + \
                    base64.b64encode(octets).decode() + "\n"
                break
        else:
            check(False, "no RRSIG of NSEC in", path)
        bad = path.with_suffix(".bad")
        bad.write_text("".join(lines))
        return bad

    def section(self, more="", anchors=None):
        return (f'zone "{self.zone}" {{ anchor active {{ file = '
                f'"{anchors or self.ds}" }}\n{more}}}\n')

    def other_anchors(self):
        """DS records of a key that the zone does not have."""
        path = self.folder / "other.ds"
        path.write_text(f"{self.zone} IN DS 4711 13 2 {'ab' * 32}\n")
        return path

    def __enter__(self):
        return self

    def __exit__(self, *error):
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def stopped(gate, word, begin):
    """BEGIN(); the child of the daemon whose command is WORD (`take' or
    `audit') then stands still inside this, if it was seen in time."""
    begin()
    end = time.monotonic() + PATIENCE
    pid = None
    while pid is None:
        check(time.monotonic() < end, "no such child:", word)
        pid = child(gate, word)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def child(gate, word):
    folder = Path(f"/proc/{gate.process.pid}/task/{gate.process.pid}")
    for pid in (folder / "children").read_text().split():
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if len(words) > 1 and words[1] == word.encode() and \
                    b"canaries" not in b"".join(words):
                return int(pid)
    return None


def gated(text, **more):
    """A Gate whose canaries have been judged."""
    return Ready(text, **more)


class Ready(Gate):
    def start(self):
        super().start()
        eventually(lambda: self.status()["gate"]["canary_at"],
                   lambda: "the canaries: " + self.output())
        return self
