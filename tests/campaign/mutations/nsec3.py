# SPDX-License-Identifier: GPL-3.0-or-later
"""NSEC3 and NSEC3PARAM: parameters, hashes, bitmaps, opt-out."""

from damaged import NotHere, pick
from fixtures.zonetext import name
from mutations import BOTH, LEFT, SIGNED, contents, mutation
from mutations.nsec import TYPES, bitmap

BASE32HEX = "0123456789abcdefghijklmnopqrstuv"


def any_nsec3(zone, chance):
    return pick(chance, zone.nsec3s())


def put(zone, record, place, text):
    made = record.with_(rdata=contents.with_field(record, place, text))
    if made.rdata.lower().split() == record.rdata.lower().split():
        raise NotHere
    zone.replace(record, made)
    zone.changed(record.owner, record.type)
    return f"{record} is now {made.rdata}"


def put_types(zone, record, types):
    made = record.with_(rdata=" ".join((*record.rdata.split()[:5], *types)))
    if made == record:
        raise NotHere
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC3")
    return f"{record} is now {made.rdata}"


def wire(record):
    """The octets of an NSEC3's RDATA up to its bitmap."""
    octets = record.wire
    salt = octets[4]
    return octets[:6 + salt + octets[5 + salt]]


@mutation()
def algorithm(zone, chance):
    return put(zone, any_nsec3(zone, chance), 0,
               str(chance.choice((0, 2, 255))))


@mutation()
def flags(zone, chance):
    record = any_nsec3(zone, chance)
    return put(zone, record, 1, str(chance.choice(
        [flag for flag in ("0", "1", "2", "3", "128", "255")
         if flag != record.rdata.split()[1]])))


@mutation()
def optout_toggled(zone, chance):
    record = any_nsec3(zone, chance)
    flag = "0" if record.rdata.split()[1] == "1" else "1"
    return put(zone, record, 1, flag)


@mutation(SIGNED)
def optout_toggled_everywhere(zone, chance):
    records = zone.nsec3s()
    if not records or len(records) > 60:
        raise NotHere
    flag = "0" if records[0].rdata.split()[1] == "1" else "1"
    for record in records:
        if record.rdata.split()[1] != flag:
            put(zone, record, 1, flag)
    return f"opt-out {flag} in every NSEC3"


@mutation()
def iterations(zone, chance):
    record = any_nsec3(zone, chance)
    return put(zone, record, 2, str(chance.choice(
        (0, 1, 2, 50, 100, 500, 2500, 65535))))


@mutation()
def salt(zone, chance):
    record = any_nsec3(zone, chance)
    return put(zone, record, 3, chance.choice(
        ("-", "00", "AB", "C0FFEF", "ab" * 8, "cd" * 255)))


@mutation()
def next_hash(zone, chance):
    """Another name's, one that nobody has, or its own."""
    record = any_nsec3(zone, chance)
    old = record.rdata.split()[4].lower()
    place = chance.randrange(len(old))
    letter = chance.choice([letter for letter in BASE32HEX
                            if letter != old[place]])
    other = chance.choice((
        pick(chance, zone.nsec3s()).owner.split(".")[0],
        record.owner.split(".")[0],
        old[:place] + letter + old[place + 1:]))
    return put(zone, record, 4, other)


@mutation()
def next_hash_length(zone, chance):
    record = any_nsec3(zone, chance)
    octets = bytearray(wire(record))
    size = octets[4]
    at = 5 + size
    length = chance.choice((0, 1, 19, 21, 32, 255))
    head = bytes(octets[:at]) + bytes((length,)) \
        + bytes(octets[at + 1:])[:length].ljust(length, b"\x5a")
    made = record.generic(head + record.wire[len(octets):])
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC3")
    return f"a hash of {length} octets in {record}"


@mutation()
def type_too_many(zone, chance):
    record = any_nsec3(zone, chance)
    types = record.rdata.split()[5:]
    return put_types(zone, record, types + [
        pick(chance, [kind for kind in TYPES if kind not in types])])


@mutation()
def type_too_few(zone, chance):
    record = any_nsec3(zone, chance)
    types = record.rdata.split()[5:]
    gone = pick(chance, types)
    return put_types(zone, record, [kind for kind in types if kind != gone])


@mutation()
def other_form(zone, chance):
    record = any_nsec3(zone, chance)
    types = record.rdata.split()[5:]
    if not types:
        raise NotHere
    odd, octets = bitmap(types, chance)
    made = record.generic(wire(record) + octets)
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC3")
    return f"bitmap {odd} in {record}"


@mutation()
def flip(zone, chance):
    record = any_nsec3(zone, chance)
    made = contents.flipped(record, chance)
    zone.replace(record, made)
    zone.changed(record.owner, "NSEC3")
    return f"{record} is now {made.rdata}"


