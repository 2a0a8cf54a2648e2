# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that are gone, there twice, or different."""

import dns.rdatatype

from damaged import NotHere, pick
from fixtures.zonetext import covered, name
from mutations import BOTH, LEFT, SIGNED, contents, mutation


def any_record(zone, chance):
    return pick(chance, [record for record in zone.records
                         if record.type != "RRSIG"])


@mutation()
def drop(zone, chance):
    record = any_record(zone, chance)
    zone.remove(record)
    if zone.signs and not zone.find(record.owner, record.type):
        raise NotHere
    zone.changed(record.owner, record.type)
    return f"dropped {record}"


@mutation(LEFT)
def drop_rrset(zone, chance):
    owner, kind = pick(chance, zone.rrsets(but=("RRSIG",)))
    zone.remove(*zone.find(owner, kind))
    return f"dropped {owner} {kind}, not its signatures"


@mutation(LEFT)
def drop_rrset_and_signatures(zone, chance):
    owner, kind = pick(chance, zone.signed_rrsets())
    zone.remove(*zone.find(owner, kind), *zone.signatures(owner, kind))
    return f"dropped {owner} {kind} with its signatures"


@mutation(LEFT)
def drop_a_name(zone, chance):
    owner = pick(chance, zone.owners())
    zone.remove(*[record for record in zone.records
                  if name(record.owner) == name(owner)])
    return f"dropped all that stands at {owner}"


@mutation(LEFT)
def drop_a_line(zone, chance):
    """A record of any type, signatures too."""
    record = pick(chance, zone.records)
    zone.remove(record)
    return f"dropped {record}"


@mutation(LEFT)
def truncate(zone, chance):
    """As if the disk had been full."""
    place = chance.randrange(1, len(zone.records))
    del zone.records[place:]
    return f"ended after {place} records"


@mutation(LEFT)
def repeat(zone, chance):
    record = pick(chance, zone.records)
    zone.records.insert(chance.randrange(len(zone.records)), record)
    return f"twice {record}"


@mutation(LEFT)
def repeat_with_other_ttl(zone, chance):
    record = pick(chance, zone.records)
    zone.add(record.with_(ttl=record.ttl + chance.choice((-1, 1, 3600))))
    return f"again with another TTL {record}"


@mutation(LEFT)
def repeat_in_other_letters(zone, chance):
    """The same record to all who know that case does not matter."""
    record = pick(chance, [record for record in zone.records
                           if record.owner.upper() != record.owner])
    zone.add(record.with_(owner=record.owner.upper()))
    return f"again in capitals {record}"


@mutation()
def alter(zone, chance):
    record = pick(chance, [
        record for record in zone.records if record.type not in
        ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "ZONEMD")])
    changed = contents.other(record, chance)
    if changed in zone.records:
        raise NotHere
    zone.replace(record, changed)
    zone.changed(record.owner, record.type)
    return f"{record} is now {changed.rdata}"


@mutation()
def flip(zone, chance):
    """One bit of any RDATA."""
    record = any_record(zone, chance)
    changed = contents.flipped(record, chance)
    zone.replace(record, changed)
    zone.changed(record.owner, record.type)
    return f"{record} is now {changed.rdata}"


@mutation(LEFT)
def flip_anywhere(zone, chance):
    """One bit of any RDATA, signatures too."""
    record = pick(chance, zone.records)
    changed = contents.flipped(record, chance)
    zone.replace(record, changed)
    return f"{record} is now {changed.rdata}"


@mutation()
def add_to_rrset(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type in contents.OTHER
                           and record.type not in ("SOA", "CNAME", "DNAME")])
    made = contents.other(record, chance)
    if made in zone.records:
        raise NotHere
    zone.add(made)
    zone.changed(record.owner, record.type)
    return f"added {made}"


@mutation()
def add_rrset(zone, chance):
    """At an owner that has other data; denial is not told."""
    owner = pick(chance, [zone.apex] + zone.hosts())
    kind, rdata = contents.new(chance, zone.types(owner))
    zone.add(zone.new(owner, kind, rdata))
    zone.changed(owner, kind, sign=True)
    return f"added {owner} {kind}"


@mutation()
def add_beside_cname(zone, chance):
    owner = pick(chance, zone.rrsets("CNAME"))[0]
    kind, rdata = contents.new(chance, zone.types(owner))
    zone.add(zone.new(owner, kind, rdata))
    zone.changed(owner, kind, sign=True)
    return f"added {kind} beside the CNAME at {owner}"


