# SPDX-License-Identifier: GPL-3.0-or-later
"""NSEC: next names, bitmaps, records too many and too few."""

import dns.rdatatype

from damaged import NotHere, pick
from fixtures.zonetext import name
from mutations import BOTH, LEFT, SIGNED, contents, mutation

TYPES = ("A", "AAAA", "TXT", "MX", "NS", "DS", "CNAME", "DNAME", "SOA", "SRV",
         "TYPE65280", "TYPE1000", "NSEC3", "DNSKEY", "RRSIG", "NSEC",
         "NSEC3PARAM", "CAA", "CDS")


def any_nsec(zone, chance):
    return pick(chance, zone.nsecs())


def put(zone, record, following=None, types=None):
    fields = record.rdata.split()
    words = (following or fields[0],
             *(fields[1:] if types is None else types))
    made = record.with_(rdata=" ".join(words))
    if made == record:
        raise NotHere
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC")
    return f"{record} is now {made.rdata}"


def bitmap(types, chance):
    """Octets of a bitmap for TYPES with something that no signer writes;
    RFC 4034 4.1.2."""
    windows = {}
    for kind in types:
        number = dns.rdatatype.from_text(kind)
        windows.setdefault(number >> 8, set()).add(number & 255)
    blocks = []
    for window in sorted(windows):
        octets = bytearray(max(windows[window]) // 8 + 1)
        for number in windows[window]:
            octets[number // 8] |= 0x80 >> number % 8
        blocks.append((window, bytes(octets)))
    odd = chance.choice(("zeros", "twice", "empty", "order", "short", "none",
                         "long"))
    if odd == "zeros":
        blocks[-1] = (blocks[-1][0], blocks[-1][1] + b"\0")
    elif odd == "twice":
        blocks.append(blocks[-1])
    elif odd == "empty":
        blocks.append((blocks[-1][0] + 1, b""))
    elif odd == "order":
        blocks.insert(0, (blocks[-1][0] + 1, b"\x40"))
    elif odd == "long":
        blocks[-1] = (blocks[-1][0], blocks[-1][1].ljust(33, b"\0"))
    elif odd == "none":
        blocks = []
    made = b"".join(bytes((window, len(octets))) + octets
                    for window, octets in blocks)
    return odd, made[:-1] if odd == "short" else made


@mutation()
def next_name(zone, chance):
    """Another name of the zone, or one that is not there."""
    record = any_nsec(zone, chance)
    other = chance.choice((pick(chance, zone.nsecs()).owner, zone.apex,
                           record.owner, zone.owner("nowhere"),
                           "elsewhere.example.net."))
    if name(other) == name(record.rdata.split()[0]):
        raise NotHere
    return put(zone, record, following=other)


@mutation()
def next_name_in_capitals(zone, chance):
    record = any_nsec(zone, chance)
    return put(zone, record, following=record.rdata.split()[0].upper())


@mutation()
def swap_next_names(zone, chance):
    one, other = chance.sample(zone.nsecs(), 2) \
        if len(zone.nsecs()) > 1 else pick(chance, [])
    following = one.rdata.split()[0], other.rdata.split()[0]
    said = put(zone, one, following=following[1])
    return f"{said}; {put(zone, other, following=following[0])}"


@mutation()
def type_too_many(zone, chance):
    record = any_nsec(zone, chance)
    types = record.rdata.split()[1:]
    kind = pick(chance, [kind for kind in TYPES if kind not in types])
    return put(zone, record, types=types + [kind])


@mutation()
def type_too_few(zone, chance):
    record = any_nsec(zone, chance)
    types = record.rdata.split()[1:]
    gone = pick(chance, types)
    return put(zone, record, types=[kind for kind in types if kind != gone])


@mutation()
def other_form(zone, chance):
    """A bitmap that says the same, but not in the one form allowed."""
    record = any_nsec(zone, chance)
    following, *types = record.rdata.split()
    odd, octets = bitmap(types, chance)
    made = record.generic(name(following).to_digestable() + octets)
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC")
    return f"bitmap {odd} in {record}"


@mutation()
def flip(zone, chance):
    record = any_nsec(zone, chance)
    made = contents.flipped(record, chance)
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC")
    return f"{record} is now {made.rdata}"


@mutation(LEFT)
def drop(zone, chance):
    record = any_nsec(zone, chance)
    zone.remove(record, *zone.signatures(record.owner, "NSEC"))
    return f"dropped {record} with its signatures"


@mutation(SIGNED)
def drop_and_close(zone, chance):
    record = pick(chance, zone.nsecs()[1:])
    zone.remove_nsec(record.owner)
    return f"dropped {record} and closed the chain"


@mutation(SIGNED)
def drop_several_and_close(zone, chance):
    records = zone.nsecs()
    if len(records) < 5:
        raise NotHere
    start = chance.randrange(1, len(records) - 2)
    for record in records[start:start + 2]:
        zone.remove_nsec(record.owner)
    return f"dropped {records[start].owner} and the next from the chain"


@mutation(SIGNED)
def insert(zone, chance):
    """An NSEC for a name that is not there, or has none by right."""
    place = chance.choice([zone.owner("nowhere"), zone.owner("a.b.nowhere")]
                          + zone.below(zone.cuts())[:2])
    if not zone.nsecs() or zone.find(place, "NSEC"):
        raise NotHere
    zone.insert_nsec(place)
    return f"an NSEC at {place}, with the chain told"


@mutation()
def second(zone, chance):
    """Two at one name."""
    record = any_nsec(zone, chance)
    fields = record.rdata.split()
    other = pick(chance, zone.nsecs()).owner
    zone.add(record.with_(rdata=" ".join((other, *fields[1:]))))
    zone.changed(record.owner, "NSEC")
    return f"a second NSEC at {record.owner}"


@mutation()
def beside_nsec3(zone, chance):
    if zone.nsecs() or not zone.nsec3s():
        raise NotHere
    owner = pick(chance, zone.hosts())
    zone.add(zone.new(owner, "NSEC", f"{zone.apex} A RRSIG NSEC",
                      zone.nsec3s()[0].ttl))
    zone.changed(owner, "NSEC", sign=True)
    return f"an NSEC at {owner} in a zone with NSEC3"


@mutation(BOTH)
def move(zone, chance):
    record = any_nsec(zone, chance)
    place = pick(chance, [place for place in
                          [zone.owner("nowhere")] + zone.below(zone.cuts())
                          if not zone.find(place, "NSEC")])
    for each in [record, *zone.signatures(record.owner, "NSEC")]:
        zone.replace(each, each.with_(owner=place))
    zone.changed(place, "NSEC", sign=True)
    return f"moved {record} to {place}"
