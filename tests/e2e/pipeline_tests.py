# SPDX-License-Identifier: GPL-3.0-or-later
"""From a signer to NSD: what is good gets there as it is, what is damaged
never does."""

import hashlib
import os
import subprocess
import threading
import time

from gate_daemon import PATIENCE, Gate
from harness import ROOT, build_folder, check
from parts import (
    Named, Nsd, Signer, content, flipped_signature, missing_rrsig, run,
    trust_anchors, wrong_bitmap, zone_text)

ZONE = "shop."
WRITER = "a-token-for-the-signer"
TOKEN = (f'token signer {{ sha256 = "'
         f'{hashlib.sha256(WRITER.encode()).hexdigest()}" '
         f'role = submitter zones = {{"*"}} }}\n')


def zone_section(anchors, nsd, more=""):
    return (f'zone "{ZONE}" {{\n'
            f'anchor active {{ file = "{anchors}" }}\n{nsd.hook()}{more}}}\n')


def is_served(gate, nsd, signed, serial, anchors, zone=ZONE):
    """NSD has exactly SIGNED, and who validates is content."""
    nsd.wait_serial(zone, serial)
    octets = signed.read_bytes()
    check(gate.outbox(zone).read_bytes() == octets, "other octets went out")
    manifest = gate.manifest(zone)
    check(manifest["sha256"] == hashlib.sha256(octets).hexdigest()
          and manifest["serial"] == serial and manifest["zone"] == zone,
          manifest)
    run(gate.program, "manifest", "verify", "--key",
        gate.state / "keys/manifest.pub", "--chain",
        gate.state / "manifests" / gate.outbox(zone).stem,
        gate.outbox(zone).with_suffix(".manifest"), gate.outbox(zone))
    check(nsd.transfer(zone) == content(signed), "NSD serves something else")
    answer = nsd.dig("+dnssec", "+noall", "+answer", zone, "SOA")
    check(f" {serial} " in answer and "RRSIG\tSOA" in answer, answer)
    for name, kind in ((zone, "SOA"), (zone, "DNSKEY"), (zone, "NS"),
                       (f"name3.{zone}", "DS"), (f"text.nic.{zone}", "TXT")):
        said = nsd.delv(anchors, zone, name, kind)
        check("; fully validated" in said, said)
    for name, kind in ((f"none.{zone}", "A"), (f"name1.{zone}", "DS")):
        said = nsd.delv(anchors, zone, name, kind)
        check("negative response, fully validated" in said, said)


def steps_are_done(gate, number):
    def done():
        steps = gate.candidate(number)["steps"]
        return len(steps) == 2 and all(step["state"] == "done"
                                       for step in steps)
    gate.eventually(done, f"hook and probe of candidate {number}")


def what_is_released_is_what_is_served():
    """Three ways in, one way out."""
    with Signer() as signer, Gate("", http="") as gate:
        with Nsd({ZONE: gate.outbox(ZONE)}) as nsd:
            gate.http = 'http { listen = {"127.0.0.1:0"} }\n'
            gate.configure(TOKEN + zone_section(signer.ds, nsd))
            gate.restart()
            anchors = signer.trust_anchors()
            check(nsd.serial(ZONE) is None, "NSD has a zone already")

            first = signer.sign(2026010101)
            done = gate.run("submit", "--wait", "90s", ZONE, first)
            check(done.returncode == 0, done.stdout, done.stderr)
            is_served(gate, nsd, first, 2026010101, anchors)
            steps_are_done(gate, gate.candidates(ZONE)[0]["id"])

            second = signer.sign(2026010102)
            gate.spool(ZONE, second)
            is_served(gate, nsd, second, 2026010102, anchors)
            check(not any((gate.state / "spool/shop").iterdir()),
                  "the spool is not empty")

            third = signer.sign(2026010103)
            status, about, text = gate.http_ask(
                "PUT", f"/v1/zones/{ZONE}/candidate", WRITER,
                third.read_bytes(), {"Prefer": f"wait={PATIENCE}"})
            check(status == 200, status, text, gate.output())
            is_served(gate, nsd, third, 2026010103, anchors)

            steps_are_done(gate, gate.candidates(ZONE)[0]["id"])
            gate.eventually(lambda: not gate.alarms(), "no alarm is left")
            check([row["state"] for row in gate.candidates(ZONE)]
                  == ["released", "replaced", "replaced"],
                  gate.candidates(ZONE))
            check(gate.run("log", "verify").returncode == 0, "the log")


class Watcher:
    """Asks NSD for the serial all the time; what it ever was."""

    def __init__(self, nsd):
        self.nsd = nsd
        self.seen = set()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.ended.is_set():
            self.seen.add(self.nsd.serial(ZONE))
            self.ended.wait(0.02)

    def stop(self):
        self.ended.set()
        self.thread.join()
        return self.seen