@mutation(LEFT)
def drop(zone, chance):
    record = any_nsec3(zone, chance)
    zone.remove(record, *zone.signatures(record.owner, "NSEC3"))
    return f"dropped {record} with its signatures"


@mutation(SIGNED)
def drop_and_close(zone, chance):
    """Of any name: of a host, a cut, an empty non-terminal."""
    record = any_nsec3(zone, chance)
    if len(zone.nsec3s()) < 2 or len(zone.chains()) > 1:
        raise NotHere
    zone.remove_nsec3(record)
    return f"dropped {record} and closed the chain"


@mutation(SIGNED)
def drop_of_delegation(zone, chance):
    """That of a cut, where opt-out allows it only for insecure ones."""
    cut = pick(chance, zone.cuts())
    if len(zone.chains()) != 1:
        raise NotHere
    found = [record for record in zone.nsec3s()
             if record.owner.lower() == zone.hashed(cut)]
    zone.remove_nsec3(pick(chance, found))
    return f"dropped the NSEC3 of the cut {cut} and closed the chain"


@mutation(SIGNED)
def insert(zone, chance):
    place = zone.owner(chance.choice(("nowhere", "a.b.nowhere", "*")))
    if len(zone.chains()) != 1 or zone.types(place) or any(
            record.owner.lower() == zone.hashed(place)
            for record in zone.nsec3s()):
        raise NotHere
    zone.insert_nsec3(place, chance.choice(((), ("A", "RRSIG"))))
    return f"an NSEC3 for {place}, which is not there"


@mutation(BOTH)
def move(zone, chance):
    """One NSEC3 to another hash, or below another name."""
    record = any_nsec3(zone, chance)
    label, rest = record.owner.split(".", 1)
    at = chance.randrange(len(label))
    letter = chance.choice([letter for letter in BASE32HEX
                            if letter != label[at].lower()])
    place = chance.choice((f"{label[:at]}{letter}{label[at + 1:]}.{rest}",
                           f"{label}.x.{rest}".replace("..", "."),
                           f"{label[:-1]}.{rest}", zone.apex))
    for each in [record, *zone.signatures(record.owner, "NSEC3")]:
        zone.replace(each, each.with_(owner=place))
    zone.changed(place, "NSEC3", sign=True)
    return f"moved {record} to {place}"


@mutation()
def second(zone, chance):
    """Two at one hash."""
    record = any_nsec3(zone, chance)
    other = pick(chance, zone.nsec3s()).owner.split(".")[0]
    made = record.with_(rdata=contents.with_field(record, 4, other))
    zone.add(made)
    zone.changed(record.owner, "NSEC3")
    return f"a second NSEC3 at {record.owner}"


@mutation()
def beside_nsec(zone, chance):
    if not zone.nsecs():
        raise NotHere
    label = "".join(chance.choice(BASE32HEX) for _ in range(32))
    zone.add(zone.new(label, "NSEC3", f"1 0 0 - {label} A RRSIG",
                      zone.nsecs()[0].ttl))
    zone.changed(zone.owner(label), "NSEC3", sign=True)
    return f"an NSEC3 at {label} in a zone with NSEC"


# ---- NSEC3PARAM --------------------------------------------------------------

@mutation()
def param(zone, chance):
    record = pick(chance, zone.find("@", "NSEC3PARAM"))
    place, text = chance.choice((
        (0, "2"), (0, "0"), (1, "1"), (1, "128"), (2, "1"), (2, "0"),
        (2, "65535"), (3, "-"), (3, "AB")))
    return put(zone, record, place, text)


@mutation()
def param_dropped(zone, chance):
    record = pick(chance, zone.find("@", "NSEC3PARAM"))
    zone.remove(record, *zone.signatures("@", "NSEC3PARAM"))
    if zone.signs:
        zone.tell(zone.apex)
    return f"dropped {record}"


@mutation()
def param_added(zone, chance):
    """For a chain that is not there; denial is told."""
    made = zone.new("@", "NSEC3PARAM", chance.choice(
        ("1 0 7 -", "1 0 0 AABB", "1 0 0 -", "2 0 0 -")), 0)
    if made.rdata in [each.rdata for each in zone.find("@", "NSEC3PARAM")]:
        raise NotHere
    zone.add(made)
    zone.changed("@", "NSEC3PARAM", sign=True)
    if zone.signs:
        zone.tell(zone.apex)
    return f"added {made}"


@mutation(LEFT)
def param_elsewhere(zone, chance):
    record = pick(chance, zone.find("@", "NSEC3PARAM"))
    place = pick(chance, [owner for owner in zone.hosts()
                          if name(owner) != name(zone.apex)])
    zone.replace(record, record.with_(owner=place))
    return f"moved {record} to {place}"
