# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger, the log, and backups that are older than what is published."""

import os
import sqlite3

from rig import SHOP, Refused, check, drill, gone, named, only


def outbox(gate):
    return {path.name: path.read_bytes()
            for path in (gate.state / "outbox").iterdir()}


def begin(gate, signer):
    """Two releases and a refusal: something to be remembered."""
    gate.release(SHOP, signer.good())
    gate.submit(SHOP, signer.bad(), wait=60)
    gate.release(SHOP, signer.good())


def goes_on(gate, signer, before):
    """The next good zone goes out; no number is given twice."""
    candidate = gate.release(SHOP, signer.good())
    check(gate.serial(SHOP) == signer.serial, "not released")
    check(candidate["id"] > before, "a number is used again:", candidate,
          before)
    verify(gate)


def verify(gate, status=0):
    done = gate.run("log", "verify")
    check(done.returncode == status, "log verify:", done.returncode,
          done.stdout, done.stderr)


def overwrite(gate):
    """Octets in the middle of the ledger, as a bad disk has them."""
    path = gate.state / "ledger.sqlite"
    with open(path, "r+b") as ledger:
        size = os.stat(path).st_size
        for at in range(4096, size, 4096):
            ledger.seek(at)
            ledger.write(b"\xa5" * 1024)


def garbage(gate):
    (gate.state / "ledger.sqlite").write_bytes(os.urandom(70000))


def empty(gate):
    (gate.state / "ledger.sqlite").write_bytes(b"")


def deleted(gate):
    (gate.state / "ledger.sqlite").unlink()


def broken_while_stopped(breaks):
    with drill() as (gate, signer):
        begin(gate, signer)
        number = max(row["id"] for row in gate.candidates(SHOP))
        gate.stop()
        published = outbox(gate)
        for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
            (gate.state / name).unlink(missing_ok=True)
        breaks(gate)
        gate.start()
        check(outbox(gate) == published, "the outbox was touched")
        check(gate.serial(SHOP) == signer.serial, "not what was published",
              gate.zone(SHOP))
        check(gate.log("ledger.lost") and gate.log("ledger.rebuilt"),
              "the log does not say so", gate.output())
        goes_on(gate, signer, number)
        only(gate)


def broken_while_running(breaks):
    with drill() as (gate, signer):
        begin(gate, signer)
        number = max(row["id"] for row in gate.candidates(SHOP))
        published = outbox(gate)
        serial = signer.serial
        # So that nothing is read from the other file, or from memory.
        base = sqlite3.connect(gate.state / "ledger.sqlite")
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.close()
        breaks(gate)
        # The next thing that is to be kept finds out.
        pid = gate.process.pid
        file = signer.good()
        gate.eventually(lambda: hand_in(gate, file), "is taken in")
        gate.eventually(lambda: gate.log("ledger.rebuilt"), "is made again")
        gate.eventually(gate.answers, "answers")
        check(gate.process.pid == pid, "another process")
        gate.eventually(lambda: gate.serial(SHOP) == signer.serial,
                        "the next good zone")
        check(serial != signer.serial and published.keys()
              == outbox(gate).keys(), "the outbox was touched")
        check(all(row["id"] > number for row in gate.candidates(SHOP)
                  if row["serial"] == signer.serial), "a number twice",
              gate.candidates(SHOP))
        verify(gate)
        only(gate)


def hand_in(gate, file):
    """True when FILE is in the daemon's hands."""
    try:
        gate.submit(SHOP, file)
    except (Refused, OSError, ValueError):
        return False
    return True


def a_ledger_that_cannot_be_written():
    with drill() as (gate, signer):
        begin(gate, signer)
        published = outbox(gate)
        serial = signer.serial
        number = max(row["id"] for row in gate.candidates(SHOP))
        with locked(gate):
            file = signer.good()
            gate.spool(SHOP, file)
            named(gate, "ledger-read-only")
            only(gate)
            check(gate.serial(SHOP) == serial, "not what was published")
            check(outbox(gate) == published, "the outbox was touched")
        gate.eventually(lambda: gate.serial(SHOP) == signer.serial,
                        "the next good zone")
        gone(gate, "ledger-read-only")
        only(gate)
        goes_on(gate, signer, number)


def locked(gate):
    """Somebody else holds the ledger's lock: it cannot be written."""
    class Lock:
        def __enter__(self):
            self.base = sqlite3.connect(gate.state / "ledger.sqlite",
                                        isolation_level=None)
            self.base.execute("BEGIN IMMEDIATE")

        def __exit__(self, *_):
            self.base.execute("ROLLBACK")
            self.base.close()
    return Lock()


# ---- backups ----

def a_signer_from_an_older_backup():
    with drill() as (gate, signer):
        for _ in range(3):
            gate.release(SHOP, signer.good())
        published = signer.serial
        candidate = gate.submit(SHOP, signer.good(serial=published - 2),
                                wait=60)
        check(candidate["decision"] == "block", candidate)
        checks = [finding["check"] for finding in
                  gate.candidate(candidate["id"])["summary"]["findings"]]
        check("serial-increase" in checks, "serial-increase is not found:",
              checks)
        named(gate, "zone bad", SHOP, "serial-increase")
        only(gate, "zone bad")
        check(gate.serial(SHOP) == published, "not what was published")
        gate.release(SHOP, signer.good(serial=published + 1))
        gone(gate, "zone bad")
        only(gate)


# ---- the log ----

def truncated(path):
    lines = path.read_bytes().splitlines(True)
    path.write_bytes(b"".join(lines[:-3]))


def edited(path):
    text = path.read_text()
    check('"root"' in text, "nobody to blame")
    path.write_text(text.replace('"root"', '"nobody"', 1))


def cut_in_the_middle(path):
    lines = path.read_bytes().splitlines(True)
    path.write_bytes(b"".join(lines[:3] + lines[5:]))


def the_log_is_changed(changes):
    with drill() as (gate, signer):
        begin(gate, signer)
        gate.stop()
        changes(gate.state / "log/audit.log")
        verify(gate, 1)
        gate.start()
        named(gate, "log-broken")
        only(gate)
        verify(gate, 1)
        check(gate.serial(SHOP) == signer.serial, "not what was published")
        gate.release(SHOP, signer.good())
        # A restart is no mending.
        gate.restart()
        named(gate, "log-broken")
        verify(gate, 1)


def add_to(suite):
    for breaks in (overwrite, garbage, empty, deleted):
        suite.add(f"the ledger while stopped: {breaks.__name__}",
                  broken_while_stopped, breaks)
    for breaks in (overwrite, garbage, deleted):
        suite.add(f"the ledger while running: {breaks.__name__}",
                  broken_while_running, breaks)
    for changes in (truncated, edited, cut_in_the_middle):
        suite.add(f"the log: {changes.__name__.replace('_', ' ')}",
                  the_log_is_changed, changes)
    for test in (a_ledger_that_cannot_be_written,
                 a_signer_from_an_older_backup):
        suite.add(test.__name__.replace("_", " "), test)