@mutation()
def add_alias(zone, chance):
    """A CNAME or DNAME where other data stands."""
    owner = pick(chance, [owner for owner in zone.owners()
                          if "CNAME" not in zone.types(owner)])
    kind = chance.choice(("CNAME", "DNAME"))
    if kind in zone.types(owner):
        raise NotHere
    zone.add(zone.new(owner, kind, contents.elsewhere(chance)))
    zone.changed(owner, kind, sign=True)
    return f"added a {kind} at {owner}"


@mutation()
def add_second_soa(zone, chance):
    old = zone.one("@", "SOA")
    owner = chance.choice(("@", pick(chance, zone.owners())))
    made = old.with_(owner=zone.owner(owner),
                     rdata=contents.other(old, chance).rdata)
    zone.add(made)
    zone.changed(made.owner, "SOA", sign=True)
    return f"added {made}"


@mutation()
def serial(zone, chance):
    old = zone.one("@", "SOA")
    number = int(old.rdata.split()[2])
    other = (number + chance.choice((-1, -100, -number, 2**31 - 1, 2**31,
                                     1, 7))) % 2**32
    zone.replace(old, old.with_(rdata=contents.with_field(old, 2, str(other))))
    zone.changed("@", "SOA")
    return f"serial {other} instead of {number}"


@mutation()
def other_type(zone, chance):
    """The same octets as another type."""
    record = pick(chance, [record for record in zone.records if record.type in
                           ("A", "AAAA", "TXT", "MX", "NS", "DS", "CNAME")])
    kind = chance.choice(("TYPE65280", "TYPE65281", "TYPE999"))
    made = record.generic(record.wire).with_(type=kind)
    zone.replace(record, made)
    zone.changed(record.owner, record.type)
    zone.changed(record.owner, kind, sign=True)
    return f"{record} is now of type {kind}"


@mutation(LEFT)
def other_class(zone, chance):
    record = pick(chance, zone.records)
    cls = chance.choice(("CH", "HS"))
    zone.replace(record, record.with_(cls=cls))
    return f"{record} is now of class {cls}"


@mutation(LEFT)
def other_notation(zone, chance):
    """The same record in the form of RFC 3597."""
    record = pick(chance, [record for record in zone.records
                           if not record.rdata.startswith("\\#")])
    made = record.generic(record.wire)
    if chance.random() < 0.5:
        number = dns.rdatatype.from_text(record.type)
        made = made.with_(type=f"TYPE{number}")
    zone.replace(record, made)
    return f"{record} is now {made}"


@mutation(LEFT)
def swap_contents(zone, chance):
    """Two records of one type exchange their RDATA; their owners stay."""
    record = pick(chance, [record for record in zone.records
                           if record.type != "RRSIG"])
    other = pick(chance, [other for other in zone.records
                          if other.type == record.type
                          and other.owner != record.owner
                          and other.rdata != record.rdata])
    zone.replace(record, record.with_(rdata=other.rdata))
    zone.replace(other, other.with_(rdata=record.rdata))
    return f"swapped the contents of {record.owner} and {other.owner} " \
           f"{record.type}"


@mutation(SIGNED)
def swap_signed_contents(zone, chance):
    record = pick(chance, [record for record in zone.records if record.type
                           not in ("RRSIG", "DNSKEY", "NSEC3", "NSEC")
                           and zone.signatures(record.owner, record.type)])
    other = pick(chance, [other for other in zone.records
                          if other.type == record.type
                          and other.owner != record.owner
                          and other.rdata != record.rdata])
    zone.replace(record, record.with_(rdata=other.rdata))
    zone.replace(other, other.with_(rdata=record.rdata))
    for owner in (record.owner, other.owner):
        zone.changed(owner, record.type)
    return f"swapped the contents of {record.owner} and {other.owner} " \
           f"{record.type}"


@mutation(BOTH)
def unreadable_digest(zone, chance):
    """A ZONEMD that digests another zone, or none."""
    record = pick(chance, zone.find("@", "ZONEMD"))
    changed = contents.flipped(record, chance)
    zone.replace(record, changed)
    if zone.signs:
        # Here the digest itself is the fault.
        zone.resign("@", "ZONEMD")
        zone.signs = False
    return f"{covered(record) or record.type} is now {changed.rdata}"
