# SPDX-License-Identifier: GPL-3.0-or-later
"""Other contents for a record, of its type and readable."""

from fixtures.zone import flip_octet


def elsewhere(chance, suffix="example.net."):
    return f"changed{chance.randrange(1000)}.{suffix}"


def address(chance):
    return f"198.51.100.{chance.randrange(1, 255)}"


def address6(chance):
    return f"2001:db8:{chance.randrange(1, 65536):x}::{chance.randrange(9)}"


def preference(record, chance):
    number, target = record.rdata.split(None, 1)
    return f"{(int(number) + chance.randrange(1, 99)) % 65536} {target}"


def with_field(record, place, text):
    fields = record.rdata.split()
    fields[place] = text
    return " ".join(fields)


def start_of_authority(record, chance):
    """Anything but the serial, which has a mutation of its own."""
    place = chance.choice((0, 1, 3, 4, 5, 6))
    if place < 2:
        return with_field(record, place, elsewhere(chance))
    old = int(record.rdata.split()[place])
    return with_field(record, place, str(old + chance.choice((1, -1, 60))))


OTHER = {
    "A": lambda record, chance: address(chance),
    "AAAA": lambda record, chance: address6(chance),
    "TXT": lambda record, chance: f'"changed {chance.randrange(1000)}"',
    "MX": preference,
    "KX": preference,
    "AFSDB": preference,
    "SOA": start_of_authority,
    **{kind: lambda record, chance: elsewhere(chance)
       for kind in ("NS", "CNAME", "DNAME", "PTR")},
}


def other(record, chance):
    """RECORD with other RDATA of its type: such as a person would write, or
    with a flipped bit."""
    if record.type in OTHER and not record.rdata.startswith("\\#"):
        return record.with_(rdata=OTHER[record.type](record, chance))
    return flipped(record, chance)


def flipped(record, chance):
    """RECORD with one bit of its RDATA changed."""
    wire = record.wire
    if not wire:
        return record.generic(b"\0")
    return record.generic(flip_octet(wire, chance.randrange(len(wire)),
                                     chance.randrange(8)))


# An RRset that may stand beside most others.
NEW = (("A", "192.0.2.200"), ("AAAA", "2001:db8::200"), ("TXT", '"new"'),
       ("HINFO", '"PDP-10" "ITS"'), ("SSHFP", "1 2 " + "ab" * 32),
       ("TYPE65333", "\\# 3 010203"), ("CAA", '0 issue "new.example"'),
       ("LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"))


def new(chance, types):
    """(type, rdata) of a type that is not among TYPES."""
    return chance.choice([pair for pair in NEW if pair[0] not in types])
