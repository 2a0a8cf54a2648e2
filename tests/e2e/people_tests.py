# SPDX-License-Identifier: GPL-3.0-or-later
"""What people may do about a zone that is held, and how the gate is tried
without one."""

import hashlib
import time

import pipeline_tests
from gate_daemon import PATIENCE, Gate
from harness import check
from parts import Nsd, Signer, content, flipped_signature

ZONE = "shop."
TOKENS = {name: f"the-token-{name}-of-these-tests"
          for name in ("alice", "alice-too", "bob", "viewer", "signer")}
# Two tokens of one person; the local account is another person still.
ROLES = {"alice": 'role = operator person = "alice"',
         "alice-too": 'role = operator person = "alice"',
         "bob": 'role = operator person = "bob"',
         "viewer": "role = viewer",
         "signer": 'role = submitter zones = {"shop."}'}


def tokens():
    return "".join(
        f'token {name} {{ sha256 = "'
        f'{hashlib.sha256(TOKENS[name].encode()).hexdigest()}" {role} }}\n'
        for name, role in ROLES.items())


def start(gate, nsd, signer, more=""):
    gate.configure(tokens()
                   + pipeline_tests.zone_section(signer.ds, nsd, more))
    gate.restart()


def approve(gate, who, number, **more):
    return gate.http_json(
        "POST", f"/v1/candidates/{number}/approve", TOKENS[who],
        {"reason": f"{who} has looked at it", **more})


def with_nsd(test):
    """Runs TEST(gate, nsd, signer)."""
    def run():
        with Signer() as signer, Gate("") as gate:
            with Nsd({ZONE: gate.outbox(ZONE)}) as nsd:
                test(gate, nsd, signer)
    run.__name__ = test.__name__
    return run


@with_nsd
def one_operator_releases_what_is_held(gate, nsd, signer):
    start(gate, nsd, signer)
    anchors = signer.trust_anchors()
    gate.release(ZONE, signer.sign(2026010101))
    # Longer than the policy lets signatures live; nothing else is wrong.
    path = signer.sign(2026010102, days=40)
    held = gate.submit(ZONE, path, wait=PATIENCE)
    check((held["decision"], held["state"]) == ("hold", "held"), held)
    number = held["id"]
    gate.eventually(lambda: gate.alarms("zone-held", ZONE), "an alarm")
    check(f"{number} " in gate.run("holds").stdout, "not listed")
    shown = gate.run("show", number).stdout
    check("rrsig-lifetime-max" in shown.replace("_", "-"), shown)

    for who in ("viewer", "signer"):
        status, said = approve(gate, who, number)
        check(status == 403, who, said)
    check(gate.http_json("POST", f"/v1/candidates/{number}/approve",
                         None, {"reason": "nobody"})[0] == 401, "anonymous")
    status, said = approve(gate, "alice", number, reason="")
    check(status == 400, "without a reason", status, said)
    nsd.wait_serial(ZONE, 2026010101)

    status, said = approve(gate, "alice", number)
    check(status == 200 and said["released"], status, said)
    pipeline_tests.is_served(gate, nsd, path, 2026010102, anchors)
    manifest = gate.manifest(ZONE)
    check(manifest["released_by"] == "approval"
          and manifest["decision"] == "hold"
          and "alice" in manifest["approvals"], manifest)
    entry, = gate.log("approval.given")
    check(entry["data"]["person"] == "alice", entry)


@with_nsd
def a_finding_is_approved_for_a_while(gate, nsd, signer):
    """For signers that sign every few minutes: later candidates pass too,
    with the same finding and no other."""
    start(gate, nsd, signer)
    held = gate.submit(ZONE, signer.sign(2026010101, days=40), wait=PATIENCE)
    finding, = gate.candidate(held["id"])["summary"]["findings"]
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                          time.gmtime(time.time() + 3600))
    done = gate.run("approve", "--fingerprint", finding["fingerprint"],
                    "--zone", ZONE, "--until", until, "--reason",
                    "the new signer's setting is known")
    check(done.returncode == 0, done.stdout, done.stderr)
    gate.wait_state(held["id"], "released")
    gate.release(ZONE, signer.sign(2026010102, days=40))
    nsd.wait_serial(ZONE, 2026010102)
    bad = gate.submit(ZONE, signer.damage(signer.sign(2026010103, days=40),
                                          flipped_signature), wait=PATIENCE)
    check((bad["decision"], bad["state"]) == ("block", "held"), bad)
    nsd.wait_serial(ZONE, 2026010102)


