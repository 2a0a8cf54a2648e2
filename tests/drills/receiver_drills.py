# SPDX-License-Identifier: GPL-3.0-or-later
"""Hooks, pushes, webhooks and helpers that hang, fail or die: nobody waits for
them, they are named, and what they owe is done in the end."""

import contextlib
import json
import os
import signal
from pathlib import Path

from rig import (
    SHOP, Receiver, check, drill, eventually, gone, health, named, only)

OTHER = "toys."
BOTH = (SHOP, OTHER)


def both(gate, signers):
    for signer in signers:
        gate.release(signer.zone, signer.good())
        check(gate.serial(signer.zone) == signer.serial, "not released")


# ---- hooks ----

def a_hook(trouble):
    """A hook that has TROUBLE with shop. alone, until it has not."""
    hook = ('hook ns { command = {"/bin/sh", "{folder}/hook", "{zone}", '
            '"{serial}"} deadline = "10s" }')
    right = 'echo "$2" > "$(dirname "$0")/$1served"\n'
    with drill(hook, zones=BOTH, start=False) as (gate, *signers):
        script = gate.folder / "hook"
        script.write_text(right)
        gate.start()
        both(gate, signers)
        script.write_text(f'[ "$1" = {SHOP} ] && {trouble}\n{right}')
        both(gate, signers)
        eventually(lambda: served(gate, OTHER) == signers[1].serial,
                   "the other zone is served")
        named(gate, "hook-failed", SHOP, "ns")
        only(gate)
        check(served(gate, SHOP) != signers[0].serial, "it did run")
        check(not gate.alarms("hook-failed", OTHER), "the other zone's, too")
        script.write_text(right)
        eventually(lambda: served(gate, SHOP) == signers[0].serial,
                   "tried again")
        gone(gate, "hook-failed")


def served(gate, zone):
    path = gate.folder / (zone + "served")
    text = path.read_text().strip() if path.exists() else ""
    return int(text) if text else None


# ---- pushes ----

def a_push(answer):
    """A receiver that gives ANSWER for shop., and is well for the other."""
    with Receiver() as well, Receiver() as ill, drill(
            f'push well {{ url = "{well.url}{{zone}}" }}\n'
            f'push ill {{ url = "{ill.url}{{zone}}" }}',
            zones=BOTH) as (gate, *signers):
        both(gate, signers)
        eventually(lambda: len(ill.bodies()) == 2
                   and len(well.bodies()) == 2, "pushed")
        ill.answer = answer
        files = [signer.good() for signer in signers]
        for signer, file in zip(signers, files):
            gate.release(signer.zone, file)
        eventually(lambda: len(well.bodies()) >= 4, "pushed to the other")
        eventually(lambda: {path for _, path, _, given in list(ill.seen)
                            if given == answer} == {"/" + SHOP, "/" + OTHER},
                   "asked for both")
        if answer == "hang":
            # The connections end, without an answer.
            ill.released.set()
        named(gate, "push-failed", SHOP, "ill")
        only(gate)
        ill.answer = 200
        gone(gate, "push-failed")
        check(set(ill.bodies()[2:])
              == {file.read_bytes() for file in files}, "other octets")


# ---- webhooks ----

def events(receiver, kind):
    """The webhook's messages that arrived about alarms of KIND."""
    found = [json.loads(body) for body in receiver.bodies() if body]
    return [message["event"] for message in found
            if message["alarm"]["kind"] == kind]


def a_webhook(answer):
    with Receiver() as well, Receiver() as ill, drill(
            more=f'webhook well {{ url = "{well.url}" }}\n'
                 f'webhook ill {{ url = "{ill.url}" }}\n') as (gate, signer):
        gate.release(SHOP, signer.good())
        ill.answer = answer
        gate.submit(SHOP, signer.bad(), wait=60)
        eventually(lambda: events(well, "zone-blocked") == ["raised"],
                   "the other webhook is told")
        eventually(lambda: ill.bodies(answer), "asked")
        # The zone goes its way meanwhile.
        gate.release(SHOP, signer.good())
        if answer == "hang":
            ill.released.set()
        named(gate, "webhook-failing", "", "ill")
        only(gate)
        ill.answer = 200
        eventually(lambda: sorted(set(events(ill, "zone-blocked")))
                   == ["raised", "resolved"],
                   lambda: f"told in the end: {ill.seen}")
        gone(gate, "webhook-failing")


