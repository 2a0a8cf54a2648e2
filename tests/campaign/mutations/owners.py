# SPDX-License-Identifier: GPL-3.0-or-later
"""Records at another owner than before."""

from damaged import NotHere, pick
from fixtures.zonetext import name
from mutations import LEFT, contents, mutation

MOVABLE = ("A", "AAAA", "TXT", "MX", "CAA", "SSHFP", "TLSA", "SRV", "PTR",
           "CNAME", "HINFO", "NS", "DS", "DNAME")


def move(zone, owner, kind, place):
    """All of an RRset, with its signatures."""
    if name(owner) == name(place) or zone.find(place, kind):
        raise NotHere
    for record in zone.find(owner, kind) + zone.signatures(owner, kind):
        zone.replace(record, record.with_(owner=place))
    zone.changed(place, kind, sign=True)
    return f"moved {owner} {kind} to {place}"


@mutation()
def move_record(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type in MOVABLE])
    place = pick(chance, zone.owners())
    if name(place) == name(record.owner):
        raise NotHere
    zone.replace(record, record.with_(owner=place))
    zone.changed(record.owner, record.type)
    zone.changed(place, record.type, sign=True)
    return f"moved {record} to {place}"


@mutation()
def move_rrset(zone, chance):
    owner, kind = pick(chance, zone.rrsets(*MOVABLE))
    return move(zone, owner, kind, pick(chance, zone.owners()))


@mutation()
def move_to_new_name(zone, chance):
    owner, kind = pick(chance, zone.rrsets(*MOVABLE))
    place = zone.owner(chance.choice(("new", "a.b.new", "*.new", "_new._tcp")))
    return move(zone, owner, kind, place)


@mutation()
def move_below_cut(zone, chance):
    owner, kind = pick(chance, zone.signed_rrsets(*MOVABLE))
    cut = pick(chance, zone.cuts())
    return move(zone, owner, kind, f"new.{cut}")


@mutation()
def move_to_cut(zone, chance):
    owner, kind = pick(chance, zone.signed_rrsets(*MOVABLE))
    return move(zone, owner, kind, pick(chance, zone.cuts()))


@mutation()
def move_below_dname(zone, chance):
    owner, kind = pick(chance, zone.signed_rrsets(*MOVABLE))
    alias = pick(chance, zone.rrsets("DNAME"))[0]
    return move(zone, owner, kind, f"new.{alias}")


@mutation()
def move_below_wildcard(zone, chance):
    owner, kind = pick(chance, zone.signed_rrsets(*MOVABLE))
    wild = pick(chance, [owner for owner in zone.owners()
                         if owner.startswith("*.")])
    return move(zone, owner, kind, f"new.{wild[2:]}")


@mutation()
def wildcard_for_name(zone, chance):
    """www becomes *."""
    owner, kind = pick(chance, [
        (owner, kind) for owner, kind in zone.signed_rrsets(*MOVABLE)
        if name(owner) != name(zone.apex)])
    parent = owner.split(".", 1)[1] or "."
    return move(zone, owner, kind, f"*.{parent}" if parent != "." else "*.")


@mutation(LEFT)
def move_signature(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type == "RRSIG"])
    place = pick(chance, zone.owners())
    if name(place) == name(record.owner):
        raise NotHere
    zone.replace(record, record.with_(owner=place))
    return f"moved {record} to {place}"


@mutation(LEFT)
def missing_dot(zone, chance):
    """A name in full, and the apex once more."""
    record = pick(chance, zone.records)
    if zone.apex == ".":
        raise NotHere
    zone.replace(record, record.with_(owner=record.owner + zone.apex))
    return f"no dot at the end of {record}"


@mutation()
def missing_dot_in_rdata(zone, chance):
    record = pick(chance, [record for record in zone.records if record.type in
                           ("NS", "CNAME", "DNAME", "MX", "PTR", "SRV")])
    if zone.apex == ".":
        raise NotHere
    changed = record.with_(rdata=record.rdata + zone.apex)
    zone.replace(record, changed)
    zone.changed(record.owner, record.type)
    return f"no dot at the end of the name in {record}"


@mutation(LEFT)
def out_of_zone(zone, chance):
    if zone.apex == ".":
        raise NotHere
    record = pick(chance, zone.records)
    place = chance.choice(("elsewhere.example.net.", f"x{zone.apex}",
                           name(zone.apex).parent().to_text()))
    zone.replace(record, record.with_(owner=place))
    return f"moved {record} to {place}"


@mutation(LEFT)
def flip_letter(zone, chance):
    """One bit of a letter or digit of an owner's first label."""
    record = pick(chance, [record for record in zone.records
                           if record.owner[0].isalnum()
                           and record.owner[0].isascii()
                           and name(record.owner) != name(zone.apex)])
    first = chr(ord(record.owner[0]) ^ 1 << chance.randrange(5))
    if not first.isalnum():
        raise NotHere
    place = first + record.owner[1:]
    zone.replace(record, record.with_(owner=place))
    return f"{record} now stands at {place}"


@mutation(LEFT)
def other_letters(zone, chance):
    """Capitals in an owner, which mean nothing."""
    record = pick(chance, [record for record in zone.records
                           if record.owner.upper() != record.owner])
    zone.replace(record, record.with_(owner=record.owner.upper()))
    return f"in capitals {record}"


@mutation()
def add_name(zone, chance):
    """One that denial does not know of."""
    place = zone.owner(chance.choice(
        ("new", "x.new", "a.b.c.new", "*.new", "0", "zzz", "*",
         "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom")))
    if name(place) in {name(owner) for owner in zone.owners()}:
        raise NotHere
    kind, rdata = contents.new(chance, ())
    zone.add(zone.new(place, kind, rdata))
    zone.changed(place, kind, sign=True)
    return f"added {place} {kind}"


@mutation()
def add_below_cut(zone, chance):
    cut = pick(chance, zone.cuts())
    place = chance.choice((f"new.{cut}", f"a.b.{cut}", cut))
    kind, rdata = chance.choice((("TXT", '"below"'), ("A", "192.0.2.201"),
                                 ("DS", "1 13 2 " + "ab" * 32),
                                 ("NS", "ns.example.net.")))
    if zone.find(place, kind):
        raise NotHere
    zone.add(zone.new(place, kind, rdata))
    zone.changed(place, kind, sign=True)
    return f"added {place} {kind}"
