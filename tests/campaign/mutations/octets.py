# SPDX-License-Identifier: GPL-3.0-or-later
"""The file itself: octets changed, gone or moved, with no regard for what
they mean."""

from damaged import NotHere
from fixtures import zonetext
from mutations import LEFT, mutation


def written(zone):
    return zonetext.write(zone.records).encode("latin-1")


@mutation(LEFT)
def flip(zone, chance):
    octets = bytearray(written(zone))
    place, bit = chance.randrange(len(octets)), chance.randrange(8)
    octets[place] ^= 1 << bit
    zone.raw = bytes(octets)
    return f"bit {bit} of octet {place} of the file"


@mutation(LEFT)
def cut_off(zone, chance):
    octets = written(zone)
    place = chance.randrange(1, len(octets) - 1)
    zone.raw = octets[:place]
    return f"cut off after {place} octets"


@mutation(LEFT)
def piece_gone(zone, chance):
    octets = written(zone)
    place = chance.randrange(len(octets) - 1)
    size = chance.choice((1, 2, 10, 100, 512, 4096))
    zone.raw = octets[:place] + octets[place + size:]
    return f"{size} octets gone at {place}"


@mutation(LEFT)
def zeros(zone, chance):
    """As after a crash with a file system that journals no data."""
    octets = written(zone)
    place = chance.randrange(len(octets) - 1)
    size = min(chance.choice((1, 8, 512, 4096)), len(octets) - place)
    zone.raw = octets[:place] + bytes(size) + octets[place + size:]
    return f"{size} zeros at {place}"


@mutation(LEFT)
def character(zone, chance):
    """One that means something in a zone file."""
    octets = bytearray(written(zone))
    place = chance.randrange(len(octets))
    other = ord(chance.choice(" \t\n;\\\"().@$*0aA"))
    if octets[place] == other:
        raise NotHere
    octets[place] = other
    zone.raw = bytes(octets)
    return f"{chr(other)!r} at octet {place}"


@mutation(LEFT)
def lines_swapped(zone, chance):
    """The order of records means nothing."""
    one, other = (chance.randrange(len(zone.records)) for _ in range(2))
    if zone.records[one] == zone.records[other]:
        raise NotHere
    zone.records[one], zone.records[other] = (zone.records[other],
                                              zone.records[one])
    return f"swapped lines {one + 1} and {other + 1}"


@mutation(LEFT)
def directive(zone, chance):
    """Such as mean nothing where every name and TTL is written in full, and
    one that does."""
    lines = written(zone).decode("latin-1").splitlines(keepends=True)
    what = chance.choice(("$ORIGIN elsewhere.example.", "$TTL 5", "; remark",
                          "", "$INCLUDE /etc/hostname",
                          "$GENERATE 1-3 g$ A 192.0.2.$"))
    place = chance.randrange(len(lines))
    lines.insert(place, what + "\n")
    zone.raw = "".join(lines).encode("latin-1")
    return f"{what!r} before line {place + 1}"
