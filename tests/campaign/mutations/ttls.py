# SPDX-License-Identifier: GPL-3.0-or-later
"""Times to live: of RRsets, of their signatures, and those that were signed."""

from damaged import NotHere, pick
from fixtures.zonetext import covered, rrsig
from mutations import LEFT, SIGNED, contents, mutation

OTHERS = (0, 1, 60, 300, 3599, 3601, 7200, 86400, 604800, 2**31 - 1)


def other(chance, old):
    return chance.choice([ttl for ttl in OTHERS if ttl != old])


def set_ttl(zone, owner, kind, ttl):
    for record in zone.find(owner, kind):
        zone.replace(record, record.with_(ttl=ttl))


@mutation()
def of_rrset(zone, chance):
    owner, kind = pick(chance, zone.rrsets(but=("RRSIG",)))
    old = zone.find(owner, kind)[0].ttl
    ttl = other(chance, old)
    set_ttl(zone, owner, kind, ttl)
    zone.changed(owner, kind)
    return f"{owner} {kind} has TTL {ttl}, not {old}"


@mutation(LEFT)
def of_rrset_and_signature(zone, chance):
    """Both, so that only the original TTL tells."""
    owner, kind = pick(chance, zone.signed_rrsets())
    old = zone.find(owner, kind)[0].ttl
    ttl = other(chance, old)
    set_ttl(zone, owner, kind, ttl)
    for record in zone.signatures(owner, kind):
        zone.replace(record, record.with_(ttl=ttl))
    return f"{owner} {kind} and its signatures have TTL {ttl}, not {old}"


@mutation()
def of_one_record(zone, chance):
    owner, kind = pick(chance, [
        (owner, kind) for owner, kind in zone.rrsets(but=("RRSIG",))
        if len(zone.find(owner, kind)) > 1])
    record = pick(chance, zone.find(owner, kind))
    ttl = other(chance, record.ttl)
    zone.replace(record, record.with_(ttl=ttl))
    zone.changed(owner, kind)
    return f"{record} has TTL {ttl}"


@mutation(LEFT)
def of_signature(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type == "RRSIG"])
    ttl = other(chance, record.ttl)
    zone.replace(record, record.with_(ttl=ttl))
    return f"{record} has TTL {ttl}"


@mutation()
def original(zone, chance):
    record = pick(chance, [record for record in zone.records
                           if record.type == "RRSIG"])
    fields = rrsig(record)
    ttl = other(chance, fields.original_ttl)
    changed = record.with_(rdata=fields.with_(original_ttl=ttl).text)
    zone.replace(record, changed)
    if zone.signs:
        zone.resign(record.owner, covered(record), original_ttl=ttl)
    return f"original TTL {ttl} in {record}"


@mutation(SIGNED)
def of_denial(zone, chance):
    """All of NSEC or NSEC3; they follow the SOA (RFC 9077)."""
    kind = "NSEC3" if zone.nsec3s() else "NSEC"
    records = [record for record in zone.records if record.type == kind]
    if not records or len(records) > 60:
        raise NotHere
    ttl = other(chance, records[0].ttl)
    for record in records:
        zone.replace(record, record.with_(ttl=ttl))
        zone.changed(record.owner, kind)
    return f"every {kind} has TTL {ttl}"


@mutation(SIGNED)
def soa_minimum(zone, chance):
    """The SOA's bound on negative answers, without that of NSEC or NSEC3."""
    record = zone.one("@", "SOA")
    old = int(record.rdata.split()[6])
    ttl = other(chance, old)
    zone.replace(record, record.with_(
        rdata=contents.with_field(record, 6, str(ttl))))
    zone.changed("@", "SOA")
    return f"SOA minimum {ttl}, not {old}"


@mutation(SIGNED)
def of_delegation_and_ds(zone, chance):
    cut = pick(chance, [cut for cut in zone.cuts() if zone.find(cut, "DS")])
    ttl = other(chance, zone.find(cut, "NS")[0].ttl)
    for kind in ("NS", "DS"):
        set_ttl(zone, cut, kind, ttl)
        zone.changed(cut, kind)
    return f"{cut} NS and DS have TTL {ttl}"
