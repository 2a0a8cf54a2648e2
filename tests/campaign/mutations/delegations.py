# SPDX-License-Identifier: GPL-3.0-or-later
"""DS, NS and glue: what a parent says of its children."""

import struct

from damaged import NotHere, pick
from fixtures.zone import flip_octet
from fixtures.zonetext import name
from mutations import BOTH, LEFT, contents, mutation


def any_ds(zone, chance):
    return pick(chance, [record for record in zone.records
                         if record.type == "DS"
                         and not record.rdata.startswith("\\#")])


def put(zone, record, place, changed):
    """Writes the form of RFC 3597: no library would write all of these."""
    fields = record.rdata.split()
    values = [*map(int, fields[:3]), bytes.fromhex("".join(fields[3:]))]
    values[place] = changed
    made = record.generic(struct.pack("!HBB", *values[:3]) + values[3])
    if made.wire == record.wire:
        raise NotHere
    zone.replace(record, made)
    zone.changed(record.owner, record.type)
    return f"{record} is now {made.rdata}"


@mutation()
def ds_digest(zone, chance):
    record = any_ds(zone, chance)
    digest = record.wire[4:]
    return put(zone, record, 3, flip_octet(
        digest, chance.randrange(len(digest)), chance.randrange(8)))


@mutation()
def ds_digest_length(zone, chance):
    record = any_ds(zone, chance)
    digest = record.wire[4:]
    return put(zone, record, 3, chance.choice(
        (digest[:-1], digest + b"\0", digest[:20], digest[:1], b"")))


@mutation()
def ds_digest_type(zone, chance):
    record = any_ds(zone, chance)
    return put(zone, record, 2, chance.choice((0, 1, 3, 4, 5, 255)))


@mutation()
def ds_algorithm(zone, chance):
    record = any_ds(zone, chance)
    return put(zone, record, 1, chance.choice(
        (0, 1, 3, 5, 7, 10, 12, 14, 16, 253, 255)))


@mutation()
def ds_key_tag(zone, chance):
    record = any_ds(zone, chance)
    return put(zone, record, 0, chance.randrange(65536))


@mutation()
def ds_added(zone, chance):
    """To a child that had none, or one more; denial is not told."""
    cut = pick(chance, zone.cuts())
    zone.add(zone.new(cut, "DS", f"{chance.randrange(65536)} 13 2 "
                      + "cd" * 32))
    zone.changed(cut, "DS", sign=True)
    return f"a DS at {cut}"


@mutation()
def ds_not_at_a_cut(zone, chance):
    owner = pick(chance, [zone.apex] + zone.hosts())
    zone.add(zone.new(owner, "DS", "4711 13 2 " + "cd" * 32))
    zone.changed(owner, "DS", sign=True)
    return f"a DS at {owner}"


@mutation()
def ds_dropped(zone, chance):
    """With its signature; denial is not told unless it is signed again."""
    cut = pick(chance, zone.rrsets("DS"))[0]
    zone.remove(*zone.find(cut, "DS"), *zone.signatures(cut, "DS"))
    if zone.signs:
        zone.tell(cut)
    return f"no DS at {cut}"


@mutation(LEFT)
def ns_dropped(zone, chance):
    """One nameserver of a child, or all."""
    cut = pick(chance, zone.cuts())
    records = zone.find(cut, "NS")
    gone = chance.choice((records, [chance.choice(records)]))
    zone.remove(*gone)
    return f"{len(gone)} of {len(records)} NS of {cut} gone"


@mutation(LEFT)
def ns_changed(zone, chance):
    cut = pick(chance, zone.cuts())
    record = pick(chance, zone.find(cut, "NS"))
    made = contents.other(record, chance)
    zone.replace(record, made)
    return f"{record} is now {made.rdata}"


@mutation(LEFT)
def glue_dropped(zone, chance):
    owner = pick(chance, zone.below(zone.cuts()))
    record = pick(chance, [record for record in zone.records
                           if record.owner == owner])
    zone.remove(record)
    return f"dropped {record}"


@mutation(LEFT)
def glue_changed(zone, chance):
    owner = pick(chance, zone.below(zone.cuts()))
    record = pick(chance, [record for record in zone.records
                           if record.owner == owner])
    made = contents.other(record, chance)
    zone.replace(record, made)
    return f"{record} is now {made.rdata}"


@mutation(LEFT)
def glue_added(zone, chance):
    cut = pick(chance, zone.cuts())
    made = zone.new(f"extra.{cut}", *chance.choice(
        (("A", "192.0.2.222"), ("AAAA", "2001:db8::222"))))
    zone.add(made)
    return f"added {made}"


@mutation(BOTH)
def cut_above_data(zone, chance):
    """A delegation where authoritative data stands below."""
    owner = pick(chance, zone.hosts())
    parent = name(owner).parent()
    above = chance.choice((owner, parent.to_text()))
    if name(above) == name(zone.apex):
        raise NotHere
    zone.add(zone.new(above, "NS", "ns2.nic.example.net."))
    zone.changed(above, "NS", sign=True)
    return f"a cut at {above}"


@mutation(LEFT)
def new_delegation(zone, chance):
    """One that denial does not know of; right where opt-out is."""
    place = zone.owner(chance.choice(("newchild", "a.newchild", "zz9")))
    zone.add(zone.new(place, "NS", "ns2.nic.example.net."),
             zone.new(place, "NS", "ns3.nic.example.net."))
    return f"a delegation of {place}"
