# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkers of signed zones that Debian has, as second opinions."""

import os
import shutil
import subprocess
from dataclasses import dataclass

from fixtures import clock
from fixtures.sign import SignerFailed
from fixtures.zonetext import seconds

# A verdict that is neither: the peer fell over, or did not end.
CRASHED = "crashed"
LATE = "late"
DEADLINE = 20
SLOWER = 10 if "ASAN_OPTIONS" in os.environ else 1


@dataclass(frozen=True)
class Peer:
    name: str
    command: object         # function of path, apex and time: arguments
    env: object = None      # function of the time: the environment


def fake_clock(at):
    """dnssec-verify takes no time, but looks at the clock."""
    try:
        return clock.environment(at, FAKETIME_DONT_FAKE_MONOTONIC="1")
    except SignerFailed:
        return None


PEERS = {peer.name: peer for peer in (
    Peer("dnssec-verify", lambda path, apex, at: (
        "dnssec-verify", "-q", "-o", apex, path), fake_clock),
    Peer("dnssec-verify -z", lambda path, apex, at: (
        "dnssec-verify", "-q", "-z", "-o", apex, path), fake_clock),
    Peer("ldns-verify-zone", lambda path, apex, at: (
        "ldns-verify-zone", "-V0", "-t", at, path)),
    Peer("kzonecheck", lambda path, apex, at: (
        "kzonecheck", "-d", "on", "-t", str(seconds(at)), "-o", apex, path)),
    Peer("validns", lambda path, apex, at: (
        "validns", "-t", str(seconds(at)), "-z", apex, path)),
)}


def is_there(peer):
    command = PEERS[peer].command("", "", "20260101000000")[0]
    return bool(shutil.which(command)) and (
        PEERS[peer].env is None or fake_clock("20260101000000") is not None)


def accepts(peer, path, apex, at):
    """What PEER says of the zone at PATH: True, False, CRASHED or LATE."""
    peer = PEERS[peer]
    try:
        done = subprocess.run(
            [str(word) for word in peer.command(path, apex, at)],
            env=peer.env(at) if peer.env else None,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False,
            timeout=DEADLINE * SLOWER)
    except subprocess.TimeoutExpired:
        return LATE
    if done.returncode < 0 or done.returncode > 128:
        return CRASHED
    return done.returncode == 0
