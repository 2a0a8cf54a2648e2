# SPDX-License-Identifier: GPL-3.0-or-later
"""zonegate-probe against NSD, and against what may answer in its place."""

import json
import os
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset

import harness
from harness import check

import nameservers
from nameservers import LONG, SERIAL, SOA, ZONE, Fake, Nsd, answer

SUITE = harness.Suite()


def probe(port, *more, zone=ZONE, address="127.0.0.1"):
    """Exit status and the line it prints."""
    done = subprocess.run(
        [harness.build_folder() / "zonegate-probe", address, str(port), zone,
         *more], capture_output=True, text=True, timeout=LONG,
        stdin=subprocess.DEVNULL)
    check(done.returncode in (0, 1) and not done.stderr and
          done.stdout.count("\n") == 1, done)
    said = json.loads(done.stdout)
    check(done.returncode == (1 if "error" in said else 0), done)
    return said


def is_served(said, signed=True):
    check(said == {"serial": SERIAL, "aa": True, "rcode": "NOERROR",
                   "signed": signed}, said)


def is_not(said):
    check(list(said) == ["error"] and said["error"], said)


# ---- NSD ---------------------------------------------------------------------

def nsd_is_understood(algorithm, options):
    with tempfile.TemporaryDirectory(prefix="zonegate-probe-") as name:
        folder = Path(name)
        file = nameservers.sign(folder, algorithm)
        with Nsd(folder, file, options) as nsd:
            is_served(probe(nsd.port, "--timeout", "30s"))
            is_served(probe(nsd.port, "--timeout", "30s",
                            zone="PROBE.Example"))
            said = probe(nsd.port, "--timeout", "30s", zone="other.example.")
            is_not(said)
            check("REFUSED" in said["error"], said)
            is_not(probe(nsd.port, "--timeout", "30s", zone="ns." + ZONE))


SUITE.add("NSD is understood", nsd_is_understood, ["-a", "13"], "")
# The answer does not fit in 512 octets.
SUITE.add("NSD is understood over TCP", nsd_is_understood,
          ["-a", "8", "-b", "4096"], "  ipv4-edns-size: 512")


@SUITE.test
def NSD_with_an_unsigned_zone_is_seen():
    with tempfile.TemporaryDirectory(prefix="zonegate-probe-") as name:
        folder = Path(name)
        (folder / "unsigned").write_text(nameservers.ZONE_TEXT)
        with Nsd(folder, folder / "unsigned") as nsd:
            is_served(probe(nsd.port, "--timeout", "30s"), signed=False)


# ---- what is asked -----------------------------------------------------------

@SUITE.test
def question_is_for_a_nameserver():
    with Fake(lambda question: [answer(question)]) as fake:
        is_served(probe(fake.port, "--timeout", "30s"))
        question = fake.asked[0]
        check(not question.flags & (dns.flags.RD | dns.flags.QR) and
              question.ednsflags & dns.flags.DO and
              question.payload == 1232, question)
        is_served(probe(fake.port, "--timeout", "30s"))
        check(len({asked.id for asked in fake.asked}) > 1 or
              len(fake.asked) == 1, "the same id twice")


@SUITE.test
def question_is_said_again():
    def third(question):
        fake.count = getattr(fake, "count", 0) + 1
        return [answer(question)] if fake.count == 3 else []
    with Fake(third) as fake:
        is_served(probe(fake.port, "--timeout", "60s"))


# ---- what does not count -----------------------------------------------------

def other_id(question):
    packet = bytearray(answer(question))
    packet[1] ^= 1
    return [bytes(packet)]


def other_question(name, kind):
    def lie(question):
        asked = [dns.rrset.RRset(dns.name.from_text(name), 1,
                                 dns.rdatatype.from_text(kind))]
        return [answer(question, asked=asked)]
    return lie


def loop(question):
    """A name that points at itself."""
    head = struct.pack("!HHHHHH", question.id, 0x8400, 1, 1, 0, 0)
    return [head + b"\xc0\x0c\x00\x06\x00\x01" * 2]


def long_rdata(question):
    packet = bytearray(answer(question, signed=False))
    return [bytes(packet[:-1]), bytes(packet[:-20]), bytes(packet[:13])]


IGNORED = {
    "nothing": lambda _: [],
    "no octet": lambda _: [b""],
    "one octet": lambda _: [b"\0"],
    "garbage": lambda _: [os.urandom(500)],
    "only the id": lambda question: [struct.pack("!H", question.id)],
    "the question": lambda question: [question.to_wire()],
    "another id": other_id,
    "another name": other_question("other.example.", "SOA"),
    "another type": other_question(ZONE, "NS"),
    "no question": lambda question: [answer(question, asked=[])],
    "a loop of names": loop,
    "half a message": long_rdata,
    "a header that lies": lambda question: [
        struct.pack("!HHHHHH", question.id, 0x8400, 65535, 65535, 65535,
                    65535) + bytes(100)],
    "another opcode": lambda question: [answer(question, flags=0x2400)],
}


def is_ignored(name):
    with Fake(IGNORED[name]) as fake:
        start = time.monotonic()
        is_not(probe(fake.port, "--timeout", "1s"))
        check(time.monotonic() - start >= 0.9, "it gave up at once")
    with Fake(lambda question: IGNORED[name](question) +
              [answer(question)]) as fake:
        is_served(probe(fake.port, "--timeout", "30s"))


for _name in IGNORED:
    SUITE.add(f"probe ignores {_name}", is_ignored, _name)


