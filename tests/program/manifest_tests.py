# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate manifest and zonegate rebuild: manifests made here, by the manual."""

import base64
import fcntl
import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gate import run
from harness import ROOT, check

MANUAL = ROOT / "gate" / "serve" / "zonegate-manifest.5"


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


class Key:
    def __init__(self):
        self.key = Ed25519PrivateKey.generate()
        public = self.key.public_key()
        self.id = digest(public.public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw))
        self.public = public.public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo)
        self.private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption())

    def sign(self, payload):
        text = json.dumps(payload).encode()
        signature = self.key.sign(b"zonegate-manifest-1\n" + text)
        return json.dumps(
            {"payload": base64.urlsafe_b64encode(text).decode(),
             "key": self.id,
             "signature": base64.urlsafe_b64encode(signature).decode()},
            indent=1).encode() + b"\n"


def payload(zone, candidate, octets, previous, **other):
    return {"schema": "zonegate-manifest-1", "zone": zone,
            "candidate": candidate, "serial": 2026112100 + candidate,
            "sha256": digest(octets), "bytes": len(octets),
            "decision": "release", "released_by": "verdict",
            "approvals": "", "validators": {"ldns": "ldns 1.8.3",
                                            "unbound": "libunbound 1.17.1"},
            "policy": {"name": "registry-default", "sha256": "0" * 64},
            "at": f"2026-11-21T23:{candidate:02}:00Z",
            "expiry": "2026-12-21T00:00:00Z", "soa_expire": 1209600,
            "previous": previous, **other}


