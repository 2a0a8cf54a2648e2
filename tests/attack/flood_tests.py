# SPDX-License-Identifier: GPL-3.0-or-later
"""What one does must not keep the others waiting."""

import gzip
import json
import os
import socket
import time

from harness import check
from rig import PATIENCE, Signer, gated, stopped

ZONE = "shop."


def a_zone_that_floods_waits_alone():
    """Two spools full of rubbish; the newest of them is a zone, and another
    zone comes when they are full."""
    zones = ("aa.", "bb.", "zz.")
    signers = [Signer(zone) for zone in zones]
    text = "".join(signer.section() for signer in signers)
    try:
        with gated(text, top={"scan_interval": "10m"}) as gate:
            good = [signer.sign(2026010101) for signer in signers]
            for zone in zones[:2]:
                flood(gate, zone, 60)
            for zone, path in zip(zones[:2], good):
                gate.spool(zone, path, "zzz")
            asked = time.monotonic()
            gate.ask("ping")
            check(time.monotonic() - asked < 10, "the loop stands still")
            gate.release(zones[2], good[2])
            check(not gate.serial(zones[0]) or not gate.serial(zones[1]),
                  "the flood was no flood")
            for zone in zones[:2]:
                gate.eventually(lambda: gate.serial(zone) == 2026010101,
                                f"the newest of {zone}")
    finally:
        for signer in signers:
            signer.__exit__()


def flood(gate, zone, n):
    folder = gate.state / "spool" / zone.rstrip(".")
    outside = folder / "outside.tmp"
    for i in range(n):
        outside.write_text(f"{i}\n")
        outside.rename(folder / f"f{i:05}")
    # Nothing of this is a file that was renamed there.
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("/etc/passwd")


def what_cannot_be_taken_in_is_overtaken():
    """The program that unpacks falls over one file, again and again."""
    with Signer() as signer, \
            gated(signer.section(), fault=True, top={"scan_interval": "1s"},
                  environment={"ZONEGATE_FAULT": "unpack:segv"}) as gate:
        packed = signer.folder / "packed"
        packed.write_bytes(gzip.compress(b"poison"))
        gate.spool(ZONE, packed, "a")
        gate.eventually(lambda: gate.log("candidate.stuck"), "a word of it")
        gate.spool(ZONE, signer.sign(2026010101), "b")
        gate.eventually(lambda: gate.serial(ZONE) == 2026010101,
                        "the one behind it")


def a_zone_goes_while_its_octets_come():
    """Removed from the configuration, and put back."""
    with Signer() as signer, gated(signer.section()) as gate:
        path = signer.sign(2026010101, names=2000)
        with stopped(gate, "take",
                     lambda: gate.spool(ZONE, path, "a")):
            gate.configure("")
            gate.ask("reload", reason="a test")
        gate.eventually(
            lambda: stopped_child_is_gone(gate), "the child's end")
        check(gate.ask("ping")["pid"] == gate.process.pid, "it fell over")
        gate.configure(signer.section())
        gate.ask("reload", reason="a test")
        gate.eventually(lambda: gate.serial(ZONE) == 2026010101,
                        "it is back, with what had come")


def stopped_child_is_gone(gate):
    check(gate.is_alive(), "the daemon ended:", gate.output())
    with open(f"/proc/{gate.process.pid}/task/{gate.process.pid}/children",
              encoding="ascii") as children:
        return not any(b"take" in words(pid)
                       for pid in children.read().split())


def words(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read().split(b"\0")
    except OSError:
        return []


def the_control_socket_is_abused():
    with Signer() as signer, gated(signer.section()) as gate:
        path = str(gate.state / "run/control.sock")

        def connect():
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(path)
            connection.settimeout(PATIENCE)
            return connection

        def say(octets, fds=()):
            with connect() as connection:
                try:
                    socket.send_fds(connection, [octets], list(fds))
                    with connection.makefile("rb") as answers:
                        return answers.readline()
                except OSError:
                    return b""

        submit = json.dumps({"op": "submit", "zone": ZONE}).encode() + b"\n"
        near, far = socket.socketpair()
        reading, writing = os.pipe()
        folder = os.open("/", os.O_RDONLY)
        empty = os.open("/dev/null", os.O_RDONLY)
        for fds in ((), (near.fileno(),), (reading,), (folder,), (empty,),
                    (reading,) * 4, (reading,) * 60):
            said = json.loads(say(submit, fds))
            check(said.get("error") == "bad-request", fds, said)
        for number in (folder, empty, reading, writing):
            os.close(number)
        far.close()
        near.close()
        for octets in (b"\n", b"{}\n", b"[" * 60000 + b"\n", b"\0\0\0\n",
                       b"\xff\xfe\n", b"x" * 200000, b'{"op": 7}\n',
                       b'{"op": "wait", "id": 1e400}\n',
                       b'{"op": "wait", "id": 99999999999999999999}\n',
                       b'{"op": "candidates", "zone": "shop.", '
                       b'"limit": -1, "before": -9223372036854775808}\n',
                       b'{"op": "events", "after": -9223372036854775808}\n',
                       b'{"op": "ping", "op": "reload"}\n',
                       b'{"op": "approve", "id": 1, "reason": "\\u0000"}\n'):
            say(octets)
        # Pipelined: as many answers, in order.
        with connect() as connection:
            connection.sendall(b'{"op": "ping"}\n{"op": "no"}\n' * 100)
            with connection.makefile("rb") as answers:
                for i in range(200):
                    said = json.loads(answers.readline())
                    check(said["ok"] == (i % 2 == 0), i, said)
        # Whoever opens all that there are keeps nobody out of the page.
        taken = []
        try:
            for _ in range(300):
                taken.append(connect())
            status, _, _ = gate.http_ask("GET", "/v1/zones")
            check(status == 200, "the page", status)
        finally:
            for connection in taken:
                connection.close()
        gate.eventually(lambda: gate.answers(), "it answers")
        gate.release(ZONE, signer.sign(2026010101))


def what_the_daemon_starts_is_no_operator():
    """A program that it started, as its own account: zonegate-http would be
    one, if it were taken over."""
    with Signer() as signer, gated("") as gate:
        gate.configure(signer.section(
            f'hook mutiny {{ command = {{"{gate.program}", "reload", '
            f'"--force", "--reason", "a mutiny", "--state", '
            f'"{gate.state}"}} }}\n'))
        gate.ask("reload", reason="a test")
        one = gate.release(ZONE, signer.sign(2026010101))

        def tried():
            steps = gate.candidate(one["id"])["steps"]
            return steps and steps[0]["attempts"] and steps[0]
        step = gate.eventually(tried, "the hook")
        check(step["state"] == "failed", step)
        check(all(entry["actor"] != "root" or
                  entry["data"]["reason"] != "a mutiny"
                  for entry in gate.log("config.reloaded")), "it was obeyed")


def add_to(suite):
    for test in (a_zone_that_floods_waits_alone, the_control_socket_is_abused,
                 what_cannot_be_taken_in_is_overtaken,
                 a_zone_goes_while_its_octets_come,
                 what_the_daemon_starts_is_no_operator):
        suite.add(test.__name__.replace("_", " "), test)
