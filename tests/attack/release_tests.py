# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing goes out that was not judged good, or approved, as things are now;
and what is good is not kept for ever."""

import hashlib
import json
import shutil
import signal
import socket

from harness import check
from rig import PATIENCE, Signer, gated, stopped

ZONE = "shop."
TOKENS = {"alice": 'role = operator person = "alice"',
          "bob": 'role = operator person = "Bob"',
          "bob-too": 'role = operator person = "bob."',
          "signer": 'role = submitter zones = {"shop."}'}


def tokens():
    return "".join(
        f'token {name} {{ sha256 = '
        f'"{hashlib.sha256(name.encode()).hexdigest()}" {role} }}\n'
        for name, role in TOKENS.items())


def break_glass(gate, who, number):
    status, said = gate.http_json(
        "POST", f"/v1/candidates/{number}/approve", who,
        {"reason": f"{who} says so", "break_glass": True})
    check(status == 200, status, said)
    return said["released"]


def an_approval_is_not_for_ever():
    """The same octets, approved once, come again when they are old."""
    with Signer() as signer, gated(signer.section() + tokens()) as gate:
        gate.release(ZONE, signer.sign(2026010101))
        bad = signer.bad(2026010102)
        first = gate.submit(ZONE, bad, wait=PATIENCE)
        check(first["decision"] == "block", first)
        check(not break_glass(gate, "bob", first["id"]), "one was enough")
        check(not break_glass(gate, "bob-too", first["id"]), "twice one")
        check(break_glass(gate, "alice", first["id"]), "two were too few")
        gate.wait_state(first["id"], "released")
        gate.release(ZONE, signer.sign(2026010103))
        again = gate.submit(ZONE, bad, wait=PATIENCE)
        check(again["id"] != first["id"] and again["state"] == "held", again)
        check(again["needs"]["have"] == 0, again)
        check(gate.serial(ZONE) == 2026010103, "it was rolled back")
        # The newest is put aside: nothing else waits.
        gate.ask("discard", id=again["id"], reason="a test")
        check(gate.zone(ZONE)["open"] is None, gate.zone(ZONE))

        # Whoever opens the socket of zonegate-http is still nobody.
        held = gate.submit(ZONE, signer.sign(2026010104, days=40),
                           wait=PATIENCE)
        worse = gate.submit(ZONE, signer.bad(2026010105), wait=PATIENCE)
        forged(gate, held["id"], signer.sign(2026010106))
        check(gate.candidate(held["id"])["state"] == "held", "it went out")
        # The older one waits still when the newer, worse one is put aside.
        gate.ask("discard", id=worse["id"], reason="a test")
        check(gate.zone(ZONE)["open"]["id"] == held["id"], gate.zone(ZONE))


def forged(gate, number, path):
    def ask(question):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(str(gate.state / "run/http.sock"))
            connection.sendall(json.dumps(question).encode() + b"\n")
            with connection.makefile("rb") as answers:
                return json.loads(answers.readline())
    for who in ({"name": "root", "role": "operator"},
                {"name": "alice", "role": "operator", "token": None},
                {"name": "alice", "role": "operator", "token": "signer"},
                {"name": "x" * 3000, "role": ["operator"], "token": 7},
                {"name": "é" * 100, "role": "submitter", "token": ""}, "root",
                None):
        for question in ({"op": "approve", "id": number},
                         {"op": "approve", "id": number, "break_glass": True},
                         {"op": "discard", "id": number},
                         {"op": "reload", "force": True}):
            said = ask({**question, "reason": "a good reason", "as": who})
            check(said.get("error") == "forbidden", who, question, said)
    shutil.copyfile(path, gate.state / "upload/forged")
    for file in ("forged", "../upload/forged", ".", "", None, "a" * 300):
        said = ask({"op": "submit", "zone": ZONE, "file": file,
                    "as": {"name": "signer", "role": "submitter"}})
        check(said.get("error") in ("forbidden", "bad-request"), file, said)


def what_has_changed_since_is_judged_again():
    """Anchors change while a child judges, while a veto is asked, and while
    a candidate is held."""
    with Signer() as signer:
        veto = signer.folder / "veto"
        go = signer.folder / "go"
        veto.write_text(f"#!/bin/sh\nwhile ! [ -e {go} ]; do "
                        "sleep 0.05; done\n")
        veto.chmod(0o755)
        wrong = signer.section(anchors=signer.other_anchors())
        with gated(signer.section()) as gate:
            def reload(text):
                gate.configure(text)
                gate.ask("reload", reason="a test", force=True)

            def submit():
                submit.id = gate.submit(ZONE, path)["id"]
            path = signer.sign(2026010101, names=500)
            with stopped(gate, "audit", submit):
                reload(wrong)
            one = gate.wait(submit.id)
            check(one["state"] == "held", "judged by anchors of before", one)
            check(not gate.outbox(ZONE).exists(), "it is out")

            # And back again: who has mended them need not ask the signer.
            reload(signer.section())
            gate.wait_state(submit.id, "released")

            # A veto is asked, and anchors are withdrawn meanwhile.
            asking = f'veto slow {{ command = {{"{veto}"}} }}\n'
            reload(signer.section(asking))
            path = signer.sign(2026010102, names=500)
            submit()
            gate.wait_state(submit.id, "releasing")
            reload(signer.section(asking, anchors=signer.other_anchors()))
            go.touch()
            one = gate.wait_state(submit.id, "held")
            check(one["decision"] == "block", one)
            check(gate.serial(ZONE) == 2026010101, "it is out")


def octets_that_are_lost_stop_nobody():
    """The file of a candidate that is to go out is changed, then removed."""
    with Signer() as signer:
        veto = signer.folder / "veto"
        go = signer.folder / "go"
        veto.write_text(f"#!/bin/sh\nwhile ! [ -e {go} ]; do "
                        "sleep 0.05; done\n")
        veto.chmod(0o755)
        with gated(signer.section(f'veto slow {{ command = {{"{veto}"}} '
                                  "}\n")) as gate:
            files = gate.state / "candidates/shop"
            for serial, harm in ((2026010101, change), (2026010102, remove)):
                path = signer.sign(serial)
                go.unlink(missing_ok=True)
                one = gate.submit(ZONE, path)
                gate.wait_state(one["id"], "releasing")
                harm(files / f"{one['sha256']}.zone")
                go.touch()
                gate.wait_state(one["id"], "discarded")
                check(not gate.outbox(ZONE).exists(), "it is out")
                # It says "hand it in again": that must do something.
                if harm is remove:
                    gate.release(ZONE, path)
            # The outbox has lost its file: the next one is judged as well.
            gate.outbox(ZONE).unlink()
            gate.release(ZONE, signer.sign(2026010103))


def change(path):
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)


def remove(path):
    path.unlink()


def who_released_it_is_kept():
    """Killed between a person's word and the outbox."""
    with Signer() as signer, gated(signer.section()) as gate:
        one = gate.submit(ZONE, signer.sign(2026010101, days=40),
                          wait=PATIENCE)
        check(one["state"] == "held", one)
        outbox = gate.state / "outbox"
        shutil.rmtree(outbox)
        gate.approve(one["id"])
        check(gate.candidate(one["id"])["state"] == "releasing", "no state")
        gate.kill()
        gate.start()
        gate.wait_state(one["id"], "released")
        manifest = gate.manifest(ZONE)
        check(manifest["released_by"] == "approval"
              and manifest["decision"] == "hold"
              and "a test says so" in manifest["approvals"], manifest)


