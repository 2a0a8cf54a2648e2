# SPDX-License-Identifier: GPL-3.0-or-later
"""Hooks and receivers that hang, uploads in all forms, and a configuration
that changes while a candidate is on its way."""

import base64
import gzip
import hashlib
import json
import signal
import subprocess

from gate_daemon import PATIENCE, Gate, Refused
from harness import check
from parts import FAILS, Nsd, Receiver, Signer
from pipeline_tests import TOKEN, WRITER, is_served

ZONE = "shop."


def health(gate):
    status, _, text = gate.http_ask("GET", "/health")
    return status, json.loads(text)


TROUBLED = """
webhook hangs {{ url = "{hangs}" }}
webhook fails {{ url = "{fails}" }}
zone "good." {{ anchor active {{ file = "{good}" }} {nsd} }}
zone "stuck." {{
    anchor active {{ file = "{stuck}" }}
    hook sleeps {{ command = {{"/usr/bin/sleep", "1000"}} deadline = 900s }}
}}
zone "slow." {{
    anchor active {{ file = "{slow}" }}
    hook late {{ command = {{"/usr/bin/sleep", "1000"}} deadline = 2s }}
    hook fails {{ command = {{"/usr/bin/false"}} }}
    push hangs {{ url = "{hangs}" }}
}}
"""


def one_that_hangs_keeps_nobody_waiting():
    with Signer("good.") as good, Signer("slow.") as slow, \
            Signer("stuck.") as stuck, Receiver() as hangs, \
            Receiver(FAILS) as fails, Gate("") as gate:
        with Nsd({"good.": gate.outbox("good.")}) as nsd:
            gate.configure(TROUBLED.format(
                good=good.ds, slow=slow.ds, stuck=stuck.ds, nsd=nsd.hook(),
                hangs=hangs.url(), fails=fails.url()))
            gate.restart()
            for signer in (slow, stuck):
                gate.release(signer.zone, signer.sign(2026010101))
            # The alarms of the time before the first releases are on their
            # way to the webhooks.
            gate.eventually(lambda: hangs.taken and fails.taken, "messages")
            for serial in range(2026010101, 2026010104):
                path = good.sign(serial)
                gate.release("good.", path)
                is_served(gate, nsd, path, serial, good.trust_anchors(),
                          "good.")
            # Nor is the next zone of those that hang.
            for signer in (slow, stuck):
                gate.release(signer.zone, signer.sign(2026010102))

            wanted = {("hook-failed", "late"), ("hook-failed", "fails"),
                      ("webhook-failing", "hangs"),
                      ("webhook-failing", "fails")}
            gate.eventually(lambda: wanted <= {
                (alarm["kind"], alarm["detail"])
                for alarm in gate.alarms()}, "alarms")
            _, said = health(gate)
            text = json.dumps(said)
            check("hook-failed" in text and "webhook-failing" in text, said)
            check(gate.zone("good.")["state"] == "released"
                  and not gate.alarms(zone="good."), gate.alarms())


# ---- uploads ----------------------------------------------------------------

def put(gate, body, **headers):
    status, about, text = gate.http_ask(
        "PUT", f"/v1/zones/{ZONE}/candidate", WRITER, body,
        {name.replace("_", "-"): value for name, value in headers.items()})
    return status, about, json.loads(text)


def zstd(octets):
    return subprocess.run(["zstd", "-q", "-c"], input=octets, check=True,
                          capture_output=True).stdout


def digest(octets):
    return ("sha-256=:"
            + base64.b64encode(hashlib.sha256(octets).digest()).decode()
            + ":")


def uploads_in_all_forms():
    with Signer() as signer, Gate(
            TOKEN + f'zone "{ZONE}" {{ anchor active '
            f'{{ file = "{signer.ds}" }} }}') as gate:
        forms = {"identity": bytes, "gzip": gzip.compress, "zstd": zstd}
        for serial, (form, pack) in enumerate(forms.items(), 2026010101):
            octets = signer.sign(serial).read_bytes()
            body = pack(octets)
            status, about, said = put(
                gate, body, Content_Encoding=form,
                Content_Digest=digest(body), Prefer=f"wait={PATIENCE}")
            check(status == 200 and said["decision"] == "release", form,
                  status, said)
            check(about["Preference-Applied"] == f"wait={PATIENCE}",
                  about.items())
            gate.wait_state(said["id"], "released")
            check(gate.outbox(ZONE).read_bytes() == octets, form)

        # Without waiting: where to look.
        octets = signer.sign(2026010110).read_bytes()
        status, about, said = put(gate, octets)
        check(status == 202 and about["Location"]
              == f"/v1/candidates/{said['id']}", status, about.items(), said)
        gate.wait_state(said["id"], "released")
        status, _, text = gate.http_ask("GET", about["Location"], WRITER)
        check(status == 200 and json.loads(text)["state"] == "released", text)
        # The same octets again are recognised.
        status, about, again = put(gate, octets)
        check(again["known"] and again["id"] == said["id"], again)

        # In pieces, of a size not known before.
        octets = signer.sign(2026010111).read_bytes()
        status, _, said = put(
            gate, iter([octets[:1000], octets[1000:]]),
            Prefer=f"wait={PATIENCE}")
        check(status == 200 and said["decision"] == "release", said)
        gate.wait_state(said["id"], "released")

        # What was damaged on its way, or is no zone, leaves nothing behind.
        count = len(gate.candidates(ZONE))
        status, _, said = put(gate, octets[:-1],
                              Content_Digest=digest(octets))
        check(status == 400, "another digest", status, said)
        status, _, said = put(gate, gzip.compress(octets)[:-20],
                              Content_Encoding="gzip")
        check(status == 400, "half of it", status, said)
        status, _, said = put(gate, octets, Content_Encoding="br")
        check(status == 415, "another coding", status, said)
        check(len(gate.candidates(ZONE)) == count, gate.candidates(ZONE))
        check(not any((gate.state / "upload").iterdir()), "left behind",
              list((gate.state / "upload").iterdir()))
        check(gate.serial(ZONE) == 2026010111, gate.serial(ZONE))