def the_heartbeat_of_a_broken_gate():
    with Receiver() as switch, drill(
            more=f'heartbeat {{ url = "{switch.url}" interval = "1s" }}\n',
            workers=True, top={"canary_interval": '"1s"'}) as (gate, signer):
        gate.release(SHOP, signer.good())
        beats = len(switch.seen)
        eventually(lambda: len(switch.seen) >= beats + 2, "beats")
        gate.workers.replace("zonegate-ldns", "exit 1")
        named(gate, "gate broken")
        beats = eventually(lambda: quiet(gate, switch), "no heartbeat")
        gate.workers.restore("zonegate-ldns")
        gone(gate, "gate broken")
        eventually(lambda: len(switch.seen) >= beats + 2, "beats again")


def quiet(gate, switch):
    """Its beats, if none came for three rounds of the broken gate."""
    before = len(switch.seen)
    for _ in range(3):
        at = gate.status()["gate"]["canary_at"]
        eventually(lambda: gate.status()["gate"]["canary_at"] != at,
                   "the canaries are judged")
    return before if len(switch.seen) == before else None


# ---- helpers ----

def process_of(gate, name):
    """The number of the helper's process, or None."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            head, _, rest = path.read_text().rpartition(")")
            if (int(rest.split()[1]) == gate.process.pid
                    and name.startswith(head.partition("(")[2])):
                return int(path.parent.name)
    return None


def kill(gate, name):
    os.kill(process_of(gate, name), signal.SIGKILL)


def was_raised(gate, kind):
    eventually(lambda: any(entry["data"]["kind"] == kind
                           for entry in gate.log("alarm.raised")), kind)


def zonegate_http_is_killed():
    with drill(workers=True) as (gate, signer):
        gate.release(SHOP, signer.good())
        _, port = gate.address()
        # It does not come back for now.
        gate.workers.replace("zonegate-http", "exit 1")
        kill(gate, "zonegate-http")
        eventually(lambda: gate.alarms("http-down"), "http-down")
        gate.release(SHOP, signer.good())
        gate.workers.restore("zonegate-http")
        eventually(lambda: gate.address()[1] != port
                   and not gate.alarms("http-down"), "it is started again")
        check(health(gate)[0] == 200, health(gate))


def zonegate_notify_is_killed():
    with Receiver() as receiver, drill(
            more=f'webhook page {{ url = "{receiver.url}" }}\n',
            workers=True) as (gate, signer):
        gate.release(SHOP, signer.good())
        gate.workers.replace("zonegate-notify", "exit 1")
        kill(gate, "zonegate-notify")
        named(gate, "notify-down")
        gate.submit(SHOP, signer.bad(), wait=60)
        gate.release(SHOP, signer.good())
        gate.workers.restore("zonegate-notify")
        gone(gate, "notify-down")
        eventually(lambda: sorted(set(events(receiver, "zone-blocked")))
                   == ["raised", "resolved"],
                   lambda: f"told in the end: {receiver.seen}")


def add_to(suite):
    for trouble in ("exit 1", "sleep 100"):
        suite.add(f"a hook: {trouble}", a_hook, trouble)
    for answer in (500, "hang"):
        suite.add(f"a push: {answer}", a_push, answer)
        suite.add(f"a webhook: {answer}", a_webhook, answer)
    for test in (the_heartbeat_of_a_broken_gate, zonegate_http_is_killed,
                 zonegate_notify_is_killed):
        suite.add(test.__name__.replace("_", " "), test)