def from_gate_to_observe_and_back():
    """With a candidate on its way each time."""
    with Signer() as signer, gated(signer.section()) as gate:
        def reload(mode):
            gate.configure(signer.section(f"mode = {mode}\n"))
            gate.ask("reload", reason="a test", force=True)

        def submit():
            submit.id = gate.submit(ZONE, path)["id"]
        path = signer.sign(2026010101, names=500)
        with stopped(gate, "audit", submit):
            reload("observe")
        gate.wait_state(submit.id, "observed")
        check(gate.outbox(ZONE).read_bytes() == path.read_bytes(),
              "observed, and not published")

        path = signer.sign(2026010102, names=500)
        with stopped(gate, "audit", submit):
            reload("gate")
        gate.wait_state(submit.id, "observed")
        check(gate.serial(ZONE) == 2026010102, gate.zone(ZONE))
        one = gate.submit(ZONE, signer.bad(2026010103), wait=PATIENCE)
        check(one["state"] == "held", one)
        gate.restart()
        gate.release(ZONE, signer.sign(2026010104, names=500))


def a_policy_that_changes_by_itself_is_told():
    with Signer() as signer:
        policy = signer.folder / "mine.conf"
        policy.write_text('inherit = "registry-default"\n')
        with gated(signer.section(f'policy = "{policy}"\n')) as gate:
            policy.write_text('inherit = "registry-default"\nlimit '
                              'rrsig_lifetime_max { value = "60d" clause = "x" }\n')
            one = gate.submit(ZONE, signer.sign(2026010101))
            gate.eventually(lambda: gate.alarms("reload-refused"),
                            "an alarm that it must be reloaded")
            gate.signal(signal.SIGHUP)
            gate.wait_state(one["id"], "released")
            gate.eventually(lambda: not gate.alarms("reload-refused"),
                            "the alarm is over")


def add_to(suite):
    for test in (octets_that_are_lost_stop_nobody, who_released_it_is_kept,
                 what_has_changed_since_is_judged_again,
                 an_approval_is_not_for_ever, from_gate_to_observe_and_back,
                 a_policy_that_changes_by_itself_is_told):
        suite.add(test.__name__.replace("_", " "), test)
