# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of nameservers, and whether two are alike.

Alike are two answers with the same response code, flags and sections; in a
section the order of records, the case of letters in names, and the message's
id do not count.  TTLs, RRSIGs and all other octets do.
"""

import contextlib
import socket

import dns.exception
import dns.message
import dns.name
import dns.rdatatype

from court import questions

TIMEOUT = 5.0
TRIES = 3


def ask(served, asked):
    """The raw answers of SERVED to all questions ASKED; b"" for none."""
    if served is None:
        return [b""] * len(asked)
    with socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.settimeout(TIMEOUT)
        if served.source:
            udp.bind((served.source, 0))
        udp.connect((served.address, served.port))
        return [one(udp, served, question, number % 65536)
                for number, question in enumerate(asked)]


def one(udp, served, question, number):
    query = questions.wire(question, number)
    for _ in range(TRIES):
        with contextlib.suppress(OSError):
            udp.send(query)
            answer = udp.recv(65535)
            while answer[:2] != query[:2]:
                answer = udp.recv(65535)
            return by_tcp(served, query) if answer[2] & 2 else answer
    return b""


def by_tcp(served, query):
    """For an answer that UDP has no room for."""
    with contextlib.suppress(OSError), socket.socket() as tcp:
        tcp.settimeout(TIMEOUT)
        if served.source:
            tcp.bind((served.source, 0))
        tcp.connect((served.address, served.port))
        tcp.sendall(len(query).to_bytes(2, "big") + query)
        with tcp.makefile("rb") as stream:
            return stream.read(int.from_bytes(stream.read(2), "big"))
    return b""


def serves(answered):
    """Whether the zone is served at all: SERVFAIL and REFUSED are not."""
    return any(answer and answer[3] & 15 in (0, 3) for answer in answered)


def differ(expected, found, asked):
    """The first question that was answered otherwise, and how; or None."""
    for one_of, other, question in zip(expected, found, asked):
        if one_of != other and normal(one_of) != normal(other):
            return (f"{question[0]} {question[1]}: "
                    f"{how(normal(one_of), normal(other))}")
    return None


def normal(answer):
    """What counts of an answer."""
    if not answer:
        return {"header": "no answer"}
    try:
        message = dns.message.from_wire(answer, one_rr_per_rrset=True)
    except (dns.exception.DNSException, ValueError):
        return {"octets": answer}
    header = f"rcode {message.rcode()} flags {message.flags:04x}"
    return {"header": header, **{
        title: sorted(line(rrset) for rrset in section)
        for title, section in (("answer", message.answer),
                               ("authority", message.authority),
                               ("additional", message.additional))}}


def line(rrset):
    """A record as text that compares: its RDATA in canonical octets, and the
    names in it that stay as they are there (RFC 6840 5.1) in small letters."""
    (rdata,) = rrset
    if rdata.rdtype == dns.rdatatype.RRSIG:
        rdata = rdata.replace(signer=small(rdata.signer))
    elif rdata.rdtype == dns.rdatatype.NSEC:
        rdata = rdata.replace(next=small(rdata.next))
    return (f"{small(rrset.name)} {rrset.ttl} "
            f"{dns.rdatatype.to_text(rrset.rdtype)} "
            f"{rdata.to_digestable().hex()}")


def small(name):
    return dns.name.from_wire(name.to_digestable(), 0)[0]


def how(expected, found):
    for title in ("octets", "header", "answer", "authority", "additional"):
        before, after = expected.get(title), found.get(title)
        if before != after:
            if not isinstance(before, list) or not isinstance(after, list):
                return f"{title} {after} for {before}"
            gone = [each for each in before if each not in after]
            came = [each for each in after if each not in before]
            return (f"{title}: gone {shortly(gone)}; "
                    f"new {shortly(came)}")
    return "alike"


def shortly(lines):
    return ", ".join(text[:120] for text in lines[:3]) or "nothing"
