# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk is full."""

import hashlib
import os
import subprocess
import tempfile
from contextlib import contextmanager

from rig import (
    SHOP, Refused, Skip, check, drill, eventually, gone, named, only)

TOKEN = "a-token-of-a-drill"
HASH = hashlib.sha256(TOKEN.encode()).hexdigest()
UPLOADS = (f'token drill {{ sha256 = "{HASH}" '
           'role = "submitter" zones = {"*"} }\n')
MIB = 1 << 20


@contextmanager
def small_disk(mebibytes):
    """A file system of that size, and a call that fills it to the last
    octet."""
    with tempfile.TemporaryDirectory(prefix="zg-") as folder:
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}M", "drill",
             folder], capture_output=True, text=True)
        if mount.returncode != 0:
            raise Skip("no file system can be mounted: "
                       + mount.stderr.strip())
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def fill(folder):
    """Takes all of the room that is left."""
    with open(os.path.join(folder, "filler"), "ab", buffering=0) as filler:
        for size in (MIB, 4096, 1):
            try:
                while filler.write(b"\0" * size) == size:
                    pass
            except OSError:
                pass


def refills(folder, holds):
    """HOLDS, on a disk that others fill again and again."""
    def tried():
        fill(folder)
        return holds()
    return tried


def octets_kept(gate):
    return {path.name for path in (gate.state / "candidates/shop").iterdir()}


def no_space(gate, file):
    try:
        gate.submit(SHOP, file)
    except Refused as why:
        return why.code == "no-space"
    return False


def a_full_disk():
    with small_disk(24) as disk, drill(
            more=UPLOADS, token=TOKEN, state=disk + "/state",
            top={"disk_reserve": '"4M"'}) as (gate, signer):
        for _ in range(3):
            known = signer.good()
            gate.release(SHOP, known)
        published = signer.serial
        outbox = (gate.state / "outbox/shop.zone").read_bytes()
        held = gate.submit(SHOP, signer.good(days=0.8), wait=60)
        check(held["decision"] == "hold", held)
        check(len(octets_kept(gate)) == 4, octets_kept(gate))
        last = signer.good()
        hidden = gate.state / "spool/shop/.last"
        hidden.write_bytes(last.read_bytes())

        # Nobody is let in once the reserve is touched; what is known already
        # touches it, too.
        eventually(refills(disk, lambda: no_space(gate, known)
                           and not gate.status()["gate"]["reserve"]),
                   "uploads are refused")
        # The others have taken of the reserve, too: not all of it.
        os.truncate(os.path.join(disk, "filler"),
                    os.path.getsize(os.path.join(disk, "filler")) - 2 * MIB)
        named(gate, "disk-low")
        only(gate, "zone held")
        status, _, text = gate.http_ask(
            "PUT", f"/v1/zones/{SHOP}/candidate", TOKEN,
            body=last.read_bytes())
        check(status == 507, "expected 507:", status, text)
        hidden.rename(hidden.with_name("last"))
        # What nobody can want any more goes first.
        eventually(lambda: len(octets_kept(gate)) == 2,
                   lambda: f"superseded candidates: {octets_kept(gate)}")
        check((gate.state / "outbox/shop.zone").read_bytes() == outbox
              and gate.serial(SHOP) == published, "not what was published")

        # A release still works, from the reserve.
        gate.approve(held["id"])
        gate.wait_state(held["id"], "released")
        check((gate.state / "outbox/shop.zone").read_bytes() != outbox,
              "the outbox has the one before")
        check(os.listdir(gate.state / "spool/shop"), "the spool is empty")
        check(gate.run("log", "verify").returncode == 0, "log verify")

        os.unlink(os.path.join(disk, "filler"))
        gone(gate, "disk-low")
        eventually(lambda: gate.serial(SHOP) == signer.serial,
                   "the next good zone")
        check(not os.listdir(gate.state / "spool/shop"), "in the spool")
        gate.release(SHOP, signer.good())
        only(gate)


def a_full_disk_that_is_started_on():
    """A gate that is restarted on a full disk still knows everything."""
    with small_disk(24) as disk, drill(
            state=disk + "/state",
            top={"disk_reserve": '"4M"'}) as (gate, signer):
        gate.release(SHOP, signer.good())
        published = signer.serial
        gate.stop()
        fill(disk)
        gate.start()
        named(gate, "disk-low")
        check(gate.serial(SHOP) == published, "not what was published")
        gate.spool(SHOP, signer.good())
        os.unlink(os.path.join(disk, "filler"))
        eventually(lambda: gate.serial(SHOP) == signer.serial,
                   "the next good zone")
        gone(gate, "disk-low")
        only(gate)


def a_disk_that_is_full_once(call):
    """One call of the daemon finds the disk full: nothing is lost."""
    with drill(environment={
            "ZONEGATE_DISK_FAULT": f"{call}:enospc-once"}) as (gate, signer):
        for _ in range(2):
            file = signer.good()
            eventually(lambda: not no_space(gate, file), "is taken")
            eventually(lambda: gate.serial(SHOP) == signer.serial,
                       lambda: f"released: {gate.output()}")
        check(gate.run("log", "verify").returncode == 0, "log verify")
        gone(gate, "disk-low")
        only(gate)


def a_disk_that_stays_full(call):
    """From some call on every one fails; a restart finds all that was
    acknowledged."""
    with drill() as (gate, signer):
        gate.release(SHOP, signer.good())
        published = signer.serial
        outbox = (gate.state / "outbox/shop.zone").read_bytes()
        gate.stop()
        gate.environment["ZONEGATE_DISK_FAULT"] = f"{call}:enospc"
        gate.start()
        file = signer.good()
        gate.spool(SHOP, file)
        named(gate, "disk-low")
        check(gate.serial(SHOP) == published and outbox
              == (gate.state / "outbox/shop.zone").read_bytes(),
              "not what was published")
        gate.kill()
        del gate.environment["ZONEGATE_DISK_FAULT"]
        gate.start()
        eventually(lambda: gate.serial(SHOP) == signer.serial,
                   "the next good zone")
        check(gate.run("log", "verify").returncode == 0, "log verify")


def add_to(suite):
    suite.add("a full disk", a_full_disk)
    suite.add("a full disk that is started on",
              a_full_disk_that_is_started_on)
    for call in ("write:60", "sync:30", "rename:4"):
        suite.add(f"a disk that is full once: {call}",
                  a_disk_that_is_full_once, call)
    suite.add("a disk that stays full", a_disk_that_stays_full, "write:40")