@with_nsd
def two_persons_break_the_glass(gate, nsd, signer):
    start(gate, nsd, signer)
    first = signer.sign(2026010101)
    gate.release(ZONE, first)

    def hand_in(serial):
        path = signer.damage(signer.sign(serial), flipped_signature)
        bad = gate.submit(ZONE, path, wait=PATIENCE)
        check((bad["decision"], bad["state"]) == ("block", "held"), bad)
        return path, bad["id"]

    path, number = hand_in(2026010102)
    status, said = approve(gate, "alice", number)
    check(status == 409, "without breaking the glass", status, said)
    # The same person twice is one person.
    for who in ("alice", "alice-too", "alice"):
        status, said = approve(gate, who, number, break_glass=True)
        check(status == 200 and not said["released"], who, status, said)
        check(said["needs"]["persons"] == 2 and said["needs"]["have"] == 1,
              said)
    check(nsd.serial(ZONE) == 2026010101, "it went out")
    check(gate.outbox(ZONE).read_bytes() == first.read_bytes(), "it went out")
    status, said = approve(gate, "bob", number, break_glass=True)
    check(status == 200 and said["released"], status, said)
    is_out(gate, nsd, signer, path, 2026010102, ("alice", "bob"))

    # What was approved was that candidate, not the next; the local account
    # is a person too.
    path, number = hand_in(2026010103)
    nsd.wait_serial(ZONE, 2026010102)
    done = gate.run("approve", "--break-glass", "--reason", "it must be",
                    number)
    check(done.returncode == 0, done.stdout, done.stderr)
    check(gate.candidate(number)["state"] == "held", "one was enough")
    status, said = approve(gate, "bob", number, break_glass=True)
    check(status == 200 and said["released"], status, said)
    is_out(gate, nsd, signer, path, 2026010103, ("bob",))

    # And back by itself.
    last = signer.sign(2026010104)
    gate.release(ZONE, last)
    pipeline_tests.is_served(gate, nsd, last, 2026010104,
                             signer.trust_anchors())
    check(gate.manifest(ZONE)["released_by"] == "verdict", "by whom?")


def is_out(gate, nsd, signer, path, serial, persons):
    """The bad zone is served, said to be so, and no client is content."""
    nsd.wait_serial(ZONE, serial)
    check(nsd.transfer(ZONE) == content(path), "something else is served")
    manifest = gate.manifest(ZONE)
    check(manifest["released_by"] == "approval"
          and manifest["decision"] == "block"
          and all(person in manifest["approvals"] for person in persons),
          manifest)
    said = nsd.delv(signer.trust_anchors(), ZONE, f"name3.{ZONE}", "DS")
    check("; fully validated" not in said, "delv sees no fault", said)


@with_nsd
def a_held_candidate_is_put_aside(gate, nsd, signer):
    start(gate, nsd, signer)
    gate.release(ZONE, signer.sign(2026010101))
    held = gate.submit(ZONE, signer.sign(2026010102, days=40), wait=PATIENCE)
    done = gate.run("discard", "--reason", "the wrong key ceremony",
                    held["id"])
    check(done.returncode == 0, done.stdout, done.stderr)
    check(gate.candidate(held["id"])["state"] == "discarded", "its state")
    gate.eventually(lambda: not gate.alarms(), "no alarm is left")
    status, said = approve(gate, "alice", held["id"])
    check(status == 409, "approved after all", said)
    check(nsd.serial(ZONE) == 2026010101, "it went out")


@with_nsd
def an_observed_zone_goes_out_at_once(gate, nsd, signer):
    """mode = observe: published at intake, judged beside it, told."""
    start(gate, nsd, signer, "mode = observe\n")
    good = signer.sign(2026010101)
    first = gate.submit(ZONE, good, wait=PATIENCE)
    check(first["state"] == "observed" and first["decision"] == "release",
          first)
    nsd.wait_serial(ZONE, 2026010101)
    check(gate.zone(ZONE)["mode"] == "observe", "its mode")

    path = signer.damage(signer.sign(2026010102), flipped_signature)
    done = gate.run("submit", "--wait", "90s", ZONE, path)
    check(done.returncode == 1, "what it would have been", done.stdout)
    check(gate.outbox(ZONE).read_bytes() == path.read_bytes(),
          "it was not published")
    nsd.wait_serial(ZONE, 2026010102)
    manifest = gate.manifest(ZONE)
    check((manifest["decision"], manifest["released_by"])
          == ("none", "observe"), manifest)
    bad = gate.candidates(ZONE)[0]
    check(bad["decision"] == "block", bad)
    gate.eventually(lambda: gate.alarms("observe-would-refuse", ZONE),
                    "an alarm")
    status, _, text = gate.http_ask(
        "GET", f"/v1/candidates/{bad['id']}/report.json", TOKENS["viewer"])
    check(status == 200 and b"rrsig_valid_all" in text.replace(b"-", b"_"),
          status, text)
    status, _, page = gate.http_ask("GET", "/", TOKENS["viewer"])
    check(status == 200 and b"observe" in page, status, page)

    gate.submit(ZONE, signer.sign(2026010103), wait=PATIENCE)
    nsd.wait_serial(ZONE, 2026010103)
    gate.eventually(lambda: not gate.alarms("observe-would-refuse"),
                    "the alarm is over")


def add_to(suite):
    for test in (one_operator_releases_what_is_held,
                 a_finding_is_approved_for_a_while,
                 two_persons_break_the_glass, a_held_candidate_is_put_aside,
                 an_observed_zone_goes_out_at_once):
        suite.add(test.__name__.replace("_", " "), test)