@SUITE.test
def probe_ignores_packets_from_elsewhere():
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.1", 0))
    with other, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(LONG)
        running = subprocess.Popen(
            [harness.build_folder() / "zonegate-probe", "127.0.0.1",
             str(server.getsockname()[1]), ZONE, "--timeout", "3s"],
            stdout=subprocess.PIPE)
        packet, peer = server.recvfrom(65535)
        other.sendto(answer(dns.message.from_wire(packet)), peer)
        is_not(json.loads(running.communicate(timeout=LONG)[0]))


# ---- answers that are refusals -----------------------------------------------

def second_soa(reply):
    reply.answer.append(dns.rrset.from_text(
        ZONE, 3600, "IN", "SOA", SOA.replace(str(SERIAL), "7")))


REFUSALS = {
    "REFUSED": {"rcode": 5, "soas": ()},
    "SERVFAIL": {"rcode": 2, "soas": ()},
    "NXDOMAIN": {"rcode": 3},
    "FORMERR without a question": {"rcode": 1, "soas": (), "asked": []},
    "BADVERS": {"rcode": 16, "soas": ()},
    "no SOA": {"soas": ()},
    "another's SOA": {"owner": "example."},
    "two SOAs": {"change": second_soa},
    "no authority": {"flags": 0},
}


def is_refusal(name):
    with Fake(lambda question: [answer(question, **REFUSALS[name])]) as fake:
        start = time.monotonic()
        is_not(probe(fake.port, "--timeout", "50s"))
        check(time.monotonic() - start < 40, "it waited")


for _name in REFUSALS:
    SUITE.add(f"probe takes {_name} for a refusal", is_refusal, _name)


@SUITE.test
def signature_of_another_type_does_not_count():
    def change(reply):
        reply.answer.append(dns.rrset.from_text(
            ZONE, 3600, "IN", "RRSIG",
            nameservers.RRSIG.replace("SOA", "NS")))
    with Fake(lambda question: [answer(question, signed=False,
                                       change=change)]) as fake:
        is_served(probe(fake.port, "--timeout", "30s"), signed=False)


# ---- TCP ---------------------------------------------------------------------

def truncated(question):
    return [answer(question, soas=(), flags=dns.flags.AA | dns.flags.TC)]


def framed(octets, length=None):
    return struct.pack("!H", len(octets) if length is None else length) + \
        octets


@SUITE.test
def truncated_answer_is_asked_for_over_TCP():
    with Fake(truncated, lambda _, connection, question:
              connection.sendall(framed(answer(question)))) as fake:
        is_served(probe(fake.port, "--timeout", "30s"))


def drip(fake, connection, question):
    for octet in framed(answer(question)):
        connection.sendall(bytes([octet]))
        if fake.ends.wait(0.2):
            return


TCP_LIES = {
    "closes": lambda *_: None,
    "hangs": lambda fake, *_: fake.ends.wait(LONG),
    "drips": drip,
    "sends garbage": lambda _, connection, __:
        connection.sendall(os.urandom(4000)),
    "sends less than it says": lambda _, connection, question:
        connection.sendall(framed(answer(question), 60000)),
    "sends no octet": lambda _, connection, __:
        connection.sendall(framed(b"")),
    "sends another's answer": lambda _, connection, question:
        connection.sendall(framed(other_id(question)[0])),
    "truncates again": lambda _, connection, question:
        connection.sendall(framed(truncated(question)[0])),
}


def tcp_lie_is_refused(name):
    with Fake(truncated, TCP_LIES[name]) as fake:
        is_not(probe(fake.port, "--timeout", "2s"))


for _name in TCP_LIES:
    SUITE.add(f"probe refuses TCP that {_name}", tcp_lie_is_refused, _name)


@SUITE.test
def truncation_without_TCP_is_refused():
    with Fake(truncated) as fake:
        is_not(probe(fake.port, "--timeout", "5s"))


# ---- the command line --------------------------------------------------------

USAGE = [
    [], ["127.0.0.1"], ["127.0.0.1", "53"],
    ["localhost", "53", ZONE], ["nowhere.invalid", "53", ZONE],
    ["127.0.0.1", "0", ZONE], ["127.0.0.1", "65536", ZONE],
    ["127.0.0.1", "-1", ZONE], ["127.0.0.1", "", ZONE],
    ["127.0.0.1", "domain", ZONE], ["127.0.0.1", "53", "a..b"],
    ["127.0.0.1", "53", "x" * 64], ["127.0.0.1", "53", ""],
    ["127.0.0.1", "53", ZONE, "--timeout"],
    ["127.0.0.1", "53", ZONE, "--timeout", "0"],
    ["127.0.0.1", "53", ZONE, "--timeout", "5"],
    ["127.0.0.1", "53", ZONE, "--timeout", "2h"],
    ["127.0.0.1", "53", ZONE, "--waive", "all"],
    ["127.0.0.1", "53", ZONE, "more"],
]


@SUITE.test
def probe_refuses_wrong_command_lines():
    for words in USAGE:
        done = subprocess.run(
            [harness.build_folder() / "zonegate-probe", *words],
            capture_output=True, timeout=LONG)
        check(done.returncode == 64 and done.stderr and not done.stdout,
              words, done)


@SUITE.test
def probe_asks_over_IPv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
            server.bind(("::1", 0))
            port = server.getsockname()[1]
            is_not(probe(port, "--timeout", "1s", address="::1"))
            server.settimeout(LONG)
            check(server.recv(65535), "nothing was asked")
    except OSError as why:
        raise harness.Skip(f"no IPv6 here: {why}") from why


@SUITE.test
def probe_says_when_nobody_is_there():
    holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    holder.bind(("127.0.0.1", 0))
    with holder:
        is_not(probe(holder.getsockname()[1], "--timeout", "1s"))