DAMAGES = ((flipped_signature, "rrsig_valid_all"),
           (missing_rrsig, None), (wrong_bitmap, "nsec_bitmap_exact"))


def a_damaged_zone_never_gets_there():
    with Signer() as signer, Gate("") as gate:
        with Nsd({ZONE: gate.outbox(ZONE)}) as nsd:
            gate.configure(zone_section(signer.ds, nsd))
            gate.restart()
            anchors = signer.trust_anchors()
            first = signer.sign(2026010101)
            gate.release(ZONE, first)
            is_served(gate, nsd, first, 2026010101, anchors)

            watcher = Watcher(nsd)
            for serial, (how, rule) in enumerate(DAMAGES, 2026010102):
                is_blocked(gate, signer.damage(signer.sign(serial), how),
                           rule)
                is_served(gate, nsd, first, 2026010101, anchors)
            alarm, = gate.eventually(
                lambda: gate.alarms("zone-blocked", ZONE), "an alarm")
            check(alarm["level"] == "critical", alarm)
            check(gate.run("status").returncode == 1, "all is well?")

            # Nobody needs to do anything for the next good one.
            last = signer.sign(2026010110)
            gate.spool(ZONE, last)
            is_served(gate, nsd, last, 2026010110, anchors)
            seen = watcher.stop()
            check(seen == {2026010101, 2026010110}, "NSD served", seen)
            gate.eventually(lambda: not gate.alarms(), "no alarm is left")
            check(not gate.holds(), gate.holds())


def is_blocked(gate, path, rule):
    done = gate.run("submit", "--wait", "90s", ZONE, path)
    check(done.returncode == 1, path, done.stdout, done.stderr)
    candidate = gate.candidate(gate.holds()[0]["id"])
    check(candidate["decision"] == "block"
          and candidate["sha256"] == hashlib.sha256(
              path.read_bytes()).hexdigest(), candidate)
    rules = {finding["check"].replace("-", "_")
             for finding in candidate["summary"]["findings"]}
    check(rules and (rule is None or rule in rules), path, rules)


# ---- a signer that signs by itself ------------------------------------------

def hand_over(named, gate, *options):
    """What a timer beside named does.  It may come while named is still at
    signing, and then there is no zone yet, or one that is not released."""
    done = subprocess.run(
        [ROOT / "contrib/bind/submit-signed", *options, "-l",
         named.folder / "stamp", ZONE, "--", "--config", gate.config,
         "--wait", "90s"],
        capture_output=True, text=True, timeout=4 * PATIENCE, check=False,
        env={**os.environ, "PATH": f"{build_folder()}:{os.environ['PATH']}"})
    check(done.returncode in (0, 1, 70), done.stdout, done.stderr)
    return done.stdout + done.stderr


def released_with(named, nsd, gate, wanted, *options):
    """Hands over until NSD serves the TXT record WANTED and all that named
    has."""
    end = time.monotonic() + PATIENCE
    while (wanted not in nsd.dig("+short", f"text.nic.{ZONE}", "TXT")
           or nsd.transfer(ZONE) != named.transfer(ZONE)):
        said = hand_over(named, gate, *options)
        check(time.monotonic() < end, "not in time:", wanted, said,
              gate.candidates(ZONE), named.output())
        time.sleep(0.1)
    return gate.serial(ZONE)


def named_signs_by_itself():
    with Named(ZONE, zone_text(ZONE, 100)) as named, Gate("") as gate:
        with Nsd({ZONE: gate.outbox(ZONE)}) as nsd:
            ds = named.ds()
            gate.configure(zone_section(ds, nsd))
            gate.restart()
            first = released_with(named, nsd, gate, '"serial 100"', "-a",
                                  named.address, "-p", str(named.port))
            named.change(zone_text(ZONE, 200))
            second = released_with(named, nsd, gate, '"serial 200"', "-f",
                                   named.folder / "zone.signed", "-r",
                                   named.rndc_options())
            check(second > first, first, second)
            said = nsd.delv(trust_anchors(ds, ZONE), ZONE,
                            f"text.nic.{ZONE}", "TXT")
            check("; fully validated" in said, said)
            gate.eventually(lambda: gate.zone(ZONE)["state"] == "released",
                            "the zone is well")


def the_demo_goes_as_it_must():
    said = run(ROOT / "contrib/demo", build_folder(), patience=4 * PATIENCE)
    for word in ("RELEASE  shop.", "; fully validated", "rrsig-valid-all",
                 "http://127.0.0.1:"):
        check(word in said, word, said)


def add_to(suite):
    for test in (the_demo_goes_as_it_must,
                 what_is_released_is_what_is_served,
                 a_damaged_zone_never_gets_there, named_signs_by_itself):
        suite.add(test.__name__.replace("_", " "), test)
