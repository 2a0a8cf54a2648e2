# SPDX-License-Identifier: GPL-3.0-or-later
"""What the drills share: a gate with fault points, a signer, and /health."""

import http.server
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "e2e"))

# First of all: it knows where the harness is.
from gate_daemon import Gate, Refused, eventually, harness  # noqa: E402
from harness import Skip, check  # noqa: E402

from fixtures import texts, zonetext  # noqa: E402
from fixtures.keys import Pool  # noqa: E402
from fixtures.sign import Bind  # noqa: E402

__all__ = ["HOUR", "KSK", "NEXT_KSK", "SHOP", "Receiver", "Refused", "Skip",
           "check", "drill", "eventually", "gone", "harness", "health",
           "named", "only", "run"]

HOUR = 3600
DAY = 24 * HOUR
SHOP = "shop."
KSK, ZSK = (("p256", "ksk", 0), ("p256", "zsk", 0))
NEXT_KSK = ("p256", "ksk", 1)
# What would be waited for minutes is waited for a second.
HURRY = {"ZONEGATE_WAIT_MOST": "1"}

POOL = Pool(harness.build_folder() / "tests/drills-keys")


def prepare():
    """Makes the keys, before tests run side by side."""
    POOL.fill((KSK, ZSK, NEXT_KSK))


def stamp(seconds):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))


class Signer:
    """Signs ZONE anew whenever it is asked to, in FOLDER."""

    def __init__(self, folder, zone=SHOP):
        self.zone = zone
        self.folder = Path(folder) / ("signer-" + zone.rstrip("."))
        self.folder.mkdir()
        self.serial = 2026010100
        self.ksks = [KSK]

    def anchor(self, *ksks):
        """A file of the zone's KSKs."""
        path = self.folder / ("anchor-" + "-".join(
            str(ksk[2]) for ksk in ksks or (KSK,)))
        path.write_text("".join(
            f"{self.zone} 3600 IN DNSKEY {POOL.key(ksk).text}\n"
            for ksk in ksks or (KSK,)))
        return path

    def good(self, serial=None, lead=-HOUR, days=20, ksks=None):
        """A file: the next serial, signed from LEAD seconds from now on."""
        self.serial = serial or self.serial + 1
        start = time.time() + lead
        text, _ = Bind(keys=(*(ksks or self.ksks), ZSK),
                       inception=stamp(start),
                       expiration=stamp(start + days * DAY)).sign(
            POOL, self.folder, self.zone,
            texts.hosts(self.zone, serial=self.serial))
        path = self.folder / f"{self.serial}.{time.monotonic_ns()}"
        path.write_text(text)
        return path

    def bad(self):
        """The same with one octet of a signature wrong."""
        path = self.good()
        return spoil(path)


def spoil(path):
    """A copy of PATH of which one signature is wrong."""
    records = zonetext.read(path.read_text())
    at = next(n for n, record in enumerate(records)
              if record.type == "RRSIG" and record.rdata.startswith("MX "))
    rdata = records[at].rdata
    other = "A" if rdata[-6] != "A" else "B"
    records[at] = records[at].with_(rdata=rdata[:-6] + other + rdata[-5:])
    bad = path.with_name(path.name + ".bad")
    bad.write_text(zonetext.write(records))
    return bad


# ---- a gate ----

class Workers:
    """A directory of workers and helpers of which some may be replaced while
    the gate runs."""

    def __init__(self, folder):
        self.folder = Path(folder) / "workers"
        self.folder.mkdir()
        self.real = harness.build_folder() / "fault"
        for path in self.real.iterdir():
            (self.folder / path.name).symlink_to(path)

    def replace(self, name, script):
        """Puts a shell SCRIPT in the place of NAME; $real is the program."""
        new = self.folder / "new"
        new.write_text(f"#!/bin/sh\nreal={self.real / name}\n{script}\n")
        new.chmod(0o755)
        new.rename(self.folder / name)

    def restore(self, name):
        new = self.folder / "new"
        new.symlink_to(self.real / name)
        new.rename(self.folder / name)


@contextmanager
def drill(zone_text="", *, more="", zones=(SHOP,), workers=False, state=None,
          environment=None, start=True, token=None, **options):
    """(gate, signers): a gate of ZONES, each with ZONE_TEXT, a signer each.
    In the texts {folder} is the gate's folder."""
    folder = Path(tempfile.mkdtemp(prefix="zg-"))
    try:
        signers = [Signer(folder, zone) for zone in zones]
        sections = [
            f'zone "{signer.zone}" {{\n'
            f'anchor active {{ file = "{signer.anchor()}" }}\n'
            + zone_text.replace("{folder}", str(folder)) + "\n}\n"
            for signer in signers]
        environment = {**HURRY, **(environment or {})}
        if workers:
            replaced = Workers(folder)
            environment["ZONEGATE_LIBEXECDIR"] = str(replaced.folder)
        gate = Gate(more.replace("{folder}", str(folder)) + "".join(sections),
                    folder=folder, state=state, fault=True,
                    environment=environment, **options)
        gate.workers = replaced if workers else None
        gate.token = token
        try:
            if start:
                gate.start()
            yield gate, *signers
        finally:
            gate.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# ---- what people see ----

def health(gate):
    """Status and JSON of /health."""
    return gate.http_json("GET", "/health", gate.token)


def problem(gate, kind, zone=None):
    try:
        _, seen = health(gate)
    except (OSError, ValueError):
        return None
    return next((row for row in seen.get("problems", [])
                 if row["kind"] == kind and zone in (None, row["zone"])),
                None)


def named(gate, kind, zone=None, what=""):
    """The problem of that KIND, once /health names it with the words WHAT."""
    def found():
        row = problem(gate, kind, zone)
        return row if row and what in row["what"] else None
    return gate.eventually(found, f"{kind} ({what}) on /health")


def gone(gate, kind, zone=None):
    def is_gone():
        try:
            _, seen = health(gate)
        except (OSError, ValueError):
            return False
        return not any(row["kind"] == kind and zone in (None, row["zone"])
                       for row in seen["problems"])
    gate.eventually(is_gone, f"no {kind} on /health")


# Those that must be told apart.
CAUSES = {"zone bad", "disputed", "unjudged", "quarantined", "gate broken",
          "clock suspect", "zone held"}


def only(gate, *kinds):
    """Of the causes that must be told apart, /health names KINDS alone."""
    _, seen = health(gate)
    found = {row["kind"] for row in seen["problems"]} & CAUSES
    check(found == set(kinds), "expected", kinds, "on /health:",
          json.dumps(seen["problems"], indent=1))


# ---- receivers ----

class Receiver:
    """An HTTP server on loopback that does as it is told: ANSWER is a status,
    or "hang" for none until it is told otherwise."""

    def __init__(self):
        receiver = self
        self.answer = 200
        self.seen = []
        self.released = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_it(self):
                answer = receiver.answer
                body = self.rfile.read(
                    int(self.headers.get("Content-Length", 0)))
                receiver.seen.append((self.command, self.path, body, answer))
                if answer == "hang":
                    receiver.released.wait(100)
                    return
                self.send_response(answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_PUT = do_it

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def bodies(self, answer=200):
        return [body for _, _, body, given in list(self.seen)
                if given == answer]


def run(command):
    done = subprocess.run([str(word) for word in command],
                          capture_output=True, text=True)
    check(done.returncode == 0, " ".join(map(str, command)), done.stderr)
    return done.stdout