class State:
    """A state directory with the chain 1, 4, 5 of shop."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.key = Key()
        self.archive = self.folder / "manifests" / "shop"
        self.outbox = self.folder / "outbox"
        for made in (self.archive, self.outbox, self.folder / "keys"):
            made.mkdir(parents=True)
        self.public = self.folder / "keys" / "manifest.pub"
        self.public.write_bytes(self.key.public)
        private = self.folder / "keys" / "manifest.key"
        private.touch(0o600)
        private.write_bytes(self.key.private)
        self.zone = self.outbox / "shop.zone"
        self.manifest = self.outbox / "shop.manifest"
        previous = None
        for candidate in (1, 4, 5):
            octets = b"; the zone of candidate %d\n" % candidate
            text = self.key.sign(payload("shop.", candidate, octets,
                                         previous))
            (self.archive / f"{candidate}.json").write_bytes(text)
            previous = digest(text)
        self.zone.write_bytes(octets)
        self.manifest.write_bytes(text)

    def verify(self, *arguments, status, key=None):
        result = run("manifest", "verify", "--key", key or self.public,
                     *arguments)
        check(result.status == status, "status", result.status, "wanted",
              status, result.out, result.err)
        return result


def in_state(test):
    def tested():
        with tempfile.TemporaryDirectory() as folder:
            test(State(folder))
    return test.__name__, tested


@in_state
def a_good_release_verifies(state):
    state.verify(state.manifest, status=0)
    state.verify(state.manifest, state.zone, status=0)
    state.verify(state.manifest, state.zone, "--chain", state.archive,
                 status=0)


@in_state
def another_zone_file_is_bad(state):
    state.zone.write_bytes(state.zone.read_bytes() + b"\n")
    state.verify(state.manifest, status=0)
    state.verify(state.manifest, state.zone, status=1)


@in_state
def another_key_is_bad(state):
    other = state.folder / "other.pub"
    other.write_bytes(Key().public)
    state.verify(state.manifest, key=other, status=1)
    other.write_bytes(other.read_bytes() + state.key.public)
    state.verify(state.manifest, key=other, status=0)


@in_state
def a_changed_manifest_is_bad(state):
    manifest = json.loads(state.manifest.read_bytes())
    said = json.loads(base64.urlsafe_b64decode(manifest["payload"]))
    said["decision"] = "none"
    manifest["payload"] = base64.urlsafe_b64encode(
        json.dumps(said).encode()).decode()
    state.manifest.write_text(json.dumps(manifest))
    state.verify(state.manifest, status=1)


@in_state
def what_cannot_be_read_is_a_fault(state):
    nothing = state.folder / "nothing"
    state.verify(nothing, status=3)
    state.verify(state.manifest, nothing, status=3)
    state.verify(state.manifest, key=nothing, status=3)
    state.verify(state.manifest, "--chain", nothing, status=3)


@in_state
def a_broken_chain_is_bad(state):
    chain = (state.manifest, "--chain", state.archive)
    four = state.archive / "4.json"
    text = four.read_bytes()
    four.unlink()
    state.verify(*chain, status=1)
    four.write_bytes(state.key.sign(payload("shop.", 4, b"other", None)))
    state.verify(*chain, status=1)
    four.write_bytes(text)
    state.verify(*chain, status=0)
    (state.archive / "3.json").write_bytes(text)
    state.verify(*chain, status=1)


@in_state
def the_newest_may_not_be_in_the_archive_yet(state):
    chain = (state.manifest, "--chain", state.archive)
    (state.archive / "5.json").unlink()
    state.verify(*chain, status=0)
    (state.archive / "4.json").unlink()
    state.verify(*chain, status=1)


@in_state
def another_zones_chain_is_bad(state):
    text = state.key.sign(payload("other.", 9, b"x", digest(
        (state.archive / "5.json").read_bytes())))
    state.manifest.write_bytes(text)
    state.verify(state.manifest, status=0)
    state.verify(state.manifest, "--chain", state.archive, status=1)


@in_state
def show_writes_the_payload(state):
    result = run("manifest", "show", state.manifest, "--key", state.public)
    check(result.status == 0, result.err)
    said = json.loads(result.out)
    check(said["candidate"] == 5 and said["zone"] == "shop.", said)
    said["approvals"] = "\u202e\u0085 \x1b[2J"
    state.manifest.write_bytes(state.key.sign(said))
    result = run("manifest", "show", state.manifest, "--key", state.public)
    check(json.loads(result.out) == said, result.out)
    check(all(0x20 <= octet < 0x7f or octet == 0x0a for octet in result.out),
          result.out)
    state.public.write_bytes(Key().public)
    result = run("manifest", "show", state.manifest, "--key", state.public)
    check(result.status == 1 and not result.out, result.status, result.out)


@in_state
def usage_is_64(state):
    for arguments in ((), ("verify",), ("verify", state.manifest),
                      ("show", state.manifest), ("what",),
                      ("show", "--key", state.public),
                      ("verify", "a", "b", "c", "--key", state.public)):
        result = run("manifest", *arguments)
        check(result.status == 64, arguments, result.status)
    check(run("manifest", "--help").status == 0)
    check(run("rebuild", "--state", "/", "--config", "/").status == 64)
    check(run("rebuild", "extra").status == 64)


@in_state
def the_manuals_commands_verify(state):
    """The commands, run as they stand in the manual."""
    blocks = [part.split(".Ed\n")[0].replace("\\e", "\\")
              for part in MANUAL.read_text().split(".Bd -literal\n")[1:]]
    check(len(blocks) == 2, len(blocks), "blocks")

    def shell(script):
        return subprocess.run(
            ["sh", "-eu", "-c", script], cwd=state.folder,
            capture_output=True, check=False,
            env={**os.environ, "M": str(state.manifest),
                 "KEY": str(state.public)})

    done = shell(blocks[0])
    check(done.returncode == 0, done.stdout, done.stderr)
    said = json.loads((state.folder / "payload").read_bytes())
    check(said["sha256"] == digest(state.zone.read_bytes()), said)
    done = shell(blocks[1])
    check(done.stdout.split()[0].decode() == state.key.id, done.stdout)
    text = state.manifest.read_text()
    other = (state.archive / "4.json").read_text().splitlines()[1]
    state.manifest.write_text(text.replace(text.splitlines()[1], other))
    check(shell(blocks[0]).returncode != 0, "a changed one verifies")


# ---- rebuild ----

def rebuild(state, *arguments, status):
    result = run("rebuild", "--state", state.folder, *arguments)
    check(result.status == status, "status", result.status, "wanted", status,
          result.out, result.err)


def released(state):
    with sqlite3.connect(state.folder / "ledger.sqlite") as ledger:
        rows = ledger.execute("SELECT id, state, zone FROM candidates"
                              " ORDER BY id").fetchall()
    ledger.close()
    return rows


CHAIN = [(1, "replaced", "shop."), (4, "replaced", "shop."),
         (5, "released", "shop.")]


@in_state
def a_lost_ledger_is_made_again(state):
    rebuild(state, status=0)
    check(released(state) == CHAIN, released(state))


@in_state
def a_corrupt_ledger_is_made_again_and_kept(state):
    ledger = state.folder / "ledger.sqlite"
    ledger.write_bytes(b"this is no ledger")
    before = {path: path.read_bytes() for path in state.outbox.iterdir()}
    rebuild(state, status=0)
    check(released(state) == CHAIN, released(state))
    kept = list(state.folder.glob("ledger.sqlite.broken-*"))
    check(len(kept) == 1, kept)
    check(kept[0].read_bytes() == b"this is no ledger")
    check(before == {path: path.read_bytes()
                     for path in state.outbox.iterdir()})


@in_state
def a_good_ledger_stays(state):
    rebuild(state, status=0)
    rebuild(state, status=1)
    check(not list(state.folder.glob("ledger.sqlite.broken-*")))
    rebuild(state, "--force", status=0)
    check(released(state) == CHAIN, released(state))


@in_state
def a_running_daemon_is_left_alone(state):
    (state.folder / "run").mkdir()
    with open(state.folder / "run" / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rebuild(state, status=1)
        rebuild(state, "--force", status=1)
        check(not (state.folder / "ledger.sqlite").exists())
    rebuild(state, status=0)


@in_state
def what_cannot_be_rebuilt_is_a_fault(state):
    (state.folder / "keys" / "manifest.key").unlink()
    rebuild(state, status=3)
    check(not (state.folder / "ledger.sqlite").exists())
    check(run("rebuild", "--state", state.folder / "none").status == 3)
    check(run("rebuild", "--config", state.folder / "none").status == 3)


TESTS = (a_good_release_verifies, another_zone_file_is_bad,
         another_key_is_bad, a_changed_manifest_is_bad,
         what_cannot_be_read_is_a_fault, a_broken_chain_is_bad,
         the_newest_may_not_be_in_the_archive_yet,
         another_zones_chain_is_bad, show_writes_the_payload, usage_is_64,
         the_manuals_commands_verify, a_lost_ledger_is_made_again,
         a_corrupt_ledger_is_made_again_and_kept, a_good_ledger_stays,
         a_running_daemon_is_left_alone, what_cannot_be_rebuilt_is_a_fault)


def add_to(suite):
    for name, test in TESTS:
        suite.add(f"manifest: {name.replace('_', ' ')}", test)