# ---- reload -----------------------------------------------------------------

def reloaded(gate, kind="config.reloaded", after=0):
    return gate.eventually(lambda: gate.log(kind)[after:], kind)


# The same registry is small in one candidate and large in the next.
ANY_CHANGE = """inherit = "registry-default"
limit delta_delegations_added_pct { value = "0" clause = "test" }
limit delta_delegations_removed_pct { value = "0" clause = "test" }
limit delta_delegations_removed_max { value = "0" clause = "test" }
"""


def a_reload_loses_no_candidate():
    """SIGHUP while one is judged and another waits."""
    with Signer() as signer, Gate("") as gate:
        with Nsd({ZONE: gate.outbox(ZONE), "other.": "none"}) as nsd:
            policy = gate.folder / "any-change.conf"
            policy.write_text(ANY_CHANGE)

            def configure(more):
                gate.configure(
                    f'zone "{ZONE}" {{ policy = "{policy}" '
                    f'anchor active {{ file = "{signer.ds}" '
                    f'}} {nsd.hook()} }}\n{more}')
            configure("")
            gate.restart()
            gate.release(ZONE, signer.sign(2026010101))

            large = signer.sign(2026010102, delegations=2500)
            small = signer.sign(2026010103)
            first = gate.submit(ZONE, large)
            gate.wait_state(first["id"], "judging")
            second = gate.submit(ZONE, small)
            configure('zone "other." { }\n')
            gate.signal(signal.SIGHUP)
            reloaded(gate)
            gate.wait_state(first["id"], "released", "replaced")
            gate.wait_state(second["id"], "released")
            nsd.wait_serial(ZONE, 2026010103)
            check(gate.zone("other.")["state"] == "empty", gate.status())

            # One that is wrong changes nothing, and is said to be wrong.
            first = gate.submit(ZONE, signer.sign(2026010104,
                                                  delegations=2500))
            configure("no-such-key = 1\n")
            gate.signal(signal.SIGHUP)
            entry = reloaded(gate, "config.refused")[-1]
            check(f"{gate.config}:" in entry["text"], entry)
            gate.eventually(lambda: gate.alarms("reload-refused"), "an alarm")
            gate.wait_state(first["id"], "released")
            check(gate.zone("other.")["state"] == "empty", gate.status())

            # So does one that would refuse what is published.
            gate.configure(
                f'zone "{ZONE}" {{ anchor active {{ file = '
                f'"{other_anchor(gate)}" }} {nsd.hook()} }}\n')
            gate.signal(signal.SIGHUP)
            entry = reloaded(gate, "config.refused", 1)[-1]
            check(ZONE in entry["text"], entry)
            try:
                gate.ask("reload", reason="a test", force=False)
            except Refused as why:
                check(why.code == "conflict", why)
            else:
                check(False, "it was taken")
            check(gate.run("reload").returncode == 3, "it was taken")

            configure("")
            done = gate.run("reload", "--reason", "mended")
            check(done.returncode == 0, done.stdout, done.stderr)
            gate.eventually(lambda: not gate.alarms(), "no alarm is left")
            check(nsd.serial(ZONE) == 2026010104, "what is served")


def other_anchor(gate):
    """A DS record that is not the zone's."""
    path = gate.folder / "other.ds"
    path.write_text(f"{ZONE} IN DS 4711 13 2 {'ab' * 32}\n")
    return path


def add_to(suite):
    for test in (one_that_hangs_keeps_nobody_waiting, uploads_in_all_forms,
                 a_reload_loses_no_candidate):
        suite.add(test.__name__.replace("_", " "), test)
